"""Assessments: how much a window matters to an audience, what it touches, and a digest of all that is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from notifier.availability.effect import Effect, Effects, Kind
from notifier.availability.outlook import Outlook
from notifier.availability.panel import Panel
from notifier.availability.stretch import bounds
from notifier.model import Severity, Status, Verdict, Window

_UNKNOWN = int(Verdict.UNKNOWN)
_UNCERTAIN = (Status.TENTATIVE, Status.CANCELLED)
_NONE = frozenset[int]()


class Assessment(NamedTuple):
    """The short form of advice: how much it matters, what it touches, and a digest of all it would say.

    Two assessments with the same digest lead to the same words, apart from the names of sources.
    """

    severity: Severity
    tasks: tuple[str, ...]
    digest: str


class Assessor:
    """Assesses the windows of one outlook, best one window after the other for all audiences."""

    def __init__(self, outlook: Outlook, effects: Effects) -> None:
        self.outlook = outlook
        self.effects = effects
        self._runs = effects.network.judge.runs
        self._calm = self._runs(effects.network.calm)
        self._tables = tuple(effects.network.task_rows.values())
        tasks = effects.network.catalogue.tasks.values()
        self._essential = frozenset(number for number, task in enumerate(tasks) if task.essential)
        self._panels: dict[tuple[str, ...], Panel] = {}
        self._cut: _Cut | None = None

    def assess(self, window: Window, audience: str) -> Assessment:
        """Severity, touched tasks and digest, without building the answers."""
        cut = self._cut
        if cut is None or cut.window is not window:
            cut = self._cut = _Cut(self.outlook, window, self.effects.kind(window))
        effect = cut.kind.effects.get(audience) or self.effects.on(cut.kind, audience)
        if effect.doubtful:
            effect = self._with_others(cut, effect, audience)
        found = cut.found.get(effect.tasks)
        if found is None:
            found = cut.found[effect.tasks] = self._assess(cut, effect)
        return found

    def _with_others(self, cut: _Cut, effect: Effect, audience: str) -> Effect:
        """The effect together with what the window takes only because others take something as well."""
        joint, severity = set[str](), effect.severity
        for piece, snapshot, changed in self._changed(cut):
            for task, rows in effect.doubtful:
                # Where the rows that the window may take are as on a calm day, it takes none.
                if changed & rows:
                    found = self.effects.severity_of((task,), cut.without(piece), snapshot)
                    if found is not Severity.NONE:
                        joint.add(task)
                        severity = max(severity, found, key=lambda item: item.rank)
        if not joint:
            return effect
        tasks = self.effects.network.catalogue.tasks_of(audience)
        touched = tuple(task.id for task in tasks if task.id in joint or task.id in effect.tasks)
        return Effect(touched, severity)

    def _changed(self, cut: _Cut) -> Sequence[tuple[int, bytes, int]]:
        """The pieces in which rows that the window may take are not as on a calm day, with those rows."""
        if cut.changed is None:
            calm, rows, snapshots = self._calm, cut.kind.rows, self.outlook.snapshots
            cut.changed = [
                (piece, snapshots[piece], changed)
                for piece in range(cut.first, cut.last + 1)
                if (changed := (self._runs(snapshots[piece]) ^ calm) & rows)
            ]
        return cut.changed

    def _assess(self, cut: _Cut, effect: Effect) -> Assessment:
        tasks, severity = effect.tasks, effect.severity
        if not tasks:
            window = cut.window
            return Assessment(Severity.NONE, (), _digest(_facts(window, cut.kind, window.start, window.end)))
        panel = self._panels.get(tasks)
        if panel is None:
            panel = self._panels[tasks] = Panel(self.outlook, tasks)
        runs = panel.runs(cut.first, cut.last)
        # The first line may begin before the window does: its time is not said.
        first, *lines = panel.lines[runs]
        said = "|".join([cut.facts, first[first.index("|") :], *lines])
        if (
            severity is not Severity.CRITICAL
            and any(panel.lost[runs])
            and any(
                not lost.isdisjoint(self._taken(cut, piece))
                for piece, lost in panel.lost_in(runs, cut.first, cut.last)
            )
        ):
            severity = Severity.CRITICAL
        return Assessment(severity, tasks, _digest(said))

    def _taken(self, cut: _Cut, piece: int) -> frozenset[int]:
        """The essential tasks of which nothing is left in a piece, and would be if there were no such window."""
        found = cut.taken.get(piece)
        if found is None:
            judge, snapshot = self.effects.network.judge, self.outlook.snapshots[piece]
            lost = judge.judge(snapshot).lost & self._essential
            # Most times others alone take all that the window could give back: no need to look any further.
            if lost and any(self._may_take(cut.kind, task, snapshot) for task in lost):
                lost -= judge.lost(self._runs(cut.without(piece)))
            else:
                lost = _NONE
            found = cut.taken[piece] = lost
        return found

    def _may_take(self, kind: Kind, task: int, snapshot: bytes) -> bool:
        """False where no row of a task has all that it needs besides what such a window may take."""
        table, conditions = self._tables[task], kind.conditions
        return (table.own in conditions or snapshot[table.own] > _UNKNOWN) and any(
            all(snapshot[i] > _UNKNOWN or i in conditions for i in row.needs) for row in kind.asking(table)
        )


class _Cut:
    """One window cut where a verdict changes; kept while audience after audience asks for it.

    ``first`` and ``last`` are numbers of pieces of the outlook.
    """

    def __init__(self, outlook: Outlook, window: Window, kind: Kind) -> None:
        self.outlook = outlook
        self.window = window
        self.kind = kind
        self.first, self.last = outlook.span(window.start, window.end)
        self.facts = _facts(window, kind, *bounds(outlook, window))
        self.found: dict[tuple[str, ...], Assessment] = {}
        self.changed: Sequence[tuple[int, bytes, int]] | None = None
        self.taken: dict[int, frozenset[int]] = {}
        self._others: Sequence[Window] | None = None
        self._without: dict[int, bytes] = {}

    def without(self, piece: int) -> bytes:
        """The snapshot that would hold as the piece begins if there were no such window."""
        snapshot = self._without.get(piece)
        if snapshot is None:
            snapshot = self._without[piece] = self._snapshot_without(piece)
        return snapshot

    def _snapshot_without(self, piece: int) -> bytes:
        window = self.window
        if self._others is None:
            near = self.outlook.overlapping(window.interval)
            self._others = [other for other in near if other.id != window.id]
        moment = max(self.outlook.times[piece], window.start)
        there = (
            other
            for other in self._others
            if other.start <= moment and (other.end is None or moment < other.end)
        )
        return self.outlook.without(window, there, piece)


def _facts(window: Window, kind: Kind, start: datetime, end: datetime | None) -> str:
    """What a digest says of the window itself, whoever is told of it; with the bounds of its stretch."""
    begin, until, status = window.start, window.end, window.status
    certainty = status.value if status in _UNCERTAIN else "certain"
    said = (
        f"{kind.names}|{begin.isoformat()}|{until.isoformat() if until else 'unknown'}"
        f"|{certainty}|{window.impact.value}"
    )
    if start is not begin or end is not until:
        # Where others go on without a break, the reader is told another beginning or end.
        said += f"|{start.isoformat()}|{end}"
    return said


def _digest(said: str) -> str:
    return sha256(said.encode()).hexdigest()[:20]
