"""Writing answers down: each as soon as it is in, those that come meanwhile together.

While one group is being written, the next one gathers; so a single answer waits for nothing, and many
share a transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from notifier.store import Outcome

log = structlog.get_logger()

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class Settler:
    """Collects outcomes and writes them in groups of whatever has gathered."""

    def __init__(
        self,
        write: Callable[[Sequence[Outcome]], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """``write`` records a group or raises; ``sleep`` waits some seconds before it is tried again."""
        self.unwritten: set[int] = set()  # ids of mails that have an outcome which is not recorded yet
        self._write = write
        self._sleep = sleep
        self._gathered: list[Outcome] = []
        self._listeners: dict[Callable[[], object], None] = {}  # in their order, each once
        self._writer: asyncio.Task[None] | None = None

    def hand_in(self, outcome: Outcome) -> None:
        """Hand in an outcome, which is written as soon as what is being written is done with."""
        self._gathered.append(outcome)
        self.unwritten.add(outcome.mail_id)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())

    def when_written(self, call: Callable[[], object]) -> None:
        """Call that, once, when some more outcomes are written, or when everybody is stirred."""
        self._listeners[call] = None

    def stir(self) -> None:
        """Let those who wait for something to be written look whether they still should."""
        loop = asyncio.get_running_loop()
        listeners, self._listeners = self._listeners, {}
        for call in listeners:
            loop.call_soon(call)

    async def finish(self) -> None:
        """Wait until everything handed in is written."""
        if self._writer is not None:
            await asyncio.shield(self._writer)

    def abandon(self) -> None:
        """Stop writing: what is not written yet will be sent again by whoever claims it next."""
        if self._writer is not None:
            self._writer.cancel()

    async def _write_all(self) -> None:
        while self._gathered:
            group, self._gathered = self._gathered, []
            await self._record(group)
            self.unwritten.difference_update([outcome.mail_id for outcome in group])
            self.stir()

    async def _record(self, outcomes: Sequence[Outcome]) -> None:
        """Until it is recorded: the relay has these mails, and forgetting that would send them again."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._write(outcomes)
            except Exception:
                log.exception("answers cannot be recorded", mails=len(outcomes), again_in=pause)
            else:
                return
            await self._sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
