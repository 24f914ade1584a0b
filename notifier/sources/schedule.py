"""When a source is read next, and what is to be doubted about what it says: pure, from its record and `now`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from notifier.sources.kind import Told
from notifier.sources.source import Source
from notifier.sources.statement import Claim, TroubleKind

JITTER = 0.1
"""Part of the time between two polls by which they are spread, so that sources are not read all at once."""

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
UNKNOWN_LENGTH = timedelta(days=1)
"""For how long a claim without an end is taken to be open."""

_LASTING = frozenset(
    {
        TroubleKind.REFUSED,
        TroubleKind.FORBIDDEN,
        TroubleKind.NOT_SET_UP,
        TroubleKind.REDIRECTED,
        TroubleKind.TOO_BIG,
    }
)
"""Troubles that do not pass by themselves: no hurry to look again."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the polls of one source; all of it may be lost without harm.

    ``items``, ``open_until`` and ``as_of`` are of the last statement: how much it held, until when anything
    it told lasts, how old it said it was. ``cursor`` is how far a mailbox has been read.
    """

    last_try: datetime | None = None
    last_good: datetime | None = None
    next_poll: datetime | None = None
    failures: int = 0
    trouble: TroubleKind | None = None
    detail: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    items: int = 0
    claims: int = 0
    open_until: datetime | None = None
    as_of: datetime | None = None
    cursor: str = ""
    first_seen: Mapping[str, datetime] = field(default_factory=dict)


def is_due(record: Record, now: datetime) -> bool:
    """True for a source that was never read, whose time has come, or whose record is of the future."""
    clock_was_wrong = record.last_try is not None and record.last_try > now
    return record.next_poll is None or record.next_poll <= now or clock_was_wrong


def after_good(record: Record, source: Source, now: datetime) -> Record:
    """The record after a poll that gave a statement."""
    return replace(
        record,
        last_try=now,
        last_good=now,
        next_poll=now + _spread(source.every, source.id, now),
        failures=0,
        trouble=None,
        detail="",
    )


def after_trouble(
    record: Record, source: Source, now: datetime, kind: TroubleKind, detail: str, wait: timedelta | None
) -> Record:
    """The record after a poll that gave none: looked at again sooner at first, then ever later.

    Never sooner than the source asked for with ``wait``. What will not pass by itself waits its usual time
    from the beginning.
    """
    failures = record.failures + 1
    first = source.every if kind in _LASTING else min(source.every, FIRST_RETRY)
    longest = max(source.every, LONGEST_RETRY)
    delay = min(longest, first * 2 ** min(failures - 1, 20))
    delay = max(_spread(delay, source.id, now), wait or timedelta(0))
    return replace(
        record,
        last_try=now,
        next_poll=now + delay,
        failures=failures,
        trouble=kind,
        detail=detail,
    )


def objection(
    record: Record, told: Told, as_of: datetime | None, now: datetime
) -> tuple[TroubleKind, str] | None:
    """Why what was told is not to be believed, although it could be read; ``None`` if it is.

    An older copy than the one before is some cache's, and a source that told of something yet to come does
    not fall silent: a statement that leaves all of it out would look like good news.
    """
    if record.as_of is not None and as_of is not None and as_of < record.as_of:
        return (
            TroubleKind.STALE,
            f"of {as_of:%Y-%m-%d %H:%M} UTC, older than the copy of {record.as_of:%Y-%m-%d %H:%M}",
        )
    if told.items == 0 and record.items > 0:
        if not told.may_be_empty:
            return TroubleKind.SUDDENLY_EMPTY, f"held {record.items} entries before, none now"
        if record.open_until is not None and record.open_until > now:
            return TroubleKind.SUDDENLY_EMPTY, "tells nothing now, and what it told before is not over"
    return None


def open_until(claims: tuple[Claim, ...]) -> datetime | None:
    """Until when anything that was told lasts."""
    ends = [claim.end for claim in claims if claim.end]
    ends += [claim.start + UNKNOWN_LENGTH for claim in claims if claim.start and not claim.end]
    return max(ends, default=None)


def _spread(every: timedelta, source: str, now: datetime) -> timedelta:
    """A length up to :data:`JITTER` more, by a digest in place of chance: the same facts, the same time."""
    digest = hashlib.sha256(f"{source} {now.isoformat()}".encode()).digest()
    return every * (1 + JITTER * int.from_bytes(digest[:4], "big") / 2**32)
