"""The Polish of the pages: real words, the terms that people know, short sentences, few long words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from statistics import mean

import pytest
from lxml import html

from tests.render.test_language import misspelt

TOLD = ("/index.html", "/windows/index.html", "/feeds/index.html")
BLOCKS = (
    "//*[self::p or self::li or self::td or self::th or self::dt or self::dd or self::caption or self::label"
)
BLOCKS += " or self::option or self::button or self::legend or self::summary or self::figcaption"
BLOCKS += " or self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::span]"
ADDRESS = re.compile(r"\S+@\S+|\S+://\S+|(?<=artykuł )\S+|\w+(?:\.\w+)+\S*")

LISTS = "//table | //nav | //figure | //form | //header[@class='top'] | //*[contains(@class, 'contacts')]"
LISTS += " | //ul[@class='banks'] | //section[@aria-labelledby='ask'] | //code"
"""What holds names and numbers and no sentences."""


def polish(tree: Mapping[str, bytes]) -> dict[str, html.HtmlElement]:
    """The Polish pages on which there is something to read."""
    paths = [
        path for path in tree if path in TOLD or re.fullmatch(r"/(?:for|windows)/[^/]+/index\.html", path)
    ]
    assert len(paths) > 15
    return {path: html.document_fromstring(tree[path]) for path in paths}


def visible(page: html.HtmlElement) -> set[str]:
    """Every text that is shown or read out, piece by piece."""
    for foreign in page.xpath("//code | //*[@lang!='pl'][not(self::html)] | //script"):
        foreign.drop_tree()
    pieces = {" ".join(" ".join(each.itertext()).split()) for each in page.xpath(BLOCKS)}
    said = page.xpath("//@aria-label | //meta[@name='description']/@content | //title/text()")
    said += page.xpath("//form/@*[starts-with(name(), 'data-')] | //@data-say")
    return pieces | {" ".join(str(each).split()) for each in said}


@pytest.fixture(scope="module")
def texts(shipped: Mapping[str, bytes], shipped_before: Mapping[str, bytes]) -> str:
    """All Polish texts, a line each."""
    lines: set[str] = set()
    for tree in (shipped, shipped_before):
        for page in polish(tree).values():
            lines |= visible(page)
    return "\n".join(sorted(lines))


@pytest.mark.client
def test_every_word_on_the_pages_is_a_word(texts: str, program: Callable[..., str]) -> None:
    assert misspelt(re.sub(r"\{\w+\}", " ", ADDRESS.sub(" ", texts)), program("hunspell")) == []


AVOIDED = {
    r"okn\w+ serwisow": "planowana przerwa",
    r"uwierzytelni": "potwierdzić tożsamość, zalogować się",
    r"autoryz": "potwierdzić",
    r"podpis\w* profilem": "podpis zaufany",
    r"węz\w+ krajow": "login.gov.pl",
    r"profil\w* zaufan\w+ z banku": "mojeID w banku",
    r"nie będzie możliw|brak możliwości|możliwe będzie": "nie zalogujesz się",
    r"pin ?[12]\b": "PIN do e-dowodu",
    r"podmiot\w* lecznicz|usługodawc|świadczeniodawc": "przychodnia, apteka",
    r"klucz\w* dostępu": "kod",
    r"niedostępn": "nie działa",
    r"w przypadku (?:braku|gdy)|celem |dokonać|dokonaj|należy |niniejsz|w trybie|ww\.|tj\.": "prościej",
    r"przepraszamy|prosimy o cierpliwość": "co robić zamiast czekać",
    r"\bawari(?!i możemy)": "planowana przerwa; awaria jest tylko nagła",
}
"""What these pages do not say, and what they say instead."""

MISSHAPEN = {
    r"\bprofil\w* zaufan": "Profil Zaufany",
    r"[Mm]obywatel|MObywatel|mobywatel": "mObywatel",
    r"(?<![-\w])[A-ZĄĆĘŁŃÓŚŹŻ]{6,}\b": "no capitals for emphasis",
    r"\w!": "no exclamation marks",
}


@pytest.mark.parametrize("avoided", AVOIDED)
def test_words_of_offices_are_not_used(texts: str, avoided: str) -> None:
    assert [line for line in texts.splitlines() if re.search(avoided, line.lower())] == [], AVOIDED[avoided]


@pytest.mark.parametrize("shape", MISSHAPEN)
def test_names_are_spelt_in_one_way_and_nobody_shouts(texts: str, shape: str) -> None:
    assert [line for line in texts.splitlines() if re.search(shape, line)] == [], MISSHAPEN[shape]


# --- how hard it is to read ----------------------------------------------------------------------------------------

VOWELS = "aeiouyąęó"


def syllables(word: str) -> int:
    """How many a Polish word has: one a vowel, where an "i" before a vowel only softens."""
    return len(re.findall(f"[{VOWELS}]", re.sub(f"i(?=[{VOWELS}])", "", word.lower())))


@pytest.mark.parametrize(
    ("word", "count"), [("lek", 1), ("recepta", 3), ("niedziela", 3), ("logowanie", 4), ("bezpłatna", 3)]
)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def sentences(page: html.HtmlElement) -> list[str]:
    """Sentences in the body of a page. A colon or a semicolon ends one: what follows is another thought."""
    for each in page.xpath(LISTS):
        each.drop_tree()
    blocks = page.xpath("//main//*[self::p or self::li or self::h1 or self::summary or self::dd]")
    texts = (" ".join(each.text_content().split()) for each in blocks)
    parts = (part for text in texts for part in re.split(r"(?<=[.?:;])\s+", text))
    return [part for part in parts if len(part.split()) > 2 and not _names(part)]


def _names(part: str) -> bool:
    """True for a list of names in a row."""
    return part.count(",") >= 5


def difficulty(found: Iterable[str]) -> tuple[float, float, float]:
    """Mean length of a sentence in words; share of words of four syllables or more; the fog index of both."""
    found = list(found)
    words = [word for sentence in found for word in re.findall(r"[^\W\d_]+", sentence)]
    length = mean(len(sentence.split()) for sentence in found)
    hard = sum(syllables(word) >= 4 for word in words) / len(words)
    return length, hard, 0.4 * (length + 100 * hard)


def test_pages_are_easy_to_read(shipped: Mapping[str, bytes], shipped_before: Mapping[str, bytes]) -> None:
    """A fog of 10 is read after ten years of school; plain official Polish may have sentences of 15 words."""
    measured = 0
    for tree in (shipped, shipped_before):
        for path, page in polish(tree).items():
            found = sentences(page)
            if len(found) < 40:  # what is long over has facts and a few sentences: too little for a measure
                continue
            measured += 1
            length, hard, fog = difficulty(found)
            assert length <= 12, path
            assert hard <= 0.15, path
            assert fog <= 10, path
            assert max(len(sentence.split()) for sentence in found) <= 35, path
    assert measured >= 2 * 9


def test_a_letter_from_an_office_is_too_hard() -> None:
    letter = (
        "W związku z planowanym przeprowadzeniem prac modernizacyjnych nie będzie możliwe korzystanie z "
        "funkcjonalności uwierzytelniania użytkowników za pośrednictwem systemu teleinformatycznego."
    )
    assert difficulty([letter])[2] > 20


def test_an_abbreviation_is_expanded_where_a_patient_first_meets_it(shipped: Mapping[str, bytes]) -> None:
    text = " ".join(polish(shipped)["/for/patient/index.html"].xpath("string(//main)").split())
    first = re.search(r"\bIKP\b\)?", text)
    assert first is not None
    assert text[: first.end()].endswith("Internetowe Konto Pacjenta (IKP)")
