"""Feeds: news as RSS, Atom and JSON Feed, calendars as iCalendar; reproducible to the byte."""

from notifier.feeds.addresses import Addresses
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
from notifier.feeds.publish import NEWS_KINDS, Feeds

__all__ = [
    "NEWS_KINDS",
    "Addresses",
    "AlarmWords",
    "CalendarEntry",
    "CalendarMethod",
    "FeedError",
    "Feeds",
    "NewsEntry",
    "Organizer",
    "Teller",
    "ToldWords",
    "calendar_uid",
]
