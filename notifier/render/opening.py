"""The first words of a message: the title, and the sentences that say what stops and from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from notifier.model import Change, Impact, Interval, Occasion, Status, Window
from notifier.render.view import Compared
from notifier.render.voice import Voice

_NAMED = 3
"""How many systems a title names."""

_TOGETHER = 2
"""How many preparations the first sentence of a last call names; more stand in the list below it."""


class Tense(StrEnum):
    """Where the reader stands: before the window, in it, after its planned or its confirmed end."""

    AHEAD = "ahead"
    NOW = "now"
    PASSED = "passed"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Story:
    """All that the opening depends on: the window, its whole stretch, and why it is told.

    ``at`` is the moment of reading; ``None`` for texts that are read at any time.
    """

    window: Window
    stretch: Interval
    occasion: Occasion | None = None
    changes: tuple[Change, ...] = ()
    told: Window | None = None
    at: datetime | None = None
    deadline: datetime | None = None
    urgent: tuple[str, ...] = ()

    @property
    def said_at_once(self) -> datetime | None:
        """The deadline whose preparations the first sentence names in full."""
        return self.deadline if 0 < len(self.urgent) <= _TOGETHER else None

    @property
    def tense(self) -> Tense:
        """Where the reader stands; the word of an occasion counts before the clock."""
        if self.occasion is Occasion.CANCELLED or self.window.status is Status.CANCELLED:
            return Tense.CANCELLED
        if self.occasion is Occasion.COMPLETED or self.window.status is Status.COMPLETED:
            return Tense.OVER
        if self.occasion is Occasion.ENDED or (self.at is not None and self.at >= self.stretch.until):
            return Tense.PASSED
        if self.occasion is Occasion.STARTED or (self.at is not None and self.at >= self.stretch.start):
            return Tense.NOW
        return Tense.AHEAD

    @property
    def moved(self) -> bool:
        """True when old and new hours have to be told side by side."""
        told = self.told if self.occasion is Occasion.CHANGED else None
        return told is not None and told.interval != self.window.interval

    @property
    def tentative(self) -> bool:
        """True while the window is not certain."""
        return self.window.status is Status.TENTATIVE


def title(voice: Voice, story: Story) -> str:
    """State, systems, date: "Przerwa: Profil Zaufany, 19–20 stycznia"."""
    systems = voice.some(voice.names(story.window.systems), _NAMED)
    return voice.say(
        "title", state=state(voice, story), systems=systems, dates=voice.dates.dates(story.stretch)
    )


def state(voice: Voice, story: Story) -> str:
    """The first word of a title."""
    tense = story.tense
    if tense is Tense.CANCELLED:
        return voice.say("state-cancelled")
    if tense is Tense.OVER:
        return voice.say("state-completed")
    if tense is Tense.PASSED:
        return voice.say("state-ended")
    if story.occasion is Occasion.CHANGED and story.changes:
        return voice.say(f"state-{story.changes[0]}")
    if story.occasion is Occasion.LAST_CALL and story.deadline is not None:
        return voice.say("state-last-call", clock=voice.dates.clock(story.deadline))
    if story.occasion in (Occasion.REMINDER, Occasion.LAST_CALL):
        return voice.say("state-reminder")
    if story.occasion in (Occasion.STARTED, Occasion.CHANGED):
        return voice.say(f"state-{story.occasion}")
    return voice.say(f"state-{'tentative-' if story.tentative else ''}{story.window.impact}")


def lead(voice: Voice, story: Story) -> tuple[str, ...]:
    """The first sentences."""
    tense, of = story.tense, voice.join(voice.names(story.window.systems, "of"))
    if tense is Tense.CANCELLED:
        was = (story.told or story.window).interval
        return (
            voice.sentence("lead-cancelled", of=of),
            voice.sentence("lead-was-planned", when=voice.dates.when(was)),
        )
    if tense is Tense.OVER:
        return (voice.sentence("lead-over", of=of), *_early(voice, story))
    if tense is Tense.PASSED and story.stretch.end is not None:
        since = voice.dates.since(story.stretch.end)
        return (voice.sentence("lead-passed", of=of, since=since), voice.sentence("lead-unconfirmed"))
    said: list[str] = []
    if story.occasion is Occasion.LAST_CALL and story.deadline is not None and story.urgent:
        before = voice.dates.before(story.deadline)
        said.append(voice.sentence("lead-last-call", before=before))
        if story.said_at_once:
            said += [
                voice.sentence("prepare-item", do=voice.preparation(item)) + "." for item in story.urgent
            ]
            said.append(voice.sentence("lead-too-late"))
        else:
            said.append(voice.sentence("lead-last-call-list", heading=voice.say("heading-prepare")))
    if story.occasion is Occasion.CHANGED:
        said += _changed(voice, story, of)
        if story.moved:
            return tuple(said)
    return (*said, *_what_and_when(voice, story, of))


def compared(voice: Voice, story: Story) -> tuple[Compared, ...]:
    """Old and new side by side: hours, systems, impact, as far as they differ."""
    old, new = story.told, story.window
    if story.occasion is not Occasion.CHANGED or old is None or story.tense not in (Tense.AHEAD, Tense.NOW):
        return ()
    rows = []
    if story.moved:
        rows.append(("compared-when", voice.dates.when(old.interval), voice.dates.when(new.interval)))
    if old.systems != new.systems:
        rows.append(
            ("compared-systems", voice.join(voice.names(old.systems)), voice.join(voice.names(new.systems)))
        )
    if old.impact is not new.impact:
        rows.append(("compared-impact", voice.say(f"impact-{old.impact}"), voice.say(f"impact-{new.impact}")))
    return tuple(Compared(voice.say(label), before, now) for label, before, now in rows)


def then(voice: Voice, story: Story) -> tuple[str, ...]:
    """What follows the first sentences: what stops if that is not said yet, how long, by which clock."""
    tense = story.tense
    if tense is Tense.CANCELLED:
        return (voice.sentence("then-cancelled"),)
    if tense is Tense.OVER:
        return (voice.sentence("then-over"),)
    if tense is Tense.PASSED:
        return (voice.sentence("then-passed"),)
    said: list[str] = []
    if story.moved:
        said += _what_meanwhile(voice, story)
    return (*said, *_length(voice, story))


def _changed(voice: Voice, story: Story, of: str) -> Iterator[str]:
    changes: Sequence[str] = story.changes or ("other",)
    for change in changes:
        key = f"changed-{change}"
        if change == Change.EXTENDED and story.window.end is None:
            key = "changed-endless"
        yield voice.sentence(key, of=of)


def _early(voice: Voice, story: Story) -> Iterator[str]:
    old, new = story.told, story.window
    if old is not None and old.end is not None and new.end is not None and new.end < old.end:
        yield voice.sentence("lead-early", end=voice.dates.on(new.end), planned=voice.dates.on(old.end))


def _what_and_when(voice: Voice, story: Story, of: str) -> Iterator[str]:
    dates, window, lost = voice.dates, story.window, _lost(voice, story.window.systems)
    during = dates.during(story.stretch)
    if story.tense is Tense.NOW and not story.tentative:
        key = "lead-started" if story.occasion is Occasion.STARTED else "lead-running"
        yield voice.sentence(key, start=dates.on(story.stretch.start), since=dates.since(story.stretch.start))
        if story.stretch.end is not None:
            during = voice.say("during", when=dates.until(story.stretch.end))
        else:
            during = voice.say("during-open")
    when = dates.when(story.stretch)
    match window.impact, story.tentative:
        case Impact.OUTAGE, False:
            yield voice.sentence("lead-outage", during=during, lost=lost)
        case Impact.OUTAGE, True:
            still = Change.UNCONFIRMED in story.changes
            yield voice.sentence("lead-still-possible" if still else "lead-tentative", of=of, when=when)
            yield voice.sentence("lead-tentative-lost", lost=lost)
        case Impact.DEGRADED, False:
            yield voice.sentence("lead-degraded", during=during, of=of)
            yield voice.sentence("lead-slow")
        case Impact.DEGRADED, True:
            yield voice.sentence("lead-tentative-degraded", of=of, when=when)
            yield voice.sentence("lead-slow")
        case _:
            yield voice.sentence("lead-harmless", during=during, of=of)
    if story.stretch.end is None and not story.tentative:
        yield voice.sentence("lead-end-unknown")
    if window.disputed:
        yield voice.sentence("lead-disputed")


def _what_meanwhile(voice: Voice, story: Story) -> Iterator[str]:
    if story.stretch != story.window.interval:
        yield voice.sentence("then-stretch", when=voice.dates.when(story.stretch))
    if story.window.impact is Impact.OUTAGE:
        key = "then-perhaps-lost" if story.tentative else "then-lost"
        yield voice.sentence(key, lost=_lost(voice, story.window.systems))
    elif story.window.impact is Impact.DEGRADED:
        yield voice.sentence("lead-slow")


def _length(voice: Voice, story: Story) -> Iterator[str]:
    length = voice.dates.duration(story.stretch)
    if length:
        yield voice.sentence("then-length", length=length)
    short = story.stretch.end is not None and story.stretch.end - story.stretch.start < timedelta(days=3)
    if short and voice.dates.clock_changes(story.stretch):
        yield voice.sentence("then-clock-change")


def _lost(voice: Voice, systems: Sequence[str]) -> str:
    """What stops, as clauses; banks together in one."""
    banks = [system for system in systems if system in voice.catalogue.banks]
    clauses = list(voice.names((system for system in systems if system not in banks), "lost"))
    if banks:
        clauses.append(voice.say("lost-banks", at=voice.join(map(voice.bank_at, banks))))
    return "; ".join(clauses)
