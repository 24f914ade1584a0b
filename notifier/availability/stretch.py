"""Stretches: windows of the same systems that touch or overlap are one to the reader."""

from __future__ import annotations

from datetime import datetime

from notifier.availability.outlook import Outlook, state_of
from notifier.model import FOREVER, Interval, Window, ancestors


def stretch_of(outlook: Outlook, window: Window) -> Interval:
    """The time without a break in which the window's systems are affected at least as badly."""
    return Interval(*bounds(outlook, window))


def bounds(outlook: Outlook, window: Window) -> tuple[datetime, datetime | None]:
    """Start and end of that time; the end is ``None`` where nobody knows it."""
    if not window.counts:
        return window.start, window.end
    system = window.systems[0]
    # Most windows stand alone: nothing on their systems goes on before or after them.
    if window.id not in outlook.neighbours(system):
        return window.start, window.end
    start, end = window.start, window.end or FOREVER
    shelves = outlook.above(system)
    grown = True
    while grown:
        grown = False
        for shelf in shelves:
            for other in shelf.touching(start, end):
                if other is window:
                    continue
                until = other.end or FOREVER
                if (other.start < start or until > end) and _covers(other, window):
                    start, end, grown = min(start, other.start), max(end, until), True
    return start, None if end == FOREVER else end


def _covers(other: Window, window: Window) -> bool:
    """True when every system of ``window`` is covered by ``other``, at least as badly."""
    return (
        other.counts
        and state_of(other) <= state_of(window)
        and all(any(up in other.systems for up in ancestors(system)) for system in window.systems)
    )
