"""Verdicts on methods and tasks, states of systems, and how much a window matters."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Verdict(IntEnum):
    """What may be promised of a method, worst first: comparison and ``min`` follow the promise."""

    UNUSABLE = 0  #: something it needs is down
    UNKNOWN = 1  #: not established; said as such, never guessed
    DEGRADED = 2  #: works slowly or in part
    IF_PREPARED = 3  #: works for those who made a preparation in time
    USABLE = 4  #: everything it needs is up

    @property
    def word(self) -> str:
        """The word used in commands and files."""
        return self.name.lower()

    @property
    def lost(self) -> bool:
        """True when nobody should rely on it: unusable, or not known to work."""
        return self <= Verdict.UNKNOWN


class SystemState(IntEnum):
    """What the windows say of a system at an instant, worst first."""

    DOWN = 0  #: a confirmed outage covers it or an ancestor
    UNCERTAIN = 1  #: a tentative window covers it, or its source has gone stale
    DEGRADED = 2  #: a confirmed window with impact ``degraded`` covers it
    UP = 3  #: nothing known against it


class Severity(StrEnum):
    """How much a window matters to an audience, computed and never written by hand."""

    CRITICAL = "critical"  #: an essential task has nothing left
    MAJOR = "major"  #: a method that is not per bank, or a task's own system, is lost
    MINOR = "minor"  #: only some banks' methods are lost, or things are only slow
    NONE = "none"  #: nothing this audience does is touched

    @property
    def rank(self) -> int:
        """0 for ``none`` up to 3 for ``critical``, for comparisons."""
        return ("none", "minor", "major", "critical").index(self.value)
