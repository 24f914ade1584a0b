"""Inserts that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart by dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Insert, Table


def insert_absent(connection: Connection, table: Table, *, key: Sequence[str]) -> Insert:
    """An insert that passes over rows whose ``key`` is there already."""
    # Both dialects have the same method on an insert of their own. The engine has loaded the module of
    # the one in use; a process on SQLite never pays for the other.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement: Insert = dialect.insert(table).on_conflict_do_nothing(index_elements=key)
    return statement


def put(connection: Connection, table: Table, *, key: str, row: Mapping[str, Any]) -> None:
    """Insert the row, or give the one with that key these values."""
    added = connection.execute(
        insert_absent(connection, table, key=[key]).values(row).returning(table.c[key])
    ).first()
    if added is None:
        connection.execute(table.update().where(table.c[key] == row[key]).values(row))
