"""Feeds and calendars for one person: chosen and put together from ready pieces, in milliseconds.

Nothing about a person is stored: all there is to know stands in the address, and what is kept are the pieces.
A person's feed never names a method they do not have, and misses no window that touches one they have.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime

from notifier.feeds.frames import Frame
from notifier.feeds.molds import Filling
from notifier.feeds.slots import Slot, SlotMaker, Step
from notifier.feeds.told import Row, Told
from notifier.feeds.wish import Wish
from notifier.render import MARKS, Sum, sentence

_UNSAID: Filling = ()


class Person:
    """One wish on the feeds of one audience: what each window means to them."""

    def __init__(self, wish: Wish, told: Told, maker: SlotMaker) -> None:
        self._told = told
        self._maker = maker
        self._lines = maker.lines
        profile = wish.profile
        self.means = self._lines.sorted(profile.means)
        self.doing = told.doing(profile, wish.tasks)
        self.keys = told.keys_of(self.means)
        self._columns = [told.column(means, self.doing if wish.tasks else None) for means in self.means]
        self._touching = bool(wish.have or wish.tasks)
        banks = () if wish.tasks else tuple(each.bank for each in self.means if each.bank)
        self._named = told.named((*wish.systems, *banks))
        self._marked: dict[tuple[int, ...], Filling | None] = {}
        self._choices: dict[Hashable, tuple[int, ...]] = {}

    def windows(self) -> set[str]:
        """The windows that touch something of theirs, or that they named a system or have a bank of."""
        found = set(self._named)
        if self._touching:
            hits = [shape.hits if self.means else shape.anybody for shape in self._told.shapes]
            for column in self._columns:
                hits = [hit | row[0] for hit, row in zip(hits, column, strict=True)]
            doing = self.doing
            touched = [bool(hit & doing) for hit in hits]
            found |= self._told.blank
            found |= {
                window for window, shapes in self._told.windows.items() if any(touched[n] for n in shapes)
            }
        return found

    def fill(self, slot: Slot, number: int, *, prepared: bool) -> list[bytes]:
        """A slot for them, and the events of its preparations if wished; ``number`` is that of its shape."""
        steps = slot.steps
        chosen: tuple[int, ...] = ()
        if steps:
            known = self._choices.get(slot.menu)
            if known is None:
                known = self._choices[slot.menu] = self._choose(steps)
            chosen = known
        shape = self._told.shapes[number]
        rows: list[Row] = [column[number] for column in self._columns]
        codes = shape.free
        for row in rows:
            codes |= row[1]
        whole = shape.outline.whole(codes, self.doing)
        marks = tuple([row[2] for row in rows])
        means = self._marked.get(marks, _UNSAID)
        if means is _UNSAID:
            means = self._marked[marks] = self._say(marks)
        verdict, tasks = self._maker.of_whole(whole, tentative=shape.outline.tentative)
        if chosen and whole.sum is Sum.PREPARE:
            verdict = self._maker.encode(sentence(steps[chosen[0]].verdict))
        fillings = self._yours(verdict, means, tasks)
        if chosen:
            fillings += self._prepare(steps, chosen)
        pieces = slot.pieces
        if len(pieces) == 2:
            return [pieces[0], *[filling[0] for filling in fillings], pieces[1]]
        if self._maker.kind == "json":
            html, text = zip(*fillings, strict=True)
            return [pieces[0], *html, pieces[1], *text, pieces[2]]
        alarms = [steps[n].alarm for n in chosen]
        events = [steps[n].event for n in chosen] if prepared else []
        return [pieces[0], *[filling[0] for filling in fillings], pieces[1], *alarms, pieces[2], *events]

    def _say(self, marks: Sequence[int]) -> Filling | None:
        """The lines on their means."""
        lines = []
        for number, mark in enumerate(MARKS[:-1]):
            those = tuple([means for means, each in zip(self.means, marks, strict=True) if each == number])
            if those and mark is not None:
                lines.append(self._lines.means(mark, those))
        return self._maker.encode.all(lines) if lines else None

    def _yours(self, verdict: Filling | None, means: Filling | None, tasks: Filling | None) -> list[Filling]:
        maker = self._maker
        items = [each for each in (means, tasks) if each is not None]
        if items:
            items = [maker.before_items, *items, maker.after_items]
        if verdict is not None:
            items = [verdict, *items]
        return [maker.heading, *items] if items else [maker.encode.nothing]

    def _choose(self, steps: Sequence[Step]) -> tuple[int, ...]:
        """The steps that serve their means, each preparation at its earliest deadline."""
        chosen: dict[str, int] = {}
        for n, step in enumerate(steps):
            if step.what not in chosen and not step.keys.isdisjoint(self.keys):
                chosen[step.what] = n
        return tuple(sorted(chosen.values()))

    def _prepare(self, steps: Sequence[Step], chosen: Iterable[int]) -> Iterable[Filling]:
        yield self._maker.prepare
        before: Filling | None = None
        for n in chosen:
            step = steps[n]
            if step.intro != before:
                if before is not None:
                    yield self._maker.list_end
                before = step.intro
                yield before
            yield step.item
        yield self._maker.list_end


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
        shown = person.windows() if wish.narrows else set(self._told.windows)
        prepared = bool(wish.events)
        parts: list[list[bytes]] = []
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
