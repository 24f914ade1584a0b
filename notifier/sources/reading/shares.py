"""What many share, and who speaks of it: all of a system is meant, or the part that one bank or hospital has in it."""

from __future__ import annotations

import re

from notifier.sources.reading.affected import Found, affected, beside_channels, compact, covers
from notifier.sources.reading.context import Context
from notifier.sources.reading.documents import only_documents
from notifier.sources.reading.elsewhere import OFFICES
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.vocabulary import ACCESS, APP, BANKING, any_of

_ONE_OF_A_GROUP = re.compile(r"(?:bank|banku|bankiem) spoldzielcz|bs\b")
_OF_THE_WHOLE_COUNTRY = any_of(
    "centraln", "e-zdrowi", r"(?:system|platform)\w* p1\b", r"w p1\b", r"cez\b", r"pacjent\.gov",
    r"ministerstw\w+ zdrowia", r"nfz\b",
)  # fmt: skip
_PRODUCT_NAME = re.compile(r"\b[A-Z][a-z]+[A-Z]\w+")
_LISTED = re.compile(r"[,;]| i | oraz ")


def of_the_bank_above(context: Context, number: int, sentence: Sentence, found: Found) -> Found:
    """ "BOŚ Bank: nie zadziała bankowość internetowa i mojeID": of the bank in the heading, known or unknown."""
    if beside_channels(sentence.folded, sentence.mentions):
        around = context.systems(number)
        if around.systems and all(one.startswith("bank.") for one in around.systems):
            return around
    return Found(unknown=True) if context.only_unknown_banks_above(number) else found


def only_a_part(context: Context, number: int, sentence: Sentence, found: Found) -> bool:
    """True where one bank or provider speaks of what many share: its own part, or all of it."""
    if found.systems and all(one.partition(".")[0] == "pz" for one in found.systems):
        around = [sentence, *context.heads(number), *context.before(number)[:2]]
        if "potwierdz" in sentence.folded and any(OFFICES.search(one.folded) for one in around):
            return True  # the counter of an office where profiles are confirmed, or all of them
    if found.systems == ("mojeid",) and len(context.banks()) == 1:
        return True
    if found.systems and all(one.partition(".")[0] in ("mojeid", "pz") for one in found.systems):
        return context.banks_above(number) and not _named_above(context, number, found)
    if found.systems == ("qsig",):
        return len({m.system for m in sentence.mentions}) > 1
    if "ereg" in found.systems or only_documents(sentence.folded, sentence.mentions, found.systems):
        return not context.says(_OF_THE_WHOLE_COUNTRY)  # what hospitals call theirs, or cannot do themselves
    if not found.systems or not all(one.startswith("bank.") for one in found.systems):
        return False
    if context.only_own_parts_below(number) or _something_of_its_own(sentence):
        return True
    around = [sentence, *context.heads(number)]
    return any(not m.system and _ONE_OF_A_GROUP.match(s.folded, m.start) for s in around for m in s.mentions)


def _something_of_its_own(sentence: Sentence) -> bool:
    """ "Alior Bank: nie zadziała BusinessPro": a product by its name, and nothing that says log-in."""
    unknown = any(
        not any(one.start < match.end() and match.start() < one.end for one in sentence.mentions)
        for match in _PRODUCT_NAME.finditer(sentence.text)
    )
    folded = sentence.folded
    return unknown and not (ACCESS.search(folded) or APP.search(folded) or BANKING.search(folded))


def _named_above(context: Context, number: int, found: Found) -> bool:
    """True where a heading names the systems too."""
    return any(
        m.system and covers((m.system,), found.systems) for s in context.heads(number) for m in s.mentions
    )


def with_heading(context: Context, number: int, sentence: Sentence, found: Found) -> Found:
    """ "Prace w systemie P1" and in the form below "Zakres: e-recepty, IKP": the heading names the rest of it."""
    heads = context.heads(number)[:1]
    if "\n" not in sentence.text or not heads or not heads[0].statement.about or not found.systems:
        return found
    above = affected(heads[0]).systems
    if not above or any(one.startswith("bank.") for one in (*above, *found.systems)):
        return found
    if covers(above, found.systems) or covers(found.systems, above):
        return found
    if only_documents(sentence.folded, sentence.mentions, found.systems):
        return Found(
            above, found.problem, evidence=heads[0].text
        )  # which the system of the heading does not show
    first = next(m for m in sentence.mentions if m.system in found.systems)
    begin = sentence.folded.rfind("\n", 0, first.start) + 1
    end = sentence.folded.find("\n", first.start) % (len(sentence.folded) + 1)
    named = sum(begin <= m.start < end for m in sentence.mentions)
    if len(_LISTED.split(sentence.folded[begin:end])) <= named:
        return found  # all of the line is named: it says what is hit
    return Found(compact((*above, *found.systems)), found.problem, found.unknown, heads[0].text)
