"""Names of systems in a text, inflected forms included."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from notifier.model import Catalogue
from notifier.sources.reading.roles import Mention, role_of, told_of
from notifier.sources.reading.tokens import Token, fold, tokens_of


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a name: exactly as written, or by its stem; ``capitals``: only in capital letters.

    ``glued``: a number that is part of the word before it, as in "P1" and "Pekao24".
    """

    key: str
    stem: bool
    capitals: bool
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """A matcher for all names of a catalogue; made by :func:`names_of`."""

    by_first: dict[str, tuple[tuple[tuple[_Word, ...], str], ...]] = field(repr=False)

    def mentions(self, text: str, tokens: list[Token]) -> list[Mention]:
        """The names in a sentence, the longest where several fit, in order. ``text`` is not folded."""
        found: list[Mention] = []
        banks = "ank" in text
        place = 0
        while place < len(tokens):
            hit = self._longest(text, tokens, place)
            if hit is None and banks and "bank" in tokens[place].key:
                hit = self._some_bank(text, tokens, place, found[-1].end if found else 0)
            if hit is None:
                place += 1
                continue
            length, system = hit
            last = tokens[place + length - 1]
            if system.startswith("bank.") and _another_company(tokens, place, length):
                if found and found[-1].system == system and told_of(tokens, place, found[-1]):
                    found[-1] = replace(found[-1], system="")
                system = ""
            role = role_of(system, tokens, place, length, found)
            found.append(Mention(system, tokens[place].start, last.end, role))
            place += length
        return found

    def _some_bank(self, text: str, tokens: list[Token], place: int, last: int) -> tuple[int, str] | None:
        """A bank that the catalogue does not know, told by its capitals: "Bank Nowy", "Toyota Bank", "Inbank".

        ``last``: where the name before it ends, which "Bank" may belong to: "ING Bank".
        """
        name = tokens[place]
        capital = text[name.start].isupper()
        if name.key not in _BANK:
            return (1, "") if capital and name.key.endswith(_BANK_ENDINGS) else None
        if _named(text, tokens, place + 1):
            person = not capital and _named(text, tokens, place + 2)  # "rzecznik banku Jan Nowak"
            return None if person or self._longest(text, tokens, place + 1) is not None else (2, "")
        if not capital or not _named(text, tokens, place - 1) or tokens[place - 1].start < last:
            return None
        before = tokens[place - 1]
        begins = place == 1 or tokens[place - 2].key in _BEGINNING
        if before.key in _BESIDE_A_BANK or (begins and name.key != "bank"):
            return None
        return 1, ""

    def _longest(self, text: str, tokens: list[Token], place: int) -> tuple[int, str] | None:
        best: tuple[int, str] | None = None
        key = tokens[place].key
        for first in _beginnings(key):
            for words, system in self.by_first.get(first, ()):
                if (best is None or len(words) > best[0]) and _fits(text, tokens, place, words):
                    best = len(words), system
        return best


_ENDINGS = tuple(
    sorted(
        "iego iemu ymi imi ego emu ych ich ami ach owi iem ej em om ow ym im ia ie iu ii a e i o u y".split(),
        key=len,
        reverse=True,
    )
)
_NOUN_ENDINGS = frozenset("a u owi em iem ie ze y ow om ami ach i e".split())
_COMPANIES = frozenset(
    "bcp consumer hipoteczny hipotecznego hipotecznym tfi leasing leasingu lease factoring faktoring business biznes "
    "securities life ubezpieczenia finanse hipoteczna junior kids companynet cardsonline".split()
)
_UNKNOWN = (
    "Nest Bank, Nest Banku, Nest, Bank Pocztowy, Banku Pocztowego, Banku Pocztowym, Citi Handlowy, Citi Handlowego, "
    "Bank Handlowy, Citibank, Toyota Bank, Toyota Banku, Volkswagen Bank, Volkswagen Banku, Bank Nowy, Banku Nowym, "
    "Bank BPH, Banku BPH, BPH, Bank PBS, PBS, Deutsche Bank, Plus Bank, Bank Spółdzielczy, KSeF, KSeF-u, "
    "Krajowy System e-Faktur, Krajowego Systemu e-Faktur, ePUAP, ePUAP-u, e-Urząd Skarbowy, e-Urzędu Skarbowego, "
    "e-Urzędzie Skarbowym, Twój e-PIT, e-Doręczenia, e-Doręczeń, e-Doręczeniach, PUESC, CEIDG, CEPiK, USOS, USOSweb, "
    "IRK, Librus, "
    "eTOLL, e-Deklaracje, Revolut, e-Toll, e-KRS, EKW, SENT, e-PFRON, BGK, BGK24, "
    "Bank Gospodarstwa Krajowego, Banku Gospodarstwa Krajowego, Inbank, Aion Bank, Aion, Citi, HSBC, Cetelem, "
    "Eurobank, "
    "T-Mobile Usługi Bankowe, Orange Finanse, Raiffeisen, UniCredit, Certum, SimplySign, Szafir, mSzafir, "
    "System Rejestrów Państwowych, SRP, Rejestr Dowodów Osobistych, RDO, EnveloBank, EnveloBanku, "
    "Ministerstwo Finansów, Ministerstwa Finansów, Ministerstwie Finansów, administracja skarbowa, "
    "administracji skarbowej, KAS, Portal Podatkowy, Portalu Podatkowego, Portal Rejestrów Sądowych, Portalu "
    "Rejestrów Sądowych, e-Sąd, eKRUS, "
    "ARiMR, IRZplus, Geoportal, Geoportalu, "
    "PKO Bank Hipoteczny, Pekao Bank Hipoteczny, ING Bank Hipoteczny, Millennium Bank Hipoteczny, PekaoBiznes24, "
    "portal mObywatel.gov.pl, serwis mObywatel.gov.pl, SMK, System Monitorowania Kształcenia, eKrew, ZSMOPL, KOWAL, "
    "AP-KOLCE, AMMS, mMedica, drEryk, KS-SOMED, KS-AOW, "
    "Sigillum, EuroCert, CenCert, Cencert, "
    "Bankiem Spółdzielczym, Banku Spółdzielczego, Banku Spółdzielczym, BS, SKOK, Empatia, ELA, biznes.gov.pl, Emp@tia"
)
_FOR_COMPANIES = frozenset("firm przedsiebiorstw przedsiebiorcow korporacji biznesu".split())
_BANK = frozenset("bank banku bankiem bankowi".split())
_BANK_ENDINGS = tuple(_BANK)
_BEGINNING = frozenset(': . ! ? " ( -'.split())
"""Signs behind which any word has a capital letter: "Klienci Banku", and no "Klienci Bank"."""

