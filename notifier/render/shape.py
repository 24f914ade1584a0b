"""How everybody's means stand in one advice, in a form in which one person's answer takes microseconds.

What a task comes to is the best of a person's ways for each ability it takes, and then the worst of those
abilities. Each way is a run of ones, longer for better, in a cell of its own for each ability and each part of
the time; the best of several ways is then their bits together. Windows of which the same can be said share one
shape, and shapes hold for every language.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakValueDictionary

from notifier.model import Advice, Catalogue, Means, Profile, Status, Verdict
from notifier.render.outcome import Standing, standing_of
from notifier.render.yours import Mark, Sum

_CELL = 5
"""Bits of a cell: as many as there are standings better than the worst."""

_BEST = (1 << _CELL) - 1
_MOST_KNOWN = 4096
_MARKS = {
    Standing.LOST: Mark.LOST,
    Standing.PREPARED: Mark.PREPARED,
    Standing.SLOW: Mark.SLOW,
    Standing.UNKNOWN: Mark.UNKNOWN,
    Standing.DOUBTFUL: Mark.MOSTLY,
    Standing.WORKS: Mark.WORKS,
}
_QUALITY = {Standing.WORKS: Sum.FINE, Standing.SLOW: Sum.SLOW, Standing.PREPARED: Sum.PREPARE}
_ORDER = list(Sum)
MARKS: tuple[Mark | None, ...] = (*Mark, None)
"""The marks by number: numbers are compared and hashed much faster. The last one is none."""


class TaskState(StrEnum):
    """What one task comes to for one person over the whole of a window."""

    POSSIBLE = "possible"
    PARTLY = "partly"  #: not in some part of the time
    OPEN = "open"  #: nobody knows, all the time or in part of it
    LOST = "lost"


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What an advice comes to for one person: the verdict, ``None`` where they do none of its tasks; each task."""

    sum: Sum | None
    tasks: tuple[tuple[str, TaskState], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the time of one task: its cells, and whether a cause of its own closes it or may."""

    cells: tuple[int, ...]
    closed: bool = False
    doubtful: bool = False


Key = tuple[str, str | None]
"""A method, with its bank where it has one."""


class Outline:
    """The tasks of an advice and the parts of its time, whoever asks; windows of one kind share one."""

    def __init__(
        self, tasks: tuple[tuple[str, int, bool, tuple[Part, ...]], ...], *, tentative: bool
    ) -> None:
        self.tasks = tasks
        self.tentative = tentative
        self._known: dict[tuple[int, int], Whole] = {}

    def whole(self, codes: int, doing: int) -> Whole:
        """What all of it comes to for somebody whose means have these codes together, in the tasks they do."""
        key = (codes, doing)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[key] = self._whole(codes, doing)
        return found

    def _whole(self, codes: int, doing: int) -> Whole:
        states: list[tuple[str, TaskState]] = []
        essential: list[Sum] = []
        qualities: list[Sum] = []
        only_closed = True
        for task, bit, matters, parts in self.tasks:
            if not bit & doing:
                continue
            state, quality = _state([_worst(codes, part) for part in parts])
            states.append((task, state))
            qualities.append(quality)
            essential += [quality] if matters else []
            if state is TaskState.LOST and not all(part.closed for part in parts):
                only_closed = False
        if not states:
            return Whole(None, ())
        found = self._sum([state for _, state in states], essential or qualities, caused=only_closed)
        return Whole(found, tuple(states))

    def _sum(self, states: Sequence[TaskState], qualities: Iterable[Sum], *, caused: bool) -> Sum:
        impossible = [state for state in states if state is not TaskState.POSSIBLE]
        if not impossible:
            return max(qualities, key=_ORDER.index)
        if all(state is TaskState.OPEN for state in impossible):
            if self.tentative:
                return Sum.PERHAPS
            return Sum.UNKNOWN if len(impossible) == len(states) else Sum.SOME
        if len([state for state in impossible if state is TaskState.LOST]) < len(states):
            return Sum.SOME
        return Sum.CAUSE if caused else Sum.NONE


class Shape:
    """One advice as anybody may ask it: by :attr:`outline`, and how everybody's means stand in it.

    ``hits`` are tasks, as bits, in which something does not plainly work that takes no means of one's own;
    ``anybody`` those in which something does not, whatever it takes.
    """

    def __init__(self, advice: Advice, catalogue: Catalogue, bits: Mapping[str, int]) -> None:
        self._bits = bits
        self._catalogue = catalogue
        self.hits = self.anybody = self.free = 0
        self._codes: dict[Key, int] = {}
        self._hits: dict[Key, int] = {}
        self._stands: dict[Key, frozenset[tuple[int, Standing | None]]] = {}
        self._untouched = frozenset(advice.untouched)
        self.outline = Outline(self._fill(advice), tentative=advice.window.status is Status.TENTATIVE)

    def same(self) -> Hashable:
        """What tells one shape from another."""
        return (
            self.outline,
            self.hits,
            self.free,
            frozenset(self._codes.items()),
            frozenset(self._hits.items()),
            frozenset(self._stands.items()),
            self._untouched,
        )

    def of(self, means: Means, doing: int) -> tuple[int, int, int]:
        """Of one of a person's means: the tasks it is hit in, its code, and its mark in the tasks they do.

        The mark is a place in :data:`MARKS`.
        """
        hits = codes = 0
        standings: set[Standing] = set()
        blocked = False
        for key, code in self._codes.items():
            if not means.covers(*key):
                continue
            codes |= code
            hits |= self._hits[key]
            for bit, standing in self._stands[key]:
                if bit & doing:
                    blocked = blocked or standing is None
                    standings |= set() if standing is None else {standing}
        return hits, codes, MARKS.index(self._mark(means, standings, doing, blocked=blocked))

    def _fill(self, advice: Advice) -> tuple[tuple[str, int, bool, tuple[Part, ...]], ...]:
        cell, tasks = 0, []
        stands: dict[Key, set[tuple[int, Standing | None]]] = {}
        for task in advice.tasks:
            bit, parts = self._bits[task.task], []
            steps = self._catalogue.tasks[task.task].steps
            for part in task.parts:
                answer = part.answer
                cells = {step.id: cell + n for n, step in enumerate(steps)}
                cell += len(steps)
                closed = bool(answer.cause) or (not steps and answer.verdict is not Verdict.USABLE)
                doubtful = closed and answer.verdict is Verdict.UNKNOWN
                parts.append(Part(tuple(cells.values()), closed, doubtful))
                self.hits |= bit if closed else 0
                for row in answer.methods:
                    standing = standing_of(row, self._catalogue)
                    code = (_BEST >> standing) << (_CELL * cells[row.step])
                    hit = bit if row.because and row.verdict is not Verdict.USABLE else 0
                    if is_free(self._catalogue, task.task, row.method):
                        self.free |= code
                        self.hits |= hit
                    key = (row.method, row.bank)
                    self._codes[key] = self._codes.get(key, 0) | code
                    self._hits[key] = self._hits.get(key, 0) | hit
                    self.anybody |= hit
                    stands.setdefault(key, set()).add((bit, None if answer.cause else standing))
            tasks.append((task.task, bit, task.essential, tuple(parts)))
        self.anybody |= self.hits
        self._stands = {key: frozenset(found) for key, found in stands.items()}
        return tuple(tasks)

    def _mark(self, means: Means, standings: set[Standing], doing: int, *, blocked: bool) -> Mark | None:
        """As in :mod:`yours`: ``None`` for what serves nothing here, or whose every use has a cause of its own."""
        used = any(self._bits[task] & doing and self._serves(task, means) for task in self._untouched)
        if not standings:
            return Mark.WORKS if used and not blocked else None
        standings = standings | {Standing.WORKS} if used else standings
        if len(standings) == 1:
            (only,) = standings
            return None if only is Standing.WORKS and blocked else _MARKS[only]
        return Mark.MOSTLY if standings == {Standing.WORKS, Standing.DOUBTFUL} else Mark.MIXED

    def _serves(self, task: str, means: Means) -> bool:
        return any(
            use.method == means.method for step in self._catalogue.tasks[task].steps for use in step.uses
        )


class Shapes:
    """The shapes of one catalogue: each once for as long as somebody uses it, whatever the number of windows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.bits = {task: 1 << place for place, task in enumerate(catalogue.tasks)}
        self._kept: WeakValueDictionary[Hashable, Shape] = WeakValueDictionary()
        self._outlines: WeakValueDictionary[Hashable, Outline] = WeakValueDictionary()

    def of(self, advice: Advice) -> Shape:
        """The shape of an advice."""
        made = Shape(advice, self.catalogue, self.bits)
        outline = made.outline
        made.outline = self._outlines.setdefault((outline.tasks, outline.tentative), outline)
        return self._kept.setdefault(made.same(), made)

    def doing(self, audience: str, profile: Profile) -> int:
        """The tasks of an audience that a person does, as bits."""
        found = 0
        for each in self.catalogue.tasks_of(audience):
            if does(self.catalogue, each.id, profile):
                found |= self.bits[each.id]
        return found


def does(catalogue: Catalogue, task: str, profile: Profile) -> bool:
    """True for a task of which the person has some method, or that takes no means of one's own."""
    own = {means.method for means in profile.means}
    uses = [use.method for step in catalogue.tasks[task].steps for use in step.uses]
    return not (profile and uses) or any(method in own or is_free(catalogue, task, method) for method in uses)


def is_free(catalogue: Catalogue, task: str, method: str) -> bool:
    """True when a method takes no personal means, always or in this task."""
    uses = (use for step in catalogue.tasks[task].steps for use in step.uses)
    return catalogue.methods[method].everyone or any(use.method == method and use.everyone for use in uses)


def _worst(codes: int, part: Part) -> int:
    """The length of the shortest run: how well the ability that stands worst can be had."""
    if part.closed:
        return 1 if part.doubtful else 0
    return min((((codes >> (_CELL * cell)) & _BEST).bit_length() for cell in part.cells), default=_CELL)


def _state(worst: Sequence[int]) -> tuple[TaskState, Sum]:
    """Lengths of runs: 0 lost, 1 unknown, from 2 on it helps."""
    if all(length > 1 for length in worst):
        return TaskState.POSSIBLE, _QUALITY.get(Standing(_CELL - min(worst)), Sum.UNSURE)
    if all(length for length in worst):
        return TaskState.OPEN, Sum.UNKNOWN
    return (TaskState.PARTLY if any(worst) else TaskState.LOST), Sum.SOME
