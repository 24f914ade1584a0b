"""Several notices as one mail: the most urgent first, what is common to them said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from notifier.model import FOREVER, Notice, Occasion
from notifier.render.view import Block, View
from notifier.render.voice import Voice, capital

_URGENCY = (
    Occasion.LAST_CALL,
    Occasion.CHANGED,
    Occasion.STARTED,
    Occasion.REMINDER,
    Occasion.ANNOUNCED,
    Occasion.CANCELLED,
    Occasion.COMPLETED,
    Occasion.ENDED,
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one audience is told; ``heading`` names it where the mail speaks to several."""

    heading: str
    lead: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One window on one occasion: said once, with a part for each audience of the reader."""

    view: View
    parts: tuple[Part, ...]


def in_order(notices: Sequence[Notice]) -> list[Notice]:
    """The most urgent first: by severity, occasion, start; then by name, so that the order never changes."""

    def urgency(notice: Notice) -> tuple[int, int, object, str, str]:
        window = notice.advice.window if notice.advice else notice.told
        start = window.start if window else FOREVER
        key = notice.key
        return -notice.severity.rank, _URGENCY.index(key.occasion), start, key.window, key.audience

    return sorted(notices, key=urgency)


def sections(voice: Voice, views: Sequence[tuple[Notice, View]]) -> tuple[Section, ...]:
    """The views of one mail by window and occasion, in the order given; no block is shown twice in a section."""
    cards: set[tuple[str, ...]] = set()
    grouped: dict[tuple[str, str], list[View]] = {}
    for notice, view in views:
        grouped.setdefault((notice.key.window, notice.key.occasion), []).append(view)
    return tuple(Section(found[0], tuple(_parts(voice, found, cards))) for found in grouped.values())


def contact_lines(views: Sequence[View]) -> tuple[str, ...]:
    """The contacts of all views, each once."""
    blocks = [block for view in views for block in view.blocks if block.kind == "contacts"]
    return tuple(dict.fromkeys(item for block in blocks for group in block.groups for item in group.items))


def subject(voice: Voice, found: Sequence[Section]) -> str:
    """The title of the first section, and how many more there are."""
    first = found[0].view.title
    return voice.say("subject-more", title=first, n=len(found) - 1) if len(found) > 1 else first


def _parts(voice: Voice, views: Sequence[View], cards: set[tuple[str, ...]]) -> list[Part]:
    shown: set[tuple[str, ...]] = set()
    parts: list[Part] = []
    for view in views:
        blocks = tuple(_unsaid((block for block in view.blocks if block.kind != "contacts"), shown, cards))
        heading = capital(voice.audience(view.audience, "for")) if len(views) > 1 else ""
        lead = () if view.lead == views[0].lead else view.lead
        if blocks or lead or not parts:
            parts.append(Part(heading, lead, blocks))
    return parts


def _unsaid(
    blocks: Iterable[Block], shown: set[tuple[str, ...]], cards: set[tuple[str, ...]]
) -> Iterator[Block]:
    """The blocks without what an earlier part of the section has said; a card is shown once in the whole mail."""
    for block in blocks:
        groups = []
        for group in block.groups:
            if block.kind == "fallback":
                items = () if group.items in cards else group.items
                cards.add(group.items)
            else:
                items = tuple(item for item in group.items if (item,) not in shown)
                shown.update((item,) for item in group.items)
            if items and block.kind == "works" and items[0] != group.items[0]:
                items = (group.items[0], *items)  # the others may speak of the first point
            if items:
                groups.append(replace(group, items=items, ordered=group.ordered and len(items) > 1))
        if groups:
            yield replace(block, groups=tuple(groups))
