"""What a window does on its own: which tasks it touches, how badly, and which window hides which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifier.availability.network import Network
from notifier.availability.outlook import state_of
from notifier.availability.rows import Row
from notifier.availability.tasks import TaskRows
from notifier.model import Severity, SystemState, Verdict, Window


@dataclass(frozen=True, slots=True)
class Effect:
    """One window alone in the world, for one audience: the tasks touched and the severity so far.

    ``severity`` never says ``critical`` here unless the window alone leaves an essential task nothing.
    ``doubtful`` are the tasks that it does not touch, each with those of its rows that ask for a system
    of the window (as in :class:`judging.Judgement`): together with others it may take them.
    """

    tasks: tuple[str, ...]
    severity: Severity
    doubtful: tuple[tuple[str, int], ...] = ()


class Kind:
    """What windows on the same systems with the same state have in common."""

    def __init__(self, network: Network, systems: tuple[str, ...], state: SystemState) -> None:
        states = [SystemState.UP] * len(network.leaves)
        for leaf in network.leaves_below(systems):
            states[leaf] = state
        conditions = network.conditions_below(systems)
        self.names = ",".join(sorted(systems))
        self.conditions = frozenset(conditions)
        self.snapshot = network.snapshot(states, conditions)
        """The conditions as such a window alone leaves them."""
        self.rows = network.judge.asking(conditions) if state is not SystemState.UP else 0
        """All rows that it may take, alone or together with others."""
        self.effects: dict[str, Effect] = {}
        self._asking: dict[int, list[Row]] = {}

    def asking(self, table: TaskRows) -> list[Row]:
        """The rows of a task that such a window may take."""
        found = self._asking.get(table.index)
        if found is None:
            found = self._asking[table.index] = [
                row for row in table.rows if not self.conditions.isdisjoint(row.asked)
            ]
        return found


class Effects:
    """Effects by what decides them (systems and state), each computed once per network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._runs = network.judge.runs
        self._kinds: dict[tuple[tuple[str, ...], SystemState], Kind] = {}
        self._touched: dict[tuple[bytes, str], tuple[tuple[str, ...], Severity]] = {}

    def of(self, window: Window, audience: str) -> Effect:
        """The effect of a window on an audience if there were no other window."""
        return self.on(self.kind(window), audience)

    def kind(self, window: Window) -> Kind:
        """What decides the effects of a window."""
        key = (window.systems, state_of(window))
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = Kind(self.network, *key)
        return found

    def on(self, kind: Kind, audience: str) -> Effect:
        """The effect of all windows of one kind on an audience, each alone."""
        found = kind.effects.get(audience)
        if found is None:
            touched, severity = self._alone(kind.snapshot, audience)
            table = self.network.task_rows
            asking = (
                (task.id, kind.rows & table[task.id].everything)
                for task in self.network.catalogue.tasks_of(audience)
                if task.id not in touched
            )
            doubtful = tuple((task, rows) for task, rows in asking if rows)
            found = kind.effects[audience] = Effect(touched, severity, doubtful)
        return found

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
        old, new = self._runs(before), self._runs(after)
        for task in tasks:
            table = self.network.task_rows[task]
            if not table.differs(old, new):
                continue
            # The task's own systems, or a whole method, went from working to lost (or back).
            own = table.own
            whole = (before[own] <= Verdict.UNKNOWN) != (after[own] <= Verdict.UNKNOWN)
            found = Severity.MAJOR if whole or table.methods_differ(old, new) else Severity.MINOR
            fell = table.is_lost(new) and not table.is_lost(old)
            if fell and self.network.catalogue.tasks[task].essential:
                found = Severity.CRITICAL
            severity = max(severity, found, key=lambda item: item.rank)
        return severity

    def _hides(self, outer: Window, inner: Window, audience: str) -> bool:
        less = self.kind(inner)
        return not self._made_worse(
            self.on(less, audience).tasks, less.snapshot, than=self.kind(outer).snapshot
        )

    def _alone(self, snapshot: bytes, audience: str) -> tuple[tuple[str, ...], Severity]:
        """The tasks touched, and how badly; many kinds of windows lead to the same snapshot."""
        key = (snapshot, audience)
        found = self._touched.get(key)
        if found is None:
            calm = self.network.calm
            tasks = (task.id for task in self.network.catalogue.tasks_of(audience))
            touched = self._made_worse(tasks, snapshot, than=calm)
            found = self._touched[key] = (touched, self.severity_of(touched, calm, snapshot))
        return found

    def _made_worse(self, tasks: Iterable[str], snapshot: bytes, *, than: bytes) -> tuple[str, ...]:
        """Those tasks of which some row has a worse verdict in one snapshot than in another."""
        here, there = self._runs(snapshot), self._runs(than)
        return tuple(task for task in tasks if self.network.task_rows[task].is_worse(here, than=there))
