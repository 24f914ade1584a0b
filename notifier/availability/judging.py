"""All rows judged at once, with one *and* for each condition that is worse than on a calm day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import compress, groupby
from operator import attrgetter, itemgetter, or_
from typing import NamedTuple

from notifier.availability.rows import Row
from notifier.availability.runs import ALL, RUNS, Groups, digits, spread
from notifier.availability.tasks import TaskRows
from notifier.model import Verdict

_UNKNOWN = int(Verdict.UNKNOWN)

_WORSE = bytes(byte < Verdict.USABLE for byte in range(256))
"""Translation table from verdicts to whether they are worse than on a calm day."""

_REMEMBERED = 2_000
"""Snapshots remembered: some eight megabytes. Few: neighbouring windows share their snapshots."""


Waiting = tuple[tuple[tuple[str, int], int], ...]
"""Rows as bits, by method and condition of preparing it."""


class Judgement(NamedTuple):
    """All tasks of a catalogue, in its order, while the conditions stand in one way.

    ``texts`` says all there is to say of each task; ``lost`` are the numbers of those with nothing left;
    ``waiting`` are the rows that work only for those who made a preparation, as bits (:mod:`runs`), by
    method and condition of preparing it.
    """

    texts: tuple[str, ...]
    lost: frozenset[int]
    waiting: Waiting


class Judge:
    """Judges the tasks of a catalogue; what was judged once is remembered for a while."""

    def __init__(self, rows: Sequence[Row], tables: Iterable[TaskRows], conditions: int) -> None:
        """Take all rows, the tasks that they belong to, and how many conditions a snapshot has."""
        self._size = len(rows)
        self._tables = tuple(tables)
        self._steps = Groups(list(rows) for _, rows in groupby(rows, attrgetter("task", "step")))
        # An empty slice at the end, so that one task alone comes as a tuple too.
        self._pick = itemgetter(*(table.place for table in self._tables), slice(0))
        self._preparing: dict[tuple[str, int], int] = {}
        for table in self._tables:
            for key, bits in table.preparing.items():
                self._preparing[key] = self._preparing.get(key, 0) | bits
        self._standing = sum(RUNS[row.standing] << 8 * row.index for row in rows)
        self._asking = [spread(row for row in rows if number in row.asked) for number in range(conditions)]
        self._left = [_left_by(rows, number) for number in range(conditions)]
        self._lost: dict[int, frozenset[int]] = {}
        self._conditions = range(conditions)
        self._waiting: dict[Waiting, Waiting] = {}
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
            for condition in compress(self._conditions, snapshot.translate(_WORSE)):
                found &= self._left[condition][snapshot[condition]]
            self._runs[snapshot] = found
        return found

    def judge(self, snapshot: bytes) -> Judgement:
        """The judgement on all tasks."""
        found = self._judgements.get(snapshot)
        if found is None:
            if len(self._judgements) >= _REMEMBERED:
                self._judgements.clear()
                self._waiting.clear()
            found = self._judgements[snapshot] = self._judge(snapshot)
        return found

    def lost(self, runs: int) -> frozenset[int]:
        """The numbers of the tasks of which these runs leave nothing."""
        left = self._steps.left(runs)
        found = self._lost.get(left)
        if found is None:
            if len(self._lost) >= _REMEMBERED:
                self._lost.clear()
            # That a step has something left, or nothing, is all that decides.
            found = self._lost[left] = frozenset(
                [table.index for table in self._tables if table.is_lost(runs)]
            )
        return found

    def _judge(self, snapshot: bytes) -> Judgement:
        runs = self.runs(snapshot)
        texts: tuple[str, ...] = self._pick(digits(runs, self._size))[:-1]
        lost = self.lost(runs)
        if lost:
            words = list(texts)
            for task in lost:
                words[task] += self._tables[task].loss(snapshot)
            texts = tuple(words)
        waiting = tuple(
            [
                (key, bits)
                for key, preparing in self._preparing.items()
                if snapshot[key[1]] <= _UNKNOWN and (bits := runs & preparing)
            ]
        )
        # The same object for the same rows: who follows it through time sees at once that nothing changed.
        return Judgement(texts, lost, self._waiting.setdefault(waiting, waiting))


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
