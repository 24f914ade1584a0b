"""Feeds and calendars for one person: chosen and put together from ready pieces, in a millisecond or two.

Nothing about a person is stored: all there is to know stands in the address, and what is kept are the pieces.
A person's feed never names a method they do not have, and misses no window that touches one they have.

An answer depends on a person in few ways: which windows are shown, what each means to them (the same for many
windows), which preparations serve them. Each of these is looked up for all windows at once, by lists and without a
loop in Python, because there may be many hundred windows and each look costs ten times as much in a loop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress
from operator import or_

from notifier.feeds.frames import Frame
from notifier.feeds.jsonfeed import BETWEEN
from notifier.feeds.sayings import Sense, Speech
from notifier.feeds.slots import Slot, SlotMaker
from notifier.feeds.told import NOTHING, Told
from notifier.feeds.wish import Wish
from notifier.model import Means
from notifier.render import Sum

_MOST_SERVED = 2000
_PIECES = {"rss": 2, "atom": 2, "json": 3, "ics": 3}
_STRIDE = 3
_SAID, _PREPARED, _ALARMS, _AFTER = 1, 2, 4, 7
"""Places among the pieces of a slot, of which each is followed by what the window means to a person, and by what they
should prepare. The second hole of an event is for alarms; after the third piece come events of preparations, or what
stands between items."""


class Person:
    """One wish on the feeds of one audience."""

    def __init__(self, wish: Wish, told: Told, maker: SlotMaker) -> None:
        self._wish = wish
        self._told = told
        profile = wish.profile
        self.means = maker.sayings.lines.sorted(profile.means)
        self._doing = told.doing(profile, wish.tasks)

    def windows(self) -> int:
        """The windows that touch something of theirs, or that they named a system or have a bank of."""
        wish, told = self._wish, self._told
        if not wish.narrows:
            return told.every
        banks = () if wish.tasks else [each.bank for each in self.means if each.bank]
        found = told.named((*wish.systems, *banks))
        if wish.have or wish.tasks:
            found |= told.blank | told.touching(self.means, self._doing)
        return found

    def sense(self, shapes: Sequence[int]) -> list[Sense]:
        """What windows of these shapes mean to them: equal where the same is to be said."""
        told, asked = self._told, self._doing if self._wish.tasks else None
        marks = list(zip(*[told.marks(each, asked) for each in self.means], strict=True))
        ways = told.ways(self.means)
        wholes = told.wholes([ways[shape] for shape in shapes], self._doing)
        return list(zip(wholes, [marks[shape] for shape in shapes], strict=True))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A feed for one person, and a digest: another one wherever a byte is, and the same on every machine.

    It is made of the digests of the pieces that everybody shares, and of what was put between them, which takes much
    less time than to go through all of the feed.
    """

    body: bytes
    digest: str


Pieces = tuple[list[bytes], list[bytes]]
"""The pieces of a feed in order, and what tells which they are: their digests, or themselves where they are short."""


