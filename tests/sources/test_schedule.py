"""When a source is read next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.sources import TroubleKind
from notifier.sources.schedule import (
    FIRST_RETRY,
    JITTER,
    LONGEST_RETRY,
    Record,
    after_good,
    after_trouble,
    is_due,
)
from tests.sources.conftest import spec

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LENGTHS = st.timedeltas(MINUTE, timedelta(days=10))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


def failed(record: Record, now: datetime, every: timedelta = HOUR, wait: timedelta | None = None) -> Record:
    return after_trouble(record, spec("feed", every=every), now, TroubleKind.AWAY, "x", wait)


def delays(count: int, kind: TroubleKind = TroubleKind.AWAY, every: timedelta = HOUR) -> list[timedelta]:
    record, found = Record(), []
    for _ in range(count):
        record = after_trouble(record, spec("feed", every=every), NOW, kind, "x", None)
        assert record.next_poll is not None
        found.append(record.next_poll - NOW)
    return found


def test_what_may_pass_is_looked_at_again_soon_and_then_ever_later() -> None:
    wanted = [FIRST_RETRY * 2**n for n in range(7)] + [LONGEST_RETRY] * 3
    for delay, about in zip(delays(10), wanted, strict=True):
        assert about <= delay <= about * (1 + JITTER)


def test_what_will_not_pass_is_in_no_hurry() -> None:
    assert all(delay >= HOUR for delay in delays(3, TroubleKind.REFUSED))


def test_a_source_read_often_is_never_tried_more_often_than_that() -> None:
    assert delays(1, every=MINUTE)[0] >= MINUTE


@given(LENGTHS, MOMENTS)
def test_after_a_good_poll_the_next_is_its_time_away_and_a_little(every: timedelta, now: datetime) -> None:
    record = after_good(Record(failures=3, trouble=TroubleKind.AWAY), spec("feed", every=every), now)
    assert record.next_poll is not None
    assert every <= record.next_poll - now <= every * (1 + JITTER) + timedelta(microseconds=1)
    assert (record.failures, record.trouble, record.last_good) == (0, None, now)
    assert not is_due(record, now)
    assert is_due(record, record.next_poll)


@given(st.integers(0, 10**6), LENGTHS, LENGTHS, MOMENTS)
def test_nobody_is_asked_before_the_time_they_wished_for(
    failures: int, every: timedelta, wait: timedelta, now: datetime
) -> None:
    record = failed(Record(failures=failures), now, every, wait)
    assert record.next_poll is not None
    assert record.next_poll - now >= wait
    assert record.next_poll - now <= max(every, LONGEST_RETRY, wait) * (1 + JITTER) + timedelta(seconds=1)


@given(MOMENTS)
def test_the_same_facts_give_the_same_time_and_other_sources_another(now: datetime) -> None:
    one, other = spec("feed"), replace(spec("feed"), id="other")
    assert after_good(Record(), one, now) == after_good(Record(), one, now)
    assert after_good(Record(), one, now) != after_good(Record(), other, now)


@pytest.mark.parametrize(
    ("record", "due"),
    [
        (Record(), True),
        (Record(last_try=NOW - HOUR, next_poll=NOW), True),
        (Record(last_try=NOW - HOUR, next_poll=NOW + MINUTE), False),
        (Record(last_try=NOW + timedelta(days=300), next_poll=NOW + timedelta(days=301)), True),
    ],
    ids=["never read", "its time has come", "its time has not come", "the clock was wrong"],
)
def test_due(record: Record, due: bool) -> None:
    assert is_due(record, NOW) is due


def test_a_trouble_leaves_what_was_known() -> None:
    record = failed(Record(etag='"1"', items=3, last_good=NOW - HOUR, open_until=NOW), NOW)
    assert (record.etag, record.items, record.last_good, record.open_until) == ('"1"', 3, NOW - HOUR, NOW)
