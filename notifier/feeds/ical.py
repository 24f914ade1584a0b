"""iCalendar (RFC 5545, RFC 7986) by icalendar: events in UTC, joined to calendars; and the part for mail.

Only UTC times are written. A local time with a TZID reads back an hour off in the repeated hour of an
autumn night, generated time zones are read differently by different programs, and night is when systems
are mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneStandard

from notifier.feeds.addresses import Addresses
from notifier.feeds.clean import clean, clean_line
from notifier.feeds.entries import (
    AlarmWords,
    CalendarEntry,
    FeedError,
    ToldWords,
    machine_tags,
    preparation_uid,
)
from notifier.feeds.rss import Head
from notifier.model import Impact, Status, utc

_POLL = timedelta(hours=1)
_STATUS = {Status.TENTATIVE: "TENTATIVE", Status.CANCELLED: "CANCELLED"}  # CONFIRMED for the others
_IMPACT = {Impact.OUTAGE: "OUTAGE", Impact.DEGRADED: "DEGRADED", Impact.NONE: "NO-IMPACT"}
_QUIET = frozenset({Status.CANCELLED, Status.COMPLETED})  # nothing left to remind of
_END = b"END:VCALENDAR\r\n"


class CalendarMethod(StrEnum):
    """What a calendar in a mail asks its reader to do (RFC 5546, 3.2)."""

    PUBLISH = "PUBLISH"  #: put this event, or its newer version, into your calendar
    CANCEL = "CANCEL"  #: strike it out


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who publishes an event sent by mail: the service, never a subscriber."""

    name: str
    email: str


def event(
    entry: CalendarEntry,
    told: ToldWords,
    alarms: Iterable[AlarmWords],
    addresses: Addresses,
    language: str,
    organizer: Organizer | None = None,
) -> bytes:
    """One VEVENT. An unknown end is left out (RFC 5545, 3.6.1, allows it); the title says so."""
    window, summary = entry.advice.window, clean_line(told.title)
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", utc(entry.stamp))
    made.add("created", utc(entry.created))
    made.add("last-modified", utc(entry.stamp))
    made.add("sequence", entry.sequence)
    made.add("dtstart", utc(window.start))
    if window.end is not None:
        made.add("dtend", utc(window.end))
    made.add("summary", summary)
    made.add("description", clean(told.text))
    made.add("url", addresses.window(window.id, language))
    made.add("status", _STATUS.get(window.status, "CONFIRMED"))
    made.add("transp", "TRANSPARENT")
    tags = [term for _, term in machine_tags(entry.advice.severity, window)]
    words = filter(None, map(clean_line, told.categories))
    if categories := list(dict.fromkeys([*tags, *words])):
        made.add("categories", categories)
    if organizer:
        made.add("organizer", f"mailto:{organizer.email}", parameters={"CN": clean_line(organizer.name)})
    made.add("x-maintnote-maintenance-id", clean_line(window.id))
    made.add("x-maintnote-status", window.status.value.upper())
    made.add("x-maintnote-impact", _IMPACT[window.impact])
    if window.status not in _QUIET:
        for lead in sorted(set(entry.reminders), reverse=True):
            made.add_component(_alarm(-lead, summary))
        for alarm in alarms:
            made.add_component(_alarm(utc(alarm.at), clean_line(alarm.text)))
    return _bytes(made)


def alarm(trigger: datetime, words: str) -> bytes:
    """One VALARM that rings at an instant."""
    return _bytes(_alarm(utc(trigger), clean_line(words)))


def preparation(
    entry: CalendarEntry,
    what: str,
    begin: datetime,
    end: datetime,
    words: str,
    addresses: Addresses,
    language: str,
) -> bytes:
    """A VEVENT of its own for a preparation, for programs that ring for no alarm in a calendar of others.

    ``what`` tells the preparations of one window apart. It ends when it can be made no more.
    """
    window = entry.advice.window
    made = Event()
    made.add("uid", preparation_uid(window.id, entry.advice.audience, what))
    made.add("dtstamp", utc(entry.stamp))
    made.add("created", utc(entry.created))
    made.add("last-modified", utc(entry.stamp))
    made.add("sequence", entry.sequence)
    made.add("dtstart", utc(begin))
    made.add("dtend", utc(end))
    made.add("summary", clean_line(words))
    made.add("url", addresses.window(window.id, language))
    made.add("related-to", entry.uid)
    made.add("status", _STATUS.get(window.status, "CONFIRMED"))
    made.add("transp", "TRANSPARENT")
    made.add("x-maintnote-maintenance-id", clean_line(window.id))
    made.add_component(_alarm(timedelta(0), clean_line(words)))
    return _bytes(made)


def calendar_frame(head: Head, empty: bool = False) -> tuple[bytes, bytes]:
    """What stands before and after the events of a calendar to subscribe to.

    No METHOD, which belongs to mail, and no UID of the calendar itself, by which synchronising programs
    would take all events for one. A calendar must have a component (RFC 5545, 3.6), so an ``empty`` one
    defines the zone UTC and shows nothing.
    """
    made = _calendar(head.language)
    title, description = clean_line(head.title), clean(head.description)
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("description", description)
    made.add("x-wr-caldesc", description)
    made.add("url", head.home)
    made.add("source", head.address, parameters={"VALUE": "URI"})
    made.add("refresh-interval", _POLL, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    if empty:
        made.add_component(_utc_zone())
    else:
        made.add("last-modified", utc(head.newest))
    return _bytes(made).removesuffix(_END), _END


def mail_calendar(made: bytes, entry: CalendarEntry, language: str, method: CalendarMethod) -> bytes:
    """A whole VCALENDAR around one event, for a mail part whose ``method`` parameter is the same.

    Raises :class:`FeedError` when the method and the window's status say different things.
    """
    if (method is CalendarMethod.CANCEL) != (entry.advice.window.status is Status.CANCELLED):
        raise FeedError(f"method {method} does not fit a window that is {entry.advice.window.status}")
    frame = _calendar(language)
    frame.add("method", method.value)
    return _bytes(frame).removesuffix(_END) + made + _END


def _bytes(component: Component) -> bytes:
    made: bytes = component.to_ical()
    return made


def _calendar(language: str) -> Calendar:
    made = Calendar()
    made.add("prodid", f"-//notifier//planned outages//{language.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    return made


def _alarm(trigger: timedelta | datetime, words: str) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", words)
    # The library leaves VALUE out, and then readers look for a duration (RFC 5545, 3.8.6.3).
    made.add("trigger", trigger, parameters={"VALUE": "DATE-TIME"} if isinstance(trigger, datetime) else {})
    return made


def _utc_zone() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None))  # a local time by rule
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    standard.add("tzname", "UTC")
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone
