"""Advice: what one audience is told about one window; and the answers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from notifier.model.times import Interval
from notifier.model.verdict import Severity, Verdict
from notifier.model.window import Window


@dataclass(frozen=True, slots=True)
class MethodAnswer:
    """One method of one task at one instant, with the reasons.

    ``because`` names the windows behind the verdict, ``facts`` the catalogue facts; ``prepare_by`` is
    the last moment for the preparation where one has become impossible; ``until`` is the next instant
    at which the verdict changes, ``None`` if none is known.
    """

    method: str
    bank: str | None
    step: str
    verdict: Verdict
    because: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    prepare_by: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """One task at one instant. ``cause`` names the task's own systems that are lost, if any are."""

    task: str
    verdict: Verdict
    because: tuple[str, ...]
    methods: tuple[MethodAnswer, ...]
    cause: tuple[str, ...] = ()
    last_resort: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of time within a window on which the answer for one task stays the same."""

    interval: Interval
    answer: TaskAnswer


@dataclass(frozen=True, slots=True)
class TaskAdvice:
    """What the window does to one task: the parts of its time, in order, without gaps."""

    task: str
    essential: bool
    parts: tuple[Part, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its parts: what can be promised for the whole window."""
        return min(part.answer.verdict for part in self.parts)


@dataclass(frozen=True, slots=True)
class Prepare:
    """A preparation worth making for this window, for one method.

    ``by`` is the moment after which it can no longer be made because of an outage; ``None`` when it
    stays possible but is wiser made before the start.
    """

    preparation: str
    method: str
    by: datetime | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What one audience is told about one window: what stops, what works, what to prepare, who says so.

    ``stretch`` is the time without a break during which the window's systems are affected, so touching
    windows of one system read as one. ``untouched`` are the audience's tasks that go on as always.
    """

    window: Window
    audience: str
    severity: Severity
    stretch: Interval
    tasks: tuple[TaskAdvice, ...]
    prepare: tuple[Prepare, ...]
    untouched: tuple[str, ...]
    digest: str

    def answers(self) -> Iterator[tuple[TaskAdvice, Part, MethodAnswer]]:
        """Every method answer with the part and task it stands in."""
        for task in self.tasks:
            for part in task.parts:
                for answer in part.answer.methods:
                    yield task, part, answer
