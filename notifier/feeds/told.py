"""What an audience was told of each window, in columns: one for each kind of means, with a row for each shape.

A person's several means are put together from columns without a loop in Python. What is kept here does not depend
on a person but on one of their means, or on what several means come to in one shape, which many people share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import compress
from operator import or_
from typing import Any, cast

from notifier.feeds.entries import CalendarEntry, NewsEntry
from notifier.model import Advice, Means, Profile, Status, Window, ancestors
from notifier.render import NOWHERE, Key, Shape, Shapes, Stands, Whole, mark_of

_MOST_COLUMNS = 2000
_MOST_WHOLES = 30_000
_ROOM = 24
"""Bits for the number of a shape; above them are the ways that a person has in it."""

NOTHING = 0
"""The number of no shape: of what is told to everybody alike."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How some means stand in each shape, whatever a person does.

    ``ways`` are those in the shape, above its number. ``kinds`` are places in ``stands``: in many
    shapes they stand alike.
    """

    ways: Sequence[int]
    hits: Sequence[int]
    kinds: Sequence[int]
    stands: Sequence[Stands]


class Told:
    """For choosing windows and for saying what they mean: all that was ever told, as far as feeds still hold it.

    Sets of windows are numbers here, with a byte for each window: see :meth:`opened`. ``every`` is all of them, and
    ``blank`` are those that were called off and of which nothing is known any more: whoever may have heard of one
    hears that as well.
    """

    def __init__(
        self, audience: str, shapes: Shapes, news: Sequence[NewsEntry], events: Sequence[CalendarEntry]
    ) -> None:
        self._audience = audience
        self._shapes = shapes
        self._numbers: dict[Shape, int] = {}
        self._in_order: list[Shape] = []
        self._all_tasks = sum(shapes.bits.values())
        self._windows = [0]
        self._rows: dict[Means, Rows] = {}
        self._marks: dict[tuple[Means, int], bytes] = {}
        self._touched: dict[tuple[Means | bool, int], int] = {}
        self._by_name: dict[str, int] = {}
        self._by_methods: dict[frozenset[str], int] = {}
        self._wholes: dict[int, dict[int, Whole]] = {}
        self._known = 0
        self._systems: dict[str, set[str]] = {}
        told: dict[str, set[int]] = {}
        cancelled: set[str] = set()

        def learn(window: Window | None, advice: Advice | None) -> None:
            if window is None:
                return
            self._systems.setdefault(window.id, set()).update(window.systems)
            mine = told.setdefault(window.id, set())
            if window.status is Status.CANCELLED:
                cancelled.add(window.id)
            if advice is not None and advice.tasks:
                mine.add(self.number(shapes.of(advice)))

        for item in news:
            learn(item.window, item.notice.advice)
            learn(item.notice.told, None)
        for event in events:
            learn(event.advice.window, event.advice)
        self._places = {window: place for place, window in enumerate(told)}
        for window, numbers in told.items():
            for number in numbers:
                self._windows[number] |= self._set([window])
        self.every = self._set(told)
        self.blank = self._set(window for window in cancelled if not told[window])

    def number(self, shape: Shape) -> int:
        """The number of a shape, a new one if need be; there is none with the number :data:`NOTHING`."""
        known = self._numbers.get(shape)
        if known is None:
            self._in_order.append(shape)
            known = self._numbers[shape] = len(self._in_order)
            self._windows.append(0)
            for made_of_all in (self._rows, self._marks, self._touched):
                made_of_all.clear()
        return known

    def place(self, window: str) -> int:
        """The place of a window in :meth:`opened`; one of which nothing was told is in no set."""
        return self._places.get(window, len(self._places))

    def opened(self, windows: int) -> bytes:
        """A set of windows by place: one where a window is in it, else zero."""
        return windows.to_bytes(len(self._places) + 1, "little")

    def _set(self, windows: Iterable[str]) -> int:
        return sum(1 << (8 * self._places[window]) for window in set(windows))

    def doing(self, profile: Profile, tasks: Iterable[str]) -> int:
        """The tasks that count, as bits: those asked for, else those that a person with this profile does."""
        asked = sum({self._shapes.bits[task] for task in tasks})
        if asked:
            return asked
        methods = frozenset(each.method for each in profile.means)  # whose bank it is makes no difference
        found = self._by_methods.get(methods)
        if found is None:
            _bound(self._by_methods)
            found = self._by_methods[methods] = self._shapes.doing(self._audience, profile)
        return found

    def keys_of(self, means: Means) -> frozenset[Key]:
        """All that some means cover."""
        return self._shapes.keys_of(means)

    # --- which windows ---------------------------------------------------------------------------------------------

    def touching(self, means: Iterable[Means], doing: int) -> int:
        """The windows that touch something of theirs; of somebody without means those that touch anything."""
        found = [self._touching(each, doing) for each in means]
        return reduce(or_, found, self._touching(not found, doing))

    def _touching(self, whom: Means | bool, doing: int) -> int:
        """Those that touch one of the means; ``True`` for whatever anybody has, ``False`` for what takes none."""
        key = (whom, doing)
        found = self._touched.get(key)
        if found is None:
            _bound(self._touched)
            if isinstance(whom, Means):
                hits = self._row(whom).hits
            else:
                hits = [0, *(shape.anybody if whom else shape.hits for shape in self._in_order)]
            found = reduce(or_, compress(self._windows, map(doing.__and__, hits)), 0)
            self._touched[key] = found
        return found

    def named(self, names: Iterable[str]) -> int:
        """The windows on one of these systems or banks, on one above or on one below."""
        return reduce(or_, map(self._on, names), 0)

    def _on(self, name: str) -> int:
        found = self._by_name.get(name)
        if found is None:
            _bound(self._by_name)
            above = ancestors(name)
            found = self._by_name[name] = self._set(
                window
                for window, systems in self._systems.items()
                if any(name in ancestors(system) or system in above for system in systems)
            )
        return found

    # --- what they mean --------------------------------------------------------------------------------------------

    def marks(self, means: Means, tasks: int | None) -> bytes:
        """How some means stand in these tasks (``None``: in any), by number of the shape: places in ``MARKS``."""
        doing = self._all_tasks if tasks is None else tasks
        key = (means, doing)
        found = self._marks.get(key)
        if found is None:
            _bound(self._marks)
            rows = self._row(means)
            marks = [mark_of(stands, doing) for stands in rows.stands]
            found = self._marks[key] = bytes(map(marks.__getitem__, rows.kinds))
        return found

    def ways(self, means: Iterable[Means]) -> Sequence[int]:
        """By number of the shape, what these means (at least one) come to there, for :meth:`wholes`."""
        first, *others = (self._row(each).ways for each in means)
        for each in others:
            first = list(map(or_, first, each))
        return first

    def wholes(self, ways: Sequence[int], doing: int) -> Sequence[Whole]:
        """What windows come to for a person who has these ways in them, and does these tasks."""
        known = self._wholes.get(doing, {})
        found = list(map(known.get, ways))
        if all(found):
            return cast("list[Whole]", found)
        missing = {way for way, whole in zip(ways, found, strict=True) if whole is None}
        if self._known + len(missing) > _MOST_WHOLES:
            self._wholes, self._known, known, missing = {}, 0, {}, set(ways)
        self._known += len(missing)
        self._wholes[doing] = known
        known.update({way: self._whole(way, doing) for way in missing})
        return [known[way] for way in ways]

    def _whole(self, way: int, doing: int) -> Whole:
        number = way & (1 << _ROOM) - 1
        if number == NOTHING:
            return self._shapes.wholes(None, (), tentative=False)
        return self._in_order[number - 1].whole(way >> _ROOM, doing)

    def _row(self, means: Means) -> Rows:
        found = self._rows.get(means)
        if found is None:
            _bound(self._rows)
            found = self._rows[means] = self._rows_of(means)
        return found

    def _rows_of(self, means: Means) -> Rows:
        keys, serving = self._shapes.keys_of(means), self._shapes.serving(means.method)
        ways, all_hits, kinds = [0], [0], [0]
        stands_known: dict[Stands, int] = {NOWHERE: 0}
        for number, shape in enumerate(self._in_order, 1):
            way, hits, stands = shape.of(keys, serving)
            ways.append(way << _ROOM | number)
            all_hits.append(hits)
            kinds.append(stands_known.setdefault(stands, len(stands_known)))
        return Rows(ways, all_hits, kinds, list(stands_known))


def _bound(kept: dict[Any, Any]) -> None:
    """Make room: what is thrown away is made again in well under a millisecond."""
    if len(kept) >= _MOST_COLUMNS:
        kept.clear()
