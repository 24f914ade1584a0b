"""What a source says, against what it said: editions follow from differences only, and silence cancels nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.cycle import FILES, OPERATOR, Editions, Reconciled, reconcile
from notifier.model import Edition, Impact, Source, Status, Window
from tests.cycle.town import DAY, HOUR, START, T0, window

IDS = ("a", "b", "c", "d")
OPEN = (Status.TENTATIVE, Status.CONFIRMED, Status.IN_PROCESS)


@st.composite
def facts(draw: st.DrawFn, id: str) -> Window:
    start = T0 + timedelta(hours=draw(st.integers(-300, 300)))
    length = draw(st.none() | st.integers(1, 72))
    return Window(
        id,
        draw(st.sampled_from([("pz",), ("mojeid",), ("pz", "bank.mbank")])),
        start,
        None if length is None else start + timedelta(hours=length),
        draw(st.sampled_from(Status)),
        draw(st.sampled_from(Impact)),
        Source(
            draw(st.sampled_from(["", "COI"])), published=draw(st.sampled_from([None, T0 - DAY, T0 + DAY]))
        ),
        draw(st.sampled_from(["", "a note"])),
    )


@st.composite
def said(draw: st.DrawFn) -> list[Window]:
    """What a source may say: any of four windows, each as it likes."""
    return [draw(facts(name)) for name in draw(st.sets(st.sampled_from(IDS)).map(sorted))]


def take_up(
    editions: Editions, windows: Sequence[Window], hours: int = 0, *, first: bool = False
) -> Reconciled:
    found = reconcile(editions, windows, T0 + timedelta(hours=hours), first=first)
    editions.add(found.editions)
    return found


def told_before(*words: Sequence[Window]) -> Editions:
    editions = Editions()
    for hours, windows in enumerate(words):
        take_up(editions, windows, hours, first=not hours)
    return editions


def operator(editions: Editions, after: Window, hours: int) -> Edition:
    now = T0 + timedelta(hours=hours)
    made = editions.next(after, known_at=now, now=now, origin=OPERATOR, who="anna", why="told by phone")
    editions.add([made])
    return made


def holds(editions: Editions) -> dict[str, Window]:
    return {name: history[-1].window for name, history in editions.of.items()}


# --- laws -----------------------------------------------------------------------------------------------------


@given(said(), said(), st.integers(0, 400))
def test_a_source_that_repeats_itself_adds_nothing(
    before: list[Window], now: list[Window], later: int
) -> None:
    editions = told_before(before, now)
    assert take_up(editions, now, 2 + later).editions == ()


@given(said(), said(), st.sampled_from(IDS), st.integers(3, 400))
def test_a_repetition_does_not_overrule_the_operator(
    before: list[Window], now: list[Window], which: str, later: int
) -> None:
    editions = told_before(before, now)
    if which in holds(editions):
        word = operator(
            editions, replace(holds(editions)[which], note="moved by phone", systems=("edowod",)), 2
        )
        take_up(editions, now, later)
        assert editions.latest(which) == word


@given(said(), said())
def test_what_a_source_says_holds_unless_it_is_refused(before: list[Window], now: list[Window]) -> None:
    editions = told_before(before)
    found = take_up(editions, now, 1)
    if not found.refused:
        for each in now:
            assert holds(editions)[each.id] == each


@given(said(), said())
def test_silence_never_cancels_and_is_nobody_s_word(before: list[Window], now: list[Window]) -> None:
    editions = told_before(before)
    silent = {each.id for each in before} - {each.id for each in now}
    for edition in take_up(editions, now, 1).editions:
        if edition.window.id in silent:
            assert edition.window.status is Status.TENTATIVE
            assert edition.origin not in (FILES, OPERATOR)
    for each in before:
        if each.id in silent and each.status in (Status.COMPLETED, Status.CANCELLED):
            assert holds(editions)[each.id] == each


@given(said(), said(), said())
def test_editions_are_numbered_and_known_in_order_and_nobody_is_told_in_the_past(
    one: list[Window], two: list[Window], three: list[Window]
) -> None:
    editions = told_before(one, two, three)
    for history in editions.of.values():
        assert [edition.number for edition in history] == list(range(1, len(history) + 1))
        assert [edition.known_at for edition in history] == sorted(edition.known_at for edition in history)
        for edition in history:
            assert edition.recorded_at == T0 or edition.known_at >= edition.recorded_at


@given(said(), said(), said())
def test_read_again_from_a_store_the_record_leads_to_the_same(
    one: list[Window], two: list[Window], three: list[Window]
) -> None:
    editions = told_before(one, two)
    again = Editions(edition for history in editions.of.values() for edition in history)
    assert reconcile(again, three, T0 + 3 * HOUR, first=False) == reconcile(
        editions, three, T0 + 3 * HOUR, first=False
    )


# --- one by one -----------------------------------------------------------------------------------------------


A, B = window("a"), window("b", start=START + 2 * DAY)


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.IN_PROCESS])
def test_a_window_that_is_missing_is_not_confirmed_any_more(status: Status) -> None:
    editions = told_before([replace(A, status=status), B])
    (edition,) = take_up(editions, [B], 1).editions
    assert edition.window == replace(A, status=Status.TENTATIVE)
    assert (edition.origin, edition.number, edition.known_at) == ("missing", 2, T0 + HOUR)
    assert take_up(editions, [B], 2).editions == (), "it is said once"


@pytest.mark.parametrize(
    ("why", "facts", "hours"),
    [
        ("it was tentative all along", {"status": Status.TENTATIVE}, 1),
        ("it had been cancelled", {"status": Status.CANCELLED}, 1),
        ("somebody had confirmed that it is over", {"status": Status.COMPLETED}, 1),
        ("it is over", {}, 24 * 11),
        ("it never changed anything", {"impact": Impact.NONE}, 1),
    ],
)
def test_some_windows_may_go_missing_without_a_word(why: str, facts: dict[str, object], hours: int) -> None:
    editions = told_before([window("a", **facts), B])
    assert take_up(editions, [B], hours).editions == (), why


def test_a_source_that_suddenly_shows_nothing_is_refused_until_it_shows_something() -> None:
    editions = told_before([A, B])
    assert take_up(editions, [], 1) == Reconciled((), refused=True)
    assert holds(editions) == {"a": A, "b": B}
    assert not take_up(editions, [A], 2).refused
    assert holds(editions)["b"].status is Status.TENTATIVE


def test_showing_nothing_is_fine_where_nothing_was_open() -> None:
    assert take_up(Editions(), [], first=True) == Reconciled(())
    editions = told_before([A])
    assert take_up(editions, [], 24 * 11) == Reconciled(())


def test_a_window_that_is_back_holds_again() -> None:
    editions = told_before([A, B], [B])
    (edition,) = take_up(editions, [A, B], 2).editions
    assert (edition.window, edition.number, edition.origin, edition.why) == (A, 3, FILES, "said again")


def test_a_window_that_is_back_after_the_operator_spoke_changes_nothing() -> None:
    editions = told_before([A, B], [B])
    word = operator(editions, A, 2)
    assert take_up(editions, [A, B], 3).editions == ()
    assert editions.latest("a") == word


def test_what_the_operator_confirmed_stays_confirmed_while_it_is_missing() -> None:
    editions = told_before([A, B])
    word = operator(editions, replace(A, end=A.start + HOUR), 1)
    assert take_up(editions, [B], 2).editions == ()
    assert editions.latest("a") == word


def test_a_changed_file_overrules_the_operator() -> None:
    editions = told_before([A])
    operator(editions, replace(A, end=A.start + HOUR), 1)
    later = replace(A, end=A.start + 9 * HOUR)
    (edition,) = take_up(editions, [later], 2).editions
    assert (edition.window, edition.why, edition.who) == (later, "changed: end", "COI")


def test_two_sources_do_not_speak_for_each_other() -> None:
    editions = told_before([A])
    found = reconcile(editions, [B], T0 + HOUR, origin="feed", first=False)
    editions.add(found.editions)
    assert [edition.window.id for edition in found.editions] == ["b"]
    assert take_up(editions, [A], 2).editions == (), "the files need not name what a feed said"
    assert reconcile(editions, [], T0 + 2 * HOUR, origin="feed", first=False).refused


@pytest.mark.parametrize(
    ("sentence", "published", "first", "known_at"),
    [
        ("at the first look a window is known since its publication", T0 - DAY, True, T0 - DAY),
        ("a window published later on counts from then", T0 + DAY, True, T0 + DAY),
        ("without a publication it counts from when it is first seen", None, True, T0),
        ("later on nobody can be told in the past", T0 - DAY, False, T0),
        ("nor before it is published", T0 + DAY, False, T0 + DAY),
    ],
)
def test_known_at(sentence: str, published: object, first: bool, known_at: object) -> None:
    (edition,) = reconcile(Editions(), [window(published=published)], T0, first=first).editions
    assert (edition.known_at, edition.recorded_at) == (known_at, T0), sentence
