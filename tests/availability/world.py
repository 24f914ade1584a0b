"""The real catalogue, and short ways to say "these windows, this instant, this person" in tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from notifier.availability import Adviser, Effects, Instant, Network, Outlook
from notifier.config import Config, load
from notifier.model import (
    WARSAW,
    Advice,
    Catalogue,
    Impact,
    MethodAnswer,
    Profile,
    Status,
    TaskAnswer,
    Verdict,
    Window,
    utc,
)

ROOT = Path(__file__).parents[2]

WORKS, IF, NO, UNK, SLOW = (
    Verdict.USABLE,
    Verdict.IF_PREPARED,
    Verdict.UNUSABLE,
    Verdict.UNKNOWN,
    Verdict.DEGRADED,
)

CELLS = {"ok": WORKS, "if": IF, "no": NO, "unk": UNK, "slow": SLOW}


def cells(text: str) -> list[Verdict]:
    """A row of a table: ``ok no if`` and so on."""
    return [CELLS[cell] for cell in text.split()]


def table(text: str) -> list[list[str]]:
    """The lines of a table written with ``|`` between the columns."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


@cache
def config() -> Config:
    """What stands in ``config/``. Only the words of the templates are read along: the rest is not at stake."""
    with TemporaryDirectory() as folder:
        templates = Path(folder)
        shutil.copytree(ROOT / "templates" / "words", templates / "words")
        return load(ROOT / "config", templates)


def catalogue() -> Catalogue:
    """The real catalogue."""
    return config().catalogue


@cache
def network() -> Network:
    """The real catalogue, compiled once."""
    return Network(catalogue())


@cache
def effects() -> Effects:
    """The effects of windows over the real catalogue, shared by all tests as they are in the program."""
    return Effects(network())


def at(text: str) -> datetime:
    """``2024-01-19 20:00`` in Warsaw, or with an offset where one is written; the instant in UTC."""
    moment = datetime.fromisoformat(text)
    return utc(moment if moment.tzinfo else moment.replace(tzinfo=WARSAW))


def window(
    systems: str,
    start: str,
    end: str | None,
    *,
    id: str = "",
    status: Status = Status.CONFIRMED,
    impact: Impact = Impact.OUTAGE,
) -> Window:
    """A window on some systems (blanks between them), Warsaw times; its id says what it is about."""
    named = id or systems.replace(" ", "+") + "@" + start
    return Window(named, tuple(systems.split()), at(start), at(end) if end else None, status, impact)


DAY = "2027-03-10"
NOON = at(f"{DAY} 12:00")


def down(
    *systems: str, impact: Impact = Impact.OUTAGE, status: Status = Status.CONFIRMED
) -> tuple[Window, ...]:
    """One window a system, all on one day from 10:00 to 14:00, around :data:`NOON`."""
    return tuple(
        window(system, f"{DAY} 10:00", f"{DAY} 14:00", impact=impact, status=status) for system in systems
    )


def hour(value: int | None) -> str | None:
    """An hour of :data:`DAY`."""
    return None if value is None else f"{DAY} {value:02}:00"


def row(
    systems: str,
    start: int,
    end: int | None,
    status: Status = Status.CONFIRMED,
    impact: Impact = Impact.OUTAGE,
) -> Window:
    """A window on some systems between two hours of :data:`DAY`."""
    name = f"{systems.replace(' ', '+')}-{start}-{end}"
    return window(systems, f"{DAY} {start:02}:00", hour(end), id=name, status=status, impact=impact)


def last(moment: datetime) -> datetime:
    """The last instant before this one."""
    return moment - timedelta(microseconds=1)


def ask(task: str, moment: datetime, windows: Iterable[Window], have: Iterable[str] = ()) -> TaskAnswer:
    """The answer for one task at an instant, for somebody who has these means (none: nobody in particular)."""
    instant = Instant(Outlook(network(), windows), moment)
    return instant.task(catalogue().tasks[task], Profile.of(have))


def way(answer: TaskAnswer, means: str, step: str | None = None) -> MethodAnswer:
    """The row of one method, ``METHOD`` or ``METHOD:BANK``. Fails the test unless there is exactly one."""
    method, _, bank = means.partition(":")
    found = [
        row
        for row in answer.methods
        if row.method == method and (row.bank or "") == bank and step in {None, row.step}
    ]
    assert len(found) == 1, f"{answer.task} has {len(found)} rows for {means}"
    return found[0]


def adviser(*known: Window) -> Adviser:
    """An adviser who knows these windows."""
    return Adviser(Outlook(network(), known), effects())


def advise(about: Window, audience: str, others: Iterable[Window] = ()) -> Advice:
    """Advice about one window while the others are known too."""
    return adviser(about, *others).advise(about, audience)
