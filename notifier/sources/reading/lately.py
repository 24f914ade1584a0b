"""Breaks that go on: "Prace trwają od piątku do niedzieli", told on Saturday, began yesterday and not next week."""

from __future__ import annotations

import re
from dataclasses import replace

from notifier.sources.reading.pieces import Piece
from notifier.sources.reading.times.dates import Almanac
from notifier.sources.reading.times.numerals import Day, Days, Spread
from notifier.sources.reading.times.stretch import Range

_GOES_ON = re.compile(
    r"\b(?:trwa(?:ja)?\b|nie dziala(?:ja)?\b|(?:jest|sa) (?:\w+ ){0,2}(?:niedostepn|wylaczon|nieczynn))"
)
_LATELY = 3
"""Days: what began longer ago than that is told with its date."""


def begun_lately(piece: Piece, almanac: Almanac) -> Range:
    """The range of a piece, begun on the last day of that name where it says that the break goes on; doubtful then."""
    found = piece.range
    weekday = _weekday(found.start.days) if found.start is not None else None
    if found.start is None or weekday is None or _GOES_ON.search(piece.folded) is None:
        return found
    ago = (almanac.published.weekday() - weekday) % 7
    last = _weekday(found.end.days) if found.end is not None else almanac.published.weekday()
    if not 0 < ago <= _LATELY or last is None:
        return found
    length = (last - weekday) % 7
    if length < ago:
        return found  # that one would be over
    start = replace(found.start, days=_ago(ago, weekday))
    end = None if found.end is None else replace(found.end, days=_ago(ago - length, last))
    return replace(found, start=start, end=end, problems=found.problems | {"day-unclear"})


def _ago(days: int, weekday: int) -> Days:
    return Days(Spread.ONE, (Day(offset=-days, weekday=weekday),))


def _weekday(days: Days | None) -> int | None:
    """The weekday of one day of which nothing else is told."""
    day = days.days[0] if days is not None and days.spread is Spread.ONE else Day()
    return day.weekday if day.day is None and day.offset is None else None
