"""The catalogue compiled for reasoning: rows (one method of one task at one bank) over shared conditions.

Verdicts are computed once per condition and combined per row, so that a system with a thousand windows
costs its own conditions only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from notifier.availability.condition import Condition, at_bank, flat, leaves_of, picker
from notifier.availability.judging import Judge
from notifier.availability.rows import Row
from notifier.availability.tasks import TaskRows
from notifier.model import (
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
        self.judge = Judge(self.rows, self.task_rows.values(), len(self.conditions))
        self._below: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._leaves_at: dict[str, list[int]] = {}
        for i, name in enumerate(self.leaves):
            for system in ancestors(name):
                self._leaves_at.setdefault(system, []).append(i)
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

    def leaves_below(self, systems: tuple[str, ...]) -> tuple[int, ...]:
        """Positions of the leaf systems that a window on ``systems`` covers: themselves and all below them."""
        found = self._below.get(systems)
        if found is None:
            leaves = {leaf for system in systems for leaf in self._leaves_at.get(system, ())}
            found = self._below[systems] = tuple(sorted(leaves))
        return found

    def conditions_below(self, systems: tuple[str, ...]) -> set[int]:
        """The conditions that ask for a leaf system which a window on these systems covers."""
        return {index for leaf in self.leaves_below(systems) for index in self.conditions_of_leaf[leaf]}

    def snapshot(
        self, states: Sequence[SystemState], conditions: Iterable[int], others: bytes | None = None
    ) -> bytes:
        """The verdict of these conditions while the leaf systems stand as in ``states``.

        The others are left as in another snapshot, or as on a calm day.
        """
        verdicts = bytearray(self.calm if others is None else others)
        for index in conditions:
            verdicts[index] = self.conditions[index].verdict(states)
        return bytes(verdicts)

    def _compile_task(self, task: Task) -> None:
        own = self._condition(task.needs)
        first = len(self.rows)
        for step in task.steps:
            for use in step.uses:
                for bank, service in self._banks_of(use.method):
                    self.rows.append(self._row(task, step.id, use, own, bank, service))
        self.task_rows[task.id] = TaskRows(
            len(self.task_rows),
            tuple(self.rows[first:]),
            (step.id for step in task.steps),
            [self._intern(leaf) for leaf in leaves_of(self.conditions[own].tree)],
            [
                (resort.card, tuple(self._condition(Needs(system)) for system in resort.when))
                for resort in task.last_resorts
            ],
            essential=task.essential,
        )

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
        needs = AllOf((at_bank(method.needs, bank, service.replaces), service.needs))
        prepare = [at_bank(tree, bank, ()) for tree in (method.prepare, use.prepare) if tree is not None]
        return Row(
            index=len(self.rows),
            task=task.id,
            step=step,
            method=method.id,
            bank=bank,
            everyone=method.everyone or use.everyone,
            own=own,
            # Apart, because the method at a bank is the same in every task, and so is what a use adds.
            needs=tuple(self._condition(tree) for tree in (needs, use.also) if tree != AllOf()),
            prepare=self._condition(AllOf(tuple(prepare))) if prepare else None,
            standing=min(method.standing, use.standing, service.standing),
            facts=tuple(dict.fromkeys((*method.facts, *use.facts, *service.facts))),
        )

    def _condition(self, needs: Requirement) -> int:
        return self._intern(flat(self._expand(needs, certain=True, seen=())))

    def _intern(self, tree: Requirement) -> int:
        """The number of a condition; equal ones share it."""
        if tree not in self._condition_at:
            self._condition_at[tree] = len(self.conditions)
            leaves = tuple(self._leaf(leaf.system) for leaf in leaves_of(tree))
            self.conditions.append(Condition(len(self.conditions), tree, leaves, picker(leaves)))
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
