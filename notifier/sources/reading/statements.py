"""What a piece of text states: lost, slow, working, planned, past, taken back; and of what it speaks besides.

Word stems on folded text. Every expression is a plain alternation with bounded gaps, so matching is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from notifier.model import Impact
from notifier.sources.reading.findings import Function, Kind
from notifier.sources.reading.vocabulary import (
    ACCESS,
    APP,
    BANKING,
    BROKERS,
    FAILURE,
    LOST,
    MAYBE,
    NOT_OF_A_SYSTEM,
    ONLY,
    PLANNED,
    PRODUCTS,
    SLOW,
    WORKS,
    any_of,
)

_NO_WORK = re.compile(
    r"\b(?:wsparci|pomoc|dzial|obslug)\w{0,3} techniczn\w+|\btechniczn\w+ wsparci\w+"
    r"|\bprzerw\w{0,3} (?:w (?:ubezpiecz|prac[ay]\b"
    rf"{NOT_OF_A_SYSTEM}|zatrudn|dostaw|nauc|zajeci|podroz|oplac)"
    r"|na (?!\d|(?:(?:najblizsz|nadchodzac|t)\w+ )?(?:weekend|noc|poniedz|wtor|srod|czwart|piat|sobot|niedziel"
    r"|stycz|lut|mar|kwiec|kwiet|maj|czerw|lip|sierp|wrzes|pazdz|listop|grud))"
    r"|swiateczn|wakacyjn|obiad)\w*|\bbez (?:zadn\w+ )?przerw[y]?\b"
)
_MAYBE_LOST = re.compile(
    r"\b(?:(?:moze|moga) (?:\w+ ){0,6}(?:niedostepn|niemozliw|nie dzial|nie |brak )\w*"
    r"|czesciow\w* (?:\w+ )?niedostepn\w*)"
)
_NOT_SWITCHED_OFF = any_of(r"nie zostan(?:ie|a) (?:wylacz|wstrzym|zawiesz)\w*")
_NO_FAILURE = re.compile(
    r"\b(?:nie (?:jest )?(?:to )?(?:\w+ )?awari\w+|w (?:przypadku|razie) (?:\w+ )?(?:awari|usterk)\w+|awaryjn\w+"
    r"|jak realizowac [^.]{0,40}awari\w+)"
)
_BROKERS_CHANNEL = re.compile(
    rf"\b(?:serwis|aplikacj|platform|system|uslug)\w* (?:[\w-]+ ){{0,2}}{BROKERS.pattern}\w*"
)
_PAGE = any_of(r"stron\w{1,2} (?:informacyjn|firmow|korporacyjn|marketingow|glown)")
_PHONE = re.compile(
    r"\b(?:serwis|bankowosc|obslug)\w* (?:\w+ )?telefoniczn\w+"
    r"|\b(?:tele(?:bank|pekao|bos|millennium|serwis|konto)|ivr)\w*"
)
_ITEMS = re.compile(r"[,:;(]|\b(?:i|oraz|a takze|ani|lub)\b")
_CHANNEL = re.compile(f"{ACCESS.pattern}|{APP.pattern}")
_AT_A_PLACE = re.compile(
    r"(?<!przerwa )(?<!przerwy )(?<!prace )\b(?:w|we|na|przez|poprzez|z poziomu|za posrednictwem) (?:\w+ )?"
    rf"(?:{_CHANNEL.pattern})"
)
"""A channel where it is only the place of something else: "zlecenia w aplikacji"."""

_ACTIVATED = re.compile(
    r"\b(?:aktyw(?:owa|uj|acj)|sparowa|zainstalowa|instalacj)\w* (?:now\w+ )?"
    r"(?:aplikacj\w*(?: mobiln\w+)?|iko\b|peopay\b)"
)
"""Setting up an application on a telephone is nothing that those who have it would miss."""

_OF_A_CHANNEL = (
    r"(?: (?:internetow|transakcyjn|mobiln|telefoniczn)\w+)?(?: (?:ipko|iko|inteligo|millenet|peopay))?"
)
_PRODUCT_INSIDE = re.compile(
    rf"(?P<what>(?:{PRODUCTS.pattern}|\b(?:pin|limit))\w*(?: [\w-]+){{0,5}}?)"
    rf" (?:w|we|na|przez|poprzez|za posrednictwem)(?: \w+){{0,2}}"
    rf" (?:{_CHANNEL.pattern}|internet|peopay)\w*{_OF_A_CHANNEL}"
    r"(?:(?:(?: i| oraz| lub| ani| czy)(?: w| przez)?|, (?:w|przez))(?! logow| zalog)(?: \w+)?"
    rf" (?!logow|zalog)(?:{_CHANNEL.pattern}|peopay)\w*{_OF_A_CHANNEL})*"
)
_LOGIN = any_of("logow", "zalog", "uwierzytel")
_SIGNING = any_of("podpis")
_BUT = r"[^.;]{0,60}\b(?:lecz|ale|tylko) "
_KINDS = (
    (Kind.CANCELLED, any_of(r"(?<!do )odwolan", "odwoluj", "anulowan", rf"nie odbed\w+(?!{_BUT})", "rezygnujemy")),
    (Kind.MOVED, any_of(r"mial[aoy]? (?:sie )?odbyc[^.;]{0,80}\bodbed",
                      rf"nie odbed\w+(?={_BUT})", "przesun", "przeloz", "przeklad", "przesuw",
                      r"(?:prac|przerw|termin)\w*[^.;]{0,80}\bprzen(?:iesion[aeo]|ieslismy|osimy|iesiemy)\b",
                      r"przen(?:iesiemy|osimy|iesiono) (?:\w+ ){0,2}(?:prac|przerw|termin)",
                      r"zmian\w{1,3} (?:terminu|godzin)", "nowy termin",
                      "nowym terminie",
                      r"zmieni\w{2,6} (?:sie )?(?:termin|data|godzin)", "innym terminie",
                      r"rozpoczn\w+ sie (?:\w+ ){0,3}(?:pozniej|wczesniej)")),
    (Kind.EXTENDED, any_of("wydluz", r"potrwa\w{0,2} dluzej", "dluzej niz", "przeciag",
                         r"przedluz\w* (?:\w+ ){0,3}(?:prac|przerw|niedostepn|utrudn)",
                         r"(?:prac|przerw|niedostepn|utrudn)\w* (?:\w+ ){0,4}przedluz",
                         r"(?:prac|przerw|niedostepn|utrudn)\w*(?:[^.;]|godz\.){0,120}\bprzedluz(?:on|amy|aja|a\b|yl)")),
    (Kind.SHORTENED, any_of("skroc", "skrac", r"potrwa\w{0,2} krocej", "krocej niz")),
    (Kind.COMPLETED, any_of("zakonczyl", "zakonczon", r"(?<!zostanie )(?<!zostana )przywroc(?:on|il)", r"dzial\w+ juz",
                          "juz dzial", "wznowi(?:l|on)",
                          r"po przerwie (?:\w+ ){0,3}(?:dzial|dostepn|znow|wraca|wroci|juz)",
                          r"(?:dzial|dostepn|wroci|wraca|ruszy|znow|juz)\w* (?:\w+ ){0,2}po przerwie")),
)  # fmt: skip
_CLAUSES = re.compile(
    r"[,;:()]|\s-\s(?!bez |dziala|tak\b|normaln|jak zwykle)"
    r"|\b(?:ale|lecz|natomiast|jednak|jednakze|zas|podczas gdy|za to|z kolei)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one piece of text says."""

    lost: bool
    maybe: bool
    planned: bool
    works: bool

    @property
    def about(self) -> bool:
        """True where it speaks of an outage or of planned work at all."""
        return self.lost or self.maybe or self.planned

    @property
    def impact(self) -> Impact:
        """Degraded where things only may fail or are slow."""
        return Impact.DEGRADED if self.maybe and not self.lost else Impact.OUTAGE


