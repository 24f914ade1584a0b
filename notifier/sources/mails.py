"""A mail that somebody forwards to us -> claims: its calendar parts if it has any, else its words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from icalendar import Calendar

from notifier.sources.document import Document, NotText
from notifier.sources.events import claims_of_calendar
from notifier.sources.kind import Asked, SourceError, Told
from notifier.sources.kinds.calendar import calendars_of
from notifier.sources.statement import Claim, TroubleKind
from notifier.sources.texts import claims_of, told_apart

OTHER_SENDER = "sent by somebody who is not among `senders`"

_AHEAD = timedelta(hours=1)
_FORWARDED = re.compile(r"^\s*(?:fwd?|pd|tr|wg)\s*:", re.IGNORECASE)
_MOST_PARTS = 50


def read_mail(document: Document, asked: Asked) -> Told:
    """The claims of one mail. A mailbox tells what arrives and is never complete.

    A forwarded mail has the day of its forwarding, which says nothing about the day of the notice in it.
    Raises :class:`SourceError` for what is no mail.
    """
    try:
        mail = BytesParser().parsebytes(document.body)
    except RecursionError:
        raise SourceError(TroubleKind.BAD_DATA, "the mail is nested too deep") from None
    subject = _words(mail, "Subject")
    sent = _date(mail, asked.now)
    published = None if _FORWARDED.match(subject) else sent
    claims = list(told_apart(_claims(mail, subject, published, asked)))
    if asked.source.senders and not _is_from(mail, asked.source.senders):
        claims = [replace(one, sure=False, problems=(*one.problems, OTHER_SENDER)) for one in claims]
    return Told(tuple(claims), items=1, as_of=sent)


def _claims(mail: Message, subject: str, published: datetime | None, asked: Asked) -> list[Claim]:
    parts = list(_parts(mail))
    dated = [
        claim if claim.published else replace(claim, published=published)
        for part in parts
        if part.content_type.startswith("text/calendar")
        for calendar in _calendars(part)
        for claim in claims_of_calendar(calendar, asked)
    ]
    if dated:
        return dated
    texts = {kind: _text(parts, kind) for kind in ("text/plain", "text/html")}
    if texts["text/plain"]:
        text = f"{subject}\n\n{texts['text/plain']}"
    else:
        text = f"<html><body><h1>{html.escape(subject)}</h1>\n{texts['text/html']}</body></html>"
    return list(claims_of(text, asked, published=published, url=asked.source.page))


def _parts(mail: Message) -> Iterator[Document]:
    """The parts with text, decoded; attached files too, since calendars come as such."""
    for part in list(mail.walk())[:_MOST_PARTS]:
        if part.get_content_maintype() == "text":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body.strip():
                charset = part.get_content_charset()
                kind = f"{part.get_content_type()}; charset={charset}" if charset else part.get_content_type()
                yield Document(body, kind)


def _calendars(part: Document) -> list[Calendar]:
    try:
        return calendars_of(part)
    except SourceError:
        return []  # its words are read instead


def _text(parts: list[Document], kind: str) -> str:
    for part in parts:
        if part.content_type.startswith(kind):
            try:
                return part.text().strip()
            except NotText:
                continue
    return ""


def _words(mail: Message, name: str) -> str:
    raw = str(mail.get(name, ""))
    try:
        return " ".join(str(make_header(decode_header(raw))).split())
    except (HeaderParseError, LookupError, ValueError):
        return " ".join(raw.split())


def _date(mail: Message, now: datetime) -> datetime | None:
    """The moment it was written; ``None`` where it does not say, or says that it is yet to come."""
    try:
        moment = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return moment if moment <= now + _AHEAD else None


def _is_from(mail: Message, senders: tuple[str, ...]) -> bool:
    address = parseaddr(_words(mail, "From"))[1].casefold()
    return any(
        address == sender.casefold() or (sender.startswith("@") and address.endswith(sender.casefold()))
        for sender in senders
    )
