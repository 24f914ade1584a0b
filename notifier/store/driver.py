"""The few statements that run for every single mail, handed to the driver without a detour.

SQLAlchemy writes their text for the database at hand, once; its treatment of each single value on the way
in and out would cost several times what the database does. So values are here what drivers take and give:
numbers, texts, bytes, ``None``. Instants are :func:`notifier.store.types.microseconds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update


def run(connection: Connection, statement: Update, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    """Run the statement once with these values for its parameters; returns the rows it returns."""
    text, places, constants = _compiled(statement, connection.dialect, None)
    filled = {**constants, **values}
    return connection.exec_driver_sql(
        text, filled if places is None else tuple(filled[name] for name in places)
    ).all()


def run_many(
    connection: Connection,
    statement: Insert | Update,
    names: tuple[str, ...],
    rows: Iterable[tuple[object, ...]],
) -> int:
    """Run the statement once a row; returns how many rows of the table that touched.

    ``names`` are the columns of an insert, or all parameters of an update, in the order of the values.
    """
    columns = names if isinstance(statement, Insert) else None
    text, places, _ = _compiled(statement, connection.dialect, columns)
    if places is None:
        return connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows]).rowcount
    if places != names:
        order = [names.index(name) for name in places]
        rows = [tuple([row[place] for place in order]) for row in rows]
    return connection.exec_driver_sql(text, list(rows)).rowcount


@lru_cache(maxsize=32)
def _compiled(
    statement: Insert | Update, dialect: Dialect, columns: tuple[str, ...] | None
) -> tuple[str, tuple[str, ...] | None, Mapping[str, object]]:
    """Return the text, the names of its parameters in order (``None``: they go by name), and their constants."""
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    places = None if compiled.positiontup is None else tuple(compiled.positiontup)
    return compiled.string, places, compiled.params
