"""What the tasks of an advice come to for one person, reckoned in whole numbers.

What a task comes to is the best of a person's ways for each ability it takes, and then the worst of those
abilities. Each way is a run of ones, longer for better, in a cell of its own for each ability and each part of
the time; the best of several ways is then their bits together, and the worst of many cells shows in one look at
the same bit of each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from notifier.render.outcome import Standing
from notifier.render.yours import Sum

CELL = 5
"""Bits of a cell: as many as there are standings better than the worst."""

_MOST_WHOLES = 50_000
_MOST_STATES = 256

_FINE, _SLOWLY, _PREPARE, _UNSURE, _OPEN, _PARTLY, _LOST, _LOST_BY_CAUSE = range(8)
"""What one task comes to, the worse the greater: as numbers, which are compared and hashed much faster."""

_QUALITIES = (Sum.FINE, Sum.SLOW, Sum.PREPARE, Sum.UNSURE)


def run(standing: Standing) -> int:
    """A standing as it stands in a cell."""
    return (1 << (CELL - standing)) - 1


class TaskState(StrEnum):
    """What one task comes to for one person over the whole of a window."""

    POSSIBLE = "possible"
    PARTLY = "partly"  #: not in some part of the time
    OPEN = "open"  #: nobody knows, all the time or in part of it
    LOST = "lost"


_STATES = (*[TaskState.POSSIBLE] * 4, TaskState.OPEN, TaskState.PARTLY, TaskState.LOST, TaskState.LOST)


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What an advice comes to for one person: the verdict, and the tasks of which not all is possible.

    ``sum`` is ``None`` where they do none of its tasks. There is one object for all that are the same, so that
    they are compared and hashed in no time.
    """

    sum: Sum | None
    tasks: tuple[tuple[str, TaskState], ...]
    tentative: bool


class Wholes:
    """All there are, each once."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Whole] = {}

    def __call__(
        self, found: Sum | None, tasks: tuple[tuple[str, TaskState], ...], *, tentative: bool
    ) -> Whole:
        """The one that says this."""
        key = (found, tasks, tentative)
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= _MOST_WHOLES:
                self._kept.clear()
            known = self._kept[key] = Whole(found, tasks, tentative)
        return known


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the time of one task: its cells, and whether a cause of its own closes it or may."""

    cells: tuple[int, ...]
    closed: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class TaskOutline:
    """One task, as a bit among tasks, and the parts of its time."""

    task: str
    bit: int
    essential: bool
    parts: tuple[Part, ...]


class _Task:
    """A task outline with the bits to look at."""

    def __init__(self, of: TaskOutline) -> None:
        self.task, self.bit, self.essential = of.task, of.bit, of.essential
        self._closed = any(part.closed for part in of.parts)
        self._doubtful = any(part.closed and part.doubtful for part in of.parts)
        self._shut = any(part.closed and not part.doubtful for part in of.parts)
        self._lost = _LOST_BY_CAUSE if all(part.closed for part in of.parts) else _LOST
        self._parts = [_bits(part.cells) for part in of.parts if not part.closed]
        every = _bits(cell for part in of.parts if not part.closed for cell in part.cells)
        self._known, self._helps, self._slow, self._prepared, self._works = (every << n for n in range(CELL))

    def state(self, codes: int) -> int:
        """What it comes to for somebody with these cells, from :data:`_FINE` to :data:`_LOST_BY_CAUSE`."""
        if not self._closed and codes & self._helps == self._helps:
            if codes & self._works == self._works:
                return _FINE
            if codes & self._prepared == self._prepared:
                return _PREPARE
            return _SLOWLY if codes & self._slow == self._slow else _UNSURE
        if not self._shut and codes & self._known == self._known:
            return _OPEN
        some = self._doubtful or any(codes & part == part for part in self._parts)
        return _PARTLY if some else self._lost


class Outline:
    """The tasks of an advice and the parts of its time, whoever asks; windows of one kind share one."""

    def __init__(self, tasks: tuple[TaskOutline, ...], wholes: Wholes, *, tentative: bool) -> None:
        self.same = (tasks, tentative)
        """What tells one from another."""
        self._tasks = [_Task(task) for task in tasks]
        self._wholes = wholes
        self._tentative = tentative
        self._known: dict[tuple[int, tuple[int, ...]], Whole] = {}

    def whole(self, codes: int, doing: int) -> Whole:
        """What all of it comes to for somebody whose means have these cells together, in the tasks they do."""
        states = tuple([task.state(codes) for task in self._tasks if task.bit & doing])
        key = (doing, states)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_STATES:
                self._known.clear()
            tasks = [task for task in self._tasks if task.bit & doing]
            found = self._known[key] = self._wholes(
                self._sum(tasks, states) if tasks else None,
                tuple(
                    (task.task, _STATES[state])
                    for task, state in zip(tasks, states, strict=True)
                    if state >= _OPEN
                ),
                tentative=self._tentative,
            )
        return found

    def _sum(self, tasks: Sequence[_Task], states: Sequence[int]) -> Sum:
        impossible = [state for state in states if state >= _OPEN]
        if not impossible:
            essential = [state for task, state in zip(tasks, states, strict=True) if task.essential]
            return _QUALITIES[max(essential or states)]
        if max(impossible) == _OPEN:
            if self._tentative:
                return Sum.PERHAPS
            return Sum.UNKNOWN if len(impossible) == len(states) else Sum.SOME
        if min(states) < _LOST:
            return Sum.SOME
        return Sum.CAUSE if min(states) == _LOST_BY_CAUSE else Sum.NONE


def _bits(cells: Iterable[int]) -> int:
    """The lowest bit of each of these cells."""
    found = 0
    for cell in cells:
        found |= 1 << (CELL * cell)
    return found
