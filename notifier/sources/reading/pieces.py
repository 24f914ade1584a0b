"""A sentence with several times, cut so that each time stands with the names it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.stretch import Range

_CUTS = (
    re.compile(r";|•"),
    re.compile(r", (?=a |natomiast|zas|z kolei|podczas gdy|za to)|\b(?:natomiast|z kolei|zas)\b"),
    re.compile(r", | oraz | - "),
    re.compile(r" i | a "),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One time and the part of the sentence around it. ``several``: the sentence has more of them."""

    range: Range
    start: int
    end: int
    folded: str
    several: bool


def pieces_of(sentence: Sentence) -> list[Piece]:
    """The pieces, one a range, in order."""
    ranges = sentence.ranges
    cuts = [0]
    for before, after in pairwise(ranges):
        cuts.append(_cut(sentence.folded, before.last, max(before.last, after.first)))
    cuts.append(len(sentence.text))
    return [
        Piece(found, begin, end, sentence.folded[begin:end], len(ranges) > 1)
        for found, begin, end in zip(ranges, cuts, cuts[1:], strict=False)
    ]


def _cut(folded: str, begin: int, end: int) -> int:
    """Where between two times the sentence is best cut: at the strongest sign, else right behind the first."""
    for pattern in _CUTS:
        match = pattern.search(folded, begin, end)
        if match is not None:
            return match.end()
    return begin
