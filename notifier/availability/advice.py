"""Advice: what one audience is told about one window, given all windows known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.availability.answers import Instant
from notifier.availability.effect import Effect, Effects
from notifier.availability.network import Network
from notifier.availability.outlook import Outlook, state_of
from notifier.availability.rows import Row, TaskRows
from notifier.model import (
    FOREVER,
    Advice,
    Interval,
    Part,
    Prepare,
    Severity,
    Status,
    TaskAdvice,
    Verdict,
    Window,
    ancestors,
)

_REMEMBERED = 10_000
"""How many beginnings of stretches are remembered: about two megabytes."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The short form of advice: how much it matters, what it touches, and a digest of all it would say.

    Two assessments with the same digest lead to the same words, apart from the names of sources.
    """

    severity: Severity
    tasks: tuple[str, ...]
    digest: str


class Adviser:
    """Advice about the windows of one outlook. Cheap to make; the effects of windows are shared."""

    def __init__(self, outlook: Outlook, effects: Effects) -> None:
        self.outlook = outlook
        self.effects = effects
        self.network: Network = outlook.network
        self._instant: Instant | None = None
        self._cut: _Cut | None = None
        self._begins: dict[int, str] = {}
        self._lost_from: dict[tuple[int, int], str] = {}

    def assess(self, window: Window, audience: str) -> Assessment:
        """Severity, touched tasks and digest, without building the answers."""
        cut = self._cut
        if cut is None or cut.window is not window:
            cut = self._cut = _Cut(self.outlook, window, self.effects.snapshot(window), self.stretch(window))
        effect = self._with_others(cut, self.effects.on(cut.alone, audience), audience)
        found = cut.found.get(effect.tasks)
        if found is None:
            found = cut.found[effect.tasks] = self._assess(cut, effect)
        return found

    def _with_others(self, cut: _Cut, effect: Effect, audience: str) -> Effect:
        """The effect together with what the window takes only because others take something as well."""
        joint, severity = set[str](), effect.severity
        for task in self.effects.might_touch(cut.window, audience):
            table = self.network.task_rows[task]
            if task in effect.tasks:
                continue
            calm = table.judge(self.network.calm).rows
            for piece in cut.pieces:
                snapshot = self.outlook.snapshots[piece]
                if table.judge(snapshot).rows == calm:
                    continue
                without = cut.without(piece)
                if table.judge(snapshot).rows != table.judge(without).rows:
                    joint.add(task)
                    found = self.effects.severity_of((task,), without, snapshot)
                    severity = max(severity, found, key=lambda item: item.rank)
        if not joint:
            return effect
        tasks = self.network.catalogue.tasks_of(audience)
        touched = tuple(task.id for task in tasks if task.id in joint or task.id in effect.tasks)
        return Effect(effect.snapshot, touched, severity)

    def _assess(self, cut: _Cut, effect: Effect) -> Assessment:
        if not effect.tasks:
            return Assessment(Severity.NONE, (), _digest(_facts(cut.window, cut.window.interval), ()))
        severity, lines = effect.severity, list[str]()
        panel = self.effects.panel(effect.tasks)
        said, waiting = "", tuple[tuple[str, int], ...]()
        for piece in cut.pieces:
            standing = panel.stand(self.outlook.snapshots[piece])
            # Most edges are no business of these tasks: a piece counts only where something is said anew.
            if standing.said != said or standing.waiting != waiting:
                said, waiting = standing.said, standing.waiting
                # The first piece may begin before the window does.
                lines += (self._begin(piece) if lines else "", said)
                for method, preparing in waiting:
                    lines += (method, self._lost_since(preparing, piece))
            if (
                standing.lost
                and severity is not Severity.CRITICAL
                and any(cut.is_to_blame(table, piece) for table in standing.lost)
            ):
                severity = Severity.CRITICAL
        return Assessment(severity, effect.tasks, _digest(cut.facts, lines))

    def _begin(self, piece: int) -> str:
        """When a piece of time begins, as text; neighbouring windows ask for the same ones."""
        found = self._begins.get(piece)
        if found is None:
            found = self._begins[piece] = self.outlook.times[piece].isoformat()
        return found

    def _lost_since(self, condition: int, piece: int) -> str:
        """When the stretch began in which a condition cannot be relied on, as text."""
        key = (condition, piece)
        found = self._lost_from.get(key)
        if found is None:
            if len(self._lost_from) >= _REMEMBERED:
                self._lost_from.clear()
            found = self._lost_from[key] = self._begin(self.outlook.first_lost(condition, piece))
        return found

    def advise(self, window: Window, audience: str) -> Advice:
        """Everything one audience is told about one window."""
        short = self.assess(window, audience)
        tasks = tuple(self._task_advice(window, task) for task in short.tasks)
        return Advice(
            window=window,
            audience=audience,
            severity=short.severity,
            stretch=self.stretch(window),
            tasks=tasks,
            prepare=tuple(self._prepare(window, tasks, short.severity)),
            untouched=tuple(
                task.id for task in self.network.catalogue.tasks_of(audience) if task.id not in short.tasks
            ),
            digest=short.digest,
        )

    def masked_by(self, window: Window, audience: str) -> Window | None:
        """The larger outage of the same dependants in which this window lies, if there is one."""
        for other in self.outlook.overlapping(window.interval):
            if self.effects.masks(other, window, audience):
                return other
        return None

    def stretch(self, window: Window) -> Interval:
        """The time without a break in which the window's systems are affected at least as badly."""
        if not window.counts:
            return window.interval
        start, end = window.start, window.interval.until
        grown = True
        while grown:
            grown = False
            for other in self.outlook.touching(Interval(start, end)):
                if not _covers(other, window):
                    continue
                low, high = min(start, other.start), max(end, other.interval.until)
                if (low, high) != (start, end):
                    start, end, grown = low, high, True
        return Interval(start, None if end == FOREVER else end)

    def _task_advice(self, window: Window, task_id: str) -> TaskAdvice:
        task = self.network.catalogue.tasks[task_id]
        table = self.network.task_rows[task_id]
        parts: list[tuple[Interval, tuple[bytes, tuple[Row, ...]]]] = []
        for interval, snapshot in self.outlook.pieces(window.interval):
            judged = table.judge(snapshot)
            same = (judged.rows, judged.preparing)
            if parts and parts[-1][1] == same:
                parts[-1] = (Interval(parts[-1][0].start, interval.end), same)
            else:
                parts.append((interval, same))
        return TaskAdvice(
            task=task_id,
            essential=task.essential,
            parts=tuple(
                Part(interval, self._at(interval.start).task(task, horizon=False)) for interval, _ in parts
            ),
        )

    def _at(self, moment: datetime) -> Instant:
        """The instant; the tasks of one advice ask for the same few again and again."""
        if self._instant is None or self._instant.moment != moment:
            self._instant = Instant(self.outlook, moment)
        return self._instant

    def _prepare(self, window: Window, tasks: Sequence[TaskAdvice], severity: Severity) -> Iterator[Prepare]:
        """What to do before: first what an outage will make impossible, then what is wiser done early."""
        methods = self.network.catalogue.methods
        dated: dict[str, Prepare] = {}
        wise: dict[str, Prepare] = {}
        working = [_working(task) for task in tasks]
        for task, found in zip(tasks, working, strict=True):
            answers = (answer for part in task.parts for answer in part.answer.methods)
            # Only where a method really goes, or may, is it worth readying another; that nobody knows
            # whether it is touched at all is no reason.
            gone = Verdict.UNKNOWN if window.status is Status.TENTATIVE else Verdict.UNUSABLE
            worth = any(a.verdict <= gone and a.method not in found for a in answers)
            for method, moments in found.items():
                # A doubt about one use of a method is no deadline for readying the method itself.
                dates = [] if methods[method].prepare is None else [m for m in moments if m is not None]
                by = min(dates, default=None)
                for preparation in methods[method].preparations:
                    known = dated.get(preparation)
                    if by is not None and (known is None or known.by is None or by < known.by):
                        dated[preparation] = Prepare(preparation, method, by)
                    elif by is None and worth:
                        wise.setdefault(preparation, Prepare(preparation, method, None))
        yield from sorted(dated.values(), key=lambda item: (item.by is None, item.by))
        if severity.rank >= Severity.MAJOR.rank:
            yield from (item for key, item in wise.items() if key not in dated)


