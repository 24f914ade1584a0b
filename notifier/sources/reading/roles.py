"""The part that a name plays in its sentence: what is spoken of, what people log in with, who speaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from notifier.sources.reading.tokens import Token


class Role(Enum):
    """What a sentence does with a name."""

    PLAIN = auto()
    MEANS = auto()  #: "przez mojeID", "Profilem Zaufanym": what people log in with
    TARGET = auto()  #: "do gabinet.gov.pl", "na IKP": where they log in to
    SPEAKER = auto()  #: "mBank informuje"
    ASIDE = auto()  #: "podobnie jak w mBanku": somebody else, to compare with


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence; without ``system`` it is a name that the catalogue does not know."""

    system: str
    start: int
    end: int
    role: Role


_MEANS = frozenset("przez poprzez pomoca uzyciem wykorzystaniem posrednictwem".split())
_LINKS = frozenset(", ( i oraz lub albo a takze czy".split())
_NO_TARGETS = frozenset({"mojeid", "edowod"})
"""What nobody logs in to: "do urzędów i innych usług naszym mojeID"."""

_SAID_BY = ("komunika", "zapowied", "wedlug", "rzeczni")
_SPEAKS = (
    "inform", "poinform", "zapowi", "zapowiad", "ostrzeg", "przypomin", "przypomn", "przekaz", "uprzedz", "prosi",
    "wydal", "planuj", "zaplan", "przeprow", "przygotow", "podkresl", "apel", "wprowadz",
    "podaj", "podal", "oglos", "oglasz", "komunikuj",
)  # fmt: skip


def role_of(system: str, tokens: list[Token], place: int, length: int, found: list[Mention]) -> Role:
    """The role of a name that begins at a token; ``found``: the names before it in the sentence."""
    if _beside_the_matter(tokens, place, found):
        return Role.ASIDE
    since = found[-1].end if found else 0
    before = [token.key for token in tokens[max(0, place - 3) : place] if token.start >= since]
    instrumental = tokens[place].key.endswith("em") and tokens[place].key not in ("system", "mbankiem")
    if instrumental or any(word in _MEANS for word in before):
        return Role.MEANS
    if system.startswith("payments."):
        return Role.PLAIN
    can_speak = system.startswith("bank.") or not system
    if can_speak and before and before[-1].startswith(_SPEAKS):
        return Role.SPEAKER
    if found and _listed(tokens, place, found[-1]):
        aloud = found[-1].role is Role.SPEAKER and not _only_links(tokens, place, found[-1])
        into_it = found[-1].role is Role.TARGET and system in _NO_TARGETS
        return Role.PLAIN if aloud or into_it else found[-1].role
    till = before[-2:-1] == ["do"] and tokens[place - 1].kind == "n"  # "od 8 do 12 IKP nie działa"
    if ("do" in before[-2:] and not till) or "na" in before[-1:]:
        return Role.TARGET
    after = tokens[place + length : place + length + 3] if can_speak else []
    speaks = any(token.key.startswith(_SPEAKS) for token in after)
    return Role.SPEAKER if speaks or any(word.startswith(_SAID_BY) for word in before[-2:]) else Role.PLAIN


def _beside_the_matter(tokens: list[Token], place: int, found: list[Mention]) -> bool:
    """True behind "jak w", "tak jak", "niż w", "nie w", "w przeciwieństwie do", "oprócz", "poza"."""
    if found and found[-1].role is Role.ASIDE and _listed(tokens, place, found[-1]):
        return True
    before = [token.key for token in tokens[max(0, place - 3) : place]]
    if before and before[-1] in ("w", "we", "u", "do", "od", "przypadku"):
        before = before[:-1]
        if before and before[-1] in ("jak", "niz", "nie", "przeciwienstwie", "odroznieniu"):
            return True
        if before[-2:] == ["nie", "zas"]:
            return True
    if not before:
        return False
    return before[-1] in ("oprocz", "poza", "wyjatkiem", "procz") or before[-2:] in (
        ["tak", "jak"],
        ["podobnie", "jak"],
    )


def _listed(tokens: list[Token], place: int, last: Mention) -> bool:
    """True for the next name of a list: only commas and "i" stand between the two."""
    between = _between(tokens, place, last)
    if len(between) > 5:
        return False
    return any(key in _LINKS for key in between) and all(key in _LINKS or len(key) > 3 for key in between)


def _only_links(tokens: list[Token], place: int, last: Mention) -> bool:
    """ "mBank i ING informują": one after the other."""
    return all(key in _LINKS for key in _between(tokens, place, last))


def told_of(tokens: list[Token], place: int, before: Mention) -> bool:
    """ "Klienci ING nie zalogują się do ING Business": what the first name is told of is only the second."""
    return not any(key in _LINKS for key in _between(tokens, place, before))


def _between(tokens: list[Token], place: int, last: Mention) -> list[str]:
    return [token.key for token in tokens[:place] if token.start >= last.end]
