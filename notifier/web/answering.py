"""The page that answers one audience: what its readers can choose from, and what works for each task."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from notifier.model import Catalogue, Interval
from notifier.render import Renderer
from notifier.web.board import Board, TaskBoard
from notifier.web.frame import Frame

LONG = timedelta(hours=1)
"""Preparations that take this long or longer are told with the time they take."""

_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BankChoice:
    """A bank, and those methods of the page that it offers."""

    id: str
    services: tuple[str, ...]


def choices(catalogue: Catalogue, board: Board) -> Mapping[str, object]:
    """The methods and banks that make a difference on this board."""
    ways = [way for task in board for way in task.ways if not way.free]
    methods = [catalogue.methods[each] for each in dict.fromkeys(way.method for way in ways)]
    offered = {(way.method, bank) for way in ways for bank in way.banks}
    per_bank = [method.id for method in methods if method.per_bank]
    banks = [
        BankChoice(bank, tuple(method for method in per_bank if (method, bank) in offered))
        for bank in catalogue.banks
    ]
    return {
        "methods": sorted(methods, key=lambda method: list(catalogue.methods).index(method.id)),
        "banks": [bank for bank in banks if bank.services],
    }


def lengths(catalogue: Catalogue) -> Mapping[str, Interval]:
    """How long each of the preparations takes of which it is told; as an interval, which has words for it."""
    return {
        each.id: Interval(_DAY, _DAY + each.lead)
        for each in catalogue.preparations.values()
        if each.lead >= LONG
    }


class Matters:
    """What works, told task by task. One more outage leaves all tasks that it does not touch as they were."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._lengths = lengths(renderer.catalogue)
        # One text for each task of an audience in a language: there are no more than the catalogue has.
        self._told: dict[Hashable, tuple[Hashable, str]] = {}

    def tell(self, frame: Frame, audience: str, board: Board, moment: datetime | None) -> list[str]:
        """The tasks of a board in their order, as of that moment. Raises what a template may raise."""
        return [self._tell(frame, audience, task, moment) for task in board]

    def _tell(self, frame: Frame, audience: str, task: TaskBoard, moment: datetime | None) -> str:
        late = moment is not None and tuple(by <= moment for by in sorted(task.deadlines))
        name, of = (frame.language, audience, task.task), (task, late, frame.key)
        held = self._told.get(name)
        if held is None or held[0] != of:
            text = self._renderer.page(
                "site/matter.html.j2",
                frame.language,
                at=moment,
                matter=task,
                frame=frame,
                lengths=self._lengths,
            )
            held = self._told[name] = (of, text)
        return held[1]
