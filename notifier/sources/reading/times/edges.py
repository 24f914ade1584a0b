"""One end of a range: its day, its hour, and what is odd about the words that give them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from notifier.sources.reading.times.numerals import Clock, Day, Days, Spread
from notifier.sources.reading.times.settling import is_either
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.times.words import EVENING

LOOK = 24
"""Terms that are looked at ahead or behind: a time is never wider, and the work stays linear."""

_BEFORE_A_NUMBER = (Is.HOUR_MARK, Is.SIGN, Is.GLUE, Is.ROUGHLY, Is.DAY_MARK)


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a range as written; ``marked``: "w dniu", a comma or a bracket stands before its day."""

    days: Days | None = None
    clock: Clock | None = None
    marked: bool = False
    next_day: bool = False
    same_day: bool = False

    @property
    def empty(self) -> bool:
        """True while nothing of it is known."""
        return self.days is None and self.clock is None and not self.next_day


class EdgeReader:
    """Reads the edge that begins at a place; ``side`` is the preposition that may be repeated inside it."""

    def __init__(self, terms: list[Term], begin: int, side: Is) -> None:
        self._terms = terms
        self._side = side
        self._marked = False
        self._dangling = False
        self._between_days = False
        self._edge = Edge()
        self.after = begin
        self.problems: set[str] = set()
        for place in range(begin, min(begin + LOOK, len(terms))):
            known = self._part(place, terms[place])
            if known is None:
                known = self._link(place, terms[place])
            if not known:
                break

    @property
    def edge(self) -> Edge | None:
        """The edge, if there is one."""
        return None if self._edge.empty else self._edge

    def _part(self, place: int, term: Term) -> bool | None:
        """Take a day, an hour or what qualifies them; False where the edge ends, ``None`` for other terms."""
        edge = self._edge
        if term.what is Is.DAYS and term.days is not None:
            return self._days(place, term.days)
        if term.what is Is.CLOCK and term.clock is not None:
            known = edge.days is not None and not self._between_days
            if term.word and known and place and self._terms[place - 1].word == "o":
                self.problems.add("day-unclear")  # "w sobotę o północy": before that day, or behind it
            return self._hour(place, term.clock)
        if term.what is Is.NUMBER:
            if edge.clock is not None or term.number > (31 if edge.days is None else 24):
                return self._odd()
            return self._take(place, replace(edge, clock=Clock(term.number, marked=False)))
        if term.what in (Is.NEXT_DAY, Is.SAME_DAY):
            if edge.days is not None:
                return False
            next_day = term.what is Is.NEXT_DAY
            return self._take(place, replace(edge, next_day=next_day, same_day=not next_day))
        return self._qualifier(place, term)

    def _days(self, place: int, days: Days) -> bool:
        """Take a day; of two days only the midnight between them."""
        edge = self._edge
        if edge.next_day and edge.days is None and days.spread is Spread.ONE and days.days[0].dated:
            return self._take(place, replace(edge, days=days))  # "kolejnego dnia - 11 listopada"
        if edge.empty and days.spread is Spread.NIGHT and _at_midnight(self._terms, place + 1):
            self._between_days = True
            return self._take(place, replace(edge, days=Days(Spread.ONE, days.days[-1:])))
        if _midnight_between(edge, days):
            second = Days(Spread.ONE, days.days[-1:])
            return self._take(place, replace(edge, days=second, clock=Clock(0)))
        if edge.days is not None or edge.next_day or days.spread is not Spread.ONE:
            return False
        return self._take(place, replace(edge, days=days, marked=self._marked and not edge.empty))

    def _hour(self, place: int, clock: Clock) -> bool:
        """Take an hour; what stood before it and could be either is then the day: "12.06, godz. 20:00"."""
        edge, before = self._edge, self._edge.clock
        if before is None:
            return self._take(place, replace(edge, clock=clock))
        weekday = _weekday(edge.days)
        room = edge.days is None or weekday is not None
        if room and clock.either and not before.either and (before.marked or weekday is not None):
            return self._take(place, replace(edge, days=_numbered(clock, weekday)))
        if room and before.either and not clock.either:
            return self._take(place, replace(edge, days=_numbered(before, weekday), clock=clock))
        return self._odd()

    def _qualifier(self, place: int, term: Term) -> bool | None:
        """ "rano", "czasu letniego", "około"."""
        clock, edge_known = self._edge.clock, self._edge.days is not None
        if term.what is Is.ROUGHLY:
            if number_follows(self._terms, place + 1):
                self.problems.add("approximate")
            return True
        if clock is None:
            return True if term.what is Is.PART_OF_DAY and edge_known else None
        if term.what is Is.PART_OF_DAY:
            return self._take(place, replace(self._edge, clock=_at_part(clock, term.word, self.problems)))
        if term.what in (Is.SUMMER_TIME, Is.WINTER_TIME):
            summer = term.what is Is.SUMMER_TIME
            return self._take(place, replace(self._edge, clock=replace(clock, summer=summer)))
        return None

    def _link(self, place: int, term: Term) -> bool:
        """Pass what holds an edge together: prepositions, "godz.", "w dniu", commas, brackets."""
        edge = self._edge
        if term.what is self._side:
            return self._again(place)
        if term.what in (Is.DAY_MARK, Is.HOUR_MARK):
            self._marked = self._marked or term.what is Is.DAY_MARK
            self._dangling = True
            return True
        if term.what is Is.SIGN:
            if term.word == "|":
                return edge.clock is None and clock_follows(self._terms, place + 1)
            self._marked = self._marked or term.word in ("(", ",")
            label = edge.empty or self._terms[place - 1].what is self._side  # "Godzina od: 22:00"
            return term.word in '(),."' or (label and term.word == ":")
        if term.what is Is.GLUE:
            self._marked = self._marked or term.word in ("w", "we")
            self._dangling = self._dangling or (not edge.empty and term.word in ("w", "z", "we", "o"))
            return True
        if term.what is Is.ODD:
            return self._odd()
        if term.what is Is.DASH and edge.next_day and edge.days is None:
            return place + 1 < len(self._terms) and self._terms[place + 1].what is Is.DAYS
        if self._dangling and not term.verb and term.what in (Is.TO, Is.FROM, Is.DASH, Is.AND):
            label = place + 1 < len(self._terms) and self._terms[place + 1].word == ":"  # "Data do:"
            self.problems |= set() if label else {"unread-words"}
        return False

    def _again(self, place: int) -> bool:
        """ "od piątku (od godziny 20)": the preposition again, for the part that is still missing."""
        edge = self._edge
        if self._side not in (Is.FROM, Is.TO):
            return False
        for term in islice(self._terms, place + 1, place + LOOK):
            if term.what in (Is.CLOCK, Is.NUMBER):
                if edge.empty or edge.clock is None or (edge.clock.either and not is_either(term)):
                    self._dangling = False
                    return True
                return self._odd()
            if term.what is Is.DAYS:
                return edge.days is None
            if term.what not in _BEFORE_A_NUMBER:
                return edge.empty
        return edge.empty

    def _take(self, place: int, edge: Edge) -> bool:
        self._edge, self.after, self._dangling = edge, place + 1, False
        return True

    def _odd(self) -> bool:
        self.problems.add("garbled")
        return False


