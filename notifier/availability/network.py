"""The catalogue compiled for reasoning: rows (one method of one task at one bank) over shared conditions.

A *condition* is one requirement tree that several rows share, such as "login.gov.pl and IKP are up".
Verdicts are computed once per condition and combined per row, so that a system with a thousand
windows costs its own conditions only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

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

_AT_MOST = [bytes(min(value, most) for value in range(256)) for most in Verdict]
"""Translation tables that let no verdict be better than the given one."""

_REMEMBERED = 50_000
"""Snapshots whose judgement is remembered, per task: some tens of megabytes at the very most."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One requirement tree with the positions of its leaf systems in the network.

    ``known`` remembers the verdict for each combination of states met so far; there are few.
    """

    index: int
    tree: Requirement
    leaves: tuple[int, ...]
    pick: Callable[[Sequence[SystemState]], object]
    known: dict[object, Verdict] = field(default_factory=dict, compare=False)

    def verdict(self, states: Sequence[SystemState]) -> Verdict:
        """The verdict while the leaf systems of the network stand as in ``states``."""
        key = self.pick(states)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _evaluate(self.tree, [states[leaf] for leaf in self.leaves])
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one task (at one bank): the unit that gets a verdict.

    ``own`` is the condition of the task's own systems, ``needs`` those of the method and of its use in
    this task, ``prepare`` what must be up for preparing (``None``: nothing); ``standing`` is the best
    that may ever be promised.
    """

    index: int
    task: str
    step: str
    method: str
    bank: str | None
    everyone: bool
    own: int
    needs: tuple[int, ...]
    prepare: int | None
    standing: Verdict
    facts: tuple[str, ...]

    def verdict(self, snapshot: bytes) -> Verdict:
        """The verdict when the conditions stand as in ``snapshot`` (one verdict a byte)."""
        worst: int = self.standing
        if snapshot[self.own] < worst:
            worst = snapshot[self.own]
        for condition in self.needs:
            if snapshot[condition] < worst:
                worst = snapshot[condition]
        if worst == _USABLE and self.prepare is not None and snapshot[self.prepare] <= _UNKNOWN:
            return Verdict.IF_PREPARED
        return _VERDICTS[worst]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One task while the conditions stand in one way: a verdict a row, and the task's."""

    rows: bytes
    verdict: Verdict
    preparing: tuple[Row, ...]


