"""Signatures after Standard Webhooks 1.0: HMAC-SHA256 over id, moment and body, with a key that both ends know."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime

from notifier.model import NotifierError

PREFIX = "whsec_"
LEAST, MOST = 24, 64
"""Bytes of a key (Standard Webhooks, "Signature scheme")."""


class SecretProblem(NotifierError):
    """A secret is none that can sign. What it is, is not shown."""

    def __init__(self, hook: str, what: str) -> None:
        self.hook = hook
        self.what = what
        super().__init__(f"webhook {hook}: its secret {what}")


def key_of(hook: str, secret: str) -> bytes:
    """The key in a secret as it is handed over: base64, with or without ``whsec_`` in front.

    Raises :class:`SecretProblem`.
    """
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SecretProblem(hook, f"is not base64 after {PREFIX!r}") from None
    if not LEAST <= len(key) <= MOST:
        raise SecretProblem(hook, f"has {len(key)} bytes and should have {LEAST} to {MOST}")
    return key


def signed(key: bytes, message_id: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of one try. The id is that of the message, the moment that of the try."""
    moment = str(int(now.timestamp()))
    content = b".".join((message_id.encode("ascii"), moment.encode("ascii"), body))
    signature = base64.b64encode(hmac.digest(key, content, "sha256")).decode("ascii")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }
