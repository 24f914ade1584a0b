"""The base error, and the shape in which a mistake in somebody's file is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NotifierError(Exception):
    """Anything this program raises on purpose; each edge has one subclass with fields of its own."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in an input file, with the remedy. ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """``file:line:column: what is wrong; what would be right``, the form editors can jump to."""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.file}:{self.line}:{self.column}: {self.what}{remedy}"


class InputProblems(NotifierError):
    """The input has mistakes: all of them, in file order, never only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(f"{len(self.problems)} problem(s): {self.problems[0] if self.problems else ''}")