class TaskRows:
    """The rows of one task, judged together; what was judged once is remembered."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        asked = {i for row in rows for i in (row.own, *row.needs, row.prepare) if i is not None}
        self.asked = tuple(sorted(asked))
        self._pick = _picker(self.asked)
        self._standing = bytes(row.standing for row in rows)
        # One column a need: with the task's own condition in place of a missing one, all rows have as many.
        widest = max((len(row.needs) for row in rows), default=0)
        self._columns = [
            itemgetter(*(row.needs[n] if n < len(row.needs) else row.own for row in rows), 0)
            for n in range(widest)
        ]
        self._own = rows[0].own if rows else 0
        self._preparing = [(i, row) for i, row in enumerate(rows) if row.prepare is not None]
        self._steps = [
            itemgetter(*(i for i, row in enumerate(rows) if row.step == step), -1)
            for step in dict.fromkeys(row.step for row in rows)
        ]
        self._by_snapshot: dict[bytes, Judgement] = {}
        self._by_conditions: dict[object, Judgement] = {}

    def judge(self, snapshot: bytes) -> Judgement:
        """The judgement for a snapshot: what :meth:`Row.verdict` says of each row, and of the task."""
        found = self._by_snapshot.get(snapshot)
        if found is None:
            key = self._pick(snapshot)
            found = self._by_conditions.get(key)
            if found is None:
                found = self._by_conditions[key] = self._judge(snapshot)
            if len(self._by_snapshot) >= _REMEMBERED:
                self._by_snapshot.clear()
            self._by_snapshot[snapshot] = found
        return found

    def _judge(self, snapshot: bytes) -> Judgement:
        """All rows at once, column by column, because there are hundreds of thousands of combinations."""
        columns = [pick(snapshot) for pick in self._columns]
        verdicts = bytearray(map(min, self._standing, *columns) if columns else self._standing)
        own = snapshot[self._own]
        if own < _USABLE:
            verdicts = verdicts.translate(_AT_MOST[own])
        preparing = []
        for i, row in self._preparing:
            if verdicts[i] == _USABLE and row.prepare is not None and snapshot[row.prepare] <= _UNKNOWN:
                verdicts[i] = Verdict.IF_PREPARED
                preparing.append(row)
        verdicts.append(0)  # the worst, which no best of a step is made better by
        task = min((max(pick(verdicts)) for pick in self._steps), default=0)
        return Judgement(bytes(verdicts[:-1]), _VERDICTS[task], tuple(preparing))


class Network:
    """A catalogue compiled into rows and conditions. Immutable after construction."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.leaves: list[str] = []
        self.conditions: list[Condition] = []
        self.rows: list[Row] = []
        self._leaf_at: dict[str, int] = {}
        self._condition_at: dict[Requirement, int] = {}
        self.task_rows: dict[str, TaskRows] = {}
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
        return self.task_rows[task].rows

    def leaves_below(self, system: str) -> tuple[int, ...]:
        """Positions of the leaf systems that a window on ``system`` covers: itself and all below it."""
        if system not in self._below:
            self._below[system] = tuple(i for i, leaf in enumerate(self.leaves) if system in ancestors(leaf))
        return self._below[system]

    def snapshot(self, states: Sequence[SystemState], only: Iterable[int] | None = None) -> bytes:
        """The verdict of every condition while the leaf systems stand as in ``states``.

        With ``only`` the other conditions are left as on a calm day.
        """
        verdicts = bytearray(self.calm)
        for index in range(len(self.conditions)) if only is None else only:
            verdicts[index] = self.conditions[index].verdict(states)
        return bytes(verdicts)

    def task_verdict(self, task: str, snapshot: bytes) -> Verdict:
        """Best method of each step, worst of the steps, for nobody in particular."""
        return self.task_rows[task].judge(snapshot).verdict

    def _compile_task(self, task: Task) -> None:
        own = self._condition(task.needs)
        first = len(self.rows)
        for step in task.steps:
            for use in step.uses:
                for bank, service in self._banks_of(use.method):
                    self.rows.append(self._row(task, step.id, use, own, bank, service))
        self.task_rows[task.id] = TaskRows(tuple(self.rows[first:]))

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
        at_bank = AllOf((_at_bank(method.needs, bank, service.replaces), service.needs))
        prepare = [_at_bank(tree, bank, ()) for tree in (method.prepare, use.prepare) if tree is not None]
        return Row(
            index=len(self.rows),
            task=task.id,
            step=step,
            method=method.id,
            bank=bank,
            everyone=method.everyone or use.everyone,
            own=own,
            # Apart, because the method at a bank is the same in every task, and so is what a use adds.
            needs=tuple(self._condition(tree) for tree in (at_bank, use.also) if tree != AllOf()),
            prepare=self._condition(AllOf(tuple(prepare))) if prepare else None,
            standing=min(method.standing, use.standing, service.standing),
            facts=tuple(dict.fromkeys((*method.facts, *use.facts, *service.facts))),
        )

    def _condition(self, needs: Requirement) -> int:
        tree = _flat(self._expand(needs, certain=True, seen=()))
        if tree not in self._condition_at:
            self._condition_at[tree] = len(self.conditions)
            leaves = tuple(self._leaf(leaf.system) for leaf in leaves_of(tree))
            self.conditions.append(Condition(len(self.conditions), tree, leaves, _picker(leaves)))
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


def combine(answers: Iterable[tuple[Row, Verdict]]) -> Verdict:
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


def _picker(indexes: tuple[int, ...]) -> Callable[[Sequence[object]], object]:
    """What takes those places out of a sequence as one hashable key, at the speed of C."""
    return itemgetter(*indexes) if indexes else lambda _: ()


def _evaluate(tree: Requirement, states: Iterable[SystemState]) -> Verdict:
    """Verdict of a tree whose leaves, from left to right, are in these states."""
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
