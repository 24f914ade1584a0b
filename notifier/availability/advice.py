"""Advice: what one audience is told about one window, given all windows known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from notifier.availability.answers import Instant
from notifier.availability.effect import Effects
from notifier.availability.network import Network
from notifier.availability.outlook import Outlook, state_of
from notifier.availability.rows import TaskRows
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
        self._cut: tuple[Window, list[tuple[str, Interval, bytes]]] | None = None
        self._essential = {key: task.essential for key, task in self.network.catalogue.tasks.items()}

    def assess(self, window: Window, audience: str) -> Assessment:
        """Severity, touched tasks and digest, without building the answers."""
        effect = self.effects.of(window, audience)
        if not effect.tasks:
            return Assessment(Severity.NONE, (), _digest(window, ()))
        severity, lines = effect.severity, []
        tables = [(self.network.task_rows[task], self._essential[task]) for task in effect.tasks]
        for begin, interval, snapshot in self._pieces(window):
            lines.append(begin)
            for table, essential in tables:
                judged = table.judge(snapshot)
                lines.append(judged.rows.hex())
                for row in judged.preparing:
                    if row.prepare is not None:
                        since = self.outlook.lost_since(row.prepare, interval.start)
                        lines.append(f"{row.method}<{since.isoformat()}")
                lost = essential and judged.verdict <= Verdict.UNKNOWN
                if (
                    lost
                    and severity is not Severity.CRITICAL
                    and self._is_to_blame(window, table, interval.start)
                ):
                    severity = Severity.CRITICAL
        return Assessment(severity, effect.tasks, _digest(window, lines))

    def _pieces(self, window: Window) -> list[tuple[str, Interval, bytes]]:
        """The pieces of a window; kept for the next audience, which usually asks for the same."""
        if self._cut is None or self._cut[0] is not window:
            pieces = self.outlook.pieces(window.interval)
            self._cut = (window, [(piece.start.isoformat(), piece, snapshot) for piece, snapshot in pieces])
        return self._cut[1]

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
            prepare=tuple(self._prepare(tasks, short.severity)),
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
        parts: list[tuple[Interval, bytes]] = []
        for interval, snapshot in self.outlook.pieces(window.interval):
            verdicts = table.judge(snapshot).rows
            if parts and parts[-1][1] == verdicts:
                parts[-1] = (Interval(parts[-1][0].start, interval.end), verdicts)
            else:
                parts.append((interval, verdicts))
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

    def _prepare(self, tasks: Iterable[TaskAdvice], severity: Severity) -> Iterator[Prepare]:
        """What to do before: first what an outage will make impossible, then what is wiser done early."""
        methods = self.network.catalogue.methods
        dated: dict[str, Prepare] = {}
        wise: dict[str, Prepare] = {}
        for task in tasks:
            answers = [answer for part in task.parts for answer in part.answer.methods]
            standing = {answer.method for answer in answers if not answer.verdict.lost}
            # Only where a method really goes is it worth readying another; a mere doubt is no reason.
            worth = any(a.verdict is Verdict.UNUSABLE and a.method not in standing for a in answers)
            for answer in answers:
                if answer.verdict.lost:
                    continue
                for preparation in methods[answer.method].preparations:
                    by = answer.prepare_by
                    if by is not None:
                        known = dated.get(preparation)
                        if known is None or known.by is None or by < known.by:
                            dated[preparation] = Prepare(preparation, answer.method, by)
                    elif worth:
                        wise.setdefault(preparation, Prepare(preparation, answer.method, None))
        yield from sorted(dated.values(), key=lambda item: (item.by is None, item.by))
        if severity.rank >= Severity.MAJOR.rank:
            yield from (item for key, item in wise.items() if key not in dated)

    def _is_to_blame(self, window: Window, table: TaskRows, moment: datetime) -> bool:
        """True when the task would have something left at that moment without this window."""
        return not table.judge(self.outlook.without(window, moment, table.asked)).verdict.lost


def _covers(other: Window, window: Window) -> bool:
    """True when every system of ``window`` is covered by ``other``, at least as badly."""
    return (
        other.counts
        and state_of(other) <= state_of(window)
        and all(any(up in other.systems for up in ancestors(system)) for system in window.systems)
    )


def _digest(window: Window, lines: Iterable[str]) -> str:
    facts = "|".join(
        (
            ",".join(sorted(window.systems)),
            window.start.isoformat(),
            window.end.isoformat() if window.end else "unknown",
            window.status if window.status in (Status.TENTATIVE, Status.CANCELLED) else "certain",
            window.impact,
            *lines,
        )
    )
    return hashlib.sha256(facts.encode()).hexdigest()[:20]
