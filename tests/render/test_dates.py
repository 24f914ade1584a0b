"""Dates in words: both ends with weekday, date and hour, in Warsaw time, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model import Interval
from notifier.render.dates import NBSP, Dates, plain
from notifier.render.phrases import load_phrasebook
from tests.render.people import ROOT, at

BOOKS = {language: load_phrasebook(ROOT / "templates" / "words", language) for language in ("pl", "en")}


def dates(language: str, reference: str | None = "2024-01-12 00:00") -> Dates:
    return Dates(BOOKS[language], at(reference) if reference else None)


def interval(start: str, end: str | None) -> Interval:
    return Interval(at(start), at(end) if end else None)


WHEN = [
    # (why, language, reference, start, end, words)
    ("both ends have weekday, date and hour", "pl", "2024-01-12", "2024-01-19 20:00", "2024-01-20 16:00",
     "od piątku 19 stycznia, 20:00, do soboty 20 stycznia, 16:00"),
    ("the same in English", "en", "2024-01-12", "2024-01-19 20:00", "2024-01-20 16:00",
     "from Friday 19 January, 20:00, until Saturday 20 January, 16:00"),
    ("one day is named once, and Tuesday takes we", "pl", "2024-01-12", "2024-03-12 01:00", "2024-03-12 05:30",
     "we wtorek 12 marca od 01:00 do 05:30"),
    ("a weekday in the accusative", "pl", "2024-01-12", "2024-03-13 01:00", "2024-03-13 05:30",
     "w środę 13 marca od 01:00 do 05:30"),
    ("one day in English", "en", "2024-01-12", "2024-03-12 01:00", "2024-03-12 05:30",
     "on Tuesday 12 March from 01:00 to 05:30"),
    ("midnight is 00:00 of the day it begins, never 24:00", "pl", "2024-01-12", "2024-03-12 20:00", "2024-03-13 00:00",
     "od wtorku 12 marca, 20:00, do środy 13 marca, 00:00"),
    ("another year than the reader's is said once", "pl", "2023-12-20", "2024-01-19 20:00", "2024-01-20 16:00",
     "od piątku 19 stycznia 2024, 20:00, do soboty 20 stycznia, 16:00"),
    ("over New Year the new year is said", "pl", "2024-12-20", "2024-12-31 22:00", "2025-01-01 06:00",
     "od wtorku 31 grudnia, 22:00, do środy 1 stycznia 2025, 06:00"),
    ("without a reader's year it is always said", "pl", None, "2024-12-31 22:00", "2025-01-01 06:00",
     "od wtorku 31 grudnia 2024, 22:00, do środy 1 stycznia 2025, 06:00"),
    ("an unknown end is said to be unknown", "pl", "2024-01-12", "2024-01-19 20:00", None,
     "od piątku 19 stycznia, 20:00, koniec nieznany"),
    ("an unknown end in English", "en", "2024-01-12", "2024-01-19 20:00", None,
     "from Friday 19 January, 20:00, end not known"),
    ("spring: winter time, then summer time", "pl", "2018-03-20", "2018-03-25 01:30", "2018-03-25 03:30",
     "w niedzielę 25 marca od 01:30 czasu zimowego do 03:30 czasu letniego"),
    ("spring 2026 over two days", "pl", "2026-03-20", "2026-03-28 23:00", "2026-03-29 06:00",
     "od soboty 28 marca, 23:00 czasu zimowego, do niedzieli 29 marca, 06:00 czasu letniego"),
    ("autumn 2026", "pl", "2026-10-20", "2026-10-24 23:00", "2026-10-25 06:00",
     "od soboty 24 października, 23:00 czasu letniego, do niedzieli 25 października, 06:00 czasu zimowego"),
    ("autumn in English", "en", "2019-10-20", "2019-10-27 01:30", "2019-10-27 04:00",
     "on Sunday 27 October from 01:30 summer time to 04:00 winter time"),
    ("an ordinary night says nothing of clocks", "pl", "2026-10-20", "2026-10-25 04:00", "2026-10-25 06:00",
     "w niedzielę 25 października od 04:00 do 06:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "language", "reference", "start", "end", "words"), WHEN, ids=lambda x: str(x)[:40]
)
def test_when(
    why: str, language: str, reference: str | None, start: str, end: str | None, words: str
) -> None:
    said = dates(language, reference and f"{reference} 00:00").when(interval(start, end))
    assert plain(said) == words, why


def test_an_hour_that_comes_twice_says_which() -> None:
    first = datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    words = dates("pl", "2019-10-20 00:00")
    assert words.clock(first) == "02:30 czasu letniego"
    assert words.clock(second) == "02:30 czasu zimowego"
    assert plain(words.when(Interval(second, second + timedelta(hours=3)))) == (
        "w niedzielę 27 października od 02:30 czasu zimowego do 05:30 czasu zimowego"
    )


DURATIONS = [
    ("2024-01-19 20:00", "2024-01-20 16:00", "20 godzin", "20 hours"),
    ("2024-03-12 01:00", "2024-03-12 02:00", "1 godzina", "1 hour"),
    ("2024-03-12 01:00", "2024-03-12 03:00", "2 godziny", "2 hours"),
    ("2024-03-12 01:00", "2024-03-12 06:00", "5 godzin", "5 hours"),
    ("2024-03-12 00:00", "2024-03-12 22:00", "22 godziny", "22 hours"),
    ("2024-03-12 00:00", "2024-03-12 12:00", "12 godzin", "12 hours"),
    ("2024-03-12 01:00", "2024-03-12 01:45", "45 minut", "45 minutes"),
    ("2024-03-12 00:00", "2024-03-13 00:00", "24 godziny", "24 hours"),
    ("2024-03-12 00:00", "2024-03-15 05:00", "3 dni 5 godzin", "3 days 5 hours"),
    # nights of a clock change: real time, not clock time
    ("2018-03-25 01:30", "2018-03-25 03:30", "1 godzina", "1 hour"),
    ("2019-10-27 01:30", "2019-10-27 04:00", "3 godziny 30 minut", "3 hours 30 minutes"),
    ("2026-03-29 01:00", "2026-03-29 04:00", "2 godziny", "2 hours"),
    ("2026-10-25 01:00", "2026-10-25 04:00", "4 godziny", "4 hours"),
]


@pytest.mark.parametrize(("start", "end", "polish", "english"), DURATIONS)
def test_durations_are_real_time_with_the_right_plural(
    start: str, end: str, polish: str, english: str
) -> None:
    assert dates("pl").duration(interval(start, end)) == polish
    assert dates("en").duration(interval(start, end)) == english


def test_no_duration_without_an_end() -> None:
    assert dates("pl").duration(interval("2024-01-19 20:00", None)) == ""


TITLES = [
    ("2024-01-19 20:00", "2024-01-20 16:00", "19–20 stycznia"),
    ("2024-01-19 20:00", "2024-01-19 23:00", "19 stycznia"),
    ("2024-01-19 20:00", "2024-01-20 00:00", "19 stycznia"),
    ("2024-01-31 20:00", "2024-02-01 06:00", "31 stycznia – 1 lutego"),
    ("2024-12-31 20:00", "2025-01-01 06:00", "31 grudnia – 1 stycznia 2025"),
    ("2025-01-01 00:00", "2025-01-02 06:00", "1–2 stycznia 2025"),
    ("2024-01-19 20:00", None, "od 19 stycznia"),
]


@pytest.mark.parametrize(("start", "end", "words"), TITLES)
def test_dates_of_titles(start: str, end: str | None, words: str) -> None:
    assert plain(dates("pl").dates(interval(start, end))) == words


def test_single_moments() -> None:
    words, moment = dates("pl"), at("2024-01-19 20:00")
    assert plain(words.on(moment)) == "w piątek 19 stycznia o 20:00"
    assert plain(words.before(moment)) == "przed 20:00 w piątek 19 stycznia"
    assert plain(words.until(moment)) == "do piątku 19 stycznia, 20:00"
    assert plain(words.day(moment)) == "piątek 19 stycznia"
    assert plain(dates("en").before(moment)) == "before 20:00 on Friday 19 January"


def test_a_line_never_ends_between_day_and_month() -> None:
    assert dates("pl").date(at("2024-01-19 20:00")) == f"19{NBSP}stycznia"
    assert dates("pl", None).date(at("2024-01-19 20:00")) == f"19{NBSP}stycznia{NBSP}2024"


MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=10)))
def test_both_hours_are_always_said_and_never_as_24(start: datetime, span: timedelta) -> None:
    words, stretch = dates("pl"), Interval(start, start + span)
    said = words.when(stretch)
    assert "24:00" not in said
    assert words.clock(stretch.start).partition(" ")[0] in said
    assert words.clock(stretch.end or start).partition(" ")[0] in said


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=10)))
def test_two_stretches_of_equal_length_are_told_as_equally_long(start: datetime, span: timedelta) -> None:
    later = start + timedelta(days=91)
    words = dates("en")
    assert words.duration(Interval(start, start + span)) == words.duration(Interval(later, later + span))
