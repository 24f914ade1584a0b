"""What was known when: editions of windows in the order in which they count."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta

from notifier.model import Edition


class Knowledge:
    """Editions waiting to count, and those that do.

    An edition counts once it has settled: ``settle`` after it was known, unless a newer edition of
    the same window came within that time, which then speaks for both.
    """

    def __init__(self, settle: timedelta) -> None:
        self.settle = settle
        self.current: dict[str, Edition] = {}
        self._waiting: list[tuple[datetime, str, int, Edition]] = []
        self._known: dict[str, list[Edition]] = {}

    def learn(self, editions: Iterable[Edition]) -> None:
        """Take in editions; within a window they must come in the order of their numbers."""
        for edition in editions:
            self._known.setdefault(edition.window.id, []).append(edition)
            entry = (edition.known_at + self.settle, edition.window.id, edition.number, edition)
            heapq.heappush(self._waiting, entry)

    def next_change(self) -> datetime | None:
        """When the next edition starts to count; ``None`` while nothing waits."""
        return self._waiting[0][0] if self._waiting else None

    def take(self, moment: datetime) -> list[tuple[Edition | None, Edition]]:
        """Let everything that has settled by ``moment`` count; the pairs of old and new that changed."""
        changed: dict[str, tuple[Edition | None, Edition]] = {}
        while self._waiting and self._waiting[0][0] <= moment:
            _, window, _, edition = heapq.heappop(self._waiting)
            before = self.current.get(window)
            if before is not None and before.number >= edition.number:
                continue
            if self._superseded(edition):
                continue
            self.current[window] = edition
            changed[window] = (changed[window][0] if window in changed else before, edition)
        return list(changed.values())

    def _superseded(self, edition: Edition) -> bool:
        """True when a newer edition of the window was known before this one had settled."""
        settled = edition.known_at + self.settle
        return any(
            later.number > edition.number and later.known_at <= settled
            for later in self._known[edition.window.id]
        )
