"""What runs beside the loop: delivering, reading, asking, calling. None of it may die unheard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from notifier.model import NotifierError

log = structlog.get_logger()


class WorkDied(NotifierError):
    """Work beside the loop ended by itself; ``kind`` names what it died of, empty where it just ended.

    Nothing in here can mend that, and a new start takes up what was on its way.
    """

    def __init__(self, work: str, kind: str) -> None:
        self.work = work
        self.kind = kind
        super().__init__(f"{work} has died{f' of {kind}' if kind else ''}; the log says more")


class Beside:
    """Tasks by the name of their work. Each is given a sign to end, and says when it has."""

    def __init__(self, ended: Callable[[], None]) -> None:
        """``ended`` is called when one of them is over, so that somebody looks: see :meth:`check`."""
        self._ended = ended
        self._stop = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, work: str, run: Callable[[asyncio.Event], Coroutine[object, object, None]]) -> None:
        """Have this done until :meth:`close`."""
        task = asyncio.create_task(run(self._stop), name=work)
        task.add_done_callback(lambda _: self._ended())
        self._tasks[work] = task

    def check(self) -> None:
        """Raise :class:`WorkDied` where one is over that nobody told to end."""
        for work, task in self._tasks.items():
            if task.done():
                error = None if task.cancelled() else task.exception()
                log.critical("died, so the daemon ends", work=work, exc_info=error)
                raise WorkDied(work, type(error).__name__ if error else "")

    async def close(self) -> None:
        """Tell all of them to end, and wait until they have."""
        self._stop.set()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
