"""What feed readers make of our news, over HTTP: newsboat, sfeed, rss2email and feedparser, none of one make.

Each reads what is new, shows an item once however often it asks, and what is told again in other words once more
or not at all, as its habit is; and where it says what it has, it is told that nothing is new.
"""

from __future__ import annotations

import mailbox
import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from notifier.model import Occasion
from tests.feeds.sample import BASE, TOLD_AT, Teller, Told, feeds, news, window
from tests.feeds.served import Site

pytestmark = pytest.mark.client

ENTRIES = [
    news(window("pz-2024-01-19"), TOLD_AT),
    news(window("p1-2024-02-01"), TOLD_AT),
    news(window("pz-2024-01-19"), TOLD_AT + timedelta(hours=5), Occasion.CHANGED, "2"),
]
MORE = [*ENTRIES, news(occasion=Occasion.CHANGED, detail="3", published=TOLD_AT + timedelta(hours=6))]
SEEN = [
    (1705069800, "changed: pz-2024-01-19 [pl]", f"{BASE}/windows/pz-2024-01-19/"),
    (1705051800, "announced: pz-2024-01-19 [pl]", f"{BASE}/windows/pz-2024-01-19/"),
    (1705051800, "announced: p1-2024-02-01 [pl]", f"{BASE}/windows/p1-2024-02-01/"),
]
KINDS = pytest.mark.parametrize("kind", ["rss", "atom"])


def put(site: Site, entries=ENTRIES, teller: Teller | None = None) -> None:
    made = feeds(teller).news("patient", "pl", entries)
    site.put({f"/feeds/patient.pl.{kind}": body for kind, body in made.items()}, entries[-1].published)


def environment(home: Path) -> dict[str, str]:
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    return {**dict.fromkeys(names, str(home)), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}


@KINDS
def test_sfeed_shows_each_item_once_however_often_it_asks(site: Site, kind: str, program, tmp_path: Path):
    program("sfeed"), program("curl")
    path = f"/feeds/patient.pl.{kind}"
    rc = tmp_path / "sfeedrc"
    rc.write_text(f'sfeedpath="{tmp_path}/feeds"\nfeeds() {{ feed "outages" "{site.url(path)}"; }}\n')

    def rows() -> list[list[str]]:
        command = [program("sfeed_update"), str(rc)]
        subprocess.run(command, check=True, capture_output=True, timeout=60, env=environment(tmp_path))
        assert site.asked() == [(path, 200)]
        return [line.split("\t") for line in (tmp_path / "feeds/outages").read_text().splitlines()]

    put(site)
    found = rows()
    assert sorted((int(row[0]), row[1], row[2]) for row in found) == sorted(SEEN)
    assert {row[4] for row in found} == {"html"}
    assert len({row[5] for row in found}) == 3
    assert all(row[8].split("|")[0] == "critical" for row in found)
    assert rows() == found
    put(site, MORE)
    assert len(rows()) == 4


@KINDS
def test_newsboat_opens_the_page_and_shows_an_edited_item_once(
    site: Site, kind: str, program, tmp_path: Path
):
    cache, urls, path = tmp_path / "cache.db", tmp_path / "urls", f"/feeds/patient.pl.{kind}"
    urls.write_text(f"{site.url(path)}\n")
    (tmp_path / "config").write_text("")

    def rows(status: int = 200) -> list[tuple[int, str, str]]:
        command = [program("newsboat"), "-u", urls, "-c", cache, "-C", tmp_path / "config", "-x", "reload"]
        subprocess.run(command, check=True, timeout=60, env=environment(tmp_path))
        assert site.asked() == [(path, status)]
        with sqlite3.connect(cache) as stored:
            found = stored.execute("SELECT pubDate, title, url FROM rss_item").fetchall()
        stored.close()
        return found

    put(site)
    assert sorted(rows()) == sorted(SEEN)
    assert sorted(rows()) == sorted(SEEN)
    assert sorted(rows(304)) == sorted(SEEN), "from the third time on it says what it has"
    put(site, teller=Teller(words=lambda title: Told(title, html="<p>Lepsze słowa</p>")))
    assert len(rows()) == 3
    put(site, MORE)
    assert len(rows()) == 4


@KINDS
def test_rss2email_mails_each_item_once(site: Site, kind: str, program, tmp_path: Path):
    path, box = f"/feeds/patient.pl.{kind}", tmp_path / "mail"
    box.mkdir()
    command = [program("r2e"), "-c", str(tmp_path / "r2e.cfg"), "-d", str(tmp_path / "r2e.json")]

    def run(*what: str) -> None:
        subprocess.run([*command, *what], check=True, env=environment(tmp_path), timeout=60)

    run("new", "reader@example.org")
    text = (tmp_path / "r2e.cfg").read_text()
    for name, value in (
        ("email-protocol", "maildir"),
        ("maildir-path", str(box)),
        ("maildir-mailbox", "Inbox"),
        ("use-publisher-email", "False"),
    ):
        lines = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text.splitlines()]
        text = "\n".join(lines) + "\n"
    (tmp_path / "r2e.cfg").write_text(text)
    run("add", "outages", site.url(path))

    def subjects(status: int = 200) -> list[str]:
        run("run")
        assert site.asked() == [(path, status)]
        return sorted(str(message["subject"]) for message in _messages(box))

    put(site)
    first = sorted(title for _, title, _ in SEEN)
    assert subjects() == first
    assert subjects(304) == first
    put(site, MORE)
    assert subjects() == sorted([*first, "changed: pz-2024-01-19 [pl]"])


def _messages(box: Path) -> list[mailbox.MaildirMessage]:
    return [message for folder in box.iterdir() for message in mailbox.Maildir(folder, create=False)]


@KINDS
def test_feedparser_asks_again_and_is_told_that_nothing_is_new(site: Site, kind: str):
    put(site)
    url = site.url(f"/feeds/patient.pl.{kind}")
    parsed = feedparser.parse(url)
    assert (parsed.status, parsed.bozo) == (200, False)
    found = [(entry.title, entry.link) for entry in parsed.entries]
    assert found == [(title, link) for _, title, link in SEEN]
    assert len({entry.id for entry in parsed.entries}) == 3
    for held in ({"etag": parsed.etag}, {"modified": parsed.modified}):
        again = feedparser.parse(url, **held)
        assert (again.status, again.entries) == (304, [])
    put(site, MORE)
    assert len(feedparser.parse(url, etag=parsed.etag).entries) == 4
