"""Sentences after one with hours: "W tym czasie …" adds what else is lost, or what goes on working."""

from __future__ import annotations

import re
from dataclasses import replace

from notifier.model import Impact
from notifier.sources.reading.additions import EMBRACES, LISTING, told_too
from notifier.sources.reading.affected import Found, affected, covers, own_part
from notifier.sources.reading.context import Context
from notifier.sources.reading.documents import only_documents
from notifier.sources.reading.drafts import Draft
from notifier.sources.reading.findings import Function, Kind
from notifier.sources.reading.parts import in_a_list, is_advice, read_list, read_part, tells_a_part
from notifier.sources.reading.roles import Role
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import functions_of, kind_of, only_products, works_at
from notifier.sources.reading.times.instants import Clocks
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.vocabulary import (
    AFTER,
    BACK,
    DOWN,
    LIMITED,
    MAY,
    NO_LOGIN,
    SAME_HOURS,
    SAME_TIME,
    UNCERTAIN,
)

_TROUBLE = re.compile(
    r"\b(?:przerw\w*|utrudnien\w*|trudnosc\w*|problem\w*|brak\w*) (?:\w+ ){0,2}(?:dostep|dzialani)"
)

_LITTLE_LEFT = re.compile(
    r"\b(?:pozwol|umozliw|posluz|pozostan|zostan|zadzial|bedzie (?:dzial|mozna)|da sie|skorzyst)\w*(?: \w+)?"
    r" (?:tylko|jedynie|wylacznie)\b"
    r"|\b(?:tylko|jedynie|wylacznie) (?:wyplac|zaplac|wyplat|platnos|do (?:wyplat|plat|plac))"
)
"""What still works is told because the rest of it does not: "aplikacja pozwoli tylko zapłacić"."""

_ADDED = re.compile(r"\b(?:takze|rowniez|tez)\b")
"""Right behind the hours it adds to what is lost; of another bank there would be other hours."""

_NEAR = 2
"""Sentences: "also" still speaks of what was told before the last one."""

REACH = 4
"""Sentences: what stands further behind no longer speaks of those hours."""


def follow(
    number: int, sentence: Sentence, last: list[Draft], first: Sentence, clocks: Clocks, context: Context
) -> list[Draft]:
    """Read a sentence without hours of its own into the drafts of the ``first`` one; returns those it adds."""
    then = bool(BACK.search(sentence.folded))
    back = then or context.answers_what_fails(number)  # which may add, but one answer does not tell all
    listing = number - last[0].sentence <= _NEAR and LISTING.match(sentence.folded) is not None
    if not back and not listing and in_a_list(sentence, first):
        listed = read_list(number, sentence, last, first, context)
        return _also_lost(number, sentence, last, listed, back=True, listing=False) if listed.systems else []
    if sentence.heads or sentence.block - first.block > (2 if back else int(listing)):
        return []
    found = affected(sentence)
    if found.unknown:
        return []
    if SAME_HOURS.search(sentence.folded) and sentence.days:
        return _same_hours(number, sentence, last, clocks)
    _still_working(sentence, last)
    if kind_of(sentence.folded) is Kind.CANCELLED:
        for draft in last:
            draft.kind = Kind.CANCELLED
            draft.problems.add("cancellation")
            draft.evidence.append(sentence.text)
        return []
    slow = sentence.statement.maybe and not sentence.statement.lost and not first.statement.lost
    next_one = listing or (number == last[0].sentence + 1 and sentence.block == first.block)
    next_one = next_one and not UNCERTAIN.search(sentence.folded)
    part = next_one and tells_a_part(sentence, found, last, first)
    slow = slow and bool(then or part or (next_one and MAY.search(sentence.folded)))
    _weigh(sentence, found, last, near=then or next_one, slow=slow)
    if then or next_one:
        _limit(sentence, found, last, first)
    left = _LITTLE_LEFT.search(sentence.folded) is not None and (back or sentence.block == first.block)
    back = back or left
    read_part(sentence, found, last, told=(then or left or part) and (sentence.statement.lost or slow))
    embraces = next_one and EMBRACES.search(sentence.folded) is not None
    told = (
        sentence.statement.lost
        or embraces
        or (back and slow and _TROUBLE.search(sentence.folded))
        or left
        or (
            back
            and sentence.text.endswith(":")
            and any(s.statement.lost for s in context.items_below(number))
        )
        or (sentence.statement.planned and SAME_HOURS.search(sentence.folded))
    )
    near = number - last[0].sentence <= _NEAR and sentence.block == first.block
    added = (next_one or near) and sentence.statement.lost and _ADDED.search(sentence.folded) is not None
    if added:
        _widen(found, sentence, last)
    banks = any(one.startswith("bank.") for one in (*found.systems, *last[0].systems))
    listed = context.listed_below(number)
    back = back or (added and not banks)
    listing = (next_one or back or added) and not banks
    return _also_lost(number, sentence, last, listed, back=back, listing=listing) if told else []


def _weigh(sentence: Sentence, found: Found, last: list[Draft], *, near: bool, slow: bool) -> None:
    """How hard the drafts are hit, where a sentence near the hours says so without another name."""
    lost = near and not found.systems and NO_LOGIN.search(sentence.folded) and not is_advice(sentence)
    for draft in last if lost or slow else []:
        draft.impact = Impact.OUTAGE if lost else sentence.statement.impact
        draft.evidence.append(sentence.text)


