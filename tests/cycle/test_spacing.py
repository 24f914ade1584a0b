"""However the looks at the facts are spaced, and whenever the process dies, the record comes out the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.model import Status, Window
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, Town, config, window

END = START + 4 * DAY
TWO = ("patient", "doctor")
WINDOWS = {
    "pz-1": window(),
    "b": window("b", "mojeid", start=START + 8 * HOUR, hours=4),
    "c": window("c", "bank.mbank", start=START + 2 * HOUR, hours=1),
    "d": window("d", "p1", start=START + 2 * DAY, hours=None),
}
EDITS = {
    "move": lambda known: replace(known, start=known.start + HOUR, end=known.end and known.end + HOUR),
    "extend": lambda known: replace(known, end=(known.end or known.start) + 2 * HOUR),
    "cancel": lambda known: replace(known, status=Status.CANCELLED),
    "confirm": lambda known: replace(known, status=Status.CONFIRMED),
    "doubt": lambda known: replace(known, status=Status.TENTATIVE),
    "systems": lambda known: replace(known, systems=("edowod",)),
}
MOMENTS = st.integers(1, int((END - T0) / MINUTE) - 1).map(lambda minutes: T0 + minutes * MINUTE)
Edit = tuple[datetime, str, str]


@st.composite
def edits(draw: st.DrawFn) -> list[Edit]:
    """What an operator does, never two things in one minute: edits that merge are a matter of their own."""
    moments = draw(st.lists(MOMENTS, max_size=4, unique=True).map(sorted))
    return [
        (moment, draw(st.sampled_from(sorted(WINDOWS))), draw(st.sampled_from(sorted(EDITS))))
        for moment in moments
    ]


def record(
    stops: Sequence[datetime], done: Sequence[Edit], *, restart: bool = False
) -> list[tuple[object, ...]]:
    """The notices after passes at these moments, with the edits written by another process in between."""
    place = Town(config(*WINDOWS.values(), audiences=TWO))
    facts = dict(WINDOWS)
    waiting = list(done)
    for stop in (T0, *stops, END):
        while waiting and waiting[0][0] <= stop:
            moment, which, edit = waiting.pop(0)
            after = EDITS[edit](facts[which])
            if after != facts[which]:
                place.operator(after, moment)
                facts[which] = after
        place.run(stop)
        if restart:
            place.restart()
    return place.notices()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits(), st.lists(MOMENTS, max_size=6).map(sorted), st.booleans())
def test_any_spacing_of_looks_leads_to_the_same_record(
    done: list[Edit], stops: list[datetime], restart: bool
) -> None:
    each_time = sorted({moment for moment, _, _ in done})
    assert record(stops, done, restart=restart) == record(each_time, done)


def test_a_look_at_every_hour_and_one_at_the_end_lead_to_the_same_record() -> None:
    every = [T0 + n * 6 * HOUR for n in range(1, int((END - T0) / (6 * HOUR)))]
    done = [(T0 + HOUR, "b", "move"), (T0 + 3 * DAY, "pz-1", "extend"), (START + HOUR, "d", "cancel")]
    assert record(every, done) == record([], done) != record([], [])


@pytest.mark.parametrize(
    "seconds",
    [
        (0, 20, 400),
        (0, 20, 40),
        (0, 70, 80),
    ],
)
def test_edits_that_merge_merge_alike_however_late_we_look(seconds: tuple[int, ...]) -> None:
    """The first two within a minute are one change, also when a third was written before we looked."""
    moments = [T0 + DAY + timedelta(seconds=each) for each in seconds]
    done = list(zip(moments, ["pz-1"] * 3, ["extend", "move", "extend"], strict=True))
    often = [T0 + DAY + timedelta(seconds=each) for each in range(0, 600, 20)]
    assert record(often, done) == record([], done)


def test_the_windows_of_the_story_are_as_different_as_they_look() -> None:
    assert len({each.systems for each in WINDOWS.values()}) == len(WINDOWS)
    assert all(isinstance(edit(window()), Window) for edit in EDITS.values())
