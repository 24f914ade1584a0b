"""Digests written down row by row and piece by piece: they stay the same to the letter, whatever makes them fast.

A digest that changed with a new version of the program would be told to everybody as news.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest
from hypothesis import given

from notifier.availability import Adviser, Outlook, Row
from notifier.availability.tasks import TaskRows
from notifier.model import Interval, Status, Verdict, Window
from tests.availability.strategies import HALF, systems_of, windows
from tests.availability.world import catalogue, effects, network

# Making a failing example small takes hypothesis up to five minutes, and what it finds is worth them.
pytestmark = pytest.mark.timeout(400)

REAL = catalogue()
Way = tuple[str, int]


def digest(outlook: Outlook, window: Window, tasks: Sequence[str], stretch: Interval) -> str:
    """The digest of what is said of these tasks while a window lasts."""
    uncertain = window.status in (Status.TENTATIVE, Status.CANCELLED)
    end = window.end.isoformat() if window.end else "unknown"
    facts = [",".join(sorted(window.systems)), window.start.isoformat(), end]
    facts += [window.status.value if uncertain else "certain", window.impact.value]
    if tasks and stretch != window.interval:
        facts += [stretch.start.isoformat(), str(stretch.end)]
    if tasks:
        facts += ["", *pieces(outlook, window, [outlook.network.task_rows[task] for task in tasks])]
    return sha256("|".join(facts).encode()).hexdigest()[:20]


def pieces(outlook: Outlook, window: Window, tables: Sequence[TaskRows]) -> Iterator[str]:
    """Where something new is said: since when (but for the first), each task, and what waits since when."""
    first, last = outlook.span(window.start, window.end)
    before: tuple[list[str], list[Way]] | None = None
    for piece in range(first, last + 1):
        snapshot, begin = outlook.snapshots[piece], outlook.times[piece]
        ways = dict.fromkeys(way for table in tables for row in table.rows for way in waiting(row, snapshot))
        said = [text(table, snapshot) for table in tables], list(ways)
        if said != before:
            if before is not None:
                yield begin.isoformat()
            yield from said[0]
            for method, condition in ways:
                yield from (method, outlook.lost_since(condition, begin).isoformat())
        before = said


def text(table: TaskRows, snapshot: bytes) -> str:
    """Two digits a row; where some step has nothing left, also what there is to say of the loss."""
    verdicts = [row.verdict(snapshot) for row in table.rows]
    steps = {row.step: Verdict.UNUSABLE for row in table.rows}
    for row, verdict in zip(table.rows, verdicts, strict=True):
        steps[row.step] = max(steps[row.step], verdict)
    lost = any(verdict.lost for verdict in steps.values())
    return "".join(f"{verdict:02d}" for verdict in verdicts) + (table.loss(snapshot) if lost else "")


def waiting(row: Row, snapshot: bytes) -> Iterator[Way]:
    """The way of a row that works, while it cannot be prepared."""
    lost = row.prepare is not None and snapshot[row.prepare] <= Verdict.UNKNOWN
    if row.prepare is not None and lost and not row.verdict(snapshot).lost:
        yield row.method, row.prepare


@HALF
@given(known=windows(systems_of(REAL), most=8))
def test_a_digest_is_what_it_always_was(known: list[Window]) -> None:
    outlook = Outlook(network(), known)
    adviser = Adviser(outlook, effects())
    for window in known:
        for audience in REAL.audiences:
            found = adviser.assess(window, audience)
            assert found.digest == digest(outlook, window, found.tasks, adviser.stretch(window))
