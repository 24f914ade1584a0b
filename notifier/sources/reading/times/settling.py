"""Numbers as "12.06" that could be a day or an hour, settled by the weekday or the night they stand in."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from notifier.sources.reading.times.dayterms import is_aside, is_one, merged, only_weekday
from notifier.sources.reading.times.numerals import Clock, Day, Days, Spread
from notifier.sources.reading.times.terms import Is, Term


def settled(terms: list[Term]) -> list[Term]:
    """The terms, with numbers that could be a day or an hour made days where their neighbours say so."""
    return _by_weekday(_by_hours(_by_night(terms)))


def _by_night(terms: list[Term]) -> list[Term]:
    """ "z 12.06 na 13.06", "z piątku 12.06 na sobotę 13.06", "z 12.06 na 13.06.2026": both sides of "na" are days."""
    out = list(terms)
    for place in [place for place, term in enumerate(terms) if term.what is Is.ONTO]:
        second = place + 2 if place + 2 < len(out) and only_weekday(out[place + 1]) else place + 1
        if place == 0 or second >= len(out) or not is_either(out[place - 1]):
            continue
        if is_either(out[second]):
            out[place - 1], out[second] = _as_day(out[place - 1]), _as_day(out[second])
        elif is_one(out[second], dated=True):
            out[place - 1] = _as_day(out[place - 1])
    return _weekdays_taken(out)


def is_either(term: Term) -> bool:
    """True for a number that could be a day or an hour."""
    return term.what is Is.CLOCK and term.clock is not None and term.clock.either


def _as_day(term: Term) -> Term:
    clock = term.clock or Clock(0)
    return term._replace(what=Is.DAYS, clock=None, days=Days(Spread.ONE, (Day(clock.hour, clock.minute),)))


def _weekdays_taken(terms: list[Term]) -> list[Term]:
    """ "piątku 12.06": one day."""
    out: list[Term] = []
    for term in terms:
        if term.what is Is.DAYS and out and only_weekday(out[-1]) and is_one(term, dated=True):
            out[-1] = merged(out[-1], term)
        else:
            out.append(term)
    return out


def _by_hours(terms: list[Term]) -> list[Term]:
    """ "od soboty 13.06 do niedzieli 14.06 w godz. 23:00-6:30": a weekday before it and hours behind make it a day.

    So they make the number before it, in the same month; two such numbers need no weekday: "13.06 - 14.06, 23-6".
    """
    out = list(terms)
    later = Clock(0)
    for place in reversed([place for place, term in enumerate(terms) if is_either(term) or is_pair(term)]):
        clock, last = terms[place].clock or later, terms[place].other
        if last is not None:
            if _next_in_month(clock, last) and _hours_behind(terms, place):
                pair = Day(clock.hour, clock.minute), Day(last.hour, last.minute)
                out[place] = _as_day(terms[place])._replace(other=None, days=Days(Spread.STRETCH, pair))
            continue
        before = next((one for one in reversed(terms[max(0, place - 3) : place]) if not is_aside(one)), None)
        hours = _hours_behind(terms, place)
        told = before is not None and only_weekday(before)
        if place >= 2 and terms[place - 1].what in (Is.TO, Is.DASH) and is_either(terms[place - 2]):
            told = told or _next_in_month(terms[place - 2].clock, clock)
        linked = terms[place + 1 : place + 2] and terms[place + 1].what in (Is.TO, Is.DASH)
        if (hours and told) or ((told or linked) and _next_in_month(clock, later)):
            out[place], later = _as_day(terms[place]), clock
    return _weekdays_taken(out)


def _next_in_month(one: Clock | None, other: Clock) -> bool:
    """True where both as days are of one month, in order."""
    return one is not None and one.minute == other.minute and one.hour < other.hour


def is_pair(term: Term) -> bool:
    """True for "12.06-13.06", two days or two hours."""
    return term.what is Is.CLOCKS and all(one is not None and one.either for one in (term.clock, term.other))


def _hours_behind(terms: list[Term], place: int) -> bool:
    """True where hours come next, behind nothing but "w godz." and signs, or right behind "od"."""
    for term in islice(terms, place + 1, place + 6):
        if term.what in (Is.CLOCK, Is.CLOCKS):
            return not is_either(term)
        first = term is terms[place + 1]
        if first and term.what in (Is.FROM, Is.BETWEEN) and not term.verb:
            continue
        if term.what is not Is.HOUR_MARK and not is_aside(term) and term.word not in ("o", ":"):
            return False
    return False


def _by_weekday(terms: list[Term]) -> list[Term]:
    """ "17.05 (nd.)": what could be a day or an hour is a day where its weekday stands beside it."""
    out: list[Term] = []
    for term in terms:
        if term.what is not Is.DAYS:
            out.append(_bracketed_date(out, term) or term)
            continue
        place = len(out)
        while place and is_aside(out[place - 1]):
            place -= 1
        clock = out[place - 1].clock if place else None
        if clock is not None and clock.either and place < len(out) and only_weekday(term):
            marked = place >= 2 and (out[place - 2].what is Is.HOUR_MARK or out[place - 2].word == "o")
            if not marked and term.days is not None:
                day = replace(term.days.days[0], day=clock.hour, month=clock.minute)
                first = out[place - 1]
                del out[place - 1 :]
                out.append(term._replace(start=first.start, days=Days(Spread.ONE, (day,))))
                continue
        out.append(term)
    return out


def _bracketed_date(out: list[Term], term: Term) -> Term | None:
    """ "w sobotę (11.07)", "23:00 (8.06)"."""
    if not is_either(term) or len(out) < 2 or out[-1].word != "(":
        return None
    before = out[-2]
    return (
        _as_day(term) if only_weekday(before) or (before.what is Is.CLOCK and not is_either(before)) else None
    )
