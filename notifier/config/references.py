"""Everything that one catalogue entry names must exist, and nothing may lie about unused."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from notifier.config.entries import MethodUseShape, TaskShape, ThroughShape
from notifier.config.entryfile import Entries, Entry, S
from notifier.config.report import Report, close, one_of
from notifier.config.shapes import RequirementShape
from notifier.config.sheets import Keys, Sheets, leaves
from notifier.model import BANK

_UNUSED = {
    "methods": "no task uses it; add it to a task or take it out",
    "preparations": "no method asks for it; add it to a method or take it out",
    "cards": "no method and no last resort shows it; add it there or take it out",
    "contacts": "no audience lists it; add it to an audience or take it out",
    "audiences": "no task is for it; add it to a task or take it out",
}
"""Kinds of which every entry must be used -> what to do about one that is not."""


class References:
    """Goes through all entries once and remembers what was used."""

    def __init__(self, sheets: Sheets, report: Report) -> None:
        self._sheets = sheets
        self._report = report
        self._used: dict[str, set[str]] = {kind: set() for kind in (*_UNUSED, "services")}
        self._meant: set[str] = set()

    def check(self) -> None:
        """Report everything that refers to nothing, and everything to which nothing refers."""
        self._check_systems()
        self._check_methods()
        self._check_tasks()
        self._check_people()
        self._check_unused()

    def _check_systems(self) -> None:
        for entry, system in self._sheets.systems.readable:
            self._facts(entry, system.facts)
            for index, other in enumerate(system.needs):
                self._refer(entry, ("needs", index), "system", other)
        for bank_entry, bank in self._sheets.banks.readable:
            self._facts(bank_entry, bank.facts)
            for name, service in bank.services.items():
                at: Keys = ("services", name)
                self._used["services"].add(name)
                self._refer(bank_entry, at, "method", name, key=True)
                self._facts(bank_entry, service.facts, at)
                self._requirement(bank_entry, service.needs, (*at, "needs"))

    def _check_methods(self) -> None:
        for entry, method in self._sheets.methods.readable:
            self._facts(entry, method.facts)
            self._requirement(entry, method.needs, ("needs",))
            self._requirement(entry, method.prepare, ("prepare",))
            self._use_all(entry, "preparations", method.preparations)
            if method.card is not None:
                self._use(entry, ("card",), "card", method.card)

    def _check_tasks(self) -> None:
        for entry, task in self._sheets.tasks.readable:
            self._facts(entry, task.facts)
            self._requirement(entry, task.needs, ("needs",))
            self._use_all(entry, "audiences", task.audiences)
            self._check_steps(entry, task)
            for index, resort in enumerate(task.last_resorts):
                self._use(entry, ("last_resorts", index, "card"), "card", resort.card)
                for number, system in enumerate(resort.when):
                    self._refer(entry, ("last_resorts", index, "when", number), "system", system)

    def _check_steps(self, entry: Entry[TaskShape], task: TaskShape) -> None:
        for index, step in enumerate(task.steps):
            for number, use in enumerate(step.methods):
                at: Keys = ("steps", index, "methods", number)
                match use:
                    case str():
                        self._use(entry, at, "method", use)
                    case MethodUseShape():
                        self._use(entry, (*at, "method"), "method", use.method)
                        self._facts(entry, use.facts, at)
                        self._requirement(entry, use.also, (*at, "also"))
                        self._requirement(entry, use.prepare, (*at, "prepare"))
                    case ThroughShape():
                        self._refer(entry, (*at, "through"), "task", use.through)
                        self._facts(entry, use.facts, at)
                        self._requirement(entry, use.also, (*at, "also"))

    def _check_people(self) -> None:
        for entry, audience in self._sheets.audiences.readable:
            self._facts(entry, audience.facts)
            self._use_all(entry, "contacts", audience.contacts)
        for preparation_entry, preparation in self._sheets.preparations.readable:
            self._facts(preparation_entry, preparation.facts)
        for contact_entry, contact in self._sheets.contacts.readable:
            self._facts(contact_entry, contact.facts)
        for card_entry, card in self._sheets.cards.readable:
            self._facts(card_entry, card.facts)
        for fact_entry, fact in self._sheets.facts.readable:
            for index, source in enumerate(fact.sources):
                self._refer(fact_entry, ("sources", index), "reference", source)

    def _check_unused(self) -> None:
        if self._sheets.blind:
            return
        perhaps = self._sheets.lost_words | self._meant
        for kind, remedy in _UNUSED.items():
            entries: Entries[BaseModel] = getattr(self._sheets, kind)
            for entry, _ in entries.readable:
                if entry.id not in self._used[kind] | perhaps:
                    entry.add(self._report, ("id",), f"the {kind[:-1]} `{entry.id}` is not used", remedy)
        for method_entry, method in self._sheets.methods.readable:
            if method.per_bank and method_entry.id not in self._used["services"] | perhaps:
                what = f"no bank offers the method `{method_entry.id}`"
                method_entry.add(self._report, ("id",), what, "add it to the `services` of a bank")

    def _use_all(self, entry: Entry[S], key: str, names: Iterable[str]) -> None:
        for index, name in enumerate(names):
            self._use(entry, (key, index), key[:-1], name)

    def _use(self, entry: Entry[S], at: Keys, kind: str, name: str) -> None:
        self._used[f"{kind}s"].add(name)
        self._refer(entry, at, kind, name)

    def _refer(self, entry: Entry[S], at: Keys, kind: str, name: str, key: bool = False) -> None:
        """A problem at that place, with the nearest id, where there is nothing of that kind and name."""
        if kind == "system":
            exists, known = self._sheets.knows_system(name), self._sheets.system_ids
        else:
            entries: Entries[BaseModel] = getattr(self._sheets, f"{kind}s")
            exists, known = entries.knows(name), list(entries.first)
        if not exists:
            self._meant.update(close(name, known))  # named by a slip is not unused
            remedy = one_of(name, known) or f"add it to {kind}s.yaml, or take it out here"
            entry.add(self._report, at, f"unknown {kind} `{name}`", remedy, key=key)

    def _facts(self, entry: Entry[S], names: list[str], at: Keys = ()) -> None:
        for index, name in enumerate(names):
            self._refer(entry, (*at, "facts", index), "fact", name)

    def _requirement(self, entry: Entry[S], requirement: RequirementShape | None, at: Keys) -> None:
        for path, system, facts in leaves(requirement, at):
            self._facts(entry, facts, path[:-1])
            if system != BANK:
                self._refer(entry, path, "system", system)
