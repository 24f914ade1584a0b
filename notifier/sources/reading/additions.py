"""What the sentence behind the one with the hours names in addition, where it tells all that is lost."""

from __future__ import annotations

import re

from notifier.sources.reading.affected import Found, covers, is_a_way
from notifier.sources.reading.documents import is_document
from notifier.sources.reading.drafts import Draft
from notifier.sources.reading.roles import Mention, Role
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import LISTED
from notifier.sources.reading.vocabulary import MAYBE, any_of

EMBRACES = any_of(
    r"(?:przerw|prac|niedostepnosc|wylaczeni|aktualizacj|utrudnieni)\w* (?:(?!nie\b)\w+ ){0,4}"
    r"(?:obejm|dotycz|dotkn|odczuj)",
    r"(?:dotyczy|obejm\w+) (?:to|takze|rowniez|wszystki\w+)\b",
    r"to (?:dotyczy|obejm\w+)\b",
)
"""That more is lost than was named before: "Przerwa obejmie …", "Utrudnienia odczują użytkownicy …"."""

LISTING = re.compile(
    r"(?:w tym czasie |wtedy |wowczas )?(?:"
    r"(?:niedostepn\w+|nie bed\w+ (?:dostepn\w+|dzial\w+)|nie zadzialaja|wylaczon\w+)(?: bed\w+)?(?: \w+){0,4}: "
    r"|(?:przerw|prac|utrudnieni|niedostepnosc)\w* (?:obejm|dotycz|dotkn)\w* )"
)
"""What begins so in the next paragraph lists what is lost in the hours of the one before."""

_PLACE = re.compile(
    r"\b(?:w|we|na|przez|poprzez|z poziomu|dla) (?:(?:aplikacj|system|portal|serwis|platform)\w{1,3} )?$"
)
_THERE = re.compile(
    r" (?:przez|poprzez|za posrednictwem|z poziomu|na|w) (?:t\w{1,2} )?(?:aplikacj|system|portal|serwis|platform|stron)"
)
_REACHED = re.compile(r"\b(?:zalog|logow|dostep\w* do|wejsc|wejdz|skorzyst|korzyst|przerw\w* w|prac\w* w)")


def told_too(sentence: Sentence, found: Found, last: list[Draft]) -> tuple[str, ...]:
    """ "Prace w systemie P1 … Niedostępne będą: P1, IKP, gabinet.gov.pl": what is lost too, where all of it is told.

    What people cannot reach while a way to log in is lost is nothing lost in addition, nor are the prescriptions
    that another system does not show.
    """
    if MAYBE.search(EMBRACES.sub(" ", sentence.folded)):
        return ()
    known = tuple(one for draft in last for one in draft.systems)
    again = any(covers(known, (one,)) for one in found.systems)
    told = _without_places(sentence) if again or not any(map(is_a_way, known)) else []
    roles = {Role.MEANS, Role.PLAIN, Role.TARGET} if again else {Role.PLAIN, Role.TARGET}
    added = {m.system for m in told if m.role in roles and not is_document(sentence.folded, m)}
    return tuple(one for one in found.systems if one in added and not covers(known, (one,)))


def _without_places(sentence: Sentence) -> list[Mention]:
    """The names without places, "e-rejestracja … ani na IKP", and without what is done in one, "e-ZLA przez portal"."""
    kept: list[Mention] = []
    end = 0
    place = False
    for one in sentence.mentions:
        listed = end > 0 and LISTED.fullmatch(sentence.folded, end, one.start) is not None
        begins = _PLACE.search(sentence.folded, end, one.start) is not None
        place = (place and listed) or (begins and _REACHED.search(sentence.folded, 0, one.start) is None)
        kept += [] if place or _THERE.match(sentence.folded, one.end) else [one]
        end = one.end
    return kept
