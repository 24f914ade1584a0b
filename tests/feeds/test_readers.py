"""What other people's calendar programs make of a calendar subscribed to over HTTP, through a change and its end.

A window is told, moved and called off. Each program must then hold one event, at the new time, and know that it
is cancelled; beside it stand windows over both changes of the clock, which all must see to the minute. None of
the programs shares code with another.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifier.feeds import CalendarEntry
from notifier.model import Status
from tests.cycle.town import notice
from tests.cycle.town import window as planned
from tests.feeds.sample import TOLD_AT, event, feeds, window
from tests.feeds.served import Site
from tests.feeds.test_nights import WANTED, WINDOWS, minute
from tests.feeds.test_personal import feeds as spoken

pytestmark = pytest.mark.client

ENTRIES = [event(of) for of in WINDOWS.values()]
SUBJECT = window("subscribed", "2026-02-01 20:00", "2026-02-01 22:00")
LATER = replace(SUBJECT, start=SUBJECT.start + timedelta(hours=1))
STORY = [
    event(SUBJECT),
    event(LATER, sequence=1, stamp=TOLD_AT + timedelta(hours=1)),
    event(replace(LATER, status=Status.CANCELLED), sequence=2, stamp=TOLD_AT + timedelta(hours=2)),
]
TITLE = "Przerwa: subscribed [pl]"
PLACE = "/feeds/patient.pl.ics"


@dataclass(frozen=True)
class Seen:
    """One event as a program shows it; what a program does not show is ``None``."""

    start: str
    end: str
    sequence: int | None = None
    status: str | None = None


TOLD = [
    Seen("2026-02-01T19:00", "2026-02-01T21:00", 0, "CONFIRMED"),
    Seen("2026-02-01T20:00", "2026-02-01T21:00", 1, "CONFIRMED"),
    Seen("2026-02-01T20:00", "2026-02-01T21:00", 2, "CANCELLED"),
]


def put(site: Site, step: int) -> str:
    """Serve the calendar as it is at a step of the story; its address."""
    site.put({PLACE: feeds().calendar("patient", "pl", [*ENTRIES, STORY[step]])}, STORY[step].stamp)
    return site.url(PLACE)


def agrees(found: Mapping[str, Seen], step: int) -> None:
    """Each event once, all to the minute, and the one of the story as it now is."""
    told = TOLD[step]
    mine = found[TITLE]
    assert (mine.start, mine.end) == (told.start, told.end)
    assert mine.sequence in (None, told.sequence)
    assert mine.status in (None, told.status)
    assert {title: (each.start, each.end) for title, each in found.items() if title != TITLE} == WANTED


# --- programs that keep what they have subscribed to ------------------------------------------------------------------


@pytest.fixture
def subscribed(site: Site, program: Callable[..., str], tmp_path: Path) -> Callable[[int], Path]:
    """A folder that vdirsyncer keeps in step with the calendar."""
    folder = tmp_path / "calendar"
    (tmp_path / "vdirsyncer").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status/"\n'
        '[pair p]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
        f'[storage here]\ntype = "filesystem"\npath = "{folder}/"\nfileext = ".ics"\n'
        f'[storage there]\ntype = "http"\nurl = "{site.url(PLACE)}"\n'
    )
    command = [program("vdirsyncer"), "-c", str(tmp_path / "vdirsyncer")]

    def sync(step: int) -> Path:
        put(site, step)
        for what in (["discover"], ["sync"]):
            subprocess.run([*command, *what], check=True, input=b"y\n" * 9, capture_output=True, timeout=60)
        assert {path for path, _ in site.asked()} == {PLACE}
        return folder

    return sync


def test_vdirsyncer_takes_in_each_event_its_update_and_its_cancellation(subscribed: Callable[[int], Path]):
    for step, told in enumerate(TOLD):
        found = [path.read_text() for path in sorted(subscribed(step).glob("*.ics"))]
        assert len(found) == len(ENTRIES) + 1, "each event once, whatever happened to it"
        (mine,) = [text for text in found if "subscribed" in text]
        assert f"STATUS:{told.status}" in mine
        assert f"SEQUENCE:{told.sequence}" in mine
        assert f"DTSTART:{told.start.replace('-', '').replace(':', '')}00Z" in mine


def test_khal_shows_what_vdirsyncer_brought(subscribed: Callable[[int], Path], tmp_path: Path):
    config = tmp_path / "khal"
    config.write_text(
        f"[calendars]\n[[feed]]\npath = {tmp_path}/calendar\n"
        "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%dT%H:%M\nlongdatetimeformat = %Y-%m-%dT%H:%M\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n"
    )
    style = ["--format", "{start-long}|{end-long}|{status}|{title}", "--day-format", "", "--once"]

    def shown(day: str) -> list[list[str]]:
        command = [sys.executable, "-m", "khal", "-c", str(config), "list", *style, day, "1d"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        return [line.split("|") for line in listed.stdout.splitlines() if "|" in line]

    for step, told in enumerate(TOLD):
        subscribed(step)
        rows = shown("2026-02-01")
        assert [(row[3], Seen(row[0], row[1], None, row[2].strip())) for row in rows] == [
            (TITLE, replace(told, sequence=None))
        ]


# --- programs and libraries that read what is there now -----------------------------------------------------------


def test_calcurse_agrees_to_the_minute(site: Site, program: Callable[..., str], tmp_path: Path):
    fetch = program("curl")
    environment = {"HOME": str(tmp_path), "TZ": "UTC", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    for step in range(3):
        data, feed = tmp_path / f"data-{step}", tmp_path / f"{step}.ics"
        data.mkdir()
        subprocess.run([fetch, "-sSf", "-o", str(feed), put(site, step)], check=True, timeout=60)
        command = [program("calcurse"), "-D", str(data), "-C", str(data), "-q", "-i", str(feed)]
        subprocess.run(command, check=True, env=environment, timeout=60)
        found = {}
        for line in (data / "apts").read_text().splitlines():
            times = re.findall(r"(\d\d)/(\d\d)/(\d{4}) @ (\d\d:\d\d)", line)
            for title in (*WANTED, TITLE):
                if title in line:
                    assert title not in found
                    found[title] = Seen(*(f"{year}-{month}-{day}T{at}" for month, day, year, at in times))
        agrees(found, step)


def test_calcurse_which_knows_no_status_says_by_the_title_that_it_is_called_off(
    site: Site, program: Callable[..., str], tmp_path: Path
):
    for name, of in (("on", planned()), ("off", planned(status=Status.CANCELLED))):
        entry = CalendarEntry(notice(of=of).advice, 1, TOLD_AT, TOLD_AT)
        site.put({PLACE: spoken().calendar("patient", "pl", [entry])}, TOLD_AT)
        feed, data = tmp_path / f"{name}.ics", tmp_path / name
        data.mkdir()
        subprocess.run([program("curl"), "-sSf", "-o", str(feed), site.url(PLACE)], check=True, timeout=60)
        command = [program("calcurse"), "-D", str(data), "-C", str(data), "-q", "-i", str(feed)]
        subprocess.run(command, check=True, env={"HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}, timeout=60)
        (line,) = (data / "apts").read_text().splitlines()
        assert ("dwołan" in line) is (name == "off"), line


LIBICAL = """
import sys, json, gi, urllib.request
gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as I
root = I.Parser.parse_string(urllib.request.urlopen(sys.argv[1]).read().decode())
found, errors = [], root.count_errors()
event = root.get_first_component(I.ComponentKind.VEVENT_COMPONENT)
while event:
    found.append([event.get_summary(), event.get_dtstart().as_timet(), event.get_dtend().as_timet(),
                  event.get_sequence(), I.Property.status_to_string(event.get_status())])
    event = root.get_next_component(I.ComponentKind.VEVENT_COMPONENT)
