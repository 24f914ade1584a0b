"""The catalogue as it stands in the files: entries of each kind, with their places, before any check across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from notifier.config.entries import (
    KINDS,
    AudienceShape,
    BankShape,
    CardShape,
    ContactShape,
    FactShape,
    MethodShape,
    PreparationShape,
    ReferenceShape,
    SystemShape,
    TaskShape,
)
from notifier.config.entryfile import Entries, read_entries
from notifier.config.folders import yaml_files
from notifier.config.inputfile import InputFile, read_file
from notifier.config.report import START, Report, one_of
from notifier.config.shapes import AllShape, AnyShape, NeedsShape, RequirementShape

Keys = tuple[str | int, ...]


@dataclass(slots=True)
class Sheets:
    """All entries of all kinds. The names of the fields are the names of the files."""

    systems: Entries[SystemShape] = field(default_factory=Entries)
    banks: Entries[BankShape] = field(default_factory=Entries)
    methods: Entries[MethodShape] = field(default_factory=Entries)
    preparations: Entries[PreparationShape] = field(default_factory=Entries)
    tasks: Entries[TaskShape] = field(default_factory=Entries)
    audiences: Entries[AudienceShape] = field(default_factory=Entries)
    contacts: Entries[ContactShape] = field(default_factory=Entries)
    cards: Entries[CardShape] = field(default_factory=Entries)
    facts: Entries[FactShape] = field(default_factory=Entries)
    references: Entries[ReferenceShape] = field(default_factory=Entries)

    @property
    def system_ids(self) -> list[str]:
        """Ids of systems and banks."""
        return [*self.systems.first, *self.banks.first]

    def knows_system(self, name: str) -> bool:
        """True for the id of a system or bank, also of one that may be in what could not be read."""
        return self.systems.knows(name) or self.banks.knows(name)

    @property
    def blind(self) -> bool:
        """True when a whole file could not be read, so that nothing can be called unused."""
        return any(getattr(self, kind).blind for kind in KINDS)

    @property
    def lost_words(self) -> set[str]:
        """Words in entries with mistakes: each may have been a use of something."""
        kinds = (getattr(self, kind) for kind in KINDS)
        return set().union(*(entries.lost_words for entries in kinds))


def read_sheets(folder: Path, languages: Sequence[str], report: Report) -> tuple[Sheets, list[InputFile]]:
    """Read every file of the folder. A file whose name is of no kind is a problem, not ignored."""
    sheets = Sheets()
    files: list[InputFile] = []
    if not folder.is_dir():
        report.add(str(folder), START, "there is no such folder", "the catalogue belongs there")
        return sheets, files
    for path in yaml_files(folder, report):
        kind = path.stem.partition("-")[0]
        if kind not in KINDS:
            report.add(str(path), START, f"`{kind}` is no kind of catalogue entry", one_of(kind, KINDS))
            continue
        entries: Entries[BaseModel] = getattr(sheets, kind)
        file = read_file(path, report)
        if file is None:
            entries.blind = True
            continue
        files.append(file)
        read_entries(file, KINDS[kind], languages, entries, report)
    return sheets, files


def leaves(requirement: RequirementShape | None, path: Keys) -> Iterator[tuple[Keys, str, list[str]]]:
    """Each system of a requirement with its path in the entry and the facts behind it."""
    match requirement:
        case str():
            yield path, requirement, []
        case NeedsShape():
            yield (*path, "system"), requirement.system, requirement.facts
        case AllShape() | AnyShape():
            name = "all" if isinstance(requirement, AllShape) else "any"
            parts = requirement.all if isinstance(requirement, AllShape) else requirement.any
            for index, part in enumerate(parts):
                yield from leaves(part, (*path, name, index))
