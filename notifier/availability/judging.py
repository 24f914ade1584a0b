"""All rows judged at once, with one *and* for each condition that is worse than on a calm day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from notifier.availability.rows import Row
from notifier.availability.runs import ALL, RUNS, digits, spread
from notifier.availability.tasks import TaskRows
from notifier.model import Verdict

_USABLE, _UNKNOWN = int(Verdict.USABLE), int(Verdict.UNKNOWN)

_REMEMBERED = 2_000
"""Snapshots remembered: some eight megabytes. Few: neighbouring windows share their snapshots."""

_NONE = frozenset[int]()


class Judgement(NamedTuple):
    """All tasks of a catalogue, in its order, while the conditions stand in one way.

    ``texts`` says all there is to say of each task; ``lost`` are the numbers of those with nothing left;
    ``waiting`` are the rows that work only for those who made a preparation, as bits (:mod:`runs`), by
    method and condition of preparing it.
    """

    texts: tuple[str, ...]
    lost: frozenset[int]
    waiting: tuple[tuple[tuple[str, int], int], ...]


class Judge:
    """Judges the tasks of a catalogue; what was judged once is remembered for a while."""

    def __init__(self, rows: Sequence[Row], tables: Iterable[TaskRows], conditions: int) -> None:
        """Take all rows, the tasks that they belong to, and how many conditions a snapshot has."""
        self._size = len(rows)
        self._tables = tuple(tables)
        self._steps = [(task, step) for task, table in enumerate(self._tables) for step in table.steps]
        self._stepless = [task for task, table in enumerate(self._tables) if not table.steps]
        self._bits = [bits for _, bits in self._steps]
        self._places = [table.place for table in self._tables]
        self._preparing: dict[tuple[str, int], int] = {}
        for table in self._tables:
            for key, bits in table.preparing.items():
                self._preparing[key] = self._preparing.get(key, 0) | bits
        self._standing = sum(RUNS[row.standing] << 8 * row.index for row in rows)
        self._asking = [spread(row for row in rows if number in row.asked) for number in range(conditions)]
        self._left = [_left_by(rows, number) for number in range(conditions)]
        self._runs: dict[bytes, int] = {}
        self._judgements: dict[bytes, Judgement] = {}

    def asking(self, conditions: Iterable[int]) -> int:
        """All bits of the rows whose verdicts depend on some of these conditions."""
        return reduce(or_, (self._asking[condition] for condition in conditions), 0)

    def runs(self, snapshot: bytes) -> int:
        """What :meth:`rows.Row.verdict` says of each row, as runs of ones (see :mod:`runs`)."""
        found = self._runs.get(snapshot)
        if found is None:
            if len(self._runs) >= _REMEMBERED:
                self._runs.clear()
            found = self._standing
            for left, verdict in zip(self._left, snapshot, strict=True):
                if verdict < _USABLE:
                    found &= left[verdict]
            self._runs[snapshot] = found
        return found

    def judge(self, snapshot: bytes) -> Judgement:
        """The judgement on all tasks."""
        found = self._judgements.get(snapshot)
        if found is None:
            if len(self._judgements) >= _REMEMBERED:
                self._judgements.clear()
            found = self._judgements[snapshot] = self._judge(snapshot)
        return found

    def _judge(self, snapshot: bytes) -> Judgement:
        runs = self.runs(snapshot)
        text = digits(runs, self._size)
        texts = list(map(text.__getitem__, self._places))
        lost = _NONE
        if self._stepless or not all(map(runs.__and__, self._bits)):
            lost = frozenset([task for task, step in self._steps if not runs & step] + self._stepless)
        for task in lost:
            texts[task] += self._tables[task].loss(snapshot)
        waiting = [
            (key, bits)
            for key, preparing in self._preparing.items()
            if snapshot[key[1]] <= _UNKNOWN and (bits := runs & preparing)
        ]
        return Judgement(tuple(texts), lost, tuple(waiting))


def _left_by(rows: Sequence[Row], condition: int) -> tuple[int, ...]:
    """The bits that a condition leaves of the runs, for each verdict it may have."""
    needing = spread((row for row in rows if condition in (row.own, *row.needs)), 1)
    preparing = spread((row for row in rows if condition == row.prepare), 1)
    everything = spread(rows)
    return tuple(
        everything
        & ~(needing * (ALL & ~RUNS[verdict]))
        & ~(preparing * (ALL & ~RUNS[Verdict.IF_PREPARED] if verdict.lost else 0))
        for verdict in Verdict
    )
