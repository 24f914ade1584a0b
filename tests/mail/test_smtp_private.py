"""A real server (aiosmtpd) with TLS and logins, in the same loop."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from aiosmtpd import smtp as aiosmtpd
from structlog.testing import capture_logs

from notifier.mail import (
    Answer,
    Letter,
    Privacy,
    Relay,
    RelayTrouble,
    Step,
    send,
    send_one,
)
from tests.mail.parcel import LETTER, PASSWORD, TO, transport


class Inbox:
    """Keeps what it gets."""

    def __init__(self) -> None:
        self.kept: list[aiosmtpd.Envelope] = []
        self.private: list[bool] = []

    async def handle_EHLO(  # noqa: N802 - the name aiosmtpd calls
        self,
        server: aiosmtpd.SMTP,
        session: aiosmtpd.Session,
        envelope: aiosmtpd.Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """It reads commands in groups well enough, and only never says so."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: aiosmtpd.SMTP, session: aiosmtpd.Session, envelope: aiosmtpd.Envelope
    ) -> str:
        self.kept.append(envelope)
        self.private.append(session.ssl is not None)
        return "250 2.0.0 ok"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory, program: Callable[..., str]) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            program("openssl"),
            *"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30000".split(),
            *"-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1".split(),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.fixture
def contexts(certificate: tuple[Path, Path]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For the server, and for a client that trusts it."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate)
    return server, ssl.create_default_context(cafile=str(certificate[0]))


Serve = Callable[..., Awaitable[tuple[int, Inbox]]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """``await serve(**options)`` starts an aiosmtpd server in this loop and gives its port and inbox."""
    running: list[asyncio.Server] = []

    async def start(implicit: ssl.SSLContext | None = None, **options: Any) -> tuple[int, Inbox]:
        inbox = Inbox()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: aiosmtpd.SMTP(inbox, loop=loop, hostname="aiosmtpd.test", **options),
            "127.0.0.1",
            0,
            ssl=implicit,
        )
        running.append(server)
        return server.sockets[0].getsockname()[1], inbox

    yield start
    for server in running:
        server.close()
        await server.wait_closed()


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> aiosmtpd.AuthResult:
    good = aiosmtpd.LoginPassword(b"me", PASSWORD.encode())
    return aiosmtpd.AuthResult(success=data == good, handled=False)


async def test_aiosmtpd_takes_it(serve: Serve) -> None:
    port, inbox = await serve()
    reply = await send_one(transport(port), LETTER)
    assert (reply.answer, reply.code, reply.status) == (Answer.ACCEPTED, 250, "2.0.0")
    assert inbox.kept[0].mail_from == "przerwy@example.pl"
    assert inbox.kept[0].rcpt_tos == [TO]
    assert inbox.kept[0].content == LETTER.data


async def test_starttls_and_login(serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    port, inbox = await serve(
        tls_context=contexts[0], require_starttls=True, auth_required=True, authenticator=_login
    )
    relay = Relay("127.0.0.1", port, Privacy.STARTTLS, "me", PASSWORD)
    reply = await send_one(transport(port, relay, tls=contexts[1]), LETTER)
    assert reply.answer is Answer.ACCEPTED
    assert inbox.private == [True]


async def test_implicit_tls(serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    port, inbox = await serve(implicit=contexts[0])
    relay = Relay("127.0.0.1", port, Privacy.IMPLICIT)
    reply = await send_one(transport(port, relay, tls=contexts[1]), LETTER)
    assert (reply.answer, len(inbox.kept)) == (Answer.ACCEPTED, 1)


@pytest.mark.parametrize("privacy", [Privacy.STARTTLS, Privacy.IMPLICIT])
async def test_a_certificate_nobody_vouches_for(
    serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext], privacy: Privacy
) -> None:
    port, inbox = await serve(**{"tls_context" if privacy is Privacy.STARTTLS else "implicit": contexts[0]})
    reply = await send_one(transport(port, Relay("127.0.0.1", port, privacy)), LETTER)
    assert (reply.answer, reply.step) == (Answer.SERVER_TROUBLE, Step.TLS)
    assert "certificate" in reply.text.lower()
    assert not inbox.kept


@pytest.mark.parametrize("privacy", [Privacy.STARTTLS, Privacy.IMPLICIT])
async def test_a_certificate_for_another_name(
    serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext], privacy: Privacy
) -> None:
    """Somebody vouches for it, but it is not that of the relay that was asked for."""
    port, inbox = await serve(**{"tls_context" if privacy is Privacy.STARTTLS else "implicit": contexts[0]})
    reply = await send_one(transport(port, Relay("localhost", port, privacy), tls=contexts[1]), LETTER)
    assert (reply.answer, reply.step) == (Answer.SERVER_TROUBLE, Step.TLS)
    assert "localhost" in reply.text
    assert not inbox.kept


@pytest.mark.parametrize("privacy", list(Privacy))
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_letters_in_groups_arrive_as_they_were_over_any_line(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
    privacy: Privacy,
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """The transport changes hands after TLS is set up; nothing may get lost or be repeated there."""
    letters = [
        Letter(
            TO, f"<{n}@example.pl>", b"Message-ID: <%d@example.pl>\r\n\r\n.%d\r\n" % (n, n) + b"x\r\n" * 5000
        )
        for n in range(20)
    ]

    async def all_sent() -> Inbox:
        inbox = Inbox()
        implicit, later = (contexts[0], None) if privacy is Privacy.IMPLICIT else (None, contexts[0])
        server = await asyncio.get_running_loop().create_server(
            lambda: aiosmtpd.SMTP(
                inbox, loop=asyncio.get_running_loop(), hostname="aiosmtpd.test", tls_context=later
            ),
            "127.0.0.1",
            0,
            ssl=implicit,
        )
        port = server.sockets[0].getsockname()[1]
        connection = await transport(port, Relay("127.0.0.1", port, privacy), tls=contexts[1]).connect()
        assert connection.pipelining
        replies = await asyncio.gather(*(send(connection, letter) for letter in letters))
        assert {reply.answer for reply in replies} == {Answer.ACCEPTED}
        await connection.close()
        server.close()
        return inbox

    with asyncio.Runner(loop_factory=loop) as runner:
        inbox = runner.run(asyncio.wait_for(all_sent(), 20))
    assert [envelope.content for envelope in inbox.kept] == [letter.data for letter in letters]


async def test_a_relay_without_starttls_gets_nothing_in_the_open(serve: Serve) -> None:
    port, inbox = await serve()
    reply = await send_one(transport(port, Relay("127.0.0.1", port, Privacy.STARTTLS)), LETTER)
    assert (reply.answer, reply.step) == (Answer.SERVER_TROUBLE, Step.TLS)
    assert not inbox.kept


async def test_a_wrong_password_is_told_as_such(
    serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    port, _ = await serve(tls_context=contexts[0], auth_required=True, authenticator=_login)
    relay = Relay("127.0.0.1", port, Privacy.STARTTLS, "me", "wrong-" + PASSWORD)
    with capture_logs() as logs:
        reply = await send_one(transport(port, relay, tls=contexts[1]), LETTER)
    assert (reply.answer, reply.step, reply.code) == (Answer.SERVER_TROUBLE, Step.LOGIN, 535)
    assert PASSWORD not in f"{reply} {logs}"


async def test_a_relay_that_wants_no_login_from_us(serve: Serve) -> None:
    port, _ = await serve()
    relay = Relay("127.0.0.1", port, Privacy.NONE, "me", PASSWORD)
    with pytest.raises(RelayTrouble) as caught:
        await transport(port, relay).connect()
    assert caught.value.reply.step is Step.LOGIN
