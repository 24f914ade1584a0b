"""The daemon: a loop around the pass, with serving and delivering beside it.

The loop owns nothing that matters: kill it anywhere and the next start takes up from the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

import structlog

from notifier.config import Config
from notifier.cycle import Cycle, Pass
from notifier.daemon.bell import TICK
from notifier.daemon.health import Health
from notifier.daemon.manager import ServiceManager
from notifier.daemon.watching import Watcher
from notifier.mail import (
    Clock,
    Delivery,
    DeliverySettings,
    Patience,
    Transport,
    sender_address,
    unsubscribe_headers,
)
from notifier.model import MailState, NotifierError, Severity
from notifier.store import ClaimedMail, OutboxStats, Store
from notifier.web import Answers, App, Listening, serving, write_tree

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

PRUNE_EVERY = timedelta(days=1)


class Waker(Protocol):
    """What wakes the loop: the bell, or the replay that moves its own clock."""

    def set(self, moment: datetime | None) -> None:
        """Wake at a moment."""

    def ring(self) -> None:
        """Wake now."""

    async def wait(self) -> None:
        """Return when it is time to look at the facts again."""


@dataclass(slots=True)
class Hooks:
    """What others want to know of: each pass, and the address once it is served."""

    passed: Callable[[Pass], None] = lambda _: None
    listening: Callable[[Listening | None], None] = lambda _: None


@dataclass(slots=True)
class Parts:
    """What a service is made of; ``public`` is where the tree is written as files."""

    config: Config
    store_url: str
    public: Path
    transport: Transport
    clock: Clock
    waker: Waker
    owner: str
    manager: ServiceManager
    watcher: Watcher | None = None
    drill: bool = False
    hooks: Hooks = field(default_factory=Hooks)


class Service:
    """One running daemon."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.config = parts.config
        self.stopping = asyncio.Event()
        self.health = Health()
        # The store lives in one thread, and so does all rendering: feedgen changes the locale of the
        # whole process for each date it writes.
        self._thread = ThreadPoolExecutor(1, "store")
        self._app = App(self.health.report, self.health.metrics)
        self._pruned: datetime | None = None
        self._reload = False
        self._tree: Mapping[str, bytes] | None = None

    async def run(self) -> None:
        """Run until :meth:`stop`. Raises :class:`NotifierError` when it cannot begin."""
        parts = self.parts
        self._store = await self.db(Store.open, parts.store_url)
        try:
            self._cycle = await self.db(Cycle, self.config, self._store, drill=parts.drill)
            self.delivery = self._new_delivery()
            # Before READY: a broken store or template shows at the start, not in the night.
            await self._pass()
            stop_delivery = asyncio.Event()
            async with self._serving() as listening:
                parts.hooks.listening(listening)
                delivering = asyncio.create_task(self.delivery.run(stop_delivery))
                parts.manager.ready(self.health.line())
                try:
                    await self._loop(delivering)
                finally:
                    parts.manager.stopping()
                    stop_delivery.set()
                    await asyncio.gather(delivering, return_exceptions=True)
        finally:
            await self.db(self._store.close)
            self._thread.shutdown(wait=True)
        log.info("stopped")

    def stop(self) -> None:
        """End after what is under way."""
        self.stopping.set()
        self.parts.waker.ring()

    def reload(self) -> None:
        """Read the configuration again at the next look."""
        self._reload = True
        self.parts.waker.ring()

    async def db(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a call in the thread that the store lives in."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, functools.partial(call, *args, **kwargs))

    async def drained(self) -> None:
        """Return when no mail is due or on its way; bounded, since a relay may be away."""
        for _ in range(10_000):
            stats: OutboxStats = await self.db(self._store.outbox.stats)
            waiting = stats.oldest_waiting
            if not stats.counts[MailState.CLAIMED] and (waiting is None or waiting > self.parts.clock.now()):
                return
            self.delivery.wake()
            await asyncio.sleep(0.005)

    @contextlib.asynccontextmanager
    async def _serving(self) -> AsyncIterator[Listening | None]:
        listen = self.config.settings.web.listen
        if not listen:
            yield None
            return
        async with serving(self._app, listen) as listening:
            yield listening

    async def _loop(self, delivering: asyncio.Task[None]) -> None:
        while not self.stopping.is_set():
            self.parts.waker.set(self._look_again)
            await self.parts.waker.wait()
            if self.stopping.is_set():
                return
            if delivering.done():
                delivering.result()
            await self._reconfigure()
            await self._pass()
            self.parts.manager.alive(self.health.line())

    async def _pass(self) -> None:
        """One pass and what follows from it. Trouble is logged and met again at the next tick."""
        now = self.parts.clock.now()
        self._look_again: datetime | None = None
        first = self.health.passed_at is None
        try:
            done = await self.db(self._cycle.run_pass, now)
            # A tree is made once: should it not get onto the disk, the next pass tries again with this one.
            self._tree = self._tree if done.tree is None else done.tree
            if self._tree is not None:
                await self.db(self._put_tree, self._tree, now)
                self._tree = None
            stats = await self.db(self._store.outbox.stats)
            if self._pruned is None or now - self._pruned >= PRUNE_EVERY:
                await self.db(self._store.prune, now)
                self._pruned = now
        except NotifierError as error:
            if first:
                raise
            if self.health.failed(str(error)):
                log.error("pass failed", reason=str(error), again_in=TICK)  # noqa: TRY400 - the reason is complete
            return
        except Exception:
            if first:
                raise
            log.exception("pass failed", again_in=TICK)
            self.health.failed("unexpected error, see the log")
            return
        self._look_again = done.look_again
        if self.health.failure:
            log.info("passes succeed again")
        self._report(done)
        self.health.passed(done, stats, self.delivery.away, self._open_windows(now))
        self.parts.hooks.passed(done)
        if done.mails:
            self.delivery.wake()

    def _put_tree(self, tree: Mapping[str, bytes], now: datetime) -> None:
        """Files first, then the answers: who sees a new page finds it on the disk as well."""
        changed = set(write_tree(self.parts.public, tree))
        before = self._app.answers
        dates = {
            path: now
            if path in changed or (old := before.by_path.get(path)) is None or old.modified is None
            else old.modified
            for path in tree
        }
        self._app.answers = Answers.of(tree, dates, before)

    def _report(self, done: Pass) -> None:
        """One log line per window and occasion that somebody could still act on."""
        told: dict[tuple[str, str], list[str]] = {}
        grave: set[str] = set()
        for _, notice in done.notices:
            if notice.sent and notice.useful_until > done.now:
                told.setdefault((notice.key.window, notice.key.occasion), []).append(notice.key.audience)
                if notice.severity is Severity.CRITICAL:
                    grave.add(notice.key.window)
        for (window, occasion), audiences in told.items():
            log.info("told", window=window, occasion=occasion, audiences=" ".join(sorted(audiences)))
        for window in sorted(grave):
            log.warning("nothing left for an essential task", window=window)
        if done.mails or done.held:
            log.info("mails enqueued", mails=done.mails, held=done.held)

    def _open_windows(self, now: datetime) -> int:
        return sum(
            1 for window in self._cycle.planner.windows if window.counts and window.interval.until > now
        )

    async def _reconfigure(self) -> None:
        """Take up changed files once they are right; until then the last good configuration stays."""
        watcher = self.parts.watcher
        if watcher is None:
            return
        wanted, self._reload = self._reload, False
        config = await asyncio.to_thread(watcher.look, force=wanted)
        if config is None:
            return
        try:
            self._cycle = await self.db(Cycle, config, self._store, drill=self.parts.drill)
        except NotifierError as error:  # a template that changed once more since it was checked
            log.error("configuration not taken up, the last good one stays", reason=str(error))  # noqa: TRY400
            return
        self.config = config
        self.parts.manager.reloading("configuration reloaded")

    def _new_delivery(self) -> Delivery:
        mail = self.config.settings.mail
        _, address = sender_address(mail.sender)
        contact = self.config.settings.site.contact or address
        headers = unsubscribe_headers(contact)

        def unsubscribe(_: ClaimedMail) -> bytes:
            return headers

        longest = Patience(command=mail.timeout.total_seconds()).longest
        settings = DeliverySettings(
            owner=self.parts.owner, connections=mail.connections, longest=longest, lease=2 * longest
        )
        return Delivery(
            self._store.outbox, self.parts.transport, self.parts.clock, settings, self.db, unsubscribe
        )
