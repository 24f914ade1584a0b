"""One task as a picture: its methods below each other, time from left to right, in per cent of the width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.model import Advice, Interval, Verdict
from notifier.web.timeline import Cell, Group, Timeline, best_known_first

MARGIN = 12.0
"""What is left on either side of the outage, in per cent: before it and after it people see how it usually is."""

WORDY = 40.0
"""From this width on, in per cent, a bar has room for words; a narrower one has a sign alone."""

OPEN = timedelta(days=1)
"""How much of an outage without a known end is drawn."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One verdict of a method from one moment to another. ``x`` and ``width`` are per cent."""

    x: float
    width: float
    interval: Interval
    cell: Cell

    @property
    def wordy(self) -> bool:
        """True when the words for the verdict fit in."""
        return self.width >= WORDY


@dataclass(frozen=True, slots=True)
class Lane:
    """One method: ``usual`` says whether it is drawn as working on either side of the outage."""

    method: str
    step: int
    banks: tuple[str, ...]
    which: str
    bars: tuple[Bar, ...]
    usual: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a task. ``start`` and ``end`` are the ends of the outage and stand at the inner edges.

    ``before`` and ``after`` say whether the margins may be drawn: not where another outage lies in them.
    """

    task: str
    steps: int
    start: datetime
    end: datetime | None
    before: bool
    after: bool
    lanes: tuple[Lane, ...]
    cells: tuple[Bar, ...]


def pictures(
    table: Timeline, advice: Advice, *, before: bool = True, after: bool = True
) -> tuple[Picture, ...]:
    """A picture of each essential task of the table, else of the first; those with ways to show come first."""
    window = advice.window
    essential = {task.task for task in advice.tasks if task.essential}
    groups = [group for group in table.groups if group.task in essential] or table.groups[:1]
    scale = _Scale(window.interval, MARGIN)
    after = after and window.end is not None
    return tuple(
        Picture(
            task=group.task,
            steps=group.steps,
            start=window.start,
            end=window.end,
            before=before,
            after=after,
            lanes=_lanes(group, table.columns, scale),
            cells=scale.bars(group.cells, table.columns),
        )
        for group in sorted(groups, key=lambda group: not group.rows)
    )


def _lanes(group: Group, columns: Sequence[Interval], scale: _Scale) -> tuple[Lane, ...]:
    return tuple(
        Lane(
            row.method,
            row.step,
            row.banks,
            row.which,
            scale.bars(row.cells, columns),
            # What nobody knows on a day without outages either stays unknown beside them.
            usual=any(cell.verdict is not Verdict.UNKNOWN for cell in row.cells),
        )
        for row in best_known_first(group.rows)
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Moments of an outage as places between the margins."""

    interval: Interval
    margin: float

    def place(self, moment: datetime | None) -> float:
        start = self.interval.start
        end = self.interval.end or start + OPEN
        share = 1.0 if moment is None or end <= start else (moment - start) / (end - start)
        return self.margin + min(max(share, 0.0), 1.0) * (100 - 2 * self.margin)

    def bars(self, cells: Sequence[Cell], columns: Sequence[Interval]) -> tuple[Bar, ...]:
        found, first = [], 0
        for cell in cells:
            last = first + cell.span - 1
            interval = Interval(columns[first].start, columns[last].end)
            left, right = self.place(interval.start), self.place(interval.end)
            found.append(Bar(round(left, 2), round(max(right - left, 0.5), 2), interval, cell))
            first = last + 1
        return tuple(found)
