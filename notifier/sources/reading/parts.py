"""Which part of a bank is meant, where that is told behind the hours: in the next sentence or in a list."""

from __future__ import annotations

import re

from notifier.model import Impact
from notifier.sources.reading.affected import NOTHING, Found, covers
from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.context import Context
from notifier.sources.reading.drafts import Draft
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.vocabulary import AHEAD, BANKING, MAY, PRODUCTS

_SPARED = re.compile(
    r"\bnie (?:obejm|dotycz)"
    r"|\bnie (?:bedzie|beda|jest|sa|zostan\w+) (?:\w+ )?(?:ogranicz|utrudni|zaklocon|wylacz|wstrzym)"
)
"""Said of what the work does not touch."""

_IF = re.compile(r"\b(?:jesli|jezeli|gdy(?:by\w{0,3})?\b|w razie)")


def is_advice(sentence: Sentence) -> bool:
    """True for "Jeśli nie zalogujesz się, spróbuj ponownie"."""
    return _IF.search(sentence.folded) is not None


def in_a_list(sentence: Sentence, first: Sentence) -> bool:
    """True for an item behind the one with the hours, and for what leads to a list in the next paragraph."""
    if sentence.shape in (Shape.ITEM, Shape.ROW):
        return sentence.shape is first.shape and sentence.block > first.block
    return sentence.block == first.block + 1 and sentence.text.endswith(":") and not sentence.heads


def read_list(number: int, sentence: Sentence, last: list[Draft], first: Sentence, context: Context) -> Found:
    """ "Prace w PKO BP od 22:00 do 4:00", and below "Utrudniony dostęp: iPKO, płatności": only that part of it.

    Returns what the list tells to be lost besides, where all that is named are no banks.
    """
    stated = sentence.statement
    found = context.parts_listed(number)
    if _spared(sentence):
        _doubt(found if sentence.text.endswith(":") else NOTHING, last)
    if _spared(sentence) or not stated.about:
        return NOTHING
    if not first.statement.lost and any(_is_part(found, one) for one in last):
        _narrow(found, sentence, last)
        for draft in last:
            if found.limited and draft.systems == found.systems:
                draft.impact = Impact.DEGRADED
    listed = context.listed_below(number)
    systems = (*listed.systems, *(one for draft in last for one in draft.systems))
    banks = any(one.startswith("bank.") for one in systems)
    return NOTHING if banks or not stated.lost else listed


def tells_a_part(sentence: Sentence, found: Found, last: list[Draft], first: Sentence) -> bool:
    """ "Utrudniony będzie dostęp do iPKO": what of the bank is hit, where the hours do not say so themselves."""
    folded = sentence.folded
    if first.statement.lost or is_advice(sentence) or _spared(sentence):
        return False
    ahead = MAY.search(folded) or AHEAD.search(folded)
    return ahead is not None and any(_is_part(found, draft) for draft in last)


def read_part(sentence: Sentence, found: Found, last: list[Draft], *, told: bool) -> None:
    """ "W tym czasie nie zalogujesz się do iPKO": only that part; ``told``: the sentence says that it is hit."""
    if _SPARED.search(sentence.folded):
        _doubt(found, last)
    elif told and not (PRODUCTS.search(sentence.folded) and not BANKING.search(sentence.folded)):
        _narrow(found, sentence, last)  # that payments rest as well says nothing of the rest


def _spared(sentence: Sentence) -> bool:
    works = sentence.statement.works and not sentence.statement.lost
    return works or _SPARED.search(sentence.folded) is not None


def _doubt(spared: Found, last: list[Draft]) -> None:
    """A bank of which a part is said to work is not lost as a whole."""
    for draft in last:
        if _is_part(spared, draft):
            draft.problems.add("system-unclear")


def _is_part(found: Found, draft: Draft) -> bool:
    """True where less of the banks of a draft is found than it has."""
    return (
        bool(found.systems)
        and all(one.startswith("bank.") for one in draft.systems)
        and covers(draft.systems, found.systems)
        and not covers(found.systems, draft.systems)
    )


def _narrow(found: Found, sentence: Sentence, last: list[Draft]) -> None:
    for draft in last:
        if _is_part(found, draft):
            draft.systems = found.systems
            draft.evidence.append(sentence.text)
