"""Instants and half-open intervals. Everything inside is UTC; Warsaw time is for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")

FOREVER = datetime.max.replace(tzinfo=UTC)
"""Stands for "no end known" in comparisons only; it is never shown and never stored."""


def utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ``ValueError`` for a naive time: a guess at its zone would be a lie."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the Warsaw offset, as commands print it; ``None`` stays ``None``."""
    return None if moment is None else moment.astimezone(WARSAW).isoformat()


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Half-open ``[start, end)`` in UTC; ``end`` is ``None`` while nobody knows it."""

    start: datetime
    end: datetime | None

    @property
    def until(self) -> datetime:
        """The end for comparisons: :data:`FOREVER` when unknown."""
        return FOREVER if self.end is None else self.end

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.until

    def within(self, other: Interval) -> bool:
        """True when every instant of this interval lies in ``other``."""
        return other.start <= self.start and self.until <= other.until
