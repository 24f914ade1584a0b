"""Windows: planned outages, and the editions in which their facts changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifier.model.times import Interval


class Status(StrEnum):
    """Life of a window, in the words of the MAINTNOTE draft."""

    TENTATIVE = "tentative"  #: announced, not certain, or no longer confirmed by its source
    CONFIRMED = "confirmed"  #: will happen as far as its source says
    IN_PROCESS = "in-process"  #: somebody saw that the work has begun
    COMPLETED = "completed"  #: somebody confirmed that it is over
    CANCELLED = "cancelled"  #: will not happen, said in so many words


class Impact(StrEnum):
    """What the work does to the systems it touches."""

    OUTAGE = "outage"  #: cannot be used
    DEGRADED = "degraded"  #: slow, partly working, or "there may be difficulties"
    NONE = "none"  #: announced, yet nobody should notice


@dataclass(frozen=True, slots=True)
class Source:
    """Who said so. ``published`` is when they said it; ``None`` when they did not tell."""

    name: str
    url: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One planned outage: which systems, from when to when, how sure, how bad, who says so.

    ``disputed`` is True where sources that are believed tell it differently.
    """

    id: str
    systems: tuple[str, ...]
    start: datetime
    end: datetime | None
    status: Status = Status.CONFIRMED
    impact: Impact = Impact.OUTAGE
    source: Source = Source("")
    note: str = ""
    disputed: bool = False

    @property
    def interval(self) -> Interval:
        """``[start, end)`` of the window in UTC."""
        return Interval(self.start, self.end)

    @property
    def counts(self) -> bool:
        """False for windows that change no verdict: cancelled ones and those without impact."""
        return self.status is not Status.CANCELLED and self.impact is not Impact.NONE


@dataclass(frozen=True, slots=True)
class Edition:
    """One stored version of a window: its facts, when they were known, and who changed them and why.

    ``number`` counts from 1 within a window. ``known_at`` is the moment from which the facts count
    as public; ``recorded_at`` the moment at which this program first held them. ``origin`` names the
    source whose word it is: ``files``, ``operator``, or the id of a configured source.
    """

    window: Window
    number: int
    known_at: datetime
    recorded_at: datetime
    origin: str
    who: str
    why: str
