"""Terms that name days, put together: "piątek" and "19 stycznia" are one day, "14 na 15 października" one night."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from notifier.sources.reading.times.dayterms import is_aside, is_one, merged, only_weekday, weekdays_only
from notifier.sources.reading.times.numerals import Day, Days, Spread
from notifier.sources.reading.times.settling import is_either, is_pair, settled
from notifier.sources.reading.times.terms import Is, Term

_LINKS = {Is.ONTO: Spread.NIGHT, Is.AND: Spread.LIST, Is.DASH: Spread.STRETCH, Is.SIGN: Spread.LIST}
_AGAIN_IN = frozenset("w we takze dniu dnia".split())


_FEW = 60
"""Terms in a sentence that lists nights; in a longer one only the last two are joined."""


def joined(terms: list[Term]) -> list[Term]:
    """The terms with neighbouring days joined; places are kept."""
    if not any(term.what in (Is.DAYS, Is.ONTO) or is_either(term) or is_pair(term) for term in terms):
        return terms
    return _lists(_stretches(_nights(_beside(_nights(_numbers(settled(terms)))))))


def _numbers(terms: list[Term]) -> list[Term]:
    """ "19 i 20 stycznia": bare numbers before a dated day take its month."""
    out: list[Term] = []
    for term in terms:
        out.append(term)
        if term.what is not Is.DAYS or term.days is None or not is_one(term, dated=True):
            continue
        days, first, spread = term.days, term, None
        while len(out) >= 3 and out[-2].what in _LINKS and (numbers := _bare_days(out[-3])) is not None:
            link = out[-2]
            if (link.what is Is.SIGN and link.word != ",") or (link.word == "a") or _counts_hours(out, -3):
                break
            known = days.days[0]
            spread = spread or _LINKS[link.what]
            more = tuple(Day(n, known.month, known.year, weekday) for n, weekday in numbers)
            days = Days(spread, more + days.days)
            first = out[-3]
            del out[-3:]
            out.append(term._replace(start=first.start, days=days))
        _night_before(out)
    return out


def _night_before(out: list[Term], night: int = -1) -> None:
    """ "z 12 na 13 i z 13 na 14 czerwca": the night before takes the month of the next one."""
    place = len(out) + night - 1
    days = out[night].days
    if days is None or days.spread is not Spread.NIGHT:
        return
    while place > 0 and out[place].word in ("z", "ze"):
        place -= 1
    if (
        place < 3
        or not (out[place].what is Is.AND or out[place].word == ",")
        or out[place - 2].what is not Is.ONTO
    ):
        return
    first, second = _bare_days(out[place - 3]), _bare_days(out[place - 1])
    if first is None or second is None:
        return
    month, year = days.days[0].month, days.days[0].year
    pair = tuple(Day(number, month, year, weekday) for number, weekday in (*first, *second))
    joined_term = out[place - 1]._replace(
        what=Is.DAYS, start=out[place - 3].start, days=Days(Spread.NIGHT, pair)
    )
    out[place - 3 : place] = [joined_term]
    if len(out) < _FEW:
        _night_before(out, place - 3 - len(out))


def _bare_days(term: Term) -> tuple[tuple[int, int | None], ...] | None:
    """The day numbers of a term that has no month yet."""
    if term.what is Is.NUMBER and 1 <= term.number <= 31:
        return ((term.number, None),)
    if term.what is Is.DAYS and term.days is not None and len(term.days.days) == 1:
        day = term.days.days[0]
        if day.day is not None and day.month is None:
            return ((day.day, day.weekday),)
    return None


def _counts_hours(terms: list[Term], place: int) -> bool:
    before = terms[place - 1] if len(terms) >= 1 - place else None
    return before is not None and before.what in (Is.HOUR_MARK, Is.BETWEEN)


def _nights(terms: list[Term]) -> list[Term]:
    """ "z soboty na niedzielę", "z 31 grudnia na 1 stycznia", "z piątku 19 na sobotę 20 stycznia"."""
    out: list[Term] = []
    for term in terms:
        if term.what is Is.NUMBER and out and 1 <= term.number <= 31 and only_weekday(out[-1]):
            weekday = out[-1].days.days[0].weekday if out[-1].days else None
            numbered = Days(Spread.ONE, (Day(day=term.number, weekday=weekday),))
            out[-1] = out[-1]._replace(end=term.end, days=numbered)
            continue
        link = term.word == "/" or term.what is Is.ONTO
        if link and len(out) > 1 and out[-1].word == "." and is_one(out[-2]):
            out.pop()  # "(śr./czw.)", "z 12.06. na 13.06."
        out.append(term)
        if term.what is not Is.DAYS:
            continue
        if _ends_a_night(out):
            _join_night(out)
        elif (
            is_one(term)
            and len(out) >= 4
            and out[-3].what is Is.ONTO
            and only_weekday(out[-2])
            and is_one(out[-4])
        ):
            out[-2:] = [merged(out[-2], term)]
            _join_night(out)
    return out


def _ends_a_night(out: list[Term]) -> bool:
    if len(out) < 3 or not (is_one(out[-1]) and is_one(out[-3])):
        return False
    return out[-2].what is Is.ONTO or _pair_of_weekdays(out) or _pair_of_dates(out)


def _pair_of_weekdays(out: list[Term]) -> bool:
    """ "(sobota/niedziela)"."""
    return out[-2].word == "/" and only_weekday(out[-1]) and only_weekday(out[-3])


def _pair_of_dates(out: list[Term]) -> bool:
    """ "12.06./13.06.", "31 maja/1 czerwca"."""
    first, second = out[-3].days, out[-1].days
    if out[-2].word != "/" or first is None or second is None:
        return False
    early, late = first.days[0], second.days[0]
    if not (early.dated and late.dated) or early.day is None or late.day is None:
        return False
    return (late.day == early.day + 1 and late.month == early.month) or (late.day == 1 and early.day >= 28)


def _join_night(out: list[Term]) -> None:
    first, second = out[-3].days, out[-1].days
    if first is None or second is None:
        return
    early, late = first.days[0], second.days[0]
    if early.dated != late.dated and not (early.day is not None and late.dated):
        return
    if early.day is not None and early.month is None:
        early = replace(early, month=late.month, year=late.year)
    joined_days = Days(Spread.NIGHT, (early, late))
    out[-3:] = [out[-3]._replace(end=out[-1].end, days=joined_days)]


def _beside(terms: list[Term]) -> list[Term]:
    """Days that stand side by side: "w piątek (19 stycznia)", "z soboty na niedzielę (7/8 czerwca)"."""
    out: list[Term] = []
    united = -1  # how many terms there are right behind two days that became one
    for term, following in zip_longest(terms, terms[1:]):
        if term.what is not Is.DAYS:
            closes = term.word in (")", ",") and united == len(out)
            if not (closes and following is not None and following.what is Is.ONTO):
                out.append(term)  # "z soboty (7 czerwca) na niedzielę": without the sign before "na"
            continue
        place = len(out)
        while place and is_aside(out[place - 1]):
            place -= 1
        if place and out[place - 1].what is Is.DAYS:
            both = _united(out[place - 1], term)
            if both is not None:
                del out[place - 1 :]
                out.append(both)
                united = len(out)
                continue
        out.append(term)
    return out


def _stretches(terms: list[Term]) -> list[Term]:
    """ "9 marca (sobota) – 10 marca (niedziela)": from the one day to the other.

    Not where the first one has its hour before it: "20:00 9 marca – 10 marca 6:00".
    """
    out: list[Term] = []
    for term in terms:
        place = len(out) - 1
        if is_one(term, dated=True) and place > 0 and out[place].what is Is.DASH:
            place -= 2 if out[place - 1].word == ")" else 1
            before = out[place - 1].what if place > 0 else Is.WORD
            first, last = out[place].days, term.days
            if (
                is_one(out[place], dated=True)
                and before is not Is.CLOCK
                and first is not None
                and last is not None
            ):
                days = Days(Spread.STRETCH, first.days + last.days)
                out[place:] = [out[place]._replace(end=term.end, days=days)]
                continue
        out.append(term)
    return out


def _lists(terms: list[Term]) -> list[Term]:
    """ "w sobotę 12 września i w niedzielę 13 września": two days with the same hours."""
    out: list[Term] = []
    for term in terms:
        if term.what is not Is.DAYS:
            out.append(term)
            continue
        place = len(out)
        while place and out[place - 1].what is Is.GLUE and out[place - 1].word in _AGAIN_IN:
            place -= 1
        if (
            is_one(term, dated=True)
            and place >= 2
            and out[place - 1].what is Is.AND
            and out[place - 1].word != "a"
            and _dated_list(out[place - 2])
            and not any(before.what is Is.BETWEEN for before in out[max(0, place - 5) : place - 2])
        ):
            first = out[place - 2]
            if first.days is not None and term.days is not None:
                days = Days(Spread.LIST, first.days.days + term.days.days)
                del out[place - 2 :]
                out.append(first._replace(end=term.end, days=days))
                continue
        out.append(term)
    return out


def _dated_list(term: Term) -> bool:
    return is_one(term, dated=True) or (
        term.what is Is.DAYS
        and term.days is not None
        and term.days.spread is Spread.LIST
        and all(day.dated for day in term.days.days)
    )


def _united(first: Term, second: Term) -> Term | None:
    a, b = first.days, second.days
    if a is None or b is None:
        return None
    if a.spread is Spread.ONE and b.spread is Spread.ONE:
        return merged(first, second) if _complete(a.days[0], b.days[0]) else None
    for one, two in ((a, b), (b, a)):
        if one.spread is Spread.NIGHT and weekdays_only(one):
            if (
                two.spread in (Spread.NIGHT, Spread.STRETCH, Spread.LIST)
                and len(two.days) == 2
                and two.days[0].dated
            ):
                days = tuple(replace(d, weekday=w.weekday) for d, w in zip(two.days, one.days, strict=True))
                return first._replace(end=second.end, days=Days(Spread.NIGHT, days))
            if two.spread is Spread.ONE and two.days[0].dated and two.days[0].weekday is None:
                return first._replace(end=second.end, days=replace(one, single=two.days[0]))
    return None


def _complete(a: Day, b: Day) -> bool:
    """True when each says what the other leaves out."""
    if a.day is not None and b.day is not None:
        return False
    if a.weekday is not None and b.weekday is not None:
        return False
    return a.offset is None or b.offset is None
