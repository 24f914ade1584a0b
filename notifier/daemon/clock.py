"""The two clocks: the machine's, and one that plays back another time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)


class ReplayClock:
    """A clock that stands wherever it was set; only the replay moves it.

    Sleeping on it is short real waiting: whoever sleeps wakes often and looks at :meth:`now` again.
    """

    LONGEST = 0.05

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment the replay has reached, in UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move on; never back."""
        self._now = max(self._now, moment)

    async def sleep(self, seconds: float) -> None:
        """Wait a little of real time."""
        await asyncio.sleep(min(seconds, self.LONGEST))
