"""Addresses that belong to one person: signed, so that nobody can make up another person's.

A token holds the number of a subscriber and a signature, nothing personal, and does not run out: a way
to unsubscribe has to work in a mail of last year. All tokens have one length, so that a mail encoded once
for many can be completed for each by putting the token in place of :data:`PLACEHOLDER`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from enum import StrEnum

from itsdangerous import Signer

_DIGITS = 12
PLACEHOLDER = "f" * _DIGITS + "." + "x" * 43
"""Stands in the text of a mail where each recipient's own token goes; no subscriber ever has it."""

_TOKEN = re.compile(r"[0-9a-f]{12}\.[A-Za-z0-9_-]{43}")


class Purpose(StrEnum):
    """What a link lets its bearer do. A token for one is worth nothing for the other."""

    MANAGE = "manage"  #: see and change the subscription, end it, undo that
    CONFIRM = "confirm"  #: confirm a subscription that was asked for


class Links:
    """Makes and reads the tokens of one site. ``key`` is its secret; whoever has it can sign for everybody."""

    def __init__(self, base_url: str, key: bytes) -> None:
        self.base_url = base_url.rstrip("/")
        self._signers = {
            purpose: Signer(key, salt=f"notifier.{purpose}", digest_method=hashlib.sha256)
            for purpose in Purpose
        }

    def token(self, purpose: Purpose, subscriber: int) -> str:
        """The token of a subscriber, by number (0 to 2**48 - 2)."""
        return self._signers[purpose].sign(f"{subscriber:0{_DIGITS}x}").decode("ascii")

    def subscriber(self, purpose: Purpose, token: str) -> int | None:
        """Whose token that is, or ``None`` for one that is not ours or meant for something else."""
        if not _TOKEN.fullmatch(token):
            return None
        number = int(token[:_DIGITS], 16)
        # Not `unsign`: base64 has several spellings of the same signature, and one of them is enough.
        return number if hmac.compare_digest(self.token(purpose, number), token) else None

    def confirm(self, subscriber: int) -> str:
        """Where somebody confirms that they want to be subscribed."""
        return f"{self.base_url}/confirm/{self.token(Purpose.CONFIRM, subscriber)}"

    def preferences(self, token: str = PLACEHOLDER) -> str:
        """Where the bearer of a token sees and changes a subscription."""
        return f"{self.base_url}/preferences/{token}"

    def unsubscribe(self, token: str = PLACEHOLDER) -> str:
        """Where the bearer of a token ends a subscription, also by one click (RFC 8058)."""
        return f"{self.base_url}/unsubscribe/{token}"
