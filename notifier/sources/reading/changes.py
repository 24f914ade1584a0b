"""Old terms and new ones: in "przesunięta z 12 na 19 marca" and "zamiast w godz. 20–22" only one of the two holds."""

from __future__ import annotations

import re

from notifier.sources.reading.findings import Kind
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import kind_of
from notifier.sources.reading.times.dates import Almanac
from notifier.sources.reading.times.numerals import Days, Spread
from notifier.sources.reading.times.stretch import Range

_OLD = re.compile(
    r"\b(?:zamiast|a nie|pierwotnie|uprzednio|poprzednio|wczesniej|dotychczas\w*|mial[aoy]?)\b(?:[^.;]|godz\.){0,60}$"
)
_OTHER_LENGTH = re.compile(
    r"\b(?:przedluz\w*|wydluz\w*|przeciag\w*|skr[oa]c\w*|potrwa\w* (?:\w+ )?(?:dluzej|krocej))"
    r"(?! niz (?:zwykle|zazwyczaj))"
)
_PLANNED_BEFORE = re.compile(r"\b(?:(?:za)?planowan|zapowi)\w*\b(?:[^.;]|godz\.){0,60}$")
_PLANNED_FOR = re.compile(r"\b(?:(?:za)?planowan|zapowi)\w* na\b(?:[^.;]|godz\.){0,60}$")
_OUT_OF = re.compile(r"\bze?\b[^;]{0,60}$")
_ONTO = re.compile(r"\b(?:na|odbed\w+ sie)\b[^.;\d]{0,30}\Z")
_INTO = re.compile(r"[\s,)]*na\b")


def struck(sentence: Sentence) -> list[Range]:
    """The ranges of a sentence that are the old term, which another one of the sentence replaces."""
    ranges = sentence.ranges
    if len(ranges) < 2:
        return []
    moved = kind_of(sentence.folded) is Kind.MOVED
    old = []
    for place, found in enumerate(ranges):
        before = sentence.folded[ranges[place - 1].last if place else 0 : found.first]
        following = ranges[place + 1 : place + 2]
        goes_on = bool(following) and _INTO.match(sentence.folded, found.last) is not None
        planned = moved and bool(following) and _PLANNED_FOR.search(before) is not None
        if planned or _OLD.search(before) or (moved and goes_on and _OUT_OF.search(before)):
            old.append(found)
        elif following and _PLANNED_BEFORE.search(before):
            # One was planned, and what stands between them says that it grew longer or shorter.
            between = sentence.folded[found.last : following[0].first]
            if _OTHER_LENGTH.search(between):
                old.append(found)
    return old if len(old) < len(ranges) else []


def replaced_by(sentence: Sentence) -> Kind:
    """What a sentence with an old and a new range does: it makes an outage longer, or shorter, or moves it."""
    kind = kind_of(sentence.folded)
    return kind if kind in (Kind.EXTENDED, Kind.SHORTENED) else Kind.MOVED


def old_end(sentence: Sentence, when: Range) -> bool:
    """ "Przerwa od 20:00 do 22:00 potrwa dłużej": the hours that no longer hold, and no others in the sentence."""
    if when.end is None or kind_of(sentence.folded) not in (Kind.EXTENDED, Kind.SHORTENED):
        return False
    return _OTHER_LENGTH.search(sentence.folded, when.last) is not None


def later_term(sentence: Sentence, when: Range) -> list[Days]:
    """The new day in "planowane na 16 czerwca (22:00–2:00), przesunięte na 23 czerwca", where the hours stay."""
    if when.own_day:
        return []
    return [days for start, days in when.later if _ONTO.search(sentence.folded, when.last, start)][-1:]


def new_term(days: list[Days], almanac: Almanac, problems: set[str]) -> list[Days]:
    """Of an old and a new day the new one: "z 12 na 19 marca", "zapowiadana na 12 … przesunięta na 19 marca"."""
    last = days[-1:]
    if len(days) == 1 and last[0].spread is Spread.NIGHT:
        dates = almanac.dates(last[0])
        if dates is not None and "not-a-night" in dates.problems:
            return [Days(Spread.ONE, last[0].days[-1:])]
        problems.add("day-unclear")
    return last
