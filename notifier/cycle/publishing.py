"""What the public sees: the entries of feeds and calendars and the facts of the pages, kept warm.

Only windows that a pass affected are advised on again; everything else is reused, so that one new
window among a hundred thousand is public within a second.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.availability import Effects, Network
from notifier.config import Settings
from notifier.cycle.history import History
from notifier.cycle.reconcile import Editions
from notifier.feeds import NEWS_KINDS, CalendarEntry, Feeds, NewsEntry
from notifier.model import (
    Advice,
    Channel,
    Edition,
    Notice,
    NoticeKey,
    Occasion,
    Severity,
    Status,
    Window,
)
from notifier.planning import Planner, Told
from notifier.render import Renderer
from notifier.store import NoticeRow
from notifier.web import Site, SiteFacts, WindowFacts, WindowState

CANCELLED_STAYS = timedelta(days=30)
"""How long a cancelled window stays in calendars, so that every program sees it struck out."""

AT_LEAST = 50
"""How many windows stay in the feeds however long ago they were: an empty feed explains nothing."""

LOOKED_AT = timedelta(hours=1)
"""How old the first page may grow, which says when the sources were last looked at."""

REVISIONS = frozenset({Occasion.ANNOUNCED, Occasion.CHANGED, Occasion.COMPLETED, Occasion.CANCELLED})
"""Occasions that make a new revision of the calendar event."""


@dataclass(frozen=True, slots=True)
class Published:
    """The whole public tree, path to bytes, and when time alone will change it next."""

    tree: Mapping[str, bytes]
    changes_at: datetime


class Publisher:
    """Turns what is known and what was told into the public tree."""

    def __init__(
        self,
        settings: Settings,
        network: Network,
        effects: Effects,
        renderer: Renderer,
        feeds: Feeds,
        site: Site,
        history: History,
    ) -> None:
        self.settings = settings
        self.network = network
        self.effects = effects
        self.renderer = renderer
        self.feeds = feeds
        self.site = site
        self.history = history
        self._advice: dict[tuple[str, str], Advice] = {}
        self._events: dict[tuple[str, str], CalendarEntry] = {}
        self._created: dict[tuple[str, str], datetime] = {}
        self._stamps: dict[tuple[str, str], datetime] = {}
        self._news: dict[str, dict[int, NewsEntry]] = {}
        self._rows: dict[str, list[NoticeRow]] = {}

    def learn(self, id_: int, notice: Notice, published: datetime | None) -> None:
        """Take in a notice, in the order of recording: its number, and when it went public."""
        if notice.sent:
            self._note(notice.key, notice.due)
            if Channel.NEWS in notice.channels:
                items = self._news.setdefault(notice.key.window, {})
                items[id_] = NewsEntry(notice, published or notice.due)

    def remember(self, row: NoticeRow) -> None:
        """The same from the record; the notice is made again only if its item is still shown."""
        if row.sent:
            self._note(row.key, row.due)
            if Channel.NEWS in row.channels:
                self._rows.setdefault(row.key.window, []).append(row)

    def forget(self, affected: Iterable[str]) -> None:
        """Advise on these windows again when next asked."""
        for window in affected:
            for audience in self.network.catalogue.audiences:
                self._advice.pop((window, audience), None)
                self._events.pop((window, audience), None)

    def event(self, planner: Planner, editions: Editions, window: str, audience: str) -> CalendarEntry | None:
        """The calendar event of a window for an audience; ``None`` where it was never told."""
        key = (window, audience)
        told = planner.told.get(key)
        if told is None:
            return None
        if key not in self._events:
            self._events[key] = self._make_event(planner, editions, told, audience)
        return self._events[key]

    def publish(
        self, planner: Planner, editions: Editions, now: datetime, *, drill: bool = False
    ) -> Published:
        """The public tree as of ``now``; ``drill`` marks it as one that plays back another time."""
        shown = self._shown(planner, now)
        tree = self._feeds(planner, editions, {window.id for window in shown}, now)
        facts = SiteFacts(
            at=now,
            windows=tuple(self._facts(planner, editions.of[window.id], now) for window in shown),
            name=self.settings.site.name,
            base_url=self.settings.site.base_url,
            contact=self.settings.site.contact,
            audiences=tuple(self.network.catalogue.audiences),
            languages=tuple(self.settings.site.languages),
            drill=drill,
        )
        longest = now + (timedelta(days=1) if drill else LOOKED_AT)
        return Published(self.site.build(facts, tree), min([longest, *_edges(shown, now)]))

    def _note(self, key: NoticeKey, due: datetime) -> None:
        pair = (key.window, key.audience)
        self._created.setdefault(pair, due)
        if key.occasion in REVISIONS:
            self._stamps[pair] = due
            self._events.pop(pair, None)

    def _items(self, window: str) -> Iterable[NewsEntry]:
        """The items on a window, those from the record made by now."""
        for row in self._rows.pop(window, ()):
            items = self._news.setdefault(window, {})
            items[row.id] = NewsEntry(self.history.notice(row), row.published_at or row.due)
        return self._news.get(window, {}).values()

    def _shown(self, planner: Planner, now: datetime) -> list[Window]:
        """All windows that are not over, those of the last ``keep_days``, and never fewer than a page holds."""
        oldest = now - timedelta(days=self.settings.feeds.keep_days)
        windows = planner.windows
        shown = [window for window in windows if window.end is None or window.end >= oldest]
        if len(shown) < AT_LEAST:
            return heapq.nlargest(AT_LEAST, windows, key=_end)
        return sorted(shown, key=_end, reverse=True)

    def _feeds(
        self, planner: Planner, editions: Editions, shown: set[str], now: datetime
    ) -> dict[str, bytes]:
        tree = {}
        items: dict[str, list[NewsEntry]] = {}
        for window in shown:
            for item in self._items(window):
                items.setdefault(item.notice.key.audience, []).append(item)
        for audience in self.network.catalogue.audiences:
            news = items.get(audience, [])
            events = [
                event
                for window in shown
                if (event := self.event(planner, editions, window, audience)) is not None
                and not _struck_out_long_ago(event, now)
            ]
            for language in self.settings.site.languages:
                name = f"/feeds/{audience}.{language}"
                made = self.feeds.news(audience, language, news)
                tree.update({f"{name}.{kind}": made[kind] for kind in NEWS_KINDS})
                tree[f"{name}.ics"] = self.feeds.calendar(audience, language, events)
        return tree

    def _facts(self, planner: Planner, history: list[Edition], now: datetime) -> WindowFacts:
        known = planner.knowledge.current[history[0].window.id]
        editions = tuple(edition for edition in history if edition.number <= known.number)
        advice = {
            audience: found
            for audience in self.network.catalogue.audiences
            if (found := self._advise(planner, known.window, audience)).severity is not Severity.NONE
        }
        return WindowFacts(editions, advice, state(known.window, now))

    def _advise(self, planner: Planner, window: Window, audience: str) -> Advice:
        key = (window.id, audience)
        advice = self._advice.get(key)
        # What was told may be an older edition than what is known, when only its source or note changed.
        if advice is None or (advice.window is not window and advice.window != window):
            advice = self._advice[key] = planner.adviser.advise(window, audience)
        return advice

    def _make_event(self, planner: Planner, editions: Editions, told: Told, audience: str) -> CalendarEntry:
        key = (told.window.id, audience)
        edition = editions.number(told.window.id, told.edition)
        return CalendarEntry(
            advice=self._advise(planner, told.window, audience),
            sequence=told.sequence,
            stamp=max(self._stamps.get(key, edition.known_at), edition.known_at),
            created=self._created.get(key, edition.known_at),
            reminders=planner.schedule.leads(audience),
        )


def state(window: Window, now: datetime) -> WindowState:
    """Where a window stands at a moment, by its plan."""
    if window.status is Status.CANCELLED:
        return WindowState.CANCELLED
    if window.status is Status.COMPLETED or window.interval.until <= now:
        return WindowState.PAST
    return WindowState.NOW if window.start <= now else WindowState.NEXT


def _struck_out_long_ago(event: CalendarEntry, now: datetime) -> bool:
    return event.advice.window.status is Status.CANCELLED and event.stamp + CANCELLED_STAYS <= now


def _edges(shown: Iterable[Window], now: datetime) -> Iterator[datetime]:
    """The moments at which time alone changes a page."""
    return (
        edge for window in shown for edge in (window.start, window.end) if edge is not None and edge > now
    )


def _end(window: Window) -> tuple[datetime, str]:
    return window.interval.until, window.id
