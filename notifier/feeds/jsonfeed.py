"""JSON Feed 1.1 (jsonfeed.org), joined from ready items. ``_notifier`` carries the facts for programs."""

from __future__ import annotations

import json
from typing import Any

from notifier.feeds.addresses import Addresses
from notifier.feeds.clean import clean, clean_line
from notifier.feeds.entries import NewsEntry, ToldWords, machine_tags
from notifier.feeds.rss import Head
from notifier.model import iso, utc

_END = b"]}"


def json_item(entry: NewsEntry, told: ToldWords, addresses: Addresses, language: str) -> bytes:
    """One element of ``items``."""
    notice, window = entry.notice, entry.window
    tags = [term for _, term in machine_tags(notice.severity, window)]
    facts: dict[str, Any] = {
        "window": notice.key.window,
        "audience": notice.key.audience,
        "occasion": notice.key.occasion,
        "severity": notice.severity,
        "changes": list(notice.changes),
    }
    if window:
        facts |= {
            "status": window.status,
            "impact": window.impact,
            "systems": list(window.systems),
            "start": iso(window.start),
            "end": iso(window.end),
        }
    item = {
        "id": entry.guid(language),
        "url": addresses.window(notice.key.window, language),
        "title": clean_line(told.title),
        "summary": clean(told.lead),
        "content_html": clean(told.html),
        "content_text": clean(told.text),
        "date_published": utc(entry.published).isoformat(),
        "language": language,
        "tags": list(dict.fromkeys([*tags, *filter(None, map(clean_line, told.categories))])),
        "_notifier": facts,
    }
    return _bytes(item)


def json_frame(head: Head) -> tuple[bytes, bytes]:
    """What stands before and after the items, which are joined by :data:`BETWEEN`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean_line(head.title),
        "description": clean_line(head.description),
        "home_page_url": head.home,
        "feed_url": head.address,
        "language": head.language,
        "authors": [{"name": clean_line(head.author), "url": head.home}],
        **({"hubs": [{"type": "WebSub", "url": head.hub}]} if head.hub else {}),
        "items": [],
    }
    return _bytes(feed).removesuffix(_END) + b"\n", b"\n" + _END + b"\n"


BETWEEN = b",\n"


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()
