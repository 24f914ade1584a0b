"""JSON Feed 1.1."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifier.feeds.clean import clean, clean_line
from notifier.model import Severity
from tests.feeds.sample import BASE, NAME, TEXT, TOLD_AT, Teller, Told, feeds, news, window


def read(entries, teller=None, language="pl"):
    return json.loads(feeds(teller).news("patient", language, entries)["json"])


def test_the_feed_says_who_it_is():
    assert read([], language="en") == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Przerwy: patient [en]",
        "description": "Co działa & czego brak w czasie przerw",
        "home_page_url": f"{BASE}/en/",
        "feed_url": f"{BASE}/feeds/patient.en.json",
        "language": "en",
        "authors": [{"name": NAME, "url": f"{BASE}/en/"}],
        "items": [],
    }


def test_an_item_says_all_of_it_to_people_and_to_programs():
    (item,) = read([news(window(end=None), severity=Severity.MAJOR)])["items"]
    facts = item.pop("_notifier")
    assert item == {
        "id": news().guid("pl"),
        "url": f"{BASE}/windows/pz-2024-01-19/",
        "title": "announced: pz-2024-01-19 [pl]",
        "summary": "Nie zadziała Profil Zaufany.",
        "content_html": Told("").html,
        "content_text": TEXT,
        "date_published": "2024-01-12T09:30:00+00:00",
        "language": "pl",
        "tags": ["major", "pz", "mobywatel.online", "krytyczne", "Profil Zaufany"],
    }
    assert facts == {
        "window": "pz-2024-01-19",
        "audience": "patient",
        "occasion": "announced",
        "severity": "major",
        "changes": [],
        "status": "confirmed",
        "impact": "outage",
        "systems": ["pz", "mobywatel.online"],
        "start": "2024-01-19T20:00:00+01:00",
        "end": None,
    }


def test_newest_first():
    items = read(
        [news(window(name), TOLD_AT + timedelta(hours=hours)) for name, hours in (("a", 1), ("b", 2))]
    )
    assert [item["_notifier"]["window"] for item in items["items"]] == ["b", "a"]


@given(title=st.text(st.characters()), html=st.text(st.characters()))
def test_whatever_a_source_wrote_is_read_back_as_it_was_cleaned(title, html):
    teller = Teller(words=lambda _: Told(title, html=html, categories=(title,)))
    (item,) = read([news()], teller)["items"]
    assert item["title"] == clean_line(title)
    assert item["content_html"] == clean(html)
    assert datetime.fromisoformat(item["date_published"]) == TOLD_AT
