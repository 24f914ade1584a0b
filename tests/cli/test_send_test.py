"""``send-test`` against a real server: what people see of each step, and nobody sees of the password."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp as aiosmtpd

from notifier.cli import call, options
from notifier.config import Config

ROOT = Path(__file__).resolve().parents[2]
TO = "ola@example.org"
PASSWORD = "tajne-haslo-7"


@dataclass
class Office:
    """A mail server in a thread of its own."""

    port: int = 0
    taken: list[aiosmtpd.Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_MAIL(self, *args: Any) -> str:  # noqa: N802 - the names aiosmtpd calls
        args[2].mail_from = args[3]
        return self.answers.get("mail", "250 2.1.0 ok")

    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802
        args[2].rcpt_tos.append(args[3])
        return self.answers.get("rcpt", "250 2.1.5 ok")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: aiosmtpd.Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return self.answers.get("content", "250 2.0.0 queued as 4F2A")


@contextmanager
def open_office(implicit: ssl.SSLContext | None = None, **more: Any) -> Iterator[Office]:
    office, loop = Office(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def do(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    async def start() -> asyncio.Server:
        return await loop.create_server(
            lambda: aiosmtpd.SMTP(office, loop=loop, hostname="post.test", **more),
            "127.0.0.1",
            0,
            ssl=implicit,
        )

    async def end() -> None:
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    server = do(start())
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        do(end())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture
def office() -> Iterator[Callable[..., Office]]:
    """``office(**options)`` opens one until the test ends."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(open_office(**more))


Try = Callable[..., tuple[int, str, str]]


