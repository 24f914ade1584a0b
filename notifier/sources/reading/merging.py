"""Windows of one text, put together: what is told twice is told once, what contradicts itself is doubtful."""

from __future__ import annotations

from notifier.model import Impact
from notifier.sources.reading.affected import compact, covers
from notifier.sources.reading.drafts import Draft
from notifier.sources.reading.findings import Kind, ReadWindow, remarks


def merged(drafts: list[Draft]) -> tuple[ReadWindow, ...]:
    """The windows in the order of the text."""
    kept = _told_once(_without_payments(drafts))
    kept = [draft for draft in kept if not (_part_of_another(draft, kept) or _replaced(draft, kept))]
    _contradictions(kept)
    return tuple(_window(draft) for draft in _together(kept))


def _without_payments(drafts: list[Draft]) -> list[Draft]:
    """The drafts of more than payments, each with the end that it shares with those.

    "Prace potrwają od 22:00 do 7:00 (płatności). Od 23:00 nie zalogujesz się".
    """
    kept = [draft for draft in drafts if not draft.payments]
    for draft in kept:
        beside = [one for one in drafts if one.payments and set(one.systems) & set(draft.systems)]
        for other in beside if "missing-end" in draft.problems and draft.end is None else ():
            if draft.start and other.start and other.end and other.start <= draft.start < other.end:
                draft.end = other.end
                draft.problems = draft.problems - {"missing-end"} | {"end-from-context"}
    return kept


def _told_once(drafts: list[Draft]) -> list[Draft]:
    """Of drafts with the same systems and time the one with the fewest doubts, with the evidence of all."""
    kept: list[Draft] = []
    for draft in drafts:
        same = next((other for other in kept if _same(other, draft)), None)
        if same is None:
            kept.append(draft)
            continue
        same.evidence += [text for text in draft.evidence if text not in same.evidence]
        if len(draft.problems) < len(same.problems):
            same.problems, same.systems = draft.problems, draft.systems
        if draft.impact is Impact.OUTAGE:
            same.impact = Impact.OUTAGE
        same.functions |= draft.functions
        if covers(draft.systems, same.systems):
            same.systems = draft.systems
    return kept


def _same(one: Draft, other: Draft) -> bool:
    if (one.start, one.end) != (other.start, other.end):
        return False
    if Kind.PLANNED not in (one.kind, other.kind) and one.kind is not other.kind:
        return False
    return covers(one.systems, other.systems) or covers(other.systems, one.systems)


def _part_of_another(draft: Draft, kept: list[Draft]) -> bool:
    """A draft that knows only one end, and a whole one of the same systems has that end."""
    if draft.whole or draft.kind not in (Kind.PLANNED, Kind.MOVED):
        return False
    return any(
        other is not draft
        and other.whole
        and (covers(other.systems, draft.systems) or not draft.systems)
        and (draft.start in (None, other.start))
        and (draft.end in (None, other.end))
        for other in kept
    )


def _replaced(draft: Draft, kept: list[Draft]) -> bool:
    """The earlier notice, left below the one that gives the work another end."""
    return draft.kind is Kind.PLANNED and any(
        other.kind in (Kind.EXTENDED, Kind.SHORTENED)
        and other.whole
        and other.start == draft.start
        and other.end != draft.end
        and covers(other.systems, draft.systems)
        for other in kept
    )


def _contradictions(kept: list[Draft]) -> None:
    """Two different times of one system that overlap cannot both be right."""
    for number, one in enumerate(kept):
        for other in kept[number + 1 :]:
            if not set(one.systems) & set(other.systems) or one.impact is not other.impact:
                continue
            if one.start is None or one.end is None or other.start is None or other.end is None:
                continue
            if one.start < other.end and other.start < one.end and one.functions == other.functions:
                one.problems.add("contradiction")
                other.problems.add("contradiction")


def _together(kept: list[Draft]) -> list[Draft]:
    """Different systems with one time, one impact and the same doubts are one window."""
    out: list[Draft] = []
    for draft in kept:
        same = next(
            (
                other
                for other in out
                if (other.start, other.end, other.impact, other.kind)
                == (draft.start, draft.end, draft.impact, draft.kind)
                and other.problems == draft.problems
            ),
            None,
        )
        if same is None:
            out.append(draft)
            continue
        same.systems = compact(same.systems + draft.systems)
        same.evidence += [text for text in draft.evidence if text not in same.evidence]
        same.functions |= draft.functions
    return out


def _window(draft: Draft) -> ReadWindow:
    return ReadWindow(
        systems=draft.systems,
        start=draft.start,
        end=draft.end,
        impact=draft.impact,
        kind=draft.kind,
        functions=draft.functions,
        evidence="\n".join(draft.evidence),
        problems=remarks(draft.problems),
    )
