"""Writing answers down: each as soon as it is in, those that come meanwhile together.

While one group is being written, the next one gathers; so a single answer waits for nothing, and many
share a transaction. A small group waits a moment for those who are about to come: each transaction waits for
the disk, however few answers are in it. Which answers are in a group is settled only when the store's thread
gets to it, so what comes in on the way there goes along.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from notifier.store import Outcome

log = structlog.get_logger()

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_MOMENT = 0.002  # a small group waits so many seconds


class Settler:
    """Collects outcomes and writes them in groups of whatever has gathered."""

    def __init__(
        self,
        write: Callable[[Callable[[], Sequence[Outcome]]], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]],
        enough: Callable[[int], bool],
    ) -> None:
        """``write`` records a group or raises; ``sleep`` waits some seconds before it is tried again.

        What the group is ``write`` asks for, and may do so in another thread.
        ``enough`` says whether a group of so many had better not wait for more.
        """
        self.unwritten: set[int] = set()  # ids of mails that have an outcome which is not recorded yet
        self._write = write
        self._sleep = sleep
        self._enough = enough
        self._gathering: asyncio.Event | None = None  # set once there are enough
        self._gathered: deque[Outcome] = deque()
        self._listeners: dict[Callable[[], object], None] = {}  # in their order, each once
        self._writer: asyncio.Task[None] | None = None

    def hand_in(self, outcome: Outcome) -> None:
        """Hand in an outcome, which is written as soon as what is being written is done with."""
        self._gathered.append(outcome)
        self.unwritten.add(outcome.mail_id)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        elif self._gathering is not None and self._enough(len(self._gathered)):
            self._gathering.set()

    def when_written(self, call: Callable[[], object]) -> None:
        """Call that, once, when some more outcomes are written, or when everybody is stirred."""
        self._listeners[call] = None

    def stir(self) -> None:
        """Let those who wait for something to be written look whether they still should."""
        listeners, self._listeners = self._listeners, {}
        for call in listeners:
            call()

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
            await self._more()
            group = await self._record()
            self.unwritten.difference_update([outcome.mail_id for outcome in group])
            self.stir()

    async def _more(self) -> None:
        """Wait until enough have gathered, but no longer than a moment."""
        if self._enough(len(self._gathered)):
            return
        self._gathering = asyncio.Event()
        try:
            async with asyncio.timeout(_MOMENT):
                await self._gathering.wait()
        except TimeoutError:
            pass
        finally:
            self._gathering = None

    async def _record(self) -> Sequence[Outcome]:
        """Until it is recorded: the relay has these mails, and forgetting that would send them again."""
        group: list[Outcome] = []
        gathered = self._gathered

        def taken() -> Sequence[Outcome]:
            # One by one, because meanwhile the loop may add more.
            group.extend([gathered.popleft() for _ in range(len(gathered))])
            return group

        pause = _FIRST_PAUSE
        while True:
            try:
                await self._write(taken)
            except Exception:
                log.exception("answers cannot be recorded", mails=len(group), again_in=pause)
            else:
                return group
            await self._sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
