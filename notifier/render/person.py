"""Texts for one person, put together from ready pieces: what all readers are told, and what it means to one.

A whole message for one person takes the renderer milliseconds. Here a window is put into words once, with a
hole in the middle; what goes into the hole (see :mod:`lines`) depends on few things, and is the same for many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from notifier.model import Advice, Catalogue, Notice, Occasion, Severity
from notifier.render import opening
from notifier.render.dates import plain
from notifier.render.errors import RenderError
from notifier.render.opening import Story, Tense
from notifier.render.outcome import disputed
from notifier.render.prepare import LONG, SLACK, WISE
from notifier.render.shape import Key
from notifier.render.view import View
from notifier.render.views import source_lines
from notifier.render.voice import Voice

_SILENT = frozenset({Tense.OVER, Tense.CANCELLED, Tense.PASSED})


@dataclass(frozen=True, slots=True)
class Ready:
    """One preparation as one window asks for it. ``by`` is ``None`` where it is merely wise.

    ``keys`` are the means that it serves; ``ring`` is when a calendar rings for it and what it says then.
    """

    preparation: str
    by: datetime | None
    keys: frozenset[Key]
    item: str
    intro: str
    verdict: str = ""
    ring: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A notice or an advice in words, with :data:`HOLE` in text and HTML; ``open`` is False where nothing goes in.

    ``preparations`` come by deadline, then those without one.
    """

    title: str
    lead: str
    text: str
    html: str
    categories: tuple[str, ...]
    open: bool
    preparations: tuple[Ready, ...]


Lay = Callable[[str, Voice, View], str]
"""Lays a view out by a template."""


def card(voice: Voice, told: Advice | Notice, lay: Lay, address: str) -> Card:
    """Put a window into words for everybody, with a hole for each."""
    advice = told if isinstance(told, Advice) else told.advice
    story = _story(voice, told)
    severity = told.severity
    view = _view(voice, story, told, severity, address)
    opened = advice is not None and bool(advice.tasks) and story.tense not in _SILENT
    ready = tuple(_preparations(voice, advice, story)) if advice is not None and opened else ()
    return Card(
        title=plain(view.title),
        lead=plain(view.summary),
        text=lay("told/person.txt.j2", voice, view),
        html=lay("told/person.html.j2", voice, view),
        categories=(voice.say(f"severity-{severity}"), view.state),
        open=opened,
        preparations=ready,
    )


def _story(voice: Voice, told: Advice | Notice) -> Story:
    if isinstance(told, Advice):
        return Story(window=told.window, stretch=told.stretch, at=voice.at)
    advice = told.advice
    window = advice.window if advice is not None else told.told
    if window is None:
        raise RenderError(voice.language, told.key.window, "this notice has neither advice nor a window")
    return Story(
        window=window,
        stretch=advice.stretch if advice is not None else window.interval,
        # A last call names the preparations of everybody; to one person it is a reminder with a list of theirs.
        occasion=Occasion.REMINDER if told.key.occasion is Occasion.LAST_CALL else told.key.occasion,
        changes=told.changes,
        told=told.told,
        at=told.due,
    )


def _view(voice: Voice, story: Story, told: Advice | Notice, severity: Severity, address: str) -> View:
    lead, compared = opening.lead(voice, story), opening.compared(voice, story)
    changes = (
        voice.say("compared-line", label=row.label, before=row.before, now=row.now) for row in compared
    )
    return View(
        window=story.window.id,
        audience=told.audience if isinstance(told, Advice) else told.key.audience,
        severity=severity,
        title=opening.title(voice, story),
        state=opening.state(voice, story),
        lead=lead,
        compared=compared,
        then=opening.then(voice, story),
        blocks=(),
        source=source_lines(voice, story.window),
        address=address,
        summary=" ".join((*lead, *changes)),
    )


def _preparations(voice: Voice, advice: Advice, story: Story) -> Iterator[Ready]:
    """As :mod:`prepare` tells them, apart for each deadline, with the means that each serves."""
    catalogue, keys = voice.catalogue, _keys(advice)
    deadlines = _deadlines(advice, catalogue)
    dated: list[Ready] = []
    wise: list[Ready] = []
    for preparation in dict.fromkeys(item.preparation for item in advice.prepare):
        serving = frozenset(
            key
            for key in keys
            if preparation in catalogue.methods[key[0]].preparations
            and _bank_fits(preparation, key[1], catalogue)
        )
        item = _item(voice, preparation)
        early: frozenset[Key] = frozenset()
        for by, found in sorted(deadlines.get(preparation, {}).items()):
            mine = (found & serving) - early
            early |= mine
            late = voice.at is not None and by <= voice.at
            if mine:
                key, on = ("prepare-late", voice.dates.on(by)) if late else ("", "")
                before = voice.dates.before(by)
                intro = (
                    voice.sentence(key, on=on)
                    if late
                    else voice.sentence("prepare-before-yours", before=before)
                )
                verdict = voice.sentence("yours-prepare-late" if late else "yours-prepare", before=before)
                lead = catalogue.preparations[preparation].lead
                ring = (
                    by - lead - SLACK,
                    plain(voice.sentence("alarm", before=before, do=voice.preparation(preparation))),
                )
                dated.append(Ready(preparation, by, mine, item, intro, verdict, ring))
        if serving - early:
            started = voice.at is not None and voice.at >= story.stretch.start
            intro = voice.sentence("prepare-now" if started else "prepare-wise-yours")
            wise.append(Ready(preparation, None, serving - early, item, intro))
    yield from sorted(dated, key=lambda ready: ready.by or story.stretch.start)
    yield from wise[: 2 * WISE]


def _keys(advice: Advice) -> frozenset[Key]:
    return frozenset((row.method, row.bank) for _, _, row in advice.answers())


def _deadlines(advice: Advice, catalogue: Catalogue) -> dict[str, dict[datetime, frozenset[Key]]]:
    """For each preparation, by when and for which means. Where sources disagree, nothing is called late."""
    earliest: dict[tuple[str, Key], datetime] = {}
    for _, _, row in advice.answers():
        if row.prepare_by is None or disputed(row, catalogue):
            continue
        for preparation in catalogue.methods[row.method].preparations:
            name = (preparation, (row.method, row.bank))
            earliest[name] = min(row.prepare_by, earliest.get(name, row.prepare_by))
    found: dict[str, dict[datetime, frozenset[Key]]] = {}
    for (preparation, key), by in earliest.items():
        dates = found.setdefault(preparation, {})
        dates[by] = dates.get(by, frozenset()) | {key}
    return found


def _bank_fits(preparation: str, bank: str | None, catalogue: Catalogue) -> bool:
    """False for a preparation that is about certain banks only, by the facts behind it, at another bank."""
    facts = set(catalogue.preparations[preparation].facts)
    banks = {each.id for each in catalogue.banks.values() if facts and facts & set(each.facts)}
    return bank is None or not banks or bank in banks


def _item(voice: Voice, preparation: str) -> str:
    lead = voice.catalogue.preparations[preparation].lead
    do = voice.sentence("prepare-item", do=voice.preparation(preparation))
    if lead < LONG:
        return f"{do}."
    return voice.say("prepare-lead", do=do, length=voice.dates.length(lead, whole_days=True))
