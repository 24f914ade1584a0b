"""A small world in which one can see what follows from what: two ways in, one signature, one bank more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from notifier.availability import Network
from notifier.model import (
    AllOf,
    Audience,
    Bank,
    BankService,
    Catalogue,
    Confidence,
    Edition,
    Fact,
    LastResort,
    Method,
    MethodUse,
    Needs,
    Notice,
    Preparation,
    Step,
    System,
    Task,
    Window,
)
from notifier.planning import Planner, Schedule

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
T0 = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
"""When the first window of most tests becomes known: a Monday noon without a clock change near."""

START = T0 + 10 * DAY


def _words(name: str) -> dict[str, dict[str, str]]:
    return {"en": {"name": name}}


def _catalogue() -> Catalogue:
    systems = {
        name: System(name, _words(name))
        for name in ("gate", "hub", "card", "bank", "bank.a", "bank.b", "till")
    }
    methods = {
        "password": Method("password", _words("password"), needs=Needs("gate")),
        "app": Method(
            "app", _words("app"), needs=AllOf(), prepare=Needs("gate"), preparations=("start-app",)
        ),
        "card": Method("card", _words("card"), needs=Needs("card"), preparations=("get-card",)),
        "at-bank": Method(
            "at-bank", _words("at bank"), needs=AllOf((Needs("hub"), Needs("{bank}"))), per_bank=True
        ),
    }
    uses = tuple(MethodUse(name) for name in ("at-bank", "app", "password", "card"))
    return Catalogue(
        systems=systems,
        banks={
            name: Bank(name, _words(name), services={"at-bank": BankService()})
            for name in ("bank.a", "bank.b")
        },
        methods=methods,
        preparations={
            "start-app": Preparation("start-app", _words("start"), lead=timedelta(minutes=10)),
            "get-card": Preparation("get-card", _words("get"), lead=3 * DAY),
        },
        tasks={
            "enter": Task(
                "enter",
                _words("enter"),
                audiences=("visitor",),
                essential=True,
                steps=(Step("log-in", uses),),
                last_resorts=(LastResort("wait"),),
            )
        },
        audiences={
            "visitor": Audience("visitor", _words("visitor")),
            "cashier": Audience("cashier", _words("c")),
        },
        contacts={},
        cards={},
        facts={"F": Fact("F", {"en": "so"}, ("R",), Confidence.HIGH, date(2026, 1, 1))},
        languages=("en",),
    )


@pytest.fixture(scope="session")
def network() -> Network:
    """The small world, compiled."""
    return Network(_catalogue())


def gate(id_: str = "gate-1", start: datetime = START, hours: float = 8, **facts: object) -> Window:
    """A window on the gate, unless told otherwise."""
    known: dict[str, object] = {"systems": ("gate",), "end": start + hours * HOUR}
    return Window(id=id_, start=start, **(known | facts))  # type: ignore[arg-type]


@dataclass
class World:
    """Editions as they become known, and the notices that follow."""

    network: Network
    schedule: Schedule = field(default_factory=Schedule)
    editions: list[Edition] = field(default_factory=list)

    def say(self, window: Window, at: datetime = T0) -> Window:
        """A window, or another edition of it, becomes known."""
        number = 1 + sum(edition.window.id == window.id for edition in self.editions)
        self.editions.append(Edition(window, number, at, at, "files", "test", f"edition {number}"))
        return window

    def change(self, window: Window, at: datetime, **facts: object) -> Window:
        """Some facts of a window change."""
        return self.say(replace(window, **facts), at)  # type: ignore[arg-type]

    def notices(self, until: datetime, *stops: datetime, audience: str | None = "visitor") -> list[Notice]:
        """All notices up to a moment, looking at the facts at each stop as well."""
        planner = Planner(self.network, self.schedule, self.editions)
        found = [notice for stop in (*stops, until) for notice in planner.advance(stop).notices]
        return [notice for notice in found if audience in (None, notice.key.audience)]

    def story(self, until: datetime) -> list[str]:
        """The notices in short: occasion, what it is about, and whether it is sent."""
        return [tell(notice) for notice in self.notices(until)]


def tell(notice: Notice) -> str:
    """One notice in short."""
    what = "+".join(notice.changes) or notice.key.detail.partition("@")[0]
    return " ".join(
        filter(None, ("" if notice.sent else "not", notice.key.window, notice.key.occasion, what))
    )


@pytest.fixture
def world(network: Network) -> World:
    """An empty world with the default schedule."""
    return World(network)


@pytest.fixture
def world_with(network: Network) -> Callable[..., World]:
    """An empty world with a schedule of one's own."""
    return lambda **settings: World(network, Schedule(**settings))
