"""Editions of windows: only ever added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, Select, and_, func, insert, select

from notifier.model import Edition
from notifier.store.engine import Connections
from notifier.store.tables import editions


class Editions:
    """All versions of all windows."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self, until: int | None = None) -> list[Edition]:
        """Every edition, or those recorded up to that :meth:`newest`; by window id and number."""
        query = select(editions).order_by(editions.c.window_id, editions.c.number)
        return self._fetch(query if until is None else query.where(editions.c.id <= until))

    def newest(self) -> int:
        """Rises with every edition that is recorded; 0 while there is none."""
        with self._connections.read() as connection:
            newest: int = connection.execute(select(func.coalesce(func.max(editions.c.id), 0))).scalar_one()
        return newest

    def of(self, window_id: str) -> list[Edition]:
        """The editions of one window, first to last; empty for a window nobody recorded."""
        return self._fetch(
            select(editions).where(editions.c.window_id == window_id).order_by(editions.c.number)
        )

    def latest(self) -> dict[str, Edition]:
        """The last edition of each window, by window id."""
        newest = (
            select(editions.c.window_id, func.max(editions.c.number).label("number"))
            .group_by(editions.c.window_id)
            .subquery()
        )
        query = (
            select(editions)
            .join(
                newest,
                and_(editions.c.window_id == newest.c.window_id, editions.c.number == newest.c.number),
            )
            .order_by(editions.c.window_id)
        )
        return {edition.window.id: edition for edition in self._fetch(query)}

    def changed_since(self, recorded_at: datetime) -> list[Edition]:
        """Editions recorded after that instant, in the order of recording."""
        return self._fetch(
            select(editions)
            .where(editions.c.recorded_at > recorded_at)
            .order_by(editions.c.recorded_at, editions.c.id)
        )

    def append(self, new: Sequence[Edition]) -> None:
        """Record new editions, all or none.

        Raises :class:`StoreConflict` if one with the same window and number is there: somebody else
        changed the window meanwhile, and the caller has to look again.
        """
        if not new:
            return
        rows = [
            {
                "window_id": edition.window.id,
                "number": edition.number,
                "starts_at": edition.window.start,
                "ends_at": edition.window.end,
                "status": edition.window.status,
                "facts": edition.window,
                "known_at": edition.known_at,
                "recorded_at": edition.recorded_at,
                "origin": edition.origin,
                "who": edition.who,
                "why": edition.why,
            }
            for edition in new
        ]
        with self._connections.write() as connection:
            connection.execute(insert(editions), rows)

    def _fetch(self, query: Select[tuple[object, ...]]) -> list[Edition]:
        with self._connections.read() as connection:
            return [_edition(row) for row in connection.execute(query)]


def _edition(row: Row[tuple[object, ...]]) -> Edition:
    return Edition(
        window=row.facts,
        number=row.number,
        known_at=row.known_at,
        recorded_at=row.recorded_at,
        origin=row.origin,
        who=row.who,
        why=row.why,
    )
