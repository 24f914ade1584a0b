"""Collecting problems: every reader adds to one report, and nothing stops at the first mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, KeysView, Set
from dataclasses import dataclass, field
from typing import Protocol

from notifier.model import Problem


class Positioned(Protocol):
    """Anything that knows its line and column, both counted from 1."""

    @property
    def line(self) -> int:
        """Counted from 1."""

    @property
    def column(self) -> int:
        """Counted from 1, in characters."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column, both counted from 1."""

    line: int = 1
    column: int = 1


START = Place()

_SHORT_CHOICE = 12


@dataclass(slots=True)
class Report:
    """Problems found so far, in the order of finding."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, file: str, place: Positioned, what: str, remedy: str = "") -> None:
        """Note one mistake: what is wrong, and what would be right."""
        self.problems.append(Problem(file, place.line, place.column, what, remedy))


def close(word: str, known: Iterable[str]) -> list[str]:
    """The known word most like this one, if any is like it."""
    folded = {name.casefold(): name for name in _in_order(known)}
    return [folded[name] for name in difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)]


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the known word most like this one, or an empty string."""
    return "".join(f"did you mean `{name}`?" for name in close(word, known))


def one_of(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or the whole choice where nothing is near and the choice is short."""
    names = _in_order(known)
    if hint := nearest(word, names):
        return hint
    if 0 < len(names) <= _SHORT_CHOICE:
        return "known here: " + ", ".join(f"`{name}`" for name in names)
    return ""


def _in_order(known: Iterable[str]) -> list[str]:
    """Sets sorted, so that a problem reads the same in every run; all else as it comes."""
    return sorted(known) if isinstance(known, Set) and not isinstance(known, KeysView) else list(known)


def place_of(text: str, index: int) -> Place:
    """The place of a character index in a text."""
    index = max(0, min(index, len(text)))
    before = text.rfind("\n", 0, index)
    return Place(text.count("\n", 0, index) + 1, index - before)
