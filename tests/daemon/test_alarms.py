"""When the operator hears of a trouble: once when it begins, once when it is over, and never of small change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.daemon.alarms import Alarm, Alarms, Facts, Kind
from tests.daemon.house import T0


def at(minutes: float) -> Any:
    return T0 + timedelta(minutes=minutes)


def words(alarms: list[Alarm]) -> str:
    return " ".join(
        f"{'-' if alarm.over else '+'}{alarm.kind}{'/' + alarm.subject if alarm.subject else ''}"
        for alarm in alarms
    )


WELL = Facts()
GRAVE = Facts(critical=frozenset({"pz-1"}))
HELD = Facts(held=7)
AWAY = Facts(away_since=T0, away_said="connect: 0 refused")
BACK = Facts(spoke_at=at(40))
FAILING = Facts(failing_since=T0, failure="no space")

STORIES: list[tuple[str, list[tuple[float, Facts, str]]]] = [
    ("Nothing is told while all is well.", [(0, WELL, ""), (1, WELL, "")]),
    (
        "A window that leaves nothing is told when it is announced and when it is past.",
        [(0, GRAVE, "+nothing-left/pz-1"), (1, GRAVE, ""), (9, WELL, "-nothing-left/pz-1"), (10, WELL, "")],
    ),
    (
        "A second such window is a trouble of its own.",
        [
            (0, GRAVE, "+nothing-left/pz-1"),
            (1, Facts(critical=frozenset({"pz-1", "pz-2"})), "+nothing-left/pz-2"),
        ],
    ),
    (
        "Held mail is told at once, and not again when there is more of it.",
        [(0, HELD, "+held"), (1, Facts(held=9), ""), (2, WELL, "-held")],
    ),
    (
        "A relay that is away for less than a quarter of an hour is no news.",
        [(0, AWAY, ""), (14.9, AWAY, ""), (14.95, Facts(spoke_at=at(14.9)), "")],
    ),
    (
        "One that is away longer is told once more when it is back.",
        [(15, AWAY, "+relay"), (16, AWAY, ""), (41, BACK, "-relay")],
    ),
    (
        "A relay nobody has asked since the restart is not said to be back.",
        [(15, AWAY, "+relay"), (20, WELL, ""), (41, BACK, "-relay")],
    ),
    (
        "What it said before it went away proves nothing.",
        [(15, AWAY, "+relay"), (16, Facts(spoke_at=at(-1)), ""), (41, BACK, "-relay")],
    ),
    (
        "Passes that fail for ten minutes are told, and when they succeed again.",
        [(0, FAILING, ""), (9.9, FAILING, ""), (10, FAILING, "+passes"), (11, WELL, "-passes")],
    ),
    (
        "A configuration that is not taken up is told at once, however many mistakes it has then.",
        [(0, Facts(config=("a", "b")), "+config"), (1, Facts(config=("a",)), ""), (2, WELL, "-config")],
    ),
    (
        "Each source is a trouble of its own.",
        [
            (0, Facts(sources={"a": "stale"}), "+source/a"),
            (1, Facts(sources={"b": "refused"}), "-source/a +source/b"),
        ],
    ),
    (
        "Texts that cannot be written are one trouble.",
        [(0, Facts(texts=("x", "y")), "+texts"), (1, WELL, "-texts")],
    ),
    (
        "Twenty people lost in a day are many in any list.",
        [(0, Facts(suppressed=19, active=9000), ""), (1, Facts(suppressed=20, active=9000), "+bounces")],
    ),
    (
        "Five in a hundred are many, too.",
        [(0, Facts(suppressed=4, active=96), ""), (1, Facts(suppressed=5, active=95), "+bounces")],
    ),
    (
        "Two wrong addresses in a short list are not.",
        [(0, Facts(suppressed=2, active=8), ""), (1, Facts(suppressed=3, active=7), "+bounces")],
    ),
    (
        "The end comes at half the number, so that it does not flutter.",
        [
            (0, Facts(suppressed=20, active=9000), "+bounces"),
            (1, Facts(suppressed=19, active=9000), ""),
            (2, Facts(suppressed=10, active=9000), ""),
            (3, Facts(suppressed=9, active=9000), "-bounces"),
            (4, Facts(suppressed=19, active=9000), ""),
        ],
    ),
]


@pytest.mark.parametrize(("sentence", "story"), STORIES, ids=[row[0] for row in STORIES])
@pytest.mark.parametrize("restarts", [False, True], ids=["one life", "restarted each time"])
def test_what_is_told(sentence: str, story: list[tuple[float, Facts, str]], restarts: bool) -> None:
    alarms = Alarms()
    for minutes, facts, expected in story:
        due = alarms.look(facts, at(minutes))
        assert words(due) == expected, f"{sentence} At {minutes}."
        for alarm in due:
            alarms.told(alarm)
        if restarts:
            alarms = Alarms.read(alarms.write())


def test_what_could_not_be_told_comes_back() -> None:
    alarms = Alarms()
    assert words(alarms.look(HELD, at(0))) == "+held"
    assert words(alarms.look(HELD, at(1))) == "+held"
    alarms = Alarms.read(alarms.write())
    (due,) = alarms.look(HELD, at(2))
    assert (due.since, due.n) == (at(0), 7)


def test_a_trouble_that_passed_before_it_could_be_told_is_told_once_with_both_times() -> None:
    alarms = Alarms()
    alarms.look(HELD, at(0))
    (due,) = alarms.look(WELL, at(5))
    assert (due.since, due.over) == (at(0), at(5))
    assert words(alarms.look(WELL, at(6))) == "-held"
    alarms.told(due)
    assert alarms.look(WELL, at(7)) == []


def test_an_end_nobody_could_be_told_of_is_forgotten_after_a_day() -> None:
    alarms = Alarms()
    alarms.look(HELD, at(0))
    alarms.look(WELL, at(1))
    assert words(alarms.look(WELL, at(24 * 60))) == "-held"
    assert alarms.look(WELL, at(1 + 24 * 60)) == []


def test_a_trouble_that_comes_back_before_its_end_was_told_has_not_ended() -> None:
    alarms = Alarms()
    for alarm in alarms.look(HELD, at(0)):
        alarms.told(alarm)
    (over,) = alarms.look(WELL, at(1))
    assert alarms.look(HELD, at(2)) == []
    alarms.told(over)
    assert [alarm.kind for alarm in alarms.lasting] == [Kind.HELD]


def test_only_the_absence_of_the_relay_cannot_be_mailed() -> None:
    begun = [Alarm(kind, "", T0) for kind in Kind]
    over = [Alarm(kind, "", T0, over=T0) for kind in Kind]
    assert [alarm.kind for alarm in begun if not alarm.mailable] == [Kind.RELAY]
    assert all(alarm.mailable for alarm in over)


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"kind": "flood"}]', "null", '[{"kind": "held"}]'])
def test_a_memory_that_cannot_be_read_is_none(text: str) -> None:
    alarms = Alarms.read(text)
    assert words(alarms.look(HELD, at(0))) == "+held"


FACTS = st.builds(
    Facts,
    critical=st.frozensets(st.sampled_from(["a", "b"])),
    held=st.sampled_from([0, 3]),
    away_since=st.sampled_from([None, T0]),
    spoke_at=st.sampled_from([None, at(500)]),
    suppressed=st.integers(0, 30),
    active=st.sampled_from([10, 1000]),
    failing_since=st.sampled_from([None, T0]),
    config=st.sampled_from([(), ("x",)]),
)


@given(st.lists(st.tuples(FACTS, st.booleans(), st.booleans()), max_size=12))
def test_begin_and_end_take_turns_however_often_it_restarts(days: list[tuple[Facts, bool, bool]]) -> None:
    """Of each trouble an end follows a beginning or stands for both; never two of a kind that were told."""
    alarms = Alarms()
    told: dict[str, bool] = {}
    for number, (facts, works, restart) in enumerate(days):
        for alarm in alarms.look(facts, at(20 * number)):
            if works:
                begins = alarm.over is None
                assert not (begins and told.get(alarm.key)), alarm
                told[alarm.key] = begins
                alarms.told(alarm)
        if restart:
            again = Alarms.read(alarms.write())
            assert again.write() == alarms.write()
            alarms = again
