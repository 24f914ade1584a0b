"""Mail over SMTP: aiosmtplib opens the line, makes it private and logs in; then the line is ours.

Its ``send_message`` is not used, because a drop before the final dot ("surely not sent") and one after it
("nobody knows") look the same there, because its RSET can hang and hide an answer that has already come, and
because it waits for each reply before it says the next thing.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import aiosmtplib

from notifier.mail.address import domain_of, sender_address
from notifier.mail.answer import RelayTrouble, Step, judge, lost
from notifier.mail.errors import MailProblem
from notifier.mail.line import SmtpConnection
from notifier.mail.patience import Patience
from notifier.mail.relay import Privacy, Relay


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
            if smtp.transport is not None:
                # Closed politely, a private line would stay open until the relay says goodbye as well.
                cast(asyncio.Transport, smtp.transport).abort()
            smtp.close()
            raise
        return SmtpConnection(
            cast(asyncio.Transport, smtp.transport),
            self._sender,
            self._patience,
            pipelining=smtp.supports_extension("pipelining"),
        )


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
