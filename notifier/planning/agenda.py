"""The agenda: occasions in the order in which they come due."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime

from notifier.model import NoticeKey
from notifier.planning.occasions import Moment


class Agenda:
    """Scheduled occasions of all windows and audiences; putting new ones of a pair replaces its old ones."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, NoticeKey, int, Moment]] = []
        self._version: dict[tuple[str, str], int] = {}

    def put(self, window: str, audience: str, moments: Iterable[Moment]) -> None:
        """Schedule these for a window and audience, and nothing else any more."""
        version = self._version[window, audience] = self._version.get((window, audience), 0) + 1
        for moment in moments:
            key = NoticeKey(window, audience, moment.occasion, moment.detail)
            heapq.heappush(self._queue, (moment.due, key, version, moment))

    def next(self) -> datetime | None:
        """When the next occasion is due; ``None`` if nothing is scheduled."""
        while (
            self._queue
            and self._version[self._queue[0][1].window, self._queue[0][1].audience] != self._queue[0][2]
        ):
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def take(self) -> tuple[NoticeKey, Moment]:
        """The next occasion, off the agenda. Raises ``IndexError`` when nothing is scheduled."""
        self.next()
        _, key, _, moment = heapq.heappop(self._queue)
        return key, moment
