"""What goes into the store and comes out of it, where the model has no word of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Self

from notifier.model import (
    Change,
    Channel,
    Farewell,
    MailKind,
    MailState,
    NoticeKey,
    Severity,
    Standing,
    Subscriber,
    Window,
    Wishes,
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it was recorded: all of it but the advice, of which the digest is kept.

    ``planned_at`` is the pass that recorded it; ``published_at`` the moment at which it went public,
    ``None`` for one that did not.
    """

    id: int
    key: NoticeKey
    due: datetime
    useful_until: datetime
    sent: bool
    reason: str
    edition: int
    sequence: int
    severity: Severity
    digest: str
    channels: frozenset[Channel]
    changes: tuple[Change, ...]
    told: Window | None
    planned_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    """Somebody to be entered, or brought up to date if the address is known. ``have`` is ``METHOD[:BANK]``."""

    email: str = field(repr=False)
    audiences: tuple[str, ...]
    language: str
    have: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()
    wishes: Wishes = Wishes()


@dataclass(frozen=True, slots=True)
class Consent:
    """The proof that somebody wanted this mail: when and from where they asked and confirmed, and to what."""

    asked_at: datetime | None = None
    asked_from: str = field(default="", repr=False)
    confirmed_at: datetime | None = None
    confirmed_from: str = field(default="", repr=False)
    wording: str = ""


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    """A subscriber with what the store knows about the entry. One who is gone has an empty address."""

    subscriber: Subscriber
    standing: Standing
    created_at: datetime
    origin: str
    consent: Consent = Consent()
    changed_at: datetime | None = None
    left_at: datetime | None = None
    left_why: Farewell | None = None

    @property
    def active(self) -> bool:
        """True for somebody who gets mail."""
        return self.standing is Standing.ACTIVE


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many addresses an import added, changed, and found as they were.

    ``kept_out`` are the places, from 0, of those who wanted no more mail and were left alone; ``removed``
    is how many were taken out because a list that is kept elsewhere has them no more, ``spared`` how many
    were not, because that list is empty.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    kept_out: tuple[int, ...] = ()
    removed: int = 0
    spared: int = 0


@dataclass(frozen=True, slots=True)
class PersonalMail:
    """One mail to a person, for that person to see, with the notices that it told."""

    kind: MailKind
    state: MailState
    created_at: datetime
    send_at: datetime
    settled_at: datetime | None
    message_id: str
    code: int | None
    reply: str | None = field(repr=False)
    told: tuple[NoticeKey, ...]


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail server's word on a mail that it could not deliver."""

    at: datetime
    kind: str
    status: str
    said: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """Everything that is kept about one person."""

    row: SubscriberRow
    mails: tuple[PersonalMail, ...]
    bounces: tuple[Bounce, ...]


@dataclass(frozen=True, slots=True)
class NewMail:
    """One mail to one subscriber, telling one or several notices. ``held`` ones wait for the operator."""

    subscriber_id: int
    notice_ids: tuple[int, ...]
    body_digest: str
    message_id: str
    send_at: datetime
    expires_at: datetime
    held: bool = False
    kind: MailKind = MailKind.NEWS


# What is made anew for each mail is a named tuple: a frozen dataclass takes three times as long to make.


class ClaimedMail(NamedTuple):
    """A mail that is the claimer's to send until the lease runs out."""

    id: int
    subscriber_id: int
    email: str
    body_digest: str
    message_id: str
    attempts: int
    first_failed_at: datetime | None
    expires_at: datetime

    def __repr__(self) -> str:
        """Without the address."""
        return f"ClaimedMail(id={self.id}, message_id={self.message_id!r})"


class _Outcome(NamedTuple):
    mail_id: int
    state: MailState
    code: int | None
    reply: str | None
    retry_at: datetime | None


class Outcome(_Outcome):
    """What became of a claimed mail.

    ``state`` is ``SENT``, ``REFUSED``, ``EXPIRED``, ``HELD``, or ``WAITING`` for another try at
    ``retry_at``. ``code`` and ``reply`` are the mail server's answer, addresses already taken out.
    """

    __slots__ = ()

    def __new__(
        cls,
        mail_id: int,
        state: MailState,
        code: int | None = None,
        reply: str | None = None,
        retry_at: datetime | None = None,
    ) -> Self:
        """Raises ``ValueError`` for states a worker cannot leave a mail in, and a wait without an end."""
        if state is MailState.CLAIMED or state is MailState.SUPERSEDED:
            raise ValueError(f"a mail cannot be settled as {state}")
        if (state is MailState.WAITING) != (retry_at is not None):
            raise ValueError("retry_at belongs to mails that wait for another try, and only to them")
        return super().__new__(cls, mail_id, state, code, reply, retry_at)


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail as it stands, for the operator; whose it is only by number."""

    id: int
    subscriber_id: int
    body_digest: str
    message_id: str
    state: MailState
    send_at: datetime
    expires_at: datetime
    created_at: datetime
    attempts: int
    first_failed_at: datetime | None
    lease_owner: str | None
    lease_until: datetime | None
    last_code: int | None
    last_reply: str | None
    settled_at: datetime | None
    kind: MailKind = MailKind.NEWS


@dataclass(frozen=True, slots=True)
class OutboxStats:
    """How many mails are in each state (all states are listed), and when the oldest waiting one was to go."""

    counts: Mapping[MailState, int]
    oldest_waiting: datetime | None


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows a clean-up emptied or deleted, and how many people it forgot."""

    bodies: int
    mails: int
    deliveries: int
    people: int = 0
