"""What the public sees: the entries of feeds and calendars and the facts of the pages, kept warm.

Only windows that a pass affected are advised on again; everything else is reused, so that one new
window among a hundred thousand is public within a second.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from notifier.availability import Effects, Network
from notifier.config import Settings
from notifier.cycle.history import History
from notifier.cycle.news import News
from notifier.cycle.reconcile import Editions
from notifier.feeds import NEWS_KINDS, CalendarEntry, Contents, Desk, Feeds, Narrowing, NewsEntry
from notifier.model import (
    FOREVER,
    Advice,
    Edition,
    Notice,
    NoticeKey,
    Occasion,
    Severity,
    Status,
    Window,
)
from notifier.planning import Planner, Told
from notifier.render import Omissions, Renderer
from notifier.store import NoticeRow
from notifier.web import LATELY, Looked, Site, SiteFacts, WindowFacts, WindowState

CANCELLED_STAYS = timedelta(days=30)
"""How long a cancelled window stays in calendars, so that every program sees it struck out."""

AT_LEAST = 50
"""How many windows stay in the feeds however long ago they were: an empty feed explains nothing.

Unless the operator wants fewer.
"""

STILL_TOLD = LATELY + timedelta(hours=1)
"""How long after its end, or after its last edition, a window is advised on in full: pages may still tell it."""

LOOKED_AT = timedelta(hours=1)
"""How old the first page may grow, which says when the sources were last looked at."""

REVISIONS = frozenset({Occasion.ANNOUNCED, Occasion.CHANGED, Occasion.COMPLETED, Occasion.CANCELLED})
"""Occasions that make a new revision of the calendar event."""


@dataclass(frozen=True, slots=True)
class Published:
    """The whole public tree, path to bytes; when time alone will change it next; feeds to be narrowed."""

    tree: Mapping[str, bytes]
    changes_at: datetime
    desk: Desk


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
        omissions: Omissions,
    ) -> None:
        self.settings = settings
        self.network = network
        self.effects = effects
        self.renderer = renderer
        self.feeds = feeds
        self.site = site
        self.history = history
        self.omissions = omissions
        self._news = News(history.notice)
        self._narrowing = Narrowing(feeds, renderer, network.catalogue, settings.site.name, omissions)
        self._desk: Desk | None = None
        self._advice: dict[tuple[str, str], Advice] = {}
        self._events: dict[tuple[str, str], CalendarEntry] = {}
        self._created: dict[tuple[str, str], datetime] = {}
        self._stamps: dict[tuple[str, str], datetime] = {}
        self._short: dict[tuple[str, str], Advice] = {}

    def learn(self, id_: int, notice: Notice, published: datetime | None) -> None:
        """Take in a notice, in the order of recording: its number, and when it went public."""
        if notice.sent:
            self._note(notice.key, notice.due)
            self._news.learn(id_, notice, published or notice.due)

    def remember(self, row: NoticeRow) -> None:
        """The same from the record; the notice is made again only if its item is still shown."""
        if row.sent:
            self._note(row.key, row.due)
            self._news.remember(row)

    def forget(self, affected: Iterable[str]) -> None:
        """Advise on these windows again when next asked."""
        for window in affected:
            for audience in self.network.catalogue.audiences:
                self._advice.pop((window, audience), None)
                self._events.pop((window, audience), None)
                self._short.pop((window, audience), None)

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
        self,
        planner: Planner,
        editions: Editions,
        now: datetime,
        looked: tuple[Looked, ...] = (),
        *,
        drill: bool = False,
    ) -> Published:
        """The public tree as of ``now``, with the sources as they were ``looked`` at.

        ``drill`` marks it as one that plays back another time.

        A text that cannot be written is left out and noted in ``omissions``.
        """
        self.omissions.begin()
        shown = self._shown(planner, now)
        contents = self._contents(planner, editions, [window.id for window in shown], now)
        tree = self._feeds(contents)
        self._desk = self._narrowing.desk(contents, self._desk)
        facts = SiteFacts(
            at=now,
            windows=tuple(self._facts(planner, editions.of[window.id], now) for window in shown),
            name=self.settings.site.name,
            base_url=self.settings.site.base_url,
            contact=self.settings.site.contact,
            audiences=tuple(self.network.catalogue.audiences),
            languages=tuple(self.settings.site.languages),
            drill=drill,
            narrow=bool(self.settings.web.listen) and not drill,
            subscribe=self.settings.web.for_people and not drill,
            looked=looked,
        )
        longest = now + (timedelta(days=1) if drill else LOOKED_AT)
        return Published(self.site.build(facts, tree), min([longest, *_edges(shown, now)]), self._desk)

    def _note(self, key: NoticeKey, due: datetime) -> None:
        pair = (key.window, key.audience)
        self._created.setdefault(pair, due)
        if key.occasion in REVISIONS:
            self._stamps[pair] = due
            self._events.pop(pair, None)

    def _shown(self, planner: Planner, now: datetime) -> list[Window]:
        """What is not over, the next ones first, then those of the last ``keep_days``, the last ones first.

        Never fewer than a page holds, and no more than ``max_windows``.
        """
        feeds = self.settings.feeds
        oldest = now - timedelta(days=feeds.keep_days)
        windows = planner.windows
        shown = [window for window in windows if window.end is None or window.end >= oldest]
        if len(shown) < AT_LEAST:
            shown = heapq.nlargest(AT_LEAST, windows, key=_end)
        ahead: list[Window] = []
        over: list[Window] = []
        for window in shown:
            (over if window.end is not None and window.end <= now else ahead).append(window)
        first = heapq.nsmallest(feeds.max_windows, ahead, key=_start)
        return first + heapq.nlargest(feeds.max_windows - len(first), over, key=_end)

    def _contents(
        self, planner: Planner, editions: Editions, shown: Sequence[str], now: datetime
    ) -> dict[str, Contents]:
        """What the feeds of each audience hold."""
        items = self._news.newest(shown, self.settings.feeds.max_items)
        found: dict[str, Contents] = {}
        for audience in self.network.catalogue.audiences:
            events = [
                event
                for window in shown
                if (event := self.event(planner, editions, window, audience)) is not None
                and not _struck_out_long_ago(event, now)
            ]
            found[audience] = Contents(items.get(audience, []), events)
        return found

    def _feeds(self, contents: Mapping[str, Contents]) -> dict[str, bytes]:
        tree: dict[str, bytes] = {}
        for audience, held in contents.items():
            for language in self.settings.site.languages:
                make = partial(self._feeds_of, audience, language, held.news, held.events)
                # Items and events are left out one by one; what is caught here are the feeds' own words.
                tree |= self.omissions.attempt(make, language=language, audience=audience) or {}
        return tree

    def _feeds_of(
        self, audience: str, language: str, news: Sequence[NewsEntry], events: Sequence[CalendarEntry]
    ) -> dict[str, bytes]:
        name = f"/feeds/{audience}.{language}"
        made = self.feeds.news(audience, language, news)
        tree = {f"{name}.{kind}": made[kind] for kind in NEWS_KINDS}
        return tree | {f"{name}.ics": self.feeds.calendar(audience, language, events)}

    def _facts(self, planner: Planner, history: list[Edition], now: datetime) -> WindowFacts:
        known = planner.knowledge.current[history[0].window.id]
        editions = tuple(edition for edition in history if edition.number <= known.number)
        told = max(known.window.interval.until, known.known_at) > now - STILL_TOLD
        advise = self._advise if told else self._assess
        advice = {
            audience: found
            for audience in self.network.catalogue.audiences
            if (found := advise(planner, known.window, audience)).severity is not Severity.NONE
        }
        return WindowFacts(editions, advice, state(known.window, now))

    def _advise(self, planner: Planner, window: Window, audience: str) -> Advice:
        key = (window.id, audience)
        advice = self._advice.get(key)
        # What was told may be an older edition than what is known, when only its source or note changed.
        if advice is None or (advice.window is not window and advice.window != window):
            advice = self._advice[key] = planner.adviser.advise(window, audience)
        return advice

    def _assess(self, planner: Planner, window: Window, audience: str) -> Advice:
        """Advice on what is long over: how grave it was, and not what worked."""
        key = (window.id, audience)
        if key in self._advice:
            return self._advise(planner, window, audience)
        advice = self._short.get(key)
        if advice is None or advice.window != window:
            short = planner.adviser.assess(window, audience)
            advice = Advice(
                window, audience, short.severity, planner.adviser.stretch(window), (), (), (), short.digest
            )
            self._short[key] = advice
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


def _start(window: Window) -> tuple[datetime, str]:
    return window.start, window.id


def _end(window: Window) -> tuple[datetime, str]:
    return window.end or FOREVER, window.id
