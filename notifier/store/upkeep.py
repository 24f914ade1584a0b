"""Clean-up of what nobody will ask for again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from notifier.store.engine import Connections
from notifier.store.records import Pruned
from notifier.store.tables import bodies, deliveries, mails


def prune(connections: Connections, now: datetime, keep_bodies: timedelta, keep_mails: timedelta) -> Pruned:
    """Empty the bodies and delete the mails that were settled longer ago than that, with their deliveries.

    Notices and editions are kept for good: they are small, and they are what keeps old news from being
    told again.
    """
    with connections.write() as connection:
        old = select(mails.c.id).where(mails.c.settled_at < now - keep_mails)
        gone = connection.execute(delete(deliveries).where(deliveries.c.mail_id.in_(old))).rowcount
        deleted = connection.execute(delete(mails).where(mails.c.settled_at < now - keep_mails)).rowcount
        horizon = now - keep_bodies
        needed = select(mails.c.body_digest).where(
            or_(mails.c.settled_at.is_(None), mails.c.settled_at >= horizon)
        )
        emptied = connection.execute(
            update(bodies)
            .where(
                bodies.c.content.is_not(None), bodies.c.created_at < horizon, bodies.c.digest.not_in(needed)
            )
            .values(content=None, headers=None)
        ).rowcount
        connection.execute(
            delete(bodies).where(
                bodies.c.content.is_(None), bodies.c.digest.not_in(select(mails.c.body_digest))
            )
        )
    return Pruned(bodies=emptied, mails=deleted, deliveries=gone)