def _working(task: TaskAdvice) -> dict[str, set[datetime | None]]:
    """The methods of a task that can be relied on in some part, each with its moments for preparing."""
    found: dict[str, set[datetime | None]] = {}
    for part in task.parts:
        for answer in part.answer.methods:
            if not answer.verdict.lost:
                found.setdefault(answer.method, set()).add(answer.prepare_by)
    return found


class _Cut:
    """One window cut where a verdict changes; kept while audience after audience asks for it."""

    def __init__(self, outlook: Outlook, window: Window, alone: bytes, stretch: Interval) -> None:
        self.outlook = outlook
        self.window = window
        self.alone = alone
        self.pieces = outlook.numbers(window.interval)
        self.facts = _facts(window, stretch)
        self.found: dict[tuple[str, ...], Assessment] = {}
        self._others: list[Window] | None = None
        self._without: dict[int, bytes] = {}

    def is_to_blame(self, table: TaskRows, piece: int) -> bool:
        """True when the task would have something left as the piece begins if there were no such window."""
        return not table.judge(self.without(piece)).verdict.lost

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
        return self.outlook.snapshot_of(
            other
            for other in self._others
            if other.start <= moment and (other.end is None or moment < other.end)
        )


def _covers(other: Window, window: Window) -> bool:
    """True when every system of ``window`` is covered by ``other``, at least as badly."""
    return (
        other.counts
        and state_of(other) <= state_of(window)
        and all(any(up in other.systems for up in ancestors(system)) for system in window.systems)
    )


def _facts(window: Window, stretch: Interval) -> str:
    """What a digest says of the window itself, whoever is told of it."""
    return "|".join(
        (
            ",".join(sorted(window.systems)),
            window.start.isoformat(),
            window.end.isoformat() if window.end else "unknown",
            window.status if window.status in (Status.TENTATIVE, Status.CANCELLED) else "certain",
            window.impact,
            # Where others go on without a break, the reader is told another beginning or end.
            *([stretch.start.isoformat(), str(stretch.end)] if stretch != window.interval else []),
        )
    )


def _digest(facts: str, lines: Iterable[str]) -> str:
    return hashlib.sha256("|".join((facts, *lines)).encode()).hexdigest()[:20]
