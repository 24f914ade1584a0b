"""What advice comes to for the reader, still without words: which methods stand how, for whom, and when.

Rows of per-bank methods become one entry a method, with the banks sorted by how they stand; tasks with
the same outcome can be told in one sentence; with a profile only what the person has is counted.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from notifier.model import Advice, Catalogue, Interval, MethodAnswer, Profile, TaskAdvice, TaskAnswer, Verdict


class Standing(IntEnum):
    """How a method is told, best first: the verdict, and whether sources agree on it."""

    WORKS = 0  #: usable
    PREPARED = 1  #: works for those who prepared in time
    SLOW = 2  #: works, slowly or in part
    DOUBTFUL = 3  #: would work, but a fact behind it is disputed
    UNKNOWN = 4  #: nobody knows
    LOST = 5  #: does not work

    @property
    def helps(self) -> bool:
        """True when it may be named as a way."""
        return self < Standing.UNKNOWN


_STANDING = {
    Verdict.USABLE: Standing.WORKS,
    Verdict.IF_PREPARED: Standing.PREPARED,
    Verdict.DEGRADED: Standing.SLOW,
    Verdict.UNKNOWN: Standing.UNKNOWN,
    Verdict.UNUSABLE: Standing.LOST,
}


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one step. ``banks`` are those with the best standing; ``others`` stand worse.

    ``by`` is the moment before which it must be prepared, where that is the condition.
    """

    method: str
    standing: Standing
    by: datetime | None = None
    banks: tuple[str, ...] = ()
    others: tuple[tuple[Standing, tuple[str, ...]], ...] = ()

    def at(self, standing: Standing) -> tuple[str, ...]:
        """The banks where it stands so."""
        return self.banks if standing is self.standing else dict(self.others).get(standing, ())


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """One ability a task takes. ``spare`` are ways that work and that the person does not have."""

    step: str
    ways: tuple[Way, ...]
    spare: tuple[Way, ...] = ()

    @property
    def possible(self) -> bool:
        """True when the person has a way."""
        return any(way.standing.helps for way in self.ways)

    def standing(self, *standings: Standing) -> tuple[Way, ...]:
        """The ways that stand so, easiest first."""
        return tuple(way for way in self.ways if way.standing in standings)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task comes to during one part of the window."""

    verdict: Verdict
    cause: tuple[str, ...]
    steps: tuple[StepOutcome, ...]
    last_resort: str | None = None

    @property
    def possible(self) -> bool:
        """True when the task can be done."""
        return not self.cause and all(step.possible for step in self.steps)

    @property
    def open(self) -> bool:
        """True when nobody knows whether the task can be done."""
        if self.cause:
            return self.verdict is Verdict.UNKNOWN
        hopes = [step.standing(Standing.UNKNOWN) or step.possible for step in self.steps]
        return not self.possible and bool(hopes) and all(hopes)

    @property
    def one_step(self) -> bool:
        """True when one ability is all it takes."""
        return len(self.steps) == 1

    @property
    def merely_slow(self) -> bool:
        """True when every way of which anything is known is slow, and none is lost."""
        ways = [way for step in self.steps for way in step.ways if way.standing is not Standing.UNKNOWN]
        slow = all(way.standing is Standing.SLOW and not way.at(Standing.LOST) for way in ways)
        return self.possible and slow

    def setbacks(self, worse: Outcome) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
        """What another outcome has lost against this one, as methods, each with its banks.

        ``None`` when the difference is more than such losses, so that it must be told in full.
        """
        if not self.possible:
            return (
                () if self.cause == worse.cause and not worse.possible and self.open == worse.open else None
            )
        if not worse.possible or len(self.steps) != len(worse.steps):
            return None
        lost: list[tuple[str, tuple[str, ...]]] = []
        for mine, theirs in zip(self.steps, worse.steps, strict=True):
            if [way.method for way in mine.ways] != [way.method for way in theirs.ways]:
                return None
            for one, other in zip(mine.ways, theirs.ways, strict=True):
                banks = () if one == other else _only_lost(one, other)
                if banks is None:
                    return None
                if one != other:
                    lost.append((one.method, banks))
        return tuple(dict.fromkeys(lost))


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """What a task comes to: mostly ``usual``; ``exceptions`` are the parts of the time that differ."""

    task: str
    essential: bool
    usual: Outcome
    exceptions: tuple[tuple[Interval, Outcome], ...] = ()

    @property
    def all(self) -> tuple[Outcome, ...]:
        """Every outcome, the usual one first."""
        return (self.usual, *(outcome for _, outcome in self.exceptions))


def _only_lost(before: Way, after: Way) -> tuple[str, ...] | None:
    """The banks at which a way was lost, none for a way lost as a whole; ``None`` for any other change."""
    if before.standing.helps and after.standing is Standing.LOST and not after.others:
        return ()
    gone = set(after.at(Standing.LOST)) - set(before.at(Standing.LOST))
    if not gone or (after.standing, after.by) != (before.standing, before.by):
        return None
    for standing in Standing:
        kept = tuple(bank for bank in before.at(standing) if bank not in gone)
        if standing is not Standing.LOST and kept != after.at(standing):
            return None
    return tuple(bank for bank in after.at(Standing.LOST) if bank in gone)


def outcomes(advice: Advice, profile: Profile, catalogue: Catalogue) -> tuple[TaskOutcome, ...]:
    """One outcome a task, in the order of the advice, as far as the person has means for them at all."""
    return tuple(
        _task(task, profile, catalogue) for task in advice.tasks if concerns(task.task, profile, catalogue)
    )


def standing_of(row: MethodAnswer, catalogue: Catalogue) -> Standing:
    """How an answer is told: by its verdict, and as doubtful where sources disagree on a fact behind it."""
    standing = _STANDING[row.verdict]
    return Standing.DOUBTFUL if standing.helps and disputed(row, catalogue) else standing


def disputed(row: MethodAnswer, catalogue: Catalogue) -> bool:
    """True when sources disagree on a fact behind the answer."""
    return any(fact in catalogue.facts and catalogue.facts[fact].disputed for fact in row.facts)


def owned(row: MethodAnswer, task: str, profile: Profile, catalogue: Catalogue) -> bool:
    """True when the person has the method at that bank, or it takes no personal means."""
    return profile.has(row.method, row.bank) or _free(row.method, task, catalogue)


def concerns(task: str, profile: Profile, catalogue: Catalogue) -> bool:
    """True when a person with this profile does this task at all: has a method of it, or it takes none."""
    own = {means.method for means in profile.means}
    uses = [use for step in catalogue.tasks[task].steps for use in step.uses]
    return (
        not profile
        or not uses
        or any(use.method in own or _free(use.method, task, catalogue) for use in uses)
    )


def ways_of(found: Iterable[TaskOutcome]) -> Iterator[Way]:
    """Every way of every task whose own systems are up."""
    for task in found:
        for outcome in task.all:
            if not outcome.cause:
                for step in outcome.steps:
                    yield from step.ways


def _task(advice: TaskAdvice, profile: Profile, catalogue: Catalogue) -> TaskOutcome:
    parts: list[tuple[Interval, Outcome]] = []
    for part in advice.parts:
        outcome = _outcome(part.answer, profile, catalogue)
        if parts and parts[-1][1] == outcome:
            parts[-1] = (Interval(parts[-1][0].start, part.interval.end), outcome)
        else:
            parts.append((part.interval, outcome))
    spans: dict[Outcome, timedelta] = {}
    for interval, outcome in parts:
        spans[outcome] = spans.get(outcome, timedelta()) + (interval.until - interval.start)
    usual = max(spans, key=lambda outcome: spans[outcome])
    exceptions = tuple((interval, outcome) for interval, outcome in parts if outcome != usual)
    return TaskOutcome(advice.task, advice.essential, usual, exceptions)


def _outcome(answer: TaskAnswer, profile: Profile, catalogue: Catalogue) -> Outcome:
    steps = dict.fromkeys(method.step for method in answer.methods)
    return Outcome(
        verdict=answer.verdict,
        cause=answer.cause,
        steps=tuple(_step(answer, step, profile, catalogue) for step in steps),
        last_resort=answer.last_resort,
    )


def _step(answer: TaskAnswer, step: str, profile: Profile, catalogue: Catalogue) -> StepOutcome:
    rows: dict[str, list[MethodAnswer]] = {}
    spare: dict[str, list[MethodAnswer]] = {}
    for row in answer.methods:
        if row.step == step:
            found = rows if owned(row, answer.task, profile, catalogue) else spare
            found.setdefault(row.method, []).append(row)
    ways = tuple(_way(method, found, catalogue) for method, found in rows.items())
    return StepOutcome(step, ways, tuple(_spare(spare, rows, profile, catalogue)))


def _spare(
    found: Mapping[str, list[MethodAnswer]], own: Container[str], profile: Profile, catalogue: Catalogue
) -> Iterator[Way]:
    """Working ways that a person lacks, and never a way through a bank to those whose bank has none."""
    banks = {means.bank for means in profile.means if means.bank}
    for method, rows in found.items():
        theirs = [row for row in rows if not banks or row.bank is None or row.bank in banks]
        if theirs and method not in own:
            way = _way(method, theirs, catalogue)
            if way.standing < Standing.DOUBTFUL:
                yield way


def _way(method: str, rows: Sequence[MethodAnswer], catalogue: Catalogue) -> Way:
    banks: dict[Standing, list[str]] = {}
    for row in rows:
        banks.setdefault(standing_of(row, catalogue), []).extend([row.bank] if row.bank else [])
    best = min(banks)
    deadlines = [row.prepare_by for row in rows if row.prepare_by] if best is Standing.PREPARED else []
    others = tuple((standing, tuple(banks[standing])) for standing in sorted(banks) if standing is not best)
    return Way(method, best, min(deadlines, default=None), tuple(banks[best]), others)


def _free(method: str, task: str, catalogue: Catalogue) -> bool:
    """True when the method takes no personal means, always or in this task."""
    if catalogue.methods[method].everyone:
        return True
    uses = (use for step in catalogue.tasks[task].steps for use in step.uses)
    return any(use.method == method and use.everyone for use in uses)
