"""A window told before gets another end: "Prace potrwają dłużej, niż zakładaliśmy. Zakończymy je o 11:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from notifier.sources.reading.affected import covers
from notifier.sources.reading.drafts import Draft
from notifier.sources.reading.elsewhere import OPEN_OR_SHUT, SERVICE_HOURS
from notifier.sources.reading.findings import Kind
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.times.instants import Clocks
from notifier.sources.reading.vocabulary import LONGER, SHORTER, UNCERTAIN

_REACH = 2
"""Sentences: an end told further behind is that of something else."""

_AS_TOLD_BEFORE = re.compile(
    r"\b(?:mowil|zapowiada[ln]|zapowiedzia[ln]|informowa[ln]|planowal|pierwotnie|poczatkowo|wczesniej|uprzednio|poprzednio"
    r"|dotychczas|mial[aoy]?\b)"
)


def end_again(number: int, sentences: Sequence[Sentence], last: list[Draft], clocks: Clocks) -> bool:
    """Give the ``last`` drafts the end that a sentence tells, where it or one since them says that it changes.

    Always doubtful: two sentences are joined.
    """
    sentence = sentences[number]
    if not last or number - last[-1].sentence > _REACH or len(sentence.ranges) != 1:
        return False
    if sentence.block - sentences[last[-1].sentence].block > 1 or UNCERTAIN.search(sentence.folded):
        return False
    if any(draft.payments for draft in last):
        return False
    if SERVICE_HOURS.search(sentence.folded) or OPEN_OR_SHUT.search(sentence.folded):
        return False
    told = sentence.ranges[0]
    if told.start is not None or told.end is None or told.end.clock is None or told.whole_days:
        return False
    named = tuple(one.system for one in sentence.mentions)
    if any(not covers(draft.systems, named) for draft in last):
        return False
    kind = _kind(sentences[last[-1].sentence : number + 1])
    changed = [] if kind is None else [_with_end(draft, sentence, kind, clocks) for draft in last]
    if not changed or any(one is None for one in changed):
        return False
    for draft, new in zip(last, changed, strict=True):
        if new is not None:
            draft.end, draft.kind, draft.problems = new.end, new.kind, new.problems
            draft.evidence.append(sentence.text)
    return True


def without_replaced(
    drafts: list[Draft], made: list[Draft], last: list[Draft], sentences: Sequence[Sentence]
) -> list[Draft]:
    """The drafts without the ``last`` ones, where these were told as what used to hold and a new one replaces them.

    "W poniedziałek bank mówił, że od 2:30 do 10:00 … Dziś podał, że prace potrwają krócej, od 2:30 do 7:00".
    """
    changed = [one for one in made if one.whole and one.kind in (Kind.EXTENDED, Kind.SHORTENED, Kind.MOVED)]
    if not changed:
        return drafts
    old = [
        one
        for one in last
        if one.kind is Kind.PLANNED
        and _AS_TOLD_BEFORE.search(sentences[one.sentence].folded)
        and any(covers(new.systems, one.systems) for new in changed)
    ]
    return [one for one in drafts if not any(one is other for other in old)]


def other_edge(draft: Draft, last: list[Draft]) -> None:
    """ "O godzinę dłużej, do 7:00, …", "krócej, bo od 23:00, …": the other end is that of the window told before."""
    before = last[-1].start if last else None
    end = last[-1].end if last else None
    same = bool(last) and (covers(last[-1].systems, draft.systems) or covers(draft.systems, last[-1].systems))
    if same and draft.end is None and draft.start is not None and end is not None and draft.start < end:
        draft.end = end
        draft.problems = draft.problems - {"missing-end"}
    if draft.start is None and draft.end is not None and before is not None and before < draft.end:
        draft.start = before
        draft.problems = draft.problems - {"missing-start"} | {"start-from-context"}


def _kind(said: Sequence[Sentence]) -> Kind | None:
    for one in reversed(said):
        if LONGER.search(one.folded):
            return Kind.EXTENDED
        if SHORTER.search(one.folded):
            return Kind.SHORTENED
    return None


def _with_end(draft: Draft, sentence: Sentence, kind: Kind, clocks: Clocks) -> Draft | None:
    """The draft with the new end; ``None`` where that is no later one, or no earlier one."""
    old, told = draft.range, sentence.ranges[0]
    if old is None or draft.start is None or draft.end is None or old.end is None or told.end is None:
        return None
    end = told.end
    if end.days is None:
        end = replace(end, days=told.on[-1] if told.on else old.end.days)
    spans = clocks.spans(replace(old, end=end, length=None, problems=old.problems | told.problems))
    new = spans[0].end if len(spans) == 1 else None
    if new is None or new <= draft.start or (new > draft.end) is not (kind is Kind.EXTENDED):
        return None
    problems = draft.problems | spans[0].problems | {"end-from-context"}
    return replace(draft, end=new, kind=kind, problems=problems - {"change"})
