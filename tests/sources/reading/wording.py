"""One window worded in all the ways in which notices are, and the ways in which such a text gets damaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from notifier.model import WARSAW

MONTHS = "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia".split()
OF_DAY = "poniedziałku wtorku środy czwartku piątku soboty niedzieli".split()
ON_DAY = "poniedziałek wtorek środę czwartek piątek sobotę niedzielę".split()


@dataclass(frozen=True)
class Worded:
    """A window in Warsaw clock time, and when it was announced."""

    start: datetime
    end: datetime
    published: date

    @property
    def shape(self) -> str:
        """Which forms fit: ``day`` (one date), ``small`` (one date, before eight), ``night`` (one night), ``long``."""
        if self.start.date() == self.end.date():
            return "small" if self.end.hour < 8 else "day"
        next_day = self.end.date() == self.start.date() + timedelta(days=1)
        fits = self.start.hour >= 16 and self.end - self.start <= timedelta(hours=11)
        return "night" if next_day and fits else "long"


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def _pair(first: datetime, last: datetime) -> str:
    if first.month == last.month:
        return f"z {first.day} na {_day(last)}"
    return f"z {_day(first)} na {_day(last)}"


def _bare(moment: datetime) -> str:
    return f"{moment.hour}" if moment.minute == 0 else f"{moment.hour}.{moment:%M}"


def _minutes(w: Worded) -> int:
    """How long it really lasts, on a night of clock change too."""
    first, last = (moment.replace(tzinfo=WARSAW).astimezone(UTC) for moment in (w.start, w.end))
    return int((last - first).total_seconds() / 60)


def _week(moment: datetime) -> str:
    return OF_DAY[moment.weekday()]


def _eve(w: Worded) -> datetime:
    """The first day of the night in which a window of the small hours lies."""
    return w.start - timedelta(days=1)


Say = Callable[[Worded], str]

EVER: dict[str, Say] = {
    "from-to": lambda w: (
        f"od {_day(w.start)} od godz. {w.start:%H:%M} do {_day(w.end)} do godz. {w.end:%H:%M}"
    ),
    "hours-first": lambda w: (
        f"od godziny {w.start:%H.%M} {_day(w.start)} do godziny {w.end:%H:%M} {_day(w.end)} {w.end.year} r."
    ),
    "weekdays": lambda w: (
        f"od {_week(w.start)} {_day(w.start)} (od godziny {_bare(w.start)}) "
        f"do {_week(w.end)} {_day(w.end)} (do godziny {_bare(w.end)})"
    ),
    "brackets": lambda w: (
        f"od {_day(w.start)} (godz. {w.start:%H:%M}) do {_day(w.end)} (godz. {w.end:%H:%M})"
    ),
    "weekday-commas": lambda w: (
        f"od {_week(w.start)}, {_day(w.start)}, godz. {w.start:%H:%M}, "
        f"do {_week(w.end)}, {_day(w.end)}, godz. {w.end:%H:%M}"
    ),
    "hours-then-day": lambda w: (
        f"od godz. {w.start:%H:%M} w dniu {w.start:%d.%m.%Y} r. do godz. {w.end:%H:%M} w dniu {w.end:%d.%m.%Y} r."
    ),
    "glued": lambda w: (
        f"od godz.{w.start:%H.%M} dnia {w.start:%d.%m.%Y}r. do godz.{w.end:%H.%M} dnia {w.end:%d.%m.%Y}r."
    ),
    "numeric-dash": lambda w: f"{w.start:%d.%m.%Y} {w.start:%H:%M} – {w.end:%d.%m.%Y} {w.end:%H:%M}",
    "iso": lambda w: f"od {w.start:%Y-%m-%d %H:%M} do {w.end:%Y-%m-%d %H:%M}",
    "slashes": lambda w: (
        f"od {w.start:%d/%m/%Y}, godz. {w.start:%H:%M}, do {w.end:%d/%m/%Y}, godz. {w.end:%H:%M}"
    ),
    "short": lambda w: f"od {w.start:%d.%m} godz. {w.start:%H:%M} do {w.end:%d.%m} godz. {w.end:%H:%M}",
    "short-dots": lambda w: f"{w.start:%d.%m.} godz. {w.start:%H.%M} - {w.end:%d.%m.} godz. {w.end:%H.%M}",
    "short-brackets": lambda w: (
        f"od {w.start:%d.%m} (godz. {w.start:%H:%M}) do {w.end:%d.%m} (godz. {w.end:%H:%M})"
    ),
    "short-weekdays": lambda w: (
        f"od {w.start:%d.%m} ({ON_DAY[w.start.weekday()]}) od {w.start:%H:%M} "
        f"do {w.end:%d.%m} ({ON_DAY[w.end.weekday()]}) do {w.end:%H:%M}"
    ),
    "short-behind": lambda w: (
        f"od godz. {w.start:%H.%M} {w.start:%d.%m} do godz. {w.end:%H.%M} {w.end:%d.%m}"
    ),
    "short-behind-in-brackets": lambda w: (
        f"w godz. {w.start:%H:%M} ({w.start:%d.%m}) - {w.end:%H:%M} ({w.end:%d.%m})"
    ),
    "short-glued": lambda w: f"{w.start:%d.%m %H:%M}–{w.end:%d.%m %H:%M}",
    "verbs": lambda w: (
        f"(prace rozpoczną się {_day(w.start)} o godz. {w.start:%H:%M} "
        f"i potrwają do {_day(w.end)} do godz. {w.end:%H:%M})"
    ),
}
ONE_DAY: dict[str, Say] = {
    "day-hours": lambda w: (
        f"w dniu {_day(w.start)} {w.start.year} r. w godzinach {w.start:%H:%M}–{w.end:%H:%M}"
    ),
    "day-spaced": lambda w: f"{_day(w.start)} w godz. {w.start:%H:%M} - {w.end:%H:%M}",
    "day-from-to": lambda w: f"{_day(w.start)} od {w.start:%H.%M} do {w.end:%H.%M}",
    "day-between": lambda w: (
        f"w {ON_DAY[w.start.weekday()]} ({_day(w.start)}) między {w.start:%H:%M} a {w.end:%H:%M}"
    ),
    "numeric-hours": lambda w: (
        f"w dniu {w.start:%d.%m.%Y} r. od godziny {_bare(w.start)} do godziny {_bare(w.end)}"
    ),
    "iso-hours": lambda w: f"{w.start:%Y-%m-%d} w godz. {w.start:%H:%M}-{w.end:%H:%M}",
    "length": lambda w: f"{_day(w.start)} od godz. {w.start:%H:%M} przez {_minutes(w)} minut",
    "day-behind": lambda w: f"od {w.start:%H:%M} do {w.end:%H:%M} w dniu {_day(w.start)}",
}
NIGHT: dict[str, Say] = {
    "night": lambda w: f"w nocy {_pair(w.start, w.end)} w godz. {w.start:%H:%M}–{w.end:%H:%M}",
    "night-slash": lambda w: f"w nocy {w.start:%d.%m}/{w.end:%d.%m.%Y} od {w.start:%H:%M} do {w.end:%H:%M}",
    "night-two-dates": lambda w: (
        f"w nocy {w.start:%d.%m.}/{w.end:%d.%m.} w godz. {w.start:%H:%M}–{w.end:%H:%M}"
    ),
    "night-onto-dates": lambda w: (
        f"w nocy z {w.start:%d.%m.} na {w.end:%d.%m.} w godz. {w.start:%H:%M}–{w.end:%H:%M}"
    ),
    "night-weekdays": lambda w: (
        f"w nocy z {_week(w.start)} na {ON_DAY[w.end.weekday()]} ({_pair(w.start, w.end)}) "
        f"między {w.start:%H:%M} a {w.end:%H:%M}"
    ),
    "next-day": lambda w: f"{_day(w.start)} od godz. {w.start:%H:%M} do godz. {w.end:%H:%M} następnego dnia",
    "over-midnight": lambda w: f"w dniu {_day(w.start)} w godzinach {w.start:%H:%M}–{w.end:%H:%M}",
}
SMALL: dict[str, Say] = {
    "small-hours": lambda w: f"w nocy {_pair(_eve(w), w.end)}, między {w.start:%H:%M} a {w.end:%H:%M}",
    "small-weekdays": lambda w: (
        f"w nocy z {_week(_eve(w))} na {ON_DAY[w.end.weekday()]}, {_day(w.end)}, w godz. {w.start:%H:%M}–{w.end:%H:%M}"
    ),
}

#: Which forms fit which shape of window.
FORMS: dict[str, dict[str, Say]] = {
    "long": EVER,
    "night": EVER | NIGHT,
    "day": EVER | ONE_DAY,
    "small": EVER | ONE_DAY | SMALL,
}

#: What a machine that reads print takes a digit or a letter for.
SLIPS = {
    "0": "O",
    "1": "l",
    "5": "S",
    "8": "B",
    "6": "b",
    "2": "Z",
    "a": "o",
    "i": "1",
    "e": "c",
    "n": "m",
    "z": "2",
}

#: What people put where somebody else would have put another sign.
SEPARATORS = {":": ".;, -", ".": ":,; ", "–": "-—/ ", "-": "–/ ", "/": "-. ", ",": ";. ", "(": " ", ")": " "}
