"""Assessments: how much a window matters to an audience, what it touches, and a digest of all that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from notifier.availability.course import Course, Section
from notifier.availability.effect import Effect, Effects, Kind, worst
from notifier.availability.outlook import Outlook, text_of
from notifier.availability.panel import Panel
from notifier.availability.stretch import bounds
from notifier.availability.tasks import TaskRows
from notifier.model import Impact, Severity, Status, Verdict, Window

_UNKNOWN = int(Verdict.UNKNOWN)
_CERTAINTY = {
    status: status.value if status in (Status.TENTATIVE, Status.CANCELLED) else "certain" for status in Status
}
_IMPACTS = {impact: impact.value for impact in Impact}


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
        network = effects.network
        self._runs = network.judge.runs
        self._tables = network.task_rows
        self._course = Course(outlook, 0)
        self._panels: dict[tuple[str, ...], Panel] = {}
        self._cut: _Cut | None = None

    def assess(self, window: Window, audience: str) -> Assessment:
        """Severity, touched tasks and digest, without building the answers."""
        cut = self._cut
        if cut is None or cut.window is not window:
            cut = self._cut = self._begin(window)
        effect = cut.kind.effects.get(audience) or self.effects.on(cut.kind, audience)
        if effect.doubtful:
            effect = self._with_others(cut, effect, audience)
        found = cut.found.get(effect.tasks)
        if found is None:
            found = cut.found[effect.tasks] = self._assess(cut, effect)
        return found

    def _begin(self, window: Window) -> _Cut:
        cut = _Cut(self.outlook, window, self.effects.kind(window))
        if cut.kind.rows:
            if not self._course.goes_on(cut.first):
                self._course = Course(self.outlook, cut.first)
            self._course.read(cut.last)
            cut.section = self._course.section(cut.first, cut.last)
        return cut

    def _with_others(self, cut: _Cut, effect: Effect, audience: str) -> Effect:
        """The effect together with what the window takes only because others take something as well."""
        joint: dict[str, Severity] = {}
        for without, snapshot, rows in self._joined(cut):
            for task, asking in effect.doubtful:
                if rows & asking:
                    found = self.effects.severity_of((task,), without, snapshot)
                    joint[task] = worst((found, joint.get(task, Severity.NONE)))
        if not joint:
            return effect
        tasks = self.effects.network.catalogue.tasks_of(audience)
        touched = tuple(task.id for task in tasks if task.id in joint or task.id in effect.tasks)
        return Effect(touched, worst((effect.severity, *joint.values())))

    def _joined(self, cut: _Cut) -> Sequence[tuple[bytes, bytes, int]]:
        """Where others may join it: the snapshots without the window and with it, and the rows that it takes."""
        if cut.joined is None:
            snapshots, is_joined = self.outlook.snapshots[cut.first : cut.last + 1], cut.kind.is_joined
            pairs = [
                (cut.without(piece), snapshot)
                for piece, snapshot in enumerate(snapshots, cut.first)
                if is_joined(snapshot)
            ]
            cut.joined = [
                (without, snapshot, rows)
                for without, snapshot in pairs
                if (rows := self._runs(without) ^ self._runs(snapshot))
            ]
        return cut.joined

    def _assess(self, cut: _Cut, effect: Effect) -> Assessment:
        tasks, severity = effect.tasks, effect.severity
        if not tasks:
            return Assessment(Severity.NONE, (), _digest(cut.facts))
        panel = self._panels.get(tasks)
        if panel is None:
            panel = self._panels[tasks] = Panel([self._tables[task] for task in tasks])
        said = f"{cut.facts}{cut.stretch}||{panel.said(cut.section)}"
        if severity is not Severity.CRITICAL:
            if cut.lost is None:
                cut.lost = self._lost(cut)
            if cut.lost and self._takes(cut, cut.lost, panel.tasks):
                severity = Severity.CRITICAL
        return Assessment(severity, tasks, _digest(said))

    def _lost(self, cut: _Cut) -> Sequence[tuple[int, int]]:
        """The pieces in which nothing is left of essential tasks that the window may take, with those tasks."""
        snapshots, owns = self.outlook.snapshots, cut.kind.owns
        return [
            (piece, lost)
            for piece, judged in enumerate(cut.section.judged, cut.first)
            # Of a task whose own systems others have taken there is nothing that the window could take.
            if (lost := judged.lost | judged.sunk & owns)
            and (piece == cut.first or snapshots[piece] is not snapshots[piece - 1])
        ]

    def _takes(self, cut: _Cut, lost_in: Iterable[tuple[int, int]], tasks: int) -> bool:
        """True where nothing is left of one of some tasks, and would be if there were no such window."""
        return any(lost & tasks and self._taken(cut, piece, lost) & tasks for piece, lost in lost_in)

    def _taken(self, cut: _Cut, piece: int, lost: int) -> int:
        """Those of the tasks lost in a piece of which something would be left if there were no such window."""
        found = cut.taken.get(piece)
        if found is None:
            snapshot = self.outlook.snapshots[piece]
            tables = (table for table in self._tables.values() if table.bit & lost)
            # Most times others alone take all that the window could give back: no need to look any further.
            if any(_may_take(cut.kind, table, snapshot) for table in tables):
                found = lost & ~self.effects.network.judge.lost(self._runs(cut.without(piece)))
            else:
                found = 0
            cut.taken[piece] = found
        return found


class _Cut:
    """One window cut where a verdict changes; kept while audience after audience asks for it.

    ``first`` and ``last`` are numbers of pieces of the outlook; ``facts`` is what digests say of the window
    itself, ``stretch`` what they say of others that go on without a break. The rest is filled in when it is
    first asked for.
    """

    __slots__ = (
        "_others",
        "_without",
        "facts",
        "first",
        "found",
        "joined",
        "kind",
        "last",
        "lost",
        "outlook",
        "section",
        "stretch",
        "taken",
        "window",
    )

    def __init__(self, outlook: Outlook, window: Window, kind: Kind) -> None:
        self.outlook = outlook
        self.window = window
        self.kind = kind
        self.first, self.last = outlook.span(window.start, window.end)
        self.facts = _facts(window, kind)
        self.stretch = _stretch(window, *bounds(outlook, window))
        self.section: Section
        self.found: dict[tuple[str, ...], Assessment] = {}
        self.joined: Sequence[tuple[bytes, bytes, int]] | None = None
        self.lost: Sequence[tuple[int, int]] | None = None
        self.taken: dict[int, int] = {}
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


def _may_take(kind: Kind, table: TaskRows, snapshot: bytes) -> bool:
    """False where no row of a task has all that it needs besides what such a window may take."""
    conditions = kind.conditions
    return any(
        all(snapshot[i] > _UNKNOWN or i in conditions for i in row.needs) for row in kind.asking(table)
    )


def _facts(window: Window, kind: Kind) -> str:
    """What a digest says of the window itself, whoever is told of it."""
    until = "unknown" if window.end is None else text_of(window.end)
    return (
        f"{kind.names}|{text_of(window.start)}|{until}|{_CERTAINTY[window.status]}|{_IMPACTS[window.impact]}"
    )


def _stretch(window: Window, start: datetime, end: datetime | None) -> str:
    """What a digest says where others go on without a break: the reader is told another beginning or end."""
    if start is window.start and end is window.end:
        return ""
    return f"|{text_of(start)}|{end}"


def _digest(said: str) -> str:
    return sha256(said.encode()).digest()[:10].hex()
