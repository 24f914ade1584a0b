"""Ranges into instants: midnight, nights of two dates, clock changes, and every check that could speak against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from notifier.model import WARSAW
from notifier.sources.reading.times.dates import Almanac, Dates, pair_of
from notifier.sources.reading.times.edges import Edge
from notifier.sources.reading.times.eitheror import doubts_of_hours
from notifier.sources.reading.times.numerals import Clock, Day, Spread
from notifier.sources.reading.times.stretch import Range

_DAY = timedelta(days=1)
_NIGHT = 12 * 60
"""Minutes: what goes over midnight without saying so is a night, not twenty hours."""
_LONGEST = timedelta(days=4)
_NOON, _AFTERNOON = 9 * 60, 15 * 60

Elsewhere = Callable[[], Dates | None]
"""Finds the days that the rest of a text gives to a range without any: a look at many sentences."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in UTC with its doubts; an end is ``None`` where the text does not give it."""

    start: datetime | None
    end: datetime | None
    problems: frozenset[str]


class Clocks:
    """Places ranges in time."""

    def __init__(self, almanac: Almanac) -> None:
        self._almanac = almanac

    def spans(self, found: Range, elsewhere: Elsewhere = lambda: None) -> list[Span]:
        """The spans a range stands for: one, or one a day; ``elsewhere`` is asked only for a day left out."""
        nights = [days for days in found.on if days.spread is Spread.NIGHT and days.days[0].dated]
        if 1 < len(nights) == len(found.on) and not found.own_day:
            return [span for days in nights for span in self.spans(replace(found, on=[days]))]
        problems = set(found.problems)
        roughly = "approximate-length" in problems
        problems.discard("approximate-length")
        base = self._days_beside(found, problems)
        if base is None and not found.own_day and (beside := elsewhere()) is not None:
            base = beside
            problems |= beside.problems
        start, end = found.start or Edge(), found.end or Edge()
        if found.whole_days:
            return self._whole_days(found, base, problems)
        if start.clock is None and end.clock is None:
            return [Span(None, None, frozenset(problems | {"missing-hours"}))]
        problems |= doubts_of_hours(found, base)
        pairs = self._dates(start, end, base, found, problems, elsewhere)
        return [
            self._span(found, start.clock, end.clock, day, last, problems, roughly) for day, last in pairs
        ]

    def _days_beside(self, found: Range, problems: set[str]) -> Dates | None:
        known = [dates for days in found.on if (dates := self._almanac.dates(days)) is not None]
        if not known:
            return None
        today = self._almanac.published
        known = [
            dates for dates in known if max(dates.dates) >= today
        ] or known  # "02.07.2026: przerwa 10 lipca"
        last = known[-1]
        for other in known[:-1]:
            if not set(last.dates) <= set(other.dates) and not set(other.dates) <= set(last.dates):
                problems.add("day-unclear")
        nights = [
            dates for dates in known if dates.spread is Spread.NIGHT and set(last.dates) <= set(dates.dates)
        ]
        chosen = nights[-1] if nights else last
        problems |= chosen.problems
        return chosen

    def _whole_days(self, found: Range, base: Dates | None, problems: set[str]) -> list[Span]:
        days = list(base.dates) if base is not None else []
        start, end = found.start or Edge(), found.end or Edge()
        if end.days is not None and end.clock is None:
            last = end.days.days[0]
            first = start.days.days[0] if start.days is not None else None
            if first is None and start.clock is not None and not start.clock.marked:
                first = Day(start.clock.hour, last.month, last.year)
            dates = self._pair(first, last, problems)
            days = [day for day in dates if day is not None]
        if not days:
            return [Span(None, None, frozenset(problems | {"missing-day"}))]
        begin, finish = _warsaw(days[0], Clock(0), problems), _warsaw(days[-1], Clock(24), problems)
        return [Span(begin, finish, frozenset(problems))]

    # --- which dates ---

    def _pair(
        self, first: Day | None, last: Day | None, problems: set[str]
    ) -> tuple[date | None, date | None]:
        first, last = pair_of(first, last)
        begin: date | None = None
        finish: date | None = None
        if first is not None and not first.dated and first.offset is None and last is not None and last.dated:
            finish, more = self._almanac.resolve(last)
            problems |= more
            if finish is not None and first.weekday is not None:
                return finish - ((finish.weekday() - first.weekday) % 7) * _DAY, finish
        if first is not None:
            begin, more = self._almanac.resolve(first)
            problems |= more
        if last is not None:
            relative = last.offset is not None or last.year is not None
            finish, more = self._almanac.resolve(last, after=None if relative else begin)
            problems |= more
        return begin, finish

    def _dates(
        self,
        start: Edge,
        end: Edge,
        base: Dates | None,
        found: Range,
        problems: set[str],
        elsewhere: Elsewhere,
    ) -> list[tuple[date | None, date | None]]:
        first = start.days.days[0] if start.days is not None else None
        last = end.days.days[0] if end.days is not None else None
        begin, finish = self._pair(first, last, problems)
        rolls = start.clock is not None and end.clock is not None and end.clock.minutes <= start.clock.minutes
        if begin is not None and finish is not None:
            if end.next_day and finish - begin != _DAY:
                problems.add("day-unclear")
            if finish > begin and first is not None and first.day is None and start.clock == Clock(0):
                problems.add(
                    "day-unclear"
                )  # "od północy w sobotę do 6 w niedzielę": before Saturday, or behind it
            return [(begin, finish)]
        if begin is not None:
            if end.clock is None:
                return [(begin, None)]
            if not (end.next_day or end.same_day) and (found.from_first or _too_long(start, end)):
                night = base is not None and base.spread is Spread.NIGHT and begin in base.dates
                if not night:
                    problems.add("one-sided-day")
            return [(begin, begin + _DAY if end.next_day or (rolls and not end.same_day) else begin)]
        if finish is not None:
            if start.clock is None:
                return [(None, finish)]
            if base is not None:
                return [(day, finish) for day in base.dates[:1]]
            beside = elsewhere() if rolls else None
            day_before = beside is not None and finish - _DAY in beside.dates
            if (rolls or not end.marked) and not day_before:
                problems.add("one-sided-day")
            return [(finish - _DAY if rolls else finish, finish)]
        if base is None:
            problems.add("missing-day")
            return [(None, None)]
        return self._by_base(start, end, base, rolls, problems)

    def _by_base(
        self, start: Edge, end: Edge, base: Dates, rolls: bool, problems: set[str]
    ) -> list[tuple[date | None, date | None]]:
        if start.clock is None or (end.clock is None and base.spread is not Spread.NIGHT):
            if len(base.dates) > 1:
                problems.add("day-unclear")
            day = base.dates[-1] if start.clock is None else base.dates[0]
            return [(day if start.clock is not None else None, day + _DAY if end.next_day else day)]
        if base.spread is Spread.NIGHT:
            return [self._in_night(start, end, base.dates, rolls, problems)]
        if len(base.dates) > 1 and (rolls or base.spread is Spread.STRETCH):
            if rolls and len(base.dates) == 2:
                evening = start.clock.minutes >= _AFTERNOON and not _too_long(start, end)
                problems |= set() if evening and base.spread is Spread.STRETCH else {"several-nights"}
                return [(base.dates[0], base.dates[1])]
            problems.add("several-nights")
        if rolls and not end.next_day and _too_long(start, end):
            problems.add("end-before-start")
        over = end.next_day or (rolls and not end.same_day)
        return [(day, day + _DAY if over else day) for day in base.dates]

    @staticmethod
    def _in_night(
        start: Edge, end: Edge, dates: tuple[date, ...], rolls: bool, problems: set[str]
    ) -> tuple[date, date]:
        """The pair may begin on the first day (22-6) or lie on the second (1:00-3:30): only the hours tell."""
        first, second = dates[0], dates[-1]
        begins = start.clock.minutes if start.clock is not None else 0
        if begins >= _AFTERNOON:
            return first, second if rolls or end.next_day or end.clock is None else first
        if begins > _NOON:
            problems.add("day-unclear")
        if rolls:
            problems.add("end-before-start")
        return second, second

    # --- instants ---

    def _span(
        self,
        found: Range,
        first: Clock | None,
        last: Clock | None,
        day: date | None,
        last_day: date | None,
        shared: set[str],
        roughly: bool,
    ) -> Span:
        problems = set(shared)
        start = _warsaw(day, first, problems) if first is not None and day is not None else None
        end = (
            _warsaw(last_day, last, problems, last=True)
            if last is not None and last_day is not None
            else None
        )
        lost = problems & {"hour-skipped", "missing-day", "no-such-date"}
        if start is None and not lost:
            problems.add("missing-start")
        if end is None and found.length is not None and start is not None and last is None:
            end = start + found.length
            if roughly:
                problems.add("approximate")
        elif end is None and not lost:
            problems.add("missing-end")
        elif found.length is not None and start is not None and end is not None:
            self._check_length(found.length, start, end, roughly, problems)
        if start is not None and end is not None:
            if end <= start:
                problems.add("end-before-start")
                end = None
            elif end - start > _LONGEST:
                problems.add("very-long")
        return Span(start, end, frozenset(problems))

    @staticmethod
    def _check_length(
        length: timedelta, start: datetime, end: datetime, roughly: bool, problems: set[str]
    ) -> None:
        by_clock = end.astimezone(WARSAW).replace(tzinfo=None) - start.astimezone(WARSAW).replace(tzinfo=None)
        margin = max(length / 4, timedelta(hours=1)) if roughly else timedelta(0)
        if min(abs(end - start - length), abs(by_clock - length)) > margin:
            problems.add("length-differs")


