"""What an audience was told of a window, and how the window differs from that now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notifier.availability import Effects, Outlook
from notifier.model import Advice, Change, Channel, Occasion, Severity, Status, Window


@dataclass(frozen=True, slots=True)
class Told:
    """The last word to an audience on a window: when, what, in which revision.

    ``sequence`` is the revision number calendars see; ``extended`` is True once an extension was told,
    because those people are always told the end as well.
    """

    at: datetime
    occasion: Occasion
    window: Window
    edition: int
    sequence: int
    severity: Severity
    digest: str
    extended: bool = False

    @property
    def over(self) -> bool:
        """True once it was told that the window will not happen or has ended."""
        return self.occasion in (Occasion.CANCELLED, Occasion.COMPLETED)


def follow(
    before: Told | None,
    *,
    due: datetime,
    occasion: Occasion,
    window: Window,
    edition: int,
    sequence: int,
    severity: Severity,
    digest: str,
    changes: tuple[Change, ...] = (),
    channels: frozenset[Channel] = frozenset(),
) -> Told:
    """What has been told after one more notice; the same whether it was just made or read from a store.

    A change of advice that concerns only a few does not count as having told everybody again, nor does
    what was mailed on request only.
    """
    if before is None:
        return Told(due, occasion, window, edition, sequence, severity, digest, Change.EXTENDED in changes)
    few = changes == (Change.ADVICE,) and severity.rank < before.severity.rank
    aside = few or channels == {Channel.ON_REQUEST}
    return Told(
        at=before.at if aside else due,
        occasion=occasion,
        window=window,
        edition=edition,
        sequence=sequence,
        severity=max(before.severity, severity, key=lambda item: item.rank),
        digest=digest,
        extended=before.extended or Change.EXTENDED in changes,
    )


def changes_between(before: Window, after: Window) -> tuple[Change, ...]:
    """The kinds of difference between two versions of a window, the gravest first; empty if none."""
    found = []
    if before.status is Status.CANCELLED and after.status is not Status.CANCELLED:
        found.append(Change.REINSTATED)
    if after.start != before.start:
        found.append(Change.MOVED)
    elif after.end != before.end:
        longer = after.interval.until > before.interval.until
        found.append(Change.EXTENDED if longer else Change.SHORTENED)
    if set(after.systems) != set(before.systems):
        found.append(Change.SYSTEMS)
    if after.impact is not before.impact:
        found.append(Change.IMPACT)
    if before.status is Status.TENTATIVE and _certain(after):
        found.append(Change.CONFIRMED)
    if after.status is Status.TENTATIVE and _certain(before):
        found.append(Change.UNCONFIRMED)
    return tuple(found)


def _certain(window: Window) -> bool:
    return window.status in (Status.CONFIRMED, Status.IN_PROCESS)


def weight(effects: Effects, before: Outlook, after: Outlook, advice: Advice) -> Severity:
    """How much a change of advice matters: by what is gained or lost in any piece of the window."""
    severity, tasks = Severity.MINOR, tuple(task.task for task in advice.tasks)
    for interval, snapshot in after.pieces(advice.window.interval):
        found = effects.severity_of(tasks, before.at(interval.start), snapshot)
        severity = max(severity, found, key=lambda item: item.rank)
    return severity
