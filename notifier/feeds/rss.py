"""RSS 2.0 and Atom (RFC 4287) by feedgen, taken apart so that ready items can be joined.

feedgen gives header and items; nothing outside this module knows of it. What it gets wrong is repaired
here: an Atom entry's links come without ``rel`` and ``type``, and every date defaults to the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from notifier.feeds.addresses import Addresses
from notifier.feeds.clean import clean, clean_line, clean_title
from notifier.feeds.entries import NewsEntry, ToldWords, machine_tags
from notifier.model import utc

NOTHING_YET = datetime(2024, 1, 1, tzinfo=UTC)
"""Date of a feed without items: fixed, so that the bytes are, and long past, so that nobody waits for it."""

_NAMESPACES = {"atom": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/"}
_POLL_MINUTES = 30
_GENERATOR = "notifier"
_COMPLETE = b'<fh:complete xmlns:fh="http://purl.org/syndication/history/1.0"/>'
"""All there is to say now is in one document: no archive to page through, and what is gone is over (RFC 5005, 2)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself.

    ``newest`` is the date of its newest item, ``hub`` who tells of news (WebSub),
    ``style`` how it looks to those who open it in a browser.
    """

    id: str
    title: str
    description: str
    author: str
    language: str
    address: str
    home: str
    newest: datetime = NOTHING_YET
    hub: str = ""
    style: str = ""

    def until(self, newest: datetime) -> Head:
        """The same head with another date."""
        return replace(self, newest=newest)

    def at(self, address: str) -> Head:
        """The same head at another address; nobody is told through a hub of what is for one person."""
        return replace(self, address=address, hub="")


def rss_item(entry: NewsEntry, told: ToldWords, addresses: Addresses, language: str) -> bytes:
    """One ``<item>``: the lead as description, the whole advice as ``content:encoded``."""
    item = _entry(entry, told, addresses, language)
    item.title(clean_title(told.title) or clean_line(entry.notice.key.window))
    item.description(escape(clean(told.lead)))
    item.content(clean(told.html))
    carrier = etree.Element("rss", nsmap=_NAMESPACES)
    carrier.append(item.rss_entry())
    return _inside(carrier)


def atom_entry(
    entry: NewsEntry, told: ToldWords, addresses: Addresses, language: str, author: str, place: int = 0
) -> bytes:
    """One ``<entry>``. ``place`` counts among entries of the same instant.

    Validators and some readers want ``updated`` to differ within a feed, so each place adds a microsecond.
    """
    item = _entry(entry, told, addresses, language)
    # Unlike in RSS a title is plain text by definition.
    item.title(clean_line(told.title) or clean_line(entry.notice.key.window))
    item.updated(utc(entry.published) + timedelta(microseconds=place))
    item.author({"name": clean_line(author)})
    item.summary(clean(told.lead))
    item.content(clean(told.html), type="html")
    links = item.link()
    element = item.atom_entry()
    for link, wanted in zip(element.iterchildren("link"), links, strict=True):
        for name in ("rel", "type", "hreflang"):
            link.set(name, wanted[name])
    carrier = etree.Element("feed")
    carrier.append(element)
    return _inside(carrier)


def rss_frame(head: Head) -> tuple[bytes, bytes]:
    """What stands before and after the items of an RSS feed."""
    feed = _feed(head, "application/rss+xml")
    feed.title(clean_title(head.title))
    feed.description(clean_title(head.description))
    feed.lastBuildDate(utc(head.newest))
    feed.ttl(_POLL_MINUTES)
    before, after = _split(feed.rss_str(), b"</channel></rss>")
    return _with(before, head, b"<rss ", b"<docs>", b'<atom:link rel="hub" href="%b"/>'), after


def atom_frame(head: Head) -> tuple[bytes, bytes]:
    """What stands before and after the entries of an Atom feed."""
    feed = _feed(head, "application/atom+xml")
    feed.title(clean_line(head.title))
    feed.subtitle(clean_line(head.description))
    feed.author({"name": clean_line(head.author), "uri": head.home})
    feed.updated(utc(head.newest))
    before, after = _split(feed.atom_str(), b"</feed>")
    return _with(before, head, b"<feed ", b"<generator>", b'<link rel="hub" href="%b"/>'), after


def _entry(entry: NewsEntry, told: ToldWords, addresses: Addresses, language: str) -> FeedEntry:
    key = entry.notice.key
    item = FeedEntry()
    item.guid(entry.guid(language), permalink=False)
    item.link(
        href=addresses.window(key.window, language), rel="alternate", type="text/html", hreflang=language
    )
    item.published(utc(entry.published))
    tags = machine_tags(entry.notice.severity, entry.window)
    categories = [{"term": term, "scheme": addresses.scheme(kind)} for kind, term in tags]
    known = {term for _, term in tags}
    words = dict.fromkeys(map(clean_line, told.categories))
    item.category(categories + [{"term": word} for word in words if word and word not in known])
    return item


def _feed(head: Head, media_type: str) -> FeedGenerator:
    feed = FeedGenerator()
    feed.id(head.id)
    # The order matters: the last link becomes the channel's own in RSS.
    feed.link(href=head.address, rel="self", type=media_type)
    feed.link(href=head.home, rel="alternate", type="text/html", hreflang=head.language)
    feed.language(head.language)
    feed.generator(_GENERATOR)
    return feed


def _with(before: bytes, head: Head, root: bytes, place: bytes, link: bytes) -> bytes:
    """What feedgen has no words for: how the feed looks in a browser, that it is whole, and the hub (WebSub, 4)."""
    if head.style:
        said = b'<?xml-stylesheet type="text/css" href="%b"?>\n' % escape(head.style).encode()
        before = before.replace(root, said + root, 1)
    more = link % escape(head.hub).encode() if head.hub else b""
    return before.replace(place, _COMPLETE + more + place, 1)


def _inside(carrier: etree._Element) -> bytes:
    """The children without the element around them, which has lent its namespaces to them."""
    whole: bytes = etree.tostring(carrier, encoding="UTF-8")
    return whole[whole.index(b">") + 1 : whole.rindex(b"</")] + b"\n"


def _split(whole: bytes, end: bytes) -> tuple[bytes, bytes]:
    return whole.removesuffix(end) + b"\n", end + b"\n"
