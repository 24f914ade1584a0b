"""The catalogue: who needs which system for what. Facts kept as data, never compiled into code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from notifier.model.verdict import Verdict

BANK = "{bank}"
"""Placeholder for "the bank at hand" in the requirement of a per-bank method."""


class Confidence(StrEnum):
    """How well a fact is founded."""

    HIGH = "H"  #: official text, or two independent sources
    MEDIUM = "M"  #: one decent source, or a tight inference
    LOW = "L"  #: weak, old, contradictory, or a loose inference


@dataclass(frozen=True, slots=True)
class Needs:
    """A leaf of a requirement: one system.

    ``certain`` is False where it is not established that the system is needed at all: its outage
    then makes the method unknown and not unusable. ``facts`` are the ids behind the statement.
    """

    system: str
    certain: bool = True
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything below is needed; with nothing below, nothing is needed."""

    parts: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of those below is enough."""

    parts: tuple[Requirement, ...]


Requirement = Needs | AllOf | AnyOf
NOTHING = AllOf()

Words = Mapping[str, Mapping[str, str]]
"""Language -> form -> text; the forms of each kind of entry are checked when the catalogue is read."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement with its origin: references by id, confidence, and the day it was last verified."""

    id: str
    says: Mapping[str, str]
    sources: tuple[str, ...]
    confidence: Confidence
    verified: date
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What every catalogue entry has: an id, words in each language, and the facts behind it."""

    id: str
    words: Words
    facts: tuple[str, ...] = ()

    def say(self, language: str, form: str = "name") -> str:
        """The text in that language and form. Raises ``KeyError``; the check makes sure it is there."""
        return self.words[language][form]


@dataclass(frozen=True, slots=True)
class System(Entry):
    """Anything whose outage matters. Ids are dotted; ``needs`` are systems it cannot work without."""

    operator: str = ""
    needs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BankService:
    """How one bank takes part in one per-bank method.

    ``standing`` is the best that may be promised on a good day (``unknown`` where it is only
    probable that the bank offers the method); ``needs`` is what this bank needs on top.
    """

    standing: Verdict = Verdict.USABLE
    needs: Requirement = NOTHING
    facts: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bank(Entry):
    """A bank or another provider of log-ins; its id is also the id of a system."""

    services: Mapping[str, BankService] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Preparation(Entry):
    """What a person must have done before; ``lead`` is how long doing it takes, from minutes to days."""

    lead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Method(Entry):
    """A way to log in, sign, or get the thing done without either.

    ``needs`` must be up each time; ``prepare`` must be up at the time of preparing only.
    ``everyone`` marks methods that take no personal means, so that no profile has to list them.
    """

    needs: Requirement = NOTHING
    prepare: Requirement | None = None
    preparations: tuple[str, ...] = ()
    per_bank: bool = False
    everyone: bool = False
    card: str | None = None
    standing: Verdict = Verdict.USABLE


@dataclass(frozen=True, slots=True)
class MethodUse:
    """A method as one task uses it: what it needs on top, and what is doubtful about it there."""

    method: str
    also: Requirement = NOTHING
    prepare: Requirement | None = None
    standing: Verdict = Verdict.USABLE
    everyone: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One ability a task takes (log in, sign); any one of its uses, easiest first, is enough."""

    id: str
    uses: tuple[MethodUse, ...]


@dataclass(frozen=True, slots=True)
class LastResort:
    """What is left when nothing works. ``when`` lists systems, all of which must be lost for it to be told."""

    card: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task(Entry):
    """What a person wants to get done. ``needs`` holds whatever the method; all ``steps`` must succeed."""

    audiences: tuple[str, ...] = ()
    essential: bool = False
    needs: Requirement = NOTHING
    steps: tuple[Step, ...] = ()
    last_resorts: tuple[LastResort, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience(Entry):
    """A group of readers who do the same things."""

    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact(Entry):
    """A help line, address or page that may be published; ``value`` is shown as text, never as a log-in link."""

    value: str = ""


@dataclass(frozen=True, slots=True)
class Card(Entry):
    """Numbered steps in the order of doing, per language."""

    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All facts on systems, methods, tasks and people, each by id, in the order of the files."""

    systems: Mapping[str, System]
    banks: Mapping[str, Bank]
    methods: Mapping[str, Method]
    preparations: Mapping[str, Preparation]
    tasks: Mapping[str, Task]
    audiences: Mapping[str, Audience]
    contacts: Mapping[str, Contact]
    cards: Mapping[str, Card]
    facts: Mapping[str, Fact]
    languages: tuple[str, ...] = ("pl", "en")

    def tasks_of(self, audience: str) -> Iterator[Task]:
        """The tasks of an audience, in the order of the catalogue."""
        return (task for task in self.tasks.values() if audience in task.audiences)

    def name(self, system: str, language: str, form: str = "name") -> str:
        """Words for a system or bank id; an id below a known one is shown as that one."""
        entry = self.banks.get(system) or self.systems.get(system)
        if entry is None:
            return self.name(system.rpartition(".")[0], language, form) if "." in system else system
        return entry.say(language, form)


def ancestors(system: str) -> tuple[str, ...]:
    """The dotted id and all above it, nearest first: ``a.b.c`` -> ``("a.b.c", "a.b", "a")``."""
    parts = system.split(".")
    return tuple(".".join(parts[:n]) for n in range(len(parts), 0, -1))
