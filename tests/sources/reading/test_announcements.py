"""Announcements with their answers: exactly these windows, with this certainty, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from notifier.model import WARSAW, Catalogue, Impact
from notifier.sources.reading import Certainty, Kind, Names, ReadWindow, read

HERE = Path(__file__).parent
KINDS = {kind.value for kind in Kind}


@dataclass(frozen=True)
class Announcement:
    """One text of the files, and the windows it tells of."""

    name: str
    text: str
    published: date
    windows: tuple[str, ...]


def _announcements() -> list[Announcement]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        for entry in YAML(typ="safe").load(path.read_text()):
            name = f"{path.stem}-{entry['id']}"
            found.append(Announcement(name, entry["text"], entry["published"], tuple(entry["windows"])))
    return found


ANNOUNCEMENTS = _announcements()


def _expected(line: str) -> tuple[object, ...]:
    """ "pz mojeid | 2026-02-13 21:00 | - | doubtful degraded moved"."""
    systems, start, end, rest = (part.strip() for part in line.split("|"))
    words = rest.split()
    kind = next((word for word in words if word in KINDS), "planned")
    impact = Impact.DEGRADED if "degraded" in words else Impact.OUTAGE
    return (tuple(sorted(systems.replace("-", " ").split() if systems == "-" else systems.split())), start, end,
            words[0], impact, kind)  # fmt: skip


def _clock(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment.astimezone(WARSAW):%Y-%m-%d %H:%M}"


def _found(window: ReadWindow) -> tuple[object, ...]:
    return (tuple(sorted(window.systems)), _clock(window.start), _clock(window.end), window.confidence.value,
            window.impact, window.kind.value)  # fmt: skip


def _without_cells(text: str) -> str:
    """The words of a text, whatever sign stands between two cells of a table, and where lines end in a word."""
    text = re.sub(r"(?<=\w\w)-\n(?=[a-zà-ż])", "", text)
    return " ".join(text.replace(" / ", " ").replace("; ", " ").replace("|", " ").split())


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS, ids=lambda announcement: announcement.name)
def test_an_announcement_is_read_as_it_is_meant_and_shows_why(
    names: Names, announcement: Announcement
) -> None:
    reading = read(announcement.text, announcement.published, names)
    found = sorted(map(str, map(_found, reading.windows)))
    assert found == sorted(map(str, map(_expected, announcement.windows))), reading.refused
    plain = _without_cells(announcement.text)
    for window in reading.windows:
        assert window.evidence
        assert (window.confidence is Certainty.DOUBTFUL) == bool(window.problems)
        if "<" not in plain and "⁰" not in plain:
            assert all(_without_cells(line) in plain for line in window.evidence.split("\n"))


def test_the_collection_is_as_wide_as_the_notices_are(catalogue: Catalogue) -> None:
    texts = [announcement.text for announcement in ANNOUNCEMENTS]
    named = {system for a in ANNOUNCEMENTS for line in a.windows for system in line.split("|")[0].split()}
    spoken_of = {*catalogue.systems, *catalogue.banks} - {"bank", "sms", "payments"}
    unnamed = {
        one for one in spoken_of if not any(name == one or name.startswith(f"{one}.") for name in named)
    }
    assert len(texts) == len(set(texts)) >= 500
    assert sum(not announcement.windows for announcement in ANNOUNCEMENTS) >= 120
    assert unnamed <= {"payments.cards", "payments.express-elixir"}


AUTUMN = "W nocy z 24 na 25 października od 1:30 do 4:00 Profil Zaufany nie będzie działał."


def test_a_night_of_a_clock_change_is_as_long_as_it_really_is(names: Names) -> None:
    (window,) = read(AUTUMN, date(2026, 10, 19), names).windows
    assert window.start is not None
    assert window.end is not None
    assert (window.end - window.start).total_seconds() == 3.5 * 3600


def test_the_moment_of_publication_counts_as_its_day_in_warsaw(names: Names) -> None:
    text = "Jutro od 20:00 do 22:00 Profil Zaufany nie będzie działał."
    late = datetime.fromisoformat("2026-06-07T23:30:00+00:00")
    assert read(text, late, names).windows == read(text, date(2026, 6, 8), names).windows


REFUSED = [
    ("a failure", "nothing-failure-since", "failure"),
    ("the past", "nothing-was-down", "past-tense"),
    ("over", "nothing-over-by-date", "over"),
    ("another bank", "nothing-other-bank", "unknown-system"),
    ("another public system", "nothing-ksef", "unknown-system"),
    ("cards", "nothing-cards", "other-service"),
    ("days without hours", "nothing-dates-without-hours", "vague"),
    ("a lasting change", "nothing-permanent-off", "permanent"),
]


@pytest.mark.parametrize(("_why", "name", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_refusal_says_why(names: Names, _why: str, name: str, code: str) -> None:
    announcement = next(one for one in ANNOUNCEMENTS if one.name == name)
    reading = read(announcement.text, announcement.published, names)
    assert [refused.reason.code for refused in reading.refused] == [code]


DOUBTS = [
    ("weekday-of-another-year", {"weekday-mismatch"}),
    ("weekday-tonight-or-next-week", {"day-unclear"}),
    ("hour-twice", {"hour-twice"}),
    ("hour-skipped", {"hour-skipped"}),
    ("wrong-clock", {"clock-change"}),
    ("roughly", {"approximate"}),
    ("length-contradicts", {"length-differs"}),
    ("until-revoked", {"missing-end"}),
    ("end-only", {"missing-start"}),
    ("no-system", {"missing-system"}),
    ("twenty-hours-unsaid", {"end-before-start"}),
    ("day-hours-each-or-once", {"several-nights"}),
    ("headline-contradicts", {"contradiction"}),
    ("conditional", {"conditional"}),
    ("year-far", {"year-unclear"}),
    ("cancelled-will-not-be", {"cancellation"}),
]


@pytest.mark.parametrize(("name", "codes"), DOUBTS, ids=[row[0] for row in DOUBTS])
def test_a_doubt_says_why(names: Names, name: str, codes: set[str]) -> None:
    announcement = next(one for one in ANNOUNCEMENTS if one.name == f"changes-{name}")
    window = read(announcement.text, announcement.published, names).windows[0]
    assert {problem.code for problem in window.problems} == codes
