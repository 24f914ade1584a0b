"""A second, slow reading of the rules of reasoning, to hold the engine against.

It works on the catalogue as it is written: no compiled rows, no shared conditions, no sweep over time.
For each question it walks the requirement trees again and looks at every window. Nothing here is taken
from ``notifier.availability``; where the two disagree, one of them has misread the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from notifier.model import (
    BANK,
    NOTHING,
    AllOf,
    AnyOf,
    Catalogue,
    Impact,
    Needs,
    Profile,
    Requirement,
    Status,
    Task,
    Verdict,
    Window,
)


@dataclass(frozen=True)
class Way:
    """One method of one step of a task, at one bank where it is per bank."""

    step: str
    method: str
    bank: str | None
    everyone: bool
    needs: tuple[Requirement, ...]  #: all of these, each time
    prepare: tuple[Requirement, ...]  #: all of these, only while preparing
    standing: Verdict


@dataclass(frozen=True)
class Line:
    """What the rules say of one way at one instant."""

    step: str
    method: str
    bank: str | None
    verdict: Verdict
    prepare_by: datetime | None
    until: datetime | None


def above(system: str) -> list[str]:
    """The id itself and all it hangs below: ``a.b`` hangs below ``a``."""
    names = [system]
    while "." in names[-1]:
        names.append(names[-1].rsplit(".", 1)[0])
    return names


def at_bank(tree: Requirement, bank: str, replaced: tuple[str, ...]) -> Requirement:
    """The same tree for one bank: the placeholder filled in, the leaves that the bank replaces dropped."""
    if isinstance(tree, Needs):
        if tree.system in replaced:
            return NOTHING
        return Needs(bank, tree.certain) if tree.system == BANK else tree
    kept = [part for part in tree.parts if not (isinstance(part, Needs) and part.system in replaced)]
    parts = tuple(at_bank(part, bank, replaced) for part in kept)
    return AllOf(parts) if isinstance(tree, AllOf) else AnyOf(parts)


class Reference:
    """A catalogue and the windows known, in any order."""

    def __init__(self, catalogue: Catalogue, windows: Iterable[Window]) -> None:
        self.catalogue = catalogue
        self.windows = tuple(windows)
        edges = {window.start for window in self.windows} | {window.end for window in self.windows}
        self.edges = sorted(edge for edge in edges if edge is not None)
        # The questions are asked again and again for the same instants; answers are kept, not shortened.
        self.system = cache(self._system)
        self.promise = cache(self._promise)
        self.verdict = cache(self._verdict)
        self.ways = cache(self._ways)

    # --- rule 1: what the windows do to a system ---------------------------------------------------------

    def _system(self, system: str, moment: datetime) -> Verdict:
        """What can be promised of a system that is certainly needed, by its own windows alone."""
        said = Verdict.USABLE
        for window in self.windows:
            begun = window.start <= moment
            over = window.end is not None and window.end <= moment
            if not begun or over or not set(window.systems) & set(above(system)):
                continue
            if window.status is Status.CANCELLED or window.impact is Impact.NONE:
                continue
            if window.status is Status.TENTATIVE:
                said = min(said, Verdict.UNKNOWN)
            elif window.impact is Impact.OUTAGE:
                said = min(said, Verdict.UNUSABLE)
            else:
                said = min(said, Verdict.DEGRADED)
        return said

    # --- rules 2 and 7: requirement trees ----------------------------------------------------------------

    def _promise(self, tree: Requirement, moment: datetime) -> Verdict:
        """All-of takes the worst, any-of the best, a leaf what its system and all behind it allow."""
        if isinstance(tree, AllOf):
            return min((self.promise(part, moment) for part in tree.parts), default=Verdict.USABLE)
        if isinstance(tree, AnyOf):
            return max(self.promise(part, moment) for part in tree.parts)
        own = self.system(tree.system, moment)
        if not tree.certain and own is Verdict.UNUSABLE:
            own = Verdict.UNKNOWN
        behind = [
            self.promise(Needs(name, tree.certain), moment)
            for upper in above(tree.system)
            if upper in self.catalogue.systems
            for name in self.catalogue.systems[upper].needs
        ]
        return min([own, *behind])

    # --- the ways a task can be done ----------------------------------------------------------------------

    def _ways(self, task_id: str) -> tuple[Way, ...]:
        return tuple(self._each_way(self.catalogue.tasks[task_id]))

    def _each_way(self, task: Task) -> Iterator[Way]:
        for step in task.steps:
            for use in step.uses:
                method = self.catalogue.methods[use.method]
                prepare = tuple(tree for tree in (method.prepare, use.prepare) if tree is not None)
                everyone = method.everyone or use.everyone
                standing = min(method.standing, use.standing)
                if not method.per_bank:
                    always = (task.needs, method.needs, use.also)
                    yield Way(step.id, method.id, None, everyone, always, prepare, standing)
                    continue
                for bank in self.catalogue.banks.values():
                    service = bank.services.get(method.id)
                    if service is None:
                        continue
                    here = at_bank(method.needs, bank.id, service.replaces)
                    also = at_bank(use.also, bank.id, ())
                    needs = (task.needs, here, also, at_bank(service.needs, bank.id, ()))
                    ready = tuple(at_bank(tree, bank.id, ()) for tree in prepare)
                    best = min(standing, service.standing)
                    yield Way(step.id, method.id, bank.id, everyone, needs, ready, best)

    # --- rule 3 -------------------------------------------------------------------------------------------

    def preparing(self, way: Way, moment: datetime) -> bool:
        """False where nobody can count on being able to prepare."""
        return all(self.promise(tree, moment) > Verdict.UNKNOWN for tree in way.prepare)

    def _verdict(self, way: Way, moment: datetime) -> Verdict:
        needed = min([way.standing, *(self.promise(tree, moment) for tree in way.needs)])
        if self.preparing(way, moment):
            return needed
        return min(needed, Verdict.IF_PREPARED)

    def prepare_by(self, way: Way, moment: datetime) -> datetime | None:
        """Start of the stretch without a break, containing the moment, in which preparing is impossible."""
        if self.preparing(way, moment) or self.verdict(way, moment) <= Verdict.UNKNOWN:
            return None
        start = moment
        for edge in reversed([edge for edge in self.edges if edge <= moment]):
            if self.preparing(way, edge):
                break
            start = edge
        return start

    def until(self, way: Way, moment: datetime) -> datetime | None:
        """The next edge at which this way's verdict is another one."""
        now = self.verdict(way, moment)
        later = (edge for edge in self.edges if edge > moment and self.verdict(way, edge) is not now)
        return next(later, None)

    # --- rule 6 -------------------------------------------------------------------------------------------

    def ways_of(self, task: str, profile: Profile = Profile()) -> list[Way]:
        """The ways of a task that count for a person."""
        return [way for way in self.ways(task) if way.everyone or profile.has(way.method, way.bank)]

    def lines(self, task: str, moment: datetime, profile: Profile = Profile()) -> list[Line]:
        """Every way that counts, with its verdict, deadline and next change."""
        return [
            Line(
                way.step,
                way.method,
                way.bank,
                self.verdict(way, moment),
                self.prepare_by(way, moment),
                self.until(way, moment),
            )
            for way in self.ways_of(task, profile)
        ]

    def task(self, task: str, moment: datetime, profile: Profile = Profile()) -> Verdict:
        """The worst over the steps of the best way of each; a step without a way cannot be made."""
        steps = [step.id for step in self.catalogue.tasks[task].steps]
        ways = self.ways_of(task, profile)
        best = [
            max((self.verdict(way, moment) for way in ways if way.step == step), default=Verdict.UNUSABLE)
            for step in steps
        ]
        return min(best, default=Verdict.UNUSABLE)
