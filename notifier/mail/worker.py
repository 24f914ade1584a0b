"""One connection to the relay, from its opening to its end, and the mails that go over it.

What happens for every mail happens in plain calls: a verdict comes in, is handed on to be recorded, and the next
letter goes out. Only what is rare is waited for: a connection, mail to send, the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from notifier.mail.answer import Answer, RelayTrouble, Reply, Step, lost
from notifier.mail.claims import Claims
from notifier.mail.courier import Courier
from notifier.mail.hand import Claim
from notifier.mail.transport import Connection, Transport, at_once

log = structlog.get_logger()

_IN_GROUPS = 2
"""Letters at hand where the relay takes commands in groups: one whose content is under way, and the next one."""

_BROKEN = frozenset({Answer.SERVER_TROUBLE, Answer.UNKNOWN})


class Worker:
    """Opens a connection, then carries claims over it."""

    def __init__(
        self,
        transport: Transport,
        claims: Claims,
        courier: Courier,
        *,
        share: int,
        worked: Callable[[], None],
        trouble: Callable[[Reply], None],
    ) -> None:
        """``share`` is how many mails a connection carries.

        ``worked`` is called for each mail that the relay judged; ``trouble`` at most once, when the
        connection failed before it was of any use.
        """
        self._transport = transport
        self._claims = claims
        self._courier = courier
        self._share = share
        self._worked = worked
        self._trouble = trouble
        self._opening: asyncio.Future[Connection] | None = None
        self._connection: Connection | None = None
        self._gate = at_once
        self._may_begin = self._may_begin_alone
        self._at_hand = 1  # letters that the connection is given at a time
        self._under_way = 0
        self._last: int | None = None  # id of the mail that was judged last
        self._held = False  # by answers that are not written yet
        self._moved = asyncio.Event()  # nothing is under way any more
        self._proven = False
        self._broke: Reply | None = None

    @property
    def opening(self) -> bool:
        """True while it has no connection yet."""
        return self._opening is not None

    @property
    def open(self) -> bool:
        """True while it has a connection."""
        return self._connection is not None

    def leave(self) -> None:
        """Take no more mails; a connection that is only being opened is given up."""
        self._share = 0
        if self._opening is not None:
            self._opening.cancel()

    async def work(self) -> None:
        """Carry mails until there are none, the connection has had its share, or it breaks."""
        try:
            connection = self._connection = await self._connect()
            if connection.pipelining:
                self._at_hand, self._gate = _IN_GROUPS, self._may_send
                self._may_begin = self._courier.may_begin
            try:
                await self._converse(connection)
            finally:
                self._connection = None
                connection.abort()
            if self._broke is not None and not self._proven:
                # One that has worked may just have grown old; one that never has speaks for the relay.
                self._trouble(self._broke)
        except RelayTrouble as trouble:
            self._trouble(trouble.reply)
        except Exception as error:
            log.exception("connecting failed unexpectedly")
            self._trouble(lost(Step.CONNECT, type(error).__name__))

    async def _connect(self) -> Connection:
        self._opening = asyncio.ensure_future(self._transport.connect())
        try:
            return await self._opening
        finally:
            self._opening.cancel()
            self._opening = None

    async def _converse(self, connection: Connection) -> None:
        while True:
            self._moved.clear()
            self._fill(connection)
            if self._under_way or self._held:
                await self._moved.wait()
            elif not (self._wants(connection) and await self._claims.coming()):
                break
        if self._broke is None:
            await connection.close()

    def _wants(self, connection: Connection) -> bool:
        return self._share > 0 and connection.usable

    def _fill(self, connection: Connection) -> None:
        """Begin as many mails as the connection takes at a time, unless too many answers are unwritten."""
        self._held = False
        while self._under_way < self._at_hand and self._wants(connection):
            if not self._may_begin():
                self._held = True
                self._courier.settler.when_written(self._go_on)
                return
            now = self._courier.now()
            claim = self._claims.pick(now)
            if claim is None:
                return
            self._begin(claim, connection, now)

    def _may_begin_alone(self) -> bool:
        """Where one mail goes after the other, the answer to the last one has to be written first."""
        return self._last not in self._courier.settler.unwritten and self._courier.may_begin_alone()

    def _may_send(self) -> bool:
        """Whether the next content may go; if not, the connection asks again when some answers are written."""
        if self._courier.may_send():
            return True
        self._proven = True  # it was ready for a content, and whatever comes of the delay is not its fault
        if self._connection is not None:
            self._courier.settler.when_written(self._connection.stir)
        return False

    def _begin(self, claim: Claim, connection: Connection, now: datetime) -> None:
        self._share -= 1
        self._under_way += 1
        self._courier.on_the_way.add(claim.mail.id)
        try:
            letter = self._courier.letter(claim, now)
            if letter is None:
                self._under_way -= 1
                self._courier.over(claim.mail)
            else:
                connection.hand_in(letter, partial(self._judged, claim), self._gate)
        except Exception as error:
            # A mistake of ours: not the end of this mail nor of the others.
            log.exception("sending failed unexpectedly", mail=claim.mail.id)
            self._under_way -= 1
            self._courier.over(claim.mail)
            self._take(claim, lost(Step.DATA, type(error).__name__))

    def _judged(self, claim: Claim, reply: Reply) -> None:
        """Take the verdict on a letter, and go on with the next one."""
        self._under_way -= 1
        self._courier.over(claim.mail, let_go=reply.step is Step.CONTENT and self._gate is not at_once)
        if self._connection is None:
            return  # given up in the middle: the claim goes back as if nothing had been sent
        self._take(claim, reply)
        self._go_on()

    def _go_on(self) -> None:
        if self._connection is not None:
            self._fill(self._connection)
            if not (self._under_way or self._held):
                self._moved.set()

    def _take(self, claim: Claim, reply: Reply) -> None:
        mail = claim.mail
        if reply.answer in _BROKEN:
            self._break(claim, reply)
            return
        self._proven = True
        self._last = mail.id
        self._claims.suspects.judged(mail.id)
        self._courier.settle(mail, reply)
        self._worked()

    def _break(self, claim: Claim, reply: Reply) -> None:
        """Take a verdict that says more about the connection than about the mail."""
        self._share = 0
        if self._broke is None or self._broke.step is Step.MAIL:
            self._broke = reply  # that of the letter which bears it, before those behind
        if reply.answer is not Answer.SERVER_TROUBLE or self._claims.unsent(claim, reply):
            self._last = claim.mail.id
            self._courier.settle(claim.mail, reply)
        self._claims.stir()  # other connections, for what was taken back
        self._courier.settler.stir()  # and those that it kept from beginning one
