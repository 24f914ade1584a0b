"""Items and events ready for everybody and for anybody: each version is made once, and kept while feeds use it."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Protocol

from notifier.feeds import ical
from notifier.feeds.addresses import Addresses
from notifier.feeds.entries import CalendarEntry, NewsEntry
from notifier.feeds.menus import Menu
from notifier.feeds.molds import Filling, atom_mold, ics_mold, json_mold, rss_mold
from notifier.feeds.sayings import Sayings
from notifier.model import Advice, Notice
from notifier.render import Card, Fragment, Key, Lines, Ready, Shape, Shapes, item, sentence

_MOST_PREPARED = 5_000
_LIST = Fragment("", '<ul class="prepare">\n')
_NO_MENU = Menu(())


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
    intro: Filling
    item: Filling
    verdict: Filling
    alarm: bytes = b""
    event: bytes = b""

    @property
    def bytes(self) -> Iterable[bytes]:
        """All that it may put into a feed."""
        return (*self.intro, *self.item, *self.verdict, self.alarm, self.event)


@dataclass(frozen=True, slots=True)
class Slot:
    """One item or event: as it is for everybody, and in pieces for one person.

    ``pieces`` has one more than there are holes; none where nothing depends on the reader, and then it has no shape.
    ``moment`` is when it was told or last changed. ``menu`` is the same for slots that offer the same preparations
    to the same means, ``steps`` are in the same order then; ``serial`` is for each slot of a maker another one,
    ``digest`` is one of all of its bytes.
    """

    window: str
    moment: datetime
    public: bytes
    pieces: tuple[bytes, ...]
    shape: Shape | None
    steps: tuple[Step, ...]
    menu: Menu
    serial: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some steps of one slot together: their words, the verdict that the first may be, and what a calendar adds."""

    said: Filling
    verdict: Filling
    alarms: bytes
    events: bytes


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
        self.sayings = Sayings(kind, teller.lines(language))
        self._language = language
        self._teller = teller
        self._shapes = shapes
        self._addresses = addresses
        self._author = author
        self._menus: dict[Hashable, Menu] = {}
        self._prepared: dict[tuple[int, int], Prepared] = {}
        self._slots = 0

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

    def prepared(self, slot: Slot, chosen: int) -> Prepared:
        """Some steps of a slot, as bits; at least one."""
        key = (slot.serial, chosen)
        found = self._prepared.get(key)
        if found is None:
            steps = [step for number, step in enumerate(slot.steps) if chosen >> number & 1]
            found = Prepared(
                self.sayings.of_steps(steps),
                steps[0].verdict,
                b"".join([step.alarm for step in steps]),
                b"".join([step.event for step in steps]),
            )
            if len(self._prepared) >= _MOST_PREPARED:
                self._prepared.clear()
            self._prepared[key] = found
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
            return Slot(window, moment, public, (), None, (), _NO_MENU, 0, _digest([public]))
        steps = tuple(self._step(ready, entry) for ready in card.preparations)
        offers = tuple((step.what, step.keys) for step in steps)
        menu = self._menus.setdefault(offers, Menu(offers))
        self._slots += 1
        digest = _digest([public, *pieces, *chain.from_iterable(step.bytes for step in steps)])
        shape = self._shapes.of(advice)
        return Slot(window, moment, public, tuple(pieces), shape, steps, menu, self._slots, digest)

    def _step(self, ready: Ready, entry: CalendarEntry | None) -> Step:
        alarm, event, encoded = b"", b"", self.sayings.encoded
        if entry is not None and ready.ring is not None and ready.by is not None:
            at, words = ready.ring
            alarm = ical.alarm(at, words)
            event = ical.preparation(
                entry, ready.preparation, at, ready.by, words, self._addresses, self._language
            )
        return Step(
            ready.keys,
            ready.preparation,
            encoded(sentence(ready.intro), _LIST),
            encoded(item(ready.item)),
            encoded(sentence(ready.verdict)),
            alarm,
            event,
        )


def _digest(parts: Sequence[bytes]) -> bytes:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32].encode()
