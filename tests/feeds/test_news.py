"""RSS and Atom as feedparser reads them, and as their rules want them."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from notifier.feeds import FeedError, NewsEntry
from notifier.feeds.clean import clean, clean_line
from notifier.model import Occasion, Severity
from tests.feeds.sample import BASE, NAME, TOLD_AT, Teller, Told, feeds, news, window

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
KINDS = ("rss", "atom")
SEVERAL = [
    news(window("b"), TOLD_AT + timedelta(hours=1)),
    news(window("c"), TOLD_AT + timedelta(days=2)),
    news(window("a"), TOLD_AT),
]


def read(kind, entries, teller=None, language="pl", **how):
    made = feeds(teller).news("patient", language, entries, **how)[kind]
    parsed = feedparser.parse(made)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def instant(parsed_time):
    return datetime.fromtimestamp(calendar.timegm(parsed_time), UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_newest_first_whatever_order_they_come_in(kind):
    links = [entry.link for entry in read(kind, SEVERAL).entries]
    assert links == [f"{BASE}/windows/{name}/" for name in "cba"]
    assert feeds().news("patient", "pl", SEVERAL) == feeds().news("patient", "pl", SEVERAL[::-1])


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_says_all_of_it(kind):
    entry = read(kind, [news()]).entries[0]
    assert entry.title == "announced: pz-2024-01-19 [pl]"
    assert entry.link == f"{BASE}/windows/pz-2024-01-19/"
    assert entry.id == news().guid("pl")
    assert kind == "atom" or not entry.guidislink
    assert instant(entry.published_parsed) == TOLD_AT
    assert entry.summary == "Nie zadziała Profil Zaufany."
    assert entry.content[0].value == Told("").html
    tags = [(tag.scheme, tag.term) for tag in entry.tags]
    assert tags == [
        (f"{BASE}/#severity", "critical"),
        (f"{BASE}/#system", "pz"),
        (f"{BASE}/#system", "mobywatel.online"),
        (None, "krytyczne"),
        (None, "Profil Zaufany"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_no_severity_is_no_category(kind):
    entry = read(kind, [news(severity=Severity.NONE)]).entries[0]
    assert "none" not in [tag.term for tag in entry.tags]


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed_names_itself_and_its_page(kind):
    feed = read(kind, SEVERAL, language="en").feed
    links = {link.rel: (link.href, link.type) for link in feed.links}
    assert links["self"] == (f"{BASE}/feeds/patient.en.{kind}", f"application/{kind}+xml")
    assert links["alternate"][0] == feed.link == f"{BASE}/en/"
    assert feed.title == "Przerwy: patient [en]"
    assert feed.language == "en"
    assert feed.subtitle == "Co działa & czego brak w czasie przerw"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_later_than_the_newest_item_and_the_feed_is_as_old_as_that(kind):
    parsed = read(kind, SEVERAL)
    newest = max(entry.published for entry in SEVERAL)
    assert instant(parsed.feed.updated_parsed) == newest
    for entry in parsed.entries:
        assert instant(entry.published_parsed) <= newest
        if kind == "atom":
            assert instant(entry.updated_parsed) <= newest


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_feed_is_valid_and_has_the_same_date_for_ever(kind):
    parsed = read(kind, [])
    assert parsed.entries == []
    assert parsed.feed.title == "Przerwy: patient [pl]"
    assert instant(parsed.feed.updated_parsed) == datetime(2024, 1, 1, tzinfo=UTC)


def test_atom_entries_keep_what_kind_of_link_it_is():
    root = etree.fromstring(feeds().news("patient", "en", [news()])["atom"])
    links = root.findall(f"{ATOM}entry/{ATOM}link")
    assert [dict(link.attrib) for link in links] == [
        {
            "href": f"{BASE}/en/windows/pz-2024-01-19/",
            "rel": "alternate",
            "type": "text/html",
            "hreflang": "en",
        }
    ]


def test_every_atom_entry_has_author_summary_content_and_its_own_update():
    at_once = [news(window(name)) for name in "abc"] + [news(window("d"), TOLD_AT - timedelta(hours=1))]
    root = etree.fromstring(feeds().news("patient", "pl", at_once)["atom"])
    entries = root.findall(f"{ATOM}entry")
    updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert len(set(updated)) == 4
    assert updated == sorted(updated, reverse=True)
    assert root.findtext(f"{ATOM}updated") == updated[0]
    assert {entry.findtext(f"{ATOM}published") for entry in entries[:3]} == {"2024-01-12T09:30:00+00:00"}
    for entry in entries:
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == NAME
        assert entry.findtext(f"{ATOM}summary")
        assert entry.find(f"{ATOM}content").get("type") == "html"


def test_an_atom_entry_alone_at_its_instant_is_updated_exactly_then():
    root = etree.fromstring(feeds().news("patient", "pl", SEVERAL)["atom"])
    assert root.findtext(f"{ATOM}entry/{ATOM}updated") == "2024-01-14T09:30:00+00:00"


def test_rss_says_that_the_guid_is_no_address_and_uses_known_prefixes():
    made = feeds().news("patient", "pl", [news()])["rss"]
    assert b'<guid isPermaLink="false">urn:uuid:' in made
    assert b"<content:encoded>" in made
    assert b"ns0" not in made
    assert made.count(b"xmlns:") == 3


def test_a_notice_without_advice_is_told_too():
    entry = news(occasion=Occasion.CANCELLED)
    bare = NewsEntry(replace(entry.notice, advice=None), entry.published)
    for kind in KINDS:
        assert read(kind, [bare]).entries[0].title == "cancelled: pz-2024-01-19 [pl]"


def test_unknown_languages_and_kinds_are_refused():
    with pytest.raises(FeedError, match="'de'"):
        feeds().news("patient", "de", [])
    with pytest.raises(FeedError, match="'de'"):
        feeds().calendar("patient", "de", [])
    with pytest.raises(FeedError, match="'opml'"):
        feeds().news("patient", "pl", [], kinds=("opml",))


HOSTILE = [
    ("markup in a title", "<script>alert(1)</script> P1", "‹script›alert(1)‹/script› P1"),
    ("the end of a CDATA section", "a ]]> b", "a ]]› b"),
    ("NUL", "P\x001", "P1"),
    ("half a surrogate pair", "P\udc001", "P\ufffd1"),
    ("a line separator", "P\u20281", "P 1"),
    ("an entity", "P1 &amp; PZ", None),
    ("only control characters", "\x00\x01", "pz-2024-01-19"),
]


@pytest.mark.parametrize(("what", "title", "wanted"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_hostile_titles_break_nothing(what, title, wanted):
    teller = Teller(words=lambda _: Told(title, lead=title, html=f"<p>{title}</p>", categories=(title,)))
    rss = feeds(teller).news("patient", "pl", [news()], kinds=("rss",))["rss"]
    assert not feedparser.parse(rss).bozo
    if wanted:
        assert etree.fromstring(rss).findtext("channel/item/title") == wanted


@given(
    title=st.text(st.characters()), lead=st.text(st.characters()), html=st.text(st.characters(), min_size=1)
)
def test_whatever_a_source_wrote_is_read_back_as_it_was_cleaned(title, lead, html):
    teller = Teller(words=lambda _: Told(title, lead=lead, html=html, categories=(title, lead)))
    made = feeds(teller).news("patient", "pl", [news()])
    atom = etree.fromstring(made["atom"]).find(f"{ATOM}entry")
    assert atom.findtext(f"{ATOM}title") == (clean_line(title) or "pz-2024-01-19")
    assert (atom.findtext(f"{ATOM}summary") or "") == clean(lead)
    assert (atom.findtext(f"{ATOM}content") or "") == clean(html)
    item = etree.fromstring(made["rss"]).find("channel/item")
    assert (item.findtext(CONTENT if clean(lead) else "description") or "") == clean(html)
    for kind in KINDS:
        parsed = feedparser.parse(made[kind])
        assert not parsed.bozo
        assert parsed.entries[0].id == news().guid("pl")


def test_ready_parts_are_told_once_and_joined_to_the_same_bytes():
    teller = Teller()
    made = feeds(teller)
    first = made.news("patient", "pl", SEVERAL)
    assert sorted(teller.asked) == ["a", "b", "c"]  # once for all three kinds
    assert made.news("patient", "pl", SEVERAL) == first
    made.news("patient", "pl", [*SEVERAL, news(window("d"))])
    assert teller.asked[3:] == ["d"]
