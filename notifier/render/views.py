"""Advice and notices as views: the sentences of a message in the order in which people read them.

What is closed and when; what works now; what to prepare and by when; what is left if nothing works;
whom to ask; who said so. An occasion leaves out what has lost its use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from notifier.model import Advice, Notice, Occasion, Prepare, Profile, Severity, Window, ancestors
from notifier.render import opening
from notifier.render.dates import NBSP
from notifier.render.errors import RenderError
from notifier.render.notes import Notes
from notifier.render.opening import Story, Tense
from notifier.render.outcome import TaskOutcome, outcomes
from notifier.render.prepare import next_deadline, prepare_block, substitutes, wanted
from notifier.render.sentences import Elsewhere, Sentences
from notifier.render.view import Block, Group, View
from notifier.render.voice import Voice
from notifier.render.works import Works, essential_lost
from notifier.render.yours import Reader, Sum, deadlines, sum_of, yours


def view_notice(voice: Voice, notice: Notice, profile: Profile, address: str) -> View:
    """A notice in sentences. Raises :class:`RenderError` for one that says nothing about any window."""
    advice = notice.advice
    window = advice.window if advice is not None else notice.told
    if window is None:
        raise RenderError(voice.language, notice.key.window, "this notice has neither advice nor a window")
    story = Story(
        window=window,
        stretch=advice.stretch if advice is not None else window.interval,
        occasion=notice.key.occasion,
        changes=notice.changes,
        told=notice.told,
        at=notice.due,
    )
    return _view(voice, story, notice.key.audience, notice.severity, advice, profile, address)


def view_advice(voice: Voice, advice: Advice, profile: Profile, address: str) -> View:
    """Advice without an occasion, for pages and calendars; ``voice.at`` is the moment of reading, if any."""
    story = Story(window=advice.window, stretch=advice.stretch, at=voice.at)
    return _view(voice, story, advice.audience, advice.severity, advice, profile, address)


def _view(
    voice: Voice,
    story: Story,
    audience: str,
    severity: Severity,
    advice: Advice | None,
    profile: Profile,
    address: str,
) -> View:
    prepare = wanted(advice, profile, voice.catalogue) if advice is not None else ()
    if story.occasion is Occasion.LAST_CALL:
        story = _with_deadline(story, prepare)
    lead, compared = opening.lead(voice, story), opening.compared(voice, story)
    changes = (
        voice.say("compared-line", label=row.label, before=row.before, now=row.now) for row in compared
    )
    return View(
        window=story.window.id,
        audience=audience,
        severity=severity,
        title=opening.title(voice, story),
        state=opening.state(voice, story),
        lead=lead,
        compared=compared,
        then=opening.then(voice, story),
        blocks=tuple(_blocks(voice, story, advice, profile, prepare)) if advice is not None else (),
        source=source_lines(voice, story.window),
        address=address,
        summary=" ".join((*lead, *changes)),
    )


def _blocks(
    voice: Voice, story: Story, advice: Advice, profile: Profile, prepare: Sequence[Prepare]
) -> Iterator[Block]:
    tense = story.tense
    if tense in (Tense.OVER, Tense.CANCELLED):
        return
    found = outcomes(advice, profile, voice.catalogue)
    if tense is Tense.PASSED:
        found = tuple(task for task in found if task.essential) or found
        advice = replace(advice, untouched=())
    notes = Notes(advice, found, voice.catalogue)
    systems = story.window.systems
    named = frozenset(bank for bank in voice.catalogue.banks if any(up in systems for up in ancestors(bank)))
    elsewhere = Elsewhere(notes.told, notes.slow, named)
    mine = [Reader(advice, found)] if profile and found and tense is not Tense.PASSED else []
    own = yours(voice, profile, mine)
    spelled = filter(None, (story.deadline, *deadlines(mine)))
    sentences = Sentences(voice, profile, elsewhere, spelled)
    said = Works(sentences, advice, found, notes, none_left=any(sum_of(each) is Sum.NONE for each in mine))
    works = said.works("heading-still-not" if tense is Tense.PASSED else "heading-works")
    if tense is Tense.PASSED:
        yield from filter(None, (works, _contacts(voice, advice)))
        return
    lost = said.lost("heading-lost")
    instead = substitutes(advice, found, prepare, voice.catalogue) if profile else ()
    ready = prepare_block(
        voice,
        prepare,
        story.stretch.start,
        leave_out=story.said_at_once,
        instead=instead,
        personal=bool(profile),
    )
    answers = (own, lost, works) if essential_lost(found) else (own, works, lost)
    order = (ready, *answers) if story.occasion is Occasion.LAST_CALL else (*answers, ready)
    yield from filter(None, (*order, _fallback(voice, found), _contacts(voice, advice)))


def _with_deadline(story: Story, prepare: Sequence[Prepare]) -> Story:
    deadline = next_deadline(prepare, story.at)
    urgent = tuple(item.preparation for item in prepare if deadline is not None and item.by == deadline)
    return replace(story, deadline=deadline, urgent=urgent)


def _fallback(voice: Voice, found: Sequence[TaskOutcome]) -> Block | None:
    """The cards meant for exactly this outage, then those for what cannot be done, else the one for any day."""
    special: list[str] = []
    general: list[str] = []
    for task in found:
        meant = {resort.card for resort in voice.catalogue.tasks[task.task].last_resorts if resort.when}
        for outcome in task.all:
            if outcome.last_resort in meant:
                special.append(outcome.last_resort)
            elif outcome.last_resort and not outcome.possible:
                general.append(outcome.last_resort)
    cards = special + general or [task.usual.last_resort for task in found[:1] if task.usual.last_resort]
    groups: list[Group] = []
    for card in dict.fromkeys(cards):
        words = voice.card(card)
        groups.append(Group(words.steps, words.title, ordered=len(words.steps) > 1))
    return Block("fallback", voice.say("heading-fallback"), tuple(groups)) if groups else None


def _contacts(voice: Voice, advice: Advice) -> Block | None:
    lines = []
    for contact in voice.catalogue.audiences[advice.audience].contacts:
        words = voice.contact(contact)
        key = "contact-note" if words.note else "contact"
        value = words.value.replace(" ", NBSP)  # a telephone number stays on one line
        lines.append(voice.say(key, name=words.name, value=value, note=words.note))
    return Block("contacts", voice.say("heading-contacts"), (Group(tuple(lines)),)) if lines else None


def source_lines(voice: Voice, window: Window) -> tuple[str, ...]:
    """Who said so, when, and where."""
    return tuple(_source(voice, window))


def _source(voice: Voice, window: Window) -> Iterator[str]:
    source = window.source
    if not source.name:
        yield voice.sentence("source-operator")
    elif source.published is None:
        yield voice.sentence("source", name=source.name)
    else:
        yield voice.sentence("source-published", name=source.name, date=voice.dates.date(source.published))
    if source.url:
        yield voice.sentence("source-address", address=bare(source.url))


def bare(url: str) -> str:
    """An address as people read it: without the scheme and a slash at its end."""
    return url.partition("://")[2].removesuffix("/") or url


def at_of(notices: Sequence[Notice]) -> datetime:
    """The moment for which several notices are put into words: the latest of their due times."""
    return max(notice.due for notice in notices)
