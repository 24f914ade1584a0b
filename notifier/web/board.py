"""What works for one audience from a moment on: every task, and each way to do it, over the pieces of time ahead."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from notifier.availability import Instant, Network, Outlook
from notifier.model import (
    FOREVER,
    Advice,
    Catalogue,
    Interval,
    Means,
    Part,
    Task,
    TaskAdvice,
    TaskAnswer,
)
from notifier.web.kept import Kept
from notifier.web.pages import Shown
from notifier.web.timeline import Cell, Row, best_known_first, row_group


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time with one answer for a task.

    ``calm`` marks the time before the first known window, in which everything is as on any day; ``now`` the
    stretch that holds the moment of looking. ``general`` is the answer for the task whatever one has.
    """

    interval: Interval
    calm: bool
    now: bool
    general: Cell


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one step, with one cell for each piece of its task.

    ``banks`` are those that this is about, and ``which`` how they are named, as in a row of a table.
    ``free`` takes no means of one's own. ``prepare`` is what to make ready,
    with the moment after which it can no longer be made, where there is one.
    """

    method: str
    step: int
    banks: tuple[str, ...]
    which: str
    cells: tuple[Cell, ...]
    free: bool
    card: str | None
    prepare: tuple[tuple[str, datetime | None], ...]

    @property
    def means(self) -> tuple[Means, ...]:
        """What somebody has who can use it."""
        return tuple(Means(self.method, bank) for bank in self.banks) or (Means(self.method),)


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """One task: the pieces of time ahead, the ways in each, and what is left when none works."""

    task: str
    steps: tuple[str, ...]
    pieces: tuple[Piece, ...]
    ways: tuple[Way, ...]
    resorts: tuple[str, ...]

    @property
    def now(self) -> Piece:
        """How it stands at the moment of looking."""
        return self.pieces[0]

    @property
    def deadlines(self) -> frozenset[datetime]:
        """The moments from which on something can no longer be prepared."""
        cells = [piece.general for piece in self.pieces] + [cell for way in self.ways for cell in way.cells]
        found = [cell.prepare_by for cell in cells] + [by for way in self.ways for _, by in way.prepare]
        return frozenset(by for by in found if by is not None)


Board = tuple[TaskBoard, ...]


class Boards:
    """Makes boards, and each again only when what it was made of has changed."""

    def __init__(self, catalogue: Catalogue, disputed: Set[str] = frozenset()) -> None:
        self._catalogue = catalogue
        self._disputed = disputed
        self._calm = Instant(Outlook(Network(catalogue), ()), FOREVER)
        self._usual: dict[str, TaskAnswer] = {}
        self._kept: Kept[Board] = Kept()

    def turn(self) -> None:
        """Begin a new round, see :class:`~notifier.web.kept.Kept`."""
        self._kept.turn()

    def board(self, audience: str, rows: Sequence[Shown], at: datetime) -> Board:
        """What works for an audience from ``at`` on. ``rows`` are the windows under way and ahead that touch it."""

        def make() -> Board:
            advices = [row.facts.advice[audience] for row in rows]
            tasks = self._catalogue.tasks_of(audience)
            return tuple(self._task(task, advices, at) for task in tasks)

        return self._kept.get(audience, made_of(audience, rows), make)

    def _task(self, task: Task, advices: Sequence[Advice], at: datetime) -> TaskBoard:
        parts = [part for part in _merged(_parts_of(task.id, advices)) if part.interval.until > at]
        calm = not parts or at not in parts[0].interval
        if calm:
            begin = parts[0].interval.start if parts else None
            parts.insert(0, Part(Interval(at, begin), self._calm_answer(task)))
        columns = tuple(part.interval for part in parts)
        group = row_group(TaskAdvice(task.id, task.essential, tuple(parts)), columns, self._disputed)
        # Rows that are lost with the task itself say nothing of their own: the cause is told once.
        ways = tuple(self._way(task, row, advices) for row in best_known_first(group.rows))
        return TaskBoard(
            task=task.id,
            steps=tuple(step.id for step in task.steps),
            pieces=tuple(
                Piece(column, calm and not number, not number, cell)
                for number, (column, cell) in enumerate(zip(columns, _apart(group.cells), strict=True))
            ),
            ways=ways,
            resorts=tuple(
                dict.fromkeys(part.answer.last_resort for part in parts if part.answer.last_resort)
            ),
        )

    def _way(self, task: Task, row: Row, advices: Sequence[Advice]) -> Way:
        method = self._catalogue.methods[row.method]
        uses = (use for step in task.steps for use in step.uses)
        free = method.everyone or any(use.method == method.id and use.everyone for use in uses)
        dated = min((cell.prepare_by for cell in row.cells if cell.prepare_by), default=None)
        asked = {item.preparation: item.by for advice in advices for item in advice.prepare}
        prepare = tuple(
            (each, dated if asked[each] else None) for each in method.preparations if each in asked
        )
        helps = any(not cell.verdict.lost for cell in row.cells)
        return Way(
            method=row.method,
            step=row.step,
            banks=row.banks,
            which=row.which,
            cells=_apart(row.cells),
            free=free,
            card=method.card,
            prepare=prepare if helps else (),
        )

    def _calm_answer(self, task: Task) -> TaskAnswer:
        if task.id not in self._usual:
            self._usual[task.id] = self._calm.task(task, horizon=False)
        return self._usual[task.id]


def made_of(audience: str, rows: Iterable[Shown]) -> Hashable:
    """All that a board depends on: the windows, what they mean to the audience, and which edges have passed."""
    return tuple(
        (row.window, row.state, row.moment, advice.digest, advice.severity)
        for row in rows
        for advice in (row.facts.advice[audience],)
    )


def _parts_of(task: str, advices: Iterable[Advice]) -> list[Part]:
    found = [part for advice in advices for each in advice.tasks if each.task == task for part in each.parts]
    return sorted(found, key=lambda part: (part.interval.start, part.interval.until))


def _merged(parts: Iterable[Part]) -> list[Part]:
    """The parts one after the other: each advice knows of all windows, so where two overlap they say the same."""
    merged: list[Part] = []
    for part in parts:
        start = max(part.interval.start, merged[-1].interval.until) if merged else part.interval.start
        if start >= part.interval.until:
            continue
        last = merged[-1] if merged else None
        if last and last.interval.end == start and _said(last.answer) == _said(part.answer):
            merged[-1] = replace(last, interval=Interval(last.interval.start, part.interval.end))
        else:
            merged.append(replace(part, interval=Interval(start, part.interval.end)))
    return merged


def _said(answer: TaskAnswer) -> Hashable:
    """What a reader can tell one answer from another by; which window is behind it is not told here."""
    methods = ((each.method, each.bank, each.step, each.verdict, each.prepare_by) for each in answer.methods)
    return answer.verdict, answer.cause, answer.last_resort, tuple(methods)


def _apart(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """One cell for each piece again."""
    return tuple(
        itertools.chain.from_iterable(itertools.repeat(replace(cell, span=1), cell.span) for cell in cells)
    )
