"""What entries say must fit together: banks and per-bank methods, preparing, steps, last resorts.

What follows from a key that has a mistake of its own is left alone.
"""

from __future__ import annotations

from notifier.config.entries import BankShape, MethodShape, MethodUseShape, TaskShape, ThroughShape
from notifier.config.entryfile import Entry, S
from notifier.config.report import Report, one_of
from notifier.config.shapes import RequirementShape
from notifier.config.sheets import Keys, Sheets, leaves
from notifier.model import BANK


class Coherence:
    """Goes through banks, methods and tasks."""

    def __init__(self, sheets: Sheets, report: Report) -> None:
        self._sheets = sheets
        self._report = report

    def check(self) -> None:
        """Report every contradiction."""
        for bank_entry, bank in self._sheets.banks.readable:
            if bank_entry.id in self._sheets.systems.first:
                twin = self._sheets.systems.first[bank_entry.id]
                where = f"it is a system in {twin.file}:{twin.spot('id').line}; a bank is one already"
                bank_entry.add(self._report, ("id",), f"the id `{bank_entry.id}` is taken", where)
            self._check_bank(bank_entry, bank)
        for entry, method in self._sheets.methods.readable:
            self._check_method(entry, method)
        for task_entry, task in self._sheets.tasks.readable:
            self._no_bank(task_entry, task.needs, ("needs",))
            self._check_steps(task_entry, task)
            if task_entry.sure_of("last_resorts"):
                self._check_last_resorts(task_entry, task)

    def _check_bank(self, entry: Entry[BankShape], bank: BankShape) -> None:
        for name, service in bank.services.items():
            method = self._method(name)
            if method is None:
                continue
            at: Keys = ("services", name)
            if not method.per_bank:
                remedy = "write `per_bank: true` at the method, or take it out here"
                entry.add(self._report, at, f"the method `{name}` is not per bank", remedy, key=True)
            own = _systems(method.needs)
            for index, dropped in enumerate(service.replaces):
                if dropped not in own:
                    what = f"the method `{name}` does not need `{dropped}`"
                    entry.add(self._report, (*at, "replaces", index), what, one_of(dropped, own))

    def _check_method(self, entry: Entry[MethodShape], method: MethodShape) -> None:
        if not method.per_bank and entry.sure_of("per_bank"):
            self._no_bank(entry, method.needs, ("needs",))
            self._no_bank(entry, method.prepare, ("prepare",))
        elif entry.sure_of("per_bank", "needs") and BANK not in _systems(method.needs):
            what = f"the method is per bank and does not need `{BANK}`"
            entry.add(self._report, ("per_bank",), what, f'add "{BANK}" to its needs', key=True)
        if method.prepare is not None and not method.preparations and entry.sure_of("preparations"):
            remedy = "list what a person must do in `preparations`"
            entry.add(self._report, ("prepare",), "there is a `prepare` and nothing to do", remedy, key=True)

    def _check_steps(self, entry: Entry[TaskShape], task: TaskShape) -> None:
        steps: set[str] = set()
        for index, step in enumerate(task.steps):
            if step.id in steps:
                what = f"the step id `{step.id}` is here twice"
                entry.add(self._report, ("steps", index, "id"), what, "give each its own")
            steps.add(step.id)
            methods: set[str] = set()
            for number, use in enumerate(step.methods):
                at: Keys = ("steps", index, "methods", number)
                if isinstance(use, ThroughShape):
                    self._check_through(entry, use, at)
                    continue
                name = use if isinstance(use, str) else use.method
                if name in methods:
                    entry.add(self._report, (*at, "method"), f"the method `{name}` is here twice", "keep one")
                methods.add(name)
                method = self._method(name)
                if isinstance(use, MethodUseShape) and method is not None and not method.per_bank:
                    self._no_bank(entry, use.also, (*at, "also"))
                    self._no_bank(entry, use.prepare, (*at, "prepare"))

    def _check_through(self, entry: Entry[TaskShape], use: ThroughShape, at: Keys) -> None:
        self._no_bank(entry, use.also, (*at, "also"))
        other = self._sheets.tasks.first.get(use.through)
        if other is None or other.shape is None or not other.sure_of("steps"):
            return
        if (count := len(other.shape.steps)) != 1:
            what = f"the task `{use.through}` has {count} steps"
            remedy = "one can go through a task with one step only; list the methods instead"
            entry.add(self._report, (*at, "through"), what, remedy)

    def _check_last_resorts(self, entry: Entry[TaskShape], task: TaskShape) -> None:
        for index, resort in enumerate(task.last_resorts):
            at: Keys = ("last_resorts", index)
            last = index == len(task.last_resorts) - 1
            if last and resort.when:
                what, remedy = "the last of `last_resorts` has a `when`", "end with one that always holds"
                entry.add(self._report, (*at, "when"), what, remedy, key=True)
            if not last and not resort.when:
                what, remedy = "a last resort without `when` hides those after it", "move it to the end"
                entry.add(self._report, at, what, remedy)

    def _no_bank(self, entry: Entry[S], requirement: RequirementShape | None, at: Keys) -> None:
        for path, system, _ in leaves(requirement, at):
            if system == BANK:
                remedy = "only a method with `per_bank: true` has one"
                entry.add(self._report, path, f"`{BANK}` where there is no bank", remedy)

    def _method(self, name: str) -> MethodShape | None:
        """The method of that name, if it is known what it needs and whether it is per bank."""
        entry = self._sheets.methods.first.get(name)
        return entry.shape if entry is not None and entry.sure_of("per_bank", "needs") else None


def _systems(requirement: RequirementShape | None) -> set[str]:
    return {system for _, system, _ in leaves(requirement, ())}
