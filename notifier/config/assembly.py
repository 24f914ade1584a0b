"""Checked sheets -> the catalogue that the reasoning works on. Nothing here can fail any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from notifier.config.entries import MethodUseShape, TaskShape, ThroughShape, UseShape
from notifier.config.entryfile import Entries
from notifier.config.shapes import AllShape, AnyShape, NeedsShape, RequirementShape, Shape
from notifier.config.sheets import Sheets
from notifier.model import (
    NOTHING,
    AllOf,
    AnyOf,
    Audience,
    Bank,
    BankService,
    Card,
    Catalogue,
    Contact,
    Fact,
    LastResort,
    Method,
    MethodUse,
    Needs,
    Preparation,
    Requirement,
    Step,
    System,
    Task,
    Verdict,
)


def assemble(sheets: Sheets, languages: Sequence[str]) -> Catalogue:
    """The catalogue; banks are among its systems, and ``{through: task}`` is written out."""
    systems = {
        shape.id: System(
            shape.id,
            _words(shape.words),
            tuple(shape.facts),
            operator=shape.operator,
            needs=tuple(shape.needs),
            aliases=tuple(shape.aliases),
        )
        for _, shape in sheets.systems.readable
    }
    banks = {
        shape.id: Bank(
            shape.id,
            _words(shape.words),
            tuple(shape.facts),
            services={
                method: BankService(
                    _verdict(service.standing),
                    _requirement(service.needs),
                    tuple(service.facts),
                    tuple(service.replaces),
                )
                for method, service in shape.services.items()
            },
            aliases=tuple(shape.aliases),
            group=shape.group,
        )
        for _, shape in sheets.banks.readable
    }
    systems |= {
        bank.id: System(bank.id, bank.words, bank.facts, aliases=bank.aliases) for bank in banks.values()
    }
    return Catalogue(
        systems=systems,
        banks=banks,
        methods={
            shape.id: Method(
                shape.id,
                _words(shape.words),
                tuple(shape.facts),
                needs=_requirement(shape.needs),
                prepare=_optional(shape.prepare),
                preparations=tuple(shape.preparations),
                per_bank=shape.per_bank,
                everyone=shape.everyone,
                card=shape.card,
                standing=_verdict(shape.standing),
            )
            for _, shape in sheets.methods.readable
        },
        preparations={
            shape.id: Preparation(shape.id, _words(shape.words), tuple(shape.facts), lead=shape.lead)
            for _, shape in sheets.preparations.readable
        },
        tasks={shape.id: _task(shape, sheets.tasks) for _, shape in sheets.tasks.readable},
        audiences={
            shape.id: Audience(
                shape.id, _words(shape.words), tuple(shape.facts), contacts=tuple(shape.contacts)
            )
            for _, shape in sheets.audiences.readable
        },
        contacts={
            shape.id: Contact(shape.id, _words(shape.words), tuple(shape.facts), value=shape.value)
            for _, shape in sheets.contacts.readable
        },
        cards={
            shape.id: Card(
                shape.id,
                {language: {"title": words.title} for language, words in shape.words.items()},
                tuple(shape.facts),
                steps={language: tuple(words.steps) for language, words in shape.words.items()},
            )
            for _, shape in sheets.cards.readable
        },
        facts={
            shape.id: Fact(
                shape.id,
                {language: words.says for language, words in shape.words.items()},
                tuple(shape.sources),
                shape.confidence,
                shape.verified,
                shape.disputed,
            )
            for _, shape in sheets.facts.readable
        },
        languages=tuple(languages),
    )


def _task(shape: TaskShape, tasks: Entries[TaskShape]) -> Task:
    return Task(
        shape.id,
        _words(shape.words),
        tuple(shape.facts),
        audiences=tuple(shape.audiences),
        essential=shape.essential,
        needs=_requirement(shape.needs),
        steps=tuple(
            Step(step.id, tuple(use for item in step.methods for use in _uses(item, tasks)))
            for step in shape.steps
        ),
        last_resorts=tuple(LastResort(resort.card, tuple(resort.when)) for resort in shape.last_resorts),
    )


def _uses(item: UseShape, tasks: Entries[TaskShape]) -> Iterator[MethodUse]:
    """A method as it is used; for ``through``, each of the other task's, which needs what that task needs."""
    match item:
        case str():
            yield MethodUse(item)
        case MethodUseShape():
            yield MethodUse(
                item.method,
                _requirement(item.also),
                _optional(item.prepare),
                _verdict(item.standing),
                item.everyone,
                tuple(item.facts),
            )
        case ThroughShape():
            other = tasks.first[item.through].shape
            if other is None:
                return
            here = _both(_requirement(item.also), _requirement(other.needs))
            for inner in other.steps[0].methods:
                for use in _uses(inner, tasks):
                    yield MethodUse(
                        use.method,
                        _both(use.also, here),
                        use.prepare,
                        min(use.standing, _verdict(item.standing)),
                        use.everyone,
                        tuple(dict.fromkeys((*use.facts, *item.facts))),
                    )


def _both(one: Requirement, other: Requirement) -> Requirement:
    """What needs both; parts of an all-of lie side by side, each once."""
    parts: dict[Requirement, None] = {}
    for requirement in (one, other):
        inner = requirement.parts if isinstance(requirement, AllOf) else (requirement,)
        parts.update(dict.fromkeys(inner))
    return next(iter(parts)) if len(parts) == 1 else AllOf(tuple(parts))


def _requirement(shape: RequirementShape | None) -> Requirement:
    match shape:
        case str():
            return Needs(shape)
        case NeedsShape():
            return Needs(shape.system, shape.certain, tuple(shape.facts))
        case AllShape():
            return AllOf(tuple(_requirement(part) for part in shape.all))
        case AnyShape():
            return AnyOf(tuple(_requirement(part) for part in shape.any))
        case _:
            return NOTHING


def _optional(shape: RequirementShape | None) -> Requirement | None:
    return None if shape is None else _requirement(shape)


def _verdict(word: str) -> Verdict:
    return Verdict[word.upper()]


def _words(words: Mapping[str, Shape]) -> dict[str, dict[str, str]]:
    return {language: forms.model_dump(by_alias=True) for language, forms in words.items()}
