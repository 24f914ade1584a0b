"""What readers can choose from on the page that answers their audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from notifier.model import Catalogue, Interval
from notifier.web.board import Board

LONG = timedelta(hours=1)
"""Preparations that take this long or longer are told with the time they take."""

_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BankChoice:
    """A bank, and those methods of the page that it offers."""

    id: str
    services: tuple[str, ...]


def choices(catalogue: Catalogue, board: Board) -> Mapping[str, object]:
    """The methods and banks that make a difference on this board, and how long each preparation takes."""
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
        "lengths": {
            each.id: Interval(_DAY, _DAY + each.lead)
            for each in catalogue.preparations.values()
            if each.lead >= LONG
        },
    }
