"""What delivering needs of the outbox. :class:`notifier.store.Outbox` has it; a test may bring another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from notifier.store import ClaimedMail, Outcome


class Outbox(Protocol):
    """Mails on their way; every call is one transaction. Raises what its store raises."""

    def claim(self, owner: str, now: datetime, lease: timedelta, limit: int) -> Sequence[ClaimedMail]:
        """Take mails that are due, or whose lease has run out, at most ``limit``."""

    def settle(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> int:
        """Record what became of claimed mails; how many were still that owner's."""

    def put_off(self, mails: Sequence[tuple[int, datetime]], owner: str) -> object:
        """Give back claimed mails until these moments, without counting an attempt."""

    def headers(self, digest: str) -> bytes:
        """The header lines that all mails with that body share."""

    def body(self, digest: str) -> bytes:
        """What follows those headers and the empty line."""

    def release(self, owner: str) -> object:
        """Give back every claim of that owner, as if it had never been made."""
