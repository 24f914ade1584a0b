"""What goes into the feeds: one item of news, one event of the calendar, and their lasting identities."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from notifier.model import Advice, Notice, NotifierError, Profile, Severity, Window, utc

NAMESPACE = UUID("db3dad95-e2ea-43e6-bc32-f0a9dbe47570")
"""Root of every identity. Changing it would show every old item as new and double every event."""

EVERYBODY = Profile()
_BETWEEN = "\x1f"


class FeedError(NotifierError):
    """A feed was asked for that cannot be made; ``what`` says why."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class ToldWords(Protocol):
    """Advice in words."""

    @property
    def title(self) -> str:
        """One line: state, system, date; that the end is unknown, if it is."""
        ...

    @property
    def lead(self) -> str:
        """The first sentence or two."""
        ...

    @property
    def text(self) -> str:
        """All of it as plain text, complete by itself."""
        ...

    @property
    def html(self) -> str:
        """All of it as an HTML fragment with absolute addresses."""
        ...

    @property
    def categories(self) -> tuple[str, ...]:
        """Words to file it under."""
        ...


class AlarmWords(Protocol):
    """A preparation in words and the instant at which to make it."""

    @property
    def at(self) -> datetime:
        """When to ring."""
        ...

    @property
    def text(self) -> str:
        """What to do."""
        ...


class Teller(Protocol):
    """What feeds ask of the renderer. It must say the same of the same facts each time."""

    def notice(self, notice: Notice, language: str, profile: Profile = EVERYBODY) -> ToldWords:
        """A notice in words."""
        ...

    def advice(self, advice: Advice, language: str, profile: Profile = EVERYBODY) -> ToldWords:
        """Advice in words, without an occasion."""
        ...

    def alarms(self, advice: Advice, language: str) -> tuple[AlarmWords, ...]:
        """The preparations that must be made by a certain instant."""
        ...

    def feed_words(self, audience: str, language: str) -> tuple[str, str]:
        """Title and description of an audience's feeds and calendar."""
        ...


def identity(*names: str) -> UUID:
    """The same UUID for the same names on every machine: no host name, no clock (RFC 9562, version 5)."""
    return uuid5(NAMESPACE, json.dumps(names))


def feed_id(audience: str, language: str, query: str = "") -> str:
    """Identity of an audience's news, or of what a query narrows them to, as a URN."""
    return identity("feed", audience, language, *([query] if query else [])).urn


def calendar_uid(window: str, audience: str) -> str:
    """UID of a window's event for an audience: the same in the feed, in mail and in every language."""
    return str(identity("event", window, audience))


def preparation_uid(window: str, audience: str, what: str) -> str:
    """UID of the event of a preparation."""
    return str(identity("prepare", window, audience, what))


@dataclass(frozen=True, slots=True)
class NewsEntry:
    """One item of the news feeds. ``published`` is when it was told: it must not lie in the future.

    Raises ``ValueError`` when ``published`` has no time zone. ``version`` tells everything apart that
    may change the words; it is made once, because looking an item up must cost next to nothing, and
    it begins with the time, so that sorting by it is sorting by time.
    """

    notice: Notice
    published: datetime
    version: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        notice, key = self.notice, self.notice.key
        version = _BETWEEN.join(
            (
                f"{_seconds(self.published):020.6f}",
                key.window,
                key.audience,
                key.occasion,
                key.detail,
                str(_seconds(notice.due)),
                str(notice.edition),
                str(notice.sequence),
                notice.severity,
                notice.digest,
                *notice.changes,
            )
        )
        object.__setattr__(self, "version", version)

    @property
    def window(self) -> Window | None:
        """The window as it is now, else as it was told, ``None`` if the notice carries neither."""
        return self.notice.advice.window if self.notice.advice else self.notice.told

    def guid(self, language: str) -> str:
        """Identity of the item as a URN. A material change is a new item: its ``detail`` is the edition."""
        key = self.notice.key
        return identity("news", key.window, key.audience, key.occasion, key.detail, language).urn


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event of a calendar: a window as one audience sees it.

    ``sequence`` rises with each edition (RFC 5545, 3.8.7.4), ``stamp`` is the edition's time and
    ``created`` the first one's. ``reminders`` are lead times before the start. Raises ``ValueError``
    when a time has no zone. ``version`` works as in :class:`NewsEntry`, by start of the window.
    """

    advice: Advice
    sequence: int
    stamp: datetime
    created: datetime
    reminders: tuple[timedelta, ...] = ()
    version: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        advice, window = self.advice, self.advice.window
        version = _BETWEEN.join(
            (
                f"{_seconds(window.start):020.6f}",
                window.id,
                advice.audience,
                str(_seconds(window.end)) if window.end else "",
                window.status,
                str(self.sequence),
                str(_seconds(self.stamp)),
                str(_seconds(self.created)),
                advice.severity,
                advice.digest,
                *(str(lead.total_seconds()) for lead in self.reminders),
            )
        )
        object.__setattr__(self, "version", version)

    @property
    def uid(self) -> str:
        """UID of the event."""
        return calendar_uid(self.advice.window.id, self.advice.audience)


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else utc(moment)).timestamp()  # utc() refuses a time without a zone


def machine_tags(severity: Severity, window: Window | None) -> list[tuple[str, str]]:
    """Categories for programs as (set, id): the severity unless ``none``, and each system."""
    systems = window.systems if window else ()
    named = [] if severity is Severity.NONE else [("severity", severity.value)]
    return named + [("system", system) for system in systems]
