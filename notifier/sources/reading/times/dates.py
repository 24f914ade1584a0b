"""Days as written into dates: missing years and weekdays come from the publication, never from today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from notifier.sources.reading.lazy import Lazy
from notifier.sources.reading.times.numerals import THIS_MONTH, Day, Days, Spread

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years outside are slips of the finger."""

_FAR_AHEAD = timedelta(days=150)
_FAR_BEHIND = timedelta(days=45)
_SOON = timedelta(days=14)
_STALE = timedelta(days=7)
"""A date that far back is told as history; a later one may mean that the text is older than its publication."""

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates meant, how they belong together, and what is doubtful about them."""

    spread: Spread
    dates: tuple[date, ...]
    problems: frozenset[str] = frozenset()


class Almanac:
    """Turns days into dates for one text: its publication, and the dates it names in full."""

    def __init__(
        self,
        published: date,
        named: Callable[[], dict[date, bool]] = dict,
        this_weekend: Callable[[], bool] = lambda: False,
    ) -> None:
        self.published = published
        self._find_named = named
        self._find_this_weekend = this_weekend

    @Lazy
    def _named(self) -> dict[date, bool]:
        """The dates named, in order; True for those that stand with what is told of outages."""
        return dict(sorted(self._find_named().items()))

    def names_only(self, dates: Iterable[date]) -> bool:
        """True where the text names no other dates than these; what is over or far off is no rival."""
        known = set(dates)
        near = [*known, self.published]
        rivals = [day for day in self._named if day not in known and day >= self.published - _STALE]
        return not any(abs(day - one) <= _SOON for day in rivals for one in near)

    def dates(self, days: Days) -> Dates | None:
        """The dates of one or several days; ``None`` where nothing tells them."""
        if days.spread is Spread.ONE:
            day, problems = self.resolve(days.days[0])
            return None if day is None else Dates(Spread.ONE, (day,), frozenset(problems))
        if days.single is not None:
            return self._night_by_single(days)
        found: list[date] = []
        problems = set[str]()
        for written in _with_years(days.days):
            one, more = self.resolve(written, after=found[-1] if found else None)
            problems |= more
            if one is None:
                return None
            found.append(one)
        if any(late <= early for early, late in pairwise(found)):
            problems.add("not-a-night" if days.spread is Spread.NIGHT else "day-unclear")
        if days.spread is Spread.NIGHT and found[1] - found[0] != _DAY:
            problems.add("not-a-night")
        if days.spread is Spread.STRETCH and len(found) == 2 and found[0] < found[1] <= found[0] + 31 * _DAY:
            found = [found[0] + n * _DAY for n in range((found[1] - found[0]).days + 1)]
        return Dates(days.spread, tuple(found), frozenset(problems))

    def resolve(self, day: Day, after: date | None = None) -> tuple[date | None, set[str]]:
        """The date of a day, in a pair not before ``after``; and the doubts."""
        if day.offset is not None:
            return self._relative(day)
        if day.dated:
            found, problems = self._dated(day, after)
            if found is not None and day.weekday is not None and found.weekday() != day.weekday:
                problems.add("weekday-mismatch")
            return found, problems
        if day.weekday is not None and day.day is None:
            return self._by_weekday(day.weekday, after)
        return None, set()

    def _relative(self, day: Day) -> tuple[date | None, set[str]]:
        found, problems = self.published + (day.offset or 0) * _DAY, set[str]()
        if day.weekday is not None and found.weekday() != day.weekday:
            problems.add("weekday-mismatch")
        if day.dated:
            written, more = self._dated(replace(day, offset=None), None)
            problems |= more
            if written != found:
                problems.add("day-unclear")
                found = written or found
        return found, problems

    def _dated(self, day: Day, after: date | None) -> tuple[date | None, set[str]]:
        if day.month == THIS_MONTH:
            day = replace(day, month=self.published.month, year=self.published.year)
        if day.year is not None:
            found = _real(day.year, day)
            if found is None:
                return None, {"no-such-date"}
            return found, {"year-unclear"} if abs(found - self.published) > timedelta(days=500) else set()
        near = after or self.published
        years = (near.year, near.year + 1, near.year - 1) if after is None else (near.year, near.year + 1)
        known = [found for year in years if (found := _real(year, day)) is not None]
        if after is not None:
            known = [found for found in known if found >= after] or known
        if not known:
            return None, {"no-such-date"}
        found = min(known, key=lambda one: abs(one - near))
        ahead = found - self.published
        return found, {"year-unclear"} if ahead > _FAR_AHEAD or ahead < -_FAR_BEHIND else set()

    def _by_weekday(self, weekday: int, after: date | None) -> tuple[date, set[str]]:
        """The one among the dates named in the text; else the first that comes."""
        if after is not None:
            return after + ((weekday - after.weekday()) % 7) * _DAY, set()
        ahead = (weekday - self.published.weekday()) % 7
        found = self.published + ahead * _DAY
        named = [day for day in self._named if day.weekday() == weekday and day >= self.published - _DAY]
        if named and named[0] != found and not (self._named[named[0]] and named[0] - found <= _SOON):
            return found, {"day-unclear"}  # "w czwartek", and far below "program trwa do 25 czerwca"
        if named:
            return named[0], set() if len(named) == 1 else {"day-unclear"}
        problems = set() if ahead or self._on_this_weekend(weekday) else {"day-unclear"}
        lately = [day for day in self._named if day >= self.published - _STALE]
        if lately and not any(-2 * _DAY <= found - day <= 6 * _DAY for day in lately):
            problems.add("day-unclear")
        return found, problems

    def _on_this_weekend(self, weekday: int) -> bool:
        """True on a weekend of which the text says that it is the one meant."""
        return weekday >= _SATURDAY and self._find_this_weekend()

    def _night_by_single(self, days: Days) -> Dates | None:
        """ "w nocy z czwartku na piątek, 13 czerwca": the weekday tells which of the two the date is."""
        if days.single is None:
            return None
        day, problems = self.resolve(days.single)
        if day is None:
            return None
        first, second = days.days
        if first.weekday is None or (first.weekday + 1) % 7 != second.weekday:
            problems.add("not-a-night")
        if day.weekday() == second.weekday:
            day -= _DAY
        elif day.weekday() != first.weekday:
            problems.add("weekday-mismatch")
        return Dates(Spread.NIGHT, (day, day + _DAY), frozenset(problems))


def pair_of(first: Day | None, second: Day | None) -> tuple[Day | None, Day | None]:
    """Two days of one range, each with the year that only the other one names."""
    if first is None or second is None:
        return first, second
    days = _with_years((first, second))
    return days[0], days[1]


def _with_years(days: tuple[Day, ...]) -> tuple[Day, ...]:
    last = days[-1]
    if last.year is None or last.month is None:
        return days
    year = last.year
    return tuple(
        replace(day, year=year if day.month <= last.month else year - 1)
        if day.year is None and day.month is not None
        else day
        for day in days
    )


def _real(year: int, day: Day) -> date | None:
    try:
        return date(year, day.month or 0, day.day or 0) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None
