"""Days on which somebody spoke: "Dziś bank poinformował, że w niedzielę …" tells of a break on Sunday, not today."""

from __future__ import annotations

import re

from notifier.sources.reading.times.numerals import Spread
from notifier.sources.reading.times.terms import Is, Term

_SPOKE = re.compile(
    r"(?:po|za)?informowa(?:l[aioy]?|no|lismy)|(?:mow|poda|oglos|oznajm|przekaz|oswiadcz|przypomnia|ostrzeg|uprzedz|tlumacz"
    r"|zapewnia|pisa|napisa|zamiesc|opublikowa|wysla|rozesla|zaktualizowa|sprostowa|skorygowa|potwierdz|zakomunikowa)"
    r"(?:[iya]?l[aioy]?|ilismy|alismy|ono|o|no|ano|ali)"
)
_ANNOUNCED = re.compile(r"zapowi(?:edzia|ada)l[aioy]?|zapowiedziano|planowal[aioy]?")
"""What stands beside these may be the day of the break itself: "w niedzielę zapowiedział przerwę"."""

_THE_MATTER = re.compile(r"przerw|prac|niedostep|utrudn|wylacz|modern|nie$|awari")
_REACH = 5
"""Words between a day and the verb."""


def without_days_of_speaking(terms: list[Term]) -> list[Term]:
    """The terms, with days on which something was only said made words like any other."""
    days = [place for place, term in enumerate(terms) if term.what is Is.DAYS]
    spoken = {
        place for place in days if _is_one(terms[place]) and (_then(terms, place) or _just(terms, place))
    }
    if not spoken:
        return terms
    return [term._replace(what=Is.WORD, days=None) if n in spoken else term for n, term in enumerate(terms)]


def _is_one(term: Term) -> bool:
    return term.days is not None and term.days.spread is Spread.ONE


def _then(terms: list[Term], place: int) -> bool:
    """ "W poniedziałek mBank mówił, że …"."""
    for number, term in enumerate(terms[place + 1 : place + 2 + _REACH], start=place + 1):
        if term.what not in (Is.WORD, Is.GLUE, Is.PART_OF_DAY) or _THE_MATTER.match(term.word):
            return False
        if _SPOKE.fullmatch(term.word):
            return True
        if _ANNOUNCED.fullmatch(term.word):
            behind = terms[number + 1 : number + 3]
            words = [one.word for one in behind]
            return words == [",", "ze"] or (words[:1] == ["na"] and behind[-1].what is Is.DAYS)
    return False


def _just(terms: list[Term], place: int) -> bool:
    """ "Bank poinformował w poniedziałek, że …"; not "podał, że w poniedziałek …"."""
    other_days = any(term.what is Is.DAYS for term in terms[place + 1 :])
    for term in reversed(terms[max(0, place - 3) : place]):
        if term.what is Is.WORD and _SPOKE.fullmatch(term.word):
            return True
        if term.what is Is.WORD and _ANNOUNCED.fullmatch(term.word):
            return other_days
        if term.what is not Is.GLUE or term.word == "na":
            return False
    return False
