"""The seam between delivering and sending: bytes go in, an answer comes out.

Everything above it knows nothing of SMTP; everything below it knows nothing of the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple, Protocol

from notifier.mail.answer import RelayTrouble, Reply


class Letter(NamedTuple):
    """One finished mail and where it goes. It is 7bit with CRLF and no line over 998 octets.

    ``data`` is the whole of it, or how it begins: then ``rest`` follows, in pieces that many letters share and
    that need not be copied for each.
    ``sender`` is the address to which the mail servers on the way return it; empty for that of the transport.
    ``dotless``: it is known that no line begins with a dot, which SMTP would have to double.
    """

    to: str
    message_id: str
    data: bytes
    sender: str = ""
    dotless: bool = False
    rest: tuple[bytes, ...] = ()

    @property
    def whole(self) -> bytes:
        """All of the mail."""
        return b"".join((self.data, *self.rest))

    def __repr__(self) -> str:
        """Without the address, so that no log line can show it by accident."""
        return f"Letter(message_id={self.message_id!r}, {len(self.whole)} bytes)"


def at_once() -> bool:
    """For a letter whose content nobody holds back."""
    return True


class Connection(Protocol):
    """One open way to the relay, for letters one after the other."""

    @property
    def usable(self) -> bool:
        """False after anything went wrong, or once the other side has closed."""

    @property
    def pipelining(self) -> bool:
        """Whether letters go faster when several are handed in at a time; never more than one content is under way."""

    def hand_in(
        self, letter: Letter, verdict: Callable[[Reply], object], may_send: Callable[[], bool] = at_once
    ) -> None:
        """Send one letter, and call ``verdict`` once with what became of it; also when the line is cut.

        If ``pipelining``, ``may_send`` is asked when the relay is ready for the content: before a yes nothing of
        it is sent, and after a no it is asked again at each :meth:`stir`. The step in the verdict is ``CONTENT`` if
        and only if there was a yes. Raises :class:`MailProblem`, and calls nothing, for an address that cannot be
        written.
        """

    def stir(self) -> None:
        """Ask again whether a content that was held back may be sent."""

    async def close(self) -> None:
        """Say goodbye if that is still possible, briefly, and close."""

    def abort(self) -> None:
        """Close at once and without a word."""


class Transport(Protocol):
    """Where mail goes."""

    @property
    def name(self) -> str:
        """For logs and people: where mail goes, without secrets."""

    async def connect(self) -> Connection:
        """Open a connection, private and logged in as configured. Raises :class:`RelayTrouble`."""


async def send(connection: Connection, letter: Letter) -> Reply:
    """Hand one letter over and wait for the verdict. When cancelled, the line is cut. Raises :class:`MailProblem`."""
    answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def verdict(reply: Reply) -> None:
        if not answer.done():
            answer.set_result(reply)

    connection.hand_in(letter, verdict)
    try:
        return await answer
    except BaseException:
        connection.abort()  # cancelled halfway, the next answer on this line would belong to nobody
        raise


async def send_one(transport: Transport, letter: Letter) -> Reply:
    """Send a single letter over a connection of its own, as a trial of the settings does."""
    try:
        connection = await transport.connect()
    except RelayTrouble as trouble:
        return trouble.reply
    try:
        return await send(connection, letter)
    finally:
        await connection.close()
