"""What the reader hands back: windows with their evidence, and sentences it refused, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifier.model import Impact


class Certainty(StrEnum):
    """Whether a window may be used without a person looking at it."""

    SURE = "sure"  #: every word of the time was understood, and nothing speaks against the reading
    DOUBTFUL = "doubtful"  #: read as well as it goes; ``problems`` says what a person has to settle


class Kind(StrEnum):
    """What the statement does."""

    PLANNED = "planned"  #: announces work
    MOVED = "moved"  #: gives an announced work other dates or hours
    EXTENDED = "extended"  #: gives it a later end
    SHORTENED = "shortened"  #: gives it an earlier end
    CANCELLED = "cancelled"  #: takes it back
    COMPLETED = "completed"  #: says that it is over


class Function(StrEnum):
    """What the text says is lost, where it tells functions apart."""

    LOGIN = "login"
    SIGNING = "signing"
    APP = "app"


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """A reason for doubt or refusal: a stable code for programs, and words for people."""

    code: str
    text: str

    def __str__(self) -> str:
        """``code: text``, as commands print it."""
        return f"{self.code}: {self.text}"


@dataclass(frozen=True, slots=True)
class ReadWindow:
    """One window as a text tells it. Instants are UTC; ``None`` where the text does not give one.

    ``systems`` are ids of the catalogue, ``evidence`` the sentences it was read from, verbatim.
    """

    systems: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    impact: Impact
    kind: Kind
    functions: frozenset[Function]
    evidence: str
    problems: tuple[Remark, ...] = ()

    @property
    def confidence(self) -> Certainty:
        """``sure`` only without any problem."""
        return Certainty.DOUBTFUL if self.problems else Certainty.SURE


@dataclass(frozen=True, slots=True)
class Refused:
    """A sentence that speaks of time and trouble, and still gives no window; ``reason`` says why."""

    evidence: str
    reason: Remark


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one text yields, in the order of the text."""

    windows: tuple[ReadWindow, ...] = ()
    refused: tuple[Refused, ...] = ()


#: Every reason there is. Codes are stable; programs may rely on them.
REMARKS = {
    remark.code: remark
    for remark in (
        # doubts about the time
        Remark("weekday-mismatch", "the weekday is not the one of the date"),
        Remark("no-such-date", "the calendar has no such day"),
        Remark("year-unclear", "no year is written, and the date is far from the publication"),
        Remark("day-unclear", "more than one day could be meant"),
        Remark("day-from-context", "the day stands elsewhere in the text"),
        Remark("missing-day", "the text gives hours without a day"),
        Remark("missing-start", "the text gives no start"),
        Remark("missing-end", "the text gives no end"),
        Remark("start-from-context", "the start is told with another end"),
        Remark("end-from-context", "the end is told with another start"),
        Remark("missing-hours", "the text gives days without hours"),
        Remark("one-sided-day", "only one of the two ends has a day"),
        Remark("end-before-start", "the end is not after the start"),
        Remark("very-long", "it would last longer than planned work does"),
        Remark("not-a-night", "the two days are not one night"),
        Remark("several-nights", "hours on several days: one stretch, or each day anew"),
        Remark("hour-twice", "the hour occurs twice that night, and the text does not say which one"),
        Remark("hour-skipped", "the clocks jump over that hour"),
        Remark("clock-change", "the time of the clocks named is not the one of that hour"),
        Remark("approximate", "the text gives the time only roughly"),
        Remark("part-of-day", "the part of the day does not fit an hour, or may be that of two"),
        Remark("date-or-hour", "a number could be a date or an hour"),
        Remark("bare-number", "a number is taken for an hour that nothing marks as one"),
        Remark("unread-words", "words inside the time were not understood"),
        Remark("garbled", "a number or a month looks mistyped"),
        Remark("length-differs", "the length given does not fit the two ends"),
        Remark("turned-round", "the text tells when it works; the outage is what lies between"),
        Remark("contradiction", "another sentence gives another time for the same system"),
        # doubts about what is meant
        Remark("missing-system", "the text names no system that is known"),
        Remark("system-from-context", "the system is named only elsewhere in the text"),
        Remark("system-unclear", "more than one system could be meant"),
        Remark("conditional", "the text is not certain that it will happen"),
        Remark("cancellation", "the text takes the window back"),
        Remark("completion", "the text says that it is over"),
        Remark("change", "the text changes an earlier notice without giving both ends"),
        Remark("too-long", "only the beginning of the text was read"),
        # refusals
        Remark("failure", "a failure, not planned work"),
        Remark("over", "it was over before the text was published"),
        Remark("past-tense", "the text tells of something past"),
        Remark("other-service", "it is not about logging in or signing"),
        Remark("unknown-system", "it is about a system that the catalogue does not know"),
        Remark("vague", "the text gives no hours that could be used"),
        Remark("permanent", "a lasting change, not an outage"),
        Remark("denied", "the text says that it will not happen"),
    )
}


def remarks(codes: set[str]) -> tuple[Remark, ...]:
    """The remarks behind the codes, in the order of :data:`REMARKS`."""
    return tuple(remark for code, remark in REMARKS.items() if code in codes)
