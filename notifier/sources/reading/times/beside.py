"""Whether a day and the hours near it belong together, told by what stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from notifier.sources.reading.times.edges import LOOK
from notifier.sources.reading.times.numerals import Day, Days, Spread
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is, Term

PASSED = frozenset({Is.GLUE, Is.SIGN, Is.DAY_MARK})
"""What may stand between a day and its hours."""


def _ahead(terms: list[Term], place: int) -> Iterator[Term]:
    return islice(terms, place, place + LOOK)


def days_follow(terms: list[Term], place: int) -> bool:
    """True when the next range of the sentence has days of its own before it."""
    for term in _ahead(terms, place):
        if term.what is Is.DAYS:
            return True
        if term.what in (Is.CLOCK, Is.CLOCKS, Is.FROM, Is.BETWEEN):
            return False
    return False


def belongs_to(terms: list[Term], last: Range, place: int) -> bool:
    """True for a day right after a range without one: "od 10:00 do 16:00 w dniu 20 stycznia"."""
    if last.dated:
        return False
    for term in reversed(terms[max(0, place - LOOK) : place]):
        if term.start < last.last:
            return True
        if term.what not in PASSED:
            return False
    return False


def day_after_all(terms: list[Term], place: int) -> Days | None:
    """ "19.01 od 20.00 do 23.00": what could be day or hour is a day where a range of hours comes next."""
    clock = terms[place].clock
    if terms[place].what is not Is.CLOCK or clock is None or not clock.either:
        return None
    for follower in _ahead(terms, place + 1):
        if follower.what in (Is.FROM, Is.BETWEEN, Is.HOUR_MARK, Is.CLOCKS):
            return Days(Spread.ONE, (Day(clock.hour, clock.minute),))
        if follower.what not in (Is.GLUE, Is.SIGN):
            return None
    return None


def hours_follow(terms: list[Term], place: int) -> bool:
    """True when hours stand right behind days: "od 19 do 21 stycznia w godz. 22-6"."""
    for term in _ahead(terms, place):
        if term.what in (Is.CLOCK, Is.CLOCKS):
            return True
        if term.what not in (*PASSED, Is.HOUR_MARK, Is.FROM, Is.BETWEEN, Is.AND):
            return False
    return False


def mark_as_days(terms: list[Term], stretch: Range) -> None:
    """ "od 9 do 10 marca w godz. 22-6": the first number is a day, and not left over."""
    for place, term in enumerate(terms):
        if stretch.first <= term.start < stretch.last and term.what is Is.NUMBER:
            terms[place] = term._replace(what=Is.GLUE)


def ends_by_verb(terms: list[Term], found: Range) -> bool:
    """True where a verb between two hours gives the second one as an end of its own: "o 6:00 zakończą się o 9:00"."""
    return any(term.what is Is.TO and term.verb and found.first <= term.start < found.last for term in terms)


def words_between(terms: list[Term], one: Range, other: Range) -> bool:
    """True where more than signs and little words stands between two ranges."""
    return any(term.what is Is.WORD and one.last <= term.start < other.first for term in terms)
