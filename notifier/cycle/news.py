"""The items of the news feeds, by window; those from the record are made again only when they are shown."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from datetime import datetime

from notifier.feeds import NewsEntry
from notifier.model import Channel, Notice
from notifier.store import NoticeRow

_Item = NewsEntry | NoticeRow


class News:
    """What was told in the feeds. ``revive`` makes a notice again from its record."""

    def __init__(self, revive: Callable[[NoticeRow], Notice]) -> None:
        self._revive = revive
        self._items: dict[str, dict[int, _Item]] = {}

    def learn(self, id_: int, notice: Notice, published: datetime) -> None:
        """Take in a notice that was told just now."""
        if Channel.NEWS in notice.channels:
            self._items.setdefault(notice.key.window, {})[id_] = NewsEntry(notice, published)

    def remember(self, row: NoticeRow) -> None:
        """Take in a notice that was told before."""
        if Channel.NEWS in row.channels:
            self._items.setdefault(row.key.window, {})[row.id] = row

    def newest(self, windows: Iterable[str], most: int) -> dict[str, list[NewsEntry]]:
        """For each audience the newest items on these windows, ``most`` of them at most."""
        found: dict[str, list[tuple[datetime, int, str]]] = {}
        for window in windows:
            for id_, item in self._items.get(window, {}).items():
                audience = item.key.audience if isinstance(item, NoticeRow) else item.notice.key.audience
                found.setdefault(audience, []).append((_published(item), id_, window))
        return {
            audience: [self._made(window, id_) for _, id_, window in heapq.nlargest(most, items)]
            for audience, items in found.items()
        }

    def _made(self, window: str, id_: int) -> NewsEntry:
        item = self._items[window][id_]
        if isinstance(item, NoticeRow):
            item = self._items[window][id_] = NewsEntry(self._revive(item), _published(item))
        return item


def _published(item: _Item) -> datetime:
    if isinstance(item, NewsEntry):
        return item.published
    return item.published_at or item.due
