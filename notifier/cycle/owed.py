"""What is owed: notices for which no text could be written, and who has yet to get them, people or chats.

Kept as a mark in the store, so that the next start or the next configuration tells them, each once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from notifier.model import Notice
from notifier.store import NoticeRow, Store

MARK = "owed"

Who = TypeVar("Who", int, str)
"""The number of a person, or the id of a chat."""


@dataclass(frozen=True, slots=True)
class Debt(Generic[Who]):
    """One notice and the people who have yet to get it."""

    window: str
    audience: str
    useful_until: datetime
    people: frozenset[Who]


class Owed(Generic[Who]):
    """Debts by the number of their notice. Holds numbers of people and no addresses."""

    def __init__(self, debts: Mapping[int, Debt[Who]] | None = None) -> None:
        self.debts: dict[int, Debt[Who]] = dict(debts or {})

    @classmethod
    def read(cls, text: str | None) -> Owed[Who]:
        """From the text of the mark."""
        return cls(
            {
                row["notice"]: Debt(
                    row["window"],
                    row["audience"],
                    datetime.fromisoformat(row["until"]),
                    frozenset(row["people"]),
                )
                for row in json.loads(text or "[]")
            }
        )

    def write(self) -> str:
        """As the text of the mark."""
        rows = [
            {
                "notice": id_,
                "window": debt.window,
                "audience": debt.audience,
                "until": debt.useful_until.isoformat(),
                "people": sorted(debt.people),
            }
            for id_, debt in sorted(self.debts.items())
        ]
        return json.dumps(rows)

    def add(self, id_: int, notice: Notice, people: Iterable[Who]) -> None:
        """These people have yet to get this notice."""
        held = self.debts.get(id_)
        known: frozenset[Who] = held.people if held else frozenset()
        self.debts[id_] = Debt(
            notice.key.window, notice.key.audience, notice.useful_until, known.union(people)
        )

    def drop(self, window: str, audiences: Collection[str]) -> None:
        """Newer news to these audiences says it better."""
        self.debts = {
            id_: debt
            for id_, debt in self.debts.items()
            if debt.window != window or debt.audience not in audiences
        }

    def expire(self, now: datetime) -> None:
        """Nothing is owed that has lost its use."""
        self.debts = {id_: debt for id_, debt in self.debts.items() if debt.useful_until > now}

    def about(self) -> set[tuple[str, str]]:
        """The windows and audiences of which something is owed."""
        return {(debt.window, debt.audience) for debt in self.debts.values()}

    def rows(self, store: Store) -> Iterator[NoticeRow]:
        """The notices that are owed, as they are on the record."""
        for window in sorted({window for window, _ in self.about()}):
            rows = store.notices.rows(window=window, sent_only=True)
            yield from (row for row in rows if row.id in self.debts)
