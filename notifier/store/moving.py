"""All that one store holds into another that is empty: from a SQLite file to a PostgreSQL server, or back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, delete, func, insert, select

from notifier.store.engine import Connections
from notifier.store.errors import StoreConflict
from notifier.store.tables import counters, metadata

_BATCH = 2000


def move(source: Connections, target: Connections) -> Mapping[str, int]:
    """Copy every row, as one transaction; returns how many of each table. The source stays as it is.

    Nothing may be at work on either. Raises :class:`StoreConflict` for a target that holds anything,
    :class:`StoreError` for what a database refuses.
    """
    copied: dict[str, int] = {}
    with source.read() as old, target.write() as new:
        for table in metadata.sorted_tables:
            if table is counters:  # the migration has begun counting there already
                new.execute(delete(table))
            elif new.execute(select(func.count()).select_from(table)).scalar_one():
                raise StoreConflict(target.url, f"there are {table.name} in it")
            copied[table.name] = _copy(table, old, new)
    return copied


def _copy(table: Table, old: Connection, new: Connection) -> int:
    count = 0
    # Values pass through the types of the tables, which are what makes both databases hold the same.
    for rows in old.execute(select(table)).mappings().partitions(_BATCH):
        new.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    _go_on_numbering(table, new)
    return count


def _go_on_numbering(table: Table, new: Connection) -> None:
    """PostgreSQL numbers rows from a sequence, which has not seen the numbers that were brought along."""
    numbered = table.autoincrement_column
    if new.dialect.name != "postgresql" or numbered is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, numbered.name)
    new.execute(select(func.setval(sequence, func.greatest(func.max(numbered), 1))))
