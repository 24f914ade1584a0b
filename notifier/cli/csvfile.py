"""Subscribers from a CSV file: every bad row with its line, and no address in any message."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from notifier.config import Known, SubscriberSpec, faults_of
from notifier.model import Problem

HEADER = ("email", "audience", "language", "have", "systems")
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One good row, with the line on which it ends."""

    line: int
    spec: SubscriberSpec


def read_csv(path: Path, known: Known, language: str) -> tuple[list[Entry], list[Problem]]:
    """The good rows and the problems of the bad ones. ``language`` stands where a row names none.

    Lists inside a cell are separated by blanks. Raises ``OSError`` when the file cannot be read.
    """
    name = str(path)
    data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Problem(name, line, 1, "is not UTF-8", "save the file as UTF-8")]
    if "\0" in text or (not data and path.stat().st_size):
        return [], [Problem(name, 1, 1, "is no CSV file of at most 64 MiB", "export it as CSV, UTF-8")]
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    header: list[str] | None = None
    try:
        for row in rows:
            if header is None:
                header = [cell.strip() for cell in row]
                if header != list(HEADER):
                    return [], [
                        Problem(name, 1, 1, "the header is not as expected", f"write {','.join(HEADER)}")
                    ]
            elif row:
                _row(Problem(name, rows.line_num, 1, ""), row, known, language, entries, problems)
    except csv.Error as error:
        problems.append(
            Problem(name, rows.line_num or 1, 1, f"is no CSV: {error}", "check quotes and separators")
        )
    if header is None:
        problems.append(Problem(name, 1, 1, "the file is empty", f"begin it with {','.join(HEADER)}"))
    return list(entries.values()), problems


def _row(
    at: Problem,
    row: list[str],
    known: Known,
    language: str,
    entries: dict[str, Entry],
    problems: list[Problem],
) -> None:
    if len(row) != len(HEADER):
        what = f"{len(row)} cells instead of {len(HEADER)}"
        problems.append(Problem(at.file, at.line, 1, what, "lists inside a cell are separated by blanks"))
        return
    email, audiences, spoken, have, systems = (cell.strip() for cell in row)
    spec = SubscriberSpec(
        email, tuple(audiences.split()), spoken or language, tuple(have.split()), tuple(systems.split())
    )
    faults = list(faults_of(spec, known))
    if not spec.audiences:
        remedy = f"one of {', '.join(known.audiences)}"
        problems.append(Problem(at.file, at.line, 1, "no audience", remedy))
    for fault in faults:
        column = HEADER.index({"audiences": "audience"}.get(fault.field, fault.field)) + 1
        what = f"{HEADER[column - 1]} (cell {column}): {fault.what}"
        problems.append(Problem(at.file, at.line, 1, what, fault.remedy))
    if email.casefold() in entries:
        problems.append(Problem(at.file, at.line, 1, "this address is here twice", "put both into one row"))
    elif not faults and spec.audiences:
        entries[email.casefold()] = Entry(at.line, spec)
