"""Names that only tell where something else is lost, or whose it is: sick notes in eZUS, "PKO BP: iPKO"."""

from __future__ import annotations

import re
from itertools import pairwise

from notifier.sources.reading.roles import Mention
from notifier.sources.reading.statements import LISTED, statement_of
from notifier.sources.reading.vocabulary import WHOLE_BANK

_SERVICES = frozenset({"ezla", "zuscert", "ereg"})
_PORTALS = frozenset("mobywatel ikp mojeikp gabinet ezus szoi".split())
_PLACE = re.compile(
    r"[\s,]*(?:(?:zarowno|tak|rowniez|takze) )?(?:w|we|na|przez|poprzez|za posrednictwem|z poziomu)"
    r"(?: (?:system|portal|serwis|platform|usludze)\w{0,3})? "
)


_IN_IT = re.compile(r"\b(?:w|na|przez|poprzez|z poziomu)(?: (?:system|portal|serwis|platform)\w{0,3})? $")
_NOT_DONE = re.compile(r"\bnie \w+(?:esz|isz|ysz|asz|emy|imy|ymy|amy|a|mozna|mozliw\w+)\b")


_REACHED_BY = re.compile(
    r"\b(?:niedostepn|nie (?:bedzie|zadzial|dzial))(?:(?!\b(?:nie|ani)\b)[^.;]){0,60}"
    r"\b(?:w|przez|poprzez) (?:aplikacj\w+ )?$"
)
"""Ways to reach what is lost: "Inteligo będzie niedostępne przez internet i w aplikacji IKO"."""

_BOTH = re.compile(r"\b(?:zalog|logow)\w*(?: \w+){0,2} (?:ani|i|oraz|lub|czy) ")
"""Behind the Trusted Profile: logging in as well as what is named next."""

_CONCERNS = re.compile(r"\b(?:dotycz|obejm|takze|rowniez|w tym)")
_WORD = re.compile(r"[a-z]{4}")
_CELL = re.compile(r"[^|]+")
_HOUR = re.compile(r"\d[:.]\d\d\b")
_APPLIED_FOR = re.compile(
    r"\b(?:wniosk\w*(?: o)?|aktyw\w+|odbi[oe]r\w*|odebra\w+|wyda\w+|wyrob\w+)(?: now\w+)? $"
)


def without_places(folded: str, known: list[Mention]) -> list[Mention]:
    """ "e-ZLA, zarówno w PUE ZUS, jak i w aplikacjach": where sick notes are written is not what is lost."""
    places: list[Mention] = []
    for one, place in pairwise(known):
        inside = one.system in _SERVICES and _PLACE.fullmatch(folded, one.end, place.start)
        goes_on = one in places and LISTED.fullmatch(folded, one.end, place.start)
        if place.system in _PORTALS and (inside or goes_on):
            places.append(place)
    places += [
        place
        for place, one in pairwise(known)
        if place.system == "ezus"
        and one.system in ("ezla", "zuscert")
        and _IN_IT.search(folded, 0, place.start)
        and _NOT_DONE.search(folded, place.end, one.start)
    ]
    places += [
        whole
        for part, whole in pairwise(known)
        if part.system.startswith(f"{whole.system}.") and _REACHED_BY.search(folded, part.end, whole.start)
    ]
    return [one for one in known if one not in places]


def is_a_paper(folded: str, mention: Mention) -> bool:
    """True for an identity card that is applied for, fetched or activated, and not logged in with."""
    return mention.system == "edowod" and _APPLIED_FOR.search(folded, 0, mention.start) is not None


_INSIDE = re.compile(r"\b(?:w|na)(?: (?:aplikacj|portal|serwis|system|usludze)\w{0,3})? $")
_ONE_SERVICE = re.compile(
    r"\b(?:niedostepn\w+|nie (?:bedzie|beda) (?:\w+ )?(?:dzial|dostepn|mozliw)\w*|nie zadzial\w+)"
    r"(?: bedzie| beda)?(?: \w+)?? (?:usluga|funkcja|modul|zakladka|formularz|wyniki|dokumenty?|mlegitymacj\w|mdowod)\b"
)


def without_labels(folded: str, known: list[Mention]) -> list[Mention]:
    """ "PKO BP: nie zalogujesz się do iPKO": a name before a colon or dash only says whose the system behind it is.

    So it does in "PKO BP, serwis iPKO"; not where all of the bank is named behind it, by its application for one.
    """
    if len(known) < 2:
        return known
    label, others = known[0], known[1:]
    beside = len(others) == 1 and folded[label.end : others[0].start] in (", ", " | ")
    if not (beside or folded.startswith((": ", " - "), label.end)):
        return known
    below = all(m.system.startswith(f"{label.system}.") for m in others)
    below = below and not (label.system == "pz" and _BOTH.search(folded, label.end))
    return others if below and not WHOLE_BANK.search(folded, label.end) else known


def without_remarks(folded: str, known: list[Mention]) -> list[Mention]:
    """ "Profil Zaufany | 20:00 | 23:00 | lekarze: mieć certyfikat ZUS": the row is about its first name.

    Not where the last cell has nothing but names, or says that the row concerns them.
    """
    if len(known) < 2 or " | " not in folded:
        return known
    cells = list(_CELL.finditer(folded))
    hours = [cell.start() for cell in cells if _HOUR.search(cell[0])]
    if not hours or known[0].start > hours[0]:
        return known
    behind = [cell for cell in cells if cell.start() > hours[-1]]
    remarks = [cell for cell in behind if _is_remark(folded, cell, known)]
    return [one for one in known if not any(cell.start() <= one.start < cell.end() for cell in remarks)]


def _is_remark(folded: str, cell: re.Match[str], known: list[Mention]) -> bool:
    named = [one for one in known if cell.start() <= one.start < cell.end()]
    edges = [cell.start(), *(edge for one in named for edge in (one.start, one.end)), cell.end()]
    besides = "".join(folded[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True))
    concerns = statement_of(cell[0]).about or _CONCERNS.search(cell[0])
    return not concerns and _WORD.search(besides) is not None


def one_service(folded: str, chosen: list[Mention]) -> bool:
    """ "W aplikacji mObywatel niedostępna będzie usługa mLegitymacja": one thing in it, and not all of it."""
    if not all(m.system in _PORTALS and _INSIDE.search(folded, 0, m.start) for m in chosen):
        return False
    return _ONE_SERVICE.search(folded) is not None
