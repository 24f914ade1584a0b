"""Texts for one person, put together from ready pieces: what all readers are told, and what it means to one.

A whole message for one person takes the renderer milliseconds. Here a window is put into words once, with a
hole in the middle; what goes into the hole depends on few things, and is the same for many windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from markupsafe import escape

from notifier.model import Advice, Catalogue, Means, Notice, Occasion, Severity
from notifier.render import opening
from notifier.render.dates import plain
from notifier.render.errors import RenderError
from notifier.render.opening import Story, Tense
from notifier.render.outcome import disputed
from notifier.render.prepare import LONG, SLACK, WISE
from notifier.render.sentences import in_brackets
from notifier.render.shape import Key, TaskState
from notifier.render.view import View
from notifier.render.views import source_lines
from notifier.render.voice import Voice
from notifier.render.yours import Mark, Sum

HOLE = "[notifier:what-it-means-to-one-person]"
"""Stands in the text of a window where the lines for one person go."""

_MOST_KEPT = 20_000

_SILENT = frozenset({Tense.OVER, Tense.CANCELLED, Tense.PASSED})


@dataclass(frozen=True, slots=True)
class Fragment:
    """The same words as plain text and as HTML."""

    text: str
    html: str


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


class Lines:
    """Says in one language what a window means to a person, in lines that do not depend on its hours.

    What was said once is kept: a bounded number of lines makes up the texts of any number of people.
    """

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._order = {method: place for place, method in enumerate(voice.catalogue.methods)}
        self._frames: dict[tuple[Mark, int], tuple[str, str]] = {}
        self._kept: dict[object, Fragment] = {}
        self.heading = heading(voice.say("heading-yours"), "yours")
        self.prepare = heading(voice.say("heading-prepare"), "prepare")
        self.before_items = Fragment("", '<ul class="yours">\n')
        self.after_items = Fragment("", "</ul>\n")

    def sorted(self, means: Iterable[Means]) -> tuple[Means, ...]:
        """Means in the order in which they are told."""
        return tuple(sorted(means, key=lambda each: (self._order[each.method], each.bank or "")))

    def verdict(self, found: Sum | None) -> Fragment | None:
        """What it all comes to; ``None`` where that needs a date, or there is nothing to be said."""
        if found in (None, Sum.CAUSE, Sum.PREPARE):
            return None
        return self._get(found, lambda: sentence(self._voice.sentence(f"yours-{found}")))

    def means(self, mark: Mark, means: tuple[Means, ...]) -> Fragment:
        """How some of their means stand."""
        return self._get((mark, means), partial(self._means_line, mark, means))

    def tasks(self, tasks: Sequence[tuple[str, TaskState]], *, tentative: bool) -> list[Fragment]:
        """What cannot be done, and of what nobody knows."""
        items = []
        for state in (TaskState.LOST, TaskState.PARTLY, TaskState.OPEN):
            those = tuple(task for task, each in tasks if each is state)
            if those:
                make = partial(self._tasks_line, state, those, tentative)
                items.append(self._get((state, those, tentative), make))
        return items

    def _get(self, key: object, make: Callable[[], Fragment]) -> Fragment:
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = make()
        return found

    def _means_line(self, mark: Mark, means: Sequence[Means]) -> Fragment:
        frame = self._frames.get((mark, len(means)))
        if frame is None:
            said = self._voice.sentence(f"yours-means-{mark}", n=len(means), methods=HOLE)
            before, _, after = said.partition(HOLE)
            frame = self._frames[mark, len(means)] = before, after
        return item(frame[0] + ", ".join(_name(self._voice, each) for each in means) + frame[1])

    def _tasks_line(self, state: TaskState, tasks: Sequence[str], tentative: bool) -> Fragment:
        voice = self._voice
        if state is TaskState.OPEN:
            can = voice.clauses(voice.task(task, "can") for task in tasks)
            return item(voice.sentence("lost-unsure", can=can))
        cannot = voice.clauses(voice.task(task, "cannot") for task in tasks)
        if state is TaskState.PARTLY:
            return item(voice.sentence("yours-partly", cannot=cannot))
        return item(voice.sentence("lost-perhaps" if tentative else "lost-task", cannot=cannot))


def sentence(text: str) -> Fragment:
    """A sentence on a line of its own."""
    return Fragment(f"{plain(text)}\n", f'<p class="intro">{escape(text)}</p>\n')


def item(text: str) -> Fragment:
    """One point of a list."""
    return Fragment(f"- {plain(text)}\n", f"<li>{escape(text)}</li>\n")


def heading(text: str, kind: str) -> Fragment:
    """A heading above a part of a message."""
    return Fragment(f"\n{plain(text)}\n", f'<h3 class="{kind}">{escape(text)}</h3>\n')


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


def _name(voice: Voice, means: Means) -> str:
    return in_brackets(voice.method(means.method), [voice.bank(means.bank)] if means.bank else [])
