"""All rows judged at once, with one *and* for every few conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from itertools import compress, groupby
from operator import and_, attrgetter, getitem, itemgetter, or_
from struct import Struct
from typing import NamedTuple

from notifier.availability.condition import picker
from notifier.availability.rows import Row
from notifier.availability.runs import ALL, RUNS, Groups, digits, spread
from notifier.availability.tasks import TaskRows
from notifier.model import Verdict

_UNKNOWN = int(Verdict.UNKNOWN)

_WORSE = bytes(byte < Verdict.USABLE for byte in range(256))
"""Translation table from verdicts to whether they are worse than on a calm day."""

_REMEMBERED = 1_500
"""Snapshots remembered: some five megabytes. Few: neighbouring windows share their snapshots."""

_SHARE = 8
"""How many conditions are looked up together."""

Way = tuple[str, int]
"""A method and the condition of preparing it."""


class Waiting:
    """Rows that work only for those who made a preparation: their bits (:mod:`runs`), by way.

    The judge makes one object of what is the same.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Sequence[tuple[Way, int]]) -> None:
        self.rows = rows

    def among(self, rows: int) -> tuple[int, ...]:
        """The places of the ways that wait among some rows, in the order of their first rows there."""
        # The first rows have the lowest bits.
        found = [
            (own & -own, place) for place, (_, waiting) in enumerate(self.rows) if (own := waiting & rows)
        ]
        return tuple([place for _, place in sorted(found)])


class Judgement(NamedTuple):
    """All tasks of a catalogue, in its order, while the conditions stand in one way.

    ``texts`` says all there is to say of each task, but for the preparations that it waits for: since
    when they cannot be made any more is a matter of time. Of the essential tasks with nothing left, one bit
    each, ``sunk`` are those whose own systems are lost, ``lost`` the others.
    """

    texts: tuple[str, ...]
    lost: int
    sunk: int
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
        self._preparing: dict[Way, int] = {}
        for table in self._tables:
            for way, bits in table.preparing.items():
                self._preparing[way] = self._preparing.get(way, 0) | bits
        self._readiness = picker(tuple(dict.fromkeys(condition for _, condition in self._preparing)))
        self._unready: dict[object, tuple[tuple[Way, int], ...]] = {}
        self._standing = sum(RUNS[row.standing] << 8 * row.index for row in rows)
        self._asking = [spread(row for row in rows if number in row.asked) for number in range(conditions)]
        left = [_left_by(rows, number) for number in range(conditions)]
        self._shares = [_Share(left[first : first + _SHARE]) for first in range(0, conditions, _SHARE)]
        self._cut = Struct("".join(f"{len(share.left)}s" for share in self._shares)).unpack
        self._lost_by: dict[int, Sequence[TaskRows]] = {}
        self._waiting: dict[tuple[tuple[Way, int], ...], Waiting] = {}
        self.runs = lru_cache(_REMEMBERED)(self._runs)
        """What :meth:`rows.Row.verdict` says of each row under a snapshot, as runs of ones (see :mod:`runs`)."""
        self.judge = lru_cache(_REMEMBERED)(self._judge)
        """The judgement on all tasks under a snapshot."""

    def asking(self, conditions: Iterable[int]) -> int:
        """All bits of the rows whose verdicts depend on some of these conditions."""
        return reduce(or_, (self._asking[condition] for condition in conditions), 0)

    def lost(self, runs: int) -> int:
        """The essential tasks of which these runs leave nothing, one bit each."""
        return sum(table.bit for table in self._lost(runs) if table.essential)

    def _lost(self, runs: int) -> Sequence[TaskRows]:
        """All tasks of which these runs leave nothing."""
        left = self._steps.left(runs)
        found = self._lost_by.get(left)
        if found is None:
            if len(self._lost_by) >= _REMEMBERED:
                self._lost_by.clear()
            # That a step has something left, or nothing, is all that decides.
            found = self._lost_by[left] = [table for table in self._tables if table.is_lost(runs)]
        return found

    def _runs(self, snapshot: bytes) -> int:
        return reduce(and_, map(getitem, self._shares, self._cut(snapshot)), self._standing)

    def _judge(self, snapshot: bytes) -> Judgement:
        runs = self.runs(snapshot)
        texts: tuple[str, ...] = self._pick(digits(runs, self._size))[:-1]
        lost = sunk = 0
        if tables := self._lost(runs):
            words = list(texts)
            for table in tables:
                words[table.index] += table.loss(snapshot)
                if table.essential and snapshot[table.own] > _UNKNOWN:
                    lost |= table.bit
                elif table.essential:
                    sunk |= table.bit
            texts = tuple(words)
        return Judgement(texts, lost, sunk, self._wait(snapshot, runs))

    def _wait(self, snapshot: bytes, runs: int) -> Waiting:
        """The rows that work only for those who made a preparation."""
        key = self._readiness(snapshot)
        unready = self._unready.get(key)
        if unready is None:
            unready = self._unready[key] = tuple(
                [(way, bits) for way, bits in self._preparing.items() if snapshot[way[1]] <= _UNKNOWN]
            )
        rows = tuple([(way, own) for way, bits in unready if (own := runs & bits)]) if unready else ()
        found = self._waiting.get(rows)
        if found is None:
            if len(self._waiting) >= _REMEMBERED:
                self._waiting.clear()
            found = self._waiting[rows] = Waiting(rows)
        return found


class _Share(dict[bytes, int]):
    """What some neighbouring conditions leave of the runs together, by their part of a snapshot.

    Most of them stand as they did in some other snapshot, whatever else is different there.
    """

    def __init__(self, left: Sequence[Sequence[int]]) -> None:
        """``left`` are the bits that each condition leaves, for each verdict it may have."""
        super().__init__()
        self.left = left

    def __missing__(self, part: bytes) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        worse = part.translate(_WORSE)
        bits = map(getitem, compress(self.left, worse), compress(part, worse))
        found = self[part] = reduce(and_, bits, -1)
        return found


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
