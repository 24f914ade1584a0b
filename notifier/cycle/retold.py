"""What each audience was told last of each window, taken up again from the record."""

from __future__ import annotations

from collections.abc import Sequence

from notifier.cycle.reconcile import Editions
from notifier.planning import Told, follow
from notifier.store import NoticeRow


def told_before(rows: Sequence[NoticeRow], editions: Editions) -> dict[tuple[str, str], Told]:
    """The last word by window and audience, from the notices that were sent."""
    told: dict[tuple[str, str], Told] = {}
    for row in sorted(rows, key=lambda row: row.id):
        key = (row.key.window, row.key.audience)
        told[key] = follow(
            told.get(key),
            due=row.due,
            occasion=row.key.occasion,
            window=editions.number(key[0], row.edition).window,
            edition=row.edition,
            sequence=row.sequence,
            severity=row.severity,
            digest=row.digest,
            changes=row.changes,
            channels=row.channels,
        )
    return told
