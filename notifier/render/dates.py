"""Instants and stretches of time in words, in Warsaw time: weekday, date and hour at both ends.

Hours run from 00:00 to 23:59; midnight is the 00:00 of the day it begins. How long something lasts is
computed in UTC, so a night with a clock change is an hour shorter or longer than its clock times say,
and then the clock times say which clock they are by.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import get_month_names

from notifier.model import WARSAW, Interval
from notifier.render.phrases import Phrasebook

NBSP = "\u00a0"
"""Stands inside a date, so that a line never ends between number and month; plain text gets a blank."""

LONG = timedelta(hours=48)
"""From here on a length is told in days and hours."""


def plain(text: str) -> str:
    """The text with ordinary blanks, for subjects, plain text and calendars."""
    return text.replace(NBSP, " ")


class Dates:
    """Dates in one language. A year is shown where it is not the year of ``reference``; without one, always."""

    def __init__(self, phrases: Phrasebook, reference: datetime | None = None) -> None:
        self._say = phrases.say
        self._months = get_month_names("wide", "format", phrases.locale)
        self._year = reference.astimezone(WARSAW).year if reference else None

    def date(self, moment: datetime) -> str:
        """Day and month, with the year where needed: "19 stycznia", "19 stycznia 2024"."""
        local = moment.astimezone(WARSAW)
        return self._date(local, year=local.year != self._year)

    def day(self, moment: datetime) -> str:
        """With the weekday: "piątek 19 stycznia"."""
        return self._say("day", weekday=self._weekday("weekday", moment), date=self.date(moment))

    def clock(self, moment: datetime) -> str:
        """The hour, "20:00"; with the name of the clock where the hour comes twice that night."""
        return self._clock(moment, marked=_comes_twice(moment))

    def on(self, moment: datetime) -> str:
        """At a moment: "w piątek 19 stycznia o 20:00"."""
        return self._moment("on", "weekday-on", moment)

    def before(self, moment: datetime) -> str:
        """By a moment: "przed 20:00 w piątek 19 stycznia"."""
        return self._moment("before", "weekday-on", moment)

    def since(self, moment: datetime) -> str:
        """From a moment on: "od piątku 19 stycznia, 20:00"."""
        return self._moment("since", "weekday-of", moment)

    def until(self, moment: datetime) -> str:
        """Up to a moment: "do soboty 20 stycznia, 16:00"."""
        return self._moment("until", "weekday-of", moment)

    def when(self, interval: Interval) -> str:
        """Both ends with weekday, date and hour; one day is named once; an end nobody knows is said to be so."""
        start, end = interval.start, interval.end
        if end is None:
            return self._say("when-open", since=self.since(start))
        marked = _clock_changes(start, end)
        if self.one_day(interval):
            return self._say(
                "when-day",
                weekday=self._weekday("weekday-on", start),
                date=self.date(start),
                start=self._clock(start, marked=marked),
                end=self._clock(end, marked=marked),
            )
        first, last = start.astimezone(WARSAW), end.astimezone(WARSAW)
        return self._say(
            "when",
            since=self._moment("since", "weekday-of", start, marked=marked),
            until=self._moment("until", "weekday-of", end, marked=marked, year=first.year != last.year),
        )

    def during(self, interval: Interval) -> str:
        """As :meth:`when`, ready to go on with a clause: "od …, 20:00, do soboty 20 stycznia, 16:00,"."""
        if interval.end is None:
            return self._say("during", when=self.since(interval.start))
        key = "during-day" if self.one_day(interval) else "during"
        return self._say(key, when=self.when(interval))

    def one_day(self, interval: Interval) -> bool:
        """True when both ends carry the same date."""
        if interval.end is None:
            return False
        return interval.start.astimezone(WARSAW).date() == interval.end.astimezone(WARSAW).date()

    def clock_changes(self, interval: Interval) -> bool:
        """True when the two ends are told by different clocks, or one could be taken for another hour."""
        return interval.end is not None and _clock_changes(interval.start, interval.end)

    def dates(self, interval: Interval) -> str:
        """The days it touches, for titles: "19–20 stycznia". An end at midnight leaves the new day out."""
        if interval.end is None:
            return self._say("dates-open", date=self.date(interval.start))
        first = interval.start.astimezone(WARSAW)
        last = max(first, (interval.end - timedelta(microseconds=1)).astimezone(WARSAW))
        if first.date() == last.date():
            return self.date(interval.start)
        if (first.year, first.month) == (last.year, last.month):
            return self._say("dates-days", first=first.day, last=self.date(last))
        two_years = first.year != last.year
        return self._say(
            "dates-months",
            first=self._date(first, year=two_years and first.year != self._year),
            last=self._date(last, year=two_years or last.year != self._year),
        )

    def duration(self, interval: Interval) -> str:
        """How long it really lasts: "20 godzin", "3 godziny 30 minut"; empty while the end is not known."""
        return "" if interval.end is None else self.length(interval.end - interval.start)

    def length(self, span: timedelta, *, whole_days: bool = False) -> str:
        """A length of time in words, to the minute, rounded up; days from two of them on.

        With ``whole_days`` already 24 hours are a day.
        """
        minutes = -(-span // timedelta(minutes=1))
        days = minutes // 1440 if whole_days or span >= LONG else 0
        hours, rest = divmod(minutes - days * 1440, 60)
        parts = [("days", days), ("hours", hours), ("minutes", rest)]
        if days:
            parts.pop()
        return " ".join(self._say(key, n=n) for key, n in parts if n) or self._say("minutes", n=0)

    def _moment(
        self, key: str, weekday: str, moment: datetime, *, marked: bool = False, year: bool | None = None
    ) -> str:
        local = moment.astimezone(WARSAW)
        shown = local.year != self._year if year is None else year
        return self._say(
            key,
            weekday=self._weekday(weekday, moment),
            date=self._date(local, year=shown),
            clock=self._clock(moment, marked=marked or _comes_twice(moment)),
        )

    def _date(self, local: datetime, *, year: bool) -> str:
        key = "date-year" if year else "date"
        return self._say(key, day=local.day, month=self._months[local.month], year=local.year).replace(
            " ", NBSP
        )

    def _weekday(self, key: str, moment: datetime) -> str:
        return self._say(key, n=moment.astimezone(WARSAW).isoweekday())

    def _clock(self, moment: datetime, *, marked: bool) -> str:
        local = moment.astimezone(WARSAW)
        clock = f"{local:%H:%M}"
        return self._say("clock-summer" if local.dst() else "clock-winter", clock=clock) if marked else clock


def _comes_twice(moment: datetime) -> bool:
    """True in the hour that an autumn night has twice."""
    local = moment.astimezone(WARSAW)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _clock_changes(start: datetime, end: datetime) -> bool:
    """True when the two ends are told by different clocks, or one of them could be taken for another hour."""
    shifted = start.astimezone(WARSAW).utcoffset() != end.astimezone(WARSAW).utcoffset()
    return shifted or _comes_twice(start) or _comes_twice(end)
