"""What is told of one window, when, and why: a story a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notifier.model import Change, Channel, Impact, Occasion, QuietHours, Severity, Status
from tests.planning.conftest import DAY, HOUR, START, T0, World, gate, tell

END = START + 8 * HOUR
LONG_AFTER = END + 30 * DAY


def test_a_window_is_announced_reminded_called_started_and_ended(world: World) -> None:
    world.say(gate())
    assert world.story(LONG_AFTER) == [
        "gate-1 announced",
        "gate-1 reminder 7d",
        "gate-1 reminder 24h",
        "gate-1 reminder 2h",
        "gate-1 last-call",
        "gate-1 started",
        "gate-1 ended",
    ]


def test_each_is_due_at_its_moment_and_of_use_until_it_is_not(world: World) -> None:
    world.say(gate())
    settle = timedelta(seconds=60)
    assert [(n.key.occasion, n.due, n.useful_until) for n in world.notices(LONG_AFTER)] == [
        (Occasion.ANNOUNCED, T0 + settle, END),
        (Occasion.REMINDER, START - 7 * DAY, START),
        (Occasion.REMINDER, START - DAY, START),
        (Occasion.REMINDER, START - 2 * HOUR, START),
        (Occasion.LAST_CALL, START - HOUR, START),
        (Occasion.STARTED, START, END),
        (Occasion.ENDED, END, END + DAY),
    ]


def test_only_the_reminder_nearest_to_a_day_is_news(world: World) -> None:
    world.say(gate())
    reminders = [n for n in world.notices(LONG_AFTER) if n.key.occasion is Occasion.REMINDER]
    assert [Channel.NEWS in n.channels for n in reminders] == [False, True, False]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"systems": ("till",)}, "touches nothing this audience does"),
        ({"impact": Impact.NONE}, "touches nothing this audience does"),
        ({"status": Status.CANCELLED}, "was cancelled before anybody was told of it"),
        ({"start": T0 - 9 * HOUR, "end": T0 - HOUR}, "was over before it became known"),
    ],
)
def test_what_is_not_announced_says_why(world: World, facts: dict[str, object], reason: str) -> None:
    world.say(replace(gate(), **facts))  # type: ignore[arg-type]
    (notice,) = world.notices(LONG_AFTER)
    assert (notice.sent, notice.reason) == (False, reason)


def test_reminders_whose_moment_had_passed_are_recorded_and_not_sent(world: World) -> None:
    world.say(gate(), START - 3 * HOUR)
    assert world.story(START) == [
        "gate-1 announced",
        "not gate-1 reminder 7d",
        "not gate-1 reminder 24h",
        "gate-1 reminder 2h",
        "gate-1 last-call",
        "gate-1 started",
    ]


def test_a_reminder_right_after_the_announcement_is_left_out(world: World) -> None:
    world.say(gate(), START - DAY - 3 * HOUR)
    found = {
        n.key.detail.partition("@")[0]: n for n in world.notices(START) if n.key.occasion is Occasion.REMINDER
    }
    assert not found["24h"].sent
    assert found["24h"].reason.startswith("the same was told 179m before")
    assert found["2h"].sent


CHANGES = [
    ("an earlier start moves it", {"start": START - 2 * HOUR}, Change.MOVED),
    ("an earlier end shortens it", {"end": END - HOUR}, Change.SHORTENED),
    ("a later end extends it", {"end": END + HOUR}, Change.EXTENDED),
    ("an end nobody knows extends it", {"end": None}, Change.EXTENDED),
    ("other systems are told", {"systems": ("gate", "card")}, Change.SYSTEMS),
    ("a smaller impact is told", {"impact": Impact.DEGRADED}, Change.IMPACT),
    ("a doubt is told", {"status": Status.TENTATIVE}, Change.UNCONFIRMED),
]


@pytest.mark.parametrize(("_why", "facts", "change"), CHANGES, ids=[row[0] for row in CHANGES])
def test_a_changed_fact_is_told_with_old_and_new(
    world: World, _why: str, facts: dict[str, object], change: Change
) -> None:
    before = world.say(gate())
    world.change(before, T0 + DAY, **facts)
    (notice,) = [n for n in world.notices(T0 + 2 * DAY) if n.key.occasion is Occasion.CHANGED]
    assert change in notice.changes
    assert notice.told == before
    assert notice.sequence == 1


def test_a_changed_source_or_note_is_no_news(world: World) -> None:
    before = world.say(gate())
    world.change(before, T0 + DAY, note="typo corrected")
    assert world.story(T0 + 2 * DAY) == ["gate-1 announced"]


def test_edits_within_the_time_for_settling_are_one(world: World) -> None:
    first = world.say(gate())
    second = world.change(first, T0 + timedelta(seconds=30), end=END + HOUR)
    world.change(second, T0 + timedelta(seconds=59), end=END + 2 * HOUR)
    (notice,) = world.notices(T0 + DAY)
    assert tell(notice) == "gate-1 announced"
    assert notice.advice is not None
    assert notice.advice.window.end == END + 2 * HOUR


def test_a_change_taken_back_in_time_is_never_told(world: World) -> None:
    first = world.say(gate())
    world.change(first, T0 + DAY, end=END + HOUR)
    world.say(first, T0 + DAY + timedelta(seconds=40))
    assert world.story(T0 + 2 * DAY) == ["gate-1 announced"]


def test_a_moved_window_is_reminded_of_at_its_new_time_and_not_at_the_old(world: World) -> None:
    first = world.say(gate())
    world.change(first, T0 + DAY, start=START + 2 * DAY, end=END + 2 * DAY)
    due = [n.due for n in world.notices(LONG_AFTER) if n.key.occasion is Occasion.REMINDER and n.sent]
    assert due == [START + 2 * DAY - lead for lead in (7 * DAY, DAY, 2 * HOUR)]


def test_cancelled_goes_out_and_then_there_is_silence(world: World) -> None:
    first = world.say(gate())
    world.change(first, T0 + 5 * DAY, status=Status.CANCELLED)
    assert world.story(LONG_AFTER) == ["gate-1 announced", "gate-1 reminder 7d", "gate-1 cancelled edition 2"]


def test_a_cancelled_window_that_comes_back_is_told(world: World) -> None:
    first = world.say(gate())
    world.change(first, T0 + DAY, status=Status.CANCELLED)
    world.say(first, T0 + 2 * DAY)
    assert "gate-1 changed reinstated" in world.story(LONG_AFTER)


def test_cancelled_after_its_end_is_not_told(world: World) -> None:
    first = world.say(gate())
    world.change(first, END + DAY, status=Status.CANCELLED)
    assert world.story(LONG_AFTER)[-1] == "not gate-1 cancelled edition 2"


def test_confirmed_ended_early_closes_it(world: World) -> None:
    first = world.say(gate())
    world.change(first, END - 2 * HOUR, status=Status.COMPLETED, end=END - 2 * HOUR)
    assert world.story(LONG_AFTER)[-1] == "gate-1 completed shortened"
    assert "gate-1 ended" not in world.story(LONG_AFTER)


def test_those_told_of_an_extension_are_told_the_end_by_mail(world: World) -> None:
    first = world.say(gate())
    world.change(first, START + HOUR, end=END + 3 * HOUR)
    ended = world.notices(LONG_AFTER)[-1]
    assert ended.key.occasion is Occasion.ENDED
    assert Channel.MAIL in ended.channels


def test_an_extension_after_the_planned_end_is_told(world: World) -> None:
    first = world.say(gate())
    world.change(first, END + HOUR, end=END + 4 * HOUR)
    assert world.story(LONG_AFTER)[-2:] == ["gate-1 changed extended", "gate-1 ended"]


def test_a_window_without_an_end_is_never_called_ended(world: World) -> None:
    world.say(replace(gate(), end=None))
    assert not [line for line in world.story(LONG_AFTER) if "ended" in line]


def test_another_window_that_kills_an_alternative_changes_the_advice(world: World) -> None:
    world.say(gate())
    world.say(gate("card-1", systems=("card",)), T0 + DAY)
    changed = [n for n in world.notices(T0 + 2 * DAY) if n.key.occasion is Occasion.CHANGED]
    assert [(n.key.window, n.changes, n.severity) for n in changed] == [
        ("gate-1", (Change.ADVICE,), Severity.MAJOR)
    ]


def test_a_change_of_advice_at_one_bank_weighs_little_and_delays_no_reminder(world: World) -> None:
    world.say(gate())
    world.say(gate("bank-a-1", systems=("bank.a",)), START - DAY - HOUR)
    found = [n for n in world.notices(LONG_AFTER) if n.key.window == "gate-1"]
    (changed,) = [n for n in found if n.key.occasion is Occasion.CHANGED]
    assert changed.severity is Severity.MINOR
    assert [n.sent for n in found if n.key.occasion is Occasion.REMINDER] == [True, True, True]


def test_windows_that_together_leave_nothing_are_critical_and_told_earlier(world: World) -> None:
    world.say(gate(start=START + 20 * DAY, systems=("gate", "hub")))
    world.say(gate("card-1", start=START + 20 * DAY, systems=("card",)), T0 + HOUR)
    # With the gate, the hub and the card away only an app started before is left: not nothing.
    assert {n.severity for n in world.notices(T0 + DAY)} == {Severity.MAJOR}


def test_a_window_inside_a_larger_one_of_the_same_is_masked(world: World) -> None:
    world.say(gate(hours=10))
    world.say(gate("inner", start=START + HOUR, hours=2), T0 + HOUR)
    (masked,) = [n for n in world.notices(LONG_AFTER) if n.key.window == "inner"]
    assert not masked.sent
    assert masked.reason.startswith("lies inside gate-1")


def test_a_masked_window_is_told_once_its_mask_is_gone(world: World) -> None:
    outer = world.say(gate(hours=10))
    world.say(gate("inner", start=START + HOUR, hours=2), T0 + HOUR)
    world.change(outer, T0 + DAY, status=Status.CANCELLED)
    story = [line for line in world.story(T0 + 2 * DAY) if "inner" in line]
    assert story == ["not inner announced inside gate-1", "inner announced"]


def test_of_twins_one_is_told(world: World) -> None:
    world.say(gate("first"))
    world.say(gate("second"))
    told = [n.key.window for n in world.notices(T0 + DAY) if n.sent]
    assert told == ["first"]


def test_the_end_of_one_is_no_end_while_another_goes_on(world: World) -> None:
    world.say(gate())
    world.say(gate("next", start=END, hours=3))
    ended = {n.key.window: n for n in world.notices(LONG_AFTER) if n.key.occasion is Occasion.ENDED}
    assert not ended["gate-1"].sent
    assert ended["gate-1"].reason == "another window goes on without a break"
    assert ended["next"].sent


def test_a_slow_preparation_adds_an_earlier_reminder(world_with: Callable[..., World]) -> None:
    world = world_with(reminders={"": (DAY,)})
    world.say(gate())
    reminders = [n for n in world.notices(START) if n.key.occasion is Occasion.REMINDER]
    # Getting a card takes three days; one more to act on the mail.
    assert [n.due for n in reminders] == [START - 4 * DAY, START - DAY]


def test_lead_times_are_the_audiences_own(world_with: Callable[..., World]) -> None:
    world = world_with(reminders={"": (DAY,), "visitor": (5 * DAY, 3 * HOUR)})
    world.say(gate())
    reminders = [n for n in world.notices(START) if n.key.occasion is Occasion.REMINDER]
    assert [n.due for n in reminders] == [START - 5 * DAY, START - 3 * HOUR]


QUIET = QuietHours(time(22), time(7))
QUIET_ROWS = [
    ("outside it stays", "2026-05-14T15:00+02:00", "2026-05-14T18:00+02:00", "2026-05-14T15:00+02:00"),
    (
        "at night it waits for the morning",
        "2026-05-14T23:00+02:00",
        "2026-05-15T12:00+02:00",
        "2026-05-15T07:00+02:00",
    ),
    (
        "a use that ends at night pulls it earlier",
        "2026-05-14T22:01+02:00",
        "2026-05-15T00:01+02:00",
        "2026-05-14T22:00+02:00",
    ),
    (
        "after midnight it is still that night",
        "2026-05-15T03:00+02:00",
        "2026-05-15T12:00+02:00",
        "2026-05-15T07:00+02:00",
    ),
    ("the end itself is day", "2026-05-15T07:00+02:00", "2026-05-15T12:00+02:00", "2026-05-15T07:00+02:00"),
    ("a night with 25 hours", "2026-10-24T23:30+02:00", "2026-10-26T12:00+01:00", "2026-10-25T07:00+01:00"),
]


@pytest.mark.parametrize(("_why", "due", "use_ends", "moved"), QUIET_ROWS, ids=[row[0] for row in QUIET_ROWS])
def test_quiet_hours_move_but_never_past_use(_why: str, due: str, use_ends: str, moved: str) -> None:
    shifted = QUIET.shift(*(datetime.fromisoformat(text).astimezone(UTC) for text in (due, use_ends)))
    assert shifted == datetime.fromisoformat(moved)
