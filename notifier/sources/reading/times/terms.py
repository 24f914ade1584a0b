"""What a term is: a day, an hour, a length or a little word of which a time is made."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum, auto
from typing import NamedTuple

from notifier.sources.reading.times.numerals import Clock, Days


class Is(IntEnum):
    """What a term is."""

    FROM = auto()
    TO = auto()
    BETWEEN = auto()
    AND = auto()
    ONTO = auto()  #: "na", between two days of a night
    DASH = auto()
    DAYS = auto()
    NUMBER = auto()
    CLOCK = auto()
    CLOCKS = auto()
    HOUR_MARK = auto()
    DAY_MARK = auto()
    LENGTH = auto()
    NEXT_DAY = auto()
    SAME_DAY = auto()
    OPEN = auto()  #: "do odwołania"
    WHOLE_DAY = auto()
    INCLUSIVE = auto()
    ROUGHLY = auto()
    PART_OF_DAY = auto()
    SUMMER_TIME = auto()
    WINTER_TIME = auto()
    STRUCK = auto()  #: what follows is the term that no longer holds
    ODD = auto()  #: a number or a month that looks mistyped
    SIGN = auto()
    GLUE = auto()
    WORD = auto()


class Term(NamedTuple):
    """One term with its place in the sentence; ``verb`` for a FROM or TO told by a verb ("potrwa")."""

    what: Is
    start: int
    end: int
    days: Days | None = None
    clock: Clock | None = None
    other: Clock | None = None
    number: int = -1
    length: timedelta | None = None
    word: str = ""
    verb: bool = False
