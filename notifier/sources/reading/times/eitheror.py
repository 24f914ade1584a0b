"""Numbers taken for hours that could be days as well, or that nothing marks as hours: reasons for doubt."""

from __future__ import annotations

from notifier.sources.reading.times.dates import Dates
from notifier.sources.reading.times.stretch import Range


def doubts_of_hours(found: Range, base: Dates | None) -> set[str]:
    """What speaks against the hours of a range, whose day is told beside it by ``base`` or nowhere."""
    clocks = [edge.clock for edge in (found.start, found.end) if edge is not None and edge.clock is not None]
    either = [clock for clock in clocks if clock.either]
    certain = any(clock.marked and not clock.either for clock in clocks)
    day_known = base is not None or found.own_day
    named = any(day.dated for days in found.on for day in days.days)
    doubts = set[str]()
    months = _months(found, base) if either else set()
    # In November "18.00 - 03.11" ends at eleven past three, or the day was told and its hour was lost.
    if any(clock.minute in months for clock in either):
        doubts.add("date-or-hour")
    if either and not named and not (certain and day_known):
        doubts.add("date-or-hour")
    bare = any(not clock.marked and not clock.either for clock in clocks)
    if bare and not certain and (found.bare or not found.dated):
        doubts.add("bare-number")
    return doubts


def _months(found: Range, base: Dates | None) -> set[int]:
    """The months of the days told, and the next ones: an outage ends in one of them."""
    edges = [edge.days for edge in (found.start, found.end) if edge is not None and edge.days is not None]
    told = {day.month for days in (*edges, *found.on) for day in days.days if day.month is not None}
    told |= {date.month for date in base.dates} if base is not None else set()
    return told | {month % 12 + 1 for month in told}
