"""Many subscribers at once, as an operator's file lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from notifier.model import Farewell, Standing
from notifier.store import departed
from notifier.store.people import choices, normal
from notifier.store.records import ImportResult, NewSubscriber
from notifier.store.standing import erase
from notifier.store.tables import subscribers

_BATCH = 1000
_AWAY = frozenset({Standing.LEFT, Standing.SUPPRESSED})
_FARE_WELL = {"left_at": None, "left_why": None}


def enter(
    connection: Connection, new: Sequence[NewSubscriber], origin: str, now: datetime, *, again: bool = False
) -> ImportResult:
    """Enter those whose address is unknown, bring the others up to date.

    Left as they are: people who wanted no more mail (unless ``again``), and the choices that people made
    by themselves. Somebody who asked and has not confirmed becomes active: the operator vouches for them.
    """
    places = {normal(entry.email): place for place, entry in enumerate(new)}
    counts = dict.fromkeys(("added", "updated", "unchanged"), 0)
    kept_out: list[int] = []
    for batch in _batches(list(places)):
        known = _known(connection, batch)
        away = {} if again else departed.remembered(connection, batch)
        fresh, changes = [], []
        for email in batch:
            row, values = known.get(email), choices(new[places[email]])
            if not again and (email in away or (row is not None and row.standing in _AWAY)):
                kept_out.append(places[email])
            elif row is None:
                values |= {"email": email, "standing": Standing.ACTIVE, "created_at": now, "origin": origin}
                fresh.append(values)
                counts["added"] += 1
            elif row.standing is not Standing.ACTIVE:
                values |= {"standing": Standing.ACTIVE, "origin": origin, **_FARE_WELL}
                connection.execute(update(subscribers).where(subscribers.c.id == row.id).values(**values))
                counts["added"] += 1
            elif _differs(row, values) and not _chose(row):
                changes.append(values | {"which": row.id})
                counts["updated"] += 1
            else:
                counts["unchanged"] += 1
        if again:
            departed.forget(connection, batch)
        if fresh:
            connection.execute(insert(subscribers), fresh)
        if changes:
            connection.execute(update(subscribers).where(subscribers.c.id == bindparam("which")), changes)
    return ImportResult(**counts, kept_out=tuple(sorted(kept_out)))


def take_out(connection: Connection, listed: Sequence[NewSubscriber], origin: str, now: datetime) -> int:
    """Forget those of an origin who are listed there no more; returns how many.

    They are not remembered as gone: whoever took them out of the file may put them back.
    """
    emails = {normal(entry.email) for entry in listed}
    query = select(subscribers.c.id, subscribers.c.email).where(
        subscribers.c.origin == origin, subscribers.c.standing != Standing.GONE
    )
    missing = [id_ for id_, email in connection.execute(query) if email not in emails]
    for id_ in missing:
        erase(connection, id_, Farewell.REMOVED, now, remember=False)
    return len(missing)


def count(connection: Connection, origin: str) -> int:
    """How many of an origin there are, whatever their standing."""
    query = select(func.count()).where(
        subscribers.c.origin == origin, subscribers.c.standing != Standing.GONE
    )
    return connection.execute(query).scalar_one()


def _chose(row: Row[tuple[Any, ...]]) -> bool:
    """True for somebody whose choices are their own: made in the form, or changed later."""
    return row.confirmed_at is not None or row.changed_at is not None


def _differs(row: Row[tuple[Any, ...]], values: Mapping[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _known(connection: Connection, emails: Sequence[str]) -> dict[str, Row[tuple[Any, ...]]]:
    rows = connection.execute(select(subscribers).where(subscribers.c.email.in_(emails)).with_for_update())
    return {row.email: row for row in rows}


def _batches(emails: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(emails), _BATCH):
        yield list(emails[start : start + _BATCH])
