"""Judging all rows at once says what each row says; what is remembered never changes what is said."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.availability import Adviser, Effects, Network, Outlook, course, judging, panel
from notifier.model import Catalogue, Verdict, Window
from tests.availability.strategies import EPOCH, HALF, LEAVES, catalogues, systems_of, windows
from tests.availability.world import catalogue, effects, network

REAL = catalogue()
SYSTEMS = systems_of(REAL)


def row_by_row(made: Network, snapshot: bytes) -> str:
    """The verdicts as text, two digits a row, asked one by one."""
    return "".join(f"{row.verdict(snapshot):02}" for row in made.rows)


def judged_at_once(made: Network, snapshot: bytes) -> str:
    """The same by one judgement, without what is added to tasks that are lost."""
    texts = made.judge.judge(snapshot).texts
    tables = made.task_rows.values()
    return "".join(text[: 2 * len(table.rows)] for text, table in zip(texts, tables, strict=True))


@HALF
@given(made=catalogues(), data=st.data())
def test_all_rows_at_once_are_judged_as_one_by_one(made: Catalogue, data: st.DataObject) -> None:
    made_network = Network(made)
    known = data.draw(windows(LEAVES))
    for snapshot in Outlook(made_network, known).snapshots:
        assert judged_at_once(made_network, snapshot) == row_by_row(made_network, snapshot)


@given(seed=st.integers(0, 2**32))
def test_so_are_they_under_any_verdicts_of_the_conditions(seed: int) -> None:
    chance, real = random.Random(seed), network()
    snapshot = bytes(chance.choices(tuple(Verdict), weights=(1, 1, 1, 1, 20), k=len(real.conditions)))
    assert judged_at_once(real, snapshot) == row_by_row(real, snapshot)


@HALF
@given(known=windows(SYSTEMS, most=12), order=st.randoms(use_true_random=False))
def test_in_whatever_order_windows_are_assessed_each_gets_the_same(
    known: list[Window], order: random.Random
) -> None:
    asked = [(window, audience) for window in known for audience in REAL.audiences]
    outlook = Outlook(network(), known)
    alone = {pair: Adviser(outlook, effects()).assess(*pair) for pair in asked}
    order.shuffle(asked)
    adviser = Adviser(outlook, effects())
    for pair in asked:
        assert adviser.assess(*pair) == alone[pair]


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    known = [window for _ in range(6) for window in _some(chance)]
    outlook = Outlook(network(), known)
    remembered = [Adviser(outlook, effects()).assess(w, a) for w in known for a in REAL.audiences]
    for module in (judging, course, panel):
        monkeypatch.setattr(module, "_REMEMBERED", 2)
    monkeypatch.setattr(course.Course, "GAP", 0)
    monkeypatch.setattr(course.Course, "AHEAD", 1)
    fresh = Network(REAL)
    forgetful = Adviser(Outlook(fresh, known), Effects(fresh))
    assert [forgetful.assess(w, a) for w in known for a in REAL.audiences] == remembered


@HALF
@given(known=windows(SYSTEMS, most=8), more=windows(SYSTEMS, most=3, prefix="n"), data=st.data())
def test_stretches_of_a_changed_outlook_are_those_of_a_new_one(
    known: list[Window], more: list[Window], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(known))) if known else set[Window]()
    old = Adviser(Outlook(network(), known), effects())
    for window in known:
        old.stretch(window)  # lays out the windows by system, which the change must carry on
    now = [window for window in known if window not in gone] + more
    changed = Adviser(old.outlook.updated(gone, more), effects())
    new = Adviser(Outlook(network(), now), effects())
    assert [changed.stretch(window) for window in now] == [new.stretch(window) for window in now]


def _some(chance: random.Random) -> list[Window]:
    """Five windows within two days, on random systems; ids tell them apart."""
    return [
        Window(
            id=f"w{chance.getrandbits(60)}",
            systems=(chance.choice(SYSTEMS),),
            start=(start := EPOCH + timedelta(hours=chance.randrange(48))),
            end=start + timedelta(hours=chance.randint(1, 9)),
        )
        for _ in range(5)
    ]
