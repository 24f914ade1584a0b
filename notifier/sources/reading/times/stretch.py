"""A range as written: two edges, the days beside them, and what was odd about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from notifier.sources.reading.times.edges import Edge
from notifier.sources.reading.times.numerals import Day, Days, Spread


@dataclass(slots=True)
class Range:
    """A stretch of time as written, with its place in the sentence."""

    start: Edge | None
    end: Edge | None
    first: int
    last: int
    on: list[Days] = field(default_factory=list)
    length: timedelta | None = None
    open: bool = False
    whole_days: bool = False
    bare: bool = False  #: two numbers with a dash and nothing that marks them as hours
    after: bool = False  #: "po godz. 20:00": from some time behind that hour
    from_first: bool = False  #: "od" stands before the day of the start, not between day and hour
    later: list[tuple[int, Days]] = field(default_factory=list)  #: days behind a range that has its own
    problems: set[str] = field(default_factory=set)

    @property
    def own_day(self) -> bool:
        """True where one of the two ends names its day."""
        return any(edge is not None and edge.days is not None for edge in (self.start, self.end))

    @property
    def dated_in_full(self) -> bool:
        """True where a day with its number stands in it or beside it."""
        beside = [*self.on, *(edge.days for edge in (self.start, self.end) if edge is not None and edge.days)]
        return any(day.day is not None or day.offset is not None for days in beside for day in days.days)

    @property
    def dated(self) -> bool:
        """True where the day stands in one of the ends or beside the range."""
        return bool(self.on) or self.own_day


def stretch_of(found: Range) -> Days | None:
    """The days of a range that has no hours: "od 19 do 21 stycznia"."""
    start, end = found.start, found.end
    if start is None or end is None or end.days is None or end.clock is not None:
        return None
    last = end.days.days[0]
    if start.days is not None and start.clock is None:
        return Days(Spread.STRETCH, (start.days.days[0], last))
    if start.days is None and start.clock is not None and not start.clock.marked and last.dated:
        return Days(Spread.STRETCH, (replace(last, day=start.clock.hour, weekday=None), last))
    return None


def first_day_of(found: Range) -> Edge | None:
    """Where "od 23 do 25 czerwca" begins: on a day, and at no hour; ``None`` for "od 22 do 13 czerwca"."""
    stretch = stretch_of(found)
    first, last = stretch.days if stretch is not None else (Day(), Day())
    in_order = first.day is not None and last.day is not None and first.day < last.day
    return Edge(days=Days(Spread.ONE, (first,))) if in_order else None
