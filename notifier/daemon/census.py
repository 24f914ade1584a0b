"""What the store says of mails and people at one moment, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifier.model import MailState, Standing
from notifier.store import CallStats, OutboxStats, Store

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Census:
    """``held``: mails that wait for the operator and are still of use; ``suppressed``: people lost in a day."""

    stats: OutboxStats
    held: int = 0
    standings: Mapping[Standing, int] = field(default_factory=dict)
    suppressed: int = 0
    calls: CallStats = field(default_factory=CallStats)


def census_of(store: Store, now: datetime) -> Census:
    """Ask the store. Raises :class:`StoreError`."""
    stats = store.outbox.stats()
    held, _ = store.holding.count(now) if stats.counts[MailState.HELD] else (0, 0)
    lost = store.overview.suppressed_since(now - DAY)
    return Census(stats, held, store.overview.standings(), lost, store.calls.stats())
