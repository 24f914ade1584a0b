"""What holds of all advice: what is touched, how much it matters, what hides what, and when it is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.availability import Adviser, Effects, Outlook
from notifier.model import Advice, Impact, Severity, Window
from tests.availability.reference import Reference
from tests.availability.strategies import EPOCH, GRID, HALF, TICK, edges, systems_of, windows
from tests.availability.world import adviser, catalogue, effects, network

# Making a failing example small takes hypothesis up to five minutes, and what it finds is worth them.
pytestmark = pytest.mark.timeout(400)

REAL = catalogue()
SYSTEMS = systems_of(REAL)
END = EPOCH + 2 * GRID * TICK
audiences = st.sampled_from(sorted(REAL.audiences))

# Systems that stand in for each other somewhere (a signature by SMS or push, gabinet or clinic software).
TOGETHER = ["sms", "mobywatel", "gabinet", "ehr", "login-gov", "pz", "mojeid", "edowod", "p1", "bank.pko"]


def outages(*systems: str) -> list[Window]:
    """Outages of these systems over the same time."""
    return [Window(name, (name,), EPOCH, EPOCH + TICK) for name in systems]


@given(known=windows(SYSTEMS, most=6), audience=audiences)
def test_a_window_never_hides_itself_nor_the_one_that_hides_it(known: list[Window], audience: str) -> None:
    for one in known:
        assert not effects().masks(one, one, audience)
        for other in [*known, replace(one, id="twin")]:
            assert not (effects().masks(one, other, audience) and effects().masks(other, one, audience))


@HALF
@given(known=windows(SYSTEMS, most=6), audience=audiences)
def test_a_hidden_window_has_a_lasting_one_that_hides_it(known: list[Window], audience: str) -> None:
    for window in known:
        outer = adviser(*known).masked_by(window, audience)
        if outer is not None:
            assert outer in known
            assert outer.id != window.id
            assert window.interval.within(outer.interval)
            assert outer.counts


@HALF
@given(known=windows(TOGETHER, most=6), audience=audiences)
@example(known=outages("sms", "mobywatel"), audience="doctor")
@example(known=outages("gabinet", "ehr"), audience="nurse")
def test_what_is_called_untouched_goes_on_as_it_would_without_the_window(
    known: list[Window], audience: str
) -> None:
    told, all_known = adviser(*known), Reference(REAL, known)
    for window in known:
        without = Reference(REAL, [other for other in known if other is not window])
        for task in told.advise(window, audience).untouched:
            for moment in (edge for edge in edges(known) if edge in window.interval):
                assert [all_known.verdict(way, moment) for way in all_known.ways(task)] == [
                    without.verdict(way, moment) for way in without.ways(task)
                ], f"{task} is called untouched by {window.systems}"


@HALF
@given(known=windows(TOGETHER, most=6), audience=audiences)
@example(known=outages("gabinet", "ehr"), audience="nurse")
@example(known=outages("pz", "mobywatel", "edowod", "mojeid"), audience="doctor")
def test_critical_means_that_the_window_leaves_nothing_of_an_essential_task(
    known: list[Window], audience: str
) -> None:
    told, all_known = adviser(*known), Reference(REAL, known)
    essential = [task.id for task in REAL.tasks_of(audience) if task.essential]
    for window in known:
        alone = Reference(REAL, [window])
        without = Reference(REAL, [other for other in known if other is not window])
        to_blame = any(
            alone.task(task, moment).lost or not without.task(task, moment).lost
            for moment in edges(known)
            if moment in window.interval
            for task in essential
            if all_known.task(task, moment).lost
        )
        severity = told.assess(window, audience).severity
        assert (severity is Severity.CRITICAL) is to_blame, f"{window.systems}: {severity}"


@HALF
@given(known=windows(TOGETHER, most=5), audience=audiences)
@example(
    known=[
        Window("slow", ("mobywatel",), EPOCH, EPOCH + 8 * TICK, impact=Impact.DEGRADED),
        Window("off", ("mobywatel.activation",), EPOCH + 2 * TICK, EPOCH + 4 * TICK),
    ],
    audience="patient",
)
def test_parts_cover_the_window_and_hold_from_their_first_instant_to_their_last(
    known: list[Window], audience: str
) -> None:
    told, reference = adviser(*known), Reference(REAL, known)
    for window in known:
        for task in told.advise(window, audience).tasks:
            assert task.parts[0].interval.start == window.start
            assert task.parts[-1].interval.end == window.end
            for one, following in pairwise(task.parts):
                assert one.interval.end == following.interval.start
            for part in task.parts:
                said = [(row.method, row.bank, row.verdict, row.prepare_by) for row in part.answer.methods]
                for moment in (edge for edge in edges(known) if edge in part.interval):
                    assert said == [
                        (row.method, row.bank, row.verdict, row.prepare_by)
                        for row in reference.lines(task.task, moment)
                    ]
                    assert part.answer.verdict is reference.task(task.task, moment)


@HALF
@given(known=windows([*TOGETHER, "mojeikp", "zuscert"], most=5), audience=audiences)
@example(
    known=[
        Window("long", ("edowod",), EPOCH, EPOCH + 8 * TICK),
        Window("pz", ("pz",), EPOCH + 2 * TICK, EPOCH + 4 * TICK),
        Window("app", ("mojeikp",), EPOCH + 2 * TICK, EPOCH + 4 * TICK),
    ],
    audience="patient",
)
def test_preparations_have_the_earliest_deadline_of_the_methods_that_cannot_do_without_them(
    known: list[Window], audience: str
) -> None:
    """Only what a method itself asks for makes a deadline; that one task has its doubts about it does not."""
    for window in known:
        advice = adviser(*known).advise(window, audience)
        earliest: dict[str, datetime] = {}
        for _, _, answer in advice.answers():
            method = REAL.methods[answer.method]
            if answer.prepare_by is not None and method.prepare is not None and not answer.verdict.lost:
                for name in method.preparations:
                    earliest[name] = min(answer.prepare_by, earliest.get(name, answer.prepare_by))
        assert {one.preparation: one.by for one in advice.prepare if one.by is not None} == earliest


def plain(advice: Advice) -> tuple[object, ...]:
    """What a reader is told, without the names of the windows behind it."""
    return (
        advice.severity,
        advice.stretch if advice.tasks else None,  # of a window that touches nothing, nothing is told
        advice.untouched,
        advice.prepare,
        tuple(
            (
                task.task,
                part.interval,
                part.answer.verdict,
                part.answer.last_resort,
                part.answer.cause,
                tuple(
                    (row.method, row.bank, row.step, row.verdict, row.prepare_by)
                    for row in part.answer.methods
                ),
            )
            for task in advice.tasks
            for part in task.parts
        ),
    )


@HALF
@given(
    known=windows(SYSTEMS, most=3),
    one=windows([*TOGETHER, "bank", "ewus"], most=2, prefix="one"),
    two=windows([*TOGETHER, "bank", "ewus"], most=1, prefix="two"),
    audience=audiences,
)
@example(known=outages("login-gov"), one=outages("gabinet"), two=[], audience="doctor")
@example(
    known=[Window("sgb", ("bank.sgb",), EPOCH + TICK, None)],
    one=[],
    two=[Window("banks", ("bank",), EPOCH, None)],
    audience="doctor",
)
def test_digests_are_equal_exactly_when_readers_are_told_the_same(
    known: list[Window], one: list[Window], two: list[Window], audience: str
) -> None:
    for window in known:
        first, second = (adviser(*known, *others).advise(window, audience) for others in (one, two))
        assert (first.digest == second.digest) == (plain(first) == plain(second))


@HALF
@given(known=windows(SYSTEMS, most=5), audience=audiences)
def test_assessing_says_what_advising_says(known: list[Window], audience: str) -> None:
    fresh = Effects(network())
    for window in known:
        short, long = adviser(*known).assess(window, audience), adviser(*known).advise(window, audience)
        assert (short.digest, short.severity) == (long.digest, long.severity)
        assert list(short.tasks) == [task.task for task in long.tasks]
        again = Adviser(Outlook(network(), reversed(known)), fresh).assess(window, audience)
        assert again == short


@given(
    known=windows(SYSTEMS, most=4),
    later=windows(SYSTEMS, most=3, prefix="later"),
    paying=windows([name for name in SYSTEMS if name.startswith("payments")], most=2, prefix="paying"),
    audience=audiences,
)
def test_digests_do_not_depend_on_windows_that_have_nothing_to_do_with_it(
    known: list[Window], later: list[Window], paying: list[Window], audience: str
) -> None:
    known = [replace(window, end=window.end or END) for window in known]
    far = [
        replace(window, start=window.start + 3 * GRID * TICK, end=window.end and window.end + 3 * GRID * TICK)
        for window in later
    ]
    alone, among = adviser(*known), adviser(*known, *far, *paying)
    for window in known:
        assert alone.assess(window, audience).digest == among.assess(window, audience).digest
