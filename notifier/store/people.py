"""Rows of subscribers in the words of the model, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row

from notifier.model import Occasion, Profile, Subscriber, Wishes
from notifier.store.records import Consent, NewSubscriber, SubscriberRow
from notifier.store.tables import subscribers

PERSON = tuple(
    subscribers.c[name]
    for name in ("id", "email", "language", "audiences", "have", "systems", "occasions", "wishes")
)
"""The columns that make a :class:`~notifier.model.Subscriber`, in order."""


def normal(email: str) -> str:
    """The address with its domain in lower case; the part before it is the mail server's own business."""
    local, at, domain = email.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def matches(who: str | int) -> ColumnElement[bool]:
    """The condition for the row with that address or number."""
    if isinstance(who, int):
        return subscribers.c.id == who
    return subscribers.c.email == normal(who)


def choices(entry: NewSubscriber) -> dict[str, Any]:
    """What somebody chose, by column."""
    return {
        "audiences": tuple(entry.audiences),
        "language": entry.language,
        "have": tuple(entry.have),
        "systems": tuple(entry.systems),
        "occasions": tuple(str(occasion) for occasion in entry.occasions),
        "wishes": entry.wishes,
    }


def entry_of(row: Row[tuple[Any, ...]]) -> SubscriberRow:
    """A whole row of the table."""
    consent = Consent(
        row.asked_at, row.asked_from or "", row.confirmed_at, row.confirmed_from or "", row.wording or ""
    )
    return SubscriberRow(
        person_of(*(getattr(row, column.name) for column in PERSON)),
        row.standing,
        row.created_at,
        row.origin,
        consent,
        row.changed_at,
        row.left_at,
        row.left_why,
    )


def person_of(
    id_: int,
    email: str | None,
    language: str,
    audiences: tuple[str, ...],
    have: tuple[str, ...],
    systems: tuple[str, ...],
    occasions: tuple[str, ...],
    wishes: Wishes,
) -> Subscriber:
    """The values of :data:`PERSON`."""
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
