"""Who was told what, and who has yet to be told: deliveries seen from the people's side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    false,
    func,
    not_,
    or_,
    select,
    text,
    type_coerce,
    update,
)

from notifier.model import Change, Digest, MailKind, MailState, Standing, Subscriber, Wishes
from notifier.store.engine import Connections
from notifier.store.people import PERSON, person_of
from notifier.store.tables import WISHING, deliveries, mails, notices, subscribers

_BATCH = 1000
_ACTIVE = subscribers.c.standing == Standing.ACTIVE
_NEVER_READ = (MailState.EXPIRED, MailState.SUPERSEDED, MailState.REFUSED)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one person was told of a window: the last edition, and whether an extension was among it."""

    edition: int
    extended: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """Somebody who may have something yet to hear, and which of the notices asked about they have had.

    ``since`` is when they became a subscriber: what was planned before is not theirs.
    """

    person: Subscriber
    since: datetime
    had: frozenset[int]


@dataclass(frozen=True, slots=True)
class Rhythms:
    """The wishes of those who want digests, and whether anybody changed their choices of late."""

    wishes: tuple[Wishes, ...] = ()
    changed: bool = False

    @property
    def digests(self) -> frozenset[Digest]:
        """The different rhythms."""
        return frozenset(wish.digest for wish in self.wishes if wish.digest is not None)


class Tellings:
    """Questions about people and what reached them. A mail that will go out counts as read; a refused one not."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def heard(self, windows: Collection[str]) -> dict[tuple[str, str], dict[int, Heard]]:
        """By window and audience, who was told of it and what, by number of the subscriber."""
        found: dict[tuple[str, str], dict[int, Heard]] = {}
        extended = type_coerce(notices.c.changes, Text).contains(f'"{Change.EXTENDED}"', autoescape=True)
        query = (
            select(
                notices.c.window_id,
                notices.c.audience,
                deliveries.c.subscriber_id,
                func.max(notices.c.edition),
                func.max(case((extended, 1), else_=0)),
            )
            .join(deliveries, deliveries.c.notice_id == notices.c.id)
            .join(mails, mails.c.id == deliveries.c.mail_id)
            .where(mails.c.state.not_in(_NEVER_READ))
            .group_by(notices.c.window_id, notices.c.audience, deliveries.c.subscriber_id)
        )
        with self._connections.read() as connection:
            for batch in _batches(sorted(windows)):
                rows = connection.execute(query.where(notices.c.window_id.in_(batch)))
                for window, audience, who, edition, further in rows:
                    found.setdefault((window, audience), {})[who] = Heard(edition, bool(further))
        return found

    def people(self, ids: Collection[int]) -> list[Subscriber]:
        """Those of them who are active, by number."""
        found = []
        with self._connections.read() as connection:
            for batch in _batches(sorted(ids)):
                query = select(*PERSON).where(subscribers.c.id.in_(batch), _ACTIVE).order_by(subscribers.c.id)
                found += [person_of(*row) for row in connection.execute(query)]
        return found

    def rhythms(self, since: datetime | None) -> Rhythms:
        """Who wants digests, and whether anybody has changed their choices since then."""
        wishes = select(subscribers.c.wishes).where(text(WISHING)).distinct()
        changed = select(select(subscribers.c.id).where(_ACTIVE, _changed_after(since)).exists())
        with self._connections.read() as connection:
            found = connection.execute(wishes).scalars().all()
            new = since is not None and bool(connection.execute(changed).scalar())
        return Rhythms(tuple(wish for wish in found if wish.digest is not None), new)

    def behind(
        self, notice_ids: Collection[int], wishes: Iterable[Wishes], since: datetime | None
    ) -> Iterator[Behind]:
        """Those with these wishes or with choices changed since then, and which of the notices they had.

        One statement for all of them, however many people they are.
        """
        chosen = subscribers.c.wishes.in_(sorted(wishes, key=str))
        joined = subscribers.outerjoin(
            deliveries,
            and_(
                deliveries.c.subscriber_id == subscribers.c.id,
                deliveries.c.notice_id.in_(sorted(notice_ids)),
            ),
        )
        query = (
            select(
                *PERSON,
                func.coalesce(subscribers.c.confirmed_at, subscribers.c.created_at),
                deliveries.c.notice_id,
            )
            .select_from(joined)
            .where(_ACTIVE, or_(chosen, _changed_after(since)))
            .order_by(subscribers.c.id)
        )
        with self._connections.read() as connection:
            rows = connection.execute(query).all()
        yield from _grouped(rows)

    def mailed(self, ids: Iterable[int], since: datetime) -> dict[int, int]:
        """How many mails with news these people were sent or are to be sent since then, where any."""
        count: dict[int, int] = {}
        query = (
            select(mails.c.subscriber_id, func.count())
            .where(
                mails.c.created_at > since,
                mails.c.kind == MailKind.NEWS,
                mails.c.state.not_in(_NEVER_READ),
            )
            .group_by(mails.c.subscriber_id)
        )
        with self._connections.read() as connection:
            for batch in _batches(sorted(ids)):
                count.update(
                    (who, number)
                    for who, number in connection.execute(query.where(mails.c.subscriber_id.in_(batch)))
                )
        return count

    def supersede(self, window: str, audience: str, ids: Iterable[int], now: datetime) -> int:
        """Drop what these people were yet to be sent about that window and nothing else; returns how many mails."""
        about = and_(notices.c.window_id == window, notices.c.audience == audience)
        linked = select(deliveries.c.mail_id).join(notices, notices.c.id == deliveries.c.notice_id)
        statement = (
            update(mails)
            .where(
                mails.c.state.in_([MailState.WAITING, MailState.HELD]),
                mails.c.id.in_(linked.where(about)),
                not_(linked.where(deliveries.c.mail_id == mails.c.id, not_(about)).exists()),
            )
            .values(state=MailState.SUPERSEDED, settled_at=now)
        )
        with self._connections.write() as connection:
            return sum(
                connection.execute(statement.where(mails.c.subscriber_id.in_(batch))).rowcount
                for batch in _batches(sorted(ids))
            )


def _changed_after(since: datetime | None) -> ColumnElement[bool]:
    return false() if since is None else subscribers.c.changed_at >= since


def _grouped(rows: Sequence[Any]) -> Iterator[Behind]:
    """The rows of a person stand together, one for each notice they had, or one without."""
    current: Behind | None = None
    had: list[int] = []
    for *person, since, notice in rows:
        if current is None or current.person.id != person[0]:
            if current is not None:
                yield Behind(current.person, current.since, frozenset(had))
            current, had = Behind(person_of(*person), since, frozenset()), []
        if notice is not None:
            had.append(notice)
    if current is not None:
        yield Behind(current.person, current.since, frozenset(had))


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
