"""Tables that became lines of text: a row on each line, its cells between tabs, wide gaps, slashes or semicolons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_BETWEEN_CELLS = tuple(map(re.compile, (r" *\t[ \t]*| {3,}", r" +/ +", r" *; +")))
_LONGEST = 240
"""Characters: a longer line is no row."""

_FEWEST = 3
"""Cells: what is lost, from when, until when. With fewer a sign may be one of the sentence."""


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
