"""A range as written: two edges, the days beside them, and what was odd about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from notifier.sources.reading.edges import Edge
from notifier.sources.reading.numerals import Days


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
    from_first: bool = False  #: "od" stands before the day of the start, not between day and hour
    problems: set[str] = field(default_factory=set)

    @property
    def own_day(self) -> bool:
        """True where one of the two ends names its day."""
        return any(edge is not None and edge.days is not None for edge in (self.start, self.end))

    @property
    def dated(self) -> bool:
        """True where the day stands in one of the ends or beside the range."""
        return bool(self.on) or self.own_day