class Shelf:
    """One audience's feed of one kind in one language, ready for anybody's wish."""

    def __init__(self, slots: Sequence[Slot], told: Told, maker: SlotMaker, frame: Frame) -> None:
        self._slots = slots
        self._told = told
        self._maker = maker
        self._frame = frame
        self._kind = maker.kind
        self._windows = [told.place(slot.window) for slot in slots]
        self._moments = sorted({slot.moment for slot in slots})
        ages = {moment: age for age, moment in enumerate(self._moments)}
        self._ages = [ages[slot.moment] for slot in slots]
        self._shapes = [NOTHING if slot.shape is None else told.number(slot.shape) for slot in slots]
        pieces = _PIECES[self._kind]
        self._between = BETWEEN if self._kind == "json" else b""
        self._holes = _STRIDE * (2 if self._kind == "json" else 1)
        self._width = _STRIDE * (pieces - 1) + (2 if pieces > 2 else 1)
        whole = [slot.pieces or (slot.public, *[b""] * (pieces - 1)) for slot in slots]
        self._pieces = list(zip(*whole, strict=True))
        self._digests = [slot.digest for slot in slots]
        self._menus = list(dict.fromkeys(slot.menu for slot in slots))
        places = {menu: place for place, menu in enumerate(self._menus)}
        self._menu_of = [places[slot.menu] for slot in slots]
        self._serving: dict[Means, Sequence[int]] = {}

    def feed(self, wish: Wish) -> Narrowed:
        """The feed as somebody wishes it."""
        person = Person(wish, self._told, self._maker)
        shown = self._told.opened(person.windows())
        picks = [shown[window] for window in self._windows]
        newest = self._moments[max(compress(self._ages, picks))] if any(picks) else None
        before, after = self._frame.edges(wish.query, newest)
        narrow = self._personal if person.means else self._public
        pieces, digests = narrow(person, picks, prepared=bool(wish.events))
        if self._between and pieces:
            del pieces[-1]
        digests += compress(self._digests, picks)
        made_of = hashlib.sha256(b"\0".join([before, *digests, after]))
        return Narrowed(b"".join([before, *pieces, after]), made_of.hexdigest())

    def _public(self, person: Person, picks: Sequence[int], *, prepared: bool) -> Pieces:
        """The picked slots as everybody has them."""
        slots = list(compress(self._slots, picks))
        pieces = [self._between] * (2 * len(slots))
        pieces[::2] = [slot.public for slot in slots]
        if prepared:
            pieces[1::2] = [b"".join([step.event for step in slot.steps]) for slot in slots]
        return pieces, []

    def _personal(self, person: Person, picks: Sequence[int], *, prepared: bool) -> Pieces:
        """The picked slots with what they mean to somebody with means."""
        sense = person.sense(list(compress(self._shapes, picks)))
        speech = Speech(self._maker.sayings, person.means)
        words = [speech[each] for each in sense]
        width = self._width
        made = [self._between] * (width * len(sense))
        for place, pieces in enumerate(self._pieces):
            made[_STRIDE * place :: width] = compress(pieces, picks)
        for hole, said in enumerate(zip(*words, strict=True)):
            made[_STRIDE * hole + _SAID :: width] = said
            made[_STRIDE * hole + _PREPARED :: width] = [b""] * len(sense)
        slots = list(compress(self._slots, picks))
        steps = self._steps(person, picks)
        for place, chosen in enumerate(steps):
            if not chosen:
                continue
            ready, begin = self._maker.prepared(slots[place], chosen), width * place
            holes = begin + self._holes
            made[begin + _PREPARED : holes : _STRIDE] = ready.said
            if sense[place][0].sum is Sum.PREPARE:
                made[begin + _SAID : holes : _STRIDE] = speech.dated(sense[place], ready.verdict)
            if self._kind == "ics":
                made[begin + _ALARMS] = ready.alarms
                made[begin + _AFTER] = ready.events if prepared else b""
        order = {each: number for number, each in enumerate(speech)}
        which = f"{[order[each] for each in sense]}{steps}".encode()
        return made, [which, *chain.from_iterable(speech.values()), *self._maker.sayings.always]

    def _steps(self, person: Person, picks: Sequence[int]) -> list[int]:
        """For each picked slot the steps that serve them, as bits."""
        serving: Sequence[int] = [0] * len(self._menus)
        for each in person.means:
            serving = list(map(or_, serving, self._serving_of(each)))
        chosen = [menu.chosen(steps) for menu, steps in zip(self._menus, serving, strict=True)]
        return [chosen[menu] for menu in compress(self._menu_of, picks)]

    def _serving_of(self, means: Means) -> Sequence[int]:
        found = self._serving.get(means)
        if found is None:
            if len(self._serving) >= _MOST_SERVED:
                self._serving.clear()
            keys = self._told.keys_of(means)
            found = self._serving[means] = [menu.serving(keys) for menu in self._menus]
        return found
