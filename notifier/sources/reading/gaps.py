"""Outages told the other way round: "działa do piątku do godz. 19:00. Ponownie od 3 stycznia od godz. 7:00"."""

from __future__ import annotations

import re

from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.elsewhere import ELSEWHERE, SERVICE_HOURS
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.times.edges import Edge, EdgeReader
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.vocabulary import AGAIN, LOST, WORKS, YET

_STARTS = re.compile(r"\brusz(?:y|a|ymy)\b")


def gap_of(sentence: Sentence, following: Sentence | None) -> Range | None:
    """From the end of working to its new beginning, told in one sentence or in two of one block.

    Always doubtful: that nothing works in between is concluded, not read.
    """
    until = next((one for one in sentence.ranges if one.start is None and not one.whole_days), None)
    if until is None or until.end is None or until.end.clock is None:
        return None
    before = sentence.folded[: until.last]
    if LOST.search(before) or _elsewhere(sentence):
        return None
    said = before if LOST.search(sentence.folded) else sentence.folded
    if not (WORKS.search(said) or YET.search(said)):
        return None
    edge = _edge_again(sentence, until.last)
    if edge is None and following is not None and _goes_on(sentence, following):
        edge = None if _elsewhere(following) else _edge_again(following, 0)
    if edge is None:
        return None
    return Range(
        until.end, edge, until.first, until.last, on=until.on, problems={*until.problems, "turned-round"}
    )


def _goes_on(sentence: Sentence, following: Sentence) -> bool:
    """True for two sentences of one block, and for two items of one list."""
    items = sentence.shape is Shape.ITEM is following.shape
    return following.block - sentence.block <= int(items)


def _elsewhere(sentence: Sentence) -> bool:
    if ELSEWHERE.search(sentence.folded):
        return True
    return bool(SERVICE_HOURS.search(sentence.folded)) and not sentence.mentions


def _edge_again(sentence: Sentence, begin: int) -> Edge | None:
    """The first day and hour behind "ponownie", "znów", "przywrócimy", "ruszy"."""
    again = AGAIN.search(sentence.folded, begin) or _STARTS.search(sentence.folded, begin)
    if again is None:
        return None
    terms = sentence.terms
    for place, term in enumerate(terms):
        if term.end > begin and _may_begin(term):
            read = EdgeReader(terms, place + (term.what is Is.FROM), Is.FROM)
            whole = read.edge is not None and read.edge.clock is not None and not read.problems
            return read.edge if whole else None
    return None


def _may_begin(term: Term) -> bool:
    return term.what in (Is.DAYS, Is.CLOCK, Is.HOUR_MARK) or (term.what is Is.FROM and not term.verb)
