"""Times as people write them: Warsaw time unless an offset is written, and never a guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from notifier.model import WARSAW, NotifierError

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years outside are taken for a slip of the finger."""

_DAY = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_OFFSET = r"(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)"
_MOMENT = re.compile(rf"{_DAY}(?:(?:[Tt]|\s+){_CLOCK}\s*{_OFFSET}?)?", re.ASCII)
_CLOCK_ONLY = re.compile(rf"{_CLOCK}\s*{_OFFSET}?", re.ASCII)
_POLISH_DAY = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})(?P<rest>.*)", re.ASCII)
_EXAMPLE = "write it like 2024-01-19 20:00 (Warsaw) or 2024-01-19T20:00+01:00"


class InstantError(NotifierError):
    """The text is no instant, or more than one; ``what`` is wrong and ``remedy`` says how to write it."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def parse_instant(text: str, date_only: bool = False) -> datetime:
    """The instant in UTC. ``date_only`` also takes a bare date, as 00:00 in Warsaw.

    Raises :class:`InstantError`, also for a local time that does not exist or occurs twice.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise _not_a_moment(text.strip())
    day = _day(match)
    if match["hour"] is None:
        if not date_only:
            raise InstantError(f"`{text}` has no time of day", f"write it like {day} 20:00")
        return _from_warsaw(datetime(day.year, day.month, day.day, tzinfo=WARSAW), text)
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if (hour, minute, second) == (24, 0, 0):
        raise InstantError(f"`{text}`: a day ends at 24:00", f"write {day + timedelta(days=1)} 00:00")
    if hour > 23 or minute > 59 or second > 59:
        raise InstantError(f"`{text}` has no such time of day", "hours go to 23, minutes and seconds to 59")
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=WARSAW)
    if match["offset"] is None:
        return _from_warsaw(local, text)
    return local.replace(tzinfo=_offset(match["offset"], text)).astimezone(UTC)


def parse_day(text: str) -> date:
    """A calendar day, ``2026-11-22``. Raises :class:`InstantError`."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None or match["hour"] is not None:
        raise InstantError(f"`{text}` is not a date", "write it like 2026-11-22")
    return _day(match)


def _day(match: re.Match[str]) -> date:
    year, month, number = int(match["year"]), int(match["month"]), int(match["day"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InstantError(f"the year {match['year']}", f"years go from {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return date(year, month, number)
    except ValueError as error:
        raise InstantError(
            f"there is no day {match['year']}-{match['month']}-{match['day']}", _EXAMPLE
        ) from error


def _offset(text: str, whole: str) -> timezone:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise InstantError(
            f"`{whole}`: there is no offset {text}", "Warsaw has +01:00 in winter, +02:00 in summer"
        )
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if text[0] == "-" else size)


def _from_warsaw(local: datetime, text: str) -> datetime:
    """Refuses the hour that the clocks jump over in spring and the one that comes twice in autumn."""
    early, late = local, local.replace(fold=1)
    if early.utcoffset() == late.utcoffset():
        return early.astimezone(UTC)
    written = local.replace(tzinfo=None).isoformat(timespec="seconds" if local.second else "minutes")
    # fold=0 carries the offset of before the change, fold=1 the one of after it.
    before, after = (moment.isoformat()[-6:] for moment in (early, late))
    real = [moment.astimezone(UTC).astimezone(WARSAW).strftime("%H:%M") for moment in (early, late)]
    if real[0] != local.strftime("%H:%M"):
        raise InstantError(
            f"`{text}` does not exist in Warsaw: the clocks jump over that hour",
            f"write {written}{before} (shown as {real[0]}) or {written}{after} (shown as {real[1]})",
        )
    raise InstantError(
        f"`{text}` occurs twice in Warsaw: the clocks are put back in that hour",
        f"write {written}{before} for the first time round or {written}{after} for the second",
    )


def _not_a_moment(text: str) -> InstantError:
    if _CLOCK_ONLY.fullmatch(text):
        return InstantError(f"`{text}` is only a time of day", f"put the day before it: 2024-01-19 {text}")
    polish = _POLISH_DAY.fullmatch(text)
    if polish is not None:
        day = f"{polish['year']}-{int(polish['month']):02d}-{int(polish['day']):02d}"
        return InstantError(
            f"`{text}` is not a date of the form year-month-day", f"write {day}{polish['rest']}"
        )
    return InstantError(f"`{text}` is not a time", _EXAMPLE)
