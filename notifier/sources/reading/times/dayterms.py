"""What a term says of a day, asked by those who join days."""

from __future__ import annotations

from notifier.sources.reading.times.numerals import Day, Days, Spread
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.times.words import EVENING, MORNING

_ASIDE = frozenset(["(", ")", ",", "/", "|", ".", '"'])
_ASIDE_WORDS = frozenset("tj tzn czyli z ze noc w nocy to jest".split())


def merged(first: Term, second: Term) -> Term:
    """One day of two terms, each of which says what the other leaves out."""
    if first.days is None or second.days is None:
        return second
    a, b = first.days.days[0], second.days.days[0]
    day = Day(
        a.day if a.day is not None else b.day,
        a.month if a.month is not None else b.month,
        a.year if a.year is not None else b.year,
        a.weekday if a.weekday is not None else b.weekday,
        a.offset if a.offset is not None else b.offset,
    )
    return first._replace(end=second.end, days=Days(Spread.ONE, (day,)))


def is_aside(term: Term) -> bool:
    """True for what may stand between two names of one day."""
    return (
        (term.what is Is.SIGN and term.word in _ASIDE)
        or (term.what is Is.GLUE and term.word in _ASIDE_WORDS)
        or (term.what is Is.PART_OF_DAY and term.word in MORNING | EVENING)
    )


def is_one(term: Term, *, dated: bool = False) -> bool:
    """True for one day; ``dated``: with number and month."""
    return (
        term.what is Is.DAYS
        and term.days is not None
        and term.days.spread is Spread.ONE
        and (not dated or term.days.days[0].dated)
    )


def only_weekday(term: Term) -> bool:
    """True for a weekday of which nothing else is known."""
    return is_one(term) and term.days is not None and weekdays_only(term.days)


def weekdays_only(days: Days) -> bool:
    """True where nothing but weekdays is told."""
    return all(day.weekday is not None and day.day is None and day.offset is None for day in days.days)
