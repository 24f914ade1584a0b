"""Advice as a table: tasks and their methods down, pieces of time across, a verdict in each cell."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from notifier.model import FOREVER, Advice, Interval, MethodAnswer, TaskAdvice, Verdict


@dataclass(frozen=True, slots=True)
class Cell:
    """One verdict over ``span`` neighbouring columns.

    ``cause`` names systems that are lost for the whole task; ``disputed`` says that sources do not agree.
    """

    verdict: Verdict
    span: int = 1
    prepare_by: datetime | None = None
    cause: tuple[str, ...] = ()
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One method. ``banks`` are those the row is about.

    ``which`` is ``named`` where they are to be named, ``every`` where all of them stand the same, and ``rest`` for
    the many that are not named in the rows above.
    """

    method: str
    step: int
    banks: tuple[str, ...]
    which: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One task with the rows of its methods; none where its own systems are lost all the time."""

    task: str
    steps: int
    cells: tuple[Cell, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The table: ``columns`` are the pieces of time in order, without gaps."""

    columns: tuple[Interval, ...]
    groups: tuple[Group, ...]


def timeline(advice: Advice, disputed: Set[str] = frozenset()) -> Timeline:
    """Lay the tasks of an advice side by side in time.

    Columns are cut wherever the answer for any of the tasks changes, and neighbouring cells that say the same
    are one. Banks whose cells are the same all along share a row. ``disputed`` are the facts on which sources
    do not agree.
    """
    edges = sorted({edge for task in advice.tasks for edge in _edges(task)})
    columns = tuple(
        Interval(start, None if end == FOREVER else end) for start, end in itertools.pairwise(edges)
    )
    return Timeline(columns, tuple(row_group(task, columns, disputed) for task in advice.tasks))


def _edges(task: TaskAdvice) -> Iterable[datetime]:
    for part in task.parts:
        yield part.interval.start
        yield part.interval.until


def row_group(task: TaskAdvice, columns: Sequence[Interval], disputed: Set[str] = frozenset()) -> Group:
    """One task over these pieces of time: each lies within one part of the advice, or has no answer."""
    answers = [next((p.answer for p in task.parts if c.within(p.interval)), None) for c in columns]
    cells = _merged(Cell(a.verdict, cause=a.cause) if a else None for a in answers)
    if all(answer is None or answer.cause for answer in answers):
        return Group(task.task, 1, cells, ())
    lines: dict[tuple[str, str], dict[str | None, list[MethodAnswer | None]]] = {}
    for column, answer in enumerate(answers):
        for found in answer.methods if answer else ():
            line = lines.setdefault((found.step, found.method), {}).setdefault(
                found.bank, [None] * len(columns)
            )
            held = line[column]
            line[column] = found if held is None else max(held, found, key=lambda each: each.verdict)
    steps = {step: number for number, step in enumerate(dict.fromkeys(step for step, _ in lines), 1)}
    rows: list[Row] = []
    for (step, method), per_bank in lines.items():
        rows += _rows(method, steps[step], {bank: _line(line, disputed) for bank, line in per_bank.items()})
    return Group(task.task, len(steps), cells, tuple(rows))


def best_known_first(rows: Iterable[Row]) -> list[Row]:
    """The rows of each method with that of most banks first: what most readers have, before the exceptions."""
    order: dict[tuple[int, str], int] = {}
    found = [(order.setdefault((row.step, row.method), len(order)), -len(row.banks), row) for row in rows]
    return [row for _, _, row in sorted(found, key=lambda each: each[:2])]


def _line(answers: Iterable[MethodAnswer | None], disputed: Set[str]) -> tuple[Cell, ...]:
    def cell(answer: MethodAnswer) -> Cell:
        doubtful = not answer.verdict.lost and not disputed.isdisjoint(answer.facts)
        return Cell(answer.verdict, prepare_by=answer.prepare_by, disputed=doubtful)

    return _merged(cell(answer) if answer else None for answer in answers)


def _rows(method: str, step: int, per_bank: Mapping[str | None, tuple[Cell, ...]]) -> list[Row]:
    """One row for each different course of events; the one that most banks share comes last, as "the rest"."""
    alike: dict[tuple[Cell, ...], list[str]] = {}
    for bank, cells in per_bank.items():
        alike.setdefault(cells, []).extend([] if bank is None else [bank])
    named = sorted(alike.items(), key=lambda item: len(item[1]))
    most = "named" if len(named[-1][1]) < 2 else "rest" if len(named) > 1 else "every"
    return [
        Row(method, step, tuple(banks), most if cells == named[-1][0] else "named", cells)
        for cells, banks in named
    ]


def _merged(cells: Iterable[Cell | None]) -> tuple[Cell, ...]:
    """Join neighbours that say the same. A piece of time without an answer is "not known"."""
    merged: list[Cell] = []
    for cell in cells:
        fresh = cell or Cell(Verdict.UNKNOWN)
        if merged and replace(merged[-1], span=1) == fresh:
            merged[-1] = replace(fresh, span=merged[-1].span + 1)
        else:
            merged.append(fresh)
    return tuple(merged)
