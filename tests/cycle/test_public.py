"""What the public sees: bytes that stay while facts stay, revisions that count up, and old news left as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Event

from notifier.cycle import Cycle
from notifier.model import Edition, Status, Window
from notifier.store import Store
from notifier.web import Site
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, Town, config, event_in, window

AT_ONCE: dict[str, dict[str, object]] = {"schedule": {"settle": timedelta(0)}}
Tree = Mapping[str, bytes]


def town(*windows: Window, **sections: dict[str, object]) -> Town:
    return Town(config(*windows, audiences=("patient", "doctor"), **{**AT_ONCE, **sections}))


def public(place: Town, now: datetime) -> Tree:
    """The tree, made anew if need be."""
    place.cycle._published_until = None
    tree = place.run(now, publish=True).tree
    assert tree is not None
    return tree


def feeds(tree: Tree) -> dict[str, bytes]:
    return {
        path: data for path, data in tree.items() if path.startswith("/feeds/") and not path.endswith("html")
    }


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of feeds alone: making pages takes most of the time."""
    monkeypatch.setattr(Site, "build", lambda _self, _facts, tree: dict(tree))


def events(tree: Tree, audience: str = "patient") -> list[Event]:
    return event_in(tree[f"/feeds/{audience}.pl.ics"])


def items(tree: Tree) -> dict[str, bytes]:
    """Each item of the patients' RSS, by its identity."""
    found = re.findall(rb"<item>.*?</item>", tree["/feeds/patient.pl.rss"], re.DOTALL)
    named = {re.search(rb"<guid[^>]*>([^<]+)", item)[1].decode(): item for item in found}  # type: ignore[index]
    assert len(named) == len(found)
    return named


# --- bytes ----------------------------------------------------------------------------------------------------


def test_nothing_public_is_made_while_nothing_changes() -> None:
    place = town(window())
    assert place.run(T0, publish=True).tree is not None
    assert [place.run(T0 + n * MINUTE, publish=True).tree for n in range(1, 60)] == [None] * 59


def test_the_page_that_says_when_we_looked_is_never_older_than_an_hour() -> None:
    place = town(window())
    first = place.run(T0, publish=True).tree
    later = place.run(T0 + HOUR, publish=True).tree
    assert first is not None
    assert later is not None
    assert first["/index.html"] != later["/index.html"]
    assert {path for path in first if first[path] != later[path]} == {"/index.html"}


def test_the_pages_change_at_the_edges_of_a_window() -> None:
    soon = window(start=T0 + 10 * MINUTE, hours=0.5)
    place = town(soon)
    place.run(T0, publish=True)
    assert place.run(T0 + 9 * MINUTE, publish=True).tree is None
    for edge in (10, 40):
        tree = place.run(T0 + edge * MINUTE, publish=True).tree
        assert tree is not None


def test_feeds_and_calendars_stay_as_they_are_while_facts_do() -> None:
    place = town(window(), window("b", "mojeid", start=START + 8 * HOUR), window("c", "bank.mbank"))
    before = feeds(public(place, T0))
    for now in (T0 + MINUTE, T0 + 3 * HOUR, T0 + 2 * DAY):
        assert feeds(public(place, now)) == before
    place.restart()
    assert feeds(public(place, T0 + 2 * DAY)) == before


@pytest.mark.usefixtures("no_pages")
def test_feeds_and_calendars_have_the_same_bytes_on_another_machine() -> None:
    def tell() -> dict[str, bytes]:
        place = town(window(), window("b", "mojeid"))
        public(place, T0)
        place.operator(window(hours=12), T0 + HOUR)
        place.run(T0 + HOUR)
        return feeds(public(place, T0 + 2 * HOUR))

    assert tell() == tell()


