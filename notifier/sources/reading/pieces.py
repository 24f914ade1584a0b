"""A sentence with several times, cut so that each time stands with the names it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from notifier.sources.reading.changes import struck
from notifier.sources.reading.findings import Kind
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import kind_of, only_products, statement_of
from notifier.sources.reading.times.numerals import Spread
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.vocabulary import ACCESS, APP, LOST

_CUTS = (
    re.compile(r";|•"),
    re.compile(r", (?=a |natomiast|zas|z kolei|podczas gdy|za to)|\b(?:natomiast|z kolei|zas)\b"),
    re.compile(r", | oraz | - "),
    re.compile(r" i | a "),
)

_LINK = re.compile(r"(?:,|;| i| a| oraz)\s+$")
"""Right before a time: whatever stands before it belongs to another one."""

_NOT_TILL_THEN = re.compile(
    r"\b(?:przed\b|najpozniej|dostepn|dzial|czynn|mozna|prosi|zaleca|warto|nalezy|trzeba|zalatw|skladac|zloz|zlec)"
)
"""What is done or works until then is not lost until then."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One time and the part of the sentence around it. ``several``: the sentence has more of them."""

    range: Range
    start: int
    end: int
    folded: str
    several: bool


def pieces_of(sentence: Sentence) -> list[Piece]:
    """The pieces, one a range, in order."""
    ranges = sentence.ranges
    if (changed := _with_new_end(sentence)) is not None:
        return [Piece(changed, 0, len(sentence.text), sentence.folded, several=False)]
    cuts = [_start_of_products(sentence, ranges[0]) if len(ranges) == 1 else 0]
    for before, after in pairwise(ranges):
        if _goes_back(sentence, before, after):
            after.problems.add("day-unclear")
        cuts.append(_cut(sentence.folded, before.last, max(before.last, after.first)))
    apart = len(ranges) > 1 and _CUTS[0].search(sentence.folded, ranges[-1].last)
    named = any(cuts[-1] <= one.start < ranges[-1].first for one in sentence.mentions)
    cuts.append(apart.start() if apart and named else len(sentence.text))
    pieces: list[Piece] = []
    planned = kind_of(sentence.folded) is Kind.PLANNED
    for found, begin, end in zip(ranges, cuts, cuts[1:], strict=False):
        folded = sentence.folded[begin:end]
        shares = bool(pieces) and planned and _is_lost_until(sentence, begin, end)
        whole = _with_start_of(found, pieces[-1].range) if shares else found
        pieces.append(Piece(whole, begin, end, folded, len(ranges) > 1))
    return pieces


def _start_of_products(sentence: Sentence, found: Range) -> int:
    """ "Serwis nie zadziała, a z kartami będą kłopoty od 22:00": where the clause of mere payments begins."""
    places = [match.end() for cut in _CUTS[:2] for match in cut.finditer(sentence.folded, 0, found.first)]
    begin = max(places, default=0)
    clause = sentence.folded[begin:]
    apart = begin and only_products(clause) and statement_of(clause).about
    return begin if apart and not only_products(sentence.folded[:begin]) else 0


def _goes_back(sentence: Sentence, before: Range, after: Range) -> bool:
    """ "W sobotę od 22:00 do 23:30 …, a od 1:00 do 5:00 …": earlier on that day, or in the night behind it."""
    first, second = before.start, after.start
    if first is None or second is None or first.clock is None or second.clock is None:
        return False
    if after.own_day or before.own_day or after.on != before.on:
        return False
    if not all(days.spread is Spread.ONE for days in after.on):
        return False
    named = any(before.last <= one.start for one in sentence.mentions)
    return not named and second.clock.minutes < first.clock.minutes


_WAS_TO = re.compile(r"\bmial[aoy]?\b")
_OTHER_END = re.compile(r"\b(?:zakoncz|skoncz|potrwa)\w*(?: sie)? (?:juz|jednak|dopiero|wczesniej|pozniej)\b")
_CHANGED = frozenset({Kind.EXTENDED, Kind.SHORTENED, Kind.COMPLETED})


def _with_new_end(sentence: Sentence) -> Range | None:
    """ "Prace (od 22:00 do 8:00) zakończyliśmy o 5:20", "miały się zakończyć o 8:00, potrwają do 15:00"."""
    if len(sentence.ranges) != 2:
        return None
    first, second = sentence.ranges
    changed = kind_of(sentence.folded) in _CHANGED or _OTHER_END.search(
        sentence.folded, first.last, second.last
    )
    if not ((changed and first.start is not None) or _WAS_TO.search(sentence.folded)):
        return None
    if second in struck(sentence):
        return None  # "potrwa do 20:30, a nie, jak informowaliśmy, do 18:30"
    if first.end is None or second.start is not None or second.end is None:
        return None
    end = second.end if second.end.days is not None else replace(second.end, days=first.end.days)
    return replace(first, end=end, last=second.last, length=None, problems=first.problems | second.problems)


def _is_lost_until(sentence: Sentence, begin: int, end: int) -> bool:
    """True for "a logowanie do 7:00" behind an outage; not for "więc wnioski złóż do 7:00"."""
    folded = sentence.folded[begin:end]
    named = any(one.system and begin <= one.start < end for one in sentence.mentions)
    concerned = named or LOST.search(folded) or ACCESS.search(folded) or APP.search(folded)
    return bool(concerned) and _NOT_TILL_THEN.search(folded) is None


def _with_start_of(found: Range, before: Range) -> Range:
    """ "od 1:00 karty nie zadziałają do 5:00, a logowanie do 7:00": the second end shares the first start."""
    shared = (
        found.start is None and found.end is not None and before.start is not None and before.end is not None
    )
    if not shared:
        return found
    return replace(
        found,
        start=before.start,
        on=found.on if found.own_day or not before.on else before.on,
        problems=found.problems | {"start-from-context"},
    )


def _cut(folded: str, begin: int, end: int) -> int:
    """Where between two times the sentence is best cut: at the strongest sign, else right behind the first."""
    closed, opened = folded.find(")", begin, end), folded.find("(", begin, end)
    if closed >= 0 and not 0 <= opened < closed and folded.rfind("(", 0, begin) > folded.rfind(")", 0, begin):
        return closed + 1  # "A (13 czerwca, 22-23, tylko karty) i B (…)"
    link = _LINK.search(folded, begin, end)
    if link is not None and statement_of(folded[begin : link.start()]).lost:
        return link.end()  # "od 22:00 - A i B nie zadziałają, od 23:00 - …"
    for pattern in _CUTS:
        match = pattern.search(folded, begin, end)
        if match is not None:
            return match.end()
    return begin
