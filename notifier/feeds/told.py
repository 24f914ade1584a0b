"""What an audience was told of each window, in columns: one for each kind of means, with a row for each shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notifier.feeds.entries import CalendarEntry, NewsEntry
from notifier.model import Advice, Means, Profile, Status, Window, ancestors
from notifier.render import Key, Shape, Shapes

_MOST_COLUMNS = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """How some means stand, by number of the shape: tasks hit, code, mark; see :class:`~notifier.render.Shape`.

    Three lists and not one of rows, so that a person's several means are put together without a loop in Python.
    """

    hits: Sequence[int]
    codes: Sequence[int]
    marks: Sequence[int]


class Told:
    """For choosing windows: all that was ever said of each, as far as feeds still hold it.

    ``windows`` has for each shape, by its number, the windows of which it was said; ``every`` is all of them, and
    ``blank`` are those that were called off and of which nothing is known any more: whoever may have heard of one
    hears that as well. ``free``, ``hits`` and ``anybody`` are those of the shapes, by number.
    """

    def __init__(
        self, audience: str, shapes: Shapes, news: Sequence[NewsEntry], events: Sequence[CalendarEntry]
    ) -> None:
        self._audience = audience
        self._shapes = shapes
        self._numbers: dict[Shape, int] = {}
        self._by_number: list[Shape] = []
        self.windows: list[list[str]] = []
        self.free: list[int] = []
        self.hits: list[int] = []
        self.anybody: list[int] = []
        self._systems: dict[str, set[str]] = {}
        self._columns: dict[tuple[Means, int | None], Column] = {}
        self._all_tasks = sum(shapes.bits.values())
        self._by_name: dict[str, frozenset[str]] = {}
        self._by_methods: dict[frozenset[str], int] = {}
        self._by_means: dict[Means, frozenset[Key]] = {}
        found: dict[str, set[int]] = {}
        cancelled: set[str] = set()

        def learn(window: Window | None, advice: Advice | None) -> None:
            if window is None:
                return
            self._systems.setdefault(window.id, set()).update(window.systems)
            mine = found.setdefault(window.id, set())
            if window.status is Status.CANCELLED:
                cancelled.add(window.id)
            if advice is not None and advice.tasks:
                mine.add(self.number(shapes.of(advice)))

        for item in news:
            learn(item.window, item.notice.advice)
            learn(item.notice.told, None)
        for event in events:
            learn(event.advice.window, event.advice)
        self.every = frozenset(found)
        for window, numbers in found.items():
            for number in numbers:
                self.windows[number].append(window)
        self.blank = frozenset(window for window in cancelled if not found[window])

    @property
    def shapes(self) -> Sequence[Shape]:
        """All shapes, by number."""
        return self._by_number

    def number(self, shape: Shape) -> int:
        """The number of a shape, a new one if need be."""
        known = self._numbers.get(shape)
        if known is None:
            known = self._numbers[shape] = len(self._numbers)
            self._by_number.append(shape)
            self.windows.append([])
            self.free.append(shape.free)
            self.hits.append(shape.hits)
            self.anybody.append(shape.anybody)
            self._columns.clear()
        return known

    def column(self, means: Means, doing: int | None) -> Column:
        """How some means stand in each shape, for somebody who does these tasks (``None``: whatever they serve)."""
        key = (means, doing)
        found = self._columns.get(key)
        if found is None:
            if len(self._columns) >= _MOST_COLUMNS:
                self._columns.clear()
            tasks = self._all_tasks if doing is None else doing
            rows = [shape.of(means, tasks) for shape in self._by_number]
            found = self._columns[key] = Column(*([row[part] for row in rows] for part in range(3)))
        return found

    def doing(self, profile: Profile, tasks: Iterable[str]) -> int:
        """The tasks that count, as bits: those asked for, else those that a person with this profile does."""
        asked = sum({self._shapes.bits[task] for task in tasks})
        if asked:
            return asked
        methods = frozenset(each.method for each in profile.means)  # whose bank it is makes no difference
        found = self._by_methods.get(methods)
        if found is None:
            if len(self._by_methods) >= _MOST_COLUMNS:
                self._by_methods.clear()
            found = self._by_methods[methods] = self._shapes.doing(self._audience, profile)
        return found

    def named(self, names: Iterable[str]) -> frozenset[str]:
        """The windows on one of these systems or banks, on one above or on one below."""
        return frozenset().union(*map(self._on, names))

    def _on(self, name: str) -> frozenset[str]:
        found = self._by_name.get(name)
        if found is None:
            above = ancestors(name)
            found = self._by_name[name] = frozenset(
                window
                for window, systems in self._systems.items()
                if any(name in ancestors(system) or system in above for system in systems)
            )
        return found

    def keys_of(self, means: Iterable[Means]) -> frozenset[Key]:
        """All that these means cover."""
        return frozenset().union(*map(self._keys_of, means))

    def _keys_of(self, means: Means) -> frozenset[Key]:
        found = self._by_means.get(means)
        if found is None:
            banks = (None, *self._shapes.catalogue.banks)
            found = frozenset((means.method, bank) for bank in banks if means.covers(means.method, bank))
            self._by_means[means] = found
        return found
