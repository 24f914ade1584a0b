"""What a receiver answers, and what all kinds of lines to receivers have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from notifier.store import ClaimedCall


class Meaning(StrEnum):
    """What an answer means."""

    TAKEN = "taken"  #: it has it
    ENOUGH = "enough"  #: it wants no more, neither this nor anything else
    LATER = "later"  #: not this time; or nobody knows whether it has it


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``code`` is an HTTP status where there is one; ``after`` the least wait that was asked for."""

    meaning: Meaning
    code: int | None
    text: str
    after: timedelta = timedelta(0)


class Line(Protocol):
    """The way to one receiver."""

    @property
    def id(self) -> str:
        """Its name in the settings."""

    async def send(self, call: ClaimedCall, now: datetime) -> Answer:
        """Bring it there, in bounded time. Raises nothing that is the receiver's doing."""