@pytest.fixture
def attempt(
    shipped: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Try:
    """``attempt("smtp://127.0.0.1:25", "--json")``: the command on the shipped configuration with that relay."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")

    def go(relay: str, *arguments: str, to: str = TO) -> tuple[int, str, str]:
        mail = shipped.settings.mail.model_copy(
            update={"relay": relay, "sender": "Przerwy <przerwy@example.org>"}
        )
        config = replace(shipped, settings=shipped.settings.model_copy(update={"mail": mail}))
        monkeypatch.setattr(options, "read_config", lambda *_: config)
        status = call(["send-test", to, "--config", "x", "--state", str(tmp_path / "state"), *arguments])
        return (status, *capsys.readouterr())

    return go


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def put(user: str, password: str) -> None:
        (tmp_path / "relay-user").write_text(user)
        (tmp_path / "relay-password").write_text(password)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    return put


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory, program: Callable[..., str]) -> Path:
    """``right.pem`` is for 127.0.0.1, ``wrong.pem`` for another machine; each with its key."""
    folder = tmp_path_factory.mktemp("tls")
    for name, subject in (("right", "IP:127.0.0.1"), ("wrong", "DNS:mail.elsewhere.example")):
        subprocess.run(
            [
                program("openssl"),
                *"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30000".split(),
                *("-subj", "/O=Urząd Próbny/CN=x", "-utf8", "-addext", f"subjectAltName={subject}"),
                *("-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")),
            ],
            check=True,
            capture_output=True,
        )
    return folder


def context(folder: Path, name: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> aiosmtpd.AuthResult:
    good = aiosmtpd.LoginPassword(b"me", PASSWORD.encode())
    return aiosmtpd.AuthResult(success=data == good, handled=False)


def steps(out: str) -> dict[str, tuple[bool | None, str]]:
    return {row["step"]: (row["well"], row["said"]) for row in json.loads(out)["steps"]}


def test_a_mail_that_is_taken(office: Callable[..., Office], attempt: Try) -> None:
    post = office()
    status, out, err = attempt(f"smtp://127.0.0.1:{post.port}")
    assert (status, err) == (0, "")
    assert "ok   connection  127.0.0.1, 220 post.test" in out
    assert "ok   message     250 2.0.0 queued as 4F2A" in out
    assert "-    TLS         not asked for" in out
    assert max(map(len, out.splitlines())) <= 80
    (envelope,) = post.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("przerwy@example.org", [TO])
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert mail["To"] == TO
    assert [part.get_content_type() for part in mail.iter_parts()] == [  # type: ignore[attr-defined]
        "text/plain",
        "text/html",
        "text/calendar",
    ], "what subscribers get, so that filters see the same"


def test_two_tests_are_two_mails(office: Callable[..., Office], attempt: Try) -> None:
    post = office()
    ids = {json.loads(attempt(f"smtp://127.0.0.1:{post.port}", "--json")[1])["message_id"] for _ in range(2)}
    assert len(ids) == len(post.taken) == 2


def test_a_private_line_and_a_login(
    office: Callable[..., Office],
    attempt: Try,
    credentials: Callable[[str, str], None],
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    credentials("me", PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "right.pem"))
    post = office(tls_context=context(certificates, "right"), auth_required=True, authenticator=_login)
    status, out, err = attempt(f"smtp+starttls://127.0.0.1:{post.port}", "--json")
    assert (status, err, len(post.taken)) == (0, "", 1)
    found = steps(out)
    assert all(well for well, _ in found.values())
    assert found["tls"][1].startswith("TLSv1.3, ")
    assert "certificate for 127.0.0.1, by Urząd Próbny, until " in found["tls"][1]
    assert "AUTH" in found["hello"][1]
    assert_hidden(out + err)


def test_a_wrong_password(
    office: Callable[..., Office],
    attempt: Try,
    credentials: Callable[[str, str], None],
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    credentials("me", PASSWORD + "x")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "right.pem"))
    post = office(implicit=context(certificates, "right"), auth_require_tls=False, authenticator=_login)
    status, out, err = attempt(f"smtps://127.0.0.1:{post.port}")
    assert (status, err, post.taken) == (3, "", [])
    assert "NO   login       535 5.7.8" in out
    assert "credentials relay-user and relay-password" in out
    assert_hidden(out)


def test_a_relay_that_repeats_the_password(
    office: Callable[..., Office], attempt: Try, credentials: Callable[[str, str], None]
) -> None:
    credentials("me", PASSWORD)
    post = office(auth_require_tls=False, authenticator=_login)
    plain = base64.b64encode(f"\0me\0{PASSWORD}".encode()).decode()
    post.answers["rcpt"] = f"550 5.7.1 {plain} and {PASSWORD} do not please me"
    status, out, err = attempt(f"smtp://127.0.0.1:{post.port}")
    assert (status, post.taken) == (3, [])
    assert "do not please me" in " ".join(out.split())
    assert_hidden(out + err)


def assert_hidden(text: str) -> None:
    for form in (PASSWORD.encode(), f"\0me\0{PASSWORD}".encode()):
        assert base64.b64encode(form).decode() not in "".join(text.split())
    assert PASSWORD not in "".join(text.split())


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_for_another_name(
    office: Callable[..., Office],
    attempt: Try,
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "wrong.pem"))
    wrong = context(certificates, "wrong")
    post = office(**{"implicit" if scheme == "smtps" else "tls_context": wrong})
    status, out, err = attempt(f"{scheme}://127.0.0.1:{post.port}", "--json")
    assert (status, err, post.taken) == (3, "", [])
    well, said = steps(out)["tls"]
    assert well is False
    assert "IP address mismatch" in said
    assert "certificate for mail.elsewhere.example" in said, "what it has instead"
    assert steps(out)["login"][0] is None


def test_a_certificate_nobody_vouches_for(
    office: Callable[..., Office], attempt: Try, certificates: Path
) -> None:
    post = office(implicit=context(certificates, "right"))
    status, out, _ = attempt(f"smtps://127.0.0.1:{post.port}", "--json")
    assert status == 3
    assert "certificate not trusted: self-signed certificate" in steps(out)["tls"][1]


REFUSALS = [
    (
        "There is nobody of that name.",
        "rcpt",
        "550 5.1.1 no such user",
        "rcpt",
        "does not take mail to that address",
    ),
    ("The sender may not send from here.", "mail", "553 5.7.1 not yours", "mail", "[mail] sender"),
    ("It looks like spam.", "content", "554 5.7.1 spam", "content", "does not want the message itself"),
]


@pytest.mark.parametrize(
    ("_sentence", "at", "answer", "step", "remedy"), REFUSALS, ids=[row[0] for row in REFUSALS]
)
def test_a_mail_that_is_refused(
    office: Callable[..., Office], attempt: Try, _sentence: str, at: str, answer: str, step: str, remedy: str
) -> None:
    post = office()
    post.answers[at] = answer
    status, out, err = attempt(f"smtp://127.0.0.1:{post.port}", "--json")
    assert (status, err) == (3, "")
    assert steps(out)[step] == (False, answer)
    assert [well for well, _ in steps(out).values()].count(False) == 1
    assert remedy in " ".join(attempt(f"smtp://127.0.0.1:{post.port}")[1].split())


def test_nobody_is_there(attempt: Try, unused_port: int) -> None:
    status, out, err = attempt(f"smtp://127.0.0.1:{unused_port}")
    assert (status, err) == (3, "")
    assert "NO   connection" in out
    assert "not reached" in out


def test_without_a_relay_it_goes_into_the_maildir(attempt: Try, tmp_path: Path) -> None:
    status, out, _ = attempt("", "--json")
    assert (status, json.loads(out)["sent"]) == (0, True)
    assert len(list((tmp_path / "state" / "mail" / "new").iterdir())) == 1


@pytest.mark.parametrize(
    "address", ["ola", "ola@", "ola@example.org\r\nBcc: x@example.org", "a b@example.org"]
)
def test_what_is_no_address_is_wrong_usage(attempt: Try, address: str) -> None:
    status, out, err = attempt("", to=address)
    assert (status, out) == (2, "")
    assert "is not an address" in err
