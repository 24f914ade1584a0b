"""The way of waiting mails to the relay: claim, send, settle, each mail by itself.

One loop looks at the outbox when it is woken (or after a while, should a wake-up get lost) and keeps a
few claimed mails at hand; workers, one a connection, take them from there. A worker has a connection
before it takes a mail, so a relay that cannot be reached costs no mail an attempt.

At any moment a crash leaves behind: mails that were claimed and not sent, which the next run takes over,
and at most one mail a connection whose answer is not written yet. The latter are sent again under the
same Message-ID; nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from notifier.mail.answer import Answer, RelayTrouble, Reply, Step, lost
from notifier.mail.clock import Clock, cancelled, graciously, within
from notifier.mail.courier import Courier, InStore
from notifier.mail.health import Away, Health
from notifier.mail.outbox import Outbox
from notifier.mail.settings import DeliverySettings
from notifier.mail.suspects import Suspects
from notifier.mail.transport import Connection, Transport
from notifier.store import ClaimedMail

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claimed mail and the moment after which its lease is too short to begin sending it."""

    mail: ClaimedMail
    begin_before: datetime


class Delivery:
    """Delivers what the outbox holds through one transport."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        clock: Clock,
        settings: DeliverySettings,
        db: InStore,
        unsubscribe: Callable[[ClaimedMail], bytes],
    ) -> None:
        """``unsubscribe`` gives a mail its own header lines, see ``message.unsubscribe_headers``."""
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._settings = settings
        self._db = db
        self._courier = Courier(outbox, settings.owner, clock, db, unsubscribe, settings.retry)
        self._health = Health(settings.connections)
        self._suspects = Suspects()
        self._claims: deque[_Claim] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._connecting: set[asyncio.Future[Connection]] = set()
        self._on_the_way: set[int] = set()  # ids of mails
        self._look_at: datetime | None = None  # None: as soon as few claims are left
        self._taken_over = False
        self._stopping = False
        self._stirred = asyncio.Event()
        self._arrived = asyncio.Event()

    @property
    def away(self) -> Away | None:
        """Set while the relay takes nothing from us; for the status page and the health check."""
        return self._health.away

    def wake(self) -> None:
        """Say, from within the loop, that there may be something to deliver. Cheap; several at once are one."""
        self._look_at = None
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
            self._courier.abandon()

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping = True
        self._stirred.set()
        self._arrived.set()

    # --- the loop: claims and workers ------------------------------------------------------------------------

    async def _look(self) -> None:
        """Bring claims to hand if few are left; give them back if the relay is away."""
        now = self._clock.now()
        away = self._health.away
        due = self._look_at is None or now >= self._look_at
        try:
            if away is None:
                if due and len(self._claims) <= self._few:
                    await self._claim(now, self._settings.claim)
            elif not self._workers:
                # Without workers no claim of ours is on its way, so all of them may go.
                if self._claims:
                    await self._db(self._outbox.release, self._settings.owner)
                    self._claims.clear()
                    self._look_at, due = None, True  # there is something to probe with
                if due and now >= away.probe_at:
                    # Among so many there is one that nobody suspects, if there is any.
                    await self._claim(now, min(len(self._suspects) + 1, self._settings.claim))
        except Exception:
            log.exception("outbox cannot be read", again_in=self._settings.look_again.total_seconds())
            self._look_at = now + self._settings.look_again

    async def _claim(self, now: datetime, limit: int) -> None:
        settings = self._settings
        self._look_at = now + settings.look_again  # set first: a wake-up during the claim counts
        if not self._taken_over:
            await self._db(self._outbox.release, settings.owner)
            self._taken_over = True
        mails = await self._db(self._outbox.claim, settings.owner, now, settings.lease, limit)
        begin_before = now + settings.lease - settings.longest
        # After a long sleep of the machine even a lease on a mail being sent may have run out.
        fresh = (mail for mail in mails if mail.id not in self._on_the_way)
        self._claims.extend(_Claim(mail, begin_before) for mail in self._suspects.last(fresh))
        if len(mails) >= limit:
            self._look_at = None
        self._arrived.set()

    @property
    def _few(self) -> int:
        return self._settings.claim // 2

    def _staff(self) -> None:
        """Open as many connections as there is work for and the relay bears."""
        now = self._clock.now()
        idle = len(self._workers) - len(self._on_the_way)
        while (
            len(self._claims) > idle
            and len(self._workers) < self._health.allowed
            and self._health.may_connect(now)
        ):
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._left)
            idle += 1

    def _left(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        self._stirred.set()

    def _pause(self) -> float:
        """Seconds until the loop has something to do by itself; whatever else happens stirs it."""
        now = self._clock.now()
        at, away = now + self._settings.look_again, self._health.away
        if away is not None:
            if not self._workers:
                at = max(self._look_at or now, away.probe_at)
        elif len(self._claims) <= self._few:
            at = self._look_at or now
        return max((at - now).total_seconds(), 0.0)

    async def _finish(self) -> None:
        """Let mails that are on their way arrive, within the grace; then give every claim back."""
        grace = self._settings.grace
        await cancelled(*self._connecting)  # they carry nothing yet
        if not await graciously(self._clock, grace, self._all_left):
            log.warning("stopped in the middle of sending", mails=len(self._on_the_way))
            await cancelled(*self._workers)
        if not await graciously(self._clock, grace, self._courier.finish):
            log.error("stopped with answers unrecorded")
        self._claims.clear()
        await self._db(self._outbox.release, self._settings.owner)

    async def _all_left(self) -> None:
        if self._workers:
            await asyncio.wait(self._workers)

    # --- a worker: one connection from its opening to its end ------------------------------------------------

    async def _work(self) -> None:
        try:
            connection = await self._connect()
            try:
                await self._converse(connection)
            finally:
                connection.abort()
        except RelayTrouble as trouble:
            self._trouble(trouble.reply)
        except Exception as error:
            log.exception("connecting failed unexpectedly")
            self._trouble(lost(Step.CONNECT, type(error).__name__))

    async def _connect(self) -> Connection:
        opening = asyncio.ensure_future(self._transport.connect())
        self._connecting.add(opening)
        try:
            return await opening
        finally:
            self._connecting.discard(opening)

    async def _converse(self, connection: Connection) -> None:
        """Carry mails until there are none, the connection has had its share, or it breaks."""
        proven = False
        for _ in range(self._settings.mails_per_connection):
            claim = await self._next(connection)
            if claim is None:
                break
            self._on_the_way.add(claim.mail.id)
            try:
                reply = await self._carry(claim, connection)
                if reply is None:
                    continue
                if reply.answer is Answer.SERVER_TROUBLE:
                    await self._unsent(claim, reply)
            finally:
                self._on_the_way.discard(claim.mail.id)
            if reply.answer in {Answer.SERVER_TROUBLE, Answer.UNKNOWN}:
                # A connection that has worked may just have grown old; one that never has speaks for the relay.
                if not proven:
                    self._trouble(reply)
                return
            proven = True
            self._suspects.judged(claim.mail.id)
            self._worked()
        await connection.close()

    async def _carry(self, claim: _Claim, connection: Connection) -> Reply | None:
        try:
            return await self._courier.carry(claim.mail, connection)
        except Exception as error:
            # A mistake of ours, or a store that cannot be read: not the end of this mail nor of the others.
            log.exception("sending failed unexpectedly", mail=claim.mail.id)
            return lost(Step.DATA, type(error).__name__)

    async def _next(self, connection: Connection) -> _Claim | None:
        """The next mail to send, or ``None`` when this connection is to end."""
        while connection.usable and not self._stopping:
            if not self._claims:
                self._arrived.clear()
                if not await within(self._clock, self._settings.idle.total_seconds(), self._arrived.wait()):
                    return None
                continue
            claim = self._claims.popleft()
            if self._look_at is None and len(self._claims) <= self._few:
                self._stirred.set()
            if self._clock.now() < claim.begin_before:
                return claim
            # Too little is left of the lease to send it; when that has run out, it is claimed again.
        return None

    async def _unsent(self, claim: _Claim, reply: Reply) -> None:
        """Put a mail that was surely not sent back among the claims, unless it breaks every connection."""
        if reply.step is Step.MAIL:
            self._claims.appendleft(claim)  # the relay had not even heard of it
        elif self._suspects.broke(claim.mail.id):
            await self._courier.settle(claim.mail, reply)
        else:
            self._claims.append(claim)
        self._arrived.set()

    # --- what is known of the relay --------------------------------------------------------------------------

    def _worked(self) -> None:
        now = self._clock.now()
        ended = self._health.worked(now)
        if ended is not None:
            log.info("relay back", relay=self._transport.name, away_for=(now - ended.since).total_seconds())
        if len(self._workers) < self._health.allowed:
            self._stirred.set()

    def _trouble(self, reply: Reply) -> None:
        others = len(self._workers) - 1
        if not self._health.trouble(reply, self._clock.now(), others):
            if self._health.away is None:
                log.info(
                    "relay bears fewer connections", connections=others, code=reply.code, reply=reply.text
                )
            return
        refused = reply.step is Step.LOGIN and reply.code // 100 == 5
        log.error(
            "login refused by the relay" if refused else "relay away",
            relay=self._transport.name,
            step=reply.step.value,
            code=reply.code,
            reply=reply.text,
        )
