"""Column types that keep the same value on every database: instants, words of an enum, lists, windows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from notifier.model import Digest, QuietHours, Window, Wishes, utc
from notifier.store import facts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970 in UTC; ``ValueError`` for a naive time. 292,000 years fit in a column."""
    return (utc(moment) - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """Turn :func:`microseconds` back into an aware time in UTC."""
    return _EPOCH + timedelta(microseconds=number)


class Instant(TypeDecorator[datetime]):
    """An instant as whole microseconds since 1970 in UTC; naive times raise ``ValueError``.

    A number sorts and compares alike on every database and needs half the space of ISO text, which
    counts in the index that mails are claimed by.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """See :func:`microseconds`."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """An aware time in UTC."""
        return None if value is None else instant(value)


class Word(TypeDecorator[StrEnum]):
    """A member of one enum by its value, so that the rows can be read without this program."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        self.kind = kind
        super().__init__()

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """The bare text: drivers treat subclasses of ``str`` more slowly, or not at all."""
        return None if value is None else value.value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:
        """The member; ``ValueError`` for a word this version does not know."""
        return None if value is None else self.kind(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A list of short names as a JSON array in a text column, which every database can search by LIKE."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        """The array; enum members go in as their values."""
        return None if value is None else _encode(tuple(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:
        """The names in their order."""
        return None if value is None else _decode(value)


class Hopes(TypeDecorator[Wishes]):
    """What a subscriber wishes about times, as one JSON object; nothing wished is ``{}``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Wishes | None, dialect: Dialect) -> str | None:
        """The object; lead times are whole minutes."""
        return None if value is None else _encode_wishes(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Wishes | None:
        """The wishes."""
        return None if value is None else _decode_wishes(value)


class Facts(TypeDecorator[Window]):
    """A whole window as one JSON value."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Window | None, dialect: Dialect) -> dict[str, Any] | None:
        """Its facts as JSON values."""
        return None if value is None else facts.to_json(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Window | None:
        """The window."""
        return None if value is None else facts.from_json(value)


# Thousands of subscribers share a handful of lists; reading each only once also shares the tuples.
@lru_cache(maxsize=4096)
def _encode(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False)


@lru_cache(maxsize=4096)
def _decode(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=4096)
def _encode_wishes(wishes: Wishes) -> str:
    known: dict[str, object] = {}
    if wishes.leads is not None:
        known["leads"] = [lead // _MINUTE for lead in wishes.leads]
    if wishes.digest is not None:
        known["digest"] = str(wishes.digest)
    if wishes.quiet is not None:
        known["quiet"] = str(wishes.quiet)
    return json.dumps(known)


@lru_cache(maxsize=4096)
def _decode_wishes(text: str) -> Wishes:
    known = json.loads(text)
    leads, digest, quiet = known.get("leads"), known.get("digest"), known.get("quiet")
    return Wishes(
        None if leads is None else tuple(lead * _MINUTE for lead in leads),
        None if digest is None else Digest.parse(digest),
        None if quiet is None else QuietHours.parse(quiet),
    )
