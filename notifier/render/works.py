"""The two blocks at the heart of a message: what works now for the reader, and what does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from notifier.model import Advice, Status, ancestors
from notifier.render.notes import Notes
from notifier.render.outcome import Outcome, Standing, TaskOutcome, Way, concerns
from notifier.render.sentences import MARKED, Sentences, sentence
from notifier.render.view import Block, Group

_LONG = 3
"""From this many ways on, a list of ways that was told is referred to and not repeated."""


class Works:
    """Tells what one advice comes to for one reader; ``none_left`` where the reader knows that no means is left."""

    def __init__(
        self,
        say: Sentences,
        advice: Advice,
        found: Sequence[TaskOutcome],
        notes: Notes,
        *,
        none_left: bool = False,
    ) -> None:
        self.say = say
        self._none_left = none_left
        self.voice = say.voice
        self.advice = advice
        self.found = found
        self.notes = notes

    def works(self, heading: str) -> Block | None:
        """The tasks that can be done and by which ways; what to know about ways; what is untouched."""
        items = list(self._tasks([task for task in self.found if task.usual.possible]))
        items += self.notes.doubts(self.say)
        untouched = [
            self.voice.task(task, "can")
            for task in self.advice.untouched
            if concerns(task, self.say.profile, self.voice.catalogue)
        ]
        if untouched:
            items.append(self.voice.sentence("works-as-always", can=self.voice.clauses(untouched)))
        return Block("works", self.voice.say(heading), (Group(tuple(items)),)) if items else None

    def lost(self, heading: str) -> Block | None:
        """The tasks that cannot be done: those with one cause together, then those without a way left.

        Then the ways that are lost wherever they serve, and the banks without any way.
        """
        impossible = [task for task in self.found if not task.usual.possible]
        causes = dict.fromkeys(_cause(task) for task in impossible if task.usual.cause)
        groups = [self._caused([task for task in impossible if _cause(task) == cause]) for cause in causes]
        wayless = [task for task in impossible if not task.usual.cause]
        items = [self._without_way(tasks) for tasks in _alike(wayless)]
        if not (wayless and self.say.profile):
            items += self.notes.losses(self.say)
        if items:
            groups.append(Group(tuple(items)))
        return Block("lost", self.voice.say(heading), tuple(groups)) if groups else None

    @property
    def _tentative(self) -> bool:
        return self.advice.window.status is Status.TENTATIVE

    def _tasks(self, possible: Sequence[TaskOutcome]) -> Iterator[str]:
        first: TaskOutcome | None = None
        for tasks in _alike(possible):
            cans = [self.voice.task(task.task, "can") for task in tasks]
            told = self._like_first(cans, tasks[0], first) if first else None
            told = told or sentence(self.say.can(cans, tasks[0].usual))
            yield " ".join((told, *self._exceptions(tasks)))
            first = first or tasks[0]

    def _like_first(self, cans: Sequence[str], task: TaskOutcome, first: TaskOutcome) -> str | None:
        """The task by reference to the first point of the list, where all the ways named there serve here too."""
        if not (_simple(first) and _simple(task)):
            return None
        known, step = first.usual.steps[0].standing(*MARKED), task.usual.steps[0]
        if len(known) < _LONG or not set(known) <= set(step.ways):
            return None
        rest = replace(step, ways=tuple(way for way in step.ways if way not in known))
        if rest.possible:
            shorter = replace(task.usual, steps=(rest,))
            return sentence(self.say.can(cans, shorter), self.voice.say("works-also-above"))
        return " ".join(
            (self.voice.sentence("works-as-above", can=self.voice.clauses(cans)), *self.say.unknown(rest))
        )

    def _exceptions(self, tasks: Sequence[TaskOutcome]) -> Iterator[str]:
        """The stretches of time on which it is otherwise, each with its own ends; mere losses are notes."""
        for interval, outcome in tasks[0].exceptions:
            if tasks[0].usual.setbacks(outcome) is not None:
                continue
            names = [task.task for task in tasks]
            if outcome.possible:
                said = self.say.can([self.voice.task(task, "can") for task in names], outcome)
            elif outcome.open and not self._tentative:
                said = self.voice.say("lost-unsure", can=self._join(names, "can"))
            else:
                key = "lost-perhaps" if outcome.open else "lost-task"
                said = self.voice.say(key, cannot=self._join(names, "cannot"))
            yield self.voice.sentence("works-exception", when=self.voice.dates.when(interval), said=said)

    def _caused(self, tasks: Sequence[TaskOutcome]) -> Group:
        """Tasks that one cause takes away, or perhaps takes away."""
        voice, usual = self.voice, tasks[0].usual
        intro = []
        if not all(self._of_window(system) for system in usual.cause):
            intro.append(voice.sentence("lost-cause", of=voice.join(voice.names(usual.cause, "of"))))
        if usual.open and self._tentative:
            intro.append(voice.sentence("lost-perhaps-these"))
        elif not usual.open and any(task.essential and len(_ways(task.usual)) >= _LONG for task in tasks):
            intro.append(voice.sentence("lost-no-use-trying"))
        unsure = usual.open and not self._tentative
        items = (sentence(self._lost(task.task, unsure=unsure), *self._exceptions((task,))) for task in tasks)
        return Group(tuple(items), " ".join(intro))

    def _lost(self, task: str, *, unsure: bool) -> str:
        if unsure:
            return self.voice.say("lost-unsure", can=self.voice.task(task, "can"))
        return self.voice.say("lost-task", cannot=self.voice.task(task, "cannot"))

    def _without_way(self, tasks: Sequence[TaskOutcome]) -> str:
        """Tasks for which no way is left, or none of which anybody knows; what others use instead."""
        voice, outcome = self.voice, tasks[0].usual
        names = [task.task for task in tasks]
        if outcome.open and self._tentative:
            said = [voice.sentence("lost-perhaps", cannot=self._join(names, "cannot"))]
        elif outcome.open:
            open_ways = [way.method for way in _ways(outcome) if way.standing is Standing.UNKNOWN]
            can, methods = self._join(names, "can"), self.say.names(open_ways)
            said = [voice.sentence("lost-open", can=can, methods=methods)]
        else:
            cannot = self._join(names, "cannot")
            if not outcome.one_step:
                steps = [step for step in outcome.steps if step.possible or not self._none_left]
                said = [voice.sentence("lost-task", cannot=cannot), *map(self.say.step, steps)]
            elif self._none_left:
                said = [voice.sentence("lost-task", cannot=cannot)]
            else:
                key = "lost-all-yours" if self.say.profile else "lost-all"
                said = [voice.sentence(key, cannot=cannot)]
        return " ".join((*said, *self._spare(outcome), *self._exceptions(tasks)))

    def _spare(self, outcome: Outcome) -> Iterator[str]:
        """Ways that work for those who have them; where a task takes several steps, for each step."""
        for step in outcome.steps:
            if step.possible or not step.spare:
                continue
            methods = ", ".join(map(self.say.named, step.spare))
            if outcome.one_step:
                yield self.voice.sentence("lost-spare", n=len(step.spare), methods=methods)
            else:
                yield self.voice.say("step-spare", step=self.say.step_name(step.step), methods=methods)

    def _join(self, tasks: Iterable[str], form: str) -> str:
        return self.voice.clauses([self.voice.task(task, form) for task in tasks])

    def _of_window(self, system: str) -> bool:
        return any(above in self.advice.window.systems for above in ancestors(system))


def essential_lost(found: Iterable[TaskOutcome]) -> bool:
    """True when something that people must get done cannot be done for most of the time."""
    return any(task.essential and not task.usual.possible for task in found)


def _cause(task: TaskOutcome) -> tuple[tuple[str, ...], bool]:
    return task.usual.cause, task.usual.open


def _ways(outcome: Outcome) -> list[Way]:
    return [way for step in outcome.steps for way in step.ways]


def _simple(task: TaskOutcome) -> bool:
    """True when its ways can be told by reference: one step, and at all times no more than losses apart."""
    losses = all(task.usual.setbacks(outcome) is not None for _, outcome in task.exceptions)
    return losses and task.usual.one_step and not task.usual.merely_slow


def _alike(tasks: Iterable[TaskOutcome]) -> Iterator[list[TaskOutcome]]:
    """Tasks with the same outcome at the same times, together; those that are only slow as well."""
    groups: dict[object, list[TaskOutcome]] = {}
    for task in tasks:
        shape = tuple(
            outcome.merely_slow or tuple((step.ways, step.spare) for step in outcome.steps)
            for outcome in task.all
        )
        groups.setdefault((shape, tuple(interval for interval, _ in task.exceptions)), []).append(task)
    yield from groups.values()
