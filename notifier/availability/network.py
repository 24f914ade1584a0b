"""The catalogue compiled for reasoning: rows (one method of one task at one bank) over shared conditions.

A *condition* is one requirement tree that several rows share, such as "login.gov.pl and IKP are up".
Verdicts are computed once per condition and combined per row, so that a system with a thousand
windows costs its own conditions only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notifier.model import (
    BANK,
    AllOf,
    AnyOf,
    BankService,
    Catalogue,
    MethodUse,
    Needs,
    Requirement,
    SystemState,
    Task,
    Verdict,
    ancestors,
)

OF_STATE = {
    (SystemState.UP, True): Verdict.USABLE,
    (SystemState.UP, False): Verdict.USABLE,
    (SystemState.DEGRADED, True): Verdict.DEGRADED,
    (SystemState.DEGRADED, False): Verdict.DEGRADED,
    (SystemState.UNCERTAIN, True): Verdict.UNKNOWN,
    (SystemState.UNCERTAIN, False): Verdict.UNKNOWN,
    (SystemState.DOWN, True): Verdict.UNUSABLE,
    (SystemState.DOWN, False): Verdict.UNKNOWN,
}
"""Verdict of one leaf by (state, certain): an outage of what is only perhaps needed proves nothing."""

# A snapshot holds a verdict a byte; looking it up here is much faster than calling the enum, and rows
# are judged by the million.
_VERDICTS = tuple(Verdict)
_USABLE, _UNKNOWN = int(Verdict.USABLE), int(Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Condition:
    """One requirement tree with the positions of its leaf systems in the network."""

    index: int
    tree: Requirement
    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one task (at one bank): the unit that gets a verdict.

    ``own`` is the condition of the task's own systems, ``needs`` the method's, ``prepare`` what must
    be up for preparing (``None``: nothing); ``standing`` is the best that may ever be promised.
    """

    index: int
    task: str
    step: str
    method: str
    bank: str | None
    everyone: bool
    own: int
    needs: int
    prepare: int | None
    standing: Verdict
    facts: tuple[str, ...]

    def verdict(self, snapshot: bytes) -> Verdict:
        """The verdict when the conditions stand as in ``snapshot`` (one verdict a byte)."""
        own, worst = snapshot[self.own], snapshot[self.needs]
        if own < worst:
            worst = own
        if self.standing < worst:
            worst = self.standing
        if worst == _USABLE and self.prepare is not None and snapshot[self.prepare] <= _UNKNOWN:
            return Verdict.IF_PREPARED
        return _VERDICTS[worst]


