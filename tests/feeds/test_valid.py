"""Feeds as they are published, and some for one person, against the rules of feed validators; and those rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from notifier.feeds import Desk, Wish
from notifier.model import Impact, Status
from tests.cycle.town import DAY, HOUR, START, T0, Town, config, window
from tests.feeds.rules import faults

NOW = START + 3 * DAY


@dataclass(frozen=True)
class Published:
    """What is published, and at which address."""

    tree: Mapping[str, bytes]
    base: str
    desk: Desk

    def feeds(self) -> dict[str, bytes]:
        """The news feeds, for everybody."""
        kinds = (".rss", ".atom", ".json")
        return {
            path: body for path, body in self.tree.items() if path[:7] == "/feeds/" and path.endswith(kinds)
        }


@pytest.fixture(scope="module")
def published() -> Published:
    """Days in which windows were announced, moved, called off, left without an end, and began."""
    bank = window("b", "bank.mbank", start=START + 2 * DAY)
    p1 = window("p1", "p1", start=START + HOUR)
    sections = {
        "schedule": {"settle": 0 * HOUR},
        "site": {"base_url": "https://przerwy.example/", "languages": ("pl", "en")},
    }
    place = Town(config(window(), bank, p1, audiences=("patient", "doctor"), **sections))
    place.run(T0)
    place.operator(window(hours=12), T0 + HOUR)
    place.operator(replace(bank, status=Status.CANCELLED), T0 + HOUR)
    place.run(T0 + HOUR)
    place.operator(replace(p1, end=None, impact=Impact.DEGRADED), T0 + 2 * HOUR)
    place.run(T0 + 2 * HOUR, START - DAY, START)
    made = place.run(NOW, publish=True)
    assert made.tree is not None
    assert made.desk is not None
    return Published(made.tree, place.config.settings.site.base_url.rstrip("/"), made.desk)


def test_no_validator_has_anything_to_say_on_any_feed(published: Published):
    feeds = published.feeds()
    assert len(feeds) == 12
    assert {
        path: faults(path.rpartition(".")[2], body, published.base + path, NOW)
        for path, body in feeds.items()
    } == {path: [] for path in feeds}
    assert all(body.count(b"urn:uuid") > 8 for body in feeds.values()), "there is much to look at"


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_nor_on_feeds_for_one_person(published: Published, kind: str, language: str):
    for wish in (Wish(("mobywatel", "mojeid:bank.mbank")), Wish(systems=("pz",)), Wish(("pz-sms",), ("p1",))):
        body = published.desk.shelf(("patient", language, kind)).feed(wish).body
        address = f"{published.base}/feeds/patient.{language}.{kind}?{wish.query}"
        assert faults(kind, body, address, NOW) == []
        assert b"urn:uuid" in body


BROKEN = [
    ("rss", b"<?xml", b" <?xml", "declaration"),
    ("rss", b"</channel>", b"", "well-formed"),
    ("rss", b'version="2.0"', b'version="0.9"', "RSS 2.0"),
    ("rss", b"<language>pl", b"<language>polski", "language"),
    ("rss", b"<language>pl</language>", b"", "missing language"),
    ("rss", b"/feeds/patient.pl.rss", b"/feeds/other.pl.rss", "link to itself"),
    ("rss", b'isPermaLink="false"', b"", "guid"),
    ("rss", b"<ttl>30", b"<ttl>soon", "ttl"),
    ("rss", b"<pubDate>", b"<pubDate>0", "RFC 822"),
    ("rss", b"<lastBuildDate>", b"<lastBuildDate>Xyz, ", "RFC 822"),
    ("rss", b"+0000</pubDate>", b"CET</pubDate>", "RFC 822"),
    ("rss", b"</channel>", b"<docs>https://x.example/</docs></channel>", "after the items"),
    ("rss", b"<item>", b"<item><comments>x</comments>", "unknown element"),
    ("rss", b"&lt;h3", b"&lt;script&gt;x&lt;/script&gt;&lt;h3", "risk"),
    ("rss", b"&lt;h3", b'&lt;p style="x"&gt;&lt;/p&gt;&lt;h3', "attribute style"),
    ("rss", b"&lt;h3", b'&lt;b onclick="x"&gt;&lt;/b&gt;&lt;h3', "attribute onclick"),
    ("rss", b"&lt;h3", b'&lt;a href="/x"&gt;x&lt;/a&gt;&lt;h3', "relative address"),
    ("rss", b"&lt;h3", b"&lt;/p&gt;&lt;h3", "closes nothing"),
    ("rss", b"&lt;h3", b"&lt;p&gt;&lt;h3", "never closed"),
    ("rss", b"<item><title>", b"<item><title>&lt;b&gt;", "looks like HTML"),
    ("atom", b'xml:lang="pl"', b"", "xml:lang"),
    ("atom", b"/feeds/patient.pl.atom", b"/feeds/patient.pl.rss", "link to itself"),
    ("atom", b'rel="alternate"', b'rel="elsewhere"', "unregistered"),
    ("atom", b"urn:uuid:", b"urn:uuid:X", "canonical URN"),
    ("atom", b"<name>", b"<name></name><name>", "author without a name"),
    ("atom", b"<summary>", b"<rights>x</rights><summary>", "unknown element"),
    ("atom", b'type="html"', b'type="text"', "HTML"),
    ("atom", b"<updated>20", b"<updated>30", "implausible"),
    ("json", b"1.1", b"1", "JSON Feed"),
    ("json", b'"feed_url": "', b'"feed_url": "x', "feed_url"),
    ("json", b'"content_text": "', b'"content_text": "", "x": "', "is nothing"),
    ("json", b'"date_published": "', b'"date_published": "on ', "RFC 3339"),
    ("json", b'"url": "https://', b'"url": "', "no full address"),
]


@pytest.mark.parametrize(("kind", "old", "new", "said"), BROKEN, ids=lambda value: str(value)[:40])
def test_each_rule_finds_its_mistake(published: Published, kind: str, old: bytes, new: bytes, said: str):
    path = f"/feeds/patient.pl.{kind}"
    body = published.tree[path]
    assert old in body
    found = faults(kind, body.replace(old, new), published.base + path, NOW)
    assert [fault for fault in found if said in fault], found


@pytest.mark.parametrize(("kind", "end"), [("rss", b"</item>"), ("atom", b"</entry>")])
def test_an_item_that_comes_twice_is_found(published: Published, kind: str, end: bytes):
    path = f"/feeds/patient.pl.{kind}"
    before, _, rest = published.tree[path].partition(end)
    last = before[before.rindex(b"<" + end[2:]) :] + end
    doubled = before + end + last + rest
    assert any("twice" in fault for fault in faults(kind, doubled, published.base + path, NOW))
