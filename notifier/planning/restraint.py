"""When it is better to say nothing, and the reason that goes into the record."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifier.availability import Adviser
from notifier.model import Notice, Occasion, Severity, Status, Window, iso
from notifier.planning.changes import Told
from notifier.planning.occasions import Moment, use_ends
from notifier.planning.schedule import label

RECENT = timedelta(hours=12)
"""A reminder is left out when the same advice was told this recently, or within a quarter of its lead."""


def why_silent(
    adviser: Adviser, window: Window, audience: str, severity: Severity, now: datetime
) -> tuple[str, str] | None:
    """A short code and the reason why a window is not announced, or ``None`` when it is."""
    if window.status is Status.CANCELLED:
        return "cancelled", "was cancelled before anybody was told of it"
    if severity is Severity.NONE:
        return "untouched", "touches nothing this audience does"
    if use_ends(window) <= now:
        return "over", "was over before it became known"
    outer = adviser.masked_by(window, audience)
    if outer is not None:
        return f"inside {outer.id}", f"lies inside {outer.id}, which takes at least as much"
    return None


def why_not(adviser: Adviser, notice: Notice, moment: Moment, told: Told) -> str | None:
    """The reason why an occasion that has come is not told, or ``None`` when it is."""
    advice = notice.advice
    if advice is None or advice.severity is Severity.NONE:
        return "touches nothing this audience does"
    outer = adviser.masked_by(advice.window, advice.audience)
    if outer is not None:
        return f"lies inside {outer.id}, which takes at least as much"
    if notice.key.occasion is Occasion.REMINDER and told.at > moment.due - min(RECENT, moment.lead / 4):
        return f"the same was told {label(moment.due - told.at)} before"
    if notice.key.occasion is Occasion.ENDED and advice.stretch.until > advice.window.interval.until:
        return "another window goes on without a break"
    if notice.key.occasion is Occasion.LAST_CALL and all(
        item.by is None or iso(item.by) != moment.detail[1:] for item in advice.prepare
    ):
        return "the preparation is no longer needed by then"
    return None
