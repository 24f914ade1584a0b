"""Where feeds for one person come from: what everybody's feeds hold at present, ready to be narrowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from notifier.feeds.entries import CalendarEntry, NewsEntry
from notifier.feeds.frames import Frame
from notifier.feeds.personal import Shelf
from notifier.feeds.publish import NEWS_KINDS, Feeds
from notifier.feeds.slots import PersonTeller, Slot, SlotMaker
from notifier.feeds.told import Told
from notifier.feeds.wish import Names
from notifier.model import Catalogue
from notifier.render import Omissions, Shapes

PERSONAL_KINDS = (*NEWS_KINDS, "ics")

ShelfName = tuple[str, str, str]
"""Audience, language, kind."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the feeds of one audience hold."""

    news: Sequence[NewsEntry]
    events: Sequence[CalendarEntry]


@dataclass(frozen=True, slots=True)
class Desk:
    """One state of all feeds. ``shelves`` are those that are ready; others are made when somebody asks."""

    contents: Mapping[str, Contents]
    narrowing: Narrowing
    shelves: dict[ShelfName, Shelf] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)

    def has(self, name: ShelfName) -> bool:
        """True where there is such a feed."""
        return self.narrowing.has(self, name)

    def shelf(self, name: ShelfName) -> Shelf:
        """That feed, made ready now if nobody asked for it before: takes milliseconds a window then."""
        return self.narrowing.shelf(self, name)


class Narrowing:
    """Makes desks, and on them shelves. Pieces are kept while the feeds use them; lives as long as its feeds.

    Making a shelf takes milliseconds a window the first time; not for several threads at once.
    """

    def __init__(
        self, feeds: Feeds, teller: PersonTeller, catalogue: Catalogue, author: str, omissions: Omissions
    ) -> None:
        self.names = Names(catalogue)
        self._feeds = feeds
        self._teller = teller
        self._author = author
        self._omissions = omissions
        self._shapes = Shapes(catalogue)
        self._makers: dict[tuple[str, str], SlotMaker] = {}
        self._slots: dict[ShelfName, dict[str, Slot]] = {}

    def desk(self, contents: Mapping[str, Contents], before: Desk | None = None) -> Desk:
        """A new desk; what was asked for at the one ``before`` is ready on it."""
        made = Desk(contents, self)
        for name in before.shelves if before is not None else ():
            self.shelf(made, name)
        return made

    def has(self, desk: Desk, name: ShelfName) -> bool:
        """True where there is such a feed."""
        audience, language, kind = name
        return (
            audience in desk.contents
            and language in self._feeds.addresses.languages
            and kind in PERSONAL_KINDS
        )

    def shelf(self, desk: Desk, name: ShelfName) -> Shelf:
        """One audience's feed of one kind in one language, ready for anybody's wish."""
        found = desk.shelves.get(name)
        if found is None:
            audience, language, kind = name
            contents = desk.contents[audience]
            maker = self._maker(kind, language)
            slots = self._filled(name, maker, contents)
            frame = Frame(kind, self._feeds.head(audience, language, kind), audience)
            told = desk.told.get(audience)
            if told is None:
                told = desk.told[audience] = Told(audience, self._shapes, contents.news, contents.events)
            found = Shelf(slots, told, maker, frame)
            desk.shelves[name] = found
        return found

    def _maker(self, kind: str, language: str) -> SlotMaker:
        key = (kind, language)
        if key not in self._makers:
            self._makers[key] = SlotMaker(
                kind, language, self._teller, self._shapes, self._feeds.addresses, self._author
            )
        return self._makers[key]

    def _filled(self, name: ShelfName, maker: SlotMaker, contents: Contents) -> list[Slot]:
        audience, language, kind = name
        old, new = self._slots.get(name, {}), dict[str, Slot]()
        slots: list[Slot] = []
        if kind == "ics":
            for event, public in self._feeds.ready_events(language, contents.events):
                slot = old.get(event.version) or self._omissions.attempt(
                    partial(maker.event, event, public),
                    language=language,
                    window=event.advice.window.id,
                    audience=audience,
                )
                if slot is not None:
                    slots.append(slot)
                    new[event.version] = slot
        else:
            for item, place, public in self._feeds.ready_items(kind, language, contents.news):
                version = f"{item.version}+{place}"
                slot = old.get(version) or self._omissions.attempt(
                    partial(maker.news, item, public, place),
                    language=language,
                    window=item.notice.key.window,
                    audience=audience,
                )
                if slot is not None:
                    slots.append(slot)
                    new[version] = slot
        self._slots[name] = new
        return slots
