"""Time as the daemon, a replay or a test sees it, and waiting by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present moment in UTC."""

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Wait that long on this clock, or less: whoever sleeps looks at :meth:`now` again.

        A simulated clock that does wait had better count from the call and not from the first ``await``,
        lest it be moved in between.
        """


async def within(clock: Clock, seconds: float, awaitable: Awaitable[object]) -> bool:
    """True if it was done in time; otherwise it is cancelled. Raises what it raises."""
    done = asyncio.ensure_future(awaitable)
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({done, timer}, return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            return False
        done.result()
        return True
    finally:
        await cancelled(done, timer)


async def graciously(clock: Clock, grace: timedelta, awaited: Callable[[], Awaitable[object]]) -> bool:
    """As :func:`within`, also on a clock that wakes its sleepers early; starts anew after each waking."""
    deadline = clock.now() + grace
    while not await within(clock, grace.total_seconds(), awaited()):
        if clock.now() >= deadline:
            return False
    return True


async def cancelled(*futures: asyncio.Future[Any]) -> None:
    """Cancel what is not done yet and wait until all have ended; their results no longer matter."""
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)
