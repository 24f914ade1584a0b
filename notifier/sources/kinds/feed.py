"""RSS, RDF and Atom feeds: each entry is an announcement in words.

Read with feedparser, which takes what publishers really send: a wrong content type, a wrong charset, markup
that is nearly XML. Only the bytes are handed to it, because it would fetch what looks like an address.
"""

from __future__ import annotations

import calendar
import html
import io
import re
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from notifier.sources.document import Document, NotText
from notifier.sources.kind import Asked, Kind, SourceError, Told
from notifier.sources.statement import Claim, TroubleKind
from notifier.sources.texts import claims_of

MOST_ENTRIES = 300

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_DECLARED = re.compile(r"\A\s*<\?xml[^>]*\?>")
_END = re.compile(r"</\s*(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>\Z", re.IGNORECASE)
_TAIL = 20_000
"""Characters at the end of a feed within which it is closed, comments included."""


def read(document: Document, asked: Asked) -> Told:
    """The claims of all entries. A feed holds the newest entries only, so it is never complete."""
    if document.is_page:
        kind = TroubleKind.LOGIN_PAGE if document.asks_for_password else TroubleKind.BAD_DATA
        raise SourceError(kind, "a page came in place of the feed")
    try:
        text = _DECLARED.sub("", document.text().lstrip("\ufeff"), count=1)
    except NotText as error:
        raise SourceError(TroubleKind.NOT_TEXT, str(error)) from None
    # Decoded here: of the charsets that header and document name, feedparser believes one, true or not.
    parsed: Any = feedparser.parse(io.BytesIO(text.encode("utf-8", "replace")), response_headers=_HEADERS)
    if not parsed.get("version"):
        raise SourceError(TroubleKind.BAD_DATA, "is no feed")
    if parsed.get("bozo") and not _is_closed(text):
        raise SourceError(TroubleKind.CUT_SHORT, "the feed ends in the middle")
    entries = parsed["entries"][:MOST_ENTRIES]
    claims = [claim for entry in entries for claim in _claims(entry, asked)]
    as_of = _moment(dict.get(parsed["feed"], "updated_parsed"))
    return Told(tuple(claims), len(entries), may_be_empty=False, as_of=as_of)


def _is_closed(text: str) -> bool:
    """True when the outermost element ends, whatever comments a content system writes behind it."""
    tail = text[-_TAIL:].rstrip()
    while tail.endswith("-->") and "<!--" in tail:
        tail = tail[: tail.rindex("<!--")].rstrip()
    return _END.search(tail) is not None


def _claims(entry: Any, asked: Asked) -> tuple[Claim, ...]:
    # Past feedparser's own look-up, which answers for `updated` with `published` and a warning.
    published = _moment(dict.get(entry, "updated_parsed") or dict.get(entry, "published_parsed"))
    link = str(entry.get("link", ""))
    url = link if link.startswith(("http://", "https://")) else asked.source.page
    identity = str(entry.get("id", "")) or link
    return claims_of(_page(entry), asked, published=published, url=url, identity=identity)


def _page(entry: Any) -> str:
    """The entry as the page it would be: its title as the heading, and the longest text there is."""
    bodies = [part.get("value", "") for part in entry.get("content", ())] + [entry.get("summary", "")]
    body = max(bodies, key=len)
    return f"<html><body><h1>{entry.get('title', '')}</h1>\n<div>{_marked_up(body)}</div></body></html>"


def _marked_up(text: str) -> str:
    if "<" in text:
        return text
    return "".join(f"<p>{html.escape(html.unescape(line))}</p>" for line in text.splitlines() if line.strip())


def _moment(parsed: struct_time | None) -> datetime | None:
    """In UTC, as feedparser gives it; a date it cannot read is none."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


KIND = Kind(
    read=read,
    accept="application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
)
