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

_REMEMBERED = 20_000
"""Snapshots whose judgement is remembered, per task: some tens of megabytes for all of them."""

_SEEN_TOGETHER = 2_000
"""The same for tasks judged together. Fewer: windows are asked in the order of time, and so are snapshots."""


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
    """One task while the conditions stand in one way: a verdict a row (also as text), and the task's.

    ``resort`` is the card of the last resort, ``None`` where the task has none for that case.
    """

    rows: bytes
    text: str
    verdict: Verdict
    preparing: tuple[Row, ...]
    resort: str | None


class TaskRows:
    """The rows of one task, judged together; what was judged once is remembered."""

    def __init__(
        self,
        rows: tuple[Row, ...],
        steps: Iterable[str],
        causes: Iterable[int] = (),
        resorts: Iterable[tuple[str, tuple[int, ...]]] = (),
    ) -> None:
        """Take the rows, the steps, the conditions of the task's own systems one by one, and the last resorts.

        A last resort is a card and the conditions that must all be lost for it.
        """
        self.rows = rows
        self._causes = tuple(causes)
        self._resorts = tuple(resorts)
        asked = {i for row in rows for i in (row.own, *row.needs, row.prepare) if i is not None}
        asked.update(self._causes, *(lost for _, lost in self._resorts))
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
            itemgetter(*(i for i, row in enumerate(rows) if row.step == step), -1, -1)
            for step in dict.fromkeys(steps)
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
            if verdicts[i] > _UNKNOWN and row.prepare is not None and snapshot[row.prepare] <= _UNKNOWN:
                verdicts[i] = min(verdicts[i], Verdict.IF_PREPARED)
                preparing.append(row)
        verdicts.append(0)  # the worst, which no best of a step is made better by
        task = min((max(pick(verdicts)) for pick in self._steps), default=0)
        rows = bytes(verdicts[:-1])
        resort = next(
            (card for card, lost in self._resorts if all(snapshot[i] <= _UNKNOWN for i in lost)), None
        )
        text = rows.hex()
        if own <= _UNKNOWN:
            # Then the words name the systems that are lost instead of the methods.
            text += "".join("x" if snapshot[cause] <= own else "-" for cause in self._causes)
        return Judgement(rows, text, _VERDICTS[task], tuple(preparing), resort)


@dataclass(frozen=True, slots=True)
class Standing:
    """Several tasks while the conditions stand in one way.

    ``said`` holds all verdicts as text. ``waiting`` are the methods that work only for those who made a
    preparation, each with the condition of making it; ``lost`` the essential tasks with nothing left.
    """

    said: str
    waiting: tuple[tuple[str, int], ...]
    lost: tuple[TaskRows, ...]


class Panel:
    """Some tasks judged together; what was judged once is remembered for a while."""

    def __init__(self, tables: Iterable[tuple[TaskRows, bool]]) -> None:
        """Take the rows of each task, and whether it is essential."""
        self._tables = tuple(tables)
        self._by_snapshot: dict[bytes, Standing] = {}

    def stand(self, snapshot: bytes) -> Standing:
        """How the tasks stand with a snapshot."""
        found = self._by_snapshot.get(snapshot)
        if found is None:
            if len(self._by_snapshot) >= _SEEN_TOGETHER:
                self._by_snapshot.clear()
            found = self._by_snapshot[snapshot] = self._stand(snapshot)
        return found

    def _stand(self, snapshot: bytes) -> Standing:
        judged = [(table, essential, table.judge(snapshot)) for table, essential in self._tables]
        # A dict as an ordered set: at every bank the same method waits for the same preparation.
        waiting = {
            (row.method, row.prepare): None
            for _, _, found in judged
            for row in found.preparing
            if row.prepare is not None
        }
        return Standing(
            said="|".join(
                [
                    f"{found.text}{found.resort}" if found.verdict <= _UNKNOWN else found.text
                    for _, _, found in judged
                ]
            ),
            waiting=tuple(waiting),
            lost=tuple(
                table for table, essential, found in judged if essential and found.verdict <= _UNKNOWN
            ),
        )


def combine(steps: Iterable[str], answers: Iterable[tuple[Row, Verdict]]) -> Verdict:
    """Best row of each step, then the worst of the steps; a step without a row is ``unusable``."""
    best = dict.fromkeys(steps, Verdict.UNUSABLE)
    for row, verdict in answers:
        best[row.step] = max(best[row.step], verdict)
    return min(best.values(), default=Verdict.UNUSABLE)
