"""What kind of trouble there is, in words that stay: for programs, and for strangers to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from notifier.cycle import Pass
from notifier.daemon.census import Census
from notifier.daemon.health import Health
from notifier.mail import Answer, Away, Reply, Step
from notifier.model import MailState
from notifier.render import Untold
from notifier.store import OutboxStats
from tests.daemon.house import T0

AWAY = Away(T0, Reply(Answer.SERVER_TROUBLE, Step.CONNECT, 421), T0, timedelta(minutes=1))
UNTOLD = Untold("gate-1", "patient", "pl", "told/told.txt.j2:1", "'x' is undefined")


def done(**changes: object) -> Pass:
    facts: dict[str, object] = {"editions": (), "notices": (), "mails": 0, "held": 0, "tree": None}
    return Pass(T0, **{**facts, "look_again": None, **changes})  # type: ignore[arg-type]


def census(held: int = 0) -> Census:
    return Census(OutboxStats(dict.fromkeys(MailState, 0) | {MailState.HELD: held}, None), held)


@pytest.mark.parametrize(
    ("word", "held", "facts", "away", "fails"),
    [
        ("passes", 0, {}, False, True),
        ("relay", 0, {}, True, False),
        ("source", 0, {"refused": True}, False, False),
        ("texts", 0, {"untold": (UNTOLD,)}, False, False),
        ("held", 1, {}, False, False),
    ],
)
def test_each_kind_has_a_word(
    word: str, held: int, facts: dict[str, object], away: bool, fails: bool
) -> None:
    health = Health()
    health.passed(done(**facts), census(held), AWAY if away else None, 1)
    if fails:
        health.failed("no space on /srv/notifier", T0)
    report, well = health.report()
    assert (list(report["troubles"]), well) == ([word], not fails)  # type: ignore[call-overload]
    assert "/srv" not in str(report), "the page is public"
    assert "gate-1" not in str(report)
    health.passed(done(), census(), None, 1)
    assert not health.report()[0]["troubles"]


def test_texts_that_are_missing_are_counted() -> None:
    health = Health()
    health.passed(done(untold=(UNTOLD, replace(UNTOLD, audience="doctor"))), census(), None, 1)
    report, well = health.report()
    assert (well, report["texts_unwritten"]) == (True, 2)
    assert "2 texts could not be written" in health.line()
    assert "notifier_texts_unwritten 2\n" in health.metrics()
