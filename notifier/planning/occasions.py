"""When each occasion of a window is due, how long telling it is of use, and where it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.model import Advice, Channel, Occasion, Preparation, Severity, Window, iso
from notifier.planning.schedule import DAY, Schedule, label

USE_WITHOUT_END = 7 * DAY
"""How long news of a window with no known end stays worth telling after its start."""

EVERYWHERE = frozenset({Channel.MAIL, Channel.NEWS, Channel.CALENDAR})


@dataclass(frozen=True, slots=True)
class Moment:
    """One scheduled occasion of one window: when it is due, until when of use, and why."""

    due: datetime
    useful_until: datetime
    occasion: Occasion
    detail: str
    reason: str
    channels: frozenset[Channel]
    lead: timedelta = timedelta(0)


def moments(advice: Advice, schedule: Schedule, preparations: Mapping[str, Preparation]) -> Iterator[Moment]:
    """Reminders, last calls, start and planned end of a window for one audience, in no special order."""
    window = advice.window
    yield from _reminders(advice, schedule, preparations)
    yield from _last_calls(advice, schedule, preparations)
    yield Moment(
        due=window.start,
        useful_until=use_ends(window),
        occasion=Occasion.STARTED,
        detail=f"@{iso(window.start)}",
        reason="its planned start has come; mail only to those who asked for it",
        channels=frozenset({Channel.ON_REQUEST}),
    )
    if window.end is not None:
        yield Moment(
            due=window.end,
            useful_until=window.end + DAY,
            occasion=Occasion.ENDED,
            detail=f"@{iso(window.end)}",
            reason="its planned end has passed; nobody has confirmed it",
            channels=frozenset({Channel.ON_REQUEST, Channel.NEWS}),
        )


def use_ends(window: Window) -> datetime:
    """The moment after which nobody is helped by hearing of this window."""
    return window.start + USE_WITHOUT_END if window.end is None else window.end


def reminder_leads(
    advice: Advice, schedule: Schedule, preparations: Mapping[str, Preparation]
) -> tuple[timedelta, ...]:
    """Lead times for one window, longest first: the audience's, more for grave windows and slow preparations."""
    leads = set(schedule.leads(advice.audience))
    if advice.severity is Severity.CRITICAL:
        leads.update(schedule.critical)
    slowest = max((preparations[item.preparation].lead for item in advice.prepare), default=timedelta(0))
    if leads and slowest >= max(leads):
        leads.add(slowest + DAY)
    return tuple(sorted(leads, reverse=True))


def _reminders(
    advice: Advice, schedule: Schedule, preparations: Mapping[str, Preparation]
) -> Iterator[Moment]:
    start = advice.window.start
    leads = reminder_leads(advice, schedule, preparations)
    in_news = min(leads, key=lambda lead: (abs(lead - DAY), lead), default=None)
    for lead in leads:
        yield Moment(
            due=schedule.out_of_quiet(start - lead, start),
            useful_until=start,
            occasion=Occasion.REMINDER,
            detail=f"{label(lead)}@{iso(start)}",
            reason=f"{label(lead)} before the start",
            channels=frozenset({Channel.MAIL, Channel.NEWS} if lead == in_news else {Channel.MAIL}),
            lead=lead,
        )
    for lead in sorted(set(schedule.on_request) - set(leads), reverse=True):
        yield Moment(
            due=schedule.out_of_quiet(start - lead, start),
            useful_until=start,
            occasion=Occasion.REMINDER,
            detail=f"{label(lead)}@{iso(start)}",
            reason=f"{label(lead)} before the start; mail only to those who chose it",
            channels=frozenset({Channel.ON_REQUEST}),
            lead=lead,
        )


def _last_calls(
    advice: Advice, schedule: Schedule, preparations: Mapping[str, Preparation]
) -> Iterator[Moment]:
    """One call per deadline, early enough for the slowest preparation that must be made by then."""
    slowest: dict[datetime, timedelta] = {}
    for item in advice.prepare:
        if item.by is not None:
            lead = max(schedule.last_call, preparations[item.preparation].lead)
            slowest[item.by] = max(lead, slowest.get(item.by, timedelta(0)))
    for deadline, lead in slowest.items():
        yield Moment(
            due=schedule.out_of_quiet(deadline - lead, deadline),
            useful_until=deadline,
            occasion=Occasion.LAST_CALL,
            detail=f"@{iso(deadline)}",
            reason=f"{label(lead)} before a preparation becomes impossible",
            channels=frozenset({Channel.MAIL}),
            lead=lead,
        )