_BESIDE_A_BANK = frozenset(
    "nasz twoj wasz moj ten tamten jeden drugi inny kazdy wielki duzy maly znany popularny polski i oraz a w we z ze do"
    " na od o u przez jak gdy kiedy jesli czy nasza naszego naszym klient klienta klienci klientow klientom klientami"
    " serwis serwisu system systemu aplikacja aplikacji strona stronie strony prace przerwa oddzial infolinia uwaga"
    " komunikat komunikaty zarzad prezes rzecznik panstwa pani pan drogi szanowni".split()
)
"""Words that may have a capital letter before "Bank" and are no name of one."""


def names_of(catalogue: Catalogue) -> Names:
    """The matcher for the names and aliases of a catalogue."""
    by_first: dict[str, list[tuple[tuple[_Word, ...], str]]] = {}
    for system, alias in ((one, form) for one, name in _aliases(catalogue) for form in _spellings(name)):
        words = _words(alias)
        if words:
            entries = by_first.setdefault(words[0].key, [])
            if (words, system) not in entries:
                entries.append((words, system))
    return Names({first: tuple(entries) for first, entries in by_first.items()})


def _aliases(catalogue: Catalogue) -> list[tuple[str, str]]:
    found = [(system.id, alias) for system in catalogue.systems.values() for alias in system.aliases]
    for bank in catalogue.banks.values():
        found += [(bank.id, alias) for alias in bank.aliases]
        name = bank.words.get("pl", {}).get("name", "").partition("(")[0].strip()
        if name and name not in bank.aliases and not any(name == other for _, other in found):
            found.append((bank.id, name))
    return found + [("", name) for name in _UNKNOWN.split(", ")]


def _spellings(alias: str) -> tuple[str, ...]:
    """ "e-Rejestracja" is written "eRejestracja" as well."""
    return (alias, "e" + alias[2:]) if alias[:2] == "e-" else (alias,)


def _words(alias: str) -> tuple[_Word, ...]:
    tokens = tokens_of(fold(alias))
    words = []
    for token in tokens:
        written = alias[token.start : token.end]
        capitals = len(written) <= 5 and written.isupper() and len(written) > 1 and len(tokens) == 1
        stem = len(tokens) > 1 and token.kind == "w" and len(token.key) >= 4 and not written.isupper()
        stem = stem and token.key not in ("bank", "banku", "bankiem")  # "w bankach" is no bank
        number = token.kind == "n" and token.glued
        words.append(_Word(_stem(token.key) if stem else token.key, stem, capitals, number))
    return tuple(words)


@lru_cache(maxsize=4096)
def _beginnings(key: str) -> tuple[str, ...]:
    """Under which first words the names are kept that may begin with this one."""
    return tuple(dict.fromkeys((key, _stem(key), key.partition("-")[0], *_shorter(key))))


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _shorter(key: str) -> list[str]:
    """What the word could be an inflected form of: "mbankiem" of "mbank", "santanderze" of "santander"."""
    return [key[:-n] for n in (1, 2, 3, 4) if len(key) - n >= 4 and key[-n:] in _NOUN_ENDINGS]


def _fits(text: str, tokens: list[Token], place: int, words: tuple[_Word, ...]) -> bool:
    if place + len(words) > len(tokens):
        return False
    after = tokens[place + len(words)] if place + len(words) < len(tokens) else None
    if words[-1].glued and after is not None and after.glued and after.kind != "p":
        return False  # "p1ątek" is no P1
    for word, token in zip(words, tokens[place : place + len(words)], strict=True):
        if word.stem:
            if _stem(token.key) != word.key:
                return False
        elif token.key != word.key and not (len(words) == 1 and _inflected(token.key, word)):
            return False
        if word.glued and not token.glued:
            return False
        if word.capitals:
            written = text[token.start : token.start + len(word.key)]
            if not written.isupper() and word.key != "blik":
                return False
    return True


def _inflected(key: str, word: _Word) -> bool:
    if not key.startswith(word.key):
        return False
    rest = key[len(word.key) :]
    if rest.startswith("-"):
        return len(rest) <= 4
    return not word.capitals and len(word.key) >= 4 and rest in _NOUN_ENDINGS


def _another_company(tokens: list[Token], place: int, length: int) -> bool:
    following = [token.key for token in tokens[place + length : place + length + 2]]
    if following[:1] == ["dla"]:
        return following[1:] != [] and following[1] in _FOR_COMPANIES
    return bool(following) and following[0] in _COMPANIES


def _named(text: str, tokens: list[Token], place: int) -> bool:
    """True for a word with a capital letter."""
    return 0 <= place < len(tokens) and tokens[place].kind == "w" and text[tokens[place].start].isupper()
