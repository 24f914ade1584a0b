"""What an outage means to one person: a verdict on what they want to get done, then each of their means.

Only for readers with a profile. A person who reads for several audiences has the same means in each, so
the means are told once over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifier.model import Advice, Means, Profile, Status
from notifier.render.outcome import Outcome, Standing, TaskOutcome, standing_of
from notifier.render.sentences import in_brackets
from notifier.render.view import Block, Group
from notifier.render.voice import Voice

_ANYWHERE = frozenset({Standing.WORKS, Standing.DOUBTFUL})


class Sum(StrEnum):
    """What all of it comes to for one person, best first. Each has a sentence of its own."""

    FINE = "fine"  #: everything can be done, by some means at least
    SLOW = "slow"  #: everything can be done, some of it slowly
    PREPARE = "prepare"  #: everything can be done by those who prepare in time
    UNSURE = "unsure"  #: sources disagree on whether something can be done
    SOME = "some"  #: some things cannot be done
    PERHAPS = "perhaps"  #: if the outage comes, something cannot be done
    UNKNOWN = "unknown"  #: nobody knows whether anything can be done
    NONE = "none"  #: nothing can be done by any means they have
    CAUSE = "cause"  #: nothing can be done by any means anybody has


class Mark(StrEnum):
    """How one of a person's means stands in everything they use it for."""

    LOST = "lost"
    PREPARED = "prepared"
    SLOW = "slow"
    UNKNOWN = "unknown"
    MIXED = "mixed"  #: not the same for every task, bank, or all the time
    MOSTLY = "mostly"  #: works, and in one matter sources disagree
    WORKS = "works"


SUBJECT = frozenset({Sum.FINE, Sum.PREPARE, Sum.NONE})
"""What is worth a place in the subject of a mail."""

