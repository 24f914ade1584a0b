"""Advice: what one audience is told about one window, given all windows known."""

from __future__ import annotations

from datetime import datetime

from notifier.availability.answers import Instant
from notifier.availability.assessment import Assessor
from notifier.availability.effect import Effects
from notifier.availability.network import Network
from notifier.availability.outlook import Outlook
from notifier.availability.preparing import preparations
from notifier.availability.stretch import stretch_of
from notifier.model import Advice, Interval, Part, TaskAdvice, Window


class Adviser(Assessor):
    """Advice about the windows of one outlook, short or whole. Cheap to make; the effects of windows are shared."""

    def __init__(self, outlook: Outlook, effects: Effects) -> None:
        super().__init__(outlook, effects)
        self.network: Network = outlook.network
        self._instant: Instant | None = None

    def advise(self, window: Window, audience: str) -> Advice:
        """Everything one audience is told about one window."""
        short = self.assess(window, audience)
        tasks = tuple(self._task_advice(window, task) for task in short.tasks)
        catalogue = self.network.catalogue
        return Advice(
            window=window,
            audience=audience,
            severity=short.severity,
            stretch=self.stretch(window),
            tasks=tasks,
            prepare=tuple(preparations(catalogue.methods, window, tasks, short.severity)),
            untouched=tuple(task.id for task in catalogue.tasks_of(audience) if task.id not in short.tasks),
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
        return stretch_of(self.outlook, window)

    def _task_advice(self, window: Window, task_id: str) -> TaskAdvice:
        task = self.network.catalogue.tasks[task_id]
        table = self.network.task_rows[task_id]
        parts: list[tuple[Interval, tuple[int, int]]] = []
        for interval, snapshot in self.outlook.pieces(window.interval):
            runs = self.network.judge.runs(snapshot)
            same = (runs & table.everything, table.waiting(snapshot, runs))
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
