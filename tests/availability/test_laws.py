"""What holds of every catalogue, every set of windows and every person, and agreement with the slow reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.availability import Instant, Network, Outlook, timeline
from notifier.model import Catalogue, Interval, Means, Profile, TaskAnswer, Verdict, Window
from tests.availability.reference import Line, Reference
from tests.availability.strategies import (
    EPOCH,
    GRID,
    HALF,
    INSTANT,
    TICK,
    all_means,
    catalogues,
    edges,
    moments,
    profiles,
    systems_of,
    windows,
)
from tests.availability.world import catalogue, network

# Making a failing example small takes hypothesis up to five minutes, and what it finds is worth them.
pytestmark = pytest.mark.timeout(400)

REAL = catalogue()
SYSTEMS = systems_of(REAL)
END = EPOCH + 2 * GRID * TICK
EVERYBODY = Profile()


def lines(answer: TaskAnswer) -> list[Line]:
    """The rows of an answer as the reference writes them."""
    return [
        Line(row.step, row.method, row.bank, row.verdict, row.prepare_by, row.until) for row in answer.methods
    ]


def agree(facts: Catalogue, known: Sequence[Window], at: Iterable[datetime], profile: Profile) -> None:
    """Engine and reference say the same of every task at these instants."""
    outlook, reference = Outlook(_network(facts), known), Reference(facts, known)
    for moment in at:
        instant = Instant(outlook, moment)
        for task in facts.tasks.values():
            answer = instant.task(task, profile)
            assert lines(answer) == reference.lines(task.id, moment, profile), f"{task.id} at {moment}"
            assert answer.verdict is reference.task(task.id, moment, profile), f"{task.id} at {moment}"


def _network(facts: Catalogue) -> Network:
    return network() if facts is REAL else Network(facts)


def verdicts(facts: Catalogue, outlook: Outlook, moment: datetime, profile: Profile) -> list[Verdict]:
    """Every verdict there is at an instant: of each row and of each task."""
    instant = Instant(outlook, moment)
    answers = [instant.task(task, profile, horizon=False) for task in facts.tasks.values()]
    return [answer.verdict for answer in answers] + [row.verdict for one in answers for row in one.methods]


# --- two readings of the rules ------------------------------------------------------------------------------


@HALF
@given(known=windows(SYSTEMS), data=st.data())
def test_engine_and_reference_agree_on_the_real_catalogue(known: list[Window], data: st.DataObject) -> None:
    at = data.draw(st.lists(st.sampled_from(edges(known)) if known else moments, min_size=1, max_size=3))
    agree(REAL, known, {*at, data.draw(moments)}, EVERYBODY)


@given(known=windows(SYSTEMS), profile=profiles(REAL, least=1), moment=moments)
def test_engine_and_reference_agree_for_one_person(
    known: list[Window], profile: Profile, moment: datetime
) -> None:
    agree(REAL, known, [moment], profile)


@given(facts=catalogues(), data=st.data())
def test_engine_and_reference_agree_on_any_small_catalogue(facts: Catalogue, data: st.DataObject) -> None:
    known = data.draw(windows(systems_of(facts), most=6))
    agree(facts, known, [*edges(known), data.draw(moments)], data.draw(profiles(facts)))


# --- one more window, one more method -------------------------------------------------------------------------


@HALF
@given(known=windows(SYSTEMS), more=windows(SYSTEMS, most=2, prefix="more"), data=st.data())
def test_adding_windows_never_improves_a_verdict(
    known: list[Window], more: list[Window], data: st.DataObject
) -> None:
    profile = data.draw(profiles(REAL))
    before, after = Outlook(network(), known), Outlook(network(), known + more)
    for moment in {*edges(more), data.draw(moments)}:
        pairs = zip(
            verdicts(REAL, after, moment, profile), verdicts(REAL, before, moment, profile), strict=True
        )
        assert all(new <= old for new, old in pairs)


@HALF
@given(facts=catalogues(), data=st.data())
def test_adding_windows_never_improves_a_verdict_in_any_catalogue(
    facts: Catalogue, data: st.DataObject
) -> None:
    known = data.draw(windows(systems_of(facts), most=4))
    more = data.draw(windows(systems_of(facts), most=1, prefix="more"))
    net = Network(facts)
    before, after = Outlook(net, known), Outlook(net, known + more)
    for moment in edges(known + more):
        pairs = zip(
            verdicts(facts, after, moment, EVERYBODY), verdicts(facts, before, moment, EVERYBODY), strict=True
        )
        assert all(new <= old for new, old in pairs)


@given(
    known=windows(SYSTEMS),
    has=profiles(REAL, least=1),
    gets=st.sampled_from(all_means(REAL)),
    moment=moments,
)
@example(known=[], has=Profile.of(["ezus-password"]), gets=Means("sign-personal"), moment=EPOCH)
@example(
    known=[Window("pz", ("pz",), EPOCH, None)],
    has=Profile.of(["ezus-password"]),
    gets=Means("sign-pz"),
    moment=EPOCH,
)
def test_one_more_method_never_worsens_a_task(
    known: list[Window], has: Profile, gets: Means, moment: datetime
) -> None:
    instant = Instant(Outlook(network(), known), moment)
    for task in REAL.tasks.values():
        before = instant.task(task, has, horizon=False).verdict
        after = instant.task(task, Profile(has.means | {gets}), horizon=False).verdict
        assert after >= before, f"{task.id}: {gets} made it worse"


# --- order, and changes by and by -----------------------------------------------------------------------------


@HALF
@given(known=windows(SYSTEMS), data=st.data())
def test_the_order_of_windows_does_not_matter(known: list[Window], data: st.DataObject) -> None:
    other = data.draw(st.permutations(known))
    moment = data.draw(moments)
    here, there = (Instant(Outlook(network(), order), moment) for order in (known, other))
    for task in REAL.tasks.values():
        assert here.task(task) == there.task(task)


@given(known=windows(SYSTEMS), added=windows(SYSTEMS, most=4, prefix="new"), data=st.data())
def test_an_updated_outlook_equals_a_fresh_one(
    known: list[Window], added: list[Window], data: st.DataObject
) -> None:
    removed = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
    if removed and len(added) % 2:  # a changed window: the same id with other facts
        added = [*added, replace(removed[0], end=None, systems=("pz",))]
    updated = Outlook(network(), known).updated(removed, added)
    fresh = Outlook(network(), [window for window in known if window not in removed] + added)
    everywhere = [EPOCH - TICK, *edges(known + added), END]
    assert [updated.at(moment) for moment in everywhere] == [fresh.at(moment) for moment in everywhere]
    whole = Interval(EPOCH - TICK, END)
    assert list(updated.pieces(whole)) == list(fresh.pieces(whole))
    assert list(updated.overlapping(whole)) == list(fresh.overlapping(whole))
    for moment in data.draw(st.lists(moments, max_size=2)):
        assert [window.id for window in updated.covering(moment)] == [
            window.id for window in fresh.covering(moment)
        ]
        for task in REAL.tasks.values():
            assert Instant(updated, moment).task(task) == Instant(fresh, moment).task(task)


@HALF
@given(known=windows(SYSTEMS))
def test_an_outlook_does_not_change_when_it_is_updated(known: list[Window]) -> None:
    outlook = Outlook(network(), known)
    before = [outlook.at(moment) for moment in edges(known)]
    outlook.updated(known, [])
    assert [outlook.at(moment) for moment in edges(known)] == before


# --- timelines ------------------------------------------------------------------------------------------------


@HALF
@given(known=windows(SYSTEMS), data=st.data())
def test_a_timeline_has_no_gaps_and_changes_at_each_edge(known: list[Window], data: st.DataObject) -> None:
    start = data.draw(moments)
    whole = Interval(start, start + timedelta(minutes=data.draw(st.integers(1, 24 * 60))))
    names = data.draw(st.lists(st.sampled_from(list(REAL.tasks)), min_size=1, max_size=3, unique=True))
    tasks = [REAL.tasks[name] for name in names]
    profile = data.draw(profiles(REAL))
    outlook, reference = Outlook(network(), known), Reference(REAL, known)
    pieces = timeline(outlook, whole, tasks, profile)

    assert pieces[0].interval.start == whole.start
    assert pieces[-1].interval.end == whole.end
    assert not pieces[0].changed
    for one, following in pairwise(pieces):
        assert one.interval.end == following.interval.start
        assert following.changed, "an edge at which nothing changes"
        assert all(shift.before is not shift.after for shift in following.changed)

    seen: dict[tuple[str, str, str | None], Verdict] = {}
    for piece in pieces:
        inside = [edge for edge in reference.edges if edge in piece.interval]
        for moment in [piece.interval.start, *inside]:
            for task, answer in zip(tasks, piece.tasks, strict=True):
                now = [
                    (one.method, one.bank, one.verdict) for one in reference.lines(task.id, moment, profile)
                ]
                assert [(row.method, row.bank, row.verdict) for row in answer.methods] == now
                assert answer.verdict is reference.task(task.id, moment, profile)
        shifts = {(shift.task, shift.method, shift.bank): shift for shift in piece.changed}
        for key, shift in shifts.items():
            assert seen.get(key) is shift.before
        for answer in piece.tasks:
            for row in answer.methods:
                seen[answer.task, row.method, row.bank] = row.verdict


@HALF
@given(facts=catalogues(), data=st.data())
def test_timelines_of_any_catalogue_follow_the_reference(facts: Catalogue, data: st.DataObject) -> None:
    known = data.draw(windows(systems_of(facts), most=5))
    whole = Interval(EPOCH - TICK, END)
    tasks = list(facts.tasks.values())
    reference = Reference(facts, known)

    def held(moment: datetime) -> list[list[tuple[str, str, str | None, Verdict]]]:
        return [
            [(one.step, one.method, one.bank, one.verdict) for one in reference.lines(task.id, moment)]
            for task in tasks
        ]

    expected = [whole.start]
    expected += [
        edge
        for edge in reference.edges
        if edge in whole and edge > whole.start and held(edge) != held(edge - INSTANT)
    ]
    assert [
        piece.interval.start for piece in timeline(Outlook(Network(facts), known), whole, tasks)
    ] == expected