def _warsaw(day: date, clock: Clock, problems: set[str], *, last: bool = False) -> datetime | None:
    """The instant in UTC; ``None`` for an hour that is skipped.

    Of an hour that occurs twice, without a word on which, a start is the first and an end (``last``) the second.
    """
    if clock.minutes > 24 * 60:
        problems.add("garbled")
        return None
    if clock.hour == 24:
        day, clock = day + _DAY, Clock(0, clock.minute, summer=clock.summer)
    local = datetime.combine(day, time(clock.hour, clock.minute), WARSAW)
    early, late = local, local.replace(fold=1)
    if early.utcoffset() == late.utcoffset():
        if clock.summer is not None and bool(early.dst()) is not clock.summer:
            problems.add("clock-change")
            return early.astimezone(UTC) + _change_of(day)
        return early.astimezone(UTC)
    if early.astimezone(UTC).astimezone(WARSAW).time() != local.time():
        problems.add("hour-skipped")
        return None
    if clock.summer is None:
        problems.add("hour-twice")
        return (late if last else early).astimezone(UTC)
    return (early if clock.summer else late).astimezone(UTC)


def _change_of(day: date) -> timedelta:
    """How far the clocks go on that day: "3:00 of winter time" is then told by clocks that were not changed."""
    morning, evening = datetime.combine(day, time(0), WARSAW), datetime.combine(day, time(12), WARSAW)
    return (evening.utcoffset() or timedelta(0)) - (morning.utcoffset() or timedelta(0))


def _too_long(start: Edge, end: Edge) -> bool:
    if start.clock is None or end.clock is None:
        return False
    return (
        end.clock.minutes - start.clock.minutes
    ) % 1440 > _NIGHT and end.clock.minutes <= start.clock.minutes
