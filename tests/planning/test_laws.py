"""What must hold of planning whatever happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.availability import Network
from notifier.model import Edition, Impact, Notice, Status, Window
from notifier.planning import Planner, Schedule, Told, follow
from tests.planning.conftest import HOUR, T0, _catalogue

NETWORK = Network(_catalogue())
SYSTEMS = ("gate", "hub", "card", "bank.a", "bank", "till")
HORIZON = T0 + timedelta(days=14)

moments = st.integers(0, 14 * 24).map(lambda hours: T0 + hours * HOUR)


@st.composite
def windows(draw: st.DrawFn, id_: str) -> Window:
    """A window of some hours within two weeks, on one or two systems."""
    start = draw(moments)
    hours = draw(st.integers(1, 30))
    return Window(
        id_,
        tuple(draw(st.lists(st.sampled_from(SYSTEMS), min_size=1, max_size=2, unique=True))),
        start,
        draw(st.sampled_from([start + hours * HOUR, start + hours * HOUR, None])),
        draw(st.sampled_from([Status.CONFIRMED, Status.CONFIRMED, Status.TENTATIVE])),
        draw(st.sampled_from([Impact.OUTAGE, Impact.OUTAGE, Impact.DEGRADED])),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Edition]:
    """Up to three windows, each in up to three editions."""
    editions = []
    for n in range(draw(st.integers(1, 3))):
        window = draw(windows(f"w{n}"))
        known = sorted(draw(st.lists(moments, min_size=1, max_size=3)))
        for number, at in enumerate(known, 1):
            if number > 1:
                window = draw(
                    st.one_of(
                        windows(f"w{n}"),
                        st.just(replace(window, status=Status.CANCELLED)),
                        st.just(replace(window, note="typo")),
                        st.just(replace(window, start=window.start + HOUR, end=None)),
                    )
                )
            editions.append(Edition(window, number, at, at, "files", "test", ""))
    return editions


def notices(editions: list[Edition], ticks: list[datetime]) -> list[Notice]:
    """What one planner says, advanced tick by tick."""
    planner = Planner(NETWORK, Schedule(), editions)
    return [notice for tick in ticks for notice in planner.advance(tick).notices]


def by_key(found: list[Notice]) -> list[Notice]:
    """The notices in an order that does not depend on when they were found."""
    return sorted(found, key=lambda notice: notice.key)


@given(histories(), st.lists(moments, max_size=6))
@settings(max_examples=60)
def test_any_order_and_spacing_of_ticks_yields_the_same_notices(
    editions: list[Edition], ticks: list[datetime]
) -> None:
    assert by_key(notices(editions, [*ticks, HORIZON])) == by_key(notices(editions, [HORIZON]))


@given(histories(), st.lists(moments, max_size=4))
@settings(max_examples=60)
def test_planning_twice_adds_nothing(editions: list[Edition], ticks: list[datetime]) -> None:
    planner = Planner(NETWORK, Schedule(), editions)
    for tick in sorted(ticks):
        planner.advance(tick)
        assert planner.advance(tick).notices == ()


@given(histories())
@settings(max_examples=60)
def test_no_notice_is_planned_under_one_key_twice(editions: list[Edition]) -> None:
    keys = Counter(notice.key for notice in notices(editions, [HORIZON]))
    assert [key for key, count in keys.items() if count > 1] == []


@given(histories(), moments)
@settings(max_examples=60)
def test_a_planner_that_is_made_again_from_the_record_goes_on_as_if_nothing_had_happened(
    editions: list[Edition], stop: datetime
) -> None:
    before = notices(editions, [stop])
    told: dict[tuple[str, str], Told] = {}
    facts = {(edition.window.id, edition.number): edition.window for edition in editions}
    for notice in before:
        if notice.sent:
            key = (notice.key.window, notice.key.audience)
            told[key] = follow(
                told.get(key),
                due=notice.due,
                occasion=notice.key.occasion,
                window=facts[notice.key.window, notice.edition],
                edition=notice.edition,
                sequence=notice.sequence,
                severity=notice.severity,
                digest=notice.digest,
                changes=notice.changes,
                channels=notice.channels,
            )
    again = Planner(NETWORK, Schedule(), editions, told, stop)
    known = {notice.key for notice in before}
    after = [notice for notice in again.advance(HORIZON).notices if notice.key not in known]
    assert by_key(before + after) == by_key(notices(editions, [HORIZON]))


@given(histories())
@settings(max_examples=60)
def test_nothing_is_told_before_it_is_known_nor_after_its_use(editions: list[Edition]) -> None:
    first = {}
    for edition in editions:
        first.setdefault(edition.window.id, edition.known_at)
    for notice in notices(editions, [HORIZON]):
        if notice.sent:
            assert notice.due >= first[notice.key.window]
            assert notice.due < notice.useful_until


@given(histories())
@settings(max_examples=60)
def test_revision_numbers_never_fall(editions: list[Edition]) -> None:
    last: dict[tuple[str, str], int] = {}
    for notice in notices(editions, [HORIZON]):
        if notice.sent:
            key = (notice.key.window, notice.key.audience)
            assert notice.sequence >= last.get(key, 0)
            last[key] = notice.sequence


@given(histories())
@settings(max_examples=60)
def test_the_planner_says_when_to_look_again(editions: list[Edition]) -> None:
    """Stopping only where the planner asks for it misses nothing and is never in vain for long."""
    planner = Planner(NETWORK, Schedule(), editions)
    plan = planner.advance(T0)
    found = list(plan.notices)
    while plan.look_again is not None and plan.look_again <= HORIZON:
        plan = planner.advance(plan.look_again)
        found.extend(plan.notices)
    assert by_key(found) == by_key(notices(editions, [HORIZON]))
