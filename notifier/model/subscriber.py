"""Subscribers: people and places that get mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from notifier.model.notice import Occasion
from notifier.model.profile import Profile
from notifier.model.wishes import Wishes


class Standing(StrEnum):
    """Whether somebody gets mail."""

    PENDING = "pending"  #: asked, and has not confirmed yet: gets the mail that asks for it, nothing else
    ACTIVE = "active"  #: gets mail
    SUPPRESSED = "suppressed"  #: mail cannot be delivered, or was called unwanted: gets nothing
    LEFT = "left"  #: unsubscribed and may still undo it: gets one mail that says so
    GONE = "gone"  #: nothing is known of them any more


class Farewell(StrEnum):
    """Why somebody gets no mail any more."""

    UNSUBSCRIBED = "unsubscribed"  #: they left
    COMPLAINED = "complained"  #: they called our mail unwanted
    BOUNCED = "bounced"  #: mail to them could not be delivered
    REMOVED = "removed"  #: the operator took them out
    ERASED = "erased"  #: they asked that nothing be kept
    UNCONFIRMED = "unconfirmed"  #: they never confirmed


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who gets mail. The address is personal data: it is never logged."""

    id: int
    email: str
    language: str
    audiences: tuple[str, ...]
    profile: Profile = Profile()
    systems: tuple[str, ...] = ()
    occasions: frozenset[Occasion] = field(default_factory=frozenset)
    wishes: Wishes = Wishes()

    def __repr__(self) -> str:
        """Without the address, so that no log line can show it by accident."""
        return f"Subscriber(id={self.id})"
