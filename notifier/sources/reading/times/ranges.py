"""Terms into ranges: from which edge to which, on which days, and what was odd about it.

Nothing is resolved here. A range that is not understood word for word carries a problem, so that it can
never be sure: "unread-words" for words inside it, "garbled" for what looks mistyped.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice, pairwise

from notifier.sources.reading.times import beside
from notifier.sources.reading.times.edges import LOOK, Edge, EdgeReader, both_late, clock_follows, too_early
from notifier.sources.reading.times.leftovers import mark_leftovers
from notifier.sources.reading.times.numerals import Days, Spread
from notifier.sources.reading.times.stretch import Range, first_day_of, stretch_of
from notifier.sources.reading.times.terms import Is, Term

_IDLE = frozenset({Is.WORD, Is.GLUE, Is.SIGN, Is.DAY_MARK})
_BETWEEN_EDGES = 5
"""How many words may stand between the two ends ("i", "oraz potrwa") before they no longer belong together."""

_WHICH = frozenset("ktora ktore ktory".split())

_SUBJECT = 6
"""Words that may stand between a verb and its time: "rozpocznie się planowana przerwa w działaniu systemu"."""

_MOST = 12
"""Ranges in one sentence: a timetable has more, an announcement has not."""


class RangeReader:
    """Finds the ranges among the terms of one sentence."""

    def __init__(self, terms: list[Term]) -> None:
        self._terms = list(terms)
        self._at = 0

    def read(self) -> list[Range]:
        """The ranges in order, each with the days that stand beside it."""
        ranges: list[Range] = []
        on: list[tuple[int, Days]] = []
        struck = False
        while self._at < len(self._terms) and len(ranges) <= _MOST:
            term = self._terms[self._at]
            if term.what in _IDLE:
                self._at += 1
                continue
            found = self._range()
            if found is not None:
                if (stretch := stretch_of(found)) is not None and beside.hours_follow(self._terms, self._at):
                    on = [(found.first, stretch)]
                    beside.mark_as_days(self._terms, found)
                    continue
                found.on = found.on or [days for _, days in on]
                if struck and beside.ends_by_verb(self._terms, found):
                    found.start = None  # "zamiast o 6:00 zakończą się o 9:00"
                ranges.append(found)
                struck = False
                on = [] if beside.days_follow(self._terms, self._at) else on
                continue
            if term.what is Is.STRUCK:
                struck = True
            elif (day := beside.day_after_all(self._terms, self._at)) is not None:
                on.append((term.start, day))
                self._terms[self._at] = term._replace(what=Is.DAYS, days=day)
            elif term.what is Is.DAYS and term.days is not None:
                if not struck:
                    on = self._with_day(term.start, term.days, ranges, on)
                struck = False
            self._at += 1
        if len(ranges) > _MOST:
            return []
        for before, after in pairwise(ranges):
            alone = len(before.on) == 1 and before.on[0].spread is Spread.ONE
            if alone and not after.dated and beside.words_between(self._terms, before, after):
                after.on = before.on  # "w godz. 1–5 14 czerwca …, a od 2 do 4 …"
        mark_leftovers(self._terms, ranges)
        return ranges

    def _with_day(
        self, start: int, days: Days, ranges: list[Range], on: list[tuple[int, Days]]
    ) -> list[tuple[int, Days]]:
        """The days for the next range, one more; or none more, where that day belongs to the last range."""
        if not ranges:
            return [*on, (start, days)]
        last = ranges[-1]
        if beside.belongs_to(self._terms, last, self._at):
            last.on = [days]
            return on
        if last.dated:
            last.later.append((start, days))
        return [*([] if on and last.last > on[-1][0] else on), (start, days)]

    def _range(self) -> Range | None:
        """The range that begins here, if one does; moves behind it."""
        begin = self._at
        term = self._terms[begin]
        if term.what is Is.CLOCKS:
            return self._pair(begin, term)
        if term.what is Is.BETWEEN:
            return self._between(begin)
        if term.what is Is.FROM:
            return self._from(begin)
        if term.what is Is.TO:
            return self._only_end(begin)
        if term.what in (Is.CLOCK, Is.HOUR_MARK) or (
            term.what is Is.DAYS and clock_follows(self._terms, begin + 1)
        ):
            return self._bare(begin)
        if term.what is Is.WHOLE_DAY:
            self._at += 1
            return Range(None, None, term.start, term.end, whole_days=True)
        return None

    def _pair(self, begin: int, term: Term) -> Range | None:
        """ "20:00-22:00", written in one piece."""
        if term.clock is None or term.other is None:
            return None
        self._at += 1
        found = Range(Edge(clock=term.clock), Edge(clock=term.other), term.start, term.end)
        found.bare = not term.clock.marked
        if self._after_preposition(begin, bare=term.clock.minute == term.other.minute == 0):
            found.problems.add("garbled")
        return self._finish(found)

    def _after_preposition(self, begin: int, *, bare: bool) -> bool:
        """ "do godz. 16-16", "od godz. 14-01 do": one hour whose colon was lost, not two."""
        for term in reversed(self._terms[max(0, begin - LOOK) : begin]):
            if term.what is Is.TO:
                return True
            if term.what is Is.FROM:
                return bare
            if term.what not in (Is.HOUR_MARK, Is.SIGN, Is.ROUGHLY):
                return False
        return False

    def _from(self, begin: int) -> Range | None:
        read = self._edge_of(begin, Is.FROM)
        if read.edge is None:
            return None
        first, last = self._terms[begin].start, self._terms[read.after - 1].end
        found = Range(read.edge, None, first, last, problems=read.problems)
        found.from_first = read.edge.days is not None and not self._terms[begin].verb
        self._at = read.after
        self._go_on_to_end(found, read.after)
        found.start = first_day_of(found) or found.start
        if self._terms[begin].word == "po" and found.end is None:
            found.after = True
            found.problems.add("approximate")
        return self._finish(found)

    def _go_on_to_end(self, found: Range, at: int) -> None:
        """Look for the other end, a length or "do odwołania" behind the start."""
        words = 0
        for place in range(at, min(at + LOOK, len(self._terms))):
            term = self._terms[place]
            if term.what is Is.OPEN:
                found.open, found.last, self._at = True, term.end, place + 1
                return
            if term.what is Is.LENGTH:
                found.length, found.last, self._at = term.length, term.end, place + 1
                if self._roughly(place):
                    found.problems.add("approximate")
                return
            if term.verb and self._terms[place - 1].word in _WHICH:
                words = 0
            if term.what in (Is.TO, Is.DASH) or (term.what is Is.SIGN and term.word == "|"):
                if self._take_end(found, place, words):
                    return
                words += term.what is Is.TO and not term.verb
            elif term.what in _STARTS_ANEW:
                if term.what is Is.ODD:
                    found.problems.add("garbled")
                return
            elif term.what is Is.WORD:
                words += 1
                if words > _BETWEEN_EDGES:
                    return

    def _take_end(self, found: Range, place: int, words: int) -> bool:
        verb = self._terms[place].verb
        read = self._edge_of(place, Is.TO) if verb else EdgeReader(self._terms, place + 1, Is.TO)
        if read.edge is None:
            return False
        found.end, found.last, self._at = read.edge, self._terms[read.after - 1].end, read.after
        found.problems |= read.problems | ({"unread-words"} if words else set())
        return True

    def _between(self, begin: int) -> Range | None:
        start = EdgeReader(self._terms, begin + 1, Is.BETWEEN)
        at = start.after
        while at < len(self._terms) and self._terms[at].what in (Is.SIGN, Is.GLUE):
            at += 1
        if start.edge is None or at >= len(self._terms) or self._terms[at].what not in (Is.AND, Is.DASH):
            return None
        end = EdgeReader(self._terms, at + 1, Is.TO)
        if end.edge is None:
            return None
        self._at = end.after
        first, last = self._terms[begin].start, self._terms[end.after - 1].end
        return self._finish(Range(start.edge, end.edge, first, last, problems=start.problems | end.problems))

    def _edge_of(self, begin: int, side: Is) -> EdgeReader:
        """The edge behind a preposition; behind a verb its subject may stand first: "zacznie się przerwa 12 maja"."""
        place = begin + 1
        if self._terms[begin].verb:
            for ahead in range(begin + 1, min(begin + 1 + _SUBJECT, len(self._terms))):
                if self._terms[ahead].what is Is.DAYS or clock_follows(self._terms, ahead):
                    place = ahead
                    break
                if self._terms[ahead].what is Is.ROUGHLY:
                    place = ahead
                    break
                if (
                    self._terms[ahead].what in (Is.DASH, Is.SIGN)
                    and self._terms[ahead - 1].word == "wczesniej"
                ):
                    continue  # "zakończone wcześniej – o godz. 4:30"
                if self._terms[ahead].what not in (Is.WORD, Is.GLUE, Is.ONTO):
                    break
        return EdgeReader(self._terms, place, side)

    def _only_end(self, begin: int) -> Range | None:
        read = self._edge_of(begin, Is.TO)
        if read.edge is None or read.edge.clock is None:
            return None
        self._at = read.after
        first, last = self._terms[begin].start, self._terms[read.after - 1].end
        return Range(None, read.edge, first, last, problems=read.problems)

    def _bare(self, begin: int) -> Range | None:
        """Two ends without "od": "20:00 do 6:00", "19.01.2024 20:00 - 20.01.2024 16:00"; or hour and length."""
        read = EdgeReader(self._terms, begin, Is.FROM)
        start = read.edge
        if start is None or start.clock is None:
            return None
        first, last = self._terms[begin].start, self._terms[read.after - 1].end
        found = Range(start, None, first, last, problems=read.problems)
        verb = self._verb_of_beginning(read.after)
        self._go_on_to_end(found, read.after if verb is None else verb + 1)
        if found.end is None and found.length is None and not found.open:
            self._at = begin if verb is None else read.after
            return found if self._at > begin else None
        if found.end is not None and found.end.days is None and start.days is not None:
            found.on, found.start = [start.days], replace(start, days=None)
        return self._finish(found)

    def _verb_of_beginning(self, place: int) -> int | None:
        """Where the verb stands in "o godz. 22:00 rozpocznie się przerwa"."""
        for number, term in enumerate(islice(self._terms, place, place + _SUBJECT), start=place):
            if term.what is Is.FROM and term.verb:
                return number
            if term.what not in (Is.WORD, Is.GLUE):
                return None
        return None

    def _finish(self, found: Range) -> Range:
        """What may follow a range: a length in brackets, "włącznie"; and what may not stand around it."""
        for place in range(self._at, min(self._at + 6, len(self._terms))):
            term = self._terms[place]
            if term.what is Is.LENGTH and found.length is None:
                found.length = term.length
                if self._roughly(place):
                    found.problems.add("approximate-length")
                break
            if term.what is Is.INCLUSIVE:
                found.whole_days = True
            elif term.what is Is.ODD:
                found.problems.add("garbled")
            elif term.what not in beside.PASSED and term.what is not Is.ROUGHLY:
                break
        if found.end is None and found.length is None and not found.open:
            found.length = self._length_before(found)
        before = self._at - 1
        while before >= 0 and (self._terms[before].end > found.first or self._terms[before].word == "."):
            before -= 1
        if before >= 0 and self._terms[before].what is Is.ROUGHLY:
            found.problems.add("approximate")
        if before >= 0 and too_early(found.start, self._terms[before]):
            found.problems.add("part-of-day")
        if found.start is not None and (start := both_late(found.start, found.end)) is not None:
            found.start = start
            found.problems.add("part-of-day")
        return found

    def _length_before(self, found: Range) -> timedelta | None:
        """ "przez sześć godzin, od 23:00"."""
        place = next((n for n, term in enumerate(self._terms) if term.start >= found.first), 0) - 1
        while place >= 0 and self._terms[place].what in beside.PASSED:
            place -= 1
        return self._terms[place].length if place >= 0 and not self._roughly(place) else None

    def _roughly(self, place: int) -> bool:
        return any(term.what is Is.ROUGHLY for term in self._terms[max(0, place - 2) : place])


_STARTS_ANEW = frozenset({Is.FROM, Is.BETWEEN, Is.CLOCK, Is.CLOCKS, Is.DAYS, Is.NUMBER, Is.ODD})
