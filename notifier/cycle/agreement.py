"""Several voices on one window: what they say together, and where they contradict each other. Pure.

The more trusted voice holds. Among equals the graver one does: the earlier start, the later end, all systems,
the worse impact. A contradiction may make an outage look longer than it is, and never shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from notifier.model import Impact, Source, Status, Window, ancestors
from notifier.sources import Claim

SAME = timedelta(minutes=1)
"""Times this near are one: some write 23:59 where others write midnight."""

NEAR = timedelta(hours=1)
"""Starts this near are of one work, even where the times told do not overlap."""

FAR = timedelta(hours=12)
"""Starts further apart are of two works, even where the times told overlap."""

_GRAVITY = (Impact.NONE, Impact.DEGRADED, Impact.OUTAGE)


class Rank(IntEnum):
    """How far a voice is believed."""

    TRUSTED = 1  #: a trusted source, read without a doubt
    PERSON = 2  #: a reading that a person approved


@dataclass(frozen=True, slots=True)
class Voice:
    """A believed claim with a start; ``speaker`` is its source as people are told."""

    source: str
    key: str
    rank: Rank
    claim: Claim
    start: datetime
    speaker: str

    @property
    def order(self) -> tuple[int, str, str]:
        """The most trusted first; the same order wherever they come from."""
        return -self.rank, self.source, self.key


def agreed(window: str, voices: Sequence[Voice]) -> Window:
    """What at least one voice says of a window together with the others."""
    leader = min(voices, key=lambda voice: voice.order)
    top = [voice for voice in voices if voice.rank is leader.rank]
    ends = [voice.claim.end for voice in (leader, *top) if voice.claim.end is not None]
    claim = leader.claim
    facts = Window(
        id=window,
        systems=_widest(system for voice in top for system in voice.claim.systems),
        start=_as_led([leader.start, *(voice.start for voice in top)], min),
        end=_as_led(ends, max) if ends else None,
        status=_status([voice.claim.status for voice in top]),
        impact=max((voice.claim.impact for voice in top), key=_GRAVITY.index),
        source=Source(leader.speaker, claim.url, claim.published),
    )
    return replace(facts, disputed=any(contradictions(voice.claim, facts) for voice in voices))


def contradictions(claim: Claim, window: Window) -> tuple[str, ...]:
    """The facts that a claim tells otherwise; what it does not tell contradicts nothing."""
    found = []
    if claim.systems and set(_widest(claim.systems)) != set(_widest(window.systems)):
        found.append("systems")
    if claim.start is not None and abs(claim.start - window.start) > SAME:
        found.append("start")
    if claim.end is not None and (window.end is None or abs(claim.end - window.end) > SAME):
        found.append("end")
    # That something is over, one may know before the others: theirs contradicts nothing.
    off = claim.status is Status.CANCELLED, window.status is Status.CANCELLED
    if off[0] != off[1] or (claim.status is Status.COMPLETED and window.status is not Status.COMPLETED):
        found.append("status")
    if claim.impact is not window.impact:
        found.append("impact")
    return tuple(found)


def distance(claim: Claim, window: Window) -> timedelta | None:
    """How far the starts are apart, if both can be of one work; ``None`` if not."""
    if claim.start is None or not related(claim.systems, window.systems):
        return None
    apart = abs(claim.start - window.start)
    overlap = claim.start < window.interval.until and (claim.end is None or claim.end > window.start)
    return apart if apart <= NEAR or (overlap and apart <= FAR) else None


def related(one: Iterable[str], other: Iterable[str]) -> bool:
    """True where a system of one is, covers or is part of a system of the other."""
    others = tuple(other)
    return any(a in ancestors(b) or b in ancestors(a) for a in one for b in others)


def _as_led(moments: Sequence[datetime], choose: Callable[[Sequence[datetime]], datetime]) -> datetime:
    """The chosen of these moments, or the first where that is next to it."""
    chosen = choose(moments)
    return moments[0] if abs(chosen - moments[0]) <= SAME else chosen


def _widest(systems: Iterable[str]) -> tuple[str, ...]:
    """Without those that another one covers."""
    found = set(systems)
    return tuple(sorted(one for one in found if not (set(ancestors(one)) - {one}) & found))


def _status(said: Sequence[Status]) -> Status:
    """A window that one calls off and another does not is uncertain; that it has ended, one may know first."""
    kinds = set(said)
    if Status.CANCELLED in kinds and len(kinds) > 1:
        return Status.TENTATIVE
    for status in (Status.IN_PROCESS, Status.COMPLETED, Status.CONFIRMED, Status.CANCELLED):
        if status in kinds:
            return status
    return Status.TENTATIVE
