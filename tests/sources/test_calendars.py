"""Calendars: times of all kinds, series, exceptions, X-MAINTNOTE, and what is wrong with real ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model import WARSAW, Impact, Status
from notifier.sources import Claim
from notifier.sources.document import Document
from notifier.sources.kind import Asked, Memory
from notifier.sources.kinds import kind_of
from notifier.sources.reading import Names
from tests.sources.conftest import spec
from tests.sources.examples import NOW, calendar

NOBODY = Names({})
HEAD = "UID:x\nSUMMARY:Profil Zaufany\n"


def told(*events: str, head: str = "", now: datetime = NOW, **keys: object) -> list[Claim]:
    asked = Asked(spec("calendar", **{"systems": ("pz",), **keys}), now, NOBODY, Memory(now))
    claims = kind_of("calendar").read(Document(calendar(*events, head=head)), asked).claims
    return sorted(claims, key=lambda claim: (claim.start or NOW, claim.key))


def one(lines: str, **keys: object) -> Claim:
    (claim,) = told(HEAD + lines, **keys)
    return claim


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(UTC)


TIMES = [
    ("UTC", "DTSTART:20260314T210000Z\nDTEND:20260315T030000Z", "2026-03-14 22:00", "2026-03-15 04:00"),
    (
        "a zone by name",
        "DTSTART;TZID=Europe/Warsaw:20260714T220000\nDTEND;TZID=Europe/Warsaw:20260715T040000",
        "2026-07-14 22:00",
        "2026-07-15 04:00",
    ),
    (
        "another zone",
        "DTSTART;TZID=Europe/London:20260714T210000\nDTEND;TZID=Europe/London:20260715T030000",
        "2026-07-14 22:00",
        "2026-07-15 04:00",
    ),
    (
        "a zone as Windows calls it",
        "DTSTART;TZID=Central European Standard Time:20260314T220000\nDTEND:20260315T030000Z",
        "2026-03-14 22:00",
        "2026-03-15 04:00",
    ),
    (
        "floating: Warsaw",
        "DTSTART:20260714T220000\nDTEND:20260715T040000",
        "2026-07-14 22:00",
        "2026-07-15 04:00",
    ),
    (
        "a length in place of an end",
        "DTSTART:20260314T220000\nDURATION:PT6H",
        "2026-03-14 22:00",
        "2026-03-15 04:00",
    ),
    (
        "a length across a clock change is exact",
        "DTSTART:20260328T220000\nDURATION:PT6H",
        "2026-03-28 22:00",
        "2026-03-29 05:00",
    ),
    ("a whole day", "DTSTART;VALUE=DATE:20260314", "2026-03-14 00:00", "2026-03-15 00:00"),
    (
        "whole days, the end not included",
        "DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330",
        "2026-03-28 00:00",
        "2026-03-30 00:00",
    ),
]


@pytest.mark.parametrize(("sentence", "lines", "start", "end"), TIMES, ids=[row[0] for row in TIMES])
def test_times(sentence: str, lines: str, start: str, end: str) -> None:
    claim = one(lines)
    assert (claim.start, claim.end) == (local(start), local(end))
    assert claim.sure, claim.problems


def test_floating_times_are_in_the_zone_of_the_calendar_or_the_source() -> None:
    lines = "DTSTART:20260314T220000\nDTEND:20260315T040000"
    assert one(lines, zone=ZoneInfo("Europe/London")).start == datetime(2026, 3, 14, 22, tzinfo=UTC)
    assert one(lines, head="X-WR-TIMEZONE:Europe/Kyiv").start == datetime(2026, 3, 14, 20, tzinfo=UTC)
    assert one(lines, head="X-WR-TIMEZONE:Mars/Olympus").start == datetime(2026, 3, 14, 21, tzinfo=UTC)


DOUBTS = [
    ("no end", "DTSTART:20260314T210000Z", "no end"),
    ("no time at all", "DTSTART:20260314T210000Z\nDTEND:20260314T210000Z", "ends when it begins"),
    ("an end before its start", "DTSTART:20260314T210000Z\nDTEND:20260314T200000Z", "ends before it begins"),
    ("no start", "DTEND:20260314T200000Z", "no start"),
    ("a start that is none", "DTSTART:tomorrow\nDTEND:20260314T200000Z", "cannot be read"),
    ("an end that is none", "DTSTART:20260314T200000Z\nDTEND:20261399T200000Z", "cannot be read"),
    (
        "a zone nobody knows",
        "DTSTART;TZID=Mars/Olympus:20260314T200000\nDURATION:PT1H",
        "'Mars/Olympus' is not known",
    ),
    ("an hour that is skipped", "DTSTART:20260329T023000\nDTEND:20260329T040000", "jump over"),
    ("an hour that comes twice", "DTSTART:20261025T023000\nDTEND:20261025T040000", "occurs twice"),
    (
        "every second of the week",
        "DTSTART:20260314T200000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY",
        "repeats in a way",
    ),
    (
        "every minute of the day",
        "DTSTART:20260314T200000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60))),
        "repeats in a way",
    ),
    (
        "a step of nothing",
        "DTSTART:20260314T200000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;INTERVAL=0",
        "repeats in a way",
    ),
    ("since the year 1", "DTSTART:00010314T200000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY", "repeats in a way"),
    (
        "a length twice, in a series",
        "DTSTART:20260314T200000Z\nDURATION:PT1S\nDURATION:PT2S\nRRULE:FREQ=DAILY",
        "repetition cannot be read",
    ),
    ("a series without a start", "DTEND:20260314T200000Z\nRRULE:FREQ=DAILY", "repetition cannot be read"),
    ("a rule that is none", "DTSTART:20260314T200000Z\nDURATION:PT1S\nRRULE:FREQ=NEVER", "cannot be read"),
]


@pytest.mark.parametrize(("sentence", "lines", "problem"), DOUBTS, ids=[row[0] for row in DOUBTS])
def test_what_is_doubtful_is_still_said_and_not_sure(sentence: str, lines: str, problem: str) -> None:
    claim = one(lines)
    assert not claim.sure
    assert any(problem in text for text in claim.problems), claim.problems
    assert claim.key == "x"


def test_one_bad_event_hides_no_other() -> None:
    good = "UID:good\nSUMMARY:x\nDTSTART:20260314T210000Z\nDTEND:20260315T030000Z"
    assert [(claim.key, claim.sure) for claim in told(HEAD + "DTSTART:bad", good)] == [
        ("x", False),
        ("good", True),
    ]


WEEKLY = HEAD + "DTSTART;TZID=Europe/Warsaw:20260308T010000\nDTEND;TZID=Europe/Warsaw:20260308T050000\n"


def test_a_series_keeps_its_local_time_across_the_clock_change() -> None:
    claims = told(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=5", horizon=timedelta(days=60))
    assert [claim.start for claim in claims] == [
        local(f"2026-{day} 01:00") for day in ("03-08", "03-15", "03-22", "03-29", "04-05")
    ]
    # On the night of the change it is an hour shorter.
    assert [(claim.end - claim.start).seconds // 3600 for claim in claims if claim.start and claim.end] == [
        4,
        4,
        4,
        3,
        4,
    ]
    assert all(claim.sure for claim in claims)


def test_a_floating_series_keeps_its_local_time_too() -> None:
    claims = told(HEAD + "DTSTART:20260322T010000\nDTEND:20260322T050000\nRRULE:FREQ=WEEKLY;COUNT=3")
    assert [claim.start for claim in claims] == [
        local(f"2026-{day} 01:00") for day in ("03-22", "03-29", "04-05")
    ]


def test_exceptions_are_left_out_and_a_moved_one_keeps_its_key() -> None:
    series = WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Warsaw:20260315T010000\n"
    before = told(series)
    moved = (
        HEAD + "RECURRENCE-ID;TZID=Europe/Warsaw:20260322T010000\n"
        "DTSTART;TZID=Europe/Warsaw:20260323T010000\nDTEND;TZID=Europe/Warsaw:20260323T050000"
    )
    after = told(series, moved)
    assert [claim.start for claim in before] == [local(f"2026-03-{day} 01:00") for day in ("08", "22", "29")]
    assert [claim.start for claim in after] == [local(f"2026-03-{day} 01:00") for day in ("08", "23", "29")]
    assert [claim.key for claim in before] == [claim.key for claim in after]
    assert len({claim.key for claim in after}) == 3


def test_one_of_a_series_is_called_off_in_so_many_words() -> None:
    gone = HEAD + (
        "RECURRENCE-ID;TZID=Europe/Warsaw:20260315T010000\nSTATUS:CANCELLED\n"
        "DTSTART;TZID=Europe/Warsaw:20260315T010000\nDTEND;TZID=Europe/Warsaw:20260315T050000"
    )
    claims = told(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3", gone)
    assert [claim.status for claim in claims] == [Status.CONFIRMED, Status.CANCELLED, Status.CONFIRMED]


def test_a_series_without_end_is_written_out_as_far_as_the_horizon() -> None:
    claims = told(WEEKLY + "RRULE:FREQ=WEEKLY", horizon=timedelta(days=30))
    assert len(claims) == 4
    assert all(claim.start and claim.start <= NOW + timedelta(days=30) for claim in claims)


def test_what_is_over_is_told_for_a_week_and_what_is_far_ahead_at_once() -> None:
    lines = HEAD + "DTSTART:20260314T210000Z\nDTEND:20260315T030000Z"
    end = datetime(2026, 3, 15, 3, tzinfo=UTC)
    assert len(told(lines, now=end + timedelta(days=6))) == 1
    assert told(lines, now=end + timedelta(days=8)) == []
    assert len(told(lines, now=end - timedelta(days=600))) == 1


def test_of_two_events_with_one_uid_the_later_revision_holds() -> None:
    lines = HEAD + "DTSTART:20260314T210000Z\nDTEND:20260315T0{}0000Z\nSEQUENCE:{}"
    for order in ((3, 1), (5, 2)), ((5, 2), (3, 1)):
        (claim,) = told(*(lines.format(*row) for row in order))
        assert claim.end == datetime(2026, 3, 15, 5, tzinfo=UTC)


WORDS = [
    ("nothing: confirmed outage", "", Status.CONFIRMED, Impact.OUTAGE),
    ("tentative", "STATUS:TENTATIVE", Status.TENTATIVE, Impact.OUTAGE),
    ("cancelled", "STATUS:CANCELLED", Status.CANCELLED, Impact.OUTAGE),
    (
        "the note goes before the calendar",
        "STATUS:CONFIRMED\nX-MAINTNOTE-STATUS:IN-PROCESS",
        Status.IN_PROCESS,
        Impact.OUTAGE,
    ),
    ("over", "X-MAINTNOTE-STATUS:COMPLETED\nX-MAINTNOTE-IMPACT:OUTAGE", Status.COMPLETED, Impact.OUTAGE),
    ("slow", "X-MAINTNOTE-IMPACT:DEGRADED", Status.CONFIRMED, Impact.DEGRADED),
    ("nobody notices", "X-MAINTNOTE-IMPACT:NO-IMPACT", Status.CONFIRMED, Impact.NONE),
    ("an impact nobody knows is the worst", "X-MAINTNOTE-IMPACT:ODD", Status.CONFIRMED, Impact.OUTAGE),
    ("moved", "X-MAINTNOTE-STATUS:RE-SCHEDULED", Status.CONFIRMED, Impact.OUTAGE),
]


@pytest.mark.parametrize(("sentence", "lines", "status", "impact"), WORDS, ids=[row[0] for row in WORDS])
def test_words_of_status_and_impact(sentence: str, lines: str, status: Status, impact: Impact) -> None:
    claim = one(f"DTSTART:20260314T210000Z\nDTEND:20260315T030000Z\n{lines}")
    assert (claim.status, claim.impact, claim.sure) == (status, impact, True)


def test_a_calendar_that_cancels_cancels() -> None:
    claim = one("DTSTART:20260314T210000Z\nDTEND:20260315T030000Z", head="METHOD:CANCEL")
    assert claim.status is Status.CANCELLED


NAMES = {"c-17": ("pz.login",), "Profil Zaufany": ("pz",), "sklep": ()}
OBJECTS = [
    ("an object by its id", "SUMMARY:x\nX-MAINTNOTE-OBJECT-ID:C-17", ("pz.login",), True),
    (
        "two objects",
        "SUMMARY:x\nX-MAINTNOTE-OBJECT-ID:c-17\nX-MAINTNOTE-OBJECT-ID;X-A=B:profil zaufany",
        ("pz.login", "pz"),
        True,
    ),
    (
        "one of two is strange",
        "SUMMARY:x\nX-MAINTNOTE-OBJECT-ID:c-17\nX-MAINTNOTE-OBJECT-ID:c-18",
        ("pz.login",),
        False,
    ),
    ("a name within the words", "SUMMARY:Przerwa: Profil Zaufany i inne", ("pz",), True),
    ("nothing that is known", "SUMMARY:Przerwa", ("p1",), False),
    ("a name within another word is none", "SUMMARY:Sklepik", ("p1",), False),
]


@pytest.mark.parametrize(("sentence", "lines", "systems", "sure"), OBJECTS, ids=[row[0] for row in OBJECTS])
def test_what_it_is_about(sentence: str, lines: str, systems: tuple[str, ...], sure: bool) -> None:
    (claim,) = told(
        f"UID:x\nDTSTART:20260314T210000Z\nDTEND:20260315T030000Z\n{lines}", names=NAMES, systems=("p1",)
    )
    assert (claim.systems, claim.sure) == (systems, sure)


def test_what_is_known_to_concern_nobody_is_not_told() -> None:
    assert told("UID:x\nSUMMARY:Sklep\nDTSTART:20260314T210000Z\nDTEND:20260315T030000Z", names=NAMES) == []


def test_without_any_system_nothing_is_sure() -> None:
    claim = one("DTSTART:20260314T210000Z\nDTEND:20260315T030000Z", systems=())
    assert (claim.systems, claim.sure) == ((), False)


def test_address_date_and_reference() -> None:
    lines = "DTSTART:20260314T210000Z\nDTEND:20260315T030000Z\nURL:https://example.org/1\nRELATED-TO:old\n"
    claim = one(lines + "CREATED:20260301T090000Z\nLAST-MODIFIED:20260302T090000Z")
    assert (claim.url, claim.refers_to) == ("https://example.org/1", "old")
    assert claim.published == datetime(2026, 3, 2, 9, tzinfo=UTC)
    # The address that is read may hold a secret.
    assert one("DTSTART:20260314T210000Z", url="https://example.org/secret.ics").url == ""
    assert (
        one("DTSTART:20260314T210000Z\nURL:javascript:x", page="https://example.org").url
        == "https://example.org"
    )


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 5),
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),
    st.integers(0, 60),
)
def test_every_occurrence_has_the_local_hour_of_the_first_and_its_own_key(
    freq: str, interval: int, start: datetime, days: int
) -> None:
    # A day that a month lacks has no occurrence there (RFC 5545, 3.3.10): often there is none in all the time asked.
    start = start.replace(day=min(start.day, 28), hour=4, minute=30, second=0, microsecond=0)
    now = start.replace(tzinfo=UTC) + timedelta(days=days)
    lines = f"DTSTART;TZID=Europe/Warsaw:{start:%Y%m%dT%H%M%S}\nDURATION:PT1H\nRRULE:FREQ={freq};INTERVAL={interval}"
    claims = told(HEAD + lines, now=now, horizon=timedelta(days=200))
    assert claims
    assert len({claim.key for claim in claims}) == len(claims)
    for claim in claims:
        assert claim.start is not None
        assert claim.start.astimezone(WARSAW).strftime("%H:%M") == "04:30"


def test_a_calendar_that_is_nearly_one_holds_nothing() -> None:
    asked = Asked(spec("calendar"), NOW, NOBODY, Memory(NOW))
    odd = b"BEGIN:VCALENDAR-X\r\nEND:VCALENDAR-X\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert kind_of("calendar").read(Document(odd), asked).claims == ()
