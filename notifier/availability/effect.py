"""What a window does on its own: which tasks it touches, how badly, and which window hides which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifier.availability.network import Network
from notifier.availability.outlook import state_of
from notifier.availability.rows import Row
from notifier.model import Severity, SystemState, Verdict, Window


@dataclass(frozen=True, slots=True)
class Effect:
    """One window alone in the world, for one audience: the tasks touched and the severity so far.

    ``severity`` never says ``critical`` here unless the window alone leaves an essential task nothing.
    """

    snapshot: bytes
    tasks: tuple[str, ...]
    severity: Severity


class Effects:
    """Effects by what decides them (systems and state), each computed once per network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._snapshots: dict[tuple[tuple[str, ...], SystemState], bytes] = {}
        self._effects: dict[tuple[bytes, str], Effect] = {}

    def of(self, window: Window, audience: str) -> Effect:
        """The effect of a window on an audience if there were no other window."""
        snapshot = self.snapshot(window)
        key = (snapshot, audience)
        if key not in self._effects:
            self._effects[key] = self._assess(snapshot, audience)
        return self._effects[key]

    def snapshot(self, window: Window) -> bytes:
        """The conditions as this window alone leaves them."""
        key = (window.systems, state_of(window))
        if key not in self._snapshots:
            states = [SystemState.UP] * len(self.network.leaves)
            for system in window.systems:
                for leaf in self.network.leaves_below(system):
                    states[leaf] = key[1]
            self._snapshots[key] = self.network.snapshot(states)
        return self._snapshots[key]

    def masks(self, outer: Window, inner: Window, audience: str) -> bool:
        """True when ``inner`` lies in ``outer`` and takes nothing from the audience that ``outer`` leaves."""
        if outer.id == inner.id or not (outer.counts and inner.counts):
            return False
        if not inner.interval.within(outer.interval):
            return False
        if not self._hides(outer, inner, audience):
            return False
        twins = outer.interval == inner.interval and self._hides(inner, outer, audience)
        return not twins or outer.id < inner.id

    def severity_of(self, tasks: Iterable[str], before: bytes, after: bytes) -> Severity:
        """How much it matters to these tasks that the conditions went from one snapshot to another."""
        severity = Severity.NONE
        for task in (self.network.catalogue.tasks[key] for key in tasks):
            rows = self.network.rows_of(task.id)
            changed = [row for row in rows if row.verdict(before) != row.verdict(after)]
            if not changed:
                continue
            found = self._severity(rows, before, after)
            fell = self.network.task_verdict(task.id, after).lost
            if task.essential and fell and not self.network.task_verdict(task.id, before).lost:
                found = Severity.CRITICAL
            severity = max(severity, found, key=lambda item: item.rank)
        return severity

    def _hides(self, outer: Window, inner: Window, audience: str) -> bool:
        worse, less = self.snapshot(outer), self.snapshot(inner)
        return all(
            row.verdict(worse) <= row.verdict(less)
            for task in self.of(inner, audience).tasks
            for row in self.network.rows_of(task)
        )

    def _assess(self, snapshot: bytes, audience: str) -> Effect:
        calm = self.network.calm
        touched = tuple(
            task.id
            for task in self.network.catalogue.tasks_of(audience)
            if any(row.verdict(snapshot) < row.verdict(calm) for row in self.network.rows_of(task.id))
        )
        return Effect(snapshot, touched, self.severity_of(touched, calm, snapshot))

    def _severity(self, rows: tuple[Row, ...], before: bytes, after: bytes) -> Severity:
        """``major`` when the task's own systems, or a whole method, went from working to lost (or back)."""
        if (before[rows[0].own] <= Verdict.UNKNOWN) != (after[rows[0].own] <= Verdict.UNKNOWN):
            return Severity.MAJOR
        worked_before, works_after = _methods(rows, before), _methods(rows, after)
        return Severity.MAJOR if worked_before != works_after else Severity.MINOR


def _methods(rows: tuple[Row, ...], snapshot: bytes) -> frozenset[str]:
    """The methods that can be relied on; a per-bank one counts while any bank's does."""
    return frozenset(row.method for row in rows if not row.verdict(snapshot).lost)