# --- revisions ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_pages")
def test_sequence_rises_with_each_change_and_nothing_else() -> None:
    place = town(window())
    seen = []
    for number, hours in enumerate((8, 9, 10, 11)):
        now = T0 + number * HOUR
        if number:
            place.operator(window(hours=hours), now)
        for _ in range(2):
            (event,) = events(public(place, now))
            seen.append((event["SEQUENCE"], event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt, event["UID"]))
        place.restart()
    assert [sequence for sequence, _, _, _ in seen] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [stamp for _, stamp, _, _ in seen] == [T0 + n // 2 * HOUR for n in range(8)]
    assert all(stamp == modified for _, stamp, modified, _ in seen)
    assert len({uid for _, _, _, uid in seen}) == 1


def test_a_correction_of_the_record_is_no_revision() -> None:
    """Another note changes nothing that a calendar shows."""
    place = town(window())
    before = events(public(place, T0))
    place.operator(window(note="confirmed by phone"), T0 + HOUR)
    tree = public(place, T0 + HOUR)
    assert events(tree)[0]["SEQUENCE"] == before[0]["SEQUENCE"]
    assert len(items(tree)) == 1
    (shown,) = json.loads(tree["/api/windows.json"])["windows"]
    assert shown["note"] == "confirmed by phone" if "note" in shown else len(shown["editions"]) == 2


def test_what_another_window_does_to_the_advice_is_a_revision_too() -> None:
    place = town(window())
    (before,) = events(public(place, T0))
    place.operator(window("b", "mojeid", start=START - HOUR, hours=12), T0 + HOUR)
    after = {str(event["X-MAINTNOTE-MAINTENANCE-ID"]): event for event in events(public(place, T0 + HOUR))}
    assert after["pz-1"]["SEQUENCE"] == 1
    assert after["pz-1"]["DESCRIPTION"] != before["DESCRIPTION"]
    assert after["b"]["SEQUENCE"] == 0


@pytest.mark.parametrize(
    ("after", "shown"), [(timedelta(0), True), (30 * DAY - MINUTE, True), (30 * DAY, False)]
)
def test_a_cancelled_window_stays_struck_out_for_thirty_days(after: timedelta, shown: bool) -> None:
    far = window(start=T0 + 90 * DAY)
    place = town(far)
    public(place, T0)
    place.operator(replace(far, status=Status.CANCELLED), T0 + HOUR)
    place.run(T0 + HOUR, publish=True)
    tree = public(place, T0 + HOUR + after)
    assert [event["STATUS"] for event in events(tree)] == (["CANCELLED"] if shown else [])


@pytest.mark.usefixtures("no_pages")
def test_a_cancelled_window_goes_by_itself_though_nothing_else_happens() -> None:
    far = window(start=T0 + 90 * DAY)
    place = town(far)
    place.run(T0, publish=True)
    place.operator(replace(far, status=Status.CANCELLED), T0 + HOUR)
    trees = [place.run(T0 + HOUR + n * DAY, publish=True).tree for n in range(32)]
    assert [len(events(tree)) for tree in trees if tree is not None] == [1] * 30 + [0] * 2


# --- news -----------------------------------------------------------------------------------------------------


def replayed_story() -> list[tuple[datetime, list[Window]]]:
    """Windows that touch each other, move, are cancelled and come back."""
    a, b, c = (
        window(),
        window("b", "mojeid", start=START + 8 * HOUR),
        window("c", "pz.login", start=START + 16 * HOUR),
    )
    return [
        (T0, [a]),
        (T0 + HOUR, [b, c]),
        (T0 + 2 * HOUR, [replace(a, end=START + 9 * HOUR)]),
        (T0 + 3 * HOUR, [replace(b, status=Status.CANCELLED), window("d", "bank.mbank", start=START - HOUR)]),
        (T0 + 4 * HOUR, [replace(c, start=START + 20 * HOUR, end=None)]),
        (START - DAY, []),
        (START - HOUR, [b]),
        (START + 9 * HOUR, []),
        (
            START + 30 * HOUR,
            [replace(c, start=START + 20 * HOUR, end=START + 29 * HOUR, status=Status.COMPLETED)],
        ),
    ]


@pytest.mark.usefixtures("no_pages")
def test_old_news_stays_as_it_was_whatever_happens_later() -> None:
    place = town()
    told: dict[str, bytes] = {}
    for now, said in replayed_story():
        for each in said:
            place.operator(each, now)
        shown = items(public(place, now))
        assert {guid: shown[guid] for guid in told} == told
        told = shown
    assert len(told) >= 12


@pytest.mark.usefixtures("no_pages")
def test_after_a_restart_at_any_moment_feeds_and_calendars_are_the_same() -> None:
    """Advice is not stored: it is derived again from what was known then."""
    place = town()
    for now, said in replayed_story():
        for each in said:
            place.operator(each, now)
        before = feeds(public(place, now))
        place.restart()
        assert feeds(public(place, now)) == before


@pytest.mark.usefixtures("no_pages")
def test_what_was_known_when_it_was_told_is_told_again_after_edits_had_merged() -> None:
    """An edition that was replaced before it had settled never counted, and must not count afterwards."""
    place = town(window("b", "mojeid", start=START - HOUR, hours=12), schedule={"settle": MINUTE})
    place.run(T0)
    place.operator(window("b", "edowod", start=START - HOUR, hours=12), T0 + HOUR)
    place.operator(window("b", "mojeid", start=START - HOUR, hours=12), T0 + HOUR + MINUTE / 2)
    place.operator(window(), T0 + HOUR + MINUTE / 4)
    before = feeds(public(place, T0 + 2 * HOUR))
    place.restart()
    assert feeds(public(place, T0 + 2 * HOUR)) == before


@pytest.mark.usefixtures("no_pages")
def test_news_is_never_dated_before_it_was_known_nor_in_the_future() -> None:
    place = town(window(published=T0 - DAY))
    place.run(T0, publish=True)
    place.operator(window("b", "mojeid"), T0 + HOUR)
    now = T0 + 5 * HOUR
    for item in json.loads(public(place, now)["/feeds/patient.pl.json"])["items"]:
        moment = datetime.fromisoformat(item["date_published"])
        assert T0 - DAY <= moment <= now


def test_a_replay_of_the_past_dates_nothing_by_the_day_the_record_was_written() -> None:
    """The record says when we first held the facts: long after the days that are played back."""
    store = Store.open("sqlite://")
    recorded = T0 + 900 * DAY
    store.editions.append([Edition(window(), 1, T0, recorded, "files", "COI", "first seen")])
    cycle = Cycle(config(window(), **AT_ONCE), store, drill=True)
    cycle.run_pass(T0 - DAY)
    tree = cycle.run_pass(T0 + MINUTE).tree
    assert tree is not None
    (item,) = json.loads(tree["/feeds/patient.pl.json"])["items"]
    assert datetime.fromisoformat(item["date_published"]).astimezone(UTC) == T0 + MINUTE


@pytest.mark.parametrize(("keep_days", "shown"), [(10, 50), (309, 50), (355, 56), (400, 60)], ids=str)
def test_what_is_not_long_past_is_shown_and_never_less_than_a_page(keep_days: int, shown: int) -> None:
    old = [window(f"w{n}", "payments.blik", start=T0 - (300 + n) * DAY, published=None) for n in range(60)]
    place = town(*old, feeds={"keep_days": keep_days})
    place.run(T0)
    found = place.cycle._publisher._shown(place.cycle.planner, T0)
    assert [each.id for each in found] == [f"w{n}" for n in range(shown)]


def test_a_rehearsal_says_that_it_is_one() -> None:
    store = Store.open("sqlite://")
    real = Cycle(config(window()), store).run_pass(T0).tree
    drill = Cycle(config(window()), store, drill=True).run_pass(T0).tree
    assert real is not None
    assert drill is not None
    assert real["/robots.txt"] != drill["/robots.txt"]
    assert b"Disallow: /\n" in drill["/robots.txt"]


@pytest.mark.usefixtures("no_pages")
def test_a_window_that_goes_on_from_another_is_a_revision_of_both() -> None:
    """The reader of the first is told one stretch of time, so its event says something else now."""
    place = town(window())
    public(place, T0)
    place.operator(window("pz-2", start=START + 8 * HOUR), T0 + HOUR)
    before = feeds(public(place, T0 + HOUR))
    assert [event["SEQUENCE"] for event in event_in(before["/feeds/patient.pl.ics"])] == [1, 0]
    place.restart()
    assert feeds(public(place, T0 + HOUR)) == before


@pytest.mark.usefixtures("no_pages")
def test_three_windows_in_a_row_are_one_stretch_for_all_of_them() -> None:
    place = town(window(), window("pz-2", start=START + 8 * HOUR))
    public(place, T0)
    place.operator(window("pz-3", start=START + 16 * HOUR), T0 + HOUR)
    before = feeds(public(place, T0 + HOUR))
    assert [event["SEQUENCE"] for event in event_in(before["/feeds/patient.pl.ics"])] == [1, 1, 0]
    place.restart()
    assert feeds(public(place, T0 + HOUR)) == before
