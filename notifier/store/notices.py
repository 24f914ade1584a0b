"""Notices: the record of what was told, and of what was not told and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from notifier.model import Change, Channel, Notice, NoticeKey
from notifier.store.engine import Connections
from notifier.store.records import NoticeRow
from notifier.store.statements import insert_absent
from notifier.store.tables import notices

_KEY = (notices.c.window_id, notices.c.audience, notices.c.occasion, notices.c.detail)
# One statement takes so many ids at most; PostgreSQL's limit of 65,535 parameters is far away.
_BATCH = 1000


class Notices:
    """Every notice ever planned, each recorded once under its key."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def known(self, window_ids: Collection[str] | None = None) -> set[NoticeKey]:
        """The keys recorded for these windows, or for all of them."""
        query = select(*_KEY)
        wanted = None if window_ids is None else sorted(window_ids)
        with self._connections.read() as connection:
            if wanted is None:
                return {NoticeKey(*row) for row in connection.execute(query)}
            return {
                NoticeKey(*row)
                for start in range(0, len(wanted), _BATCH)
                for row in connection.execute(
                    query.where(notices.c.window_id.in_(wanted[start : start + _BATCH]))
                )
            }

    def add(self, new: Sequence[tuple[Notice, datetime | None]], now: datetime) -> list[tuple[int, Notice]]:
        """Record those whose key is not there yet; returns exactly those, with their ids, in the given order.

        Each comes with the moment at which it went public (``None``: it did not). Two processes that
        plan the same notice at the same time get it back from only one of the two calls, so whoever
        goes on with what is returned tells everything once.
        """
        first: dict[NoticeKey, tuple[Notice, datetime | None]] = {}
        for notice, published_at in new:
            first.setdefault(notice.key, (notice, published_at))
        if not first:
            return []
        rows = [_values(notice, published_at, now) for notice, published_at in first.values()]
        with self._connections.write() as connection:
            statement = insert_absent(connection, notices, key=[column.name for column in _KEY])
            added = connection.execute(statement.returning(notices.c.id, *_KEY), rows)
            ids = {NoticeKey(*key): id_ for id_, *key in added}
        return [(ids[key], notice) for key, (notice, _) in first.items() if key in ids]

    def rows(
        self, since: datetime | None = None, window: str | None = None, *, sent_only: bool = False
    ) -> list[NoticeRow]:
        """Recorded notices, oldest first.

        ``since`` compares with the moment of publication, or of planning for one that was not published.
        """
        moment = func.coalesce(notices.c.published_at, notices.c.planned_at)
        query = select(notices).order_by(moment, notices.c.id)
        if since is not None:
            query = query.where(moment >= since)
        if window is not None:
            query = query.where(notices.c.window_id == window)
        if sent_only:
            query = query.where(notices.c.sent)
        with self._connections.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def of_use(
        self, now: datetime, since: datetime, windows: Collection[str] | None = None
    ) -> list[NoticeRow]:
        """Notices sent that were planned after ``since`` and are still of use, oldest first; of these windows only."""
        query = (
            select(notices)
            .where(notices.c.sent, notices.c.useful_until > now, notices.c.planned_at > since)
            .order_by(notices.c.id)
        )
        if windows is not None:
            query = query.where(notices.c.window_id.in_(sorted(windows)))
        with self._connections.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def told(self, window: str, audience: str) -> NoticeRow | None:
        """The last notice sent to that audience about that window; ``None`` if they never heard of it."""
        query = (
            select(notices)
            .where(notices.c.window_id == window, notices.c.audience == audience, notices.c.sent)
            .order_by(notices.c.id.desc())
            .limit(1)
        )
        with self._connections.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _row(row)


def _values(notice: Notice, published_at: datetime | None, now: datetime) -> dict[str, Any]:
    return {
        "window_id": notice.key.window,
        "audience": notice.key.audience,
        "occasion": notice.key.occasion,
        "detail": notice.key.detail,
        "due": notice.due,
        "useful_until": notice.useful_until,
        "sent": notice.sent,
        "reason": notice.reason,
        "edition": notice.edition,
        "sequence": notice.sequence,
        "severity": notice.severity,
        "digest": notice.digest,
        "channels": sorted(notice.channels),
        "changes": notice.changes,
        "told": notice.told,
        "planned_at": now,
        "published_at": published_at,
    }


def _row(row: Row[tuple[Any, ...]]) -> NoticeRow:
    return NoticeRow(
        id=row.id,
        key=NoticeKey(row.window_id, row.audience, row.occasion, row.detail),
        due=row.due,
        useful_until=row.useful_until,
        sent=row.sent,
        reason=row.reason,
        edition=row.edition,
        sequence=row.sequence,
        severity=row.severity,
        digest=row.digest,
        channels=frozenset(map(Channel, row.channels)),
        changes=tuple(map(Change, row.changes)),
        told=row.told,
        planned_at=row.planned_at,
        published_at=row.published_at,
    )
