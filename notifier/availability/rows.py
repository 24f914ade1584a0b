"""Rows: one method of one task at one bank. Here it is decided that a method still works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from notifier.availability.condition import picker
from notifier.model import Verdict

# A snapshot holds a verdict a byte; looking it up here is much faster than calling the enum, and rows
# are judged by the million.
_VERDICTS = tuple(Verdict)
_USABLE, _UNKNOWN = int(Verdict.USABLE), int(Verdict.UNKNOWN)

_AT_MOST = [bytes(min(value, most) for value in range(256)) for most in Verdict]
"""Translation tables that let no verdict be better than the given one."""

_REMEMBERED = 50_000
"""Snapshots whose judgement is remembered, per task: some tens of megabytes at the very most."""


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one task (at one bank): the unit that gets a verdict.

    ``own`` is the condition of the task's own systems, ``needs`` those of the method and of its use in
    this task, ``prepare`` what must be up for preparing (``None``: nothing); ``standing`` is the best
    that may ever be promised.
    """

    index: int
    task: str
    step: str
    method: str
    bank: str | None
    everyone: bool
    own: int
    needs: tuple[int, ...]
    prepare: int | None
    standing: Verdict
    facts: tuple[str, ...]

    def verdict(self, snapshot: bytes) -> Verdict:
        """The verdict when the conditions stand as in ``snapshot`` (one verdict a byte)."""
        worst: int = self.standing
        if snapshot[self.own] < worst:
            worst = snapshot[self.own]
        for condition in self.needs:
            if snapshot[condition] < worst:
                worst = snapshot[condition]
        if worst == _USABLE and self.prepare is not None and snapshot[self.prepare] <= _UNKNOWN:
            return Verdict.IF_PREPARED
        return _VERDICTS[worst]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One task while the conditions stand in one way: a verdict a row, and the task's."""

    rows: bytes
    verdict: Verdict
    preparing: tuple[Row, ...]


class TaskRows:
    """The rows of one task, judged together; what was judged once is remembered."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        asked = {i for row in rows for i in (row.own, *row.needs, row.prepare) if i is not None}
        self.asked = tuple(sorted(asked))
        self._pick = picker(self.asked)
        self._standing = bytes(row.standing for row in rows)
        # One column a need: with the task's own condition in place of a missing one, all rows have as many.
        widest = max((len(row.needs) for row in rows), default=0)
        self._columns = [
            itemgetter(*(row.needs[n] if n < len(row.needs) else row.own for row in rows), 0)
            for n in range(widest)
        ]
        self._own = rows[0].own if rows else 0
        self._preparing = [(i, row) for i, row in enumerate(rows) if row.prepare is not None]
        self._steps = [
            itemgetter(*(i for i, row in enumerate(rows) if row.step == step), -1)
            for step in dict.fromkeys(row.step for row in rows)
        ]
        self._by_snapshot: dict[bytes, Judgement] = {}
        self._by_conditions: dict[object, Judgement] = {}

    def judge(self, snapshot: bytes) -> Judgement:
        """The judgement for a snapshot: what :meth:`Row.verdict` says of each row, and of the task."""
        found = self._by_snapshot.get(snapshot)
        if found is None:
            key = self._pick(snapshot)
            found = self._by_conditions.get(key)
            if found is None:
                found = self._by_conditions[key] = self._judge(snapshot)
            if len(self._by_snapshot) >= _REMEMBERED:
                self._by_snapshot.clear()
            self._by_snapshot[snapshot] = found
        return found

    def _judge(self, snapshot: bytes) -> Judgement:
        """All rows at once, column by column, because there are hundreds of thousands of combinations."""
        columns = [pick(snapshot) for pick in self._columns]
        verdicts = bytearray(map(min, self._standing, *columns) if columns else self._standing)
        own = snapshot[self._own]
        if own < _USABLE:
            verdicts = verdicts.translate(_AT_MOST[own])
        preparing = []
        for i, row in self._preparing:
            if verdicts[i] == _USABLE and row.prepare is not None and snapshot[row.prepare] <= _UNKNOWN:
                verdicts[i] = Verdict.IF_PREPARED
                preparing.append(row)
        verdicts.append(0)  # the worst, which no best of a step is made better by
        task = min((max(pick(verdicts)) for pick in self._steps), default=0)
        return Judgement(bytes(verdicts[:-1]), _VERDICTS[task], tuple(preparing))


def combine(answers: Iterable[tuple[Row, Verdict]]) -> Verdict:
    """Best row of each step, then the worst of the steps; nothing at all is ``unusable``."""
    steps: dict[str, Verdict] = {}
    for row, verdict in answers:
        if verdict > steps.get(row.step, -1):
            steps[row.step] = verdict
    return min(steps.values(), default=Verdict.UNUSABLE)
