"""Tables that became lines of text: a row on each line, its cells between signs, or each cell on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from notifier.sources.reading.tokens import fold

_BETWEEN_CELLS = tuple(map(re.compile, (r" *\t[ \t]*| {3,}", r" +/ +", r" *; +")))
_LONGEST = 240
"""Characters: a longer line is no row."""

_HEAD, _CELL = 30, 100
"""Characters: longer ones are no heads of columns, or no cells."""

_FEWEST = 3
"""Cells: what is lost, from when, until when. With fewer a sign may be one of the sentence."""


_MOST = 6
"""Cells of a table whose cells have lines of their own."""

_COLUMN = re.compile(
    r"(?P<what>system\w{0,2}|uslug[ai]|aplikacj[ae]|serwis|bank|kanal|nazwa(?: \w+)?|czego dotyczy)"
    r"|(?P<when>(?:dat[ay]|godzin[ay]|termin|czas)(?: \w+){0,2}|poczatek|koniec|od|do|start|stop|dzien|kiedy"
    r"|rozpoczecie|zakonczenie)"
    r"|(?:lp\.?|zakres|uwagi|status|skut\w{2,3}|opis|wplyw|powod|rodzaj|dostepnosc|przyczyna)(?: \w+){0,2}"
)
"""What stands above a column."""


def with_rows(lines: Sequence[str]) -> list[str]:
    """The lines; those of a table whose cells have a line each put together, with "|" between the cells."""
    out: list[str] = []
    place = 0
    # Most texts have no three short lines in a row, and then nothing more is asked.
    short = "".join("s" if 0 < len(line) <= _HEAD else "l" for line in lines)
    if "s" * _FEWEST not in short:
        return list(lines)
    while place < len(lines):
        columns = _columns(lines, place)
        out.append(" | ".join(lines[place : place + max(columns, 1)]))
        place += max(columns, 1)
        while columns and _is_row(row := lines[place : place + columns], columns):
            out.append(" | ".join(row))
            place += columns
    return out


def _columns(lines: Sequence[str], place: int) -> int:
    """How many columns a table has whose heads begin at a line; 0 where none does."""
    if len(lines[place]) > _HEAD or not lines[place][:1].isalpha():
        return 0
    few = (line for line in lines[place : place + _MOST + 1] if len(line) <= _HEAD)
    heads = list(takewhile(bool, map(_COLUMN.fullmatch, map(fold, few))))
    told = {head.lastgroup for head in heads if head is not None}
    return len(heads) if _FEWEST <= len(heads) <= _MOST and {"what", "when"} <= told else 0


def _is_row(row: Sequence[str], columns: int) -> bool:
    filled = len(row) == columns and all(0 < len(cell) <= _CELL and "|" not in cell for cell in row)
    return filled and any(cell[0].isdigit() for cell in row)


def with_cells(lines: Sequence[str]) -> list[str]:
    """The lines; those of a table with "|" between their cells, as the lines of other tables have it.

    Rows of one table stand below each other and have as many cells.
    """
    out = list(lines)
    filled = [number for number, line in enumerate(lines) if _may_be_a_row(line)]
    for between in _BETWEEN_CELLS:
        rows: dict[int, list[str]] = {}
        for above, below in pairwise(filled):
            if any(lines[above + 1 : below]):
                continue
            first, second = (between.split(lines[number].strip()) for number in (above, below))
            if len(first) == len(second) >= _FEWEST:
                rows |= {above: first, below: second}
        for number, cells in rows.items():
            out[number] = " | ".join(cells)
    return out


def _may_be_a_row(line: str) -> bool:
    """True where one of the signs between cells is written; asked of every line, so spelled out."""
    written = "; " in line or " / " in line or "   " in line or "\t" in line
    return written and len(line) <= _LONGEST and "|" not in line
