"""Marks: small texts by key, such as the time of the last pass."""

from __future__ import annotations

from sqlalchemy import select

from notifier.store.engine import Connections
from notifier.store.statements import put
from notifier.store.tables import marks


class Marks:
    """A text for each key."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, key: str) -> str | None:
        """The text, or ``None`` if none was ever put there."""
        with self._connections.read() as connection:
            value: str | None = connection.execute(select(marks.c.value).where(marks.c.key == key)).scalar()
        return value

    def put(self, key: str, value: str) -> None:
        """Put the text there, in place of the one before."""
        with self._connections.write() as connection:
            put(connection, marks, key="key", row={"key": key, "value": value})
