"""Windows in the order of their starts, found by time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Set
from datetime import datetime
from itertools import accumulate, chain, compress

from notifier.model import FOREVER, Interval, Window


class Shelf:
    """Some windows that are asked by time. Immutable after construction."""

    def __init__(self, windows: Iterable[Window]) -> None:
        self._lay_out(sorted(windows, key=_order))

    def changed(self, gone: Set[str], fresh: Iterable[Window]) -> Shelf:
        """The shelf without the windows of some ids and with others."""
        windows = [window for window in self.windows if window.id not in gone] if gone else [*self.windows]
        for window in fresh:
            insort(windows, window, key=_order)
        shelf = Shelf.__new__(Shelf)
        shelf._lay_out(windows)
        return shelf

    def _lay_out(self, windows: list[Window]) -> None:
        """Take the windows in their order."""
        self.windows = windows
        self._endless = [window for window in windows if window.end is None]
        self._ended = [window for window in windows if window.end is not None]
        self._starts = [window.start for window in self._ended]
        self._ends = [window.end for window in self._ended if window.end is not None]
        self._latest = list(accumulate(self._ends, max))

    def overlapping(self, interval: Interval) -> list[Window]:
        """The windows that share an instant with the interval, in the order of their starts."""
        until = interval.until
        found = list(self._between(interval.start, bisect_left(self._starts, until)))
        return self._joined(found, (window for window in self._endless if window.start < until))

    def touching(self, start: datetime, until: datetime) -> list[Window]:
        """The windows that overlap ``[start, until)`` or begin or end exactly where it ends or begins."""
        first, stop = bisect_left(self._latest, start), bisect_right(self._starts, until)
        found = self._ended[first:stop]
        if len(found) > 1:  # the first one ends late enough
            found = list(compress(found, map(start.__le__, self._ends[first:stop])))
        return self._joined(found, (window for window in self._endless if window.start <= until))

    def covering(self, moment: datetime) -> list[Window]:
        """The windows that hold at an instant, in the order of their starts."""
        found = list(self._between(moment, bisect_right(self._starts, moment)))
        return self._joined(found, (window for window in self._endless if window.start <= moment))

    def _joined(self, ended: list[Window], endless: Iterable[Window]) -> list[Window]:
        if not self._endless:
            return ended
        return sorted([*ended, *endless], key=_order)

    def _between(self, moment: datetime, stop: int) -> Iterator[Window]:
        """Of the windows with a known end the first ``stop``, those that end after a moment."""
        start = bisect_right(self._latest, moment)  # all before this one have ended
        return compress(self._ended[start:stop], map(moment.__lt__, self._ends[start:stop]))


def neighbours(shelves: Iterable[Shelf]) -> frozenset[str]:
    """The ids of those windows on some shelves that touch or overlap another one there."""
    found = set[str]()
    before, until = "", None
    for window in sorted(chain.from_iterable(shelf.windows for shelf in shelves), key=_order):
        end = window.end or FOREVER
        if until is not None and window.start <= until:
            found.update((before, window.id))
        if until is None or end > until:
            before, until = window.id, end
    return frozenset(found)


def _order(window: Window) -> tuple[datetime, str]:
    return window.start, window.id
