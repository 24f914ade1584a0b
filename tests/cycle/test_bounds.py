"""However much there is to tell, the tree stays within its bounds: the nearest windows, the newest news."""

from __future__ import annotations

import json
import re

import pytest

from notifier.cycle.history import History
from notifier.model import Status, Window
from notifier.store import NoticeRow
from tests.cycle.test_public import Tree, events, items, public, town
from tests.cycle.town import DAY, HOUR, MINUTE, T0, window

NOW = T0 + 30 * DAY
AHEAD = [window(f"next-{n}", start=NOW + n * DAY) for n in (1, 2, 3)]
UNDER_WAY = window("now", start=NOW - HOUR)
OPEN = window("open", "bank.mbank", start=NOW - 2 * DAY, hours=None)
OVER = [window(f"past-{n}", start=NOW - n * DAY) for n in (3, 2, 1)]
ALL = [*OVER, *AHEAD, UNDER_WAY, OPEN]


def pages(tree: Tree) -> set[str]:
    return {found[1] for path in tree if (found := re.fullmatch(r"/windows/([a-z0-9-]+)/index\.html", path))}


@pytest.mark.parametrize(
    ("most", "shown"),
    [
        (1, "open"),
        (2, "open now"),
        (4, "open now next-1 next-2"),
        (6, "open now next-1 next-2 next-3 past-1"),
        (7, "open now next-1 next-2 next-3 past-1 past-2"),
        (500, "open now next-1 next-2 next-3 past-1 past-2 past-3"),
    ],
    ids=str,
)
def test_what_is_not_over_goes_first_and_the_nearest_of_it(most: int, shown: str) -> None:
    place = town(*ALL, feeds={"max_windows": most})
    place.run(T0 + MINUTE)
    tree = public(place, NOW)
    found = place.cycle._publisher._shown(place.cycle.planner, NOW)
    assert " ".join(each.id for each in found) == shown
    assert pages(tree) == set(shown.split())
    assert len(events(tree)) == len(shown.split())
    listed = json.loads(tree["/api/windows.json"])["windows"]
    assert {each["id"] for each in listed} == set(shown.split())


def test_a_feed_holds_the_newest_items_and_a_restart_makes_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def windows() -> list[Window]:
        return [window(f"w{n}", start=NOW + n * DAY, published=T0 + n * HOUR) for n in range(6)]

    whole, place = town(*windows()), town(*windows(), feeds={"max_items": 2})
    for made in (whole, place):
        made.run(*(T0 + n * HOUR + MINUTE for n in range(6)))
    everything = items(public(whole, T0 + DAY))
    newest = items(public(place, T0 + DAY))
    assert len(everything) == 6
    assert list(newest.items()) == list(everything.items())[:2]
    revived: list[str] = []
    real = History.notice

    def notice(self: History, row: NoticeRow) -> object:
        revived.append(row.key.window)
        return real(self, row)

    monkeypatch.setattr(History, "notice", notice)
    place.restart()
    assert items(public(place, T0 + DAY)) == newest
    assert sorted(set(revived)) == ["w4", "w5"]


def test_an_item_that_was_not_shown_comes_back_when_there_is_room() -> None:
    """What the bound hides is not lost: a window that is struck from the record of news leaves its place."""
    place = town(*(window(f"w{n}", start=NOW + n * DAY) for n in range(3)), feeds={"max_windows": 2})
    place.run(T0 + MINUTE)
    assert pages(public(place, T0 + HOUR)) == {"w0", "w1"}
    assert pages(public(place, NOW + 9 * HOUR)) == {"w1", "w2"}


def test_how_grave_a_window_was_is_still_told_when_its_advice_is_not() -> None:
    place = town(UNDER_WAY, window("gone", start=NOW - HOUR, status=Status.CANCELLED))

    def severity(tree: Tree) -> object:
        return {each["id"]: each["severity"] for each in json.loads(tree["/api/windows.json"])["windows"]}

    place.run(T0 + MINUTE)
    just_over, long_over = public(place, NOW + DAY), public(place, NOW + 20 * DAY)
    assert (
        severity(just_over)
        == severity(long_over)
        == {"now": {"patient": "major", "doctor": "major"}} | {"gone": {}}
    )
    page = "/windows/now/index.html"
    assert just_over[page] != long_over[page], "what worked is told for a while, and then no more"
    place.restart()
    assert public(place, NOW + 20 * DAY) == long_over
