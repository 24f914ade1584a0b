"""Nights in which the clocks change: outages last as long as they really last, whatever the clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifier.availability import Adviser, Outlook, timeline
from notifier.model import Interval, Profile, Window, iso
from tests.availability.world import (
    IF,
    NO,
    WORKS,
    ask,
    at,
    catalogue,
    config,
    effects,
    last,
    network,
    way,
    window,
)

PAST = [
    # window, the bank's method that falls with it, edges in UTC, real length
    ("pekao-2018-03-25", "mojeid:bank.pekao", "2018-03-25 00:30", "2018-03-25 01:30", "1:00"),
    (
        "credit-agricole-2018-03-25",
        "mojeid:bank.credit-agricole",
        "2018-03-24 23:00",
        "2018-03-25 03:00",
        "4:00",
    ),
    ("mbank-2018-03-25", "mojeid:bank.mbank", "2018-03-25 01:00", "2018-03-25 06:00", "5:00"),
    ("mbank-2019-10-27", "mojeid:bank.mbank", "2019-10-27 00:30", "2019-10-27 05:00", "4:30"),
    ("pekao-2019-10-27", "mojeid:bank.pekao", "2019-10-26 23:30", "2019-10-27 03:00", "3:30"),
    ("ing-2019-10-27", "mojeid:bank.ing", "2019-10-26 22:00", "2019-10-27 04:00", "6:00"),
    ("getin-2019-10-26", "mojeid:bank.velobank", "2019-10-26 21:30", "2019-10-27 09:00", "11:30"),
    ("santander-2019-10-27", "pz-bank:bank.santander", "2019-10-26 22:30", "2019-10-27 02:30", "4:00"),
]


def zulu(text: str) -> datetime:
    """An instant written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(text: str) -> timedelta:
    """A length written as ``H:MM``."""
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def kept(name: str) -> Window:
    """A window from ``config/windows``."""
    return {one.id: one for one in config().windows}[name]


@pytest.mark.parametrize(("name", "means", "start", "end", "length"), PAST, ids=[row[0] for row in PAST])
def test_past_nights_have_their_real_edges(name: str, means: str, start: str, end: str, length: str) -> None:
    outage = kept(name)
    assert (outage.start, outage.end) == (zulu(start), zulu(end))
    assert zulu(end) - zulu(start) == hours(length)
    for moment, verdict, until in (
        (last(outage.start), WORKS, zulu(start)),
        (outage.start, NO, zulu(end)),
        (last(zulu(end)), NO, zulu(end)),
        (zulu(end), WORKS, None),
    ):
        row = way(ask("ikp-login", moment, [outage]), means)
        assert (row.verdict, row.until) == (verdict, until)


NIGHTS = [
    ("spring 2018", "2018-03-25 01:30", "2018-03-25 03:30", "1:00", "2018-03-25T03:30:00+02:00"),
    ("autumn 2019", "2019-10-27 01:30", "2019-10-27 03:30", "3:00", "2019-10-27T03:30:00+01:00"),
    ("spring 2026", "2026-03-29 01:30", "2026-03-29 03:30", "1:00", "2026-03-29T03:30:00+02:00"),
    ("autumn 2026", "2026-10-25 01:30", "2026-10-25 03:30", "3:00", "2026-10-25T03:30:00+01:00"),
    ("an ordinary night", "2026-10-24 01:30", "2026-10-24 03:30", "2:00", "2026-10-24T03:30:00+02:00"),
]


@pytest.mark.parametrize(("night", "start", "end", "length", "shown"), NIGHTS, ids=[row[0] for row in NIGHTS])
def test_half_past_one_to_half_past_three(night: str, start: str, end: str, length: str, shown: str) -> None:
    outage = window("pz", start, end)
    day = Interval(outage.start - timedelta(hours=6), outage.start + timedelta(hours=12))
    pieces = timeline(
        Outlook(network(), [outage]), day, [catalogue().tasks["ikp-login"]], Profile.of(["pz-sms"])
    )
    assert [piece.tasks[0].verdict for piece in pieces] == [WORKS, NO, WORKS], night
    assert pieces[1].interval.end is not None
    assert pieces[1].interval.end - pieces[1].interval.start == hours(length)
    row = way(ask("ikp-login", outage.start, [outage]), "mobywatel")
    assert (row.verdict, row.prepare_by) == (IF, outage.start)
    assert iso(row.until) == shown


