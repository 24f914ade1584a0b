"""Plain language: every Polish word is a word, sentences are short, abbreviations are expanded."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from tests.render.people import EVERYTHING, mail_of, words_of

WORDS = Path(__file__).parents[1] / "words.dic"
"""Names and terms that no dictionary has."""


def polish() -> str:
    """Every Polish message, without addresses."""
    texts = (mail_of(name, "pl").text for name in EVERYTHING)
    lines = {line for text in texts for line in text.splitlines()}
    return re.sub(r"\S+@\S+|\S+://\S+|\w+(?:\.\w+)+\S*", " ", "\n".join(sorted(lines)))


def misspelt(text: str, hunspell: str) -> list[str]:
    command = [hunspell, "-i", "utf-8", "-d", "pl_PL", "-p", str(WORDS), "-l"]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)
    if run.returncode:
        pytest.skip(f"needs the Polish dictionary of hunspell: {run.stderr.strip()}")
    return sorted(set(run.stdout.split()))


@pytest.mark.client
def test_every_polish_word_is_a_word(program: Callable[..., str]) -> None:
    assert misspelt(polish(), program("hunspell")) == []


@pytest.mark.client
def test_a_misspelt_word_is_found(program: Callable[..., str]) -> None:
    assert misspelt("Przerwa w dzialaniu Profilu Zaufanego", program("hunspell")) == ["dzialaniu"]


def sentences(text: str) -> list[str]:
    """Sentences of the body: a line of a list is one or more; lists of banks, contacts and sources are none."""
    body = text.partition("\nGdzie pytać")[0].partition("\nŹródło: ")[0]
    lines = [line for line in body.splitlines() if " działa tu: " not in line and not line.endswith(":")]
    plain = "\n".join(re.sub(r"^(?:- |\d+\. )", "", line) for line in lines)
    return [part for part in re.split(r"(?<=[.?])\s+|\n+", plain) if len(part.split()) > 2]


@pytest.mark.parametrize("name", EVERYTHING)
def test_sentences_are_short(name: str) -> None:
    lengths = [len(sentence.split()) for sentence in sentences(mail_of(name, "pl").text)]
    assert mean(lengths) <= 15
    assert max(lengths) <= 45


def test_an_abbreviation_is_expanded_at_its_first_use() -> None:
    for name in ("announced-patient", "p1-patient"):
        text = words_of(name, "pl").text
        found = re.search(r"\bIKP\b", text.replace("lub do IKP", ""))
        assert found is None or "Internetowe Konto Pacjenta (IKP)" in text
    assert "system e-zdrowie (P1)" in words_of("p1-patient", "pl").text
