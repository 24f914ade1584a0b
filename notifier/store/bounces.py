"""What came back: failures and complaints by person, each about one mail that had been handed over.

A row needs no reference to its mail: it stands for the moment at which that mail was handed over, which
no report can move. So the same report counts once, however often and whenever it is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, exists, func, insert, select, update

from notifier.model import MailState, Standing
from notifier.store.engine import Connections
from notifier.store.tables import bounces, mails, subscribers

DOUBTED = "doubted"
"""The kind of a failure that is not held against anybody."""


@dataclass(frozen=True, slots=True)
class BounceRow:
    """One mail to one person that came back; ``at`` is when it had been handed over."""

    id: int
    subscriber_id: int
    at: datetime
    kind: str
    status: str
    said: str


class Recorded(StrEnum):
    """What became of a report."""

    NEW = "new"  #: it is recorded
    KNOWN = "known"  #: it was recorded before
    NOBODY = "nobody"  #: there is no such mail any more, or nobody whose it was
    EARLY = "early"  #: the mail is still on its way, as far as is known: read the report again later


class Bounces:
    """The record from which a rule says who gets no more mail."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def record(self, mail_id: int, kind: str, status: str, said: str) -> Recorded:
        """Note that a mail came back. ``said`` must not hold an address."""
        query = (
            select(mails.c.subscriber_id, mails.c.settled_at)
            .join(subscribers, subscribers.c.id == mails.c.subscriber_id)
            .where(mails.c.id == mail_id, subscribers.c.standing != Standing.GONE)
            # Two that record the same report at one time take turns.
            .with_for_update(of=mails)
        )
        with self._connections.write() as connection:
            found = connection.execute(query).first()
            if found is None:
                return Recorded.NOBODY
            person, at = found
            if at is None:
                return Recorded.EARLY
            same = (
                bounces.c.subscriber_id == person,
                bounces.c.at == at,
                bounces.c.kind.in_((kind, DOUBTED)),
            )
            if connection.execute(select(bounces.c.id).where(*same)).first() is not None:
                return Recorded.KNOWN
            connection.execute(
                insert(bounces).values(subscriber_id=person, at=at, kind=kind, status=status, said=said)
            )
        return Recorded.NEW

    def refused(self, since: datetime) -> list[tuple[int, str]]:
        """Mails that were refused when they were handed over, since a moment: number, and what was said."""
        query = (
            select(mails.c.id, func.coalesce(mails.c.last_reply, ""))
            .where(
                mails.c.state == MailState.REFUSED,
                mails.c.settled_at >= since,
                ~exists().where(
                    bounces.c.subscriber_id == mails.c.subscriber_id, bounces.c.at == mails.c.settled_at
                ),
            )
            .order_by(mails.c.id)
        )
        with self._connections.read() as connection:
            return [(id_, said) for id_, said in connection.execute(query)]

    def after(self, id_: int) -> list[BounceRow]:
        """What was recorded after the row of that number, in the order of recording."""
        query = select(bounces).where(bounces.c.id > id_).order_by(bounces.c.id)
        with self._connections.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def since(self, moment: datetime) -> list[BounceRow]:
        """What came back of mails handed over since a moment."""
        query = select(bounces).where(bounces.c.at >= moment).order_by(bounces.c.id)
        with self._connections.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def of(self, subscriber_id: int, since: datetime) -> list[BounceRow]:
        """What came back from one person, of mails handed over since a moment."""
        query = (
            select(bounces)
            .where(bounces.c.subscriber_id == subscriber_id, bounces.c.at >= since)
            .order_by(bounces.c.at, bounces.c.id)
        )
        with self._connections.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def arrived(self, subscriber_id: int, since: datetime) -> list[datetime]:
        """When mails to one person were handed over since a moment, of which none came back."""
        query = (
            select(mails.c.settled_at)
            .where(
                mails.c.subscriber_id == subscriber_id,
                mails.c.state == MailState.SENT,
                mails.c.settled_at >= since,
                ~exists().where(bounces.c.subscriber_id == subscriber_id, bounces.c.at == mails.c.settled_at),
            )
            .order_by(mails.c.settled_at)
        )
        with self._connections.read() as connection:
            return [at for (at,) in connection.execute(query)]

    def handed_over(self, since: datetime) -> int:
        """How many mails were accepted or refused since a moment."""
        query = select(func.count()).where(
            mails.c.state.in_((MailState.SENT, MailState.REFUSED)), mails.c.settled_at >= since
        )
        with self._connections.read() as connection:
            count: int = connection.execute(query).scalar_one()
        return count

    def doubt(self, ids: Collection[int]) -> None:
        """Hold these failures against nobody."""
        with self._connections.write() as connection:
            for id_ in ids:
                connection.execute(update(bounces).where(bounces.c.id == id_).values(kind=DOUBTED))

    def forget(self, before: datetime) -> int:
        """Delete what is about mails handed over before a moment; returns how many."""
        with self._connections.write() as connection:
            return connection.execute(delete(bounces).where(bounces.c.at < before)).rowcount


def _row(row: Row[tuple[Any, ...]]) -> BounceRow:
    return BounceRow(row.id, row.subscriber_id, row.at, row.kind, row.status, row.said)
