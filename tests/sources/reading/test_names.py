"""Names of systems: every alias is known, in other cases too, and companies of like name are not ours."""

from __future__ import annotations

from datetime import date

import pytest

from notifier.model import Catalogue
from notifier.sources.reading import Names, read
from notifier.sources.reading.affected import PARTS
from notifier.sources.reading.roles import Role
from notifier.sources.reading.tokens import fold, tokens_of

PUBLISHED = date(2026, 6, 8)


def _mentioned(names: Names, text: str) -> list[str]:
    return [mention.system for mention in names.mentions(text, tokens_of(fold(text)))]


def test_every_alias_is_read_as_its_system(catalogue: Catalogue, names: Names) -> None:
    aliases = [(entry.id, alias) for entry in catalogue.systems.values() for alias in entry.aliases]
    aliases += [(bank.id, alias) for bank in catalogue.banks.values() for alias in bank.aliases]
    wrong = [
        (id_, alias) for id_, alias in aliases if _mentioned(names, f"W tym dniu {alias} nie działa") != [id_]
    ]
    assert wrong == []


FORMS = [
    ("nominative", "Profil Zaufany", "pz"),
    ("lower case", "profilu zaufanego", "pz"),
    ("capitals", "PROFILEM ZAUFANYM", "pz"),
    ("no diacritics", "podpis mobywatelem, e-dowod", "mobywatel edowod"),
    ("in mBank", "w mBanku", "bank.mbank"),
    ("by mBank", "mBankiem", "bank.mbank"),
    ("Santander declined", "Santanderze", "bank.santander"),
    ("iPKO", "w serwisie iPKO", "bank.pko.ipko"),
    ("BLIK with an ending", "BLIK-iem", "payments.blik"),
    ("a line broken inside", "Internetowego  Konta  Pacjenta", "ikp"),
    ("a slip of the finger and no system", "w p1ątek, Pekao 24 maja", "bank.pekao"),
    ("a group of banks", "w bankach Spółdzielczej Grupy Bankowej", "bank.sgb"),
    ("a product with a number", "BOŚBank24, system P1", "bank.bos p1"),
    ("a word and no bank", "boś będzie ing pko", ""),
]


@pytest.mark.parametrize(("_why", "text", "systems"), FORMS, ids=[row[0] for row in FORMS])
def test_a_name_is_known_in_its_forms(names: Names, _why: str, text: str, systems: str) -> None:
    assert _mentioned(names, text) == systems.split()


OTHERS = [
    "Santander Consumer Bank",
    "mBank Hipoteczny",
    "Nest Bank",
    "Krajowy System e-Faktur",
    "e-Urzędu Skarbowego",
    "Banku Kwiatowego",
    "Kwiatowego Banku",
    "Kwiatobanku",
    "banku Kwiatowego",
]


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_catalogue_does_not_know_is_refused(names: Names, name: str) -> None:
    reading = read(f"10 czerwca w godz. 20:00–22:00 logowanie do {name} nie działa.", PUBLISHED, names)
    assert reading.windows == ()
    assert [refused.reason.code for refused in reading.refused] == ["unknown-system"]


ROLES = [
    ("nie zalogujesz się Profilem Zaufanym", Role.MEANS),
    ("logowanie za pomocą Profilu Zaufanego", Role.MEANS),
    ("logowanie przez mojeID", Role.MEANS),
    ("logowanie do gabinet.gov.pl", Role.TARGET),
    ("na Internetowe Konto Pacjenta", Role.TARGET),
    ("mBank informuje o pracach", Role.SPEAKER),
    ("Profil Zaufany nie działa", Role.PLAIN),
    ("dłużej niż w mBanku", Role.ASIDE),
    ("w przeciwieństwie do mBanku", Role.ASIDE),
    ("poza mBankiem", Role.ASIDE),
    ("banki takie jak mBank", Role.PLAIN),
    ("zarówno tu, jak i w mBanku", Role.PLAIN),
]


NO_BANKS = [
    "Klienci Banku nie zapłacą",
    "Nasz Bank zaprasza",
    "rzecznik banku Jan Nowak",
    "Uwaga: Bank prosi",
]


@pytest.mark.parametrize("text", NO_BANKS)
def test_a_capital_letter_alone_is_no_bank(names: Names, text: str) -> None:
    assert _mentioned(names, text) == []


@pytest.mark.parametrize(
    "text", ["w ING Banku", "w banku Millennium", "w Banku PKO", "w Banku Pekao", "Velo Banku"]
)
def test_a_bank_of_ours_is_no_other_one(names: Names, text: str) -> None:
    (system,) = _mentioned(names, text)
    assert system.startswith("bank.")


@pytest.mark.parametrize(("text", "role"), ROLES, ids=[row[0] for row in ROLES])
def test_a_name_plays_its_part(names: Names, text: str, role: Role) -> None:
    assert [mention.role for mention in names.mentions(text, tokens_of(fold(text)))] == [role]


def test_a_whole_has_all_the_parts_that_the_catalogue_has(catalogue: Catalogue) -> None:
    for whole, parts in PARTS.items():
        assert parts == {one for one in catalogue.systems if one.startswith(f"{whole}.")}
