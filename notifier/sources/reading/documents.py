"""Prescriptions and referrals: named alone they stand for the system of them all, beside another for what it shows."""

from __future__ import annotations

import re

from notifier.sources.reading.roles import Mention

_DOCUMENT = re.compile(r"e-?(?:recept|skierowa)")
_ISSUED = re.compile(r"\b(?:wystaw|realiz|zrealiz|wypis|wykup)\w*(?: \w+)? $")
_THERE = re.compile(r" (?:w|we|na|przez|poprzez|z poziomu|za pomoca|za posrednictwem) ")
_LINK = re.compile(r",|\b(?:i|oraz|ani|lub)\b")
_NO_LIST = re.compile(r"\b(?:w|we|na|do|nie|przez|z|od|dla)\b")
_NEAR = 60
"""Characters: names of one list stand nearer to each other."""


def is_document(folded: str, mention: Mention) -> bool:
    """True for "e-recepta" and "e-skierowanie"; not for "system e-recept"."""
    return _DOCUMENT.match(folded, mention.start, mention.end) is not None


def only_documents(folded: str, mentions: list[Mention], systems: tuple[str, ...]) -> bool:
    """True where these systems are meant because of prescriptions and referrals only."""
    named = [one for one in mentions if one.system in systems]
    return systems == ("p1",) and bool(named) and all(is_document(folded, one) for one in named)


def without_documents(folded: str, known: list[Mention]) -> list[Mention]:
    """ "Na IKP nie zobaczysz e-recept": only IKP is lost; "nie zadziałają e-recepty i IKP" are two."""
    others = sum(not is_document(folded, one) for one in known)
    if others in (0, len(known)):
        return known
    kept: list[Mention] = []
    for run in _lists(folded, known):
        issued = _ISSUED.search(folded, 0, run[0].start) and not _THERE.match(folded, run[-1].end)
        if issued or not all(is_document(folded, one) for one in run):
            kept += run
    return kept


def _lists(folded: str, known: list[Mention]) -> list[list[Mention]]:
    """The names, those of one list together."""
    lists: list[list[Mention]] = []
    for one in known:
        between = folded[lists[-1][-1].end : one.start] if lists else ""
        if len(between) <= _NEAR and _LINK.search(between) and not _NO_LIST.search(between):
            lists[-1].append(one)
        else:
            lists.append([one])
    return lists
