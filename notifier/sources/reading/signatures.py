"""Names of banks that stand below a notice or beside it, and say whose channels are meant in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.vocabulary import ACCESS, APP

_LONGEST = 120
"""Characters: with its address a bank needs no more."""

_SIGNS = re.compile(
    r"(?:(?:dziekuj|przeprasz)\w+ [^,.!:;]{0,60}[,.!]\s*)?"
    r"(?:(?:(?:z |lacz\w+ )?(?:powazani|wyraz|szacun)\w+|(?:serdecznie )?pozdraw\w+|zespol\w*|zarzad\w*|twoj|biuro"
    r"|departament|obslug\w+ klient\w+|dzial|nadawca|od|podpisano|s\.\s?a|sa|bank\w{0,2}|polska|copyright|c"
    r"|20[0-9]{2}|wszelkie prawa zastrzezone)\b|\W)*(?:(?:ul|al|pl)\. .*|z siedziba .*|we? [\w-]+(?: [\w-]+)?\W*)?"
)
"""What stands around the name of whoever signs."""


def signs(sentence: Sentence, before: Sentence | None) -> bool:
    """ "Z poważaniem, Zespół Banku Millennium", "mBank S.A.": a name that no line ``before`` leads to, and no more."""
    if sentence.days or sentence.ranges or not sentence.mentions or len(sentence.text) > _LONGEST:
        return False
    if before is not None and before.text.endswith(":"):
        return False
    rest = sentence.folded
    for one in sentence.mentions:
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    return _SIGNS.fullmatch(rest) is not None


def of_channels(sentences: Sequence[Sentence]) -> bool:
    """True where logging in to a bank is said to be lost: a bank that signs loses no system for booking visits."""
    return any(
        (one.statement.about or one.shape in (Shape.ITEM, Shape.ROW))
        and (ACCESS.search(one.folded) or APP.search(one.folded))
        for one in sentences
    )
