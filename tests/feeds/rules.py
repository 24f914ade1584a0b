"""What validators of feeds complain about, as far as a feed of ours could do it: faults found in one, in words.

After the messages of the W3C feed validator, the RSS 2.0 specification with the best practices of the RSS board,
RFC 4287 (Atom), RFC 5005 and JSON Feed 1.1. Warnings count as faults.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"

RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]+")
LANGUAGE = re.compile(r"[a-z]{2}")
MARKUP = re.compile(r"<[/a-zA-Z!][^>]*>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

IN_CHANNEL = {"title", "link", "description", "docs", "generator", "language", "lastBuildDate", "ttl", "item"}
IN_ITEM = {"title", "link", "description", "guid", "category", "pubDate"}
IN_FEED = {"id", "title", "updated", "author", "link", "generator", "subtitle", "entry"}
IN_ENTRY = {"id", "title", "updated", "published", "author", "link", "content", "summary", "category"}
MANY = {"item", "entry", "link", "category"}
TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "br",
        "caption",
        "code",
        "em",
        "hr",
        "i",
        "p",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
    ),
    *(
        "dd",
        "div",
        "dl",
        "dt",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ol",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ),
}
ATTRIBUTES = {"class", "colspan", "datetime", "href", "id", "lang", "rowspan", "scope", "title"}
VOID = {"br", "hr"}


def faults(kind: str, body: bytes, address: str, now: datetime) -> list[str]:
    """All that is wrong with a feed of a kind that is served at an address."""
    rules = {"rss": _rss, "atom": _atom, "json": _json}
    return list(rules[kind](body, address, now))


# --- RSS --------------------------------------------------------------------------------------------------------------


def _rss(body: bytes, address: str, now: datetime) -> Iterator[str]:
    root = yield from _root(body)
    if root is None:
        return
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        yield "not RSS 2.0 with one channel"
        return
    (channel,) = root
    order = [child.tag for child in channel]
    if "item" in order and any(tag != "item" for tag in order[order.index("item") :]):
        yield "something after the items that belongs before them"
    own = {ATOM + "link", HISTORY + "complete"}
    yield from _children(
        channel, IN_CHANNEL, own, {"title", "link", "description", "language", HISTORY + "complete"}
    )
    yield from _selves(channel, ATOM + "link", address, "application/rss+xml")
    for name in ("title", "description"):
        yield from _plain(channel, name)
    for name in ("link", "docs"):
        yield from _absolute(name, channel.findtext(name) or "")
    if not LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "language is no code"
    if not (channel.findtext("ttl") or "").isdigit():
        yield "ttl is no number"
    yield from _date822(channel, "lastBuildDate", now)
    items = channel.findall("item")
    newest = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    if newest != sorted(newest, reverse=True):
        yield "items are not in the order of their dates"
    yield from _unique("guid", [item.findtext("guid") or "" for item in items])
    for item in items:
        yield from _item(item, now)


def _item(item: etree._Element, now: datetime) -> Iterator[str]:
    yield from _children(item, IN_ITEM, {CONTENT + "encoded"}, {"title", "link", "guid", "pubDate"})
    order = [child.tag for child in item]
    if "description" not in order or order.index("description") > order.index(CONTENT + "encoded"):
        yield "content:encoded before description"
    yield from _plain(item, "title")
    yield from _absolute("link", item.findtext("link") or "")
    for category in item.findall("category"):
        yield from _plain(item, "category", category)
        if category.get("domain") is not None:
            yield from _absolute("domain", category.get("domain") or "")
    guid = item.find("guid")
    if guid is not None and (guid.get("isPermaLink") != "false" or not URN.fullmatch(guid.text or "")):
        yield f"guid is neither an address nor said to be none: {guid.text}"
    yield from _date822(item, "pubDate", now)
    for name in ("description", CONTENT + "encoded"):
        yield from _html(name, item.findtext(name) or "")


# --- Atom -------------------------------------------------------------------------------------------------------------


def _atom(body: bytes, address: str, now: datetime) -> Iterator[str]:
    root = yield from _root(body)
    if root is None:
        return
    if root.tag != ATOM + "feed":
        yield "not Atom"
        return
    order = [child.tag for child in root]
    if ATOM + "entry" in order and set(order[order.index(ATOM + "entry") :]) != {ATOM + "entry"}:
        yield "something after the entries that belongs before them"
    wanted = {HISTORY + "complete", *(ATOM + name for name in ("id", "title", "updated", "author", "link"))}
    yield from _children(root, {ATOM + name for name in IN_FEED}, {HISTORY + "complete"}, wanted)
    if not LANGUAGE.fullmatch(root.get(XML + "lang") or ""):
        yield "xml:lang is no code"
    yield from _selves(root, ATOM + "link", address, "application/atom+xml")
    yield from _links(root)
    yield from _author(root)
    yield from _id(root)
    yield from _date3339(root, "updated", now)
    entries = root.findall(ATOM + "entry")
    yield from _unique("id", [each.findtext(ATOM + "id") or "" for each in entries])
    moments = [each.findtext(ATOM + "updated") or "" for each in entries]
    yield from _unique("updated", moments)
    if entries and root.findtext(ATOM + "updated") != moments[0]:
        yield "updated of the feed is not that of its newest entry"
    for entry in entries:
        yield from _entry(entry, now)


def _entry(entry: etree._Element, now: datetime) -> Iterator[str]:
    wanted = {ATOM + name for name in ("id", "title", "updated", "summary", "content", "link")}
    yield from _children(entry, {ATOM + name for name in IN_ENTRY}, set(), wanted)
    yield from _links(entry)
    yield from _author(entry)
    yield from _id(entry)
    for name in ("updated", "published"):
        yield from _date3339(entry, name, now)
    content = entry.find(ATOM + "content")
    if content is not None:
        if content.get("type") != "html":
            yield "content is not said to be HTML"
        yield from _html("content", content.text or "")
    for name in ("title", "summary"):
        yield from _plain(entry, ATOM + name)
    for category in entry.findall(ATOM + "category"):
        if not (category.get("term") or "").strip():
            yield "category without a term"
        if category.get("scheme") is not None:
            yield from _absolute("scheme", category.get("scheme") or "")


def _links(parent: etree._Element) -> Iterator[str]:
    links = parent.findall(ATOM + "link")
    for link in links:
        yield from _absolute("link", link.get("href") or "")
        if link.get("rel") not in ("alternate", "self", "hub"):
            yield f"link with an unregistered relation: {link.get('rel')}"
        if link.get("type") is not None and not MEDIA.fullmatch(link.get("type") or ""):
            yield f"link with no media type: {link.get('type')}"
        if link.text:
            yield "link with text"
    others = [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel") == "alternate"]
    yield from _unique("alternate", [str(each) for each in others])


def _author(parent: etree._Element) -> Iterator[str]:
    author = parent.find(ATOM + "author")
    if author is None or not (author.findtext(ATOM + "name") or "").strip():
        yield "author without a name"


def _id(parent: etree._Element) -> Iterator[str]:
    if not URN.fullmatch(parent.findtext(ATOM + "id") or ""):
        yield f"id is no canonical URN: {parent.findtext(ATOM + 'id')}"


# --- JSON Feed --------------------------------------------------------------------------------------------------------


def _json(body: bytes, address: str, now: datetime) -> Iterator[str]:
    feed: dict[str, Any] = json.loads(body)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "not JSON Feed 1.1"
    known = {
        "version",
        "title",
        "description",
        "home_page_url",
        "feed_url",
        "language",
        "authors",
        "hubs",
        "items",
    }
    yield from (f"unknown member {name}" for name in feed.keys() - known)
    if feed.get("feed_url") != address:
        yield "feed_url is another address"
    yield from _absolute("home_page_url", feed.get("home_page_url", ""))
    if not feed.get("title") or not LANGUAGE.fullmatch(feed.get("language", "")):
        yield "no title or no language"
    if not all(author.get("name") for author in feed.get("authors", [{}])):
        yield "author without a name"
    items = feed.get("items", [])
    yield from _unique("id", [item.get("id", "") for item in items])
    moments = [item.get("date_published", "") for item in items]
    if moments != sorted(moments, reverse=True):
        yield "items are not in the order of their dates"
    own = {
        "id",
        "url",
        "title",
        "summary",
        "content_html",
        "content_text",
        "date_published",
        "language",
        "tags",
    }
    for item in items:
        yield from (f"unknown member {name}" for name in item.keys() - own if not name.startswith("_"))
        yield from (f"{name} is nothing" for name in own if item.get(name) in (None, "", []))
        yield from _absolute("url", item.get("url", ""))
        yield from _moment("date_published", item.get("date_published", ""), now)
        yield from _html("content_html", item.get("content_html", ""))
        if not URN.fullmatch(item.get("id", "")):
            yield "id is no URN"
        if not all(isinstance(tag, str) and tag.strip() for tag in item.get("tags", [])):
            yield "a tag that is no word"


# --- of all kinds -----------------------------------------------------------------------------------------------------


def _root(body: bytes) -> Iterator[Any]:
    if not re.match(rb"<\?xml version=['\"]1\.0['\"] encoding=['\"]UTF-8['\"]\?>\n?<", body):
        yield "no declaration, or not of UTF-8, or not at the very beginning"
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        yield "a document type"
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield f"not well-formed: {error}"
        return None


def _children(parent: etree._Element, known: set[str], own: set[str], wanted: set[str]) -> Iterator[str]:
    counts = Counter(str(child.tag) for child in parent)
    yield from (f"unknown element {tag}" for tag in counts.keys() - known - own)
    yield from (f"missing {tag}" for tag in wanted - counts.keys())
    for tag, count in counts.items():
        if count > 1 and tag.rpartition("}")[2] not in MANY:
            yield f"{tag} more than once"


def _selves(parent: etree._Element, tag: str, address: str, kind: str) -> Iterator[str]:
    found = [
        (link.get("href"), link.get("type")) for link in parent.findall(tag) if link.get("rel") == "self"
    ]
    if found != [(address, kind)]:
        yield f"the link to itself does not match its address: {found}"


def _plain(parent: etree._Element, name: str, element: etree._Element | None = None) -> Iterator[str]:
    text = (parent.findtext(name) if element is None else element.text) or ""
    if not text.strip():
        yield f"{name} is blank"
    if MARKUP.search(text):
        yield f"{name} looks like HTML: {text}"


def _absolute(what: str, address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or not address.isascii() or " " in address:
        yield f"{what} is no full address: {address!r}"


def _unique(what: str, values: Sequence[str]) -> Iterator[str]:
    yield from (f"{what} twice: {value}" for value, count in Counter(values).items() if count > 1)


def _date822(parent: etree._Element, name: str, now: datetime) -> Iterator[str]:
    text = parent.findtext(name) or ""
    if not RFC822.fullmatch(text):
        yield f"{name} is no date of RFC 822: {text}"
        return
    moment = parsedate_to_datetime(text)
    if f"{moment:%a}" != text[:3]:
        yield f"{name} has the wrong day of the week: {text}"
    yield from _plausible(name, moment, now)


def _date3339(parent: etree._Element, name: str, now: datetime) -> Iterator[str]:
    yield from _moment(name, parent.findtext(ATOM + name) or "", now)


def _moment(name: str, text: str, now: datetime) -> Iterator[str]:
    if not RFC3339.fullmatch(text):
        yield f"{name} is no date of RFC 3339: {text}"
        return
    yield from _plausible(name, datetime.fromisoformat(text), now)


def _plausible(name: str, moment: datetime, now: datetime) -> Iterator[str]:
    if not datetime(2000, 1, 1, tzinfo=UTC) < moment <= now:
        yield f"{name} is an implausible date: {moment}"


class _Html(HTMLParser):
    """A fragment of HTML as careful readers take it: no scripts, no looks, nothing relative, all closed."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        self.found += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}> may be a risk, or is no HTML")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.found.append(f"attribute {name} may be a risk")
            if name == "href":
                parts = urlsplit(value or "")
                if parts.scheme not in ("https", "http", "mailto", "tel"):
                    self.found.append(f"relative address {value}")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.found.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.found.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.found.append("a document type within")


def _html(what: str, source: str) -> Iterator[str]:
    if not source.strip():
        yield f"{what} is blank"
    yield from (f"{what}: {fault}" for fault in _Html(source).found)
