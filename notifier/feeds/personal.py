"""Feeds and calendars for one person: chosen and put together from ready pieces, in milliseconds.

Nothing about a person is stored: all there is to know stands in the address, and what is kept are the pieces.
A person's feed never names a method they do not have, and misses no window that touches one they have.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from operator import or_

from notifier.feeds.frames import Frame
from notifier.feeds.molds import Filling
from notifier.feeds.slots import Slot, SlotMaker
from notifier.feeds.told import Told
from notifier.feeds.wish import Wish
from notifier.render import MARKS, Sum

Said = tuple[Filling, Sum | None, Filling | None]
"""What a shape means to a person: all of it, the sum, and what of it stands after the verdict."""


class Person:
    """One wish on the feeds of one audience: what each window means to them."""

    def __init__(self, wish: Wish, told: Told, maker: SlotMaker) -> None:
        self._told = told
        self._maker = maker
        self._lines = maker.lines
        profile = wish.profile
        self.means = self._lines.sorted(profile.means)
        self.doing = told.doing(profile, wish.tasks)
        self._keys = told.keys_of(self.means) & maker.preparing
        self._columns = [told.column(means, self.doing if wish.tasks else None) for means in self.means]
        self._touching = bool(wish.have or wish.tasks)
        banks = () if wish.tasks else tuple(each.bank for each in self.means if each.bank)
        self._named = told.named((*wish.systems, *banks))
        self._codes = _together(told.free, [each.codes for each in self._columns])
        self._marks = list(zip(*[each.marks for each in self._columns], strict=True))
        self._of_shape: dict[int, Said] = {}
        self._said: dict[Hashable, Said] = {}
        self._of_marks: dict[tuple[int, tuple[int, ...]], Filling] = {}

    def windows(self) -> set[str]:
        """The windows that touch something of theirs, or that they named a system or have a bank of."""
        found = set(self._named)
        if self._touching:
            own = self._told.hits if self.means else self._told.anybody
            hits, doing = _together(own, [each.hits for each in self._columns]), self.doing
            found |= self._told.blank
            found.update(
                *[windows for hit, windows in zip(hits, self._told.windows, strict=True) if hit & doing]
            )
        return found

    def fill(self, slot: Slot, number: int, *, prepared: bool) -> Sequence[bytes]:
        """A slot for them, and the events of its preparations if wished; ``number`` is that of its shape."""
        said = self._of_shape.get(number)
        if said is None:
            said = self._of_shape[number] = self._say(number)
        filling, pieces = said[0], slot.pieces
        chosen = self._maker.chosen(slot, self._keys) if self._keys and slot.steps else ()
        if chosen:
            filling = self._with_steps(said, slot, chosen)
        if len(pieces) == 2:
            return pieces[0], filling[0], pieces[1]
        if self._maker.kind == "json":
            return pieces[0], filling[0], pieces[1], filling[1], pieces[2]
        steps = [slot.steps[number] for number in chosen]
        alarms = [step.alarm for step in steps]
        events = [step.event for step in steps] if prepared else []
        return [pieces[0], filling[0], pieces[1], *alarms, pieces[2], *events]

    def _say(self, number: int) -> Said:
        """What windows of a shape mean to them, without preparations; many shapes mean the same."""
        maker, outline, marks = self._maker, self._told.shapes[number].outline, self._marks[number]
        whole = outline.whole(self._codes[number], self.doing)
        of_tasks = maker.of_whole(whole, tentative=outline.tentative)
        key = (of_tasks, marks, whole.sum)
        found = self._said.get(key)
        if found is None:
            verdict, tasks = of_tasks
            items = [each for each in (self._of_means(marks), tasks) if each is not None]
            rest = maker.encode.joined([maker.before_items, *items, maker.after_items]) if items else None
            found = self._said[key] = self._yours(verdict, rest), whole.sum, rest
        return found

    def _with_steps(self, said: Said, slot: Slot, chosen: tuple[int, ...]) -> Filling:
        """The same with preparations, of which the first may be what the verdict is about."""
        whole, found, rest = said
        if found is Sum.PREPARE:
            whole = self._yours(slot.steps[chosen[0]].verdict, rest)
        return self._maker.encode.joined([whole, self._maker.steps(slot, chosen)])

    def _of_means(self, marks: tuple[int, ...]) -> Filling | None:
        """The lines on their means: those that stand alike are told in one."""
        alike: dict[int, list[int]] = {}
        for place, number in enumerate(marks):
            if MARKS[number] is not None:
                alike.setdefault(number, []).append(place)
        lines = [self._line(number, tuple(alike[number])) for number in sorted(alike)]
        return self._maker.encode.joined(lines) if lines else None

    def _line(self, number: int, places: tuple[int, ...]) -> Filling:
        key = (number, places)
        found, mark = self._of_marks.get(key), MARKS[number]
        if found is None and mark is not None:
            line = self._lines.means(mark, tuple([self.means[place] for place in places]))
            found = self._of_marks[key] = self._maker.encode(line)
        return found or self._maker.encode.nothing

    def _yours(self, verdict: Filling | None, rest: Filling | None) -> Filling:
        said = [each for each in (verdict, rest) if each is not None]
        return self._maker.encode.joined([self._maker.heading, *said] if said else [])


def _together(own: Sequence[int], columns: Iterable[Sequence[int]]) -> Sequence[int]:
    """What is true of a shape, whoever asks, or of one of the means."""
    for column in columns:
        own = list(map(or_, own, column))
    return own


class Shelf:
    """One audience's feed of one kind in one language, ready for anybody's wish."""

    def __init__(self, slots: Sequence[Slot], told: Told, maker: SlotMaker, frame: Frame) -> None:
        self._slots = [(slot, -1 if slot.shape is None else told.number(slot.shape)) for slot in slots]
        self._told = told
        self._maker = maker
        self._frame = frame

    def feed(self, wish: Wish) -> bytes:
        """The feed as somebody wishes it."""
        person = Person(wish, self._told, self._maker)
        shown = person.windows() if wish.narrows else self._told.every
        prepared = bool(wish.events)
        parts: list[Sequence[bytes]] = []
        newest: datetime | None = None
        for slot, number in self._slots:
            if slot.window not in shown:
                continue
            if newest is None or slot.moment > newest:
                newest = slot.moment
            if person.means and number >= 0:
                parts.append(person.fill(slot, number, prepared=prepared))
            else:
                events = [step.event for step in slot.steps] if prepared and not person.means else []
                parts.append([slot.public, *events])
        return self._frame.around(parts, wish.query, newest)
