"""Transactions of the few statements that run for every mail, on any database and, much leaner, on SQLite.

SQLite's driver hands the interpreter over at each row it steps through, and in a busy process gets it back only
after a while. So on SQLite a whole batch is one step: rows go in as one list of values or as one JSON array, and come
out as one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Protocol

from sqlalchemy import (
    Connection,
    Dialect,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    func,
    insert,
    literal_column,
    select,
)

from notifier.store.claims import CLAIM, PICK, SETTLE, SETTLE_COMMON, SETTLE_OWN
from notifier.store.driver import compiled, filled, in_places

GROUP = 64
"""Mails that are settled by one statement at most."""

_TAKE = (
    "UPDATE mails SET state = 'claimed', lease_owner = ?, lease_until = ?"
    " WHERE id IN (SELECT value FROM json_each(?))"
)
_SETTLE = (
    "UPDATE mails SET state = ?2, send_at = coalesce(?3, send_at), attempts = attempts + ?4,"
    " first_failed_at = coalesce(first_failed_at, ?5), lease_owner = NULL, lease_until = NULL,"
    " last_code = new.column2, last_reply = new.column3, settled_at = ?6 FROM (VALUES {}) AS new"
    " WHERE mails.id = new.column1 AND state = 'claimed' AND lease_owner = ?1"
)


class Hot(Protocol):
    """A transaction that takes such statements. Values are what :mod:`notifier.store.driver` says."""

    def claim(self, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """Run :data:`notifier.store.claims.CLAIM`; its rows, in no order."""

    def settle(self, common: tuple[object, ...], rows: Sequence[tuple[object, ...]]) -> int:
        """Run :data:`notifier.store.claims.SETTLE` with the common values once a row; how many mails that touched."""

    def add(
        self,
        table: Table,
        common: Mapping[str, object],
        names: tuple[str, ...],
        rows: Sequence[tuple[object, ...]],
    ) -> None:
        """Insert rows that have the ``common`` values in these columns, and values of their own in ``names``.

        Numbers and texts only.
        """

    def run_many(self, statement: Update, names: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
        """Run any update once a row; returns how many rows of the table that touched.

        ``names`` are all its parameters, in the order of the values.
        """


class ByConnection:
    """:class:`Hot` inside a transaction of SQLAlchemy's, for any database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """See :class:`Hot`."""
        text, places, constants = compiled(CLAIM, self._connection.dialect, None)
        return self._connection.exec_driver_sql(text, filled(values, places, constants)).all()

    def settle(self, common: tuple[object, ...], rows: Sequence[tuple[object, ...]]) -> int:
        """See :class:`Hot`."""
        return self.run_many(SETTLE, (*SETTLE_COMMON, *SETTLE_OWN), [common + row for row in rows])

    def add(
        self,
        table: Table,
        common: Mapping[str, object],
        names: tuple[str, ...],
        rows: Sequence[tuple[object, ...]],
    ) -> None:
        """See :class:`Hot`."""
        shared = tuple(common.values())
        self._many(_into(table), (*common, *names), (shared + row for row in rows), (*common, *names))

    def run_many(self, statement: Update, names: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
        """See :class:`Hot`."""
        return self._many(statement, names, rows, None)

    def _many(
        self,
        statement: Insert | Update,
        names: tuple[str, ...],
        rows: Iterable[tuple[object, ...]],
        columns: tuple[str, ...] | None,
    ) -> int:
        text, places, _ = compiled(statement, self._connection.dialect, columns)
        if places is None:
            named = [dict(zip(names, row, strict=True)) for row in rows]
            return self._connection.exec_driver_sql(text, named).rowcount
        return self._connection.exec_driver_sql(text, list(in_places(rows, names, places))).rowcount


class BySqlite:
    """:class:`Hot` on a cursor of SQLite's driver, inside a transaction (a group of settled mails needs none)."""

    def __init__(self, cursor: sqlite3.Cursor, dialect: Dialect) -> None:
        self._cursor = cursor
        self._dialect = dialect

    def claim(self, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """See :class:`Hot`. Nobody can come between choosing and taking: SQLite lets one writer in at a time."""
        text, places, constants = compiled(PICK, self._dialect, None)
        (found,) = self._cursor.execute(text, filled(values, places, constants)).fetchone()
        rows: list[list[Any]] = json.loads(found)
        if rows:
            ids = json.dumps([row[0] for row in rows])
            self._cursor.execute(_TAKE, (values["owner"], values["until"], ids))
        return rows

    def settle(self, common: tuple[object, ...], rows: Sequence[tuple[object, ...]]) -> int:
        """See :class:`Hot`."""
        settled = 0
        for start in range(0, len(rows), GROUP):
            group = rows[start : start + GROUP]
            self._cursor.execute(_settle(len(group)), [*common, *chain.from_iterable(group)])
            settled += self._cursor.rowcount
        return settled

    def add(
        self,
        table: Table,
        common: Mapping[str, object],
        names: tuple[str, ...],
        rows: Sequence[tuple[object, ...]],
    ) -> None:
        """See :class:`Hot`."""
        text, places, constants = compiled(_adding(table, tuple(common), names), self._dialect, None)
        values = {f"the_{name}": value for name, value in common.items()}
        self._cursor.execute(text, filled(values | {"rows": json.dumps(rows)}, places, constants))

    def run_many(self, statement: Update, names: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
        """See :class:`Hot`."""
        text, places, _ = compiled(statement, self._dialect, None)
        return self._cursor.executemany(text, in_places(rows, names, places or ())).rowcount


@cache
def _into(table: Table) -> Insert:
    """The same object each time, by which its text is found again."""
    return insert(table)


@cache
def _adding(table: Table, common: tuple[str, ...], names: tuple[str, ...]) -> Insert:
    """The common values are its parameters of the same name with a "the" before it; ``rows`` is a JSON array."""
    rows = func.json_each(bindparam("rows", type_=Text)).table_valued("value")
    shared = (bindparam(f"the_{name}", type_=Text) for name in common)
    own = (func.json_extract(rows.c.value, literal_column(f"'$[{place}]'")) for place in range(len(names)))
    return insert(table).from_select([*common, *names], select(*shared, *own))


@lru_cache(maxsize=GROUP)
def _settle(mails: int) -> str:
    return _SETTLE.format(", ".join(["(?, ?, ?)"] * mails))
