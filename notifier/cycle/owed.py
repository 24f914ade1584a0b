"""Mails that are owed: notices for which no text could be written, and who has yet to get them.

Kept as a mark in the store, so that the next start or the next configuration tells them, each once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from notifier.model import Notice

MARK = "owed"


@dataclass(frozen=True, slots=True)
class Debt:
    """One notice and the numbers of the people who have yet to get it."""

    window: str
    audience: str
    useful_until: datetime
    people: frozenset[int]


class Owed:
    """Debts by the number of their notice. Holds numbers of people and no addresses."""

    def __init__(self, debts: Mapping[int, Debt] | None = None) -> None:
        self.debts = dict(debts or {})

    @classmethod
    def read(cls, text: str | None) -> Owed:
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

    def add(self, id_: int, notice: Notice, people: Iterable[int]) -> None:
        """These people have yet to get this notice."""
        held = self.debts.get(id_)
        known = held.people if held else frozenset()
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
