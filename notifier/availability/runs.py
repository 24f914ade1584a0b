"""Verdicts as runs of ones: how the verdicts on many rows fit into one number.

The better a verdict, the longer its run, so that the worst of several verdicts is their bitwise *and*.
A number with one byte a row, the first row lowest, holds the verdicts on all rows of a catalogue; what
is asked of it is answered by one *and* with the bits in question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from notifier.availability.rows import Row
from notifier.model import Verdict

RUNS = (0b0000, 0b0001, 0b0011, 0b0111, 0b1111)
"""The run of ones for each verdict, worst first."""

ALL = RUNS[Verdict.USABLE]

RELIABLE = RUNS[Verdict.DEGRADED] & ~RUNS[Verdict.UNKNOWN]
"""The bit that only those verdicts have on which somebody may rely."""

_VERDICT_OF = bytes(RUNS.index(byte) if byte in RUNS else 0 for byte in range(256))
"""Translation table from runs back to verdicts."""


def spread(rows: Iterable[Row], bits: int = ALL) -> int:
    """A number with these bits in the byte of each of these rows, and nothing in the bytes of others."""
    return sum(bits << 8 * row.index for row in rows)


class Groups:
    """Groups of neighbouring rows, asked all at once whether somebody can rely on some row of each.

    What can be relied on in a group is added to a number whose bits in the bytes of the group are all set but
    the highest, which no run reaches: it carries into that bit if and only if there is anything.
    """

    def __init__(self, groups: Iterable[Sequence[Row]]) -> None:
        """Take the groups; the rows of each follow one another."""
        self._asked = self._ones = self.all = 0
        for rows in groups:
            end = 8 * rows[-1].index + 7
            self._asked |= spread(rows, RELIABLE)
            self._ones |= (1 << end) - (1 << 8 * rows[0].index)
            self.all |= 1 << end

    def left(self, runs: int) -> int:
        """One bit for each group with a row that can be relied on; with all groups it is ``all``."""
        return (runs & self._asked) + self._ones & self.all


def digits(runs: int, rows: int) -> str:
    """The verdicts on that many rows as text, two digits a row."""
    return runs.to_bytes(rows, "little").translate(_VERDICT_OF).hex()
