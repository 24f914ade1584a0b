"""Notices: advice on an occasion, with the reason why it is told; and the states of a mail that tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifier.model.advice import Advice
from notifier.model.verdict import Severity
from notifier.model.window import Window


class Occasion(StrEnum):
    """Why people hear from us."""

    ANNOUNCED = "announced"  #: a window became known
    REMINDER = "reminder"  #: it is near
    LAST_CALL = "last-call"  #: a preparation can soon no longer be made
    STARTED = "started"  #: its planned start has come
    CHANGED = "changed"  #: time, systems, certainty or advice differ from what was told
    ENDED = "ended"  #: its planned end has passed; nobody has confirmed it
    COMPLETED = "completed"  #: somebody confirmed that it is over
    CANCELLED = "cancelled"  #: it will not happen


class Change(StrEnum):
    """What differs from what was told before."""

    MOVED = "moved"  #: another start (and perhaps another end)
    SHORTENED = "shortened"  #: an earlier end
    EXTENDED = "extended"  #: a later end, or none known any more
    SYSTEMS = "systems"  #: other systems
    IMPACT = "impact"  #: better or worse while it lasts
    CONFIRMED = "confirmed"  #: was tentative, is certain now
    UNCONFIRMED = "unconfirmed"  #: its source no longer says so
    ADVICE = "advice"  #: the window is as it was, but another one changed what works
    REINSTATED = "reinstated"  #: was cancelled, will happen after all


class Channel(StrEnum):
    """Where an occasion speaks."""

    MAIL = "mail"  #: mail to those it concerns
    ON_REQUEST = "mail-on-request"  #: mail only to subscribers who asked for the occasion
    NEWS = "news"  #: an item in the RSS, Atom and JSON feeds
    CALENDAR = "calendar"  #: the event appears, changes or disappears


@dataclass(frozen=True, slots=True, order=True)
class NoticeKey:
    """What makes a notice the same notice however often it is planned.

    ``detail`` tells occasions of one kind apart: the lead time and start of a reminder, the edition
    of a change.
    """

    window: str
    audience: str
    occasion: Occasion
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Advice about one window for one audience on one occasion.

    ``due`` is when it should be told, ``useful_until`` when telling it has lost its use. A notice that
    is not sent carries the reason and is kept as a record. ``told`` is the window as it was told
    before, for saying old and new side by side.
    """

    key: NoticeKey
    due: datetime
    useful_until: datetime
    sent: bool
    reason: str
    edition: int
    sequence: int
    severity: Severity
    advice: Advice | None
    channels: frozenset[Channel] = frozenset()
    changes: tuple[Change, ...] = ()
    told: Window | None = None

    @property
    def digest(self) -> str:
        """Digest of the advice, empty for a notice about a window that touches nobody."""
        return self.advice.digest if self.advice else ""


class MailState(StrEnum):
    """Where a mail is on its way."""

    WAITING = "waiting"  #: to be sent when its time comes
    CLAIMED = "claimed"  #: some worker has it until its lease runs out
    SENT = "sent"  #: the mail server took it
    REFUSED = "refused"  #: the mail server will never take it
    EXPIRED = "expired"  #: it had lost its use before it could be sent
    SUPERSEDED = "superseded"  #: newer news replaced it before it was sent
    HELD = "held"  #: a brake holds it until the operator releases it


class MailKind(StrEnum):
    """What a mail is about."""

    NEWS = "news"  #: notices, for those who are subscribed
    LETTER = "letter"  #: the subscription itself: asking to confirm it, saying that it ended