print(json.dumps([errors, found]))
"""

ICAL_JS = """
const ICAL = require(process.argv[1] + "/ical.js/dist/ical.es5.cjs");
fetch(process.argv[2]).then((answer) => answer.text()).then((text) => {
  const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return [event.summary, event.startDate.toUnixTime(), event.endDate.toUnixTime(), event.sequence,
            component.getFirstPropertyValue("status")];
  });
  console.log(JSON.stringify([0, events]));
});
"""

NODE_ICAL = """
require(process.argv[1] + "/node-ical").async.fromURL(process.argv[2]).then((found) => {
  const events = Object.values(found).filter((one) => one.type === "VEVENT").map((one) =>
    [one.summary, one.start.getTime() / 1000, one.end.getTime() / 1000, Number(one.sequence), one.status]);
  console.log(JSON.stringify([0, events]));
});
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


@pytest.fixture(params=["libical", "ical.js", "node-ical"])
def library(request: pytest.FixtureRequest, program: Callable[..., str]) -> list[str]:
    """The command that reads an address and prints the faults and the events."""
    if request.param == "libical":
        return [system_python(), "-c", LIBICAL]
    modules = request.getfixturevalue("node_modules")
    if not (modules / request.param).is_dir():
        pytest.skip(f"needs {request.param} in NOTIFIER_NODE_MODULES")
    script = ICAL_JS if request.param == "ical.js" else NODE_ICAL
    return [program("node", "nodejs"), "-e", script, str(modules)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "America/St_Johns"])
def test_libraries_find_no_fault_and_agree_to_the_minute(site: Site, library: list[str], zone: str):
    for step in range(3) if zone == "UTC" else [2]:
        command = [*library, put(site, step)]
        environment = {"TZ": zone, "PATH": "/usr/bin:/bin", "NO_PROXY": "*"}
        done = subprocess.run(command, capture_output=True, check=True, timeout=60, env=environment)
        faults, events = json.loads(done.stdout)
        assert faults == 0
        found = {
            title: Seen(_minute(start), _minute(end), sequence, status)
            for title, start, end, sequence, status in events
        }
        assert len(found) == len(events) == len(ENTRIES) + 1
        assert found[TITLE] == TOLD[step]
        agrees(found, step)


def _minute(seconds: float) -> str:
    return minute(datetime.fromtimestamp(seconds, UTC))
