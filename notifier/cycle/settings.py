"""The operator's settings in the words of the pure rooms."""

from __future__ import annotations

from notifier.config import Settings
from notifier.planning import Schedule


def schedule_of(settings: Settings) -> Schedule:
    """When people want to hear from us."""
    chosen = settings.schedule
    return Schedule(
        reminders={("" if key == "default" else key): leads for key, leads in chosen.reminders.items()},
        critical=chosen.reminders_critical,
        last_call=chosen.last_call,
        settle=chosen.settle,
        quiet=chosen.quiet_hours,
    )