@lru_cache(maxsize=128)  # the same piece is asked for by several
def statement_of(folded: str) -> Statement:
    """What a folded piece says; "moze byc niedostepny" is no promise that it will be lost."""
    return Statement(
        bool(LOST.search(_NOT_SWITCHED_OFF.sub(" ", _MAYBE_LOST.sub(" ", folded)))),
        bool(MAYBE.search(folded)),
        bool(PLANNED.search(_NO_WORK.sub(" ", folded))),
        bool(WORKS.search(folded)),
    )


def is_failure(folded: str) -> bool:
    """True for something that broke; not for "to nie awaria" and "w razie awarii"."""
    return bool(FAILURE.search(_NO_FAILURE.sub(" ", folded)))


@lru_cache(maxsize=128)
def kind_of(folded: str) -> Kind:
    """What the statement does to an announcement."""
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            return kind
    return Kind.PLANNED


def only_products(folded: str) -> bool:
    """True for cards, transfers and machines, where nothing is said of logging in."""
    return bool(PRODUCTS.search(folded)) and not _CHANNEL.search(folded)


def products_in_channels(folded: str) -> bool:
    """True where channels are named only as the place of a product: "nie zlecisz przelewów w aplikacji"."""
    others = without_channels(_ACTIVATED.sub(" kart", folded))
    return _CHANNEL.search(folded) is not None and only_products(others)


