"""The daemon: a loop around the pass, with serving and delivering beside it.

The loop owns nothing that matters: kill it anywhere and the next start takes up from the store.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

import structlog

from notifier.cycle import Cycle
from notifier.daemon.alarms import critical
from notifier.daemon.bell import TICK
from notifier.daemon.beside import Beside
from notifier.daemon.census import census_of
from notifier.daemon.counter import links_of, subscriptions, way_out
from notifier.daemon.health import Health
from notifier.daemon.keys import same_key
from notifier.daemon.parts import Parts
from notifier.daemon.reporting import report, still_open
from notifier.daemon.returned import Returned
from notifier.daemon.reviewing import DraftDesk, review_mounts
from notifier.daemon.showing import Showing
from notifier.daemon.tally import CountedOutbox, Tally
from notifier.daemon.vigil import Vigil
from notifier.feeds import WishError
from notifier.hooks import Caller, CallSettings
from notifier.mail import (
    Delivery,
    DeliverySettings,
    Patience,
    Personal,
)
from notifier.mail.bounces import sweep
from notifier.model import MailState, NotifierError
from notifier.render import PLACEHOLDER
from notifier.store import ClaimedMail, OutboxStats, Store
from notifier.web import App
from notifier.web.asgi import Application

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

PRUNE_EVERY = timedelta(days=1)
CLAIMED_AHEAD = timedelta(minutes=10)
"""How long a claimed mail may wait for a connection before it is worth another look."""


class Service:
    """One running daemon."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.config = parts.config
        self.stopping = asyncio.Event()
        self.tally = Tally()
        self.health = Health(self.tally)
        # The store lives in one thread, and so does all rendering: feedgen changes the locale of the
        # whole process for each date it writes.
        self._thread = ThreadPoolExecutor(1, "store")
        self._app = App(self.health.report, self.health.metrics)
        self._showing = Showing(self._app, parts.public, self.db, self._refuse, drill=parts.drill)
        self._pruned: datetime | None = None
        self._reload = False

    async def run(self) -> None:
        """Run until :meth:`stop`. Raises :class:`NotifierError` when it cannot begin, or not go on."""
        parts = self.parts
        self._store = await self.db(Store.open, parts.store_url)
        try:
            self._cycle = await self.db(Cycle, self.config, self._store, drill=parts.drill)
            self._returned = await self.db(
                Returned, self._store, self.config.settings, parts.mailbox, parts.clock
            )
            self.delivery = self._new_delivery()
            self._caller = Caller(
                self._store.calls,
                parts.clock,
                CallSettings(owner=parts.owner),
                self.db,
                self.health.receivers,
            )
            self._caller.take_up(parts.lines(self.config.settings))
            await self._open_counter()
            self._vigil = Vigil(
                self._store, self.health, parts.transport, parts.clock, self.db, parts.watcher
            )
            # Before READY: a broken store or template shows at the start, not in the night.
            await self._pass()
            beside = Beside(parts.waker.ring)
            async with self._showing.serving(self.config.settings.web.listen) as listening:
                parts.hooks.listening(listening)
                beside.begin("the delivery of mail", self.delivery.run)
                beside.begin("the calling of programs and chats", self._caller.run)
                beside.begin("the reading of bounces", self._returned.watch)
                parts.polling.configure(self.config)
                beside.begin(
                    "the reading of sources", lambda stop: parts.polling.watch(stop, parts.waker.ring)
                )
                parts.manager.ready(self.health.line())
                await self._vigil.keep(self.config, self._cycle.renderer, self.delivery.away)
                try:
                    await self._loop(beside)
                finally:
                    parts.manager.stopping()
                    await self._vigil.close()
                    await self._showing.close()
                    await beside.close()
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

    async def _loop(self, beside: Beside) -> None:
        while not self.stopping.is_set():
            self.parts.waker.set(self._look_again)
            await self.parts.waker.wait()
            if self.stopping.is_set():
                return
            beside.check()
            await self._reconfigure()
            await self._pass()
            self.parts.manager.alive(self.health.line())
            await self._vigil.keep(self.config, self._cycle.renderer, self.delivery.away)

    async def _pass(self) -> None:
        """One pass and what follows from it. Trouble is logged and met again at the next tick."""
        now = self.parts.clock.now()
        self._look_again: datetime | None = None
        first = self.health.passed_at is None
        try:
            said = self.parts.polling.waiting()
            done = await self.db(self._cycle.run_pass, now, said=said)
            self.parts.polling.heard(said)
            await self._showing.show(done, self.config.settings, now)
            await self.db(sweep, self._store, now, self.config.settings.bounces.doubt)
            census = await self.db(census_of, self._store, now)
            if self._pruned is None or now - self._pruned >= PRUNE_EVERY:
                await self.db(self._store.prune, now)
                self._pruned = now
        except NotifierError as error:
            if first:
                raise
            if self.health.failed(str(error), now):
                log.error("pass failed", reason=str(error), again_in=TICK)
            return
        except Exception:
            if first:
                raise
            log.exception("pass failed", again_in=TICK)
            self.health.failed("unexpected error, see the log", now)
            return
        self._look_again = done.look_again
        if self.health.failure:
            log.info("passes succeed again")
        report(done)
        self.health.unread = self.parts.polling.troubles
        grave = critical(self._cycle.planner.told.values(), now)
        self.health.passed(
            done, census, self.delivery.away, still_open(self._cycle.planner.windows, now), grave
        )
        self.parts.hooks.passed(done)
        if done.mails:
            self.delivery.wake()
        if done.notices:
            self._caller.wake()

    def _refuse(self, language: str, error: WishError) -> str:
        return self._cycle.renderer.page("site/wish.txt.j2", language, shown=error)

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
            lines = await asyncio.to_thread(self.parts.lines, config.settings)
            self._cycle = await self.db(Cycle, config, self._store, drill=self.parts.drill)
        except NotifierError as error:  # a template that changed once more since it was checked
            log.error("configuration not taken up, the last good one stays", reason=str(error))
            watcher.problems = (str(error),)
            return
        self.config = config
        self.parts.polling.configure(config)
        self._caller.take_up(lines)
        await self._open_counter()
        self.parts.manager.reloading("configuration reloaded")

    async def _open_counter(self) -> None:
        """Take subscriptions, with what the configuration has to offer now; not in a drill."""
        settings = self.config.settings
        self._showing.offer(self._cycle.renderer, settings, self.parts.clock.now())
        if self.parts.drill or not settings.web.for_people:
            self._app.mounts = self._review()
            return
        if not await self.db(same_key, self._store, self.parts.link_key, keep=True):
            log.warning("link key is not the one used before: links in mails sent so far do not work")
        links, stirred = links_of(settings, self.parts.link_key), self.delivery.wake
        made = await self.db(
            subscriptions, self._cycle, self._store, links, self.db, self.parts.clock, stirred
        )
        self._app.mounts = {**dict.fromkeys(made.mounts, made), **self._review()}

    def _review(self) -> dict[str, Application]:
        """The page on which drafts are decided on; without a password for it, or in a drill, there is none."""
        parts = self.parts
        desk = DraftDesk(self.config, self._cycle, self._store, self.db, parts.clock, parts.waker.ring)
        return review_mounts(desk, "" if parts.drill else parts.review_password)

    def _new_delivery(self) -> Delivery:
        mail, returned = self.config.settings.mail, self._returned
        leave = way_out(self.config.settings, links_of(self.config.settings, self.parts.link_key))

        def personal(claimed: ClaimedMail) -> Personal:
            headers, token = leave(claimed.subscriber_id)
            return Personal(headers + returned.header(claimed.id), token, returned.sender(claimed.id))

        longest = Patience(command=mail.timeout.total_seconds()).longest
        settings = DeliverySettings(
            owner=self.parts.owner,
            connections=mail.connections,
            longest=longest,
            lease=longest + CLAIMED_AHEAD,
            rate=mail.rate,
            domain_rate=mail.domain_rate,
        )
        return Delivery(
            CountedOutbox(self._store.outbox, self.tally),
            self.parts.transport,
            self.parts.clock,
            settings,
            self.db,
            personal,
            PLACEHOLDER,
            self.parts.signer,
        )
