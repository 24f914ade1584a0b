"""How everybody's means stand in one advice, in a form in which one person's answer takes microseconds.

Tasks are bits here, and so are the standings of a way in the cells of an :mod:`outline`. Windows of which the same
can be said share one shape, and shapes hold for every language.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Set
from operator import or_
from weakref import WeakValueDictionary

from notifier.model import Advice, Catalogue, Means, Profile, Status, Verdict
from notifier.render.outcome import Standing, standing_of
from notifier.render.outline import CELL, Outline, Part, TaskOutline, Whole, Wholes, run
from notifier.render.yours import Mark

_MARKS = {
    Standing.LOST: Mark.LOST,
    Standing.PREPARED: Mark.PREPARED,
    Standing.SLOW: Mark.SLOW,
    Standing.UNKNOWN: Mark.UNKNOWN,
    Standing.DOUBTFUL: Mark.MOSTLY,
    Standing.WORKS: Mark.WORKS,
}
MARKS: tuple[Mark | None, ...] = (*Mark, None)
"""The marks by number: numbers are compared and hashed much faster. The last one is none."""

Key = tuple[str, str | None]
"""A method, with its bank where it has one."""

Stands = tuple[int, ...]
"""Of some means, as bits: for each :class:`Standing` the tasks in which they stand so in part of the time; the tasks
that a cause of their own closes in part of it, whatever the means; the tasks that they serve and nothing touches."""

NOWHERE: Stands = (0,) * (len(Standing) + 2)
"""Of means that serve nothing here."""


class Shape:
    """One advice as anybody may ask it: by :attr:`outline`, and how everybody's means stand in it.

    ``hits`` are tasks, as bits, in which something does not plainly work that takes no means of one's own;
    ``anybody`` those in which something does not, whatever it takes.
    """

    def __init__(self, advice: Advice, shapes: Shapes) -> None:
        self.hits = self.anybody = self._free = 0
        self._ways: dict[Key, int] = {}
        self._cells: tuple[int, ...] = ()
        self._hits: dict[Key, int] = {}
        self._stands: dict[Key, Stands] = {}
        self._untouched = sum(shapes.bits[task] for task in set(advice.untouched))
        tentative = advice.window.status is Status.TENTATIVE
        self.outline = Outline(self._fill(advice, shapes), shapes.wholes, tentative=tentative)

    def same(self) -> Hashable:
        """What tells one shape from another."""
        return (
            self.outline,
            self.hits,
            self._free,
            self._cells,
            frozenset(self._ways.items()),
            frozenset(self._hits.items()),
            frozenset(self._stands.items()),
            self._untouched,
        )

    def of(self, keys: Set[Key], serving: int) -> tuple[int, int, Stands]:
        """Of means with these keys that serve these tasks: their ways, the tasks they are hit in, how they stand.

        Ways are bits for :meth:`whole`, where those of several means come together. Means that are as good as
        others in all respects have the bits of those as well, so that it does not matter whether one has both.
        """
        ways = hits = 0
        stands = NOWHERE
        for key in self._ways.keys() & keys:
            ways |= self._ways[key]
            hits |= self._hits[key]
            stands = tuple(map(or_, stands, self._stands[key]))
        return ways, hits, (*stands[:-1], self._untouched & serving)

    def whole(self, ways: int, doing: int) -> Whole:
        """What it comes to for a person with these ways, in the tasks they do."""
        codes = self._free
        for number, cells in enumerate(self._cells):
            if ways >> number & 1:
                codes |= cells
        return self.outline.whole(codes, doing)

    def _fill(self, advice: Advice, shapes: Shapes) -> tuple[TaskOutline, ...]:
        cell, tasks, catalogue = 0, [], shapes.catalogue
        codes: dict[Key, int] = {}
        stands: dict[Key, list[int]] = {}
        for task in advice.tasks:
            bit, parts = shapes.bits[task.task], []
            steps = catalogue.tasks[task.task].steps
            for part in task.parts:
                answer = part.answer
                cells = {step.id: cell + n for n, step in enumerate(steps)}
                cell += len(steps)
                closed = bool(answer.cause) or (not steps and answer.verdict is not Verdict.USABLE)
                doubtful = closed and answer.verdict is Verdict.UNKNOWN
                parts.append(Part(tuple(cells.values()), closed, doubtful))
                self.hits |= bit if closed else 0
                for row in answer.methods:
                    standing = standing_of(row, catalogue)
                    code = run(standing) << (CELL * cells[row.step])
                    hit = bit if row.because and row.verdict is not Verdict.USABLE else 0
                    if is_free(catalogue, task.task, row.method):
                        self._free |= code
                        self.hits |= hit
                    key = (row.method, row.bank)
                    codes[key] = codes.get(key, 0) | code
                    self._hits[key] = self._hits.get(key, 0) | hit
                    self.anybody |= hit
                    mine = stands.setdefault(key, list(NOWHERE))
                    mine[len(Standing) if answer.cause else standing] |= bit
            tasks.append(TaskOutline(task.task, bit, task.essential, tuple(parts)))
        self.anybody |= self.hits
        self._stands = {key: tuple(found) for key, found in stands.items()}
        own = {key: code & ~self._free for key, code in codes.items()}
        self._cells = tuple(sorted(set(own.values()) - {0}))
        ways = {
            code: sum(1 << number for number, cells in enumerate(self._cells) if code | cells == code)
            for code in set(own.values())
        }
        self._ways = {key: ways[code] for key, code in own.items()}
        return tuple(tasks)


def mark_of(stands: Stands, doing: int) -> int:
    """How means stand that stand so, in the tasks that a person does: a place in :data:`MARKS`.

    As in :mod:`yours`: none for what serves nothing here, or whose every use has a cause of its own.
    """
    found = {standing for standing in Standing if stands[standing] & doing}
    blocked, used = stands[-2] & doing, stands[-1] & doing
    if not found and (blocked or not used):
        return MARKS.index(None)
    if used:
        found.add(Standing.WORKS)
    if len(found) > 1:
        return MARKS.index(Mark.MOSTLY if found == {Standing.WORKS, Standing.DOUBTFUL} else Mark.MIXED)
    (only,) = found
    return MARKS.index(None if only is Standing.WORKS and blocked else _MARKS[only])


class Shapes:
    """The shapes of one catalogue: each once for as long as somebody uses it, whatever the number of windows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.bits: Mapping[str, int] = {task: 1 << place for place, task in enumerate(catalogue.tasks)}
        self.wholes = Wholes()
        self._kept: WeakValueDictionary[Hashable, Shape] = WeakValueDictionary()
        self._outlines: WeakValueDictionary[Hashable, Outline] = WeakValueDictionary()

    def of(self, advice: Advice) -> Shape:
        """The shape of an advice."""
        made = Shape(advice, self)
        made.outline = self._outlines.setdefault(made.outline.same, made.outline)
        return self._kept.setdefault(made.same(), made)

    def doing(self, audience: str, profile: Profile) -> int:
        """The tasks of an audience that a person does, as bits."""
        found = 0
        for each in self.catalogue.tasks_of(audience):
            if does(self.catalogue, each.id, profile):
                found |= self.bits[each.id]
        return found

    def serving(self, method: str) -> int:
        """The tasks that a method serves, as bits."""
        tasks = self.catalogue.tasks.values()
        return sum(
            self.bits[task.id]
            for task in tasks
            if any(use.method == method for step in task.steps for use in step.uses)
        )

    def keys_of(self, means: Means) -> frozenset[Key]:
        """All that some means cover."""
        banks = (None, *self.catalogue.banks)
        return frozenset((means.method, bank) for bank in banks if means.covers(means.method, bank))


def does(catalogue: Catalogue, task: str, profile: Profile) -> bool:
    """True for a task of which the person has some method, or that takes no means of one's own."""
    own = {means.method for means in profile.means}
    uses = [use.method for step in catalogue.tasks[task].steps for use in step.uses]
    return not (profile and uses) or any(method in own or is_free(catalogue, task, method) for method in uses)


def is_free(catalogue: Catalogue, task: str, method: str) -> bool:
    """True when a method takes no personal means, always or in this task."""
    uses = (use for step in catalogue.tasks[task].steps for use in step.uses)
    return catalogue.methods[method].everyone or any(use.method == method and use.everyone for use in uses)
