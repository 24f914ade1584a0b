"""The feeds of an audience, one call each: parts are made once, feeds are joined from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

NEWS_KINDS = ("rss", "atom", "json")

_version = attrgetter("version")
_Tell = Callable[[int], ToldWords]


class Feeds:
    """News and calendars as bytes, the same for the same facts on every machine and in every run.

    What is ready is kept by version for as long as the object lives, so a new catalogue, new templates
    or a new base address need a new object. ``keep`` bounds the ready parts, in bytes; feeds narrowed to
    a profile share an eighth of it, so that nobody's queries push out what everybody reads. Entries may
    come in any order, and all of them are shown: whether a window concerns the audience, and for how
    long it stays, is decided before. Not for several threads at once.
    """

    def __init__(
        self, teller: Teller, base_url: str, name: str, languages: Sequence[str], keep: int = 64 << 20
    ) -> None:
        self._teller = teller
        self._name = name
        self._addresses = Addresses(base_url, tuple(languages))
        self._public = Parts(keep, patience=256)  # calls; all feeds of all audiences are some fifty
        self._narrowed = Parts(keep // 8, patience=0)

    def news(
        self,
        audience: str,
        language: str,
        entries: Sequence[NewsEntry],
        profile: Profile = EVERYBODY,
        query: str = "",
        kinds: Sequence[str] = NEWS_KINDS,
    ) -> dict[str, bytes]:
        """The news in each of ``kinds``, newest first.

        ``query`` is the encoded query by which a narrowed feed was asked for: a feed names its own address.
        Raises :class:`FeedError` for a language or kind that is not served.
        """
        ordered = sorted(entries, key=_version, reverse=True)

        @cache
        def tell(index: int) -> ToldWords:
            return self._teller.notice(ordered[index].notice, language, profile)

        makers = {"rss": self._rss, "atom": self._atom, "json": self._json}
        feeds: dict[str, bytes] = {}
        for kind in kinds:
            if kind not in makers:
                raise FeedError(f"there are no feeds of the kind {kind!r}")
            newest = ordered[0].published if ordered else NOTHING_YET
            head = self._head(audience, language, kind, query, newest)
            feeds[kind] = makers[kind](head, ordered, tell, profile)
        return feeds

    def calendar(
        self,
        audience: str,
        language: str,
        entries: Sequence[CalendarEntry],
        profile: Profile = EVERYBODY,
        query: str = "",
    ) -> bytes:
        """The calendar to subscribe to, one event a window, by start; arguments as for :meth:`news`."""
        ordered = sorted(entries, key=_version)
        newest = max((entry.stamp for entry in ordered), default=NOTHING_YET)
        head = self._head(audience, language, "ics", query, newest)
        before, after = ical.calendar_frame(head, empty=not ordered)
        parts = self._parts(profile).gather(
            ("ics", language, profile),
            list(map(_version, ordered)),
            lambda index: self._event(ordered[index], language, profile),
        )
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

    def _rss(self, head: Head, ordered: Sequence[NewsEntry], tell: _Tell, profile: Profile) -> bytes:
        before, after = rss.rss_frame(head)
        parts = self._parts(profile).gather(
            ("rss", head.language, profile),
            list(map(_version, ordered)),
            lambda index: rss.rss_item(ordered[index], tell(index), self._addresses, head.language),
        )
        return b"".join((before, *parts, after))

    def _atom(self, head: Head, ordered: Sequence[NewsEntry], tell: _Tell, profile: Profile) -> bytes:
        places = _places(ordered)
        if places and places[0]:
            head = head.until(head.newest + timedelta(microseconds=places[0]))
        before, after = rss.atom_frame(head)
        parts = self._parts(profile).gather(
            ("atom", head.language, profile),
            [
                entry.version if not place else f"{entry.version}+{place}"
                for entry, place in zip(ordered, places, strict=True)
            ],
            lambda index: rss.atom_entry(
                ordered[index], tell(index), self._addresses, head.language, self._name, places[index]
            ),
        )
        return b"".join((before, *parts, after))

    def _json(self, head: Head, ordered: Sequence[NewsEntry], tell: _Tell, profile: Profile) -> bytes:
        before, after = jsonfeed.json_frame(head)
        parts = self._parts(profile).gather(
            ("json", head.language, profile),
            list(map(_version, ordered)),
            lambda index: jsonfeed.json_item(ordered[index], tell(index), self._addresses, head.language),
        )
        return b"".join((before, jsonfeed.BETWEEN.join(parts), after))

    def _event(
        self, entry: CalendarEntry, language: str, profile: Profile, organizer: Organizer | None = None
    ) -> bytes:
        told = self._teller.advice(entry.advice, language, profile)
        alarms = self._teller.alarms(entry.advice, language)
        return ical.event(entry, told, alarms, self._addresses, language, organizer)

    def _parts(self, profile: Profile) -> Parts:
        return self._narrowed if profile else self._public

    def _head(self, audience: str, language: str, kind: str, query: str, newest: datetime) -> Head:
        if language not in self._addresses.languages:
            raise FeedError(f"there are no feeds in the language {language!r}")
        title, description = self._teller.feed_words(audience, language)
        return Head(
            id=feed_id(audience, language),
            title=title,
            description=description,
            author=self._name,
            language=language,
            address=self._addresses.feed(audience, language, kind, query),
            home=self._addresses.home(language),
            newest=newest,
        )


def _places(ordered: Sequence[NewsEntry]) -> list[int]:
    """For each entry, how many older ones of the same instant follow it."""
    places = [0] * len(ordered)
    for index in range(len(ordered) - 2, -1, -1):
        if ordered[index].published == ordered[index + 1].published:
            places[index] = places[index + 1] + 1
    return places
