"""Connections: one kept open, with the settings that make SQLite safe, and transactions that know their kind."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import Enum, auto
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from notifier.store.errors import Reason, StoreError, public, translate, translated
from notifier.store.hot import ByConnection, BySqlite, Hot

_WRITE = "store_write"


class Durable(Enum):
    """When a commit has to survive a power cut; the end of the process never undoes one."""

    AT_ONCE = auto()  #: what is promised, or recorded of others: passes and answers
    WHENEVER = auto()  #: nothing is lost if it is made again: claims


def connect(url: URL, *, make: bool) -> Engine:
    """An engine for that address. With ``make`` a missing SQLite file is made, readable by its owner only.

    Raises :class:`StoreError` when the file is missing or cannot be made, or a driver is not installed.
    """
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(
                url,
                pool_size=1,
                max_overflow=0,
                pool_pre_ping=True,  # a server restarted meanwhile costs nothing
                hide_parameters=True,
                connect_args={"connect_timeout": 10},
            )
        except ModuleNotFoundError:
            raise StoreError(public(url), Reason.DRIVER) from None
    _prepare_file(url, make=make)
    # One connection for good: an in-memory database lives in it, and a file's page cache stays warm.
    # `Connections` below lets one thread in at a time, which is what sqlite3's own check is about.
    engine = create_engine(
        url, poolclass=StaticPool, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_file(url: URL, *, make: bool) -> None:
    path = url.database
    if not path or path == ":memory:" or path.startswith("file:") or Path(path).exists():
        return
    if not make:
        raise StoreError(public(url), Reason.MISSING)
    try:
        # SQLite gives its side files the mode of the main one; addresses are nobody else's business.
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(public(url), Reason.UNOPENABLE, error.strerror or "") from None


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own idea of when a transaction begins would leave reads and DDL outside of it.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: what was committed survives a power cut. What `Connections.hot` does may do with less.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once, without waiting, if another one
    # wrote in between; taking the write lock at the start waits its turn instead.
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine, **options: Any) -> Iterator[Connection]:
    """A connection inside a transaction that takes the write lock at once; commits at the end."""
    with engine.connect() as connection:
        connection.execution_options(**{_WRITE: True}, **options)
        with connection.begin():
            yield connection


def _driver_of(engine: Engine) -> sqlite3.Connection | None:
    """SQLite's own connection, of which there is one; ``None`` for other databases."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
    return driver if isinstance(driver, sqlite3.Connection) else None


class Connections:
    """Hands out the connection for one call, inside the transaction that is open or in one of its own.

    Calls from several threads take turns. A transaction must not be kept open across an ``await``:
    other coroutines of the same thread would become part of it.
    """

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self._url = url
        self._turn = RLock()
        self._open: Connection | None = None
        self._spoiled = False
        self._driver = _driver_of(engine)
        self._waits = True  # for the disk, at each commit

    @property
    def url(self) -> str:
        """The address without its password."""
        return self._url

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Inside the open transaction if there is one, else in a transaction of its own.

        Raises :class:`StoreError` for what the database refuses. After an error nothing of the
        outermost transaction is kept, also if the caller caught the error on its way.
        """
        with self._turn, translated(self._url):
            if self._open is not None:
                # SQLite may have rolled back by itself; what came next would be kept on its own.
                self._refuse_spoiled()
                try:
                    yield self._open
                except BaseException:
                    self._spoiled = True
                    raise
                return
            self._wait_for_disk(True)
            with writing(self._engine) as connection:
                self._open, self._spoiled = connection, False
                try:
                    yield connection
                    self._refuse_spoiled()
                finally:
                    self._open = None

    @contextmanager
    def hot(self, durable: Durable = Durable.AT_ONCE, *, single: bool = False) -> Iterator[Hot]:
        """As :meth:`write`, for the few statements that run for every mail, and without SQLAlchemy on SQLite.

        A ``single`` statement is a transaction by itself. PostgreSQL makes all durable at once.
        """
        try:
            if self._driver is None:
                with self.write() as connection:
                    yield ByConnection(connection)
            elif self._open is not None:
                with self.write(), closing(self._driver.cursor()) as cursor:
                    yield BySqlite(cursor, self._engine.dialect)
            else:
                with self._turn, self._transaction(self._driver, durable, single=single) as cursor:
                    yield BySqlite(cursor, self._engine.dialect)
        except sqlite3.Error as error:
            raise translate(DBAPIError(None, None, error), self._url) from None

    @contextmanager
    def _transaction(
        self, driver: sqlite3.Connection, durable: Durable, *, single: bool
    ) -> Iterator[sqlite3.Cursor]:
        self._wait_for_disk(durable is Durable.AT_ONCE)
        cursor = driver.cursor()
        try:
            if not single:
                cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            if not single:
                cursor.execute("COMMIT")
        finally:
            if driver.in_transaction:
                cursor.execute("ROLLBACK")
            cursor.close()

    def _wait_for_disk(self, wait: bool) -> None:
        """Say whether the next commits wait until they are on the disk, and with them all that came before."""
        if self._driver is not None and wait != self._waits:
            self._driver.execute(f"PRAGMA synchronous={'FULL' if wait else 'NORMAL'}")
            self._waits = wait

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Inside the open transaction if there is one, else a consistent view for this call alone."""
        with self._turn, translated(self._url):
            if self._open is not None:
                yield self._open
                return
            with self._engine.connect() as connection:
                yield connection

    def _refuse_spoiled(self) -> None:
        if self._spoiled:
            raise StoreError(self._url, Reason.SPOILED)

    def close(self) -> None:
        """Close the connection; the store cannot be used afterwards."""
        with self._turn:
            self._engine.dispose()
