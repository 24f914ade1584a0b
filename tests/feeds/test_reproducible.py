"""The same facts make the same bytes: in every run, in every process, and as the golden files hold them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from notifier.feeds import CalendarMethod, Organizer
from notifier.model import Impact, Occasion, Severity, Status
from tests.feeds.sample import TOLD_AT, Ring, Teller, at, event, feeds, news, window

GOLDEN = Path(__file__).parent / "golden"
TELLER = Teller(rings=(Ring(at("2024-01-19 19:45"), "uruchom aplikację mObywatel i zaloguj się do niej"),))
OPEN = window("p1-2024-02-01", "2024-02-01 23:30", None, Status.TENTATIVE, Impact.DEGRADED, ("p1",))
GONE = window("zus-2024-02-10", "2024-02-10 08:00", "2024-02-10 12:00", Status.CANCELLED, systems=("zus",))


def everything() -> dict[str, bytes]:
    """One feed of each kind, a calendar, and a cancellation for mail."""
    made = feeds(TELLER)
    items = [
        news(),
        news(OPEN, severity=Severity.MAJOR),
        news(GONE, TOLD_AT + timedelta(days=3), Occasion.CANCELLED, "2", severity=Severity.NONE),
    ]
    gone = event(GONE, sequence=1, stamp=TOLD_AT + timedelta(days=3), severity=Severity.NONE)
    tree = made.news("patient", "pl", items)
    tree["ics"] = made.calendar("patient", "pl", [event(), event(OPEN, severity=Severity.MAJOR), gone])
    organizer = Organizer("Przerwy w e-zdrowiu", "przerwy@example.org")
    tree["cancel.ics"] = made.event_calendar(gone, "en", CalendarMethod.CANCEL, organizer)
    return tree


@pytest.mark.parametrize("kind", ["rss", "atom", "json", "ics", "cancel.ics"])
def test_golden(kind, golden):
    golden(GOLDEN / f"patient.pl.{kind}", everything()[kind])


def test_another_process_with_another_hash_seed_and_locale_makes_the_same_bytes():
    code = "import sys, hashlib\nfrom tests.feeds.test_reproducible import everything\n"
    code += "print([hashlib.sha256(part).hexdigest() for part in everything().values()])"
    root = Path(__file__).parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed, zone in (("1", "Europe/Warsaw"), ("2", "Asia/Tokyo"))
    }
    assert len(printed) == 1
    assert len(printed.pop()) > 300


def test_no_identity_depends_on_where_it_is_published():
    def ids(base):
        made = feeds(base=base)
        tree = [*made.news("patient", "pl", [news()]).values(), made.calendar("patient", "pl", [event()])]
        return re.findall(rb"urn:uuid:[0-9a-f-]{36}|UID:[0-9a-f-]{36}", b"\n".join(tree))

    assert len(ids("https://one.example")) == 5
    assert ids("https://one.example") == ids("https://two.example:8443/prefix/")
