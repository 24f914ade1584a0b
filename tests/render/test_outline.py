"""What tasks come to in bits, against the same read off one cell after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifier.render import Sum, TaskState
from notifier.render.outcome import Standing
from notifier.render.outline import CELL, Outline, Part, TaskOutline, Wholes, run

CELLS = 6
QUALITY = {Standing.WORKS: Sum.FINE, Standing.SLOW: Sum.SLOW, Standing.PREPARED: Sum.PREPARE}
ORDER = list(Sum)

parts = st.builds(
    lambda cells, closed, doubtful: Part(tuple(cells), closed, closed and doubtful),
    st.lists(st.integers(0, CELLS - 1), max_size=2, unique=True),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
)
tasks = st.lists(st.tuples(st.booleans(), st.lists(parts, min_size=1, max_size=3)), max_size=4)
standings = st.lists(st.sampled_from([*Standing, Standing.WORKS]), min_size=CELLS, max_size=CELLS)


def outline(told: list[tuple[bool, list[Part]]], *, tentative: bool) -> Outline:
    return Outline(
        tuple(TaskOutline(str(n), 1 << n, matters, tuple(found)) for n, (matters, found) in enumerate(told)),
        Wholes(),
        tentative=tentative,
    )


def worst(part: Part, best: list[Standing]) -> Standing:
    """How well the ability that stands worst can be had in a part of the time."""
    if part.closed:
        return Standing.UNKNOWN if part.doubtful else Standing.LOST
    return max((best[cell] for cell in part.cells), default=Standing.WORKS)


def state(found: list[Standing]) -> TaskState:
    if all(each.helps for each in found):
        return TaskState.POSSIBLE
    if Standing.LOST not in found:
        return TaskState.OPEN
    return TaskState.LOST if set(found) == {Standing.LOST} else TaskState.PARTLY


def expected(states: list[TaskState], qualities: list[Sum], *, tentative: bool, caused: bool) -> Sum:
    impossible = [each for each in states if each is not TaskState.POSSIBLE]
    if not impossible:
        return max(qualities, key=ORDER.index)
    if set(impossible) == {TaskState.OPEN}:
        return Sum.PERHAPS if tentative else Sum.UNKNOWN if impossible == states else Sum.SOME
    if states.count(TaskState.LOST) < len(states):
        return Sum.SOME
    return Sum.CAUSE if caused else Sum.NONE


@given(tasks, standings, standings, st.integers(0, 15), st.booleans())
def test_bits_say_what_the_cells_say(told, mine, yours, doing, tentative):
    codes = 0
    for cell, standing in [*enumerate(mine), *enumerate(yours)]:
        codes |= run(standing) << (CELL * cell)
    best = list(map(min, mine, yours))
    whole = outline(told, tentative=tentative).whole(codes, doing)
    done = [(str(n), *task) for n, task in enumerate(told) if doing >> n & 1]
    if not done:
        assert (whole.sum, whole.tasks) == (None, ())
        return
    found = {name: [worst(part, best) for part in those] for name, _, those in done}
    states = {name: state(each) for name, each in found.items()}
    assert whole.tasks == tuple(each for each in states.items() if each[1] is not TaskState.POSSIBLE)
    quality = {name: QUALITY.get(max(each), Sum.UNSURE) for name, each in found.items()}
    qualities = [quality[name] for name, matters, _ in done if matters] or list(quality.values())
    caused = all(part.closed for _, _, those in done for part in those)
    assert whole.sum == expected(list(states.values()), qualities, tentative=tentative, caused=caused)
    assert whole.tentative is tentative


def test_what_is_the_same_is_one_object():
    wholes = Wholes()
    lost = TaskOutline("a", 1, True, (Part((0,)),))
    made = [Outline((lost,), wholes, tentative=False) for _ in range(2)]
    assert made[0].whole(0, 1) is made[1].whole(0, 1)
    assert made[0].whole(0, 1) is not made[0].whole(run(Standing.WORKS), 1)
