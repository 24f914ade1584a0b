"""Random windows, people and small catalogues.

Times lie on a grid of a few hours, so that edges coincide, windows touch, and stretches merge all the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from notifier.model import (
    BANK,
    NOTHING,
    AllOf,
    AnyOf,
    Audience,
    Bank,
    BankService,
    Catalogue,
    Impact,
    Means,
    Method,
    MethodUse,
    Needs,
    Preparation,
    Profile,
    Requirement,
    Status,
    Step,
    System,
    Task,
    Verdict,
    Window,
)

# Half of what the profile asks for, where an example takes long.
HALF = settings(max_examples=(settings.default or settings()).max_examples // 2)

EPOCH = datetime(2027, 3, 10, 6, tzinfo=UTC)
TICK = timedelta(hours=1)
GRID = 12
INSTANT = timedelta(microseconds=1)

ticks = st.integers(0, GRID).map(lambda n: EPOCH + n * TICK)


def _span(start: datetime, length: int | None) -> tuple[datetime, datetime | None]:
    return start, None if length is None else start + length * TICK


spans = st.builds(_span, ticks, st.one_of(st.integers(1, 6), st.integers(1, 6), st.none()))
# Mostly the kind that takes most, so that eight windows leave something to disagree about.
statuses = st.sampled_from([Status.CONFIRMED] * 3 + list(Status))
impacts = st.sampled_from([Impact.OUTAGE] * 3 + list(Impact))


@st.composite
def windows(draw: st.DrawFn, systems: Sequence[str], most: int = 8, prefix: str = "w") -> list[Window]:
    """Up to ``most`` windows on these systems: touching, overlapping, of every status, some without an end."""
    made = []
    for number in range(draw(st.integers(0, most))):
        start, end = draw(spans)
        touched = draw(st.lists(st.sampled_from(systems), min_size=1, max_size=3, unique=True))
        made.append(Window(f"{prefix}{number}", tuple(touched), start, end, draw(statuses), draw(impacts)))
    return made


moments = st.one_of(
    ticks,
    ticks.map(lambda tick: tick - INSTANT),
    st.integers(-60, 20 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes)),
)


def edges(known: Iterable[Window]) -> list[datetime]:
    """Every edge of these windows, and the last instant before it."""
    found = {edge for window in known for edge in (window.start, window.end) if edge is not None}
    return sorted(found | {edge - INSTANT for edge in found})


def systems_of(catalogue: Catalogue) -> list[str]:
    """Every id that a window may name."""
    return [*catalogue.systems, *catalogue.banks]


def all_means(catalogue: Catalogue) -> list[Means]:
    """Everything a person may have: methods, methods at a bank, methods at a family of banks."""
    means = [Means(method.id) for method in catalogue.methods.values()]
    for bank in catalogue.banks.values():
        means += [Means(method, bank.id) for method in bank.services]
        family = bank.id.rpartition(".")[0]
        means += [Means(method, family) for method in bank.services if "." in family]
    return means


def profiles(catalogue: Catalogue, least: int = 0) -> st.SearchStrategy[Profile]:
    """People with up to four means."""
    chosen = st.frozensets(st.sampled_from(all_means(catalogue)), min_size=least, max_size=4)
    return chosen.map(Profile)


# --- small catalogues -----------------------------------------------------------------------------------------

LEAVES = ("a.x", "a.y", "a", "b", "c.x", "c", "d", "hub")
ORDER = ("bank", *LEAVES)
BANKS = ("bank.one", "bank.two", "bank.two.app")
standings = st.sampled_from([Verdict.USABLE] * 4 + [Verdict.UNKNOWN, Verdict.DEGRADED])


def trees(leaves: Sequence[str]) -> st.SearchStrategy[Requirement]:
    """Requirement trees over these leaves; any-of always has something to choose from."""
    leaf = st.builds(Needs, st.sampled_from(leaves), st.sampled_from([True, True, False]))
    return st.recursive(
        st.one_of(leaf, leaf, st.just(NOTHING)),
        lambda part: st.one_of(
            st.builds(AllOf, st.lists(part, max_size=3).map(tuple)),
            st.builds(AnyOf, st.lists(part, min_size=1, max_size=3).map(tuple)),
        ),
        max_leaves=4,
    )


# Made once: hypothesis checks each strategy object anew.
tree = trees(LEAVES)
bank_tree = trees((*(leaf for leaf in LEAVES if leaf != "hub"), BANK))
maybe_tree = st.one_of(st.none(), tree)
service = st.builds(BankService, standing=standings, needs=tree, replaces=st.sampled_from([(), (), ("hub",)]))
services = st.dictionaries(st.sampled_from("mno"), service)
needed_by = {
    name: st.lists(st.sampled_from(ORDER[n:]), max_size=1) if ORDER[n:] else st.just([])
    for n, name in enumerate(ORDER, start=1)
}
rarely = st.sampled_from([False, False, True])
use = st.builds(
    MethodUse, st.sampled_from("mno"), also=tree, prepare=maybe_tree, standing=standings, everyone=rarely
)
uses = st.lists(use, min_size=1, max_size=3, unique_by=lambda one: one.method).map(tuple)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A catalogue of a handful of entries: needs behind systems, banks with wishes of their own, two-step tasks."""
    # A system needs only those behind it in the list, and what hangs below stands first: nothing needs itself.
    systems = {name: System(name, {}, needs=tuple(draw(needed_by[name]))) for name in ORDER}
    methods = {}
    for name in ("m", "n", "o"):
        per_bank = draw(st.booleans())
        wants = draw(bank_tree if per_bank else tree)
        methods[name] = Method(
            name,
            {},
            # The hub stands in plain sight, so that "a bank replaces it" can mean one thing only.
            needs=AllOf((Needs("hub"), wants)) if per_bank else wants,
            prepare=draw(maybe_tree),
            preparations=("ready",),
            per_bank=per_bank,
            everyone=draw(rarely),
            standing=draw(standings),
        )
    banks = {name: Bank(name, {}, services=draw(services)) for name in BANKS}
    tasks = {}
    for name in ("one", "two"):
        steps = [Step(f"step{n}", draw(uses)) for n in range(draw(st.integers(1, 2)))]
        essential, own = draw(st.booleans()), draw(tree)
        tasks[name] = Task(
            name,
            {},
            audiences=("reader",),
            essential=essential,
            needs=own,
            steps=tuple(steps),
            last_resorts=(),
        )
    return Catalogue(
        systems=systems,
        banks=banks,
        methods=methods,
        preparations={"ready": Preparation("ready", {})},
        tasks=tasks,
        audiences={"reader": Audience("reader", {})},
        contacts={},
        cards={},
        facts={},
    )