def without_channels(folded: str) -> str:
    """The text without channels that are only the place of a product: "aktywacja kart w serwisie"."""
    return _PRODUCT_INSIDE.sub(r"\g<what>", folded)


def only_brokers(folded: str) -> bool:
    """True for what brokers and exchange offices of banks run, where no channel is named beside it in a list."""
    if not BROKERS.search(folded) or BANKING.search(folded):
        return False
    rest = _AT_A_PLACE.sub(" ", _BROKERS_CHANNEL.sub(" ", folded))
    channels = [item for item in _ITEMS.split(rest) if _CHANNEL.search(item) and not BROKERS.search(item)]
    working = any(works_at(rest, place.start(), place.end()) for place in _CHANNEL.finditer(rest))
    return working or not channels


def only_beside(folded: str) -> bool:
    """True for the pages on which a bank tells of itself, and for its telephone service: no log-in is lost."""
    if _PHONE.search(folded):
        rest = _PHONE.sub(" ", folded)
        return not (ACCESS.search(rest) or APP.search(rest) or "internet" in rest)
    if not _PAGE.search(folded):
        return False
    return bool(ONLY.search(folded)) or not (ACCESS.search(folded) or APP.search(folded))


def functions_of(folded: str) -> frozenset[Function]:
    """The functions named."""
    pairs = ((Function.LOGIN, _LOGIN), (Function.SIGNING, _SIGNING), (Function.APP, APP))
    return frozenset(function for function, pattern in pairs if pattern.search(folded))


_MEANWHILE = re.compile(
    r"\b(?:w czasie|podczas|w trakcie|na czas|mimo|pomimo) (?:\w+ ){0,2}(?:prac|przerw|niedostepn)\w*"
)


_HELD_BACK = re.compile(
    r"\b(?:ogranicz|utrudnio)\w+ (?:bedzie|beda|zostan\w+)\b|\b(?:bedzie|beda|zostan\w+) (?:\w+ )?(?:ogranicz|utrudnio)"
)
"""What will be limited does not go on working: "ograniczona będzie możliwość …"."""

_SEVERAL_WORK = re.compile(
    r"\b(?:dzialaja|zadzialaja|beda (?:\w+ )?(?:dzialac|dostepne|dzialaly)|pozosta\w+ dostepne)\b"
)

LISTED = re.compile(
    r"[\s,\"]*(?:(?:i|oraz|lub|albo|czy|a takze|bankow\w{1,2}|aplikacj\w{1,3}|przez|poprzez|za pomoca"
    r"|za posrednictwem|w banku"
    r"|uslug\w{1,2}|mobiln\w{1,2})[\s,]*){0,6}"
)
"""What stands between two names of one list."""


def _clause_at(folded: str, start: int, end: int) -> str:
    begin, finish = 0, len(folded)
    for match in _CLAUSES.finditer(folded):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            finish = match.start()
            break
    return _MEANWHILE.sub(" ", folded[begin:finish])


def neutral_at(folded: str, start: int, end: int) -> bool:
    """True where the clause around a place says nothing of what is lost."""
    clause = _clause_at(folded, start, end)
    return not (LOST.search(clause) or PLANNED.search(clause) or MAYBE.search(clause))


def all_work_at(folded: str, start: int, end: int) -> bool:
    """True where the clause around a place says of several things that they work."""
    return works_at(folded, start, end) and _SEVERAL_WORK.search(_clause_at(folded, start, end)) is not None


def works_at(folded: str, start: int, end: int) -> bool:
    """True where the clause around a place says that things work."""
    clause = _clause_at(folded, start, end)
    if _HELD_BACK.search(clause) or SLOW.search(clause) or LOST.search(clause) or PLANNED.search(clause):
        return False
    return bool(WORKS.search(clause))
