"""Figures with the goals they are held against, and a table of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from tests.benchmarks.sample import ROOT

PATIENCE = 600.0
"""Seconds that one part may take: all of them together are to be run before a change, and not overnight."""


class PartFailed(Exception):
    """One part could not be measured."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured. ``goal`` is a limit (a floor where ``floor`` is set); ``None``: only told."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    floor: bool = False

    @property
    def holds(self) -> bool:
        """Whether the goal is met; what has none always is."""
        if self.goal is None:
            return True
        return self.value > self.goal if self.floor else self.value < self.goal


def table(figures: Sequence[Figure]) -> str:
    """A line a figure: what, how much, the goal, and whether it holds."""
    widest = max(len(figure.what) for figure in figures)
    lines = [f"{'':{widest}}  {'figure':>14}  {'goal':>14}  met"]
    for figure in figures:
        sign = ">" if figure.floor else "<"
        goal = "" if figure.goal is None else f"{sign} {figure.goal:g} {figure.unit}"
        verdict = "" if figure.goal is None else "yes" if figure.holds else "NO"
        measured = f"{figure.value:.2f} {figure.unit}"
        lines.append(f"{figure.what:{widest}}  {measured:>14}  {goal:>14}  {verdict}".rstrip())
    return "\n".join(lines)


def apart(module: str, *arguments: str) -> list[Figure]:
    """The figures of one part, measured in a process of its own. Raises :class:`PartFailed`."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, "--json", *arguments],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise PartFailed(f"given up after {PATIENCE} s") from error
    except subprocess.CalledProcessError as error:
        raise PartFailed(f"ended with status {error.returncode}") from error
    *_, last = done.stdout.splitlines()  # before it there may be lines of a log
    return [Figure(**row) for row in json.loads(last)]


def tell(measure: Callable[[], list[Figure]]) -> None:
    """Measure and print: a table, or JSON with ``--json``. Ends with status 1 where a goal is missed."""
    figures = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps([asdict(figure) for figure in figures]))
        return
    print(table(figures))
    sys.exit(not all(figure.holds for figure in figures))
