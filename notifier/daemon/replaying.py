"""Another time played back: the same daemon on a clock that the replay itself moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from notifier.daemon.clock import ReplayClock


class Replay:
    """Moves a clock from one due moment to the next, ``speed`` simulated seconds a real one.

    A speed of 0 is as fast as it can. Before the clock moves on, ``drained`` waits until what has
    become due is delivered; at the end ``finished`` is called.
    """

    STEP = timedelta(hours=1)
    """The longest leap: pages change at edges of windows, which nothing needs to announce."""

    def __init__(self, clock: ReplayClock, end: datetime, speed: float) -> None:
        self.clock = clock
        self.end = end
        self.speed = speed
        self.drained: Callable[[], Awaitable[None]] | None = None
        self.finished: Callable[[], None] = lambda: None
        self._due: datetime | None = None
        self._pulled = asyncio.Event()

    def set(self, moment: datetime | None) -> None:
        """Stop at a moment on the way."""
        self._due = moment

    def ring(self) -> None:
        """Stop waiting now: the replay is to end."""
        self._pulled.set()

    async def wait(self) -> None:
        """Let the simulated time pass until something is due."""
        if self.drained is not None:
            await self.drained()
        now = self.clock.now()
        if now >= self.end:
            self.finished()
            return
        target = min(self.end, now + self.STEP, *([self._due] if self._due and self._due > now else []))
        if self.speed > 0:
            await self._pass_time(now, target)
        self.clock.set(target)

    async def _pass_time(self, now: datetime, target: datetime) -> None:
        try:
            await asyncio.wait_for(self._pulled.wait(), (target - now).total_seconds() / self.speed)
        except TimeoutError:
            return
