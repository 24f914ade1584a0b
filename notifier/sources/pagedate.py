"""The day on which a page says that it was published."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from notifier.model import WARSAW

_MONTHS = "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia".split()
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](20\d\d)(?!\d)", re.ASCII)
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{2})-(\d{2})(?!\d)", re.ASCII)
_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(20\d\d)(?!\d)", re.IGNORECASE)


def page_date(text: str) -> datetime | None:
    """The moment in UTC: ISO 8601, ``12.01.2024`` or ``12 stycznia 2024``; a bare day is 00:00 in Warsaw.

    ``None`` for a text without a day or with more than one, since either could be the one meant.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        days = {_day(*match.groups()) for match in _ISO.finditer(text)}
        days |= {_day(year, month, day) for day, month, year in _NUMBERS.findall(text)}
        days |= {
            _day(year, str(_MONTHS.index(month.lower()) + 1), day)
            for day, month, year in _WORDS.findall(text)
        }
        return days.pop() if len(days) == 1 else None
    return (moment if moment.tzinfo else moment.replace(tzinfo=WARSAW)).astimezone(UTC)


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day), tzinfo=WARSAW).astimezone(UTC)
    except ValueError:
        return None
