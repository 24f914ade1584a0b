"""What windows mean to people, in the words of one kind of feed and one language.

Kept is what many people are told: verdicts, tasks, preparations, and lines on few means. A line on many means is
hardly ever told twice, and is put together anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from notifier.feeds.molds import ENCODERS, Filling
from notifier.model import Means
from notifier.render import MARKS, Fragment, Lines, Mark, Whole

Marks = tuple[int, ...]
"""How each of a person's means stands, in the order in which they are told: places in ``MARKS``."""

Sense = tuple[Whole, Marks]
"""What a window means to a person."""

_MOST_ENCODED = 20_000
_MOST_LINES = 20_000
_MOST_AROUND = 5_000
_FEW = 2
_MARKS = tuple(Mark)
_NONE = MARKS.index(None)
_LIST_END = Fragment("", "</ul>\n")


class Step(Protocol):
    """A preparation in one slot."""

    @property
    def intro(self) -> Filling:
        """Its deadline."""
        ...

    @property
    def item(self) -> Filling:
        """What to do."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What a window comes to, before and after the lines on somebody's means; and where there are no such lines."""

    before: Filling
    after: Filling
    alone: Filling


class Sayings:
    """The words, encoded as the items of one kind of feed want them."""

    def __init__(self, kind: str, lines: Lines) -> None:
        self.lines = lines
        self._encode = ENCODERS[kind]
        self._kept: dict[Fragment, Filling] = {}
        self._around: dict[Whole, Around] = {}
        self._lines: dict[tuple[Mark, tuple[str, ...]], Filling] = {}
        self._nothing = self._encode(Fragment("", ""))
        self._heading, self._prepare = self._encode(lines.heading), self._encode(lines.prepare)
        self._before_items = self._encode(lines.before_items)
        self._after_items = self._encode(lines.after_items)
        self._list_end = self._encode(_LIST_END)
        constant = (self._heading, self._prepare, self._before_items, self._after_items, self._list_end)
        self.always = tuple(chain.from_iterable(constant))
        """What is said around all else."""

    def encoded(self, *fragments: Fragment) -> Filling:
        """Some words, one after the other; the same words are kept once."""
        return self.joined([self._once(fragment) for fragment in fragments])

    def joined(self, fillings: Sequence[Filling]) -> Filling:
        """What is encoded already, one after the other."""
        if len(self._nothing) == 1:  # most kinds
            return (b"".join([each[0] for each in fillings]),)
        return tuple(map(b"".join, zip(*fillings, strict=True))) if fillings else self._nothing

    def around(self, whole: Whole) -> Around:
        """What a window comes to, around the lines on somebody's means."""
        found = self._around.get(whole)
        if found is None:
            verdict = self.lines.verdict(whole.sum)
            found = self._made_around(whole, None if verdict is None else self.encoded(verdict))
            if len(self._around) >= _MOST_AROUND:
                self._around.clear()
            self._around[whole] = found
        return found

    def dated(self, whole: Whole, verdict: Filling) -> Around:
        """The same where the verdict has a date in it."""
        return self._made_around(whole, verdict)

    def line(self, mark: Mark, means: Sequence[Means], names: tuple[str, ...]) -> Filling:
        """The line on some of somebody's means, which have these names."""
        key = (mark, names)
        found = self._lines.get(key)
        if found is None:
            found = self._encode(self.lines.means(mark, means))
            if len(names) <= _FEW:
                if len(self._lines) >= _MOST_LINES:
                    self._lines.clear()
                self._lines[key] = found
        return found

    def of_steps(self, steps: Sequence[Step]) -> Filling:
        """What to prepare, one list for each deadline."""
        said, before = [self._prepare], None
        for step in steps:
            if step.intro != before:
                said += [step.intro] if before is None else [self._list_end, step.intro]
                before = step.intro
            said.append(step.item)
        return self.joined([*said, self._list_end])

    def _made_around(self, whole: Whole, verdict: Filling | None) -> Around:
        tasks = self.encoded(*self.lines.tasks(whole.tasks, tentative=whole.tentative))
        said = [] if verdict is None else [verdict]
        items = [self._before_items, tasks, self._after_items] if whole.tasks else []
        return Around(
            self.joined([self._heading, *said, self._before_items]),
            self.joined([tasks, self._after_items]),
            self.joined([self._heading, *said, *items]) if said or items else self._nothing,
        )

    def _once(self, fragment: Fragment) -> Filling:
        found = self._kept.get(fragment)
        if found is None:
            if len(self._kept) >= _MOST_ENCODED:
                self._kept.clear()
            found = self._kept[fragment] = self._encode(fragment)
        return found


class Speech(dict[Sense, Filling]):
    """What windows mean to one person: whatever is looked up is put into words, each thing once."""

    def __init__(self, sayings: Sayings, means: Sequence[Means]) -> None:
        super().__init__()
        self._sayings = sayings
        self._means = means
        self._names = [str(each) for each in means]
        self._on_means: dict[Marks, Filling | None] = {}
        self._lines: dict[tuple[int, ...], Filling] = {}

    def __missing__(self, sense: Sense) -> Filling:
        """Say it."""
        whole, marks = sense
        found = self[sense] = self._said(self._sayings.around(whole), marks)
        return found

    def dated(self, sense: Sense, verdict: Filling) -> Filling:
        """Say it with a verdict that has a date in it."""
        whole, marks = sense
        return self._said(self._sayings.dated(whole, verdict), marks)

    def _said(self, around: Around, marks: Marks) -> Filling:
        try:
            means = self._on_means[marks]
        except KeyError:
            means = self._on_means[marks] = self._of_means(marks)
        return around.alone if means is None else self._sayings.joined([around.before, means, around.after])

    def _of_means(self, marks: Marks) -> Filling | None:
        """The lines on their means: those that stand alike are told in one."""
        alike: dict[int, list[int]] = {}
        for place, mark in enumerate(marks):
            if mark != _NONE:
                alike.setdefault(mark, []).append(place)
        lines = [self._line(mark, alike[mark]) for mark in sorted(alike)]
        return self._sayings.joined(lines) if lines else None

    def _line(self, mark: int, places: Sequence[int]) -> Filling:
        key = (mark, *places)
        found = self._lines.get(key)
        if found is None:
            names = tuple([self._names[place] for place in places])
            means = [self._means[place] for place in places]
            found = self._lines[key] = self._sayings.line(_MARKS[mark], means, names)
        return found
