"""Lengths of time in settings and in the catalogue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.config.durations import parse_iso, parse_short

SHORT = [
    ("7d", timedelta(days=7)),
    ("24h", timedelta(hours=24)),
    ("90m", timedelta(minutes=90)),
    ("60s", timedelta(seconds=60)),
    ("1d12h", timedelta(hours=36)),
    ("0s", timedelta(0)),
]
ISO = [
    ("PT10M", timedelta(minutes=10)),
    ("P3D", timedelta(days=3)),
    ("P1DT2H", timedelta(hours=26)),
    ("P2W", timedelta(weeks=2)),
    ("PT90S", timedelta(seconds=90)),
]


@pytest.mark.parametrize(("text", "length"), SHORT)
def test_a_length_in_settings(text: str, length: timedelta) -> None:
    assert parse_short(text) == length


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "1w", "-1d", "1.5h", "12h1d", "PT1H", "٣d"])
def test_what_is_no_length_in_settings(text: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        parse_short(text)


@pytest.mark.parametrize(("text", "length"), ISO)
def test_a_length_in_the_catalogue(text: str, length: timedelta) -> None:
    assert parse_iso(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "P1M", "P1Y", "10M", "P-1D", "P1W1D", "pt1h"])
def test_what_is_no_length_in_the_catalogue(text: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        parse_iso(text)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_both_ways_of_writing_mean_the_same(days: int, hours: int, minutes: int, seconds: int) -> None:
    short = parse_short(f"{days}d{hours}h{minutes}m{seconds}s")
    assert short == parse_iso(f"P{days}DT{hours}H{minutes}M{seconds}S")
    assert short == timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
