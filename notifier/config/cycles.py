"""Nothing may need itself, by however long a way: systems by `needs`, tasks by `through`."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from notifier.config.entries import SystemShape, TaskShape, ThroughShape
from notifier.config.entryfile import Entry
from notifier.config.report import Report
from notifier.config.sheets import Keys, Sheets
from notifier.model import ancestors

Edge = tuple[str, str]
Origin = tuple[Entry[SystemShape] | Entry[TaskShape], Keys]


def cycles(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """Circles in a graph, ``[a, b, a]``, until cutting the first edge of each leaves none."""
    graph = {node: list(others) for node, others in edges.items()}
    found: list[list[str]] = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = list(reversed(error.args[1]))  # graphlib tells it backwards: each needs the one before
            order = list(graph)
            first = min(range(len(circle) - 1), key=lambda index: order.index(circle[index]))
            circle = [*circle[first:-1], *circle[: first + 1]]
            found.append(circle)
            graph[circle[0]].remove(circle[1])
        else:
            return found


def check_cycles(sheets: Sheets, report: Report) -> None:
    """Report each circle of systems and of tasks at the entry that stands first in the files."""
    _check_systems(sheets, report)
    _check_tasks(sheets, report)


def _check_systems(sheets: Sheets, report: Report) -> None:
    edges: dict[str, list[str]] = {}
    places: dict[Edge, Origin] = {}
    for entry, system in sheets.systems.readable:
        edges[system.id] = list(dict.fromkeys(system.needs))
        for index, other in enumerate(system.needs):
            places.setdefault((system.id, other), (entry, ("needs", index)))
    for name in list(edges):
        # An outage of a system is one of everything below it: that is a need as well.
        edges[name] += [above for above in ancestors(name)[1:] if above in edges and above not in edges[name]]
    _tell("system", edges, places, report)


def _check_tasks(sheets: Sheets, report: Report) -> None:
    edges: dict[str, list[str]] = {}
    places: dict[Edge, Origin] = {}
    for entry, task in sheets.tasks.readable:
        edges[task.id] = []
        for index, step in enumerate(task.steps):
            for number, use in enumerate(step.methods):
                if isinstance(use, ThroughShape) and use.through not in edges[task.id]:
                    edges[task.id].append(use.through)
                    places[task.id, use.through] = entry, ("steps", index, "methods", number, "through")
    _tell("task", edges, places, report)


def _tell(kind: str, edges: dict[str, list[str]], places: dict[Edge, Origin], report: Report) -> None:
    for circle in cycles(edges):
        written = [edge for edge in pairwise(circle) if edge in places]
        if not written:
            continue
        entry, keys = places[written[0]]
        what = f"the {kind} `{written[0][0]}` needs itself: " + " -> ".join(circle)
        entry.add(report, keys, what, "take one of these out")
