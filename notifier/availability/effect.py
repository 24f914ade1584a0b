"""What a window does on its own: which tasks it touches, how badly, and which window hides which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import lt

from notifier.availability.network import Network
from notifier.availability.outlook import state_of
from notifier.availability.rows import Panel, TaskRows
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
        self._panels: dict[tuple[str, ...], Panel] = {}
        self._asking: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}

    def of(self, window: Window, audience: str) -> Effect:
        """The effect of a window on an audience if there were no other window."""
        return self.on(self.snapshot(window), audience)

    def on(self, snapshot: bytes, audience: str) -> Effect:
        """The same for all windows that alone lead to this snapshot."""
        key = (snapshot, audience)
        found = self._effects.get(key)
        if found is None:
            found = self._effects[key] = self._assess(snapshot, audience)
        return found

    def might_touch(self, window: Window, audience: str) -> tuple[str, ...]:
        """The tasks that ask for one of the window's systems, also those it cannot harm alone."""
        key = (window.systems, audience)
        found = self._asking.get(key)
        if found is None:
            network = self.network
            leaves = {leaf for system in window.systems for leaf in network.leaves_below(system)}
            conditions = {index for leaf in leaves for index in network.conditions_of_leaf[leaf]}
            tasks = network.catalogue.tasks_of(audience)
            found = self._asking[key] = tuple(
                task.id for task in tasks if conditions.intersection(network.task_rows[task.id].asked)
            )
        return found

    def panel(self, tasks: tuple[str, ...]) -> Panel:
        """These tasks, to be judged together."""
        found = self._panels.get(tasks)
        if found is None:
            known, rows = self.network.catalogue.tasks, self.network.task_rows
            found = self._panels[tasks] = Panel((rows[task], known[task].essential) for task in tasks)
        return found

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
            table = self.network.task_rows[task.id]
            old, new = table.judge(before), table.judge(after)
            if old.rows == new.rows:
                continue
            found = self._severity(table, before, after)
            fell = self.network.task_verdict(task.id, after).lost
            if task.essential and fell and not self.network.task_verdict(task.id, before).lost:
                found = Severity.CRITICAL
            severity = max(severity, found, key=lambda item: item.rank)
        return severity

    def _hides(self, outer: Window, inner: Window, audience: str) -> bool:
        worse, less = self.snapshot(outer), self.snapshot(inner)
        return not any(self._is_worse(task, less, than=worse) for task in self.on(less, audience).tasks)

    def _is_worse(self, task: str, snapshot: bytes, *, than: bytes) -> bool:
        """True when some row of a task has a worse verdict in one snapshot than in another."""
        table = self.network.task_rows[task]
        here, there = table.judge(snapshot).rows, table.judge(than).rows
        return here != there and any(map(lt, here, there))

    def _assess(self, snapshot: bytes, audience: str) -> Effect:
        calm = self.network.calm
        touched = tuple(
            task.id
            for task in self.network.catalogue.tasks_of(audience)
            if self._is_worse(task.id, snapshot, than=calm)
        )
        return Effect(snapshot, touched, self.severity_of(touched, calm, snapshot))

    def _severity(self, table: TaskRows, before: bytes, after: bytes) -> Severity:
        """``major`` when the task's own systems, or a whole method, went from working to lost (or back)."""
        own = table.rows[0].own
        if (before[own] <= Verdict.UNKNOWN) != (after[own] <= Verdict.UNKNOWN):
            return Severity.MAJOR
        worked_before, works_after = _methods(table, before), _methods(table, after)
        return Severity.MAJOR if worked_before != works_after else Severity.MINOR


def _methods(table: TaskRows, snapshot: bytes) -> frozenset[str]:
    """The methods that can be relied on; a per-bank one counts while any bank's does."""
    verdicts = table.judge(snapshot).rows
    return frozenset(
        row.method for row, verdict in zip(table.rows, verdicts, strict=True) if verdict > Verdict.UNKNOWN
    )
