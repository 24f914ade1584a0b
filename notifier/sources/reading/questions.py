"""Questions and their answers: an answer leaves out what it is about, and the question says it."""

from __future__ import annotations

import re

from notifier.sources.reading.elsewhere import PLACES
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import only_brokers, only_products
from notifier.sources.reading.vocabulary import ACCESS, APP, BANKING

_YES = re.compile(r"(?:tak|oczywiscie|jak najbardziej)\b")
_WORKS = re.compile(r"\bczy (?:\w+ ){0,6}?(?:dzial|zadzial|dostepn|czynn|skorzyst|bede mog|mozna|moge)")
_FAILS = re.compile(r"\b(?:utrudni|problem|klopot|przerw|niedostep|wylacz|nie (?:bed|dzial|zadzial))")
_WHEN = re.compile(
    r"(?:(?:a )?(?:kiedy|o ktorej|od kiedy|do kiedy|jak dlugo|ile|w jakich godzinach|w jakim terminie|na jak dlugo)\b"
    r"|(?:termin|data|godziny) (?:prac|przerw))"
)
_WHAT_FAILS = re.compile(r"(?:co|czego|ktore \w+|jakie \w+|z czego) (?:\w+ ){0,3}nie \w+")
_PEOPLE = re.compile(r"\b(?:infolini|konsultant|doradc|czat|telefon|rat[aey]?\b|skladk)")


def question_before(sentences: list[Sentence], number: int) -> str:
    """What is asked, folded, where a sentence is an answer: right before its paragraph, or in it; else nothing."""
    block = sentences[number].block
    asked = ""
    for sentence in reversed(sentences[max(0, number - 3) : number]):
        if sentence.text.endswith("?") and not asked:
            asked, block = sentence.folded, sentence.block
        elif sentence.block != block:
            break
        elif asked:
            asked = f"{sentence.folded} {asked}"  # "Mam zlecenie na jutro. Co z nim?"
    return asked


def asks_when(asked: str) -> bool:
    """ "Kiedy?", "Ile to potrwa?": what the answer is about was told before."""
    return _WHEN.match(asked.rpartition(". ")[2]) is not None


def asks_what_fails(asked: str) -> bool:
    """ "Co nie będzie działać?": the answer adds to what was told before."""
    return _WHAT_FAILS.match(asked.rpartition(". ")[2]) is not None


def asks_something_else(asked: str, answer: list[Sentence]) -> bool:
    """ "Czy zadziała infolinia? Tak, od 8:00 do 20:00", "Co z ratą? Pobierzemy ją do 12:00": no outage of ours."""
    if _YES.match(answer[0].folded) and _WORKS.search(asked) and not _FAILS.search(asked):
        return True
    if any(pattern.search(one.folded) for pattern in (ACCESS, APP, BANKING) for one in answer):
        return False
    if only_brokers(asked):
        return True
    others = only_products(asked) or _PEOPLE.search(asked) or PLACES.search(asked)
    return bool(others) and not any(pattern.search(asked) for pattern in (ACCESS, APP, BANKING))