def _limit(sentence: Sentence, found: Found, last: list[Draft], first: Sentence) -> None:
    """ "Prace w naszych systemach … Alior Online będzie działać w ograniczonym zakresie": reached, if with limits.

    Only where the ``first`` sentence does not say that all is lost, and the same is named: that a telephone line
    is limited says nothing of the rest.
    """
    limited = LIMITED.search(sentence.folded) and not NO_LOGIN.search(sentence.folded)
    if not limited or first.statement.lost or not found.systems:
        return
    for draft in last:
        if covers(draft.systems, found.systems):
            draft.impact = Impact.DEGRADED
            draft.evidence.append(sentence.text)


def _widen(found: Found, sentence: Sentence, last: list[Draft]) -> None:
    """ "Nie zadziała iPKO. Nie będzie też aplikacji IKO": the bank of which only a part was named before."""
    for draft in last:
        if covers(found.systems, draft.systems) and not covers(draft.systems, found.systems):
            draft.systems = found.systems
            draft.evidence.append(sentence.text)


def _also_lost(
    number: int, sentence: Sentence, last: list[Draft], listed: Found, *, back: bool, listing: bool
) -> list[Draft]:
    found = affected(sentence)
    if not found.systems and listed.systems:
        known = {one for draft in last for one in draft.systems}
        found = replace(listed, systems=tuple(one for one in listed.systems if one not in known))
    if not found.systems or all(one.startswith("payments.") for one in found.systems):
        return []
    own = all(own_part(sentence.folded, m) for m in sentence.mentions if m.system in found.systems)
    if own and all(one.startswith("bank.") for draft in last for one in draft.systems):
        return []
    related = [draft for draft in last if covers(draft.systems, found.systems)]
    for draft in related:
        if not sentence.statement.maybe:
            draft.impact = sentence.statement.impact
        draft.evidence.append(sentence.text)
    named = all(m.role is Role.PLAIN for m in sentence.mentions if m.system in found.systems)
    too = SAME_TIME.search(sentence.folded) or (named and DOWN.search(sentence.folded))
    too = too or _TROUBLE.search(sentence.folded) or _LITTLE_LEFT.search(sentence.folded)
    more = back and bool(too)
    if listing and not sentence.mentions:
        more = True  # all of the list below
    elif listing and not more:
        found = replace(found, systems=told_too(sentence, found, last))
        more = bool(found.systems)
    if related or not more or only_products(sentence.folded):
        return []
    doubts = ({found.problem} - {""}) | ({"day-unclear"} if len(last) > 1 else set())
    if any(one.startswith("bank.") for draft in last for one in draft.systems):
        doubts |= {"system-unclear"} if not all(one.startswith("bank.") for one in found.systems) else set()
    return [
        replace(
            draft,
            systems=found.systems,
            impact=sentence.statement.impact,
            functions=functions_of(sentence.folded),
            sentence=number,
            evidence=[*draft.evidence, sentence.text],
            problems=draft.problems | doubts,
        )
        for draft in last
    ]


def same_hours_later(number: int, sentence: Sentence, made: list[Draft], clocks: Clocks) -> list[Draft]:
    """ "Pierwsza noc od 22:00 do 6:00, druga w tych samych godzinach z soboty na niedzielę": told in one sentence."""
    (draft,) = made
    found = draft.range
    again = SAME_HOURS.search(sentence.folded, found.last) if found is not None else None
    if found is None or again is None or not any(start > again.end() for start, _ in found.later):
        return []
    return _same_hours(number, sentence, made, clocks)


def _same_hours(number: int, sentence: Sentence, last: list[Draft], clocks: Clocks) -> list[Draft]:
    """ "Druga przerwa w tych samych godzinach z soboty na niedzielę": the same hours on other days."""
    draft = last[-1]
    found = draft.range
    if len(last) != 1 or found is None or found.start is None or found.end is None:
        return []
    own = affected(sentence)
    first, second = replace(found.start, days=None), replace(found.end, days=None, next_day=False)
    again = Range(first, second, 0, 0, on=sentence.days[-1:], problems=found.problems | {own.problem} - {""})
    return [
        replace(
            draft,
            systems=own.systems or draft.systems,
            start=span.start,
            end=span.end,
            sentence=number,
            evidence=[*draft.evidence, sentence.text],
            problems=set(span.problems),
            range=again,
        )
        for span in clocks.spans(again)
    ]


def _still_working(sentence: Sentence, last: list[Draft]) -> None:
    """ "podpis zaufany działa bez zmian": what is left of an outage of the whole profile."""
    working = {m.system for m in sentence.mentions if m.system and works_at(sentence.folded, m.start, m.end)}
    used = Function.LOGIN in functions_of(sentence.folded)
    used = used or only_documents(sentence.folded, sentence.mentions, ("p1",))
    if used and not sentence.statement.planned and not AFTER.search(sentence.folded):
        for draft in last:
            if draft.systems != ("pz",) and working and covers(draft.systems, tuple(working)):
                draft.problems.add("system-unclear")
    if len(working) != 1 or not working & {"pz.sign", "pz.login"}:
        return
    for draft in last:
        if draft.systems == ("pz",):
            draft.systems = ("pz.login" if "pz.sign" in working else "pz.sign",)
            draft.evidence.append(sentence.text)
