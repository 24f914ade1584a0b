"""What windows mean to one person, line by line: whoever has many windows to tell of puts them together from these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import escape

from notifier.model import Means
from notifier.render.dates import plain
from notifier.render.outline import TaskState
from notifier.render.sentences import in_brackets
from notifier.render.voice import Voice
from notifier.render.yours import Mark, Sum

HOLE = "[notifier:what-it-means-to-one-person]"
"""Stands in the text of a window where the lines for one person go."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """The same words as plain text and as HTML."""

    text: str
    html: str


class Lines:
    """Says in one language what a window means to a person, in lines that do not depend on its hours."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._order = {method: place for place, method in enumerate(voice.catalogue.methods)}
        self._frames: dict[tuple[Mark, int], tuple[str, str]] = {}
        self._names: dict[Means, str] = {}
        self.heading = heading(voice.say("heading-yours"), "yours")
        self.prepare = heading(voice.say("heading-prepare"), "prepare")
        self.before_items = Fragment("", '<ul class="yours">\n')
        self.after_items = Fragment("", "</ul>\n")

    def sorted(self, means: Iterable[Means]) -> tuple[Means, ...]:
        """Means in the order in which they are told."""
        return tuple(sorted(means, key=lambda each: (self._order[each.method], each.bank or "")))

    def verdict(self, found: Sum | None) -> Fragment | None:
        """What it all comes to; ``None`` where that needs a date, or there is nothing to be said."""
        if found in (None, Sum.CAUSE, Sum.PREPARE):
            return None
        return sentence(self._voice.sentence(f"yours-{found}"))

    def means(self, mark: Mark, means: Sequence[Means]) -> Fragment:
        """How some of their means stand."""
        frame = self._frames.get((mark, len(means)))
        if frame is None:
            said = self._voice.sentence(f"yours-means-{mark}", n=len(means), methods=HOLE)
            before, _, after = said.partition(HOLE)
            frame = self._frames[mark, len(means)] = before, after
        return item(frame[0] + ", ".join(map(self._name, means)) + frame[1])

    def tasks(self, tasks: Iterable[tuple[str, TaskState]], *, tentative: bool) -> list[Fragment]:
        """What cannot be done, and of what nobody knows."""
        tasks, items = list(tasks), []
        for state in (TaskState.LOST, TaskState.PARTLY, TaskState.OPEN):
            those = [task for task, each in tasks if each is state]
            if those:
                items.append(self._tasks_line(state, those, tentative=tentative))
        return items

    def _name(self, means: Means) -> str:
        found = self._names.get(means)
        if found is None:
            method = self._voice.method(means.method)
            found = in_brackets(method, [self._voice.bank(means.bank)] if means.bank else [])
            self._names[means] = found
        return found

    def _tasks_line(self, state: TaskState, tasks: Sequence[str], *, tentative: bool) -> Fragment:
        voice = self._voice
        if state is TaskState.OPEN:
            can = voice.clauses(voice.task(task, "can") for task in tasks)
            return item(voice.sentence("lost-unsure", can=can))
        cannot = voice.clauses(voice.task(task, "cannot") for task in tasks)
        if state is TaskState.PARTLY:
            return item(voice.sentence("yours-partly", cannot=cannot))
        return item(voice.sentence("lost-perhaps" if tentative else "lost-task", cannot=cannot))


def sentence(text: str) -> Fragment:
    """A sentence on a line of its own."""
    return Fragment(f"{plain(text)}\n", f'<p class="intro">{escape(text)}</p>\n')


def item(text: str) -> Fragment:
    """One point of a list."""
    return Fragment(f"- {plain(text)}\n", f"<li>{escape(text)}</li>\n")


def heading(text: str, kind: str) -> Fragment:
    """A heading above a part of a message."""
    return Fragment(f"\n{plain(text)}\n", f'<h3 class="{kind}">{escape(text)}</h3>\n')
