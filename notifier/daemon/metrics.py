"""Numbers in Prometheus' text format (version 0.0.4). No label ever names a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Type(StrEnum):
    """How a number behaves."""

    COUNTER = "counter"  #: only grows, from 0 at each start
    GAUGE = "gauge"  #: goes up and down


@dataclass(frozen=True, slots=True)
class Family:
    """Samples of one name: value by value of ``label``, or a single one where there is no label."""

    name: str
    type: Type
    help: str
    values: Mapping[str, float]
    label: str = ""

    def lines(self) -> Iterable[str]:
        """The family as lines: what it is, then its samples."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.type}"
        for value, number in self.values.items():
            label = f'{{{self.label}="{value.translate(_ESCAPES)}"}}' if self.label else ""
            yield f"{self.name}{label} {number:.3f}" if number % 1 else f"{self.name}{label} {int(number)}"


def exposition(families: Iterable[Family]) -> str:
    """The whole text; families without samples are left out."""
    lines = [line for family in families if family.values for line in family.lines()]
    return "".join(f"{line}\n" for line in lines)


def one(name: str, type_: Type, help_: str, value: float | None) -> Family:
    """A family of a single number; ``None`` while there is none."""
    return Family(name, type_, help_, {} if value is None else {"": value})
