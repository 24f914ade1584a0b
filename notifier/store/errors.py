"""The error of the store, with a reason people can act on, and the way from driver errors to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)

from notifier.model import NotifierError


class Reason(StrEnum):
    """Why the store could not do it; the value is the sentence shown to people."""

    BAD_URL = "this is not the address of a SQLite or PostgreSQL database"
    DRIVER = "the PostgreSQL driver psycopg is not installed"
    MISSING = "there is no such database yet"
    UNOPENABLE = "the database file cannot be opened or made"
    READ_ONLY = "the database cannot be written to"
    FULL = "no space is left for the database"
    LOCKED = "another program keeps the database locked"
    CORRUPT = "the database is damaged, or is not a database of this kind"
    UNREACHABLE = "the database server does not answer, or refused the log-in"
    NEWER = "the database was made by a newer version of this program"
    OLDER = "the database has to be brought up to date first"
    CONFLICT = "the database already holds something that contradicts this"
    SPOILED = "an error inside the transaction was ignored, so nothing of it was kept"
    OTHER = "the database refused"


class StoreError(NotifierError):
    """The store could not do it. Nothing of the transaction at hand was kept.

    ``url`` is the address without its password; ``reason`` tells what to do about it; ``detail`` is what
    the database said, without any stored value.
    """

    def __init__(self, url: str, reason: Reason, detail: str = "") -> None:
        self.url = url
        self.reason = reason
        self.detail = detail
        super().__init__(f"{url}: {reason.value}" + (f" ({detail})" if detail else ""))


class StoreConflict(StoreError):
    """A row contradicts one that is there: the same key twice, or a link to nothing."""

    def __init__(self, url: str, detail: str = "") -> None:
        super().__init__(url, Reason.CONFLICT, detail)


_SQLITE = {
    sqlite3.SQLITE_FULL: Reason.FULL,
    sqlite3.SQLITE_READONLY: Reason.READ_ONLY,
    sqlite3.SQLITE_PERM: Reason.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Reason.UNOPENABLE,
    sqlite3.SQLITE_BUSY: Reason.LOCKED,
    sqlite3.SQLITE_LOCKED: Reason.LOCKED,
    sqlite3.SQLITE_CORRUPT: Reason.CORRUPT,
    sqlite3.SQLITE_NOTADB: Reason.CORRUPT,
    sqlite3.SQLITE_CONSTRAINT: Reason.CONFLICT,
}
"""Primary result codes; extended ones carry them in their low byte (https://sqlite.org/rescode.html)."""

_POSTGRESQL = (
    ("23", Reason.CONFLICT),
    ("53100", Reason.FULL),
    ("53", Reason.UNREACHABLE),
    ("25006", Reason.READ_ONLY),
    ("42501", Reason.READ_ONLY),
    ("55P03", Reason.LOCKED),
    ("40", Reason.LOCKED),
    ("XX001", Reason.CORRUPT),
    ("XX002", Reason.CORRUPT),
    ("3D", Reason.MISSING),
    ("08", Reason.UNREACHABLE),
    ("28", Reason.UNREACHABLE),
    ("57P", Reason.UNREACHABLE),
)
"""SQLSTATE beginnings, first match counts (PostgreSQL manual, appendix A)."""


def address(url: str) -> URL:
    """Read the address of a store; raises :class:`StoreError` for anything but SQLite and PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("(unreadable address)", Reason.BAD_URL) from None
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        # psycopg 3 is the only driver whose parameter style and row counts this package relies on.
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed.set(drivername="sqlite")
    raise StoreError(public(parsed), Reason.BAD_URL)


def public(url: URL) -> str:
    """The address as it may be shown: no password, neither in front nor among the options."""
    secret = [name for name in url.query if "password" in name.lower()]
    return url.difference_update_query(secret).render_as_string(hide_password=True)


def translate(error: DBAPIError, url: str) -> StoreError:
    """Our error for one of the driver's. Stored values never get into its text."""
    original = error.orig
    reason, detail = Reason.OTHER, type(original).__name__
    if isinstance(original, sqlite3.Error):
        # SQLite names tables and columns in its messages, never values.
        detail = str(original)
        code = getattr(original, "sqlite_errorcode", None)
        reason = _SQLITE.get(code & 0xFF, Reason.OTHER) if isinstance(code, int) else Reason.OTHER
    else:
        state = getattr(original, "sqlstate", None)
        if state:
            # The full message of PostgreSQL quotes the offending values; the primary one does not.
            detail = getattr(getattr(original, "diag", None), "message_primary", None) or detail
            reason = next((reason for start, reason in _POSTGRESQL if state.startswith(start)), reason)
        elif isinstance(error, OperationalError | InterfaceError):
            # Without a state there was no answer from a server at all, so nothing stored is quoted.
            reason, detail = Reason.UNREACHABLE, str(original).partition("\n")[0]
    return StoreConflict(url, detail) if reason is Reason.CONFLICT else StoreError(url, reason, detail)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn what the database layer raises inside into :class:`StoreError`.

    The cause is cut off on purpose: the drivers' own texts may quote addresses of subscribers.
    """
    try:
        yield
    except DBAPIError as error:
        raise translate(error, url) from None
    except StatementError as error:
        # A value the column types refuse, such as a naive time: the caller's mistake, told as it is.
        if error.orig is None:
            raise StoreError(url, Reason.OTHER, type(error).__name__) from None
        raise error.orig from None
    except SQLAlchemyError as error:
        raise StoreError(url, Reason.OTHER, type(error).__name__) from None