@pytest.mark.parametrize("day", ["2018-03-25", "2026-03-29"])
def test_in_spring_the_hour_that_is_left_out_is_no_gap(day: str) -> None:
    """An outage until 2:00 in winter time and one from 3:00 in summer time touch: they are one."""
    one = window("pz", f"{day} 00:00", f"{day}T02:00+01:00")
    two = window("pz", f"{day} 03:00", f"{day} 06:00")
    assert one.end == two.start
    assert way(ask("ikp-login", one.start, [one, two]), "pz-sms").until == two.end
    assert way(ask("ikp-login", last(two.interval.until), [one, two]), "mobywatel").prepare_by == one.start
    adviser = Adviser(Outlook(network(), [one, two]), effects())
    assert adviser.stretch(one) == adviser.stretch(two) == Interval(one.start, two.end)


@pytest.mark.parametrize("day", ["2019-10-27", "2026-10-25"])
def test_in_autumn_half_past_two_comes_twice_and_an_hour_lies_between(day: str) -> None:
    one = window("pz", f"{day} 00:00", f"{day}T02:30+02:00")
    two = window("pz", f"{day}T02:30+01:00", f"{day} 06:00")
    assert two.start - one.interval.until == timedelta(hours=1)
    between = at(f"{day}T02:00+01:00")
    for moment, verdict in (
        (at(f"{day}T02:29+02:00"), NO),
        (at(f"{day}T02:31+02:00"), WORKS),
        (between, WORKS),
        (at(f"{day}T02:29+01:00"), WORKS),
        (at(f"{day}T02:31+01:00"), NO),
    ):
        assert way(ask("ikp-login", moment, [one, two]), "pz-sms").verdict is verdict
    assert way(ask("ikp-login", two.start, [one, two]), "mobywatel").prepare_by == two.start
    adviser = Adviser(Outlook(network(), [one, two]), effects())
    assert adviser.stretch(one) == one.interval
    assert adviser.stretch(two) == two.interval


@pytest.mark.parametrize(
    ("day", "length"), [("2018-03-25", 23), ("2019-10-27", 25), ("2026-03-29", 23), ("2026-10-25", 25)]
)
def test_a_whole_day_has_the_hours_it_has(day: str, length: int) -> None:
    midnight = at(f"{day} 00:00")
    following = at(f"{datetime.fromisoformat(day) + timedelta(days=1):%Y-%m-%d} 00:00")
    outage = window("bank.mbank", f"{day} 00:00", following.isoformat())
    pieces = timeline(
        Outlook(network(), [outage]),
        Interval(midnight - timedelta(hours=3), following + timedelta(hours=3)),
        [catalogue().tasks["ikp-login"]],
        Profile.of(["mojeid:bank.mbank"]),
    )
    assert [piece.interval.start for piece in pieces[1:]] == [midnight, following]
    assert following - midnight == timedelta(hours=length)


def test_three_banks_in_the_night_of_2019_overlap_in_real_time() -> None:
    """Somebody with all three has nothing from mBank's first half past two to Pekao's end: two hours and a half."""
    known = [one for one in config().windows if one.start.year == 2019]
    night = Interval(zulu("2019-10-26 21:00"), zulu("2019-10-27 10:00"))
    have = Profile.of(["mojeid:bank.mbank", "mojeid:bank.pekao", "mojeid:bank.ing"])
    pieces = timeline(Outlook(network(), known), night, [catalogue().tasks["ikp-login"]], have)
    edges = [f"{piece.interval.start:%H:%M}" for piece in pieces]
    assert edges == ["21:00", "22:00", "23:30", "00:30", "03:00", "04:00", "05:00"]
    lost = [piece.interval for piece in pieces if piece.tasks[0].verdict is NO]
    assert lost == [Interval(zulu("2019-10-27 00:30"), zulu("2019-10-27 03:00"))]
