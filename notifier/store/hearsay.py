"""What sources say, when each was read, and what people decided on it. Claims are JSON texts to the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select

from notifier.store.engine import Connections
from notifier.store.statements import put
from notifier.store.tables import decisions, readings, witnesses


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """One claim of one source as it was last told; ``believed`` is the claim that was last published."""

    source: str
    key: str
    says: str
    since: datetime
    gone_at: datetime | None
    believed: str | None
    approved_by: str
    approved_at: datetime | None
    window_id: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A person's word on one reading; ``claim`` is how it is to be put, where they changed it."""

    source: str
    key: str
    digest: str
    approved: bool
    claim: str | None
    who: str
    why: str
    at: datetime


class Hearsay:
    """The record of what sources said. Decisions are only ever added."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def witnesses(self) -> list[WitnessRow]:
        """All of them, by source and key."""
        query = select(witnesses).order_by(witnesses.c.source, witnesses.c.key)
        with self._connections.read() as connection:
            return [WitnessRow(**row) for row in connection.execute(query).mappings()]

    def put_witnesses(self, rows: Iterable[WitnessRow]) -> None:
        """Record these in place of those before."""
        new = [asdict(row) for row in rows]
        if new:
            self.drop_witnesses((row["source"], row["key"]) for row in new)
            with self._connections.write() as connection:
                connection.execute(insert(witnesses), new)

    def drop_witnesses(self, names: Iterable[tuple[str, str]]) -> None:
        """Forget these, by source and key."""
        with self._connections.write() as connection:
            for source, key in names:
                connection.execute(
                    delete(witnesses).where(and_(witnesses.c.source == source, witnesses.c.key == key))
                )

    def read_at(self) -> Mapping[str, datetime]:
        """When each source was last read."""
        with self._connections.read() as connection:
            return {row.source: row.read_at for row in connection.execute(select(readings))}

    def put_read(self, source: str, at: datetime) -> None:
        """Note that a source was read."""
        with self._connections.write() as connection:
            put(connection, readings, key="source", row={"source": source, "read_at": at})

    def decisions(self) -> list[DecisionRow]:
        """All that was ever decided, in that order."""
        columns = [column for column in decisions.c if column.name != "id"]
        query = select(*columns).order_by(decisions.c.id)
        with self._connections.read() as connection:
            return [DecisionRow(**row) for row in connection.execute(query).mappings()]

    def newest_decision(self) -> int:
        """Rises with every decision; 0 while there is none."""
        with self._connections.read() as connection:
            found: int = connection.execute(select(func.coalesce(func.max(decisions.c.id), 0))).scalar_one()
        return found

    def decide(self, row: DecisionRow) -> None:
        """Record a decision; the last one on a reading holds."""
        with self._connections.write() as connection:
            connection.execute(insert(decisions), [asdict(row)])
