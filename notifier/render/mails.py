"""Several notices as one mail: the most urgent first, what is common to them said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from notifier.model import FOREVER, Notice, Occasion, Profile
from notifier.render.links import Links
from notifier.render.outcome import outcomes
from notifier.render.told import SiteWords
from notifier.render.view import Block, View
from notifier.render.voice import Voice, capital
from notifier.render.yours import Reader, tail, yours

NOBODY = Profile()

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


_SUMMED = frozenset({Occasion.ANNOUNCED, Occasion.REMINDER, Occasion.CHANGED, Occasion.STARTED})
"""Occasions on which the subject says what it comes to for the reader."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one audience is told; ``heading`` names it where the mail speaks to several."""

    heading: str
    lead: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One window on one occasion: said once, with a part for each audience of the reader.

    ``yours`` is what it means to a person who reads for several audiences, said before the parts.
    """

    view: View
    parts: tuple[Part, ...]
    yours: tuple[Block, ...] = ()


def in_order(notices: Sequence[Notice]) -> list[Notice]:
    """The most urgent first: by severity, occasion, start; then by name, so that the order never changes."""

    def urgency(notice: Notice) -> tuple[int, int, object, str, str]:
        window = notice.advice.window if notice.advice else notice.told
        start = window.start if window else FOREVER
        key = notice.key
        return -notice.severity.rank, _URGENCY.index(key.occasion), start, key.window, key.audience

    return sorted(notices, key=urgency)


def sections(
    voice: Voice, views: Sequence[tuple[Notice, View]], profile: Profile = NOBODY
) -> tuple[Section, ...]:
    """The views of one mail by window and occasion, in the order given; no block is shown twice in a section."""
    cards: set[tuple[str, ...]] = set()
    grouped: dict[tuple[str, str], list[tuple[Notice, View]]] = {}
    for notice, view in views:
        grouped.setdefault((notice.key.window, notice.key.occasion), []).append((notice, view))
    return tuple(_section(voice, found, profile, cards) for found in grouped.values())


def own_links(site: SiteWords) -> Links | None:
    """Where each reader finds their own pages; ``None`` where there are none. Nothing is signed here."""
    return Links(site.base_url, b"") if site.manages else None


def ahead_lines(voice: Voice, notices: Iterable[Notice]) -> tuple[str, ...]:
    """Outages that come before the next digest, by start, each once."""
    found = {notice.key.window: notice.advice for notice in notices if notice.advice is not None}
    return tuple(
        voice.sentence(
            "ahead-item",
            systems=voice.join(voice.names(advice.window.systems)),
            when=voice.dates.when(advice.stretch),
        )
        for advice in sorted(found.values(), key=lambda advice: (advice.window.start, advice.window.id))
    )


def contact_lines(views: Sequence[View]) -> tuple[str, ...]:
    """The contacts of all views, each once."""
    blocks = [block for view in views for block in view.blocks if block.kind == "contacts"]
    return tuple(dict.fromkeys(item for block in blocks for group in block.groups for item in group.items))


def subject(voice: Voice, found: Sequence[Section], tails: str = "") -> str:
    """The title of the first section, and how many more there are; of a single one, what it means to the reader."""
    first = found[0].view.title
    if len(found) > 1:
        return voice.say("subject-more", title=first, n=len(found) - 1)
    return voice.say("subject-yours", title=first, yours=tails) if tails else first


def subject_tail(voice: Voice, notices: Sequence[Notice], profile: Profile) -> str:
    """What the news comes to for the reader, in a few words for the subject; empty where it is better left out."""
    if not profile or any(notice.key.occasion not in _SUMMED for notice in notices):
        return ""
    return tail(voice, _readers(voice, notices, profile))


def _section(
    voice: Voice, found: Sequence[tuple[Notice, View]], profile: Profile, cards: set[tuple[str, ...]]
) -> Section:
    views = [view for _, view in found]
    said: tuple[Block, ...] = ()
    if len(views) > 1 and any(block.kind == "yours" for view in views for block in view.blocks):
        block = yours(voice, profile, _readers(voice, [notice for notice, _ in found], profile))
        said = (block,) if block is not None else ()
    return Section(views[0], tuple(_parts(voice, views, cards)), said)


def _readers(voice: Voice, notices: Iterable[Notice], profile: Profile) -> list[Reader]:
    return [
        Reader(notice.advice, outcomes(notice.advice, profile, voice.catalogue))
        for notice in notices
        if notice.advice is not None
    ]


def _parts(voice: Voice, views: Sequence[View], cards: set[tuple[str, ...]]) -> list[Part]:
    shown: set[tuple[str, ...]] = set()
    parts: list[Part] = []
    for view in views:
        elsewhere = ("contacts", "yours") if len(views) > 1 else ("contacts",)
        blocks = tuple(_unsaid((b for b in view.blocks if b.kind not in elsewhere), shown, cards))
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
            if items or (group.intro and not group.items):
                groups.append(replace(group, items=items, ordered=group.ordered and len(items) > 1))
        if groups:
            yield replace(block, groups=tuple(groups))
