"""Items and events ready for everybody and for anybody: each version is made once, and kept while feeds use it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from notifier.feeds import ical
from notifier.feeds.addresses import Addresses
from notifier.feeds.entries import CalendarEntry, NewsEntry
from notifier.feeds.molds import ENCODERS, Filling, atom_mold, ics_mold, json_mold, rss_mold
from notifier.model import Advice, Notice
from notifier.render import Card, Fragment, Key, Lines, Ready, Shape, Shapes, Whole, item, sentence

_MOST_ENCODED = 50_000
_MOST_TOLD = 5_000
_LIST = Fragment("", '<ul class="prepare">\n')
_LIST_END = Fragment("", "</ul>\n")


class PersonTeller(Protocol):
    """What texts for one person are made of."""

    def card(self, told: Advice | Notice, language: str) -> Card:
        """A notice or an advice in words, with a hole."""
        ...

    def lines(self, language: str) -> Lines:
        """What windows mean to one person."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A preparation in one slot: the words of its deadline and of itself, and what a calendar adds."""

    keys: frozenset[Key]
    what: str
    by: datetime | None
    intro: Filling
    item: Filling
    verdict: Filling
    alarm: bytes = b""
    event: bytes = b""


@dataclass(frozen=True, slots=True)
class Slot:
    """One item or event: as it is for everybody, and in pieces for one person.

    ``pieces`` has one more than there are holes; a single one where nothing depends on the reader. ``moment`` is
    when it was told or last changed. ``menu`` is the same for slots that offer the same preparations to the same
    means, ``steps`` are in the same order then; ``serial`` is for each slot of a maker another one.
    """

    window: str
    moment: datetime
    public: bytes
    pieces: tuple[bytes, ...]
    shape: Shape | None
    steps: tuple[Step, ...]
    menu: int
    serial: int


class Encoder:
    """Words as the items of one kind of feed want them; the same words once."""

    def __init__(self, kind: str) -> None:
        self._encode = ENCODERS[kind]
        self._kept: dict[Fragment, Filling] = {}
        self.nothing: Filling = (b"", b"") if kind == "json" else (b"",)

    def __call__(self, fragment: Fragment) -> Filling:
        """One fragment."""
        found = self._kept.get(fragment)
        if found is None:
            if len(self._kept) >= _MOST_ENCODED:
                self._kept.clear()
            found = self._kept[fragment] = self._encode(fragment)
        return found

    def all(self, fragments: Sequence[Fragment]) -> Filling:
        """Several, one after the other."""
        return self.joined([self(fragment) for fragment in fragments])

    def joined(self, fillings: Sequence[Filling]) -> Filling:
        """The same of what is encoded already."""
        if len(self.nothing) == 1:  # most kinds
            return (b"".join([each[0] for each in fillings]),)
        return tuple(map(b"".join, zip(*fillings, strict=True))) if fillings else self.nothing


