"""How people want to hear: quiet hours and digests in Warsaw time, also on the nights of the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model import WARSAW, Digest, QuietHours

DIGESTS = st.builds(
    Digest,
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.none() | st.integers(0, 6),
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("sentence", "text", "moment", "expected"),
    [
        ("later on the same day", "daily 07:00", "2026-11-22T05:00+01:00", "2026-11-22T07:00+01:00"),
        (
            "at the hour itself it has just gone",
            "daily 07:00",
            "2026-11-22T07:00+01:00",
            "2026-11-23T07:00+01:00",
        ),
        ("a Sunday waits for its Monday", "monday 08:30", "2026-11-22T12:00+01:00", "2026-11-23T08:30+01:00"),
        (
            "a Monday past the hour waits a week",
            "monday 08:30",
            "2026-11-23T09:00+01:00",
            "2026-11-30T08:30+01:00",
        ),
        (
            "the hour that spring skips is the one after",
            "daily 02:30",
            "2026-03-29T01:00+01:00",
            "2026-03-29T03:30+02:00",
        ),
        (
            "the hour that autumn doubles, the first time",
            "daily 02:30",
            "2026-10-25T00:00+02:00",
            "2026-10-25T02:30+02:00",
        ),
        ("and not a second time", "daily 02:30", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
    ],
)
def test_when_the_next_digest_goes(sentence: str, text: str, moment: str, expected: str) -> None:
    found = Digest.parse(text).next(datetime.fromisoformat(moment))
    assert found == datetime.fromisoformat(expected), sentence


@given(DIGESTS)
def test_a_digest_reads_back_as_it_was_written(digest: Digest) -> None:
    assert Digest.parse(str(digest)) == digest


@given(DIGESTS, MOMENTS)
def test_the_next_digest_lies_ahead_within_a_week_and_an_hour(digest: Digest, moment: datetime) -> None:
    found = digest.next(moment)
    assert timedelta(0) < found - moment <= timedelta(days=1 if digest.weekday is None else 7, hours=1)
    assert digest.weekday in (None, found.astimezone(WARSAW).weekday())


@pytest.mark.parametrize("text", ["", "daily", "daily 7", "noday 07:00", "daily 25:00", "07:00"])
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Digest.parse(text)


@pytest.mark.parametrize("text", ["", "22:00", "22:00-22:00", "22:00-07:00-09:00", "x-y"])
def test_what_is_no_stretch_of_the_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        QuietHours.parse(text)


def test_quiet_hours_read_back_as_they_were_written() -> None:
    quiet = QuietHours(time(22), time(7, 30))
    assert str(quiet) == "22:00-07:30"
    assert QuietHours.parse(str(quiet)) == quiet
