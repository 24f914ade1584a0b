"""What the public sees: the entries of feeds and calendars and the facts of the pages, kept warm.

Only windows that a pass affected are advised on again; everything else is reused, so that one new
window among a hundred thousand is public within a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.availability import Effects, Network
from notifier.config import Settings
from notifier.cycle.reconcile import Editions
from notifier.feeds import NEWS_KINDS, CalendarEntry, Feeds, NewsEntry
from notifier.model import (
    Advice,
    Channel,
    Edition,
    Notice,
    Occasion,
    Severity,
    Status,
    Window,
)
from notifier.planning import Planner, Told
from notifier.render import Renderer
from notifier.web import Site, SiteFacts, WindowFacts, WindowState

CANCELLED_STAYS = timedelta(days=30)
"""How long a cancelled window stays in calendars, so that every program sees it struck out."""

AT_LEAST = 50
"""How many windows stay in the feeds however long ago they were: an empty feed explains nothing."""

REVISIONS = frozenset({Occasion.ANNOUNCED, Occasion.CHANGED, Occasion.COMPLETED, Occasion.CANCELLED})
"""Occasions that make a new revision of the calendar event."""


@dataclass(frozen=True, slots=True)
class Published:
    """The whole public tree, path to bytes, and when time alone will change it next (``None``: never)."""

    tree: Mapping[str, bytes]
    changes_at: datetime | None


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
    ) -> None:
        self.settings = settings
        self.network = network
        self.effects = effects
        self.renderer = renderer
        self.feeds = feeds
        self.site = site
        self._advice: dict[tuple[str, str], Advice] = {}
        self._events: dict[tuple[str, str], CalendarEntry] = {}
        self._created: dict[tuple[str, str], datetime] = {}
        self._stamps: dict[tuple[str, str], datetime] = {}
        self._news: dict[int, NewsEntry] = {}

    def learn(self, recorded: Iterable[tuple[int, Notice, datetime | None]]) -> None:
        """Take in notices in the order in which they were recorded: number, notice, moment of going public."""
        for id_, notice, published in recorded:
            key = (notice.key.window, notice.key.audience)
            if not notice.sent:
                continue
            self._created.setdefault(key, notice.due)
            if notice.key.occasion in REVISIONS:
                self._stamps[key] = notice.due
                self._events.pop(key, None)
            if Channel.NEWS in notice.channels:
                self._news[id_] = NewsEntry(notice, published or notice.due)

    def event(self, planner: Planner, editions: Editions, window: str, audience: str) -> CalendarEntry | None:
        """The calendar event of a window for an audience; ``None`` where it was never told."""
        key = (window, audience)
        told = planner.told.get(key)
        if told is None:
            return None
        if key not in self._events:
            self._events[key] = self._make_event(planner, editions.of[window], told, audience)
        return self._events[key]

    def publish(
        self,
        planner: Planner,
        editions: Editions,
        affected: Iterable[str],
        now: datetime,
        *,
        drill: bool = False,
    ) -> Published:
        """The public tree as of ``now``. ``affected`` are the windows to advise on again."""
        for window in affected:
            for audience in self.network.catalogue.audiences:
                self._advice.pop((window, audience), None)
                self._events.pop((window, audience), None)
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
        return Published(self.site.build(facts, tree), _next_edge(shown, now))

    def _shown(self, planner: Planner, now: datetime) -> list[Window]:
        """All windows that are not over, those of the last ``keep_days``, and never fewer than a page holds."""
        oldest = now - timedelta(days=self.settings.feeds.keep_days)
        latest = sorted(planner.windows, key=lambda window: (window.interval.until, window.id), reverse=True)
        return [w for i, w in enumerate(latest) if i < AT_LEAST or w.interval.until >= oldest]

    def _feeds(
        self, planner: Planner, editions: Editions, shown: set[str], now: datetime
    ) -> dict[str, bytes]:
        tree = {}
        for audience in self.network.catalogue.audiences:
            news = [
                entry
                for entry in self._news.values()
                if entry.notice.key.audience == audience and entry.notice.key.window in shown
            ]
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
        if key not in self._advice:
            self._advice[key] = planner.adviser.advise(window, audience)
        return self._advice[key]

    def _make_event(
        self, planner: Planner, history: list[Edition], told: Told, audience: str
    ) -> CalendarEntry:
        key = (told.window.id, audience)
        edition = next(item for item in history if item.number == told.edition)
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


def _next_edge(shown: Iterable[Window], now: datetime) -> datetime:
    """The next moment at which time alone changes a page: an edge of a window, at the latest tomorrow."""
    edges = (
        edge for window in shown for edge in (window.start, window.end) if edge is not None and edge > now
    )
    return min(edges, default=now + timedelta(days=1))