class Network:
    """A catalogue compiled into rows and conditions. Immutable after construction."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.leaves: list[str] = []
        self.conditions: list[Condition] = []
        self.rows: list[Row] = []
        self._leaf_at: dict[str, int] = {}
        self._condition_at: dict[Requirement, int] = {}
        self._rows_of: dict[str, tuple[Row, ...]] = {}
        self._memo: dict[tuple[int, tuple[SystemState, ...]], Verdict] = {}
        for task in catalogue.tasks.values():
            self._compile_task(task)
        self._below: dict[str, tuple[int, ...]] = {}
        by_leaf: list[list[int]] = [[] for _ in self.leaves]
        for condition in self.conditions:
            for leaf in condition.leaves:
                by_leaf[leaf].append(condition.index)
        self.conditions_of_leaf = [tuple(found) for found in by_leaf]
        self.calm = bytes([Verdict.USABLE] * len(self.conditions))
        """The snapshot on a day without any window."""

    def rows_of(self, task: str) -> tuple[Row, ...]:
        """The rows of one task, easiest first."""
        return self._rows_of[task]

    def leaves_below(self, system: str) -> tuple[int, ...]:
        """Positions of the leaf systems that a window on ``system`` covers: itself and all below it."""
        if system not in self._below:
            self._below[system] = tuple(i for i, leaf in enumerate(self.leaves) if system in ancestors(leaf))
        return self._below[system]

    def evaluate(self, condition: Condition, states: Sequence[SystemState]) -> Verdict:
        """Verdict of a condition while the leaf systems stand as in ``states``."""
        key = (condition.index, tuple([states[leaf] for leaf in condition.leaves]))
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = _evaluate(condition.tree, key[1])
        return found

    def task_verdict(self, task: str, snapshot: bytes) -> Verdict:
        """Best method of each step, worst of the steps, for nobody in particular."""
        return combine((row, row.verdict(snapshot)) for row in self._rows_of[task])

    def _compile_task(self, task: Task) -> None:
        own = self._condition(task.needs)
        first = len(self.rows)
        for step in task.steps:
            for use in step.uses:
                for bank, service in self._banks_of(use.method):
                    self.rows.append(self._row(task, step.id, use, own, bank, service))
        self._rows_of[task.id] = tuple(self.rows[first:])

    def _banks_of(self, method: str) -> Iterator[tuple[str | None, BankService]]:
        if not self.catalogue.methods[method].per_bank:
            yield None, BankService()
            return
        for bank in self.catalogue.banks.values():
            if method in bank.services:
                yield bank.id, bank.services[method]

    def _row(
        self, task: Task, step: str, use: MethodUse, own: int, bank: str | None, service: BankService
    ) -> Row:
        method = self.catalogue.methods[use.method]
        needs = AllOf((_at_bank(method.needs, bank, service.replaces), service.needs, use.also))
        prepare = [_at_bank(tree, bank, ()) for tree in (method.prepare, use.prepare) if tree is not None]
        return Row(
            index=len(self.rows),
            task=task.id,
            step=step,
            method=method.id,
            bank=bank,
            everyone=method.everyone or use.everyone,
            own=own,
            needs=self._condition(needs),
            prepare=self._condition(AllOf(tuple(prepare))) if prepare else None,
            standing=min(method.standing, use.standing, service.standing),
            facts=tuple(dict.fromkeys((*method.facts, *use.facts, *service.facts))),
        )

    def _condition(self, needs: Requirement) -> int:
        tree = _flat(self._expand(needs, certain=True, seen=()))
        if tree not in self._condition_at:
            self._condition_at[tree] = len(self.conditions)
            leaves = tuple(self._leaf(leaf.system) for leaf in leaves_of(tree))
            self.conditions.append(Condition(len(self.conditions), tree, leaves))
        return self._condition_at[tree]

    def _leaf(self, system: str) -> int:
        if system not in self._leaf_at:
            self._leaf_at[system] = len(self.leaves)
            self.leaves.append(system)
        return self._leaf_at[system]

    def _expand(self, needs: Requirement, *, certain: bool, seen: tuple[str, ...]) -> Requirement:
        """The tree with each system joined by what it cannot work without; doubt is passed downwards."""
        if isinstance(needs, AllOf):
            return AllOf(tuple(self._expand(part, certain=certain, seen=seen) for part in needs.parts))
        if isinstance(needs, AnyOf):
            return AnyOf(tuple(self._expand(part, certain=certain, seen=seen) for part in needs.parts))
        leaf = Needs(needs.system, needs.certain and certain, needs.facts)
        below = [
            self._expand(Needs(further), certain=leaf.certain, seen=(*seen, leaf.system))
            for name in ancestors(leaf.system)
            if name in self.catalogue.systems
            for further in self.catalogue.systems[name].needs
            if further not in seen
        ]
        return AllOf((leaf, *below)) if below else leaf


def combine(answers: Iterator[tuple[Row, Verdict]]) -> Verdict:
    """Best row of each step, then the worst of the steps; nothing at all is ``unusable``."""
    steps: dict[str, Verdict] = {}
    for row, verdict in answers:
        if verdict > steps.get(row.step, -1):
            steps[row.step] = verdict
    return min(steps.values(), default=Verdict.UNUSABLE)


def leaves_of(tree: Requirement) -> Iterator[Needs]:
    """The leaves of a requirement from left to right, repeats included."""
    if isinstance(tree, Needs):
        yield tree
    else:
        for part in tree.parts:
            yield from leaves_of(part)


def _evaluate(tree: Requirement, states: tuple[SystemState, ...]) -> Verdict:
    rest = iter(states)

    def verdict(part: Requirement) -> Verdict:
        if isinstance(part, Needs):
            return OF_STATE[next(rest), part.certain]
        found = [verdict(child) for child in part.parts]  # every leaf must be consumed: no short cut
        if isinstance(part, AllOf):
            return min(found, default=Verdict.USABLE)
        return max(found, default=Verdict.USABLE)

    return verdict(tree)


def _at_bank(tree: Requirement, bank: str | None, dropped: tuple[str, ...]) -> Requirement:
    """The tree with the bank in place of the placeholder and without the systems a bank replaces."""
    if isinstance(tree, Needs):
        if tree.system in dropped:
            return AllOf()
        return Needs(bank, tree.certain, tree.facts) if tree.system == BANK and bank else tree
    return type(tree)(tuple(_at_bank(part, bank, dropped) for part in tree.parts))


def _flat(tree: Requirement) -> Requirement:
    """The same requirement in a normal form, so that equal conditions are found to be equal."""
    if isinstance(tree, Needs):
        return tree
    parts: list[Requirement] = []
    for part in map(_flat, tree.parts):
        parts.extend(part.parts if isinstance(part, AllOf) and isinstance(tree, AllOf) else [part])
    unique = tuple(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else type(tree)(unique)


def facts_of(tree: Requirement) -> tuple[str, ...]:
    """The fact ids named by the leaves of a requirement, each once."""
    return tuple(dict.fromkeys(fact for leaf in leaves_of(tree) for fact in leaf.facts))


__all__ = ["Condition", "Network", "Row", "combine", "facts_of", "leaves_of"]
