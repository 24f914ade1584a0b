"""What is left unused beside a time: a number there means that something was not understood."""

from __future__ import annotations

from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is, Term

_NUMBERS = frozenset({Is.NUMBER, Is.CLOCK, Is.CLOCKS, Is.ODD})
_NEAR = 3


def mark_leftovers(terms: list[Term], ranges: list[Range]) -> None:
    """Mark the ranges beside whose time or days a number or something mistyped stands unused."""
    if not ranges:
        return
    for place, term in enumerate(terms):
        if not (term.what in _NUMBERS or _half_a_night(terms, place)) or _owner(term, ranges) is not None:
            continue
        around = terms[max(0, place - _NEAR) : place + _NEAR + 1]
        beside_days = any(near.what is Is.DAYS for near in around)
        for found in ranges if beside_days else [_owner(near, ranges) for near in around]:
            if found is not None:
                found.problems.add("garbled")


def _owner(term: Term, ranges: list[Range]) -> Range | None:
    return next((one for one in ranges if one.first <= term.start and term.end <= one.last), None)


def _half_a_night(terms: list[Term], place: int) -> bool:
    """ "z na 26 maja": a day has been lost."""
    return terms[place].what is Is.ONTO and place > 0 and terms[place - 1].word in ("z", "ze")
