"""Clusters of digits: what "19.01.2024", "22.00-6.00", "8/9" or "2130" can be, taken by themselves.

``20.10`` can be a day or an hour; only the words around it tell, so both readings are handed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

THIS_MONTH = 0
"""The month of the publication: "17 bm."."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written: any part may be missing. ``offset`` counts from the publication ("jutro" is 1)."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    offset: int | None = None

    @property
    def dated(self) -> bool:
        """True for a day with number and month."""
        return self.day is not None and self.month is not None


class Spread(Enum):
    """How several days belong together."""

    ONE = auto()
    NIGHT = auto()  #: "z 19 na 20 stycznia", "8/9 czerwca"
    LIST = auto()  #: "19 i 20 stycznia"
    STRETCH = auto()  #: "19-20 stycznia"


@dataclass(frozen=True, slots=True)
class Days:
    """One day or several. ``single`` is the one date given beside a pair of weekdays."""

    spread: Spread
    days: tuple[Day, ...]
    single: Day | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the day. ``hour`` 24 is the end of a day.

    ``marked``: something besides its place says that it is an hour. ``either``: could also be a day.
    ``summer``: which clock, where the text says so. ``late``: whether the part of the day told
    with it is the later one; ``None`` where none was told.
    """

    hour: int
    minute: int = 0
    marked: bool = True
    either: bool = False
    summer: bool | None = None
    late: bool | None = None

    @property
    def minutes(self) -> int:
        """Minutes since the beginning of the day."""
        return self.hour * 60 + self.minute


Numeral = Days | Clock | tuple[Clock, Clock] | int | None
"""A day or days, an hour, a pair of hours, a plain number; ``None`` for what is none of them."""

_ISO = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
_DMY = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})")
_DD_MY = re.compile(r"(\d{1,2})([-/])(\d{1,2})[./](\d{1,2})[./](\d{4})")
_DD_M = re.compile(r"(\d{1,2})/(\d{1,2})\.(\d{1,2})")
_DMY_DMY = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?([-/])(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DM_DM = re.compile(r"(\d{1,2})\.(\d{1,2})([-/])(\d{1,2})\.(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})([:.])(\d{2})(?::00)?")
_CLOCKS = re.compile(r"(\d{1,2})(?:([:.])(\d{2}))?-(\d{1,2})(?:([:.])(\d{2}))?")
_PAIR = re.compile(r"(\d{1,2})/(\d{1,2})")
_FOURS = re.compile(r"(\d{2})(\d{2})(?:-(\d{2})(\d{2}))?")


def read_numeral(cluster: str, hours: bool, days: bool, marked: bool) -> Numeral:
    """What the cluster is; ``hours`` and ``days`` say what to expect, ``marked``: "godz." stands right before it."""
    if len(cluster) > 24:
        return None
    if cluster.isdigit():
        return _plain(cluster, hours)
    date = None if ":" in cluster else _date(cluster, hours)
    return date or _hours(cluster, hours, days, marked) or _pair(cluster, hours)


def _plain(cluster: str, hours: bool) -> Numeral:
    if len(cluster) == 4 and hours and (clock := _clock(cluster[:2], cluster[2:])) is not None:
        return clock
    return int(cluster) if len(cluster) <= 4 else None


def _date(cluster: str, hours: bool) -> Days | None:
    if match := _ISO.fullmatch(cluster):
        return _days(Spread.ONE, _day(match[4], match[3], match[1]))
    if match := _DMY.fullmatch(cluster):
        year = match[4] if len(match[4]) == 4 else "20" + match[4]
        return (
            _days(Spread.ONE, _day(match[1], match[3], year))
            if len(match[4]) == 4 or match[2] != "-"
            else None
        )
    if match := _DD_MY.fullmatch(cluster):
        days = _day(match[1], match[4], match[5]), _day(match[3], match[4], match[5])
        return _days(Spread.NIGHT if match[2] == "/" else Spread.STRETCH, *days)
    if match := _DD_M.fullmatch(cluster):
        return _days(Spread.NIGHT, _day(match[1], match[3]), _day(match[2], match[3]))
    if match := _DMY_DMY.fullmatch(cluster):
        spread = Spread.NIGHT if match[4] == "/" else Spread.STRETCH
        over_new_year = int(match[2]) > int(match[6])
        year = match[3] or str(int(match[7]) - over_new_year)
        return _days(spread, _day(match[1], match[2], year), _day(match[5], match[6], match[7]))
    match = _DM_DM.fullmatch(cluster)
    if match is None or hours:
        return None
    first, second = _day(match[1], match[2]), _day(match[4], match[5])
    sure_hours = match[3] == "-" and len(match[2]) == len(match[5]) == 2
    if first is None or second is None or sure_hours:
        return None
    return _days(Spread.NIGHT if match[3] == "/" else Spread.STRETCH, first, second)


def _hours(cluster: str, hours: bool, days: bool, marked: bool) -> Days | Clock | tuple[Clock, Clock] | None:
    if match := _CLOCK.fullmatch(cluster):
        clock, day = _clock(match[1], match[3]), _day(match[1], match[3])
        if match[2] == ":" or day is None:
            return clock
        if days or (clock is None and not (hours or marked)):
            return Days(Spread.ONE, (day,))
        return (
            clock if marked or clock is None else Clock(clock.hour, clock.minute, marked=False, either=True)
        )
    if match := _CLOCKS.fullmatch(cluster):
        first, second = _clock(match[1], match[3]), _clock(match[4], match[6])
        if first is None or second is None or not (hours or match[3] or match[6]):
            return None
        if match[4] == "00" and not match[3]:  # "21-00" is 21:00
            return None
        return _either(first, match[2], hours), _either(second, match[5], hours)
    if hours and (match := _FOURS.fullmatch(cluster)) and match[3]:
        first, second = _clock(match[1], match[2]), _clock(match[3], match[4])
        return (first, second) if first is not None and second is not None else None
    return None


def _either(clock: Clock, sign: str | None, hours: bool) -> Clock:
    day = _day(str(clock.hour), f"{clock.minute:02d}")
    return (
        Clock(clock.hour, clock.minute, marked=False, either=True)
        if sign == "." and day and not hours
        else clock
    )


def _pair(cluster: str, hours: bool) -> Days | tuple[Clock, Clock] | None:
    """ "8/9" before a month is a night; "19/01" by itself a day; "20-16" two bare numbers."""
    if match := _PAIR.fullmatch(cluster):
        day = _day(match[1], match[2])
        return _days(Spread.ONE, day) if day is not None and not hours else None
    if (match := _CLOCKS.fullmatch(cluster)) is None:
        return None
    first, second = _clock(match[1], None), _clock(match[4], None)
    if first is None or second is None:
        return None
    return Clock(first.hour, marked=False), Clock(second.hour, marked=False)


def _clock(hour: str, minute: str | None) -> Clock | None:
    clock = Clock(int(hour), int(minute or 0))
    return clock if clock.minutes <= 24 * 60 and clock.minute < 60 else None


def _day(day: str, month: str, year: str | None = None) -> Day | None:
    """``None`` for numbers that no calendar has; whether that month has that day is asked later."""
    found = Day(int(day), int(month), None if year is None else int(year))
    return found if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 else None


def _days(spread: Spread, *days: Day | None) -> Days | None:
    known = tuple(day for day in days if day is not None)
    return Days(spread, known) if len(known) == len(days) else None
