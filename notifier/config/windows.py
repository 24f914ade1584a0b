"""Windows written by hand, in ``config/windows/*.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from notifier.config.entryfile import Entries, read_entries
from notifier.config.folders import yaml_files
from notifier.config.inputfile import InputFile, read_file
from notifier.config.report import Report, one_of
from notifier.config.shapes import UNKNOWN_END, End, Instant, Published, Shape, Text, WindowId, filled
from notifier.config.sheets import Sheets
from notifier.model import Impact, Source, Status, Window, ancestors, iso


class SourceShape(Shape):
    """Who said so."""

    name: Text = Field(description="Who announced the window.")
    url: str = Field("", description="Where.")
    published: Annotated[Published | None, BeforeValidator(filled)] = Field(
        None, description="When: a time, or a date that means 00:00."
    )


class WindowShape(Shape):
    """One planned outage."""

    id: WindowId = Field(
        description="Stays the same for ever: it is in addresses, calendars and mail threads."
    )
    systems: Annotated[list[str], Field(description="Ids of systems or banks.", min_length=1)]
    start: Instant = Field(description="Warsaw time unless an offset is written.")
    end: End = Field(None, description=f"Not included itself; `{UNKNOWN_END}` while nobody knows.")
    status: Status = Field(Status.CONFIRMED, description="tentative: announced, not certain.")
    impact: Impact = Field(Impact.OUTAGE, description="degraded: slow, or “there may be difficulties”.")
    source: Annotated[SourceShape | None, BeforeValidator(filled)] = Field(
        None, description="Who said so, where and when."
    )
    note: str = Field("", description="A remark; shown in the data for programs, told to nobody.")

    def window(self) -> Window:
        """The window in the words of the model."""
        source = self.source
        return Window(
            self.id,
            tuple(self.systems),
            self.start,
            self.end,
            self.status,
            self.impact,
            Source("") if source is None else Source(source.name, source.url, source.published),
            self.note,
        )


def read_windows(folder: Path, sheets: Sheets, report: Report) -> tuple[tuple[Window, ...], list[InputFile]]:
    """All windows of the folder, in the order of the files; a missing folder has none."""
    entries: Entries[WindowShape] = Entries()
    files: list[InputFile] = []
    for path in yaml_files(folder, report) if folder.is_dir() else ():
        file = read_file(path, report)
        if file is not None:
            files.append(file)
            read_entries(file, WindowShape, (), entries, report)
    for entry, shape in entries.readable:
        if shape.end is not None and shape.end <= shape.start:
            length = "has no length" if shape.end == shape.start else "ends before it starts"
            what = f"the window {length}: {iso(shape.start)} to {iso(shape.end)}"
            entry.add(report, ("end",), what, "the end comes after the start; is the day right?")
        seen: set[str] = set()
        for index, system in enumerate(shape.systems):
            if not sheets.knows_system(system):
                entry.add(report, ("systems", index), f"unknown system `{system}`", _remedy(system, sheets))
            if system in seen:
                entry.add(report, ("systems", index), f"the system `{system}` is here twice", "keep one")
            seen.add(system)
    return tuple(shape.window() for _, shape in entries.readable), files


def _remedy(system: str, sheets: Sheets) -> str:
    above = next((name for name in ancestors(system)[1:] if sheets.knows_system(name)), None)
    below = f"`{above}` is known, and covers everything below it" if above else ""
    near = one_of(system, sheets.system_ids)
    return "; ".join(part for part in (near, below) if part) or "add it to the catalogue first"
