"""The phrasebook: plural forms, tables, and errors instead of empty places."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifier.render import PHRASE_KEYS, RenderError
from notifier.render.phrases import Phrasebook, languages, load_phrasebook
from tests.render.people import ROOT

WORDS = ROOT / "templates" / "words"
POLISH = load_phrasebook(WORDS, "pl")
ENGLISH = load_phrasebook(WORDS, "en")

PLURALS = [
    (0, "0 godzin", "0 hours"),
    (1, "1 godzina", "1 hour"),
    (2, "2 godziny", "2 hours"),
    (4, "4 godziny", "4 hours"),
    (5, "5 godzin", "5 hours"),
    (11, "11 godzin", "11 hours"),
    (12, "12 godzin", "12 hours"),
    (14, "14 godzin", "14 hours"),
    (21, "21 godzin", "21 hours"),
    (22, "22 godziny", "22 hours"),
    (25, "25 godzin", "25 hours"),
    (102, "102 godziny", "102 hours"),
    (112, "112 godzin", "112 hours"),
]


@pytest.mark.parametrize(("n", "polish", "english"), PLURALS)
def test_plural_forms(n: int, polish: str, english: str) -> None:
    assert POLISH.say("hours", n=n) == polish
    assert ENGLISH.say("hours", n=n) == english


@pytest.mark.parametrize(
    ("n", "subject"), [(1, "X i 1 inna"), (2, "X i 2 inne"), (5, "X i 5 innych"), (22, "X i 22 inne")]
)
def test_the_rest_of_a_subject_agrees(n: int, subject: str) -> None:
    assert POLISH.say("subject-more", n=n, title="X") == subject


def test_tables_count_from_one() -> None:
    assert [POLISH.say("weekday-on", n=day) for day in (1, 2, 7)] == [
        "w poniedziałek",
        "we wtorek",
        "w niedzielę",
    ]


def test_lists() -> None:
    assert POLISH.join(["A"]) == "A"
    assert POLISH.join(["A", "B", "C"]) == "A, B i C"
    assert POLISH.either(["A", "B", "C"]) == "A, B albo C"
    assert ENGLISH.either(["A", "B"]) == "A or B"


def test_nothing_is_ever_left_empty() -> None:
    book = Phrasebook("pl", {"locale": "pl", "who": "od {name}", "few": {"one": "raz"}, "days": ("pn",)})
    mistakes = [
        ("no such phrase", lambda: book.say("absent")),
        ("no value for {name}", lambda: book.say("who")),
        ("needs a whole number n", lambda: book.say("few")),
        ("has no plural form 'many'", lambda: book.say("few", n=5)),
        ("has no row 2", lambda: book.say("days", n=2)),
    ]
    for reason, ask in mistakes:
        with pytest.raises(RenderError) as caught:
            ask()
        assert caught.value.reason == reason
        assert caught.value.language == "pl"


def test_braces_in_a_value_stay_as_they_are() -> None:
    book = Phrasebook("pl", {"locale": "pl", "who": "od {name}"})
    assert book.say("who", name="{evil}") == "od {evil}"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_all_files_of_a_language_are_merged(tmp_path: Path) -> None:
    write(tmp_path, pl="locale: pl\na: A", pl_site="site-b: B", en="locale: en")
    assert load_phrasebook(tmp_path, "pl").say("site-b") == "B"
    assert languages(tmp_path) == ("pl", "en")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"pl": "locale: pl\na: A", "pl_site": "a: B"}, "said twice, the second time in pl.yaml"),
        ({"pl": "locale: pl\na: [x, {b: c}]"}, "is neither a text, nor a plural map, nor a list of texts"),
        ({"pl": "locale: pl\na: 7"}, "is neither a text, nor a plural map, nor a list of texts"),
        ({"pl": "- a\n- b"}, "is not a map of phrases"),
        ({"en": "locale: en"}, "no such language"),
    ],
)
def test_a_file_that_is_not_as_needed_is_refused(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    with pytest.raises(RenderError) as caught:
        load_phrasebook(write(tmp_path, **files), "pl")
    assert caught.value.reason == reason


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"pl\.yaml"):
        load_phrasebook(write(tmp_path, pl="a: 'open"), "pl")


@pytest.mark.parametrize("book", [POLISH, ENGLISH], ids=["pl", "en"])
def test_every_phrase_that_code_asks_for_is_there(book: Phrasebook) -> None:
    assert sorted(key for key in PHRASE_KEYS if key not in book) == []
