"""The mailbox with returned mail, on a real IMAP server: Dovecot, with a certificate of its own."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from notifier.daemon import mailbox as module
from notifier.daemon.mailbox import Fate, Mailbox, MailboxError, look
from tests.dovecot import dovecot

USER, PASSWORD = "bounces@example.org", "zażółć 'gęślą' \"jaźń\\"


@dataclass
class Server:
    """A running server with one user, and a way to look into the mailbox beside the code that is tested."""

    mailbox: Mailbox
    certificate: Path

    def _open(self) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=str(self.certificate))
        imap = imaplib.IMAP4_SSL("localhost", self.mailbox.port, ssl_context=context, timeout=10)
        imap.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        return imap

    def put(self, *messages: bytes) -> None:
        """Deliver these into the INBOX."""
        with self._open() as imap:
            for message in messages:
                assert imap.append("INBOX", "", "", message)[0] == "OK"

    def holds(self, folder: str = "INBOX", which: str = "ALL") -> list[bytes]:
        """What is in a folder: the first line of each message."""
        with self._open() as imap:
            if imap.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            numbers = imap.search(None, which)[1][0].split()
            return [imap.fetch(n.decode(), "(BODY.PEEK[])")[1][0][1].split(b"\r\n")[0] for n in numbers]

    def clear(self) -> None:
        """Empty the INBOX, and remove all else."""
        with self._open() as imap:
            if int(imap.select("INBOX")[1][0]):
                imap.store("1:*", "+FLAGS", r"(\Deleted)")
                imap.expunge()
            imap.delete("Read")


@pytest.fixture(scope="module")
def running(program: Callable[..., str]) -> Iterator[Server]:
    """Dovecot, with a certificate of its own."""
    with dovecot(program, USER, PASSWORD, tls=True) as imap:
        yield Server(Mailbox("localhost", imap.port, True, "INBOX", USER, PASSWORD), imap.certificate)


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server with an empty INBOX; its certificate counts as one that the machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
    running.clear()
    return running


def message(number: int, body: str = "x") -> bytes:
    return f"Subject: {number}\r\n\r\n{body}\r\n".encode()


def subject(raw: bytes) -> bytes:
    return raw.split(b"\r\n")[0]


def test_every_unread_message_is_taken_once(server: Server) -> None:
    server.put(*map(message, range(3)))
    seen: list[bytes] = []

    def take(raw: bytes) -> Fate:
        seen.append(raw)
        return Fate.DONE

    assert look(server.mailbox, take) == {Fate.DONE: 3, Fate.LEFT: 0, Fate.AGAIN: 0}
    assert seen == [message(number) for number in range(3)]
    assert server.holds() == []
    assert look(server.mailbox, take)[Fate.DONE] == 0


def test_what_is_done_can_be_kept_in_a_folder(server: Server) -> None:
    with server._open() as imap:
        imap.create("Read")
    server.put(message(1), message(2))
    kept = replace(server.mailbox, done="Read")
    assert look(kept, lambda _: Fate.DONE)[Fate.DONE] == 2
    assert server.holds() == []
    assert server.holds("Read", "SEEN") == [b"Subject: 1", b"Subject: 2"]


def test_what_is_no_report_stays_where_somebody_can_see_it_and_is_read_once(server: Server) -> None:
    server.put(message(1))
    assert look(server.mailbox, lambda _: Fate.LEFT)[Fate.LEFT] == 1
    assert look(server.mailbox, lambda _: Fate.LEFT)[Fate.LEFT] == 0
    assert server.holds(which="SEEN") == [b"Subject: 1"]


def test_what_came_too_early_is_read_again(server: Server) -> None:
    server.put(message(1))
    for _ in range(2):
        assert look(server.mailbox, lambda _: Fate.AGAIN)[Fate.AGAIN] == 1
    assert server.holds(which="UNSEEN") == [b"Subject: 1"]


def test_a_crash_before_it_is_taken_out_of_the_way_only_has_it_read_again(server: Server) -> None:
    server.put(message(1), message(2))
    seen: list[bytes] = []

    def crash(raw: bytes) -> Fate:
        seen.append(subject(raw))
        if len(seen) == 2:
            raise ZeroDivisionError
        return Fate.DONE

    with pytest.raises(ZeroDivisionError):
        look(server.mailbox, crash)
    look(server.mailbox, crash)
    assert seen == [b"Subject: 1", b"Subject: 2", b"Subject: 2"]
    assert server.holds() == []


def test_of_a_large_message_only_the_beginning_is_fetched(server: Server) -> None:
    server.put(message(1, "x" * 2 * module.LONGEST))
    sizes: list[int] = []

    def take(raw: bytes) -> Fate:
        sizes.append(len(raw))
        return Fate.DONE

    look(server.mailbox, take)
    assert sizes == [module.LONGEST]


def test_a_look_ends_and_the_rest_is_there_at_the_next_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    server.put(*map(message, range(3)))
    assert look(server.mailbox, lambda _: Fate.DONE)[Fate.DONE] == 2
    assert server.holds() == [b"Subject: 2"]


TROUBLE = [
    ("a password that is wrong", {"password": "x"}, "uthentication failed"),
    ("no password", {"user": "", "password": ""}, "needs the credentials"),
    ("a folder that is not there", {"folder": "Nowhere"}, "folder cannot be opened"),
    ("a name that the certificate does not have", {"host": "127.0.0.1"}, "verify failed"),
]


@pytest.mark.parametrize(("sentence", "change", "reason"), TROUBLE, ids=[row[0] for row in TROUBLE])
def test_trouble_is_named_without_names(
    server: Server, sentence: str, change: dict[str, str], reason: str
) -> None:
    with pytest.raises(MailboxError) as caught:
        look(replace(server.mailbox, **change), lambda _: Fate.DONE)
    assert reason in caught.value.reason, sentence
    assert "example.org" not in str(caught.value)


def test_a_folder_for_what_is_done_that_is_not_there_loses_nothing(server: Server) -> None:
    server.put(message(1))
    with pytest.raises(MailboxError, match="moved to the folder"):
        look(replace(server.mailbox, done="Nowhere"), lambda _: Fate.DONE)
    assert server.holds() == [b"Subject: 1"]


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxError, match="verify failed"):
        look(server.mailbox, lambda _: Fate.DONE)


def test_a_server_that_is_away_is_named(unused_port: int) -> None:
    with pytest.raises(MailboxError, match="refused"):
        look(Mailbox("127.0.0.1", unused_port, False, "INBOX", "u", "p"), lambda _: Fate.DONE)


@pytest.fixture
def unused_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


ADDRESSES = [
    ("imaps://mail.example.org/INBOX", ("mail.example.org", 993, True, "INBOX")),
    ("imaps://mail.example.org", ("mail.example.org", 993, True, "INBOX")),
    ("imaps://mail.example.org:1993/Zwroty/nowe", ("mail.example.org", 1993, True, "Zwroty/nowe")),
    ("imap://[::1]/INBOX", ("::1", 143, False, "INBOX")),
]


@pytest.mark.parametrize(("url", "parts"), ADDRESSES)
def test_the_address_of_a_mailbox(url: str, parts: tuple[str, int, bool, str]) -> None:
    made = Mailbox.parse(url, "user", "secret")
    assert (made.host, made.port, made.private, made.folder) == parts
    assert "user" not in repr(made)
    assert "secret" not in repr(made)
