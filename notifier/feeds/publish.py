"""The feeds of an audience, one call each: parts are made once, feeds are joined from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter

from notifier.feeds import ical, jsonfeed, rss
from notifier.feeds.addresses import Addresses
from notifier.feeds.cache import Parts
from notifier.feeds.entries import EVERYBODY, CalendarEntry, FeedError, NewsEntry, Teller, ToldWords, feed_id
from notifier.feeds.ical import CalendarMethod, Organizer
from notifier.feeds.rss import NOTHING_YET, Head
from notifier.model import Profile
from notifier.render import Omissions, Unforgiven

NEWS_KINDS = ("rss", "atom", "json")

_version = attrgetter("version")
_Tell = Callable[[int], ToldWords]
_Build = Callable[[int], bytes | None]


class Feeds:
    """News and calendars as bytes, the same for the same facts on every machine and in every run.

    What is ready is kept by version for as long as the object lives, so a new catalogue, new templates
    or a new base address need a new object. ``keep`` bounds the ready parts, in bytes. Entries may
    come in any order, and all of them are shown: whether a window concerns the audience, and for how
    long it stays, is decided before. Not for several threads at once.

    With ``omissions`` an item or event that cannot be put into words is left out and noted there; without,
    the teller's error is raised.
    """

    def __init__(
        self,
        teller: Teller,
        base_url: str,
        name: str,
        languages: Sequence[str],
        keep: int = 64 << 20,
        omissions: Omissions | None = None,
        hub: str = "",
    ) -> None:
        self._teller = teller
        self._name = name
        self._omissions = omissions or Unforgiven()
        self._hub = hub
        self.addresses = Addresses(base_url, tuple(languages))
        self._public = Parts(keep, patience=256)  # calls; all feeds of all audiences are some fifty

    def news(
        self, audience: str, language: str, entries: Sequence[NewsEntry], kinds: Sequence[str] = NEWS_KINDS
    ) -> dict[str, bytes]:
        """The news in each of ``kinds``, newest first.

        Raises :class:`FeedError` for a language or kind that is not served.
        """
        ordered, tell = self._told(entries, language)
        newest = ordered[0].published if ordered else NOTHING_YET
        feeds: dict[str, bytes] = {}
        for kind in kinds:
            head = self.head(audience, language, kind, newest)
            versions, build = self._items(kind, language, ordered, tell)
            parts = self._public.gather((kind, language), versions, build)
            feeds[kind] = FRAMES[kind](head, _places(ordered)[0] if ordered else 0, parts)
        return feeds

    def calendar(self, audience: str, language: str, entries: Sequence[CalendarEntry]) -> bytes:
        """The calendar to subscribe to, one event a window, by start; arguments as for :meth:`news`."""
        ordered = sorted(entries, key=_version)
        newest = max((entry.stamp for entry in ordered), default=NOTHING_YET)
        head = self.head(audience, language, "ics", newest)
        before, after = ical.calendar_frame(head, empty=not ordered)
        parts = self._public.gather(("ics", language), *self._events(language, ordered))
        return b"".join((before, *parts, after))

    def event_calendar(
        self,
        entry: CalendarEntry,
        language: str,
        method: CalendarMethod,
        organizer: Organizer,
        profile: Profile = EVERYBODY,
    ) -> bytes:
        """A calendar of one event as a part of a mail: the event of the feed, with its organizer.

        Raises :class:`FeedError` when ``method`` does not fit the status of the window.
        """
        event = self._event(entry, language, profile, organizer)
        return ical.mail_calendar(event, entry, language, method)

    def ready_items(
        self, kind: str, language: str, entries: Sequence[NewsEntry]
    ) -> Iterator[tuple[NewsEntry, int, bytes]]:
        """The items of :meth:`news` one by one: entry, place among those of one instant, bytes."""
        ordered, tell = self._told(entries, language)
        versions, build = self._items(kind, language, ordered, tell)
        for place, (index, entry) in zip(_places(ordered), enumerate(ordered), strict=True):
            made = self._public.peek((kind, language), versions[index]) or build(index)
            if made is not None:
                yield entry, place, made

    def ready_events(
        self, language: str, entries: Sequence[CalendarEntry]
    ) -> Iterator[tuple[CalendarEntry, bytes]]:
        """The events of :meth:`calendar` one by one."""
        ordered = sorted(entries, key=_version)
        versions, build = self._events(language, ordered)
        for index, entry in enumerate(ordered):
            made = self._public.peek(("ics", language), versions[index]) or build(index)
            if made is not None:
                yield entry, made

    def head(self, audience: str, language: str, kind: str, newest: datetime = NOTHING_YET) -> Head:
        """What a feed says of itself. Raises :class:`FeedError` for a language or kind that is not served."""
        if language not in self.addresses.languages:
            raise FeedError(f"there are no feeds in the language {language!r}")
        if kind not in FRAMES and kind != "ics":
            raise FeedError(f"there are no feeds of the kind {kind!r}")
        title, description = self._teller.feed_words(audience, language)
        return Head(
            id=feed_id(audience, language),
            title=title,
            description=description,
            author=self._name,
            language=language,
            address=self.addresses.feed(audience, language, kind),
            home=self.addresses.home(language),
            newest=newest,
            hub=self._hub,
            style=self.addresses.style(language),
        )

    def _told(self, entries: Sequence[NewsEntry], language: str) -> tuple[list[NewsEntry], _Tell]:
        """The entries, newest first, and their words, each asked for once."""
        ordered = sorted(entries, key=_version, reverse=True)

        @cache
        def tell(index: int) -> ToldWords:
            return self._teller.notice(ordered[index].notice, language)

        return ordered, tell

    def _items(
        self, kind: str, language: str, ordered: Sequence[NewsEntry], tell: _Tell
    ) -> tuple[list[str], _Build]:
        """The versions of the items of a feed, and what makes the one at an index."""
        versions, places = list(map(_version, ordered)), _places(ordered)
        if kind == "atom":  # its items hold their place
            versions = [
                f"{version}+{place}" if place else version
                for version, place in zip(versions, places, strict=True)
            ]

        def make(index: int) -> bytes:
            entry, told = ordered[index], tell(index)
            if kind == "rss":
                return rss.rss_item(entry, told, self.addresses, language)
            if kind == "json":
                return jsonfeed.json_item(entry, told, self.addresses, language)
            return rss.atom_entry(entry, told, self.addresses, language, self._name, places[index])

        def build(index: int) -> bytes | None:
            key = ordered[index].notice.key
            return self._omissions.attempt(
                lambda: make(index), language=language, window=key.window, audience=key.audience
            )

        return versions, build

    def _events(self, language: str, ordered: Sequence[CalendarEntry]) -> tuple[list[str], _Build]:
        """The same for the events of a calendar."""

        def build(index: int) -> bytes | None:
            advice = ordered[index].advice
            return self._omissions.attempt(
                lambda: self._event(ordered[index], language),
                language=language,
                window=advice.window.id,
                audience=advice.audience,
            )

        return list(map(_version, ordered)), build

    def _event(
        self,
        entry: CalendarEntry,
        language: str,
        profile: Profile = EVERYBODY,
        organizer: Organizer | None = None,
    ) -> bytes:
        told = self._teller.advice(entry.advice, language, profile)
        alarms = self._teller.alarms(entry.advice, language)
        return ical.event(entry, told, alarms, self.addresses, language, organizer)


def _rss(head: Head, place: int, parts: Sequence[bytes]) -> bytes:
    before, after = rss.rss_frame(head)
    return b"".join((before, *parts, after))


def _atom(head: Head, place: int, parts: Sequence[bytes]) -> bytes:
    """``place`` is that of the newest item, by which its date is later than the moment it was told."""
    before, after = rss.atom_frame(head.until(head.newest + timedelta(microseconds=place)))
    return b"".join((before, *parts, after))


def _json(head: Head, place: int, parts: Sequence[bytes]) -> bytes:
    before, after = jsonfeed.json_frame(head)
    return b"".join((before, jsonfeed.BETWEEN.join(parts), after))


FRAMES: Mapping[str, Callable[[Head, int, Sequence[bytes]], bytes]] = {
    "rss": _rss,
    "atom": _atom,
    "json": _json,
}


def _places(ordered: Sequence[NewsEntry]) -> list[int]:
    """For each entry, how many older ones of the same instant follow it."""
    places = [0] * len(ordered)
    for index in range(len(ordered) - 2, -1, -1):
        if ordered[index].published == ordered[index + 1].published:
            places[index] = places[index + 1] + 1
    return places
