"""What the operator chose for a webhook or a chat."""

from __future__ import annotations

from notifier.config.settings import ReceiverSettings
from notifier.model import Channel, Notice, Occasion, ancestors

_FOR_ALL = frozenset({Channel.MAIL, Channel.NEWS, Channel.CALENDAR})


def wants(receiver: ReceiverSettings, notice: Notice) -> bool:
    """True for what the operator chose for it; of what is told on request, only occasions named there."""
    if notice.advice is None or not notice.sent:
        return False
    if receiver.audiences and notice.key.audience not in receiver.audiences:
        return False
    if receiver.occasions and notice.key.occasion not in receiver.occasions:
        return False
    named = bool(receiver.occasions) and notice.key.occasion is not Occasion.REMINDER
    return (named or not _FOR_ALL.isdisjoint(notice.channels)) and _about(receiver, notice)


def _about(receiver: ReceiverSettings, notice: Notice) -> bool:
    """True when the window, as it is or as it was told, touches a system that was named, one in it or around it."""
    windows = [window for window in (notice.advice and notice.advice.window, notice.told) if window]
    return not receiver.systems or any(
        system in ancestors(theirs) or theirs in ancestors(system)
        for window in windows
        for system in window.systems
        for theirs in receiver.systems
    )
