"""January 2024 played back: the story in its order, the letters, and the feeds."""

from __future__ import annotations

import email
import json
from collections import Counter
from email.policy import default
from itertools import groupby
from pathlib import Path
from typing import Any

import feedparser
import pytest
import structlog
from icalendar import Calendar

from notifier.cli import call
from tests.daemon.house import ROOT

AUDIENCES = ("patient", "parent", "doctor", "nurse", "pharmacist", "reception")
STORY = [
    ("2024-01-12T00:01:00+01:00", "announced"),
    ("2024-01-12T20:00:00+01:00", "reminder"),
    ("2024-01-18T20:00:00+01:00", "reminder"),
    ("2024-01-19T18:00:00+01:00", "reminder"),
    ("2024-01-19T19:00:00+01:00", "last-call"),
    ("2024-01-19T20:00:00+01:00", "started"),
    ("2024-01-20T16:00:00+01:00", "ended"),
]
REASONS = [
    "known since",
    "7d before",
    "24h before",
    "2h before",
    "1h before a preparation",
    "planned start",
    "planned end",
]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The state directory of the replay, and what the command printed."""
    state = tmp_path_factory.mktemp("replayed")
    out = state / "out.json"
    with out.open("w") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", file)
        for name in ("NOTIFIER_CONFIG", "NOTIFIER_STATE"):
            patch.delenv(name, raising=False)
        begin, end = "2024-01-12T00:00:00+01:00", "2024-01-21T00:00:00+01:00"
        places = ["--config", str(ROOT / "config"), "--state", str(state)]
        assert call(["replay", "--from", begin, "--to", end, "--speed", "0", "--json", *places]) == 0
    structlog.reset_defaults()
    return state / "replay", json.loads(out.read_text())


def test_the_story_is_told_in_its_order(played: tuple[Path, dict[str, Any]]) -> None:
    told = played[1]["told"]
    chapters = [
        (key, list(each)) for key, each in groupby(told, lambda notice: (notice["at"], notice["occasion"]))
    ]
    assert [key for key, _ in chapters] == STORY
    for (_, each), reason in zip(chapters, REASONS, strict=True):
        assert sorted(notice["audience"] for notice in each) == sorted(AUDIENCES)
        assert {notice["window"] for notice in each} == {"pz-2024-01-19"}
        assert all(reason in notice["reason"] for notice in each), reason


def test_everybody_has_seven_letters(played: tuple[Path, dict[str, Any]]) -> None:
    letters = [
        email.message_from_bytes(file.read_bytes(), policy=default)
        for file in (played[0] / "mail" / "new").iterdir()
    ]
    assert len(letters) == 84
    readers = {f"{audience}.{language}@example.org" for audience in AUDIENCES for language in ("pl", "en")}
    assert Counter(str(letter["To"]) for letter in letters) == dict.fromkeys(readers, 7)
    assert len({str(letter["Message-ID"]) for letter in letters}) == 84
    assert len({str(letter["References"]).split()[0] for letter in letters}) == 1, "one thread"
    assert list((played[0] / "mail" / "tmp").iterdir()) == []


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_feeds_hold_the_items(played: tuple[Path, dict[str, Any]], audience: str, language: str) -> None:
    feeds = played[0] / "public" / "feeds"
    news = [
        feedparser.parse((feeds / f"{audience}.{language}.{kind}").read_bytes()) for kind in ("rss", "atom")
    ]
    told = json.loads((feeds / f"{audience}.{language}.json").read_bytes())
    # Announced, 24 hours before, and over: other reminders are no news to somebody who reads feeds.
    assert [len(feed.entries) for feed in news] == [3, 3]
    assert [item["date_published"][:16] for item in told["items"]] == [
        "2024-01-20T15:00",
        "2024-01-18T19:00",
        "2024-01-11T23:01",
    ]
    calendar = Calendar.from_ical((feeds / f"{audience}.{language}.ics").read_bytes())
    (event,) = calendar.walk("VEVENT")
    assert f"{event['DTSTART'].dt:%Y-%m-%d %H:%M}" == "2024-01-19 19:00"


def test_the_store_holds_no_mail_on_its_way(
    played: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    state = str(played[0])
    assert call(["outbox", "stats", "--config", str(ROOT / "config"), "--state", state, "--json"]) == 0
    structlog.reset_defaults()
    counts = {state: n for state, n in json.loads(capsys.readouterr().out)["counts"].items() if n}
    assert counts == {"sent": 84}
