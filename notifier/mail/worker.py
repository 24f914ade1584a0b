"""One connection to the relay, from its opening to its end, and the mails that go over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from notifier.mail.answer import Answer, RelayTrouble, Reply, Step, lost
from notifier.mail.claims import Claims
from notifier.mail.courier import Courier
from notifier.mail.hand import Claim
from notifier.mail.transport import Connection, Transport

log = structlog.get_logger()

_IN_GROUPS = 2
"""Letters at hand where the relay takes commands in groups: one whose content is under way, and the next one."""

_BROKEN = (Answer.SERVER_TROUBLE, Answer.UNKNOWN)


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
        self._under_way = 0
        self._proven = False
        self._broke: Reply | None = None
        self._leaving = False
        self.open = False

    @property
    def opening(self) -> bool:
        """True while it has no connection yet."""
        return self._opening is not None

    def leave(self) -> None:
        """Take no more mails; a connection that is only being opened is given up."""
        self._leaving = True
        if self._opening is not None:
            self._opening.cancel()

    async def work(self) -> None:
        """Carry mails until there are none, the connection has had its share, or it breaks."""
        try:
            connection = await self._connect()
            self.open = True
            try:
                await self._converse(connection)
            finally:
                self.open = False
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
        async with asyncio.TaskGroup() as lanes:
            for _ in range(_IN_GROUPS if connection.pipelining else 1):
                lanes.create_task(self._lane(connection))
        if self._broke is None:
            await connection.close()

    async def _lane(self, connection: Connection) -> None:
        """Carry one mail after the other; the other lanes of the connection do the same."""

        def wanted() -> bool:
            return connection.usable and self._share > 0 and not self._leaving

        while wanted():
            claim = await self._claims.next(wanted)
            if claim is None:
                if self._under_way:
                    continue  # the connection is not idle
                return
            self._share -= 1
            self._under_way += 1
            self._claims.on_the_way.add(claim.mail.id)
            try:
                await self._send(claim, connection)
            finally:
                self._claims.on_the_way.discard(claim.mail.id)
                self._under_way -= 1

    async def _send(self, claim: Claim, connection: Connection) -> None:
        mail = claim.mail
        try:
            letter = await self._courier.letter(mail)
            if letter is None:
                return
            reply = await connection.send(letter)
        except Exception as error:
            # A mistake of ours, or a store that cannot be read: not the end of this mail nor of the others.
            log.exception("sending failed unexpectedly", mail=mail.id)
            reply = lost(Step.DATA, type(error).__name__)
        if reply.answer in _BROKEN:
            self._share = 0
            if self._broke is None or self._broke.step is Step.MAIL:
                self._broke = reply  # that of the letter which bears it, before those behind
        else:
            self._proven = True
            self._claims.suspects.judged(mail.id)
        if reply.answer is not Answer.SERVER_TROUBLE or self._claims.unsent(claim, reply):
            await self._courier.settle(mail, reply, ahead=connection.pipelining)
        if reply.answer in _BROKEN:
            self._claims.stir()  # the other lanes, and other connections for what was taken back
        else:
            self._worked()
