"""Assessments: how much a window matters to an audience, what it touches, and a digest of all that is said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from notifier.availability.effect import Effect, Effects, Kind
from notifier.availability.outlook import Outlook
from notifier.availability.panel import Panel
from notifier.availability.stretch import stretch_of
from notifier.model import Interval, Severity, Status, Verdict, Window

_UNKNOWN = int(Verdict.UNKNOWN)


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
            return Assessment(Severity.NONE, (), _digest([_facts(cut.window, cut.window.interval)]))
        panel = self._panels.get(tasks)
        if panel is None:
            panel = self._panels[tasks] = Panel(self.outlook, tasks)
        runs = panel.runs(cut.first, cut.last)
        lines = panel.lines[runs]
        # The first line may begin before the window does: its time is not said.
        lines[0] = f"{cut.facts}|{lines[0][lines[0].index('|') :]}"
        if (
            severity is not Severity.CRITICAL
            and any(panel.lost[runs])
            and any(
                self._is_to_blame(cut, lost, piece)
                for piece, lost in panel.lost_in(runs, cut.first, cut.last)
            )
        ):
            severity = Severity.CRITICAL
        return Assessment(severity, tasks, _digest(lines))

    def _is_to_blame(self, cut: _Cut, tasks: Iterable[int], piece: int) -> bool:
        """True when one of the tasks would have something left in the piece if there were no such window."""
        snapshot, conditions = self.outlook.snapshots[piece], cut.kind.conditions
        for table in map(self._tables.__getitem__, tasks):
            # Most times others alone take all that the window could give back: no need to look any further.
            if (table.own in conditions or snapshot[table.own] > _UNKNOWN) and any(
                all(snapshot[i] > _UNKNOWN or i in conditions for i in row.needs)
                for row in cut.kind.asking(table)
            ):
                left = not table.is_lost(self._runs(cut.without(piece)))
                if left:
                    return True
        return False


class _Cut:
    """One window cut where a verdict changes; kept while audience after audience asks for it.

    ``first`` and ``last`` are numbers of pieces of the outlook.
    """

    def __init__(self, outlook: Outlook, window: Window, kind: Kind) -> None:
        self.outlook = outlook
        self.window = window
        self.kind = kind
        stretch = stretch_of(outlook, window)
        self.first, self.last = outlook.span(window.start, window.end)
        self.facts = _facts(window, stretch)
        self.found: dict[tuple[str, ...], Assessment] = {}
        self.changed: Sequence[tuple[int, bytes, int]] | None = None
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


def _facts(window: Window, stretch: Interval) -> str:
    """What a digest says of the window itself, whoever is told of it."""
    start, end = window.start, window.end
    words = [
        ",".join(sorted(window.systems)),
        start.isoformat(),
        end.isoformat() if end else "unknown",
        window.status if window.status in (Status.TENTATIVE, Status.CANCELLED) else "certain",
        window.impact,
    ]
    if stretch.start != start or stretch.end != end:
        # Where others go on without a break, the reader is told another beginning or end.
        words += (stretch.start.isoformat(), str(stretch.end))
    return "|".join(words)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("|".join(lines).encode()).hexdigest()[:20]
