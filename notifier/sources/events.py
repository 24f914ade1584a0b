"""iCalendar (RFC 5545) with ``X-MAINTNOTE-*`` -> claims: single events as they stand, series written out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import prod
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import recurring_ical_events
from icalendar import Calendar, Event

from notifier.model import Impact, Status
from notifier.sources.kind import BACK, Asked, end_after
from notifier.sources.naming import systems_of
from notifier.sources.statement import MOST_EVIDENCE, Claim

MOST_OCCURRENCES = 500

_MOST_A_DAY = 24
_FIRST_YEAR = 1990
_STATUS = {
    "TENTATIVE": Status.TENTATIVE,
    "CONFIRMED": Status.CONFIRMED,
    "RE-SCHEDULED": Status.CONFIRMED,
    "CANCELLED": Status.CANCELLED,
    "IN-PROCESS": Status.IN_PROCESS,
    "COMPLETED": Status.COMPLETED,
}
_IMPACT = {
    "NO-IMPACT": Impact.NONE,
    "REDUCED-REDUNDANCY": Impact.NONE,
    "DEGRADED": Impact.DEGRADED,
    "OUTAGE": Impact.OUTAGE,
}


@dataclass(frozen=True, slots=True)
class _Moment:
    """A time of an event. ``doubt`` says why it may be another one."""

    at: datetime | None
    doubt: str = ""


def claims_of_calendar(calendar: Calendar, asked: Asked) -> Iterator[Claim]:
    """The claims of all events that are not long over, series as far as the source's horizon.

    A single event has its UID for a key, one of a series also its original start, so that it keeps its key
    when it is moved. What cannot be read is a claim without times: left out, it would seem to be gone.
    """
    zone = _zone(calendar, asked.source.zone)
    cancelled = str(calendar.get("METHOD", "")).upper() == "CANCEL"
    by_uid: dict[str, list[Event]] = {}
    for event in calendar.events:
        by_uid.setdefault(_uid(event), []).append(event)
    for uid, events in by_uid.items():
        for claim in _claims(uid, events, asked, zone):
            if claim.end is None or claim.end > asked.now - BACK:
                yield replace(claim, status=Status.CANCELLED) if cancelled else claim


def _claims(uid: str, events: Sequence[Event], asked: Asked, zone: ZoneInfo) -> Iterator[Claim]:
    if any(event.errors for event in events):
        yield from _unread(uid, events[-1], asked, "the event has properties that cannot be read")
    elif not any(key in event for event in events for key in ("RRULE", "RDATE", "RECURRENCE-ID")):
        yield from _one(uid, max(events, key=_revision), asked, zone)
    elif not all(_affordable(event) for event in events):
        yield from _unread(uid, events[0], asked, "it repeats in a way that is not followed here")
    else:
        yield from _series(uid, events, asked, zone)


def _series(uid: str, events: Sequence[Event], asked: Asked, zone: ZoneInfo) -> Iterator[Claim]:
    whole = Calendar()
    for event in events:
        whole.add_component(event)
    first, last = asked.now - BACK, asked.now + asked.source.horizon
    try:
        found = recurring_ical_events.of(whole).between(first, last)
    except (ValueError, TypeError, OverflowError, LookupError, AttributeError) as error:
        # What the library raises where a property is there twice, or not at all.
        yield from _unread(uid, events[0], asked, f"its repetition cannot be read: {type(error).__name__}")
        return
    for occurrence in found[:MOST_OCCURRENCES]:
        original = _moment(occurrence, "RECURRENCE-ID", zone).at
        yield from _one(f"{uid}/{original:%Y%m%dT%H%M%SZ}" if original else uid, occurrence, asked, zone)


def _one(key: str, event: Event, asked: Asked, zone: ZoneInfo) -> Iterator[Claim]:
    start, end = _moment(event, "DTSTART", zone), _end(event, zone)
    text = "\n".join(str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION"))
    meant = systems_of(asked.source, _texts(event, "X-MAINTNOTE-OBJECT-ID"), text)
    if not meant.ours:
        return
    words = [str(event.get(name, "")).upper() for name in ("X-MAINTNOTE-STATUS", "STATUS")]
    status = next((_STATUS[word] for word in words if word in _STATUS), Status.CONFIRMED)
    impact = _IMPACT.get(str(event.get("X-MAINTNOTE-IMPACT", "")).upper(), Impact.OUTAGE)
    problems = [*meant.problems, *dict.fromkeys(moment.doubt for moment in (start, end) if moment.doubt)]
    if start.at is None:
        problems.append("no start is given")
    # RFC 5545, 3.6.1: an event without an end takes no time; for an outage that is one whose end is not known.
    until, wrong = end_after(start.at, end.at)
    problems += wrong
    yield _claim(key, event, asked, meant.systems, start.at, until, impact, status, tuple(problems))


def _unread(key: str, event: Event, asked: Asked, problem: str) -> Iterator[Claim]:
    systems = systems_of(asked.source, (), str(event.get("SUMMARY", ""))).systems
    yield _claim(key, event, asked, systems, None, None, Impact.OUTAGE, Status.TENTATIVE, (problem,))


def _claim(
    key: str,
    event: Event,
    asked: Asked,
    systems: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    impact: Impact,
    status: Status,
    problems: tuple[str, ...],
) -> Claim:
    said = (str(event.get(name, "")).strip() for name in ("SUMMARY", "DESCRIPTION"))
    address = str(event.get("URL", ""))
    return Claim(
        key=key,
        systems=systems,
        start=start,
        end=end,
        impact=impact,
        status=status,
        published=_stamp(event),
        url=address if address.startswith(("http://", "https://")) else asked.source.page,
        evidence="\n".join(text for text in said if text)[:MOST_EVIDENCE],
        sure=bool(systems) and not problems,
        problems=problems,
        refers_to=next(iter(_texts(event, "RELATED-TO")), ""),
    )


def _uid(event: Event) -> str:
    """The UID; an event that lacks it is known by what it says."""
    uid = str(event.get("UID", "")).strip()
    return uid or hashlib.sha256(event.to_ical()).hexdigest()[:20]


def _revision(event: Event) -> tuple[int, datetime]:
    """The higher, the later: RFC 5546, 2.1.5."""
    sequence = str(event.get("SEQUENCE", "0"))
    stamp = _moment(event, "DTSTAMP", ZoneInfo("UTC")).at
    return int(sequence) if sequence.isdecimal() else 0, stamp or datetime.min.replace(tzinfo=UTC)


def _stamp(event: Event) -> datetime | None:
    """When it was last changed. Not DTSTAMP, in which many a server writes the moment of the request."""
    utc = ZoneInfo("UTC")
    return _moment(event, "LAST-MODIFIED", utc).at or _moment(event, "CREATED", utc).at


def _end(event: Event, zone: ZoneInfo) -> _Moment:
    if "DTEND" in event:
        return _moment(event, "DTEND", zone)
    start = _value(event, "DTSTART")
    length = _value(event, "DURATION")
    if isinstance(length, timedelta) and isinstance(start, datetime):
        # RFC 5545, 3.3.6: hours are exact, so they are counted in UTC.
        began = _moment(event, "DTSTART", zone)
        return _Moment(began.at + length if began.at else None)
    if isinstance(start, date) and not isinstance(start, datetime):
        days = length if isinstance(length, timedelta) else timedelta(days=1)
        return _local(datetime.combine(start + days, time(), zone))
    return _Moment(None)


def _moment(event: Event, name: str, zone: ZoneInfo) -> _Moment:
    """A time in UTC; one without a zone is taken to be in ``zone``, a bare day to begin at its 00:00."""
    value = _value(event, name)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return _local(value)
        named = event[name].params.get("TZID", "")
        found = _local(value.replace(tzinfo=zone))
        return replace(found, doubt=f"the zone {named!r} is not known") if named else found
    if isinstance(value, date):
        return _local(datetime.combine(value, time(), zone))
    return _Moment(None)


def _local(moment: datetime) -> _Moment:
    """The instant, and a doubt where the clocks are put back or forward in that very hour."""
    try:
        instant = moment.astimezone(UTC)
        if moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset():
            return _Moment(instant)
    except (OverflowError, ValueError):
        return _Moment(None, "it is out of all bounds")
    real = instant.astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(tzinfo=None)
    return _Moment(instant, "the hour occurs twice that night" if real else "the clocks jump over that hour")


def _value(event: Event, name: str) -> object:
    found: Any = event.get(name)
    return getattr(found, "dt", None)


def _texts(event: Event, name: str) -> tuple[str, ...]:
    found: Any = event.get(name)
    several = found if isinstance(found, list) else [] if found is None else [found]
    return tuple(text for one in several if (text := str(one).strip()))


def _zone(calendar: Calendar, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone that the whole calendar is said to be in."""
    name = str(calendar.get("X-WR-TIMEZONE", ""))
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise


def _affordable(event: Event) -> bool:
    """False for a series that would take for ever: planned work does not repeat by the minute."""
    start = _value(event, "DTSTART")
    if isinstance(start, date) and start.year < _FIRST_YEAR:
        return False
    rules: Any = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = (rule.get("FREQ") or [""])[0] in {"SECONDLY", "MINUTELY", "HOURLY"}
        a_day = prod(len(rule.get(part) or "1") for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        if often or a_day > _MOST_A_DAY or any(step < 1 for step in rule.get("INTERVAL") or ()):
            return False
    return True
