"""A made-up history of windows over the real catalogue: the same one each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from notifier.config import Config
from notifier.cycle import read_config
from notifier.model import Catalogue, Impact, Status, Window

ROOT = Path(__file__).parents[2]
BEGIN = datetime(2006, 1, 1, tzinfo=UTC)
YEARS = 20
SPAN = timedelta(days=365 * YEARS)
END = BEGIN + SPAN
QUARTER = timedelta(minutes=15)


def config() -> Config:
    """The configuration as it is shipped."""
    return read_config(ROOT / "config", ROOT / "templates", {})


def windows(catalogue: Catalogue, count: int, seed: int = 2024) -> list[Window]:
    """Windows on random systems and banks at random times, in the order of their starts.

    One in ten is tentative; one in ten only degrades, and one in ten has no impact. Nine in ten last a
    quarter of an hour to six hours; of the rest most last up to two days, and one in ten up to a week.
    """
    chance = random.Random(seed)
    names = [*catalogue.systems, *(bank for bank in catalogue.banks if bank not in catalogue.systems)]
    starts = sorted(chance.randrange(SPAN // QUARTER) for _ in range(count))
    return [
        Window(
            id=f"w-{number:06}",
            systems=tuple(chance.sample(names, 1 if chance.random() < 0.85 else 2)),
            start=BEGIN + start * QUARTER,
            end=BEGIN + start * QUARTER + _length(chance),
            status=Status.TENTATIVE if chance.random() < 0.1 else Status.CONFIRMED,
            impact=chance.choices(tuple(Impact), weights=(8, 1, 1))[0],
        )
        for number, start in enumerate(starts)
    ]


def _length(chance: random.Random) -> timedelta:
    quarters = chance.choices((24, 192, 672), weights=(90, 9, 1))[0]
    return QUARTER * chance.randint(1, quarters)
