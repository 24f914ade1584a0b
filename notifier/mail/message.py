"""Mail as bytes: everything that recipients share is encoded once, each of them costs a few joins.

Two thousand people in one profile group read the same text, so :func:`build_body` does the slow work
(MIME, transfer encoding, header folding) once; ``personal`` then adds what is each one's own.
The bytes depend on the arguments alone: the same news gives the same mail, to the last boundary.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from typing import Protocol

from notifier.mail.address import domain_of, sender_address, wire_address
from notifier.mail.errors import MailProblem
from notifier.mail.quoted import quoted_printable
from notifier.model import utc

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LIST_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,250}[A-Za-z0-9])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_METHOD = re.compile(r"[A-Z]{1,20}")
_PLACEHOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,74}")
_LONGEST_LINK = 908


class Words(Protocol):
    """What a mail says, as ``notifier.render`` gives it."""

    @property
    def subject(self) -> str:
        """One line with state, system and date."""

    @property
    def text(self) -> str:
        """The whole message as plain text."""

    @property
    def html(self) -> str:
        """The whole message as an HTML document."""


@dataclass(frozen=True, slots=True)
class Body:
    """What all recipients of one mail share.

    ``headers`` are whole lines, ``content`` is what follows the empty line after them; both 7bit with
    CRLF. ``digest`` names the two, so that equal mails are stored once.
    """

    digest: str
    headers: bytes
    content: bytes


def build_body(
    words: Words,
    calendar: bytes | None,
    calendar_method: str,
    *,
    sender: str,
    list_id: str,
    threads: Sequence[str],
    date: datetime,
    language: str,
    contact: str,
    placeholder: str = "",
) -> Body:
    """Encode one mail: text, HTML and (unless ``None``) a calendar part, each complete by itself.

    ``sender`` is ``Name <address>`` or an address; ``contact`` the address where people get an answer,
    empty for none; ``list_id`` the name of the list without angle brackets (RFC 2919); ``threads`` the
    window ids whose conversations this mail belongs to; ``date`` an aware moment. ``placeholder`` stands
    wherever the words have something personal, and stays whole: at most 75 letters, digits, ``.``, ``_``
    and ``-``, the first no dot. Raises :class:`MailProblem` for a value that cannot stand in a header or
    in the text, ``ValueError`` for a naive date.
    """
    mark = _checked("placeholder", placeholder, _PLACEHOLDER).encode("ascii") if placeholder else b""
    name, address = sender_address(sender)
    parts = [("text/plain; charset=utf-8", words.text), ("text/html; charset=utf-8", words.html)]
    if calendar is not None:
        method = _checked("calendar_method", calendar_method, _METHOD)
        parts.append((f"text/calendar; charset=utf-8; method={method}", calendar.decode("utf-8")))
    encoded = [_part(kind, text, mark) for kind, text in parts]
    # "=_" occurs neither in quoted-printable nor in base64, so no part can hold the boundary (RFC 2045, 6.7).
    boundary = b"=_" + _digest(*encoded)[:32].encode("ascii")
    content = (
        b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in encoded)
        + b"--"
        + boundary
        + b"--\r\n"
    )
    lines = [
        f"From: {_named(name, address)}",
        f"Subject: {_unstructured('Subject', words.subject)}",
        f"Date: {format_datetime(utc(date))}",
        f"List-Id: <{_checked('list_id', list_id, _LIST_ID)}>",
        "Auto-Submitted: auto-generated",
        f"Content-Language: {_checked('language', language, _LANGUAGE)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary.decode("ascii")}"',
    ]
    if contact and contact != address:
        lines.insert(1, f"Reply-To: {wire_address(contact, 'contact')}")
    if threads:
        roots = dict.fromkeys(thread_root(window, address) for window in threads)
        lines.append("References: " + "\r\n ".join(roots))
    headers = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    return Body(_digest(headers, content), headers, content)


def unsubscribe_headers(contact: str, one_click: str = "") -> bytes:
    """The way out as header lines: by mail to ``contact`` (RFC 2369) and, with a link, by one click.

    ``one_click`` is the person's own https address; it comes first and brings ``List-Unsubscribe-Post``
    (RFC 8058). Each address has a line of its own, unfolded, because folding or encoding one breaks it.
    Raises :class:`MailProblem`.
    """
    if not one_click:
        return f"List-Unsubscribe: {_by_mail(contact)}\r\n".encode("ascii")
    if not _is_link(one_click):
        raise MailProblem("one_click", "holds something that cannot stand in a header")
    lines = (
        f"List-Unsubscribe: <{one_click}>,\r\n {_by_mail(contact)}\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    )
    return lines.encode("ascii")


@lru_cache(maxsize=64)
def _by_mail(contact: str) -> str:
    return f"<mailto:{wire_address(contact, 'contact')}?subject=unsubscribe>"


def _is_link(link: str) -> bool:
    """Whether it is an https address and nothing that ends it within angle brackets; no pattern, for one each mail."""
    sound = link.isascii() and link.isprintable() and not (" " in link or "<" in link or ">" in link)
    return sound and link.startswith("https://") and len("https://") < len(link) <= _LONGEST_LINK


def message_id_for(notices: Iterable[str], subscriber: int, site: str) -> str:
    """The Message-ID of the mail that tells these notices to this subscriber.

    It follows from what is told to whom and by which site, and from nothing else, so that a mail sent
    twice is recognised as one. ``site`` is the site's address or its domain.
    """
    told = f"[{_listed(tuple(notices))}, {subscriber}]"
    return f"<{_digest(told.encode())[:40]}@{domain_of(site)}>"


@lru_cache(maxsize=64)
def _listed(notices: tuple[str, ...]) -> str:
    """The same for thousands of subscribers."""
    return json.dumps(sorted(set(notices)))


def thread_root(window: str, site: str) -> str:
    """The Message-ID to which every mail about a window refers, so that readers see one conversation.

    No mail ever carries it: the first one a person gets may be any of them.
    """
    return f"<window.{_digest(window.encode())[:32]}@{domain_of(site)}>"


def _part(kind: str, text: str, mark: bytes) -> bytes:
    """One MIME part in 7bit.

    Quoted-printable can be read in the source and is liked better by filters; base64 is for alphabets
    without Latin letters, where the other would be half as long again. It has no place for personal parts.
    """
    lines = _LINE_END.sub("\r\n", text).rstrip("\r\n") + "\r\n"
    plain = lines.encode("utf-8")
    quoted = quoted_printable(plain, mark)
    packed = base64.encodebytes(plain).replace(b"\n", b"\r\n")
    readable = len(quoted) <= 1.5 * len(packed) or (mark and mark in plain)
    encoding, data = ("quoted-printable", quoted) if readable else ("base64", packed)
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii") + data


def _unstructured(field: str, text: str) -> str:
    """A header's text on one or more lines, as RFC 2047 encoded words where plain ASCII does not do."""
    clean = " ".join(_CONTROL.sub(" ", text).split())
    if clean.isascii() and "=?" not in clean and len(field) + 2 + len(clean) <= 78:
        return clean
    return Header(clean, "utf-8", header_name=field, maxlinelen=76).encode(linesep="\r\n")


def _named(name: str, address: str) -> str:
    if name.isascii() and len(name) <= 60 and not _CONTROL.search(name):
        return formataddr((name, address))
    return f"{_unstructured('From', name)}\r\n <{address}>"


def _checked(field: str, value: str, shape: re.Pattern[str]) -> str:
    if not shape.fullmatch(value):
        raise MailProblem(field, "holds something that cannot stand in a header")
    return value


def _digest(*parts: bytes) -> str:
    """SHA-256 over the parts and their lengths, so that no two divisions of the same bytes look alike."""
    measured = [piece for part in parts for piece in (len(part).to_bytes(8, "big"), part)]
    return hashlib.sha256(b"".join(measured)).hexdigest()