_BY_STANDING = {
    Standing.LOST: Mark.LOST,
    Standing.PREPARED: Mark.PREPARED,
    Standing.SLOW: Mark.SLOW,
    Standing.UNKNOWN: Mark.UNKNOWN,
    Standing.DOUBTFUL: Mark.MOSTLY,
    Standing.WORKS: Mark.WORKS,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What one audience's advice comes to for the person: the advice and its tasks."""

    advice: Advice
    found: tuple[TaskOutcome, ...]


def sum_of(reader: Reader) -> Sum:
    """What an advice comes to. Raises ``ValueError`` where the person does nothing that it is about."""
    tentative = reader.advice.window.status is Status.TENTATIVE
    impossible = [task for task in reader.found if not all(outcome.possible for outcome in task.all)]
    if not impossible:
        essential = [task for task in reader.found if task.essential] or reader.found
        return max(map(_quality, essential), key=list(Sum).index)
    wholly = [task for task in impossible if not any(outcome.possible for outcome in task.all)]
    if all(outcome.open for task in impossible for outcome in task.all if not outcome.possible):
        return Sum.PERHAPS if tentative else Sum.UNKNOWN if len(wholly) == len(reader.found) else Sum.SOME
    lost = [task for task in wholly if not any(outcome.open for outcome in task.all)]
    if len(lost) < len(reader.found):
        return Sum.SOME
    return Sum.CAUSE if all(task.usual.cause for task in lost) else Sum.NONE


def tail(voice: Voice, readers: Sequence[Reader]) -> str:
    """What to add to a subject, where it helps and holds for all that the person reads for."""
    sums = {sum_of(reader) for reader in readers if reader.found}
    if len(sums) != 1 or not sums <= SUBJECT:
        return ""
    (found,) = sums
    if found is Sum.PREPARE and _late(voice, [by for reader in readers for by in _deadlines(reader)]):
        return ""
    return voice.say(f"subject-{found}")


def yours(voice: Voice, profile: Profile, readers: Sequence[Reader]) -> Block | None:
    """The verdict, what of theirs is touched, what of theirs goes on; ``None`` for nobody in particular."""
    readers = [reader for reader in readers if reader.found]
    if not profile or not readers:
        return None
    lines = list(_lines(voice, profile, readers))
    sums = {sum_of(reader) for reader in readers}
    verdict = list(_verdict(voice, max(sums, key=list(Sum).index) if len(sums) == 1 else Sum.SOME, readers))
    if not verdict and not lines:
        return None
    return Block("yours", voice.say("heading-yours"), (Group(tuple(lines), " ".join(verdict)),))


def deadlines(readers: Iterable[Reader]) -> frozenset[datetime]:
    """The deadlines that the verdict spells out."""
    readers = [reader for reader in readers if reader.found]
    if {sum_of(reader) for reader in readers} != {Sum.PREPARE}:
        return frozenset()
    found = [by for reader in readers for by in _deadlines(reader)]
    return frozenset({min(found)}) if found else frozenset()


def _verdict(voice: Voice, found: Sum, readers: Sequence[Reader]) -> Iterator[str]:
    if found is Sum.CAUSE:
        return
    if found is not Sum.PREPARE:
        yield voice.sentence(f"yours-{found}")
        return
    by = min(by for reader in readers for by in _deadlines(reader))
    key = "yours-prepare-late" if _late(voice, [by]) else "yours-prepare"
    yield voice.sentence(key, before=voice.dates.before(by))


def _lines(voice: Voice, profile: Profile, readers: Sequence[Reader]) -> Iterator[str]:
    """One sentence for a bank that lets the person in no more, and one for all means that stand alike."""
    marks: dict[Means, Mark] = {}
    for means in sorted(profile.means, key=lambda means: _place(voice, means)):
        mark = _mark(means, readers, voice)
        if mark is not None:
            marks[means] = mark
    gone = [bank for bank in _banks(marks) if all(m is Mark.LOST for b, m in marks.items() if b.bank == bank)]
    for bank in gone:
        yield voice.sentence("yours-bank-lost", at=voice.bank_at(bank))
    for mark in Mark:
        names = [_name(voice, means) for means in marks if marks[means] is mark and means.bank not in gone]
        if names:
            yield voice.sentence(f"yours-means-{mark}", n=len(names), methods=", ".join(names))


def _mark(means: Means, readers: Sequence[Reader], voice: Voice) -> Mark | None:
    """How it stands; ``None`` for means that serve nothing here, or whose every use has a cause of its own."""
    standings: set[Standing] = set()
    blocked = grave = used = False
    for reader in readers:
        tasks = {task.task for task in reader.found}
        for task, part, row in reader.advice.answers():
            if task.task not in tasks or not means.covers(row.method, row.bank):
                continue
            if part.answer.cause:
                blocked, grave = True, grave or task.essential
            else:
                standings.add(standing_of(row, voice.catalogue))
        used = used or any(_serves(voice, task, means) for task in reader.advice.untouched)
    if not standings:
        return Mark.WORKS if used and not blocked else None
    if grave and standings == {Standing.LOST}:
        return None  # the cause is told with the tasks, and no way is blamed for it
    if used:
        standings.add(Standing.WORKS)
    if len(standings) == 1:
        (only,) = standings
        # Something else that it serves is lost whatever the means: to say "as always" would mislead.
        return None if only is Standing.WORKS and blocked else _BY_STANDING[only]
    return Mark.MOSTLY if standings == _ANYWHERE else Mark.MIXED


def _serves(voice: Voice, task: str, means: Means) -> bool:
    steps = voice.catalogue.tasks[task].steps
    return any(use.method == means.method for step in steps for use in step.uses)


def _quality(task: TaskOutcome) -> Sum:
    """How well a task that can be done at all times can be done at the worst of them."""
    return max(map(_outcome_quality, task.all), key=list(Sum).index)


def _outcome_quality(outcome: Outcome) -> Sum:
    worst = max((min(way.standing for way in step.ways) for step in outcome.steps), default=Standing.WORKS)
    if worst is Standing.WORKS:
        return Sum.FINE
    return {Standing.SLOW: Sum.SLOW, Standing.PREPARED: Sum.PREPARE}.get(worst, Sum.UNSURE)


def _deadlines(reader: Reader) -> Iterator[datetime]:
    """The deadlines of the ways that a person must have prepared."""
    for task in [task for task in reader.found if task.essential] or reader.found:
        for outcome in task.all:
            if _outcome_quality(outcome) is Sum.PREPARE:
                yield from (way.by for step in outcome.steps for way in step.ways if way.by is not None)


def _late(voice: Voice, deadlines: Sequence[datetime]) -> bool:
    return voice.at is not None and bool(deadlines) and min(deadlines) <= voice.at


def _banks(marks: Iterable[Means]) -> list[str]:
    return list(dict.fromkeys(means.bank for means in marks if means.bank))


def _name(voice: Voice, means: Means) -> str:
    return in_brackets(voice.method(means.method), [voice.bank(means.bank)] if means.bank else [])


def _place(voice: Voice, means: Means) -> tuple[int, str]:
    """The place of a method in the catalogue, then of its bank by name."""
    return list(voice.catalogue.methods).index(means.method), means.bank or ""
