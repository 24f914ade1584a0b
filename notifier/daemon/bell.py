"""The bell: wakes the loop when something may be due. It carries no data and may ring for nothing.

APScheduler rings it; what is due is always derived from stored facts. The loop also wakes by itself
every minute, on the monotonic clock, so that a lost ring costs a minute and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

TICK = 60.0
"""Seconds between two looks at the facts when nothing rings."""


class Bell:
    """Rings at a moment, or when somebody pulls it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        # Inside job_defaults, because APScheduler ignores these as arguments of its own. A grace time of
        # None: a ring however late is welcome, the default of one second would drop it.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR | EVENT_JOB_MISSED)

    @contextlib.asynccontextmanager
    async def hung(self) -> AsyncIterator[Bell]:
        """The bell in working order inside the block."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler.start()
        try:
            yield self
        finally:
            # Its jobs only ring; there is nothing to wait for.
            self._scheduler.shutdown(wait=False)

    def ring(self) -> None:
        """Wake the loop now."""
        self._rung.set()

    def set(self, moment: datetime | None) -> None:
        """Ring at a moment; ``None`` takes the setting back."""
        if moment is None:
            if self._scheduler.get_job("due"):
                self._scheduler.remove_job("due")
            return
        self._scheduler.add_job(self._pull, "date", run_date=moment, id="due", replace_existing=True)

    async def wait(self) -> None:
        """Return when the bell rings, or after a minute."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), TICK)
        self._rung.clear()

    async def _pull(self) -> None:
        # A coroutine, so that it runs on the loop: plain functions are run in a thread, and setting an
        # asyncio event from there is not safe.
        self._rung.set()

    def _failed(self, _event: object) -> None:
        self._rung.set()
