"""What real feed readers make of our news."""

from __future__ import annotations

import sqlite3
import subprocess
from datetime import timedelta

import pytest

from notifier.model import Occasion
from tests.feeds.sample import BASE, TOLD_AT, Teller, Told, feeds, news, window

pytestmark = pytest.mark.client

ENTRIES = [
    news(window("pz-2024-01-19"), TOLD_AT),
    news(window("p1-2024-02-01"), TOLD_AT),
    news(window("pz-2024-01-19"), TOLD_AT + timedelta(hours=5), Occasion.CHANGED, "2"),
]
SEEN = [
    (1705069800, "changed: pz-2024-01-19 [pl]", f"{BASE}/windows/pz-2024-01-19/"),
    (1705051800, "announced: pz-2024-01-19 [pl]", f"{BASE}/windows/pz-2024-01-19/"),
    (1705051800, "announced: p1-2024-02-01 [pl]", f"{BASE}/windows/p1-2024-02-01/"),
]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_sfeed(kind, program):
    made = feeds().news("patient", "pl", ENTRIES)[kind]
    printed = subprocess.run([program("sfeed")], input=made, capture_output=True, check=True, timeout=30)
    rows = [line.split("\t") for line in printed.stdout.decode().splitlines()]
    assert [(int(row[0]), row[1], row[2]) for row in rows] == SEEN
    assert {row[4] for row in rows} == {"html"}
    assert len({row[5] for row in rows}) == 3
    assert all(row[8].split("|")[0] == "critical" for row in rows)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_newsboat_opens_the_page_and_shows_an_edited_item_once(kind, program, tmp_path):
    feed, cache, urls = tmp_path / "feed.xml", tmp_path / "cache.db", tmp_path / "urls"
    urls.write_text(f"file://{feed}\n")
    (tmp_path / "config").write_text("")

    def rows(entries, teller=None):
        feed.write_bytes(feeds(teller).news("patient", "pl", entries)[kind])
        command = [program("newsboat"), "-u", urls, "-c", cache, "-C", tmp_path / "config", "-x", "reload"]
        subprocess.run(command, check=True, timeout=60, env={"HOME": str(tmp_path), "LC_ALL": "C.UTF-8"})
        with sqlite3.connect(cache) as stored:
            found = stored.execute("SELECT pubDate, title, url FROM rss_item").fetchall()
        stored.close()
        return found

    assert sorted(rows(ENTRIES)) == sorted(SEEN)
    reworded = Teller(words=lambda title: Told(title, html="<p>Lepsze słowa</p>"))
    assert len(rows(ENTRIES, reworded)) == 3
    assert len(rows([*ENTRIES, news(occasion=Occasion.CHANGED, detail="3")])) == 4