class SlotMaker:
    """Makes the slots of one kind of feed in one language."""

    def __init__(
        self,
        kind: str,
        language: str,
        teller: PersonTeller,
        shapes: Shapes,
        addresses: Addresses,
        author: str,
    ) -> None:
        self.kind = kind
        self.encode = Encoder(kind)
        self.list_end = self.encode(_LIST_END)
        self.lines = teller.lines(language)
        self._language = language
        self._teller = teller
        self._shapes = shapes
        self._addresses = addresses
        self._author = author
        self._menus: dict[Hashable, int] = {}
        self._chosen: dict[tuple[int, frozenset[Key]], tuple[int, ...]] = {}
        self._told: dict[tuple[int, tuple[int, ...]], Filling] = {}
        self._slots = 0
        self.preparing: frozenset[Key] = frozenset()
        """All that some preparation is for."""
        self._of_tasks: dict[tuple[Whole, bool], tuple[Filling | None, Filling | None]] = {}
        lines = self.lines
        self.heading, self.prepare = self.encode(lines.heading), self.encode(lines.prepare)
        self.before_items, self.after_items = self.encode(lines.before_items), self.encode(lines.after_items)

    def news(self, entry: NewsEntry, public: bytes, place: int) -> Slot:
        """The slot of an item; ``place`` counts among those of the same instant."""
        card = self._teller.card(entry.notice, self._language)
        moment = entry.published
        if self.kind == "rss":
            pieces = rss_mold(entry, card, self._addresses, self._language)
        elif self.kind == "json":
            pieces = json_mold(entry, card, self._addresses, self._language)
        else:
            moment += timedelta(microseconds=place)
            pieces = atom_mold(entry, card, self._addresses, self._language, self._author, place)
        return self._slot(entry.notice.key.window, moment, public, pieces, card, entry.notice.advice)

    def event(self, entry: CalendarEntry, public: bytes) -> Slot:
        """The slot of an event."""
        card = self._teller.card(entry.advice, self._language)
        pieces = ics_mold(entry, card, self._addresses, self._language)
        window = entry.advice.window.id
        return self._slot(window, entry.stamp, public, pieces, card, entry.advice, entry)

    def of_whole(self, whole: Whole, *, tentative: bool) -> tuple[Filling | None, Filling | None]:
        """The verdict, unless it needs a date, and the lines on tasks, if there are any."""
        key = (whole, tentative)
        found = self._of_tasks.get(key)
        if found is None:
            if len(self._of_tasks) >= _MOST_ENCODED:
                self._of_tasks.clear()
            verdict = self.lines.verdict(whole.sum)
            items = self.lines.tasks(whole.tasks, tentative=tentative)
            found = self._of_tasks[key] = (
                None if verdict is None else self.encode(verdict),
                self.encode.all(items) if items else None,
            )
        return found

    def chosen(self, slot: Slot, keys: frozenset[Key]) -> tuple[int, ...]:
        """The steps of a slot that serve somebody with these keys, each preparation at its earliest deadline."""
        key = (slot.menu, keys)
        found = self._chosen.get(key)
        if found is None:
            first: dict[str, int] = {}
            for number, step in enumerate(slot.steps):
                if step.what not in first and not step.keys.isdisjoint(keys):
                    first[step.what] = number
            if len(self._chosen) >= _MOST_ENCODED:
                self._chosen.clear()
            found = self._chosen[key] = tuple(sorted(first.values()))
        return found

    def steps(self, slot: Slot, numbers: tuple[int, ...]) -> Filling:
        """Some steps of a slot in words, one list for each deadline."""
        key = (slot.serial, numbers)
        found = self._told.get(key)
        if found is None:
            said, before = [self.prepare], None
            for step in [slot.steps[number] for number in numbers]:
                if step.intro != before:
                    said += [step.intro] if before is None else [self.list_end, step.intro]
                    before = step.intro
                said.append(step.item)
            if len(self._told) >= _MOST_TOLD:
                self._told.clear()
            found = self._told[key] = self.encode.joined([*said, self.list_end])
        return found

    def _slot(
        self,
        window: str,
        moment: datetime,
        public: bytes,
        pieces: Sequence[bytes],
        card: Card,
        advice: Advice | None,
        entry: CalendarEntry | None = None,
    ) -> Slot:
        if not card.open or advice is None:
            return Slot(window, moment, public, (b"".join(pieces),), None, (), 0, 0)
        steps = tuple(self._step(ready, entry) for ready in card.preparations)
        menu = tuple((step.what, step.keys, step.by is None) for step in steps)
        number = self._menus.setdefault(menu, len(self._menus))
        self.preparing = self.preparing.union(*(step.keys for step in steps))
        self._slots += 1
        return Slot(
            window, moment, public, tuple(pieces), self._shapes.of(advice), steps, number, self._slots
        )

    def _step(self, ready: Ready, entry: CalendarEntry | None) -> Step:
        alarm = event = b""
        if entry is not None and ready.ring is not None and ready.by is not None:
            at, words = ready.ring
            alarm = ical.alarm(at, words)
            event = ical.preparation(
                entry, ready.preparation, at, ready.by, words, self._addresses, self._language
            )
        return Step(
            ready.keys,
            ready.preparation,
            ready.by,
            self.encode.all([sentence(ready.intro), _LIST]),
            self.encode(item(ready.item)),
            self.encode(sentence(ready.verdict)),
            alarm,
            event,
        )
