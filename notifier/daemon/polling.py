"""Reading sources beside the loop: each at its time; what they said waits here for the next pass.

Nothing in here ends the daemon. What is lost with the process is read again at the next poll.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from notifier import __version__
from notifier.config import Config
from notifier.config.sources import SourceSpec, source_logins
from notifier.mail import Clock
from notifier.sources import Client, Keeper, Login, Poller, Statement, TroubleKind, agent_of
from notifier.sources.reading import names_of

log = structlog.get_logger()

LONGEST_WAIT = 60.0
"""Seconds between two looks at what is due: another process may have read a source, or the clock been set."""

PASSING = frozenset({TroubleKind.AWAY, TroubleKind.SLOW_DOWN, TroubleKind.CUT_SHORT, TroubleKind.STALE})
"""Troubles that mend by themselves: the operator hears of them when the source has gone stale."""


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
        kept = {source.id for source in config.sources if source.enabled}
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
                    log.error("sources cannot be read", reason=str(error))  # noqa: TRY400 - the reason is complete
                except Exception:
                    log.exception("sources cannot be read")
                await self._wait(self._state, config, ending)
        finally:
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)

    async def _ask(self, state: Path, config: Config, ending: asyncio.Task[bool]) -> bool:
        """Read what is due; True where a pass should look at it."""
        sources = [source for source in config.sources if source.enabled]
        troubles = await asyncio.to_thread(_troubles, state, sources)
        if sources:
            client = Client(
                agent_of(__version__, config.settings.site.base_url, config.settings.site.contact)
            )
            try:
                poller = self._poller(state, config, client)
                asking = asyncio.create_task(poller.poll_due(sources, self._clock.now()))
                await asyncio.wait({asking, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not asking.done():
                    asking.cancel()
                    await asyncio.gather(asking, return_exceptions=True)
                    return False
                results = await asking
            finally:
                await client.close()
        else:
            results = []
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

    def _poller(self, state: Path, config: Config, client: Client) -> Poller:
        logins = source_logins(self._environ, config.sources)
        return Poller(
            state,
            names_of(config.catalogue),
            client,
            {name: Login(user, password) for name, (user, password) in logins.items()},
        )

    async def _wait(self, state: Path, config: Config, ending: asyncio.Task[bool]) -> None:
        sources = [source for source in config.sources if source.enabled]
        due = await asyncio.to_thread(_next_poll, state, sources)
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


def said_of(kind: TroubleKind, detail: str) -> str:
    """A trouble in one line."""
    return f"{kind}: {detail}" if detail else kind.value


def _troubles(state: Path, sources: Sequence[SourceSpec]) -> dict[str, str]:
    """What lasts since earlier polls, also those of former lives."""
    found = {}
    for source in sources:
        record = Keeper(state, source.id).record()
        if record.trouble is not None and record.trouble not in PASSING:
            found[source.id] = said_of(record.trouble, record.detail)
    return found


def _next_poll(state: Path, sources: Sequence[SourceSpec]) -> datetime | None:
    moments = [Keeper(state, source.id).record().next_poll for source in sources]
    return min((moment for moment in moments if moment is not None), default=None)
