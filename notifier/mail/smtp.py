"""Mail over SMTP: aiosmtplib opens the line, makes it private and logs in; the transaction is ours.

The steps of the transaction are sent one by one and not through ``send_message``, because a drop before
the final dot ("surely not sent") and one after it ("nobody knows") look the same there, and because its
RSET can hang and hide an answer that has already come.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import aiosmtplib

from notifier.mail.address import domain_of, sender_address, wire_address
from notifier.mail.answer import Answer, RelayTrouble, Reply, Step, judge, lost
from notifier.mail.errors import MailProblem
from notifier.mail.relay import Privacy, Relay
from notifier.mail.transport import Letter


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the relay, in seconds.

    ``content`` covers the answer to the final dot: a relay may scan the message first, and giving up
    early makes a second copy. RFC 5321 (4.5.3.2.6) asks for ten minutes.
    """

    connect: float = 60.0
    command: float = 60.0
    content: float = 600.0
    quit: float = 5.0

    @property
    def longest(self) -> timedelta:
        """The most that one mail can take on an open connection: RSET, MAIL, RCPT, DATA, and the content."""
        return timedelta(seconds=4 * self.command + self.content)


class SmtpTransport:
    """Opens connections to one relay."""

    def __init__(
        self,
        relay: Relay,
        sender: str,
        *,
        hello: str,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``sender`` is the envelope's; ``hello`` the name (or URL) by which this site greets the relay.

        The sender's domain stands in for a name that is none, because machines are called all sorts of
        things. ``tls`` replaces the system's trusted certificates. Raises :class:`MailProblem`.
        """
        self._relay = relay
        self._sender = sender_address(sender)[1]
        try:
            self._hello = domain_of(hello)
        except MailProblem:
            self._hello = domain_of(self._sender)
        self._patience = patience or Patience()
        self._tls = tls

    @property
    def name(self) -> str:
        """The relay's address without user and password."""
        return str(self._relay)

    async def connect(self) -> SmtpConnection:
        """Open, make private, greet and log in. Raises :class:`RelayTrouble`; nothing stays open then."""
        relay = self._relay
        if relay.privacy is not Privacy.NONE and self._tls is None:
            self._tls = ssl.create_default_context()
        smtp = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname=self._hello,
            timeout=self._patience.connect,
            use_tls=relay.privacy is Privacy.IMPLICIT,
            start_tls=False,  # never "if offered": whether the line is private is not the relay's choice
            tls_context=self._tls,
        )
        try:
            async with _trouble(Step.CONNECT):
                await smtp.connect()
            if relay.privacy is Privacy.STARTTLS:
                async with _trouble(Step.HELLO):
                    await smtp.ehlo()
                async with _trouble(Step.TLS):
                    await smtp.starttls()
            async with _trouble(Step.HELLO):
                await _greet(smtp)
            if relay.user:
                async with _trouble(Step.LOGIN):
                    await _login(smtp, relay.user, relay.password)
        except BaseException:
            smtp.close()
            raise
        return SmtpConnection(smtp, self._sender, self._patience)


