"""What the layout divides although it is told as one: a range on two lines, rows below the names of months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from notifier.sources.reading.blocks import Block, Shape
from notifier.sources.reading.tokens import fold

_LONGEST = 80
"""Characters: a line with half a range is short."""

_LINES = frozenset({Shape.HEADING, Shape.PARAGRAPH})
"""A short line with others below it looks like a heading."""

_FROM = re.compile(r"od [^.:;]*\d[^;]*$")
_TO = re.compile(r"(?:oraz |i )?do [^:;]*\d")
_ONLY_TO = re.compile(r"\bdo\b")
_MONTH = re.compile(
    r"(?:styczen|luty|marzec|kwiecien|maj|czerwiec|lipiec|sierpien|wrzesien|pazdziernik|listopad|grudzien)"
    r"(?: 20\d\d)?(?: r\.?)?:?"
)


def undivided(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without names of months between rows, and with ranges on two lines made one line."""
    kept = [block for block in blocks if len(block.text) > _LONGEST or not _MONTH.fullmatch(fold(block.text))]
    out: list[Block] = []
    halved = False
    for block, following in pairwise([*kept, Block(Shape.PARAGRAPH, "")]):
        if halved:
            halved = False
            continue
        halved = _are_halves(block, following)
        text = f"{block.text.rstrip(',; ')}\n{following.text}"
        out.append(replace(following, text=text) if halved else block)
    return out


def _are_halves(first: Block, second: Block) -> bool:
    """ "- od 19 marca, godz. 18:00", and below "- do 20 marca, godz. 20:00"."""
    alike = first.shape is second.shape or {first.shape, second.shape} <= _LINES
    if not alike or max(len(first.text), len(second.text)) > _LONGEST:
        return False
    begin = fold(first.text.rstrip(",; "))
    told = _FROM.match(begin) is not None and _ONLY_TO.search(begin) is None
    return told and _TO.match(fold(second.text)) is not None
