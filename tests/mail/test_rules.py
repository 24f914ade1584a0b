"""The pure rules of delivering: what an answer leads to, how the relay is treated, whom to suspect."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail import Answer, Reply, Retry, Step
from notifier.mail.clock import graciously
from notifier.mail.health import Health
from notifier.mail.outcome import outcome_of
from notifier.mail.suspects import Suspects
from notifier.model import MailState
from notifier.store import ClaimedMail
from tests.mail.office import START

DEFERRED = Reply(Answer.DEFERRED, Step.RCPT, 451, "4.3.0 not now")
AWAY = Reply(Answer.SERVER_TROUBLE, Step.CONNECT, text="refused")
LOGIN = Reply(Answer.SERVER_TROUBLE, Step.LOGIN, 535)


def mail(id_: int = 1, *, failing: float | None = None, left: float = 86400) -> ClaimedMail:
    since = None if failing is None else START - timedelta(seconds=failing)
    expires = START + timedelta(seconds=left)
    return ClaimedMail(id_, 1, "alicja@example.pl", "digest", "<1@example.pl>", 0, since, expires)


# --- outcomes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failing", "left", "wait", "why"),
    [
        (None, 86400, 300, "the first time, five minutes"),
        (0, 86400, 300, "at least five minutes"),
        (301, 86400, 301, "as long as it has been failing"),
        (100_000, 86400, 4000, "at most some 67 minutes"),
        (None, 301, 300, "still of use then"),
        (None, 300, 150, "of no use then: one more chance halfway"),
        (None, 40, 30, "half a minute is the least"),
        (None, 30, None, "and less than that is over"),
        (None, -5, None, "it was over already"),
    ],
)
def test_how_long_a_mail_waits(failing: float | None, left: float, wait: float | None, why: str) -> None:
    outcome = outcome_of(mail(failing=failing, left=left), DEFERRED, START, Retry())
    if wait is None:
        assert (outcome.state, outcome.retry_at) == (MailState.EXPIRED, None), why
    else:
        assert outcome.retry_at == START + timedelta(seconds=wait), why


@given(
    st.sampled_from(Answer),
    st.none() | st.floats(0, 1e6),
    st.floats(-1e6, 1e6),
)
def test_no_outcome_loses_a_mail_or_waits_past_its_use(
    answer: Answer, failing: float | None, left: float
) -> None:
    waiting = mail(failing=failing, left=left)
    outcome = outcome_of(waiting, Reply(answer, Step.RCPT, 451), START, Retry())
    if answer is Answer.ACCEPTED:
        assert outcome.state is MailState.SENT
    elif answer is Answer.REFUSED:
        assert outcome.state is MailState.REFUSED
    elif outcome.state is MailState.WAITING:
        assert outcome.retry_at is not None
        assert START < outcome.retry_at < waiting.expires_at
    else:
        assert outcome.state is MailState.EXPIRED
        assert left <= 30


def test_the_status_is_kept_once() -> None:
    outcome = outcome_of(mail(), DEFERRED, START, Retry())
    assert (outcome.code, outcome.reply) == (451, "4.3.0 not now")


# --- the relay's health ------------------------------------------------------------------------------------------


def test_one_connection_then_twice_as_many_at_each_success() -> None:
    health = Health(10)
    seen = [health.allowed]
    for _ in range(5):
        health.worked(START)
        seen.append(health.allowed)
    assert seen == [1, 2, 4, 8, 10, 10]


def test_probes_come_at_growing_distance_until_one_works() -> None:
    health = Health(10)
    now, waits = START, []
    assert health.trouble(AWAY, now, others=0), "news"
    for _ in range(6):
        assert health.away is not None
        waits.append((health.away.probe_at - now).total_seconds())
        assert not health.may_connect(health.away.probe_at - timedelta(microseconds=1))
        now = health.away.probe_at
        assert health.may_connect(now)
        assert not health.trouble(AWAY, now, others=0), "no news"
    assert waits == [5, 10, 20, 40, 60, 60]
    ended = health.worked(now)
    assert ended is not None
    assert ended.since == START
    assert (health.away, health.may_connect(START)) == (None, True)
    assert health.trouble(AWAY, now, others=0), "news again"
    assert not health.may_connect(now + timedelta(seconds=4.9)), "and probing starts anew"
    assert health.may_connect(now + timedelta(seconds=5))


def test_another_reason_to_be_away_is_news() -> None:
    health = Health(10)
    health.trouble(AWAY, START, others=0)
    assert health.trouble(LOGIN, START, others=0)
    assert not health.trouble(LOGIN, START, others=0)
    assert health.away is not None
    assert health.away.since == START


def test_one_connection_too_many_is_no_absence() -> None:
    health = Health(10)
    for _ in range(4):
        health.worked(START)
    assert not health.trouble(AWAY, START, others=3)
    assert (health.away, health.allowed) == (None, 3)
    health.worked(START + timedelta(seconds=59))
    assert health.allowed == 3, "no more for a minute"
    health.worked(START + timedelta(seconds=60))
    assert health.allowed == 6


# --- suspects ----------------------------------------------------------------------------------------------------


def test_one_break_is_forgiven_and_so_are_many_while_nothing_else_gets_through() -> None:
    suspects = Suspects()
    assert [suspects.broke(1) for _ in range(5)] == [False] * 5


def test_a_mail_that_breaks_a_connection_again_while_others_get_through_is_to_blame() -> None:
    suspects = Suspects()
    suspects.broke(1)
    suspects.judged(2)
    assert suspects.broke(1)
    assert not suspects.broke(1), "afterwards it starts anew"


def test_a_mail_that_was_judged_is_no_suspect_any_more() -> None:
    suspects = Suspects()
    suspects.broke(1)
    suspects.judged(1)
    assert len(suspects) == 0
    assert not suspects.broke(1)


def test_suspects_wait_behind_the_others() -> None:
    suspects = Suspects()
    suspects.broke(2)
    assert [one.id for one in suspects.last([mail(1), mail(2), mail(3)])] == [1, 3, 2]


# --- waiting -----------------------------------------------------------------------------------------------------


class Restless:
    """A clock that wakes its sleepers at once and moves on by a second each time."""

    def __init__(self, rings_at: int) -> None:
        self.slept = 0
        self.rung = asyncio.Event()
        self._rings_at = rings_at

    def now(self) -> datetime:
        return START + timedelta(seconds=self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        if self.slept == self._rings_at:
            self.rung.set()


@pytest.mark.parametrize(("needs", "in_time"), [(5, True), (29, True), (500, False)])
async def test_a_clock_that_wakes_early_does_not_shorten_the_grace(needs: int, in_time: bool) -> None:
    clock = Restless(needs)
    assert await graciously(clock, timedelta(seconds=30), clock.rung.wait) is in_time
