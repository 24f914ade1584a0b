"""Reading sources beside the loop: each at its time; what they said waits here for the next pass.

Nothing in here ends the daemon. What is lost with the process is read again at the next poll.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

from notifier.config import Config
from notifier.config.sources import SourceSpec
from notifier.mail import Clock
from notifier.sources import Statement

log = structlog.get_logger()

LONGEST_WAIT = 60.0
"""Seconds between two looks at what is due: another process may have read a source, or the clock been set."""


class Polling:
    """The sources of a configuration, and what they said that no pass has heard yet."""

    def __init__(self, state: Path | None, environ: Mapping[str, str], clock: Clock) -> None:
        """``state`` is the state directory; without one, as where another time is played back, none is read."""
        self._state = state
        self._environ = environ
        self._clock = clock
        self._config: Config | None = None
        self._stirred = asyncio.Event()
        self._waiting: dict[str, Statement] = {}
        self._troubles: dict[str, str] = {}

    @property
    def troubles(self) -> Mapping[str, str]:
        """What is wrong with sources that somebody has to look at, by source."""
        return dict(self._troubles)

    def configure(self, config: Config) -> None:
        """Read the sources of this configuration from now on."""
        self._config = config
        kept = {source.id for source in _enabled(config)}
        self._waiting = {name: said for name, said in self._waiting.items() if name in kept}
        self._troubles = {name: why for name, why in self._troubles.items() if name in kept}
        self.stir()

    def stir(self) -> None:
        """Look now whether anything is due."""
        self._stirred.set()

    def waiting(self) -> tuple[Statement, ...]:
        """What has been said since; the same again until it is :meth:`heard`."""
        return tuple(self._waiting.values())

    def heard(self, statements: Sequence[Statement]) -> None:
        """Note that a pass has taken these in."""
        for statement in statements:
            if self._waiting.get(statement.source) is statement:
                del self._waiting[statement.source]

    async def watch(self, stop: asyncio.Event, ring: Callable[[], None]) -> None:
        """Read what is due until ``stop`` is set; ``ring`` is called when something was said, or went wrong."""
        if self._state is None:
            await stop.wait()
            return
        ending = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set() and self._config is not None:
                config = self._config
                self._stirred.clear()
                try:
                    if await self._ask(self._state, config, ending):
                        ring()
                except OSError as error:
                    log.error("sources cannot be read", reason=str(error))
                except Exception:
                    log.exception("sources cannot be read")
                await self._wait(self._state, config, ending)
        finally:
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)

    async def _ask(self, state: Path, config: Config, ending: asyncio.Task[bool]) -> bool:
        """Read what is due; True where a pass should look at it."""
        sources = _enabled(config)
        if not sources:
            return False
        # Here, so that who has no sources holds no client and no reader of pages.
        from notifier.daemon.asking import PASSING, ask, lasting, said_of  # noqa: PLC0415

        troubles = await asyncio.to_thread(lasting, state, sources)
        asking = asyncio.create_task(ask(state, config, self._environ, self._clock.now()))
        await asyncio.wait({asking, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return False
        results = await asking
        if config is not self._config:
            return False  # somebody changed what is to be read: ask again, by the new words
        for result in results:
            troubles.pop(result.source, None)
            if isinstance(result, Statement):
                self._waiting[result.source] = result
            elif result.kind not in PASSING:
                troubles[result.source] = said_of(result.kind, result.detail)
        news = bool(results) or troubles != self._troubles
        self._troubles = troubles
        return news

    async def _wait(self, state: Path, config: Config, ending: asyncio.Task[bool]) -> None:
        """Until the next source is due, somebody stirs, or the end."""
        due = None
        if sources := _enabled(config):
            from notifier.daemon.asking import next_poll  # noqa: PLC0415 - as above

            due = await asyncio.to_thread(next_poll, state, sources)
        seconds = LONGEST_WAIT if due is None else (due - self._clock.now()).total_seconds()
        stirred = asyncio.create_task(self._stirred.wait())
        try:
            # A second at least, whatever a record says: no source is ever asked in a hurry.
            await asyncio.wait(
                {stirred, ending},
                timeout=min(LONGEST_WAIT, max(1.0, seconds)),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            stirred.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await stirred


def _enabled(config: Config) -> list[SourceSpec]:
    return [source for source in config.sources if source.enabled]
