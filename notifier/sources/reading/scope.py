"""What of a bank is lost where the sentence with the hours only says that work is done: log-in or mere payments."""

from __future__ import annotations

import re
from enum import Enum, auto

from notifier.sources.reading.affected import covers
from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import without_channels
from notifier.sources.reading.surroundings import Surroundings
from notifier.sources.reading.vocabulary import ACCESS, APP, BANKING, LIMITED, LOST, PRODUCTS, SLOW, WORKS

_CHANNEL = (
    r"(?:bankowosc|serwis(?!ow)|aplikacj|system|rachun|kont[oau]\b|online|\w*bank24|pekao24|peopay|ca24|millenet|ipko\b|iko\b"
    r"|inteligo|mo(?:je|jego|im) ing|goonline|ebank|(?<!przez )internet\b|\w*mobile\b)"
)
_SOME = re.compile(r"\b(?:czesc\w* (?:\w+ )?(?:uslug|funkcj|operacj)|niektor|wybran)")
_ACCESS_LOST = re.compile(
    r"\b(?:zalog|logow)"
    r"|\b(?:niedostepn|niemozliw|nie |brak|bez |przerw\w* w |zakloc|utrudni"
    r"|problem|trudn|klopot|wylacz|wstrzym|zablokow|ogranicz|obejm"
    rf"|[us]trac|dotycz|dotkn)[^.;]{{0,80}}{_CHANNEL}"
    rf"|{_CHANNEL}[^.;]{{0,60}}\b(?:niedostepn|niemozliw|nie (?:bed|zadz|dzial)|wylacz)"
)


_TROUBLE = r"(?:klopot|problem|utrudni|przeszkod|zaklocen|zmian|ograniczen|przerw)\w*"
_KEPT = re.compile(
    rf"\bbez {_TROUBLE} (?:(?:z|w|przy) )?(?:sam\w+ )?(?:logow\w*|zalog\w*)"
    rf"|\b(?:do (?:\w+ ){{1,3}})?(?:logowani\w*|zalogujesz sie|zalogujecie sie|zaloguja sie)"
    rf" (?:\w+ )?(?:bez {_TROUBLE}|jak zwykle|normalnie)"
    r"|(?<!\bnie )\bzaloguj(?:cie)? sie\b(?:[^.;,]{0,40}\bautoryzac\w+)?"
    r"|\b(?:zalogowac|logowac|wybierz\w*|uzyj\w*|uzyc|skorzysta\w*|korzysta\w*)\b[^.;,]{0,40}\bmobiln\w+ autoryzac\w+"
    rf"|\bz logowaniem nie (?:bedzie|powinno byc) (?:\w+ )?{_TROUBLE}"
)
"""Where a text says that people can log in all the same."""


_SPARED = re.compile(
    r"\b(?:utrudni\w+|przerw\w+|prac[ea]?|zmiany?|ograniczeni\w+) nie (?:dotycz|obejm|dotkn|wplyn)"
)
"""What the rest of the sentence names goes on working: "pozostałych funkcji serwisu utrudnienia nie dotyczą"."""


_APART = re.compile(r"; |, (?=(?:a|ale|lecz|natomiast|za to)\b)")


class Scope(Enum):
    """What a text says to be lost."""

    UNTOLD = auto()
    ACCESS = auto()
    PAYMENTS = auto()


def scope_of(surroundings: Surroundings, number: int, here: Sentence, systems: tuple[str, ...]) -> Scope:
    """What the sentences around one with hours say of these systems; the log-in counts wherever it is said."""
    said = {_said(one, here) for one in surroundings.heads(number)[:1]}
    before = surroundings.before(number)
    told = {sentence.block for sentence in before if sentence.ranges} - {here.block}
    for sentence in before:
        if sentence.ranges or sentence.block in told or _of_others(sentence, systems):
            break  # what stands there belongs to other hours
        said.add(_said(sentence, here))
    works = False
    for sentence in surroundings.behind(number):
        if _of_others(sentence, systems):
            break
        if sentence.heads or sentence.text.endswith(":"):
            works = _works(sentence.folded)
        if not works:
            said.add(_said(sentence, here))
    return next((scope for scope in (Scope.ACCESS, Scope.PAYMENTS) if scope in said), Scope.UNTOLD)


def _of_others(sentence: Sentence, systems: tuple[str, ...]) -> bool:
    """True where a sentence names a bank, and none of these."""
    banks = {mention.system for mention in sentence.mentions if not mention.system.startswith("payments.")}
    return bool(banks) and not any(covers((one,), systems) or covers(systems, (one,)) for one in banks)


def without_kept(folded: str) -> str:
    """The text without what it says of logging in that works all the same."""
    clauses = _APART.split(folded)
    if len(clauses) > 1:
        folded = "; ".join(one for one in clauses if not (_works(one) and ACCESS.search(one)))
    return _KEPT.sub(" ", folded)


def says_enough(folded: str) -> bool:
    """True where a sentence says itself what is lost: logging in, or all of the bank."""
    if ACCESS.search(folded) or APP.search(folded) or BANKING.search(folded):
        return True
    if folded.rstrip().endswith(":"):
        return False  # the list below says it
    return (
        LOST.search(folded) is not None and PRODUCTS.search(folded) is None and _SOME.search(folded) is None
    )


def _works(folded: str) -> bool:
    return WORKS.search(folded) is not None and LOST.search(folded) is None and SLOW.search(folded) is None


def _said(sentence: Sentence, here: Sentence) -> Scope:
    folded = without_channels(without_kept(sentence.folded))
    if _works(folded) or _SPARED.search(folded):
        return Scope.UNTOLD
    if LIMITED.search(folded) and (ACCESS.search(folded) or APP.search(folded)):
        return Scope.ACCESS
    products = PRODUCTS.search(folded) is not None
    asked = folded.endswith("?") and not sentence.statement.about
    channel = not products and not asked and (ACCESS.search(folded) or APP.search(folded))
    if _ACCESS_LOST.search(folded) or channel:
        return Scope.ACCESS
    listed = sentence.block != here.block and (
        sentence.shape in (Shape.ITEM, Shape.ROW) or sentence.text[:1].islower()
    )
    lost = sentence.statement.lost or sentence.statement.maybe or listed
    return Scope.PAYMENTS if products and lost else Scope.UNTOLD
