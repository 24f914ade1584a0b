"""New mails of a folder over IMAP (RFC 3501). The folder is only looked at: nothing in it is marked or moved."""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from notifier.sources.keeping import LONGEST_MAIL
from notifier.sources.kind import SourceError
from notifier.sources.statement import TroubleKind

TIMEOUT = 30.0
"""Seconds that the server may take for one answer."""

MOST = 100
"""Mails in one look; the others are there at the next one."""

FIRST_LOOK = timedelta(days=30)
"""How far back a folder is read that was never read before."""

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Login:
    """Who may read the folder."""

    user: str = field(repr=False)
    password: str = field(repr=False)


def look(
    url: str,
    login: Login | None,
    cursor: str,
    now: datetime,
    take: Callable[[bytes], object],
    *,
    timeout: float = TIMEOUT,
) -> str:
    """Give every mail after ``cursor`` to ``take``, oldest first; blocks. Returns the new cursor.

    ``url`` is ``imaps://host[:port]/FOLDER``. The cursor is the folder's UIDVALIDITY and the last UID: where
    the former has changed, the folder is another one and read from the beginning. Raises
    :class:`SourceError`; mails that were taken before stay taken.
    """
    if login is None:
        raise SourceError(TroubleKind.NOT_SET_UP, "there is no login for this mailbox among the credentials")
    parts = urlsplit(url)
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    with _opened(parts.hostname or "", parts.port, parts.scheme == "imaps", login, timeout) as server:
        _ok(server.select(f'"{folder}"', readonly=True), "the folder cannot be opened")
        validity = _validity(server)
        known, _, last_text = cursor.partition(":")
        last = int(last_text) if known == validity and last_text.isdecimal() else 0
        since = now - FIRST_LOOK
        new = f"UID {last + 1}:*" if last else f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = _ok(server.uid("SEARCH", *new.split()), "cannot be searched")
        uids = sorted(int(uid) for line in found if isinstance(line, bytes) for uid in line.split())
        # "n:*" names the last mail even where it comes before n.
        for uid in [uid for uid in uids if uid > last][:MOST]:
            answer = _ok(
                server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LONGEST_MAIL}>)"), "a mail cannot be fetched"
            )
            for part in answer:
                if isinstance(part, tuple):
                    take(part[1])
            last = uid
        return f"{validity}:{last}"


@contextlib.contextmanager
def _opened(
    host: str, port: int | None, private: bool, login: Login, timeout: float
) -> Iterator[imaplib.IMAP4]:
    server: imaplib.IMAP4 | None = None
    try:
        if private:
            context = ssl.create_default_context()
            server = imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=timeout)
        else:
            server = imaplib.IMAP4(host, port or 143, timeout=timeout)
        words = f"\0{login.user}\0{login.password}".encode()
        try:
            server.authenticate("PLAIN", lambda _: words)
        except imaplib.IMAP4.error:
            # Its words come from the server, perhaps with the user's name in them.
            raise SourceError(TroubleKind.REFUSED, "the mailbox does not take the login") from None
        yield server
        server.logout()
        server = None
    except imaplib.IMAP4.error as error:
        raise SourceError(
            TroubleKind.AWAY, f"the mailbox answers what is not IMAP: {type(error).__name__}"
        ) from None
    except OSError as error:
        raise SourceError(TroubleKind.AWAY, error.strerror or type(error).__name__) from None
    finally:
        if server is not None:
            with contextlib.suppress(OSError):
                server.shutdown()


def _validity(server: imaplib.IMAP4) -> str:
    _, values = server.response("UIDVALIDITY")
    first: Any = values[0] if values else None
    return first.decode("ascii", "replace") if isinstance(first, bytes) else ""


def _ok(answer: tuple[str, Sequence[Any]], otherwise: str) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise SourceError(TroubleKind.REFUSED, otherwise)
    return data
