"""Nights on which the clocks change, right to the minute for three readers that share no code."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.feeds.sample import Ring, Teller, at, event, feeds, window

# What happens, its start and end as people in Warsaw say them, and the same in UTC.
NIGHTS = [
    (
        "2018-03-25: through the night",
        "2018-03-24 22:00",
        "2018-03-25 08:00",
        "2018-03-24T21:00",
        "2018-03-25T06:00",
    ),
    (
        "2018-03-25: over the skipped hour",
        "2018-03-25 01:30",
        "2018-03-25 03:30",
        "2018-03-25T00:30",
        "2018-03-25T01:30",
    ),
    (
        "2018-03-25: from the jump on",
        "2018-03-25 03:00",
        "2018-03-25 03:01",
        "2018-03-25T01:00",
        "2018-03-25T01:01",
    ),
    (
        "2019-10-27: through the night",
        "2019-10-26 20:00",
        "2019-10-27 10:00",
        "2019-10-26T18:00",
        "2019-10-27T09:00",
    ),
    (
        "2019-10-27: first to second 02:30",
        "2019-10-27 02:30+02:00",
        "2019-10-27 02:30+01:00",
        "2019-10-27T00:30",
        "2019-10-27T01:30",
    ),
    (
        "2019-10-27: within the second 02:xx",
        "2019-10-27 02:05+01:00",
        "2019-10-27 02:55+01:00",
        "2019-10-27T01:05",
        "2019-10-27T01:55",
    ),
    (
        "2026-03-29: through the night",
        "2026-03-28 23:30",
        "2026-03-29 05:30",
        "2026-03-28T22:30",
        "2026-03-29T03:30",
    ),
    (
        "2026-03-29: up to the jump",
        "2026-03-29 01:59",
        "2026-03-29 03:00",
        "2026-03-29T00:59",
        "2026-03-29T01:00",
    ),
    (
        "2026-10-25: through the night",
        "2026-10-24 23:30",
        "2026-10-25 05:30",
        "2026-10-24T21:30",
        "2026-10-25T04:30",
    ),
    (
        "2026-10-25: within the first 02:xx",
        "2026-10-25 02:05+02:00",
        "2026-10-25 02:55+02:00",
        "2026-10-25T00:05",
        "2026-10-25T00:55",
    ),
    (
        "2026-10-25: first 02:59 to second 02:00",
        "2026-10-25 02:59+02:00",
        "2026-10-25 02:00+01:00",
        "2026-10-25T00:59",
        "2026-10-25T01:00",
    ),
]
WINDOWS = {what: window(what, start, end) for what, start, end, _, _ in NIGHTS}
WANTED = {f"Przerwa: {what} [pl]": (start, end) for what, _, _, start, end in NIGHTS}
AT_HALF_PAST_TWO_AGAIN = Ring(at("2026-10-25 02:30+01:00"), "nagraj numer")


@pytest.fixture(scope="module")
def ics() -> bytes:
    entries = [event(of, reminders=(timedelta(hours=24),)) for of in WINDOWS.values()]
    return feeds(Teller(rings=(AT_HALF_PAST_TWO_AGAIN,))).calendar("patient", "pl", entries)


def minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"


def test_read_by_icalendar(ics):
    found = {
        str(one["summary"]): (minute(one.decoded("dtstart")), minute(one.decoded("dtend")))
        for one in Calendar.from_ical(ics).events
    }
    assert found == WANTED


def test_read_by_khal(ics, tmp_path):
    (tmp_path / "feed.ics").write_bytes(ics)
    (tmp_path / "calendar").mkdir()
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[feed]]\npath = {tmp_path}/calendar\n"
        "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%dT%H:%M\nlongdatetimeformat = %Y-%m-%dT%H:%M\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n"
    )
    run = [sys.executable, "-m", "khal", "-c", "khal.conf", "printics", "--format"]
    printed = subprocess.run(
        [*run, "{start-long}|{end-long}|{title}", "feed.ics"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rows = [line.split("|") for line in printed.stdout.splitlines() if "|" in line]
    assert {title: (start, end) for start, end, title in rows} == WANTED


ICAL_JS = """
const ICAL = require(process.argv[1] + "/ical.js/dist/ical.es5.cjs");
const root = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
const events = root.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  const rings = component.getAllSubcomponents("valarm").map((alarm) => {
    const trigger = alarm.getFirstPropertyValue("trigger");
    return trigger instanceof ICAL.Duration
      ? event.startDate.toUnixTime() + trigger.toSeconds() : trigger.toUnixTime();
  });
  return [event.summary, event.startDate.toUnixTime(), event.endDate.toUnixTime(), rings];
});
console.log(JSON.stringify(events));
"""


@pytest.mark.client
def test_read_by_ical_js(ics, program, node_modules):
    printed = subprocess.run(
        [program("node", "nodejs"), "-e", ICAL_JS, str(node_modules)],
        input=ics,
        capture_output=True,
        check=True,
        timeout=60,
    )
    events = json.loads(printed.stdout)
    found = {
        title: tuple(minute(datetime.fromtimestamp(seconds, UTC)) for seconds in (start, end))
        for title, start, end, _ in events
    }
    assert found == WANTED
    for _, start, _, rings in events:
        assert rings == [start - 24 * 3600, AT_HALF_PAST_TWO_AGAIN.at.timestamp()]
