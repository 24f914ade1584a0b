"""Several tasks followed together through time: what a digest says of them, and where it says something anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter

from notifier.availability.outlook import Outlook

_REMEMBERED = 1_000
"""Runs remembered for each panel. Few: windows are asked in the order of time."""

_GAP = 8
"""How many pieces of time nobody asked for are read through rather than starting again."""

_Way = tuple[str, int]
"""A method and the condition of preparing it."""


class Panel:
    """Some tasks of an outlook, as runs of pieces in which the same is said of all of them.

    Said are all verdicts, and the methods that work only for those who made a preparation, each with the
    time since when it cannot be made. Runs are read as they are asked for, and kept for a while: what is
    said in each, after the time when it begins, in ``lines``; in ``lost`` the numbers of the essential
    tasks that have nothing left.
    """

    def __init__(self, outlook: Outlook, tasks: tuple[str, ...]) -> None:
        """Take the tasks in the order of the catalogue."""
        network = outlook.network
        tables = [network.task_rows[task] for task in tasks]
        self._outlook = outlook
        self._judge = network.judge.judge
        # The last one twice, so that one task alone comes as a tuple too.
        self._pick = itemgetter(*(table.index for table in tables), tables[-1].index)
        self._rows = sum(table.everything for table in tables)
        self._essential = frozenset(
            table.index
            for task, table in zip(tasks, tables, strict=True)
            if network.catalogue.tasks[task].essential
        )
        self._end = 0
        self._starts: list[int] = []
        self.lines: list[str] = []
        self.lost: list[frozenset[int]] = []
        self._said: tuple[str, ...] = ()
        self._waiting: tuple[_Way, ...] = ()
        self._since = ""

    def runs(self, first: int, last: int) -> slice:
        """The runs that make up these pieces of the outlook, both included: places in the lists of this panel."""
        starts = self._starts
        if not starts or first < starts[0] or last >= self._end:
            self._read(first, last)
            starts = self._starts
        begin = bisect_right(starts, first) - 1
        return slice(begin, bisect_right(starts, last, begin))

    def lost_in(self, runs: slice, first: int, last: int) -> Iterator[tuple[int, frozenset[int]]]:
        """The pieces in which essential tasks have nothing left, with the numbers of those tasks."""
        starts, snapshots = self._starts, self._outlook.snapshots
        for run in range(runs.start, runs.stop):
            if self.lost[run]:
                end = starts[run + 1] if run + 1 < runs.stop else last + 1
                for piece in range(max(first, starts[run]), end):
                    if piece == first or snapshots[piece] is not snapshots[piece - 1]:
                        yield piece, self.lost[run]

    def _read(self, first: int, last: int) -> None:
        """Read on up to a piece, or start again where nothing near it has been read."""
        begin = self._starts[0] if self._starts else first + 1
        if not begin <= first <= self._end + _GAP or len(self._starts) > _REMEMBERED:
            self._starts, self.lines, self.lost = [], [], []
            self._end, self._said, self._waiting, self._since = first, (), (), ""
        judge, pick, begin_of = self._judge, self._pick, self._outlook.begin_of
        texts, waiting, rows = self._said, self._waiting, None
        for piece, snapshot in enumerate(self._outlook.snapshots[self._end : last + 1], self._end):
            judged = judge(snapshot)
            said = pick(judged.texts)
            if judged.waiting is not rows:
                rows = judged.waiting
                waits = self._waits(rows) if rows else ()
                # What waited in the last piece as well does so since the same time.
                if waits != waiting:
                    waiting, texts = waits, ()
                    self._since = self._since_when(piece, waits)
            if said != texts:
                texts = said
                self._starts.append(piece)
                self.lines.append(f"{begin_of(piece)}|{'|'.join(said[:-1])}{self._since}")
                self.lost.append(judged.lost & self._essential if judged.lost else judged.lost)
        self._said, self._waiting, self._end = texts, waiting, last + 1

    def _waits(self, waiting: Iterable[tuple[_Way, int]]) -> tuple[_Way, ...]:
        """The methods that wait for a preparation, in the order of their first rows, which have the lowest bits."""
        mine = self._rows
        found = [(own, key) for key, rows in waiting if (own := rows & mine)]
        if len(found) > 1:
            found.sort(key=_first)
        return tuple([key for _, key in found])

    def _since_when(self, piece: int, waiting: Iterable[_Way]) -> str:
        """Those methods, each with the time since when it cannot be prepared any more."""
        begin, first = self._outlook.begin_of, self._outlook.first_lost
        return "".join([f"|{method}|{begin(first(condition, piece))}" for method, condition in waiting])


def _first(found: tuple[int, _Way]) -> int:
    return found[0] & -found[0]
