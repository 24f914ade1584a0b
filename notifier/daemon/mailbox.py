"""The mailbox with returned mail, read over IMAP: a look now and then, in a thread of its own.

A message is put on record first and taken out of the way after. A crash in between makes it be read
again, which changes nothing: the record knows what it has.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from notifier.mail.bounces import LONGEST
from notifier.model import NotifierError

TIMEOUT = 30.0
"""Seconds that the server may take for one answer."""

MOST = 500
"""Messages in one look. The others are there at the next one."""


class MailboxError(NotifierError):
    """The mailbox could not be read; ``reason`` says why, without what is in it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"mailbox: {reason}")


class Fate(StrEnum):
    """What is done with a message once it has been looked at."""

    DONE = "done"  #: moved to the folder for that, or deleted
    LEFT = "left"  #: marked as seen where it is, for somebody to look at
    AGAIN = "again"  #: read again at the next look


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where it is and who may read it. ``done`` is the folder for what has been read; empty: it is deleted."""

    host: str
    port: int
    private: bool
    folder: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    done: str = ""

    @classmethod
    def parse(cls, url: str, user: str, password: str, done: str = "") -> Mailbox:
        """From ``imaps://host[:port]/FOLDER`` as the settings allow it; no folder is ``INBOX``."""
        parts = urlsplit(url)
        private = parts.scheme == "imaps"
        folder = parts.path.removeprefix("/") or "INBOX"
        port = parts.port or (993 if private else 143)
        return cls(parts.hostname or "", port, private, folder, user, password, done)


def look(mailbox: Mailbox, take: Callable[[bytes], Fate], *, timeout: float = TIMEOUT) -> dict[Fate, int]:
    """Give every unread message to ``take``, at most :data:`MOST`; blocks. How many had which fate.

    No more than ``LONGEST`` octets of a message are fetched. Raises :class:`MailboxError`, and what
    ``take`` raises: that message and those after it stay unread.
    """
    counts = dict.fromkeys(Fate, 0)
    with _opened(mailbox, timeout) as server:
        able = frozenset(_ok(server.capability(), "does not say what it can do")[0].split())
        _ok(server.select(_quoted(mailbox.folder)), "the folder cannot be opened")
        found = _ok(server.uid("SEARCH", "UNSEEN", "UNDELETED"), "cannot be searched")
        uids = b" ".join(line for line in found if isinstance(line, bytes)).split()[:MOST]
        for uid in uids:
            raw = _fetch(server, uid.decode("ascii"))
            # Gone meanwhile: another reader of the mailbox was faster.
            if raw is not None:
                fate = take(raw)
                counts[fate] += 1
                _settle(server, uid.decode("ascii"), fate, mailbox.done, able)
    return counts


@contextlib.contextmanager
def _opened(mailbox: Mailbox, timeout: float) -> Iterator[imaplib.IMAP4]:
    server: imaplib.IMAP4 | None = None
    try:
        # The certificate is checked against the machine's authorities and the host's name.
        if mailbox.private:
            context = ssl.create_default_context()
            server = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=timeout)
        else:
            server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=timeout)
        _log_in(server, mailbox)
        yield server
        server.logout()
        server = None
    except imaplib.IMAP4.error as error:
        # Its words come from the server, after a login perhaps with the user's name in them.
        raise MailboxError(_brief(error, mailbox)) from None
    except OSError as error:
        raise MailboxError(error.strerror or type(error).__name__) from None
    finally:
        if server is not None:
            with contextlib.suppress(OSError):
                server.shutdown()


def _log_in(server: imaplib.IMAP4, mailbox: Mailbox) -> None:
    if not mailbox.user:
        raise MailboxError("needs the credentials bounces-user and bounces-password")
    login = f"\0{mailbox.user}\0{mailbox.password}".encode()
    if "AUTH=PLAIN" in server.capabilities:
        # Takes any letters, where LOGIN as the library has it takes ASCII alone.
        server.authenticate("PLAIN", lambda _: login)
    elif mailbox.user.isascii() and mailbox.password.isascii():
        server.login(mailbox.user, mailbox.password)
    else:
        raise MailboxError("takes no user or password outside ASCII")


def _fetch(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """The beginning of a message; PEEK leaves it unread."""
    answer = _ok(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LONGEST}>)"), "a message cannot be fetched")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _settle(server: imaplib.IMAP4, uid: str, fate: Fate, done: str, able: frozenset[bytes]) -> None:
    if fate is Fate.AGAIN:
        return
    _ok(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), "a message cannot be marked")
    if fate is Fate.LEFT:
        return
    if done and b"MOVE" in able:
        _ok(server.uid("MOVE", uid, _quoted(done)), "a message cannot be moved to the folder for those done")
        return
    if done:
        _ok(server.uid("COPY", uid, _quoted(done)), "a message cannot be copied to the folder for those done")
    _ok(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), "a message cannot be deleted")
    # Without UIDPLUS whatever is marked as deleted goes; with it, this one alone.
    _ = server.uid("EXPUNGE", uid) if b"UIDPLUS" in able else server.expunge()


def _ok(answer: tuple[str, Sequence[Any]], otherwise: str) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise MailboxError(otherwise)
    return data


def _quoted(folder: str) -> str:
    """For the wire: the settings allow nothing in it that would end the quotation."""
    return f'"{folder}"'


def _brief(error: Exception, mailbox: Mailbox) -> str:
    text = str(error).replace(mailbox.user, "(user)") if mailbox.user else str(error)
    return " ".join(re.sub(r"[^ -~]+", " ", text).split())[:200]
