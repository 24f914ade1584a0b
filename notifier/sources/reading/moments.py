"""Outages told by two moments: "zostanie wyłączony 12 czerwca o 23:00, wróci o 8:30", in one sentence or in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from notifier.sources.reading.elsewhere import ELSEWHERE, SERVICE_HOURS
from notifier.sources.reading.later import (
    begun,
    length_told,
    next_with_hours,
    only_end,
    starts_only,
    tells_how_long,
)
from notifier.sources.reading.pieces import Piece
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import only_products
from notifier.sources.reading.times.edges import Edge, EdgeReader
from notifier.sources.reading.times.numerals import Days
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.vocabulary import AGAIN, APP, HOPED, LOST, PLANNED, PRODUCTS, SHUTS, UP

_STOPS = re.compile(
    r"\b(?:serwis|system|aplikac|portal|bank)\w*(?: \w+){0,2} (?<!w )(?:stanie|stana|zatrzyma\w*)\b"
)
_UP_BY = re.compile(r"\b(?:uruchomieni|przywroceni|wznowieni|wlaczeni)[ea]\b")
"""Done once, by some hour at the latest: "Ponowne uruchomienie … do godziny 8:00"."""

_SEVERAL = 2
_NO_MOMENT = frozenset({Is.CLOCKS, Is.BETWEEN, Is.LENGTH, Is.STRUCK, Is.ODD, Is.OPEN, Is.WHOLE_DAY})


class _Moment(NamedTuple):
    """An hour, with its day where the text gives it there, and its place in the sentence."""

    edge: Edge
    first: int
    last: int
    problems: frozenset[str]
    until: bool  #: "do" stands before it


class _Told(NamedTuple):
    """The moments of a sentence, and a day that stands apart from them."""

    moments: tuple[_Moment, ...]
    days: tuple[Days, ...]


def _goes_down(folded: str) -> re.Match[str] | None:
    return SHUTS.search(folded) or _STOPS.search(folded)


def _may_tell(sentence: Sentence) -> bool:
    """True where a sentence without a whole range says that something goes down."""
    if not (sentence.statement.about or _goes_down(sentence.folded)):
        return False
    ranges = sentence.ranges
    return not ranges or (len(ranges) == 1 and _one_sided(ranges[0]))


def whole_of(sentence: Sentence, behind: Sequence[Sentence]) -> tuple[Range, int] | None:
    """The one range that two moments tell, and how many sentences further on the second stands: 0 in the same one.

    ``behind``: the sentences that follow.
    """
    distance, following = next_with_hours(sentence, behind) or (0, None)
    whole = None if following is None else _two_ends(sentence, following)
    if (
        whole is not None
        and following is not None
        and not (following.mentions and _apart(sentence, following))
    ):
        return whole, distance
    if (started := begun(sentence, behind)) is not None:
        return started
    if not _may_tell(sentence):
        return None
    told = _down_and_up(sentence, following)
    return None if told is None else (told[0], distance if told[1] else 0)


def _apart(sentence: Sentence, following: Sentence) -> bool:
    """True where what the next sentence names need not be what the first one began with."""
    named = {one.system for one in following.mentions}
    if sentence.mentions:
        return not named <= {one.system for one in sentence.mentions}
    return sentence.block != following.block or not following.statement.lost


def with_shared_end(
    pieces: list[Piece], sentence: Sentence, behind: Sequence[Sentence]
) -> tuple[list[Piece], int]:
    """ "Dla klientów A od 15.00, dla klientów B od 21.00. Przerwa potrwa do 7:00": one end of several starts."""
    ranges = [piece.range for piece in pieces]
    later = next_with_hours(sentence, behind)
    if len(ranges) < _SEVERAL or not all(map(starts_only, ranges)):
        return pieces, 0
    day = [*ranges[-1].on, *([last.days] if (last := ranges[-1].start) is not None and last.days else [])]
    shared = [replace(one, start=_on_day(one, day)) for one in ranges]
    moment = None if later is None else _up_moment(later[1]) or _end_moment(later[1])
    if moment is not None:
        shared = [replace(one, end=moment.edge, problems=one.problems | moment.problems) for one in shared]
    joined = [replace(piece, range=one) for piece, one in zip(pieces, shared, strict=True)]
    return joined, later[0] if later is not None and moment is not None else 0


def _on_day(found: Range, day: list[Days]) -> Edge | None:
    """The start of a range, on a day that only the last one of its sentence names."""
    if found.start is None or found.dated or len(day) != 1:
        return found.start
    return replace(found.start, days=day[0])


def _down_and_up(sentence: Sentence, following: Sentence | None) -> tuple[Range, bool] | None:
    """From the moment when something goes down to the one when it is back, and whether that is told in two sentences.

    Sure only where the words say "again"; what merely works from some hour on may be something else.
    """
    told = _told(sentence)
    if told is None or not told.moments:
        return None
    first, folded = told.moments[0], sentence.folded
    lost = LOST.search(folded) or _goes_down(folded) or PLANNED.search(folded)
    if lost is None or first.until or _elsewhere(sentence):
        return None
    if len(told.moments) == 1:
        up = None if following is None else _up_moment(following) or _end_moment(following, sentence)
        if up is not None and following is not None:
            whole = _range(told, up, following.folded)
            whole.problems |= {"end-from-context"} if following.block != sentence.block else set()
            return whole, True
        length = None if following is None else length_told(following)
        return None if length is None else (_for_so_long(told, length), True)
    second = told.moments[1]
    if len(told.moments) > 2 or lost.start() > second.first:
        return None
    again = next((up for up in UP.finditer(folded, lost.end()) if up.end() > first.last), None)
    back = again is not None
    if again is not None and _something_else(sentence, again.start()):
        return None
    if not (back or (second.until and LOST.search(folded, first.last))):
        return None
    return _range(told, second, folded[lost.end() :]), False


def _for_so_long(told: _Told, length: timedelta) -> Range:
    first = told.moments[0]
    problems = set(first.problems)
    return Range(
        first.edge, None, first.first, first.last, on=list(told.days), length=length, problems=problems
    )


def _something_else(sentence: Sentence, again: int) -> bool:
    """ "mBank padnie o 20:00, a karty wrócą o 6:00": what is back is not what went down."""
    folded = sentence.folded
    begin = max(folded.rfind(sign, 0, again) for sign in (",", ";", " a ", " i ", " oraz "))
    before = {one.system for one in sentence.mentions if one.start < begin}
    if any(one.system not in before for one in sentence.mentions if one.start >= begin > 0):
        return True
    clause = folded[max(begin, 0) :]
    return PRODUCTS.search(clause) is not None or APP.search(clause) is not None


def _two_ends(first: Sentence, second: Sentence) -> Range | None:
    """One range of a sentence that tells only when it begins, and the next one, which tells only when it ends."""
    if len(first.ranges) != 1 or len(second.ranges) != 1:
        return None
    begin, end = first.ranges[0], second.ranges[0]
    if (
        begin.start is None
        or begin.end is not None
        or begin.length is not None
        or begin.open
        or begin.whole_days
    ):
        return None
    if end.start is not None or end.end is None or end.on:
        return None
    if not tells_how_long(second) or only_products(second.folded):
        return None
    return replace(begin, end=end.end, problems=begin.problems | end.problems)


def _range(told: _Told, second: _Moment, said: str) -> Range:
    first = told.moments[0]
    problems = set(first.problems | second.problems)
    if not (AGAIN.search(said) or second.until):
        problems.add("turned-round")
    if HOPED.search(said):
        problems.add("approximate")
    start, on = first.edge, list(told.days)
    if start.days is not None and second.edge.days is None:
        on, start = [start.days], replace(start, days=None)
    return Range(start, second.edge, first.first, first.last, on=on, problems=problems)


def _up_moment(sentence: Sentence) -> _Moment | None:
    """The only moment of a sentence that says that the same is back."""
    if sentence.mentions or sentence.statement.lost or _elsewhere(sentence) or not UP.search(sentence.folded):
        return None
    if not sentence.hints or only_products(sentence.folded):
        return None
    told = _told(sentence)
    if told is None or len(told.moments) != 1:
        return None
    moment = told.moments[0]
    if moment.until and _UP_BY.search(sentence.folded) is None:
        return None  # "znów działa do 20:00"
    if told.days and moment.edge.days is None:
        moment = moment._replace(edge=replace(moment.edge, days=told.days[0]))
    return moment


def _end_moment(sentence: Sentence, before: Sentence | None = None) -> _Moment | None:
    """The moment until which a sentence says that it lasts: "Utrudnienia potrwają do 8:00 w sobotę"."""
    named = before is not None and not _apart(before, sentence)
    told = None if _elsewhere(sentence) else only_end(sentence, named=named)
    if told is None or told.end is None:
        return None
    return _Moment(told.end, told.first, told.last, frozenset(told.problems), until=True)


def _told(sentence: Sentence) -> _Told | None:
    """The moments in order; ``None`` where more than moments is told."""
    terms = sentence.terms
    if any(term.what in _NO_MOMENT for term in terms):
        return None
    moments: list[_Moment] = []
    days: list[Days] = []
    place = 0
    while place < len(terms):
        term = terms[place]
        if not _may_begin(term):
            place += 1
            continue
        begin = place + (term.what in (Is.FROM, Is.TO))
        read = EdgeReader(terms, begin, Is.TO if term.what is Is.TO else Is.FROM)
        edge = read.edge
        if edge is None or read.after <= begin:
            place += 1
            continue
        if edge.clock is not None and moments and _same_hour(edge, moments[-1].edge):
            pass  # "o północy (00:00)"
        elif edge.clock is not None:
            until = term.what is Is.TO
            moments.append(
                _Moment(edge, term.start, terms[read.after - 1].end, frozenset(read.problems), until)
            )
        elif edge.days is not None:
            days.append(edge.days)
        place = read.after
    return _Told(tuple(moments), tuple(days)) if len(days) <= 1 else None


def _same_hour(one: Edge, other: Edge) -> bool:
    """True for the same hour on no other day."""
    here, there = one.clock, other.clock
    if here is None or there is None or one.days is not None:
        return False
    return (here.hour % 24, here.minute) == (there.hour % 24, there.minute)


def _may_begin(term: Term) -> bool:
    if term.what in (Is.FROM, Is.TO):
        return not term.verb
    return term.what in (Is.DAYS, Is.CLOCK, Is.HOUR_MARK)


def _one_sided(found: Range) -> bool:
    return (found.start is None) != (found.end is None) and found.length is None and not found.open


def _elsewhere(sentence: Sentence) -> bool:
    return bool(ELSEWHERE.search(sentence.folded) or SERVICE_HOURS.search(sentence.folded))
