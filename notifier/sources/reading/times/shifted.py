"""Hours that were moved: "przesunięto z 22:00 na 23:00" tells one hour, the new one."""

from __future__ import annotations

from notifier.sources.reading.times.terms import Is, Term

_MARKS = frozenset({Is.HOUR_MARK, Is.SIGN})
_VERBS = ("przesun", "przeloz", "przenies", "zmien", "opozni")
_HELPERS = frozenset("zostal zostala zostalo zostaly zostanie zostana sie o ma".split())


def new_hours(terms: list[Term]) -> list[Term]:
    """The terms, with an old hour and the new one behind it made the new one."""
    if not any(term.what is Is.ONTO for term in terms):
        return terms
    out = list(terms)
    place = 1
    while place < len(out) - 1:
        if out[place].what is Is.ONTO:
            place = _merge(out, place)
        place += 1
    return out


def _merge(terms: list[Term], onto: int) -> int:
    """Merge the two hours around "na", if there are two; returns where to go on."""
    last = onto + 1
    while (
        last < len(terms) - 1 and terms[last].what in _MARKS and terms[last].word in ("", ".", *_HOUR_WORDS)
    ):
        last += 1
    old = onto - 1
    marked = old > 0 and terms[old - 1].what in _MARKS
    if not (_is_hour(terms[old], marked=marked) and _is_hour(terms[last], marked=last > onto + 1)):
        return onto
    begin = old - 1
    while begin > 0 and terms[begin].what in _MARKS:
        begin -= 1
    if begin < 0 or terms[begin].word not in ("z", "ze"):
        return onto
    terms[begin : last + 1] = [terms[last]._replace(start=terms[begin].start)]
    for before in range(begin - 1, max(-1, begin - 4), -1):
        word = terms[before].word
        if not (word.startswith(_VERBS) or word in _HELPERS):
            break
        terms[before] = terms[before]._replace(what=Is.GLUE)  # "12 czerwca przesunięto …": the day is its own
    return begin


_HOUR_WORDS = frozenset("godz godzina godziny godzinie godzine g".split())


def _is_hour(term: Term, *, marked: bool) -> bool:
    return term.what is Is.CLOCK and term.clock is not None and (marked or not term.clock.either)
