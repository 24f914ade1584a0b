"""What a source says now, against what it said before: the editions that follow. Pure.

A source repeating itself is no news, even where an operator has changed the window since. A window that
is missing from its source is *not confirmed any more*; it is never taken for cancelled. A source that
suddenly shows nothing is refused and its last good state kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notifier.model import Edition, Status, Window

FILES = "files"
OPERATOR = "operator"
MISSING = "missing"
"""Origin of the editions that say a source has fallen silent: nobody's word on the facts."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The new editions, and whether the source was refused because it suddenly showed nothing."""

    editions: tuple[Edition, ...]
    refused: bool = False


class Editions:
    """All editions of all windows, and for each source its last word."""

    def __init__(self, editions: Iterable[Edition] = ()) -> None:
        self.of: dict[str, list[Edition]] = {}
        self._said: dict[tuple[str, str], Window] = {}
        self.add(editions)

    def add(self, editions: Iterable[Edition]) -> list[Edition]:
        """Take in editions; returns those that were not there yet."""
        new = []
        for edition in editions:
            known = self.of.setdefault(edition.window.id, [])
            if known and known[-1].number >= edition.number:
                continue
            known.append(edition)
            if edition.origin not in (OPERATOR, MISSING):
                self._said[edition.origin, edition.window.id] = edition.window
            new.append(edition)
        return new

    def latest(self, window: str) -> Edition | None:
        """The edition that holds, or ``None`` for an unknown window."""
        known = self.of.get(window)
        return known[-1] if known else None

    def number(self, window: str, number: int) -> Edition:
        """That edition of a known window. Raises ``StopIteration`` where it is missing."""
        return next(edition for edition in self.of[window] if edition.number == number)

    def said(self, origin: str) -> Mapping[str, Window]:
        """What a source said last of each of its windows."""
        return {window: facts for (source, window), facts in self._said.items() if source == origin}

    def next(
        self, window: Window, *, known_at: datetime, now: datetime, origin: str, who: str, why: str
    ) -> Edition:
        """The edition that would follow for this window."""
        latest = self.latest(window.id)
        return Edition(
            window=window,
            number=latest.number + 1 if latest else 1,
            known_at=known_at if latest is None else max(known_at, latest.known_at),
            recorded_at=now,
            origin=origin,
            who=who,
            why=why,
        )


def reconcile(
    editions: Editions, windows: Sequence[Window], now: datetime, *, origin: str = FILES, first: bool
) -> Reconciled:
    """Editions that follow from a source's present windows.

    ``first`` is True while nothing was ever planned: facts then count from their publication, however
    long ago; later ones count from now at the earliest, since nobody can be told in the past.
    """
    said = editions.said(origin)
    open_before = [window for window in said.values() if window.counts and window.interval.until > now]
    if open_before and not windows:
        return Reconciled((), refused=True)
    found = []
    for window in windows:
        before, latest = said.get(window.id), editions.latest(window.id)
        back = latest is not None and latest.origin == MISSING
        if before == window and not back:
            continue
        published = window.source.published or now
        found.append(
            editions.next(
                window,
                known_at=published if first else max(published, now),
                now=now,
                origin=origin,
                who=window.source.name or origin,
                why=why_new(before, window),
            )
        )
    present = {window.id for window in windows}
    for window in open_before:
        latest = editions.latest(window.id)
        if window.id in present or latest is None:
            continue
        if latest.origin == origin and latest.window.status in (Status.CONFIRMED, Status.IN_PROCESS):
            doubtful = replace(latest.window, status=Status.TENTATIVE)
            found.append(
                editions.next(
                    doubtful, known_at=now, now=now, origin=MISSING, who=origin, why=f"no longer in {origin}"
                )
            )
    return Reconciled(tuple(found))


def why_new(before: Window | None, after: Window) -> str:
    """The names of the facts that differ, for the record."""
    if before is None:
        return "first seen"
    names = ("systems", "start", "end", "status", "impact", "source", "note", "disputed")
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    return f"changed: {', '.join(changed)}" if changed else "said again"
