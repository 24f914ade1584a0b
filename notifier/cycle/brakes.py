"""Brakes: a flood of windows holds all mails of a pass, a flood to one person holds that person's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from notifier.cycle.mailing import Addressed

DAY = timedelta(days=1)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Brakes:
    """How much is too much: ``flood`` windows in one pass, ``per_day`` mails with news to one person in 24 hours."""

    flood: int
    per_day: int

    def floods(self, windows: Collection[str], *, first: bool) -> bool:
        """True for a pass with news of too many windows; a ``first`` pass tells what the operator just entered."""
        flood = not first and len(windows) > self.flood
        if flood:
            _log.warning("flood held", windows=len(windows), limit=self.flood)
        return flood

    def hold(
        self, addressed: Iterable[Addressed], mailed: Mapping[int, int], *, all_of_them: bool = False
    ) -> Iterator[Addressed]:
        """The same, held where one of the brakes says so. ``mailed`` counts the mails of the last 24 hours."""
        people = 0
        for each in addressed:
            over = mailed.get(each.person.id, 0) >= self.per_day
            people += over
            yield replace(each, held=True) if over or all_of_them else each
        if people:
            _log.warning("mails held for people who had their fill", people=people, limit=self.per_day)


def day_before(now: datetime) -> datetime:
    """Since when mails are counted."""
    return now - DAY
