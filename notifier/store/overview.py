"""What an operator asks of the store: one mail with all that is known of it, and how people stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from notifier.model import Farewell, NoticeKey, Standing
from notifier.store.engine import Connections
from notifier.store.records import MailRow
from notifier.store.tables import bodies, deliveries, editions, mails, notices, subscribers

_UNDELIVERABLE = (Farewell.BOUNCED, Farewell.COMPLAINED)


@dataclass(frozen=True, slots=True)
class MailFacts:
    """A mail, what it tells, how its recipient stands, and whether its text is still there."""

    row: MailRow
    tells: tuple[NoticeKey, ...]
    standing: Standing
    text_kept: bool


class Overview:
    """Questions that change nothing. No answer holds an address."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def mail(self, number: int) -> MailFacts | None:
        """The mail with that number."""
        query = (
            select(mails, subscribers.c.standing, bodies.c.content.is_not(None).label("text_kept"))
            .join(subscribers, subscribers.c.id == mails.c.subscriber_id)
            .join(bodies, bodies.c.digest == mails.c.body_digest)
            .where(mails.c.id == number)
        )
        told = (
            select(notices.c.window_id, notices.c.audience, notices.c.occasion, notices.c.detail)
            .join(deliveries, deliveries.c.notice_id == notices.c.id)
            .where(deliveries.c.mail_id == number)
            .order_by(notices.c.id)
        )
        with self._connections.read() as connection:
            found = connection.execute(query).mappings().first()
            if found is None:
                return None
            keys = tuple(NoticeKey(*row) for row in connection.execute(told))
        facts = dict(found)
        standing, kept = facts.pop("standing"), bool(facts.pop("text_kept"))
        return MailFacts(MailRow(**facts), keys, standing, kept)

    def standings(self) -> Mapping[Standing, int]:
        """How many people are in each standing; all standings are listed."""
        query = select(subscribers.c.standing, func.count()).group_by(subscribers.c.standing)
        with self._connections.read() as connection:
            found: dict[Standing, int] = dict(iter(connection.execute(query)))
        return {standing: found.get(standing, 0) for standing in Standing}

    def suppressed_since(self, moment: datetime) -> int:
        """How many people get no mail any more because it bounced or they complained, from that moment on."""
        query = select(func.count()).where(
            subscribers.c.standing == Standing.SUPPRESSED,
            subscribers.c.left_why.in_(_UNDELIVERABLE),
            subscribers.c.left_at >= moment,
        )
        with self._connections.read() as connection:
            count: int = connection.execute(query).scalar_one()
        return count

    def last_news(self) -> Mapping[str, datetime]:
        """Origin of editions -> when it last brought one."""
        query = select(editions.c.origin, func.max(editions.c.recorded_at)).group_by(editions.c.origin)
        with self._connections.read() as connection:
            return dict(iter(connection.execute(query)))
