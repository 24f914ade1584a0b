"""What is left unused beside a time: a number there means that something was not understood."""

from __future__ import annotations

from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is, Term

_NUMBERS = frozenset({Is.NUMBER, Is.CLOCK, Is.CLOCKS, Is.ODD})
_NEAR = 3
_NEAR_MISTYPED = 5
"""Further, because what is mistyped falls apart: "16.1l./17.11." has a letter and two signs before the day."""


_OUT_OF = ("z", "ze")


def mark_leftovers(terms: list[Term], ranges: list[Range]) -> None:
    """Mark the ranges beside whose time or days a number or something mistyped stands unused."""
    if not ranges:
        return
    for place, term in enumerate(terms):
        if not (term.what in _NUMBERS or _half_a_night(terms, place)) or _owner(term, ranges) is not None:
            continue
        near = _NEAR_MISTYPED if term.what is Is.ODD else _NEAR
        around = terms[max(0, place - near) : place + near + 1]
        beside_days = any(one.what is Is.DAYS for one in around)
        for found in ranges if beside_days else [_owner(one, ranges) for one in around]:
            if found is not None:
                found.problems.add("garbled")


def _owner(term: Term, ranges: list[Range]) -> Range | None:
    return next((one for one in ranges if one.first <= term.start and term.end <= one.last), None)


def _half_a_night(terms: list[Term], place: int) -> bool:
    """ "z na 26 maja", "z b na 7 czerwca": a day has been lost, or a letter taken for it."""
    if terms[place].what is not Is.ONTO or place == 0:
        return False
    letter = place > 1 and len(terms[place - 1].word) == 1 and terms[place - 1].word.isalpha()
    return terms[place - 1].word in _OUT_OF or (letter and terms[place - 2].word in _OUT_OF)
