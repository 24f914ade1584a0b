"""When people want to hear from us: lead times, settling, quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifier.model import QuietHours

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The operator's choices on timing.

    ``reminders`` gives lead times before the start per audience (key ``""``: all others);
    ``on_request`` are further ones, for subscribers who chose them; ``critical`` is added where an
    essential task has nothing left; ``last_call`` is how long before a
    preparation becomes impossible people are called; ``settle`` is how long edits of one window may
    merge before they are told.
    """

    reminders: Mapping[str, tuple[timedelta, ...]] = field(
        default_factory=lambda: {"": (7 * DAY, DAY, timedelta(hours=2))}
    )
    on_request: tuple[timedelta, ...] = ()
    critical: tuple[timedelta, ...] = (14 * DAY,)
    last_call: timedelta = timedelta(hours=1)
    settle: timedelta = timedelta(seconds=60)
    quiet: QuietHours | None = None

    def leads(self, audience: str) -> tuple[timedelta, ...]:
        """The reminder lead times of an audience, longest first."""
        return tuple(sorted(self.reminders.get(audience, self.reminders.get("", ())), reverse=True))

    def out_of_quiet(self, moment: datetime, use_ends: datetime) -> datetime:
        """A moment outside quiet hours, never past its use."""
        return moment if self.quiet is None else self.quiet.shift(moment, use_ends)


def label(span: timedelta) -> str:
    """A lead time in short: ``7d``, ``24h``, ``90m``."""
    minutes = int(span.total_seconds() // 60)
    if minutes % (24 * 60) == 0 and minutes > 24 * 60:
        return f"{minutes // (24 * 60)}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
