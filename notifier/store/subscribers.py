"""Subscribers: who gets mail. Addresses are personal data and never appear in errors or logs."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, bindparam, insert, select, type_coerce, update

from notifier.model import Farewell, MailState, Occasion, Profile, Standing, Subscriber, Wishes
from notifier.store.engine import Connections
from notifier.store.records import Consent, ImportResult, NewSubscriber, SubscriberRow
from notifier.store.tables import mails, subscribers

_BATCH = 1000
_PAGE = 5000
_PERSON = tuple(
    subscribers.c[name]
    for name in ("id", "email", "language", "audiences", "have", "systems", "occasions", "wishes")
)
_ACTIVE = subscribers.c.standing == Standing.ACTIVE
REMOVED = "the subscriber was removed"
"""Stands as the reply of mails that were cancelled with their subscriber."""


def normal(email: str) -> str:
    """The address with its domain in lower case; the part before it is the mail server's own business."""
    local, at, domain = email.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


class Subscribers:
    """Everybody who gets mail, or got some before."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def import_(self, new: Sequence[NewSubscriber], origin: str, now: datetime) -> ImportResult:
        """Enter those whose address is unknown, bring the others up to date; all or none.

        An address given twice counts once, as it was given last. Those known keep their first origin.
        """
        wanted = {normal(entry.email): entry for entry in new}
        emails = builtins.list(wanted)
        added = updated = 0
        with self._connections.write() as connection:
            for start in range(0, len(emails), _BATCH):
                batch = {email: _values(wanted[email]) for email in emails[start : start + _BATCH]}
                known = _known(connection, builtins.list(batch))
                fresh = [
                    values
                    | {"email": email, "standing": Standing.ACTIVE, "created_at": now, "origin": origin}
                    for email, values in batch.items()
                    if email not in known
                ]
                changed = [
                    batch[email] | {"which": row.id}
                    for email, row in known.items()
                    if any(getattr(row, name) != value for name, value in batch[email].items())
                ]
                if fresh:
                    connection.execute(insert(subscribers), fresh)
                if changed:
                    connection.execute(
                        update(subscribers).where(subscribers.c.id == bindparam("which")), changed
                    )
                added, updated = added + len(fresh), updated + len(changed)
        return ImportResult(added, updated, len(emails) - added - updated)

    def find(self, who: str | int) -> SubscriberRow | None:
        """The entry with that address or number, also a removed one by its number."""
        with self._connections.read() as connection:
            row = connection.execute(select(subscribers).where(_is(who))).first()
        return None if row is None else _row(row)

    def by_audience(self, audience: str) -> Iterator[Subscriber]:
        """The active subscribers of an audience by number, read in pages so that any number fits in memory."""
        # The text search only narrows down; the list itself decides.
        likely = type_coerce(subscribers.c.audiences, Text).contains(f'"{audience}"', autoescape=True)
        last = 0
        while True:
            query = (
                select(*_PERSON)
                .where(subscribers.c.id > last, _ACTIVE, likely)
                .order_by(subscribers.c.id)
                .limit(_PAGE)
            )
            with self._connections.read() as connection:
                page = connection.execute(query).all()
            for row in page:
                person = _subscriber(*row)
                if audience in person.audiences:
                    yield person
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def remove(self, who: str | int, now: datetime) -> bool:
        """Forget a person: no address, no profile, no mail any more. False if there was nobody.

        The bare row stays, because deliveries point at it. A mail that is being sent at this moment
        goes out; the next claim settles it otherwise.
        """
        with self._connections.write() as connection:
            query = select(subscribers.c.id).where(_is(who), subscribers.c.standing != Standing.GONE)
            id_: int | None = connection.execute(query.with_for_update()).scalar()
            if id_ is None:
                return False
            connection.execute(
                update(subscribers)
                .where(subscribers.c.id == id_)
                .values(
                    email=None,
                    standing=Standing.GONE,
                    audiences=(),
                    have=(),
                    systems=(),
                    occasions=(),
                    wishes=Wishes(),
                    left_at=now,
                    left_why=Farewell.REMOVED,
                )
            )
            connection.execute(
                update(mails)
                .where(
                    mails.c.subscriber_id == id_,
                    mails.c.state.in_([MailState.WAITING, MailState.HELD]),
                )
                .values(state=MailState.EXPIRED, settled_at=now, last_reply=REMOVED)
            )
        return True

    def list(self, *, active_only: bool = True) -> builtins.list[SubscriberRow]:
        """All entries by number; with ``active_only=False`` the bare rows of removed ones too."""
        query = select(subscribers).order_by(subscribers.c.id)
        if active_only:
            query = query.where(_ACTIVE)
        with self._connections.read() as connection:
            return [_row(row) for row in connection.execute(query)]


def _is(who: str | int) -> ColumnElement[bool]:
    if isinstance(who, int):
        return subscribers.c.id == who
    return subscribers.c.email == normal(who)


def _known(connection: Connection, emails: Sequence[str]) -> dict[str, Row[tuple[Any, ...]]]:
    rows = connection.execute(select(subscribers).where(subscribers.c.email.in_(emails)))
    return {row.email: row for row in rows}


def _values(entry: NewSubscriber) -> dict[str, Any]:
    return {
        "audiences": tuple(entry.audiences),
        "language": entry.language,
        "have": tuple(entry.have),
        "systems": tuple(entry.systems),
        "occasions": tuple(str(occasion) for occasion in entry.occasions),
        "wishes": entry.wishes,
    }


def _row(row: Row[tuple[Any, ...]]) -> SubscriberRow:
    consent = Consent(
        row.asked_at, row.asked_from or "", row.confirmed_at, row.confirmed_from or "", row.wording or ""
    )
    return SubscriberRow(
        _subscriber(*(getattr(row, column.name) for column in _PERSON)),
        row.standing,
        row.created_at,
        row.origin,
        consent,
        row.changed_at,
        row.left_at,
        row.left_why,
    )


def _subscriber(
    id_: int,
    email: str | None,
    language: str,
    audiences: tuple[str, ...],
    have: tuple[str, ...],
    systems: tuple[str, ...],
    occasions: tuple[str, ...],
    wishes: Wishes,
) -> Subscriber:
    return Subscriber(
        id_, email or "", language, audiences, _profile(have), systems, _occasions(occasions), wishes
    )


# Many people have the same means; they share one profile in memory.
@lru_cache(maxsize=4096)
def _profile(have: tuple[str, ...]) -> Profile:
    return Profile.of(have)


@lru_cache(maxsize=256)
def _occasions(names: tuple[str, ...]) -> frozenset[Occasion]:
    return frozenset(map(Occasion, names))
