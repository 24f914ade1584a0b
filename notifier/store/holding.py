"""Mails that a brake holds: what they are about, letting them go, and dropping them."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, select, update

from notifier.model import MailState, Occasion, Severity
from notifier.store.engine import Connections
from notifier.store.tables import deliveries, mails, notices
from notifier.store.types import Instant

_HELD = mails.c.state == MailState.HELD
DROPPED = "dropped by the operator"
"""Stands as the reply of mails that the operator dropped."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which held mails are meant: those with these numbers (a few thousand at most), that tell of this window.

    Neither: all that are held.
    """

    ids: tuple[int, ...] = ()
    window: str = ""


EVERY = Which()


@dataclass(frozen=True, slots=True)
class Held:
    """Held mails that tell of one window on one occasion; ``useful_until`` is when the last loses its use."""

    window: str
    occasion: Occasion
    severity: Severity
    mails: int
    people: int
    useful_until: datetime


class Holding:
    """What is held. A mail that has lost its use is not counted and never goes out."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def count(self, now: datetime, which: Which = EVERY) -> tuple[int, int]:
        """How many mails are held and still of use, and for how many people."""
        query = select(func.count(), func.count(mails.c.subscriber_id.distinct()))
        with self._connections.read() as connection:
            held, people = connection.execute(query.where(*_useful(which, now))).one()
        return held, people

    def list(self, now: datetime, which: Which = EVERY) -> builtins.list[Held]:
        """What they tell, the gravest first. A mail that tells of several windows counts for each."""
        query = (
            select(
                notices.c.window_id,
                notices.c.occasion,
                notices.c.severity,
                mails.c.id,
                mails.c.subscriber_id,
                mails.c.expires_at,
            )
            .select_from(mails)
            .join(deliveries, deliveries.c.mail_id == mails.c.id)
            .join(notices, notices.c.id == deliveries.c.notice_id)
        )
        groups: dict[tuple[str, Occasion, Severity], builtins.list[tuple[int, int, datetime]]] = {}
        with self._connections.read() as connection:
            for window, occasion, severity, *mail in connection.execute(query.where(*_useful(which, now))):
                groups.setdefault((window, occasion, severity), []).append((mail[0], mail[1], mail[2]))
        found = [
            Held(
                *about,
                mails=len({mail for mail, _, _ in rows}),
                people=len({person for _, person, _ in rows}),
                useful_until=max(until for _, _, until in rows),
            )
            for about, rows in groups.items()
        ]
        return sorted(found, key=lambda held: (-held.severity.rank, held.window, held.occasion))

    def release(self, now: datetime, which: Which = EVERY) -> int:
        """Let them go, each at its time; returns how many. Those that lost their use become expired."""
        later = case((mails.c.send_at > now, mails.c.send_at), else_=literal(now, Instant))
        with self._connections.write() as connection:
            released = connection.execute(
                update(mails).where(*_useful(which, now)).values(state=MailState.WAITING, send_at=later)
            ).rowcount
            connection.execute(
                update(mails)
                .where(_HELD, mails.c.expires_at <= now, *_meant(which))
                .values(state=MailState.EXPIRED, settled_at=now)
            )
        return released

    def drop(self, now: datetime, which: Which = EVERY) -> int:
        """Never send them, whether still of use or not; returns how many."""
        with self._connections.write() as connection:
            return connection.execute(
                update(mails)
                .where(_HELD, *_meant(which))
                .values(state=MailState.SUPERSEDED, settled_at=now, last_reply=DROPPED)
            ).rowcount


def _useful(which: Which, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_HELD, mails.c.expires_at > now, *_meant(which))


def _meant(which: Which) -> tuple[ColumnElement[bool], ...]:
    found: tuple[ColumnElement[bool], ...] = ()
    if which.ids:
        found = (mails.c.id.in_(which.ids),)
    if which.window:
        linked = select(deliveries.c.mail_id).join(
            notices, and_(notices.c.id == deliveries.c.notice_id, notices.c.window_id == which.window)
        )
        found = (*found, mails.c.id.in_(linked))
    return found
