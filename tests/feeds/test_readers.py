"""What other people's programs make of our feeds and calendars over HTTP, over changes and cancellations.

Each reads a server of ours; none shares code with another. A window is told, moved and called off, and both
clock changes are among the windows: every program must see the same minutes.
"""

from __future__ import annotations

import json
import mailbox
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from pytest_httpserver import HTTPServer

from notifier.model import Occasion, Status
from tests.feeds.sample import TOLD_AT, event, feeds, news, window
from tests.feeds.test_nights import WANTED, WINDOWS, minute

pytestmark = pytest.mark.client

ENTRIES = [event(of) for of in WINDOWS.values()]
SUBJECT = window("subscribed", "2026-02-01 20:00", "2026-02-01 22:00")
STORY = [
    event(SUBJECT),
    event(
        replace(SUBJECT, start=SUBJECT.start + timedelta(hours=1)),
        sequence=1,
        stamp=TOLD_AT + timedelta(hours=1),
    ),
    event(
        replace(SUBJECT, start=SUBJECT.start + timedelta(hours=1), status=Status.CANCELLED),
        sequence=2,
        stamp=TOLD_AT + timedelta(hours=2),
    ),
]
PLACE = "/feeds/patient.pl.ics"


def calendar(step: int = 0) -> bytes:
    return feeds().calendar("patient", "pl", [*ENTRIES, STORY[step]])


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    return httpserver


def serve(
    site: HTTPServer, body: bytes, path: str = PLACE, kind: str = "text/calendar; charset=utf-8"
) -> str:
    site.clear()
    site.expect_request(path).respond_with_data(body, content_type=kind)
    return site.url_for(path)


def test_vdirsyncer_takes_in_each_event_its_update_and_its_cancellation(site, program, tmp_path):
    command = [program("vdirsyncer"), "-c", str(tmp_path / "config")]
    (tmp_path / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status/"\n'
        '[pair p]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
        f'[storage here]\ntype = "filesystem"\npath = "{tmp_path}/calendar/"\nfileext = ".ics"\n'
        f'[storage there]\ntype = "http"\nurl = "{site.url_for(PLACE)}"\n'
    )

    def sync(step: int) -> list[str]:
        serve(site, calendar(step))
        for what in (["discover"], ["sync"]):
            subprocess.run([*command, *what], check=True, input=b"y\n" * 9, capture_output=True, timeout=60)
        return [path.read_text() for path in sorted((tmp_path / "calendar").glob("*.ics"))]

    for step, (status, start) in enumerate([("CONFIRMED", "19"), ("CONFIRMED", "20"), ("CANCELLED", "20")]):
        found = sync(step)
        assert len(found) == len(ENTRIES) + 1, "each event once, whatever happened to it"
        (mine,) = [text for text in found if "subscribed" in text]
        assert f"STATUS:{status}" in mine
        assert f"SEQUENCE:{step}" in mine
        assert f"DTSTART:20260201T{start}0000Z" in mine


def test_calcurse_agrees_to_the_minute(program, tmp_path):
    (tmp_path / "feed.ics").write_bytes(calendar())
    data = tmp_path / "data"
    data.mkdir()
    environment = {"HOME": str(tmp_path), "TZ": "UTC", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    calcurse = [program("calcurse"), "-D", str(data), "-C", str(data)]
    subprocess.run(
        [*calcurse, "-q", "-i", str(tmp_path / "feed.ics")], check=True, env=environment, timeout=60
    )
    found = {}
    for line in (data / "apts").read_text().splitlines():
        times = re.findall(r"(\d\d)/(\d\d)/(\d{4}) @ (\d\d:\d\d)", line)
        for title in WANTED:
            if title in line:
                found[title] = tuple(f"{year}-{month}-{day}T{clock}" for month, day, year, clock in times)
    assert found == WANTED


LIBICAL = """
import sys, json, gi
gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as I
root = I.Parser.parse_string(sys.stdin.read())
found, errors = [], root.count_errors()
event = root.get_first_component(I.ComponentKind.VEVENT_COMPONENT)
while event:
    ok = event.check_restrictions()
    found.append([event.get_summary(), event.get_dtstart().as_timet(), event.get_dtend().as_timet(),
                  event.get_sequence(), int(event.get_status())])
    event = root.get_next_component(I.ComponentKind.VEVENT_COMPONENT)
print(json.dumps([errors, found]))
"""


def system_python() -> str:
    """The interpreter for which Debian packages the bindings of libical; without them the test skips."""
    probe = "import gi; gi.require_version('ICalGLib', '3.0')"
    for python in ("/usr/bin/python3", sys.executable):
        if (
            Path(python).exists()
            and not subprocess.run([python, "-c", probe], check=False, capture_output=True).returncode
        ):
            return python
    pytest.skip("needs libical for Python: python3-gi and gir1.2-ical-3.0")


def test_libical_finds_no_fault_and_the_same_minutes():
    done = subprocess.run(
        [system_python(), "-c", LIBICAL], input=calendar(2), capture_output=True, check=True, timeout=60
    )
    errors, events = json.loads(done.stdout)
    assert errors == 0
    found = {
        title: tuple(minute(datetime.fromtimestamp(seconds, UTC)) for seconds in (start, end))
        for title, start, end, _, _ in events
        if "subscribed" not in title
    }
    assert found == WANTED
    assert [sequence for title, _, _, sequence, _ in events if "subscribed" in title] == [2]


def test_rss2email_mails_each_item_once_over_http(site, program, tmp_path):
    entries = [news(window("a"), TOLD_AT)]
    more = [*entries, news(window("a"), TOLD_AT + timedelta(hours=1), Occasion.CHANGED, "2")]
    url = serve(
        site, feeds().news("patient", "pl", entries)["atom"], "/feeds/patient.pl.atom", "application/atom+xml"
    )
    box = tmp_path / "mail"
    box.mkdir()
    environment = {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    command = [program("r2e"), "-c", str(tmp_path / "r2e.cfg"), "-d", str(tmp_path / "r2e.json")]

    def run(*what: str) -> None:
        subprocess.run([*command, *what], check=True, env=environment, timeout=60)

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
    run("add", "outages", url)

    def subjects() -> list[str]:
        run("run")
        return sorted(str(message["subject"]) for message in _messages(box))

    assert subjects() == ["announced: a [pl]"]
    assert subjects() == ["announced: a [pl]"]
    serve(site, feeds().news("patient", "pl", more)["atom"], "/feeds/patient.pl.atom", "application/atom+xml")
    assert subjects() == ["announced: a [pl]", "changed: a [pl]"]


def _messages(box: Path) -> Iterator[mailbox.MaildirMessage]:
    for folder in sorted({path.parent.parent for path in box.rglob("new/*")}):
        yield from mailbox.Maildir(folder)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feedparser_over_http_asks_again_and_is_told_that_nothing_is_new(site, kind):
    made = feeds().news("patient", "pl", [news(window("a"))])[kind]
    site.expect_request("/feed").respond_with_data(
        made, headers={"ETag": '"one"'}, content_type=f"application/{kind}+xml"
    )
    parsed = feedparser.parse(site.url_for("/feed"))
    assert not parsed.bozo
    assert parsed.etag == '"one"'
    assert parsed.entries[0].title == "announced: a [pl]"
