"""Feeds: news as RSS, Atom and JSON Feed, calendars as iCalendar; reproducible to the byte."""

from notifier.feeds.addresses import Addresses
from notifier.feeds.desk import PERSONAL_KINDS, Contents, Desk, Narrowing, ShelfName
from notifier.feeds.entries import (
    AlarmWords,
    CalendarEntry,
    FeedError,
    NewsEntry,
    Teller,
    ToldWords,
    calendar_uid,
)
from notifier.feeds.ical import CalendarMethod, Organizer
from notifier.feeds.personal import Shelf
from notifier.feeds.publish import NEWS_KINDS, Feeds
from notifier.feeds.wish import Names, Wish, WishError

__all__ = [
    "NEWS_KINDS",
    "PERSONAL_KINDS",
    "Addresses",
    "AlarmWords",
    "CalendarEntry",
    "CalendarMethod",
    "Contents",
    "Desk",
    "FeedError",
    "Feeds",
    "Names",
    "Narrowing",
    "NewsEntry",
    "Organizer",
    "Shelf",
    "ShelfName",
    "Teller",
    "ToldWords",
    "Wish",
    "WishError",
    "calendar_uid",
]
