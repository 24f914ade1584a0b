"""What a source said at one poll, or why it said nothing: all that the rest of the program sees of sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifier.model import Impact, Status

MOST_EVIDENCE = 2000
"""Characters of evidence a claim carries at most."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One window as one source tells it. Times are aware and UTC; ``None`` is a time that was not told.

    ``key`` is stable within the source: its own id, a UID, or for texts a digest of systems and start.
    ``status`` is ``cancelled`` only where the source says so in so many words. ``evidence`` is what was
    read, verbatim, at most :data:`MOST_EVIDENCE` characters. ``sure`` is False where a person has to look
    first; ``problems`` then says why. ``refers_to`` is the key of an earlier claim that this one changes,
    where the source tells.
    """

    key: str
    systems: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    impact: Impact
    status: Status
    published: datetime | None
    url: str
    evidence: str
    sure: bool
    problems: tuple[str, ...]
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a source said at one poll.

    ``complete`` is True where the source tells everything it knows each time, so that a claim it no
    longer makes is *not confirmed any more*. Feeds, pages of news and mails are never complete.
    """

    source: str
    seen_at: datetime
    claims: tuple[Claim, ...]
    complete: bool


class TroubleKind(StrEnum):
    """Why a poll gave no statement."""

    AWAY = "away"  #: no connection, no answer in time, or the server says it cannot (5xx)
    SLOW_DOWN = "slow-down"  #: it asks to be read less often (429, or 503 with Retry-After)
    REFUSED = "refused"  #: it will not answer this (4xx, a log-in asked for)
    FORBIDDEN = "forbidden"  #: robots.txt asks programs to stay away
    REDIRECTED = "redirected"  #: too many redirects, or one to where we do not follow
    LOGIN_PAGE = "login-page"  #: a page asking who we are stands where the facts were
    ODD_LAYOUT = "odd-layout"  #: it can be read, yet is not built as it used to be
    SUDDENLY_EMPTY = "suddenly-empty"  #: it said something last time and says nothing at all now
    STALE = "stale"  #: it is an older copy than the one read before
    TOO_BIG = "too-big"  #: more than we are ready to read
    CUT_SHORT = "cut-short"  #: the answer ended before it was complete
    NOT_TEXT = "not-text"  #: bytes that are no text in any charset it could be in
    BAD_DATA = "bad-data"  #: it is not the format that it should be
    NOT_SET_UP = "not-set-up"  #: something on our side is missing: a credential, a file, an address


@dataclass(frozen=True, slots=True)
class Trouble:
    """A poll that gave no statement. ``retry_at`` is when the source will be looked at again."""

    source: str
    at: datetime
    kind: TroubleKind
    detail: str
    retry_at: datetime
