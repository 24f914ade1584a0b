"""Digests: which news waits for somebody's next one, and whose digest is due. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from notifier.model import Digest, Notice, Occasion


def due(digests: Iterable[Digest], since: datetime | None, now: datetime) -> frozenset[Digest]:
    """Those of which a moment has come after ``since``, up to and including ``now``; missed ones count once."""
    return frozenset(digest for digest in digests if since is not None and digest.next(since) <= now)


def next_moment(digests: Collection[Digest], now: datetime) -> datetime | None:
    """When the next digest is to be made; ``None`` if nobody wants any."""
    return min((digest.next(now) for digest in digests), default=None)


def can_wait(notice: Notice, digest: Digest, now: datetime) -> bool:
    """True for news that is of the same use in the next digest.

    What loses its use before, what is about an outage that begins before or has begun, by the old plan or
    by the new one, and that an outage under way is over, all that goes at once.
    """
    then = digest.next(now)
    if notice.useful_until <= then:
        return False
    windows = [notice.advice.window] if notice.advice else []
    windows += [notice.told] if notice.told else []
    if notice.key.occasion in (Occasion.ENDED, Occasion.COMPLETED):
        return all(window.interval.until <= now for window in windows)
    return all(window.start > then for window in windows)
