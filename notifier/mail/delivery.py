"""The way of waiting mails to the relay: claim, send, settle, each mail by itself.

One loop looks at the outbox when it is woken (or after a while, should a wake-up get lost) and keeps a
few claimed mails at hand; workers, one a connection, take them from there. A worker has a connection
before it takes a mail, so a relay that cannot be reached costs no mail an attempt.

At any moment a crash leaves behind: mails that were claimed and not sent, which the next run takes over,
and some whose answer is not written yet: one a connection and, where the relay takes commands in groups, those
few that ``DeliverySettings.unwritten`` allows. The latter are sent again under the same Message-ID; nothing is
lost. A power cut may, with SQLite, make the record forget the answers since it last waited for the
disk (``notifier.store.engine.Durable``), which are then sent again as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from notifier.mail.answer import Reply
from notifier.mail.claims import Claims
from notifier.mail.clock import Clock, cancelled, graciously, within
from notifier.mail.courier import Courier
from notifier.mail.dkim import Signer
from notifier.mail.forms import Forms, InStore
from notifier.mail.health import Away
from notifier.mail.letters import Letters
from notifier.mail.outbox import Outbox
from notifier.mail.personal import Personal
from notifier.mail.settings import DeliverySettings
from notifier.mail.standing import Standing
from notifier.mail.transport import Transport
from notifier.mail.worker import Worker
from notifier.store import ClaimedMail

log = structlog.get_logger()


class Delivery:
    """Delivers what the outbox holds through one transport."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        clock: Clock,
        settings: DeliverySettings,
        db: InStore,
        personal: Callable[[ClaimedMail], Personal],
        placeholder: str = "",
        signer: Signer | None = None,
    ) -> None:
        """``personal`` gives a mail its own parts; ``placeholder`` is where their token goes in the body."""
        self._transport = transport
        self._clock = clock
        self._settings = settings
        self._courier = Courier(outbox, settings, clock, db)
        self._standing = Standing(transport.name, settings.connections)
        self._stirred = asyncio.Event()
        self._claims = Claims(
            outbox,
            settings,
            clock,
            db,
            few=self._stirred.set,
            letters=Letters(Forms(outbox, db, placeholder, signer), personal),
            on_the_way=self._courier.on_the_way,
            unwritten=self._courier.settler.unwritten,
        )
        self._workers: dict[asyncio.Task[None], Worker] = {}
        self._stopping = False

    @property
    def away(self) -> Away | None:
        """Set while the relay takes nothing from us; for the status page and the health check."""
        return self._standing.away

    def wake(self) -> None:
        """Say, from within the loop, that there may be something to deliver. Cheap; several at once are one."""
        self._claims.look_at = None
        self._stirred.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop`` is set, then end what is on its way and hand back the rest."""
        watch = asyncio.create_task(self._watch(stop))
        try:
            while not self._stopping:
                self._stirred.clear()
                await self._look()
                self._staff()
                await within(self._clock, self._pause(), self._stirred.wait())
            await self._finish()
        finally:
            await cancelled(watch, *self._workers)
            self._courier.settler.abandon()

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping = True
        self._stirred.set()

    async def _look(self) -> None:
        """Bring claims to hand if few are left; give them back if the relay is away."""
        now, claims, settings = self._clock.now(), self._claims, self._settings
        away = self._standing.away
        try:
            await claims.put_off()
            if away is None:
                if claims.due(now) and claims.few:
                    await claims.take(now, settings.claim)
            elif not self._workers:
                # Without workers no claim of ours is on its way, so all of them may go.
                due = claims.due(now)
                if claims:
                    await claims.give_back()
                    claims.look_at, due = None, True  # there is something to probe with
                if due and now >= away.probe_at:
                    # Among so many there is one that nobody suspects, if there is any.
                    await claims.take(now, min(len(claims.suspects) + 1, settings.claim))
        except Exception:
            log.exception("outbox cannot be read", again_in=settings.look_again.total_seconds())
            claims.look_at = now + settings.look_again

    def _staff(self) -> None:
        """Open as many connections as there is work for and the relay bears."""
        now = self._clock.now()
        free = self._claims.waiting + sum(worker.opening for worker in self._workers.values())
        while (
            len(self._claims) > free
            and len(self._workers) < self._standing.allowed
            and self._standing.may_connect(now)
        ):
            worker = Worker(
                self._transport,
                self._claims,
                self._courier,
                share=self._settings.mails_per_connection,
                worked=self._worked,
                trouble=self._trouble,
            )
            task = asyncio.create_task(worker.work())
            self._workers[task] = worker
            task.add_done_callback(self._left)
            free += 1

    def _left(self, task: asyncio.Task[None]) -> None:
        del self._workers[task]
        self._stirred.set()

    def _pause(self) -> float:
        """Seconds until the loop has something to do by itself; whatever else happens stirs it."""
        now, claims = self._clock.now(), self._claims
        at, away = now + self._settings.look_again, self._standing.away
        if away is not None:
            if not self._workers:
                at = max(claims.look_at or now, away.probe_at)
        elif claims.few:
            at = claims.look_at or now
        return max((at - now).total_seconds(), 0.0)

    async def _finish(self) -> None:
        """Let mails that are on their way arrive, within the grace; then give every claim back."""
        grace = self._settings.grace
        for worker in self._workers.values():
            worker.leave()
        self._claims.stir()
        if not await graciously(self._clock, grace, self._all_left):
            log.warning("stopped in the middle of sending", mails=len(self._courier.on_the_way))
            await cancelled(*self._workers)
        if not await graciously(self._clock, grace, self._courier.settler.finish):
            log.error("stopped with answers unrecorded")
        await self._claims.give_back()

    async def _all_left(self) -> None:
        if self._workers:
            await asyncio.wait(set(self._workers))

    def _worked(self) -> None:
        standing = self._standing
        was_away = standing.away is not None
        if len(self._workers) >= self._settings.connections and not was_away:
            return  # nothing to learn from it, and it is called for every mail
        standing.worked(self._clock.now())
        if was_away or (len(self._workers) < standing.allowed and len(self._claims) > self._claims.waiting):
            self._stirred.set()

    def _trouble(self, reply: Reply) -> None:
        others = sum(worker.open for worker in self._workers.values())
        self._standing.trouble(reply, self._clock.now(), others)
