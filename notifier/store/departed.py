"""Addresses whose owners want no mail from us, remembered without keeping the addresses.

A keyed digest is enough to know an address again when an old list brings it back. The key is made once a
store and lives in it: it keeps the digests of two stores from being compared with each other or with a
table made in advance.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from notifier.model import Farewell
from notifier.store.statements import insert_absent, put
from notifier.store.tables import departed, marks

SALT = "departed-salt"
"""The mark under which the key is kept."""


def remember(connection: Connection, email: str, why: Farewell, at: datetime) -> None:
    """Keep mail from going to that address again; a reason noted before is replaced."""
    row = {"address_key": _key(_salt(connection), email), "at": at, "why": why}
    put(connection, departed, key="address_key", row=row)


def forget(connection: Connection, emails: Sequence[str]) -> None:
    """They are back, of their own will or by the operator's express word."""
    if emails:
        salt = _salt(connection)
        connection.execute(
            delete(departed).where(departed.c.address_key.in_([_key(salt, email) for email in emails]))
        )


def remembered(connection: Connection, emails: Sequence[str]) -> dict[str, Farewell]:
    """Those of the addresses (a thousand at most) that are remembered, with the reason."""
    salt = _salt(connection)
    keys = {_key(salt, email) for email in emails}
    query = select(departed.c.address_key, departed.c.why).where(departed.c.address_key.in_(keys))
    # Several spellings have one key, so the way goes from each address and not from the keys found.
    found = dict(connection.execute(query).all())
    return {email: found[key] for email in emails if (key := _key(salt, email)) in found}


def _salt(connection: Connection) -> bytes:
    query = select(marks.c.value).where(marks.c.key == SALT)
    value: str | None = connection.execute(query).scalar()
    if value is None:
        # Of two machines that make one at the same time, the first to write wins.
        row = {"key": SALT, "value": secrets.token_hex(32)}
        connection.execute(insert_absent(connection, marks, key=["key"]).values(row))
        value = connection.execute(query).scalar_one()
    return bytes.fromhex(value)


def _key(salt: bytes, email: str) -> str:
    # Nobody who left as Anna@ wants to be found again as anna@.
    return hmac.new(salt, email.strip().casefold().encode(), hashlib.sha256).hexdigest()
