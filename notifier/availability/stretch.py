"""Stretches: windows of the same systems that touch or overlap are one to the reader."""

from __future__ import annotations

from notifier.availability.outlook import Outlook, state_of
from notifier.model import FOREVER, Interval, Window, ancestors


def stretch_of(outlook: Outlook, window: Window) -> Interval:
    """The time without a break in which the window's systems are affected at least as badly."""
    if not window.counts:
        return window.interval
    start, end = window.start, window.end or FOREVER
    shelves = outlook.above(window.systems[0])
    grown = True
    while grown:
        grown = False
        for shelf in shelves:
            for other in shelf.touching(start, end):
                until = other.end or FOREVER
                if (other.start < start or until > end) and _covers(other, window):
                    start, end, grown = min(start, other.start), max(end, until), True
    return Interval(start, None if end == FOREVER else end)


def _covers(other: Window, window: Window) -> bool:
    """True when every system of ``window`` is covered by ``other``, at least as badly."""
    return (
        other.counts
        and state_of(other) <= state_of(window)
        and all(any(up in other.systems for up in ancestors(system)) for system in window.systems)
    )
