"""The pieces of time on which no verdict changes, and what changes at each edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.availability.answers import Instant, rows_for
from notifier.availability.outlook import Outlook
from notifier.model import Interval, Profile, Task, TaskAnswer, Verdict


@dataclass(frozen=True, slots=True)
class Shift:
    """One verdict that changes at an edge."""

    task: str
    method: str
    bank: str | None
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time without a change: the answers in it, and what changed as it began."""

    interval: Interval
    tasks: tuple[TaskAnswer, ...]
    changed: tuple[Shift, ...]


def timeline(
    outlook: Outlook, interval: Interval, tasks: Sequence[Task], profile: Profile = Profile()
) -> tuple[Piece, ...]:
    """Cut an interval at every change of a verdict of these tasks.

    With a profile only the person's methods count. The first piece has no changes: nothing came before.
    """
    rows = [row for task in tasks for row in rows_for(outlook.network, task.id, profile)]
    pieces: list[Piece] = []
    begin, before = interval.start, None
    stretches = [
        (stretch, tuple(row.verdict(snap) for row in rows)) for stretch, snap in outlook.pieces(interval)
    ]
    for i, (stretch, verdicts) in enumerate(stretches):
        if i + 1 < len(stretches) and stretches[i + 1][1] == verdicts:
            continue
        moment = Instant(outlook, begin)
        changed = (
            tuple(
                Shift(row.task, row.method, row.bank, old, new)
                for row, old, new in zip(rows, before, verdicts, strict=True)
                if old != new
            )
            if before is not None
            else ()
        )
        answers = tuple(moment.task(task, profile) for task in tasks)
        pieces.append(Piece(Interval(begin, stretch.end), answers, changed))
        before = verdicts
        if stretch.end is not None:
            begin = stretch.end
    return tuple(pieces)
