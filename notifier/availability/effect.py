"""What a window does on its own: which tasks it touches, how badly, and which window hides which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from notifier.availability.condition import picker
from notifier.availability.network import Network
from notifier.availability.outlook import state_of
from notifier.availability.rows import Row
from notifier.availability.tasks import TaskRows
from notifier.model import Severity, SystemState, Verdict, Window

_RANKS = {severity: severity.rank for severity in Severity}


class Effect(NamedTuple):
    """One window alone in the world, for one audience: the tasks touched and the severity so far.

    ``severity`` never says ``critical`` here unless the window alone leaves an essential task nothing.
    ``doubtful`` are the tasks that it does not touch, each with those of its rows that ask for a system
    of the window (as in :mod:`runs`): together with others it may take them.
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
        judge, tables = network.judge, network.task_rows.values()
        self.names = ",".join(sorted(systems))
        self.conditions = network.conditions_below(systems)
        self.snapshot = network.snapshot(states, self.conditions)
        """The conditions as such a window alone leaves them."""
        self.rows = judge.asking(self.conditions) if state is not SystemState.UP else 0
        """All rows that it may take, alone or together with others."""
        self.owns = sum(table.bit for table in tables if table.own in self.conditions)
        """The tasks whose own systems it takes, one bit each."""
        worse = judge.runs(network.calm) & ~judge.runs(self.snapshot)
        untouched = self.rows & sum(table.everything for table in tables if not worse & table.everything)
        self._doubtful = picker(tuple(i for i in self.conditions if judge.asking((i,)) & untouched))
        self._alone = self._doubtful(self.snapshot)
        self.effects: dict[str, Effect] = {}
        self._asking: dict[int, list[Row]] = {}

    def is_joined(self, snapshot: bytes) -> bool:
        """True where such a window may take from a task that it does not touch alone.

        It may only where one of its conditions stands worse than the window alone would leave it.
        """
        return self._doubtful(snapshot) != self._alone

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
        self._touched: dict[bytes, Mapping[str, Severity]] = {}
        catalogue = network.catalogue
        self._tasks = {
            audience: [
                (task.id, network.task_rows[task.id].everything) for task in catalogue.tasks_of(audience)
            ]
            for audience in catalogue.audiences
        }

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
            touched, rows = self._alone(kind.snapshot), kind.rows
            taken: list[str] = []
            doubtful: list[tuple[str, int]] = []
            for task, everything in self._tasks.get(audience, ()):
                if task in touched:
                    taken.append(task)
                elif asking := rows & everything:
                    doubtful.append((task, asking))
            severity = worst([touched[task] for task in taken])
            found = kind.effects[audience] = Effect(tuple(taken), severity, tuple(doubtful))
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
        return worst(self._severity(task, before, after) for task in tasks)

    def _severity(self, task: str, before: bytes, after: bytes) -> Severity:
        table, old, new = self.network.task_rows[task], self._runs(before), self._runs(after)
        if not table.differs(old, new):
            return Severity.NONE
        if table.essential and table.is_lost(new) and not table.is_lost(old):
            return Severity.CRITICAL
        # The task's own systems, or a whole method, went from working to lost (or back).
        whole = (before[table.own] <= Verdict.UNKNOWN) != (after[table.own] <= Verdict.UNKNOWN)
        return Severity.MAJOR if whole or table.methods_differ(old, new) else Severity.MINOR

    def _hides(self, outer: Window, inner: Window, audience: str) -> bool:
        less = self.kind(inner)
        return not self._made_worse(
            self.on(less, audience).tasks, less.snapshot, than=self.kind(outer).snapshot
        )

    def _alone(self, snapshot: bytes) -> Mapping[str, Severity]:
        """The tasks touched, and how badly each; many kinds of windows lead to the same snapshot."""
        found = self._touched.get(snapshot)
        if found is None:
            calm = self.network.calm
            touched = self._made_worse(self.network.task_rows, snapshot, than=calm)
            found = {task: self._severity(task, calm, snapshot) for task in touched}
            self._touched[snapshot] = found
        return found

    def _made_worse(self, tasks: Iterable[str], snapshot: bytes, *, than: bytes) -> tuple[str, ...]:
        """Those tasks of which some row has a worse verdict in one snapshot than in another."""
        here, there = self._runs(snapshot), self._runs(than)
        return tuple(task for task in tasks if self.network.task_rows[task].is_worse(here, than=there))


def worst(severities: Iterable[Severity]) -> Severity:
    """The highest of some severities; ``none`` of none."""
    return max(severities, key=_RANKS.__getitem__, default=Severity.NONE)
