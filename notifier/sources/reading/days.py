"""Terms that name days, put together: "piątek" and "19 stycznia" are one day, "14 na 15 października" one night."""

from __future__ import annotations

from dataclasses import replace

from notifier.sources.reading.numerals import Day, Days, Spread
from notifier.sources.reading.terms import Is, Term

_LINKS = {Is.ONTO: Spread.NIGHT, Is.AND: Spread.LIST, Is.DASH: Spread.STRETCH, Is.SIGN: Spread.LIST}
_ASIDE = frozenset(["(", ")", ",", "/", "|", ".", '"'])
_AGAIN_IN = frozenset("w we takze dniu dnia".split())
_ASIDE_WORDS = frozenset("tj tzn czyli z ze noc w nocy to jest".split())


def joined(terms: list[Term]) -> list[Term]:
    """The terms with neighbouring days joined; places are kept."""
    if not any(term.what is Is.DAYS for term in terms):
        return terms
    return _lists(_beside(_nights(_numbers(_by_weekday(terms)))))


def _by_weekday(terms: list[Term]) -> list[Term]:
    """ "17.05 (nd.)": what could be a day or an hour is a day where its weekday stands beside it."""
    out: list[Term] = []
    for term in terms:
        place = len(out)
        while place and _aside(out[place - 1]):
            place -= 1
        clock = out[place - 1].clock if place else None
        if clock is not None and clock.either and place < len(out) and _only_weekday(term):
            marked = place >= 2 and (out[place - 2].what is Is.HOUR_MARK or out[place - 2].word == "o")
            if not marked and term.days is not None:
                day = replace(term.days.days[0], day=clock.hour, month=clock.minute)
                first = out[place - 1]
                del out[place - 1 :]
                out.append(term._replace(start=first.start, days=Days(Spread.ONE, (day,))))
                continue
        out.append(_bracketed_date(out, term) or term)
    return out


def _bracketed_date(out: list[Term], term: Term) -> Term | None:
    """ "w sobotę (11.07)"."""
    clock = term.clock if term.what is Is.CLOCK else None
    if clock is None or not clock.either or len(out) < 2 or out[-1].word != "(" or not _only_weekday(out[-2]):
        return None
    return term._replace(what=Is.DAYS, clock=None, days=Days(Spread.ONE, (Day(clock.hour, clock.minute),)))


def _numbers(terms: list[Term]) -> list[Term]:
    """ "19 i 20 stycznia": bare numbers before a dated day take its month."""
    out: list[Term] = []
    for term in terms:
        out.append(term)
        if not _one(term, dated=True) or term.days is None:
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
    return out


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
        if term.what is Is.NUMBER and out and 1 <= term.number <= 31 and _only_weekday(out[-1]):
            weekday = out[-1].days.days[0].weekday if out[-1].days else None
            merged = Days(Spread.ONE, (Day(day=term.number, weekday=weekday),))
            out[-1] = out[-1]._replace(end=term.end, days=merged)
            continue
        out.append(term)
        if _ends_a_night(out):
            _join_night(out)
        elif (
            _one(term)
            and len(out) >= 4
            and out[-3].what is Is.ONTO
            and _only_weekday(out[-2])
            and _one(out[-4])
        ):
            out[-2:] = [_merged(out[-2], term)]
            _join_night(out)
    return out


def _ends_a_night(out: list[Term]) -> bool:
    if len(out) < 3 or not (_one(out[-1]) and _one(out[-3])):
        return False
    return out[-2].what is Is.ONTO or _pair_of_weekdays(out)


def _pair_of_weekdays(out: list[Term]) -> bool:
    """ "(sobota/niedziela)"."""
    return out[-2].word == "/" and _only_weekday(out[-1]) and _only_weekday(out[-3])


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
    for term in terms:
        place = len(out)
        while place and _aside(out[place - 1]):
            place -= 1
        if term.what is Is.DAYS and place and out[place - 1].what is Is.DAYS:
            both = _united(out[place - 1], term)
            if both is not None:
                del out[place - 1 :]
                out.append(both)
                continue
        out.append(term)
    return out


def _lists(terms: list[Term]) -> list[Term]:
    """ "w sobotę 12 września i w niedzielę 13 września": two days with the same hours."""
    out: list[Term] = []
    for term in terms:
        place = len(out)
        while place and out[place - 1].what is Is.GLUE and out[place - 1].word in _AGAIN_IN:
            place -= 1
        if (
            _one(term, dated=True)
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
    return _one(term, dated=True) or (
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
        return _merged(first, second) if _complete(a.days[0], b.days[0]) else None
    for one, two in ((a, b), (b, a)):
        if one.spread is Spread.NIGHT and _weekdays_only(one):
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


def _merged(first: Term, second: Term) -> Term:
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


def _aside(term: Term) -> bool:
    return (term.what is Is.SIGN and term.word in _ASIDE) or (
        term.what is Is.GLUE and term.word in _ASIDE_WORDS
    )


def _one(term: Term, *, dated: bool = False) -> bool:
    return (
        term.what is Is.DAYS
        and term.days is not None
        and term.days.spread is Spread.ONE
        and (not dated or term.days.days[0].dated)
    )


def _only_weekday(term: Term) -> bool:
    return _one(term) and term.days is not None and _weekdays_only(term.days)


def _weekdays_only(days: Days) -> bool:
    return all(day.weekday is not None and day.day is None and day.offset is None for day in days.days)