def _at_midnight(terms: list[Term], place: int) -> bool:
    """True in "z soboty na niedzielę o północy": where the two days touch."""
    for term in islice(terms, place, place + LOOK):
        if term.clock is not None:
            return term.what is Is.CLOCK and term.clock.minutes % 1440 == 0 and bool(term.word)
        if term.word not in (")", ",", "o"):
            return False
    return False


def _midnight_between(edge: Edge, days: Days) -> bool:
    """True in "do północy z niedzieli na poniedziałek": both days touch there."""
    midnight = edge.clock is not None and edge.clock.minutes % 1440 == 0
    return midnight and edge.days is None and days.spread is Spread.NIGHT and len(days.days) == 2


def _numbered(clock: Clock, weekday: int | None) -> Days:
    """What could be day or hour, as a day."""
    return Days(Spread.ONE, (Day(clock.hour, clock.minute, weekday=weekday),))


def _weekday(days: Days | None) -> int | None:
    """The weekday of a day of which nothing else is known."""
    day = days.days[0] if days is not None else Day()
    return day.weekday if day.day is None and day.offset is None else None


def number_follows(terms: list[Term], place: int) -> bool:
    """True where a day or an hour comes next, behind nothing but "godz." and signs."""
    for term in islice(terms, place, place + 6):
        if term.what in (Is.CLOCK, Is.NUMBER, Is.DAYS):
            return True
        if term.what not in _BEFORE_A_NUMBER:
            return False
    return False


def clock_follows(terms: list[Term], place: int) -> bool:
    """True where an hour comes next, behind nothing but signs."""
    for term in islice(terms, place, place + LOOK):
        if term.what in (Is.CLOCK, Is.HOUR_MARK):
            return True
        if term.what not in (Is.SIGN, Is.GLUE):
            return False
    return False


def _at_part(clock: Clock, part: str, problems: set[str]) -> Clock:
    """ "8 wieczorem" is 20:00; "20:00 rano" is a doubt."""
    late = part in EVENING or part == "poludniu"
    if late and clock.hour < 12:
        return replace(clock, hour=clock.hour + 12, marked=True, late=True)
    if not late and clock.minutes > 12 * 60:
        problems.add("part-of-day")
    return replace(clock, marked=True, late=late)


def too_early(start: Edge | None, before: Term) -> bool:
    """True in "wieczorem od 7": the part of the day stands before the hour, which does not say so itself."""
    clock = start.clock if start is not None else None
    told = before.what is Is.PART_OF_DAY and before.word in EVENING
    return told and clock is not None and clock.late is None and clock.hour < 12


def both_late(start: Edge, end: Edge | None) -> Edge | None:
    """The start in "od 7 do 9 wieczorem", where the part of the day may be that of both hours."""
    first, last = start.clock, end.clock if end is not None and end.days is None else None
    if first is None or last is None or first.late is not None or not last.late:
        return None
    return replace(start, clock=replace(first, hour=first.hour + 12)) if first.hour < last.hour - 12 else None
