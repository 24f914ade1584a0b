"""Notices as they were when they were told, derived again from the editions of that time.

A news item keeps saying what was true when it was published, so its bytes never change. No advice is
stored for it: editions and moment give the same advice again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.cycle.reconcile import Editions
from notifier.model import Advice, Edition, Interval, Notice, Window
from notifier.store import NoticeRow

ENOUGH = 200
"""How many neighbours of a window, and neighbours of theirs, are looked at: where some window always
touches the next one, all of them would be."""


class History:
    """Answers "what did we say of this window at that moment?" from the editions known when it is made."""

    def __init__(self, network: Network, effects: Effects, editions: Editions, settle: timedelta) -> None:
        self.network = network
        self.effects = effects
        self.editions = editions
        self.settle = settle
        self._near = _Intervals(edition.window for history in editions.of.values() for edition in history)

    def notice(self, row: NoticeRow) -> Notice:
        """The notice as it was made."""
        return Notice(
            key=row.key,
            due=row.due,
            useful_until=row.useful_until,
            sent=row.sent,
            reason=row.reason,
            edition=row.edition,
            sequence=row.sequence,
            severity=row.severity,
            advice=self._advice(row),
            channels=row.channels,
            changes=row.changes,
            told=row.told,
        )

    def _advice(self, row: NoticeRow) -> Advice:
        told = self.editions.number(row.key.window, row.edition).window
        outlook = Outlook(self.network, self._around(told, row.due))
        return Adviser(outlook, self.effects).advise(told, row.key.audience)

    def _around(self, told: Window, moment: datetime) -> Iterable[Window]:
        """The windows known at a moment that can bear on a window: its neighbours, theirs, and so on."""
        found = {told.id: told}
        new = [told]
        while new and len(found) <= ENOUGH:
            near = {other for window in new for other in self._near.touching(window.interval)}
            new = []
            for window in sorted(near - found.keys()):
                edition = settled(self.editions.of[window], moment, self.settle)
                if edition is not None:
                    found[window] = edition.window
                    new.append(edition.window)
        return found.values()


def settled(history: list[Edition], moment: datetime, settle: timedelta) -> Edition | None:
    """The edition that counted at a moment: the last that had settled before the next one was known."""
    for number in range(len(history) - 1, -1, -1):
        edition = history[number]
        after = history[number + 1] if number + 1 < len(history) else None
        if edition.known_at + settle <= moment and (
            after is None or after.known_at > edition.known_at + settle
        ):
            return edition
    return None


class _Intervals:
    """Finds windows by time."""

    def __init__(self, windows: Iterable[Window]) -> None:
        by_start = sorted(windows, key=lambda window: window.start)
        self._endless = [window for window in by_start if window.end is None]
        self._ended = [window for window in by_start if window.end is not None]
        self._starts = [window.start for window in self._ended]
        self._latest = list(accumulate((window.interval.until for window in self._ended), max))

    def touching(self, interval: Interval) -> Iterator[str]:
        """The ids of windows of which some edition overlaps the interval or touches it."""
        yield from (window.id for window in self._endless if window.start <= interval.until)
        i = bisect_right(self._starts, interval.until) - 1
        while i >= 0 and self._latest[i] >= interval.start:
            if self._ended[i].interval.until >= interval.start:
                yield self._ended[i].id
            i -= 1