class SmtpConnection:
    """One line to the relay, ready for letters. Made by :meth:`SmtpTransport.connect`."""

    def __init__(self, smtp: aiosmtplib.SMTP, sender: str, patience: Patience) -> None:
        self._smtp = smtp
        self._sender = sender.encode("ascii")
        self._patience = patience
        self._begun = False  # a transaction was begun and not ended: RSET before the next one

    @property
    def usable(self) -> bool:
        """False once either side has closed."""
        return self._smtp.is_connected

    async def send(self, letter: Letter) -> Reply:
        """Hand one letter over. Raises :class:`MailProblem` for an address that cannot be written."""
        to = wire_address(letter.to, "to")
        try:
            reply = await self._transaction(to, letter.data)
        except BaseException:
            self.abort()  # cancelled halfway, the next answer on this line would belong to nobody
            raise
        if reply.answer in {Answer.SERVER_TROUBLE, Answer.UNKNOWN}:
            self.abort()
        return reply

    async def close(self) -> None:
        """QUIT, wait a moment for the answer, close."""
        if not self.usable:
            return
        try:
            await self._smtp.quit(timeout=self._patience.quit)
        except (aiosmtplib.SMTPException, OSError):
            pass  # the relay has all it was to get; how it says goodbye changes nothing
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once; what the relay has not read yet is dropped, so that a stalled one holds nothing up."""
        if self._smtp.transport is not None:
            cast(asyncio.WriteTransport, self._smtp.transport).abort()
        self._smtp.close()

    async def _transaction(self, to: str, data: bytes) -> Reply:
        step = Step.MAIL
        try:
            if self._begun:
                answer = await self._say(b"RSET")
                if answer.code != 250:
                    return judge(step, answer.code, answer.message, to)
            self._begun = True
            answer = await self._say(b"MAIL", b"FROM:<" + self._sender + b">")
            if answer.code // 100 != 2:
                return judge(step, answer.code, answer.message, to)
            step = Step.RCPT
            answer = await self._say(b"RCPT", b"TO:<" + to.encode("ascii") + b">")
            if answer.code // 100 != 2:
                return judge(step, answer.code, answer.message, to)
            step = Step.DATA
            answer = await self._say(b"DATA")
            if answer.code != 354:
                return judge(step, answer.code, answer.message, to)
            protocol = self._smtp.protocol
            if protocol is None:
                return lost(step, "the relay closed the line")
            protocol.write(_dotted(data))
            step = Step.CONTENT
            answer = await protocol.read_response(timeout=self._patience.content)
        except aiosmtplib.SMTPResponseException as garbage:
            return judge(step, garbage.code, garbage.message, to)
        except (aiosmtplib.SMTPException, OSError) as error:
            return lost(step, _words(error))
        self._begun = False
        return judge(step, answer.code, answer.message, to)

    async def _say(self, *words: bytes) -> aiosmtplib.SMTPResponse:
        return await self._smtp.execute_command(*words, timeout=self._patience.command)


async def _greet(smtp: aiosmtplib.SMTP) -> None:
    """EHLO, and HELO for a relay that does not know it (RFC 5321, 3.2)."""
    try:
        await smtp.ehlo()
    except aiosmtplib.SMTPHeloError as refusal:
        if refusal.code // 100 != 5 or not smtp.is_connected:
            raise
        await smtp.helo()


async def _login(smtp: aiosmtplib.SMTP, user: str, password: str) -> None:
    """AUTH in the first way the relay offers.

    aiosmtplib's own ``login`` goes through all of them, so a wrong password would count several times
    with relays that lock out after a few, and the words of the first refusal would be gone.
    """
    ways = {"plain": smtp.auth_plain, "login": smtp.auth_login, "cram-md5": smtp.auth_crammd5}
    offered = [way for name, way in ways.items() if name in smtp.server_auth_methods]
    if not offered:
        raise aiosmtplib.SMTPNotSupported("the relay offers no way to log in that is known here")
    await offered[0](user, password)


@asynccontextmanager
async def _trouble(step: Step) -> AsyncIterator[None]:
    """Turn what goes wrong on the way to a usable line into :class:`RelayTrouble`."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as refusal:
        raise RelayTrouble(judge(step, refusal.code, refusal.message)) from refusal
    except (aiosmtplib.SMTPException, OSError) as error:
        # A certificate nobody vouches for shows while connecting, but it is privacy that failed.
        cause = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
        failed = Step.TLS if isinstance(cause, ssl.SSLError) else step
        raise RelayTrouble(lost(failed, _words(error))) from error


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _dotted(data: bytes) -> bytes:
    """The message as it goes over the line: dots at line starts doubled, a dot alone at the end."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")
