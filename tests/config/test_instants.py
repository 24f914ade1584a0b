"""Times as people write them: what is taken, what is refused, and that nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.config.instants import InstantError, parse_day, parse_instant
from notifier.model import WARSAW

TAKEN = [
    ("winter time in Warsaw", "2024-01-19 20:00", "2024-01-19T19:00:00"),
    ("summer time in Warsaw", "2024-07-01 20:00", "2024-07-01T18:00:00"),
    ("with a T", "2024-01-19T20:00", "2024-01-19T19:00:00"),
    ("with seconds", "2024-01-19 20:00:30", "2024-01-19T19:00:30"),
    ("with the offset of Warsaw", "2024-01-19T20:00+01:00", "2024-01-19T19:00:00"),
    ("with another offset", "2024-01-19T20:00-05:30", "2024-01-20T01:30:00"),
    ("with a short offset", "2024-01-19 20:00+01", "2024-01-19T19:00:00"),
    ("with an offset without a colon", "2024-01-19 20:00 +0100", "2024-01-19T19:00:00"),
    ("in UTC", "2024-01-19T20:00:00Z", "2024-01-19T20:00:00"),
    ("with one digit for the hour", "2024-01-19 8:00", "2024-01-19T07:00:00"),
    ("the last minute before spring's jump", "2024-03-31 01:59", "2024-03-31T00:59:00"),
    ("the first minute after spring's jump", "2024-03-31 03:00", "2024-03-31T01:00:00"),
    ("the last minute before autumn's hour comes twice", "2024-10-27 01:59", "2024-10-26T23:59:00"),
    ("the first minute after autumn's hour came twice", "2024-10-27 03:00", "2024-10-27T02:00:00"),
    ("autumn's hour, the first time", "2024-10-27T02:30+02:00", "2024-10-27T00:30:00"),
    ("autumn's hour, the second time", "2024-10-27T02:30+01:00", "2024-10-27T01:30:00"),
    ("spring's hour, with an offset", "2024-03-31T02:30+01:00", "2024-03-31T01:30:00"),
]

REFUSED = [
    ("nothing", "", "is not a time", ""),
    ("a word", "jutro", "is not a time", "2024-01-19 20:00"),
    ("a time of day", "20:00", "only a time of day", "2024-01-19 20:00"),
    ("a time of day with seconds", "20:00:00", "only a time of day", ""),
    ("a day", "2024-01-19", "has no time of day", "2024-01-19 20:00"),
    ("a Polish date", "19.01.2024, 20:00", "year-month-day", "2024-01-19, 20:00"),
    ("spring's hour", "2024-03-31 02:30", "does not exist", "2024-03-31T02:30+02:00 (shown as 01:30)"),
    ("autumn's hour", "2024-10-27 02:00", "occurs twice", "2024-10-27T02:00+02:00 for the first"),
    ("a half second", "2024-01-19 20:00:00.5", "is not a time", ""),
    ("a named zone", "2024-01-19 20:00 CET", "is not a time", ""),
    ("digits of another script", "٢٠٢٤-01-19 20:00", "is not a time", ""),
    ("sixty minutes", "2024-01-19 20:60", "no such time of day", "59"),
    ("minus twenty hours", "2024-01-19T20:00-20:00", "no offset -20:00", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "text", "moment"), TAKEN, ids=[row[0] for row in TAKEN])
def test_a_time_is_taken(sentence: str, text: str, moment: str) -> None:
    read = parse_instant(text)
    assert read.tzinfo is UTC
    assert read == datetime.fromisoformat(f"{moment}+00:00"), sentence


@pytest.mark.parametrize(("sentence", "text", "what", "remedy"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_time_is_refused(sentence: str, text: str, what: str, remedy: str) -> None:
    with pytest.raises(InstantError) as caught:
        parse_instant(text)
    assert what in caught.value.what, sentence
    assert remedy in caught.value.remedy, sentence


def test_a_bare_date_of_publication_is_midnight_in_warsaw() -> None:
    assert parse_instant("2024-01-12", date_only=True) == datetime(2024, 1, 11, 23, tzinfo=UTC)
    assert parse_instant("2024-07-12", date_only=True) == datetime(2024, 7, 11, 22, tzinfo=UTC)
    assert parse_instant("2024-01-12 14:30", date_only=True) == datetime(2024, 1, 12, 13, 30, tzinfo=UTC)


def test_a_day_is_a_day_only() -> None:
    assert parse_day("2026-11-22") == date(2026, 11, 22)
    with pytest.raises(InstantError):
        parse_day("2026-11-22 20:00")


@given(st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30)))
def test_a_local_time_is_taken_exactly_when_it_happens_once(local: datetime) -> None:
    local = local.replace(microsecond=0, fold=0)
    # By counting: the instants at which Warsaw's clocks show this time.
    noon = local.replace(tzinfo=UTC)
    shown = [
        moment
        for hours in (0, 1, 2, 3)
        for moment in [noon - timedelta(hours=hours)]
        if moment.astimezone(WARSAW).replace(tzinfo=None, fold=0) == local
    ]
    if len(shown) == 1:
        assert parse_instant(local.isoformat(" ")) == shown[0]
    else:
        with pytest.raises(InstantError) as caught:
            parse_instant(local.isoformat(" "))
        assert ("occurs twice" if shown else "does not exist") in caught.value.what


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)),
    st.integers(-14, 14),
    st.sampled_from([0, 30, 45]),
)
def test_a_time_with_an_offset_is_that_instant(moment: datetime, hours: int, minutes: int) -> None:
    sign = "-" if hours < 0 else "+"
    size = timedelta(hours=abs(hours), minutes=minutes)
    local = (moment - size if hours < 0 else moment + size).replace(tzinfo=None, microsecond=0)
    text = f"{local.isoformat()}{sign}{abs(hours):02d}:{minutes:02d}"
    assert parse_instant(text) == moment.replace(microsecond=0)


@given(st.text() | st.from_regex(r"2[0-9-]{7,12}[ T][0-9:]{3,9}[+Z0-9:]{0,6}"))
def test_any_text_is_taken_or_refused_with_a_remedy(text: str) -> None:
    try:
        read = parse_instant(text)
    except InstantError as error:
        refused = error
    else:
        assert read.tzinfo is UTC
        return
    assert refused.what
    assert refused.remedy
