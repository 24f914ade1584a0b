"""Writing answers down: each as soon as it is in, those that come meanwhile together.

While one group is being written, the next one gathers; so a single answer waits for nothing, and many
share a transaction. Who hands one in goes on before it is written only while few are unwritten: as many,
and no more, can be sent twice when the process is killed.
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
        ahead: int,
    ) -> None:
        """``write`` records a group or raises; ``sleep`` waits some seconds before it is tried again.

        ``ahead`` is how many outcomes may be unwritten before everybody has to wait for theirs.
        """
        self._write = write
        self._sleep = sleep
        self._ahead = ahead
        self._gathered: list[tuple[Outcome, asyncio.Future[None] | None]] = []
        self._unwritten = 0
        self._writer: asyncio.Task[None] | None = None

    def hand_in(self, outcome: Outcome, *, ahead: bool) -> asyncio.Future[None] | None:
        """Hand in an outcome; returns what to wait for until it is written.

        With ``ahead`` that is nothing as long as few are unwritten.

        Cancelling that does not take the outcome back.
        """
        written = None
        if not ahead or self._unwritten >= self._ahead:
            written = asyncio.get_running_loop().create_future()
        self._gathered.append((outcome, written))
        self._unwritten += 1
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return written

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
            await self._record([outcome for outcome, _ in group])
            self._unwritten -= len(group)
            for _, written in group:
                if written is not None and not written.done():
                    written.set_result(None)

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
