"""How fast mail goes: in all, to one domain, and that nobody waits for somebody else's domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail import Letter, Reply
from notifier.mail.hand import Claim, Hand
from notifier.mail.pace import Bucket, Pace
from notifier.mail.transport import at_once
from notifier.model import MailState
from notifier.store import ClaimedMail
from tests.mail.office import START, Office, Taking

SECOND = timedelta(seconds=1)


def claim(number: int, domain: str) -> Claim:
    email = f"p{number}@{domain}"
    mail = ClaimedMail(number, number, email, "digest", f"<{number}@x>", 0, None, START + timedelta(days=1))
    return Claim(mail, START + timedelta(hours=1))


def picked(hand: Hand, now: datetime) -> list[int]:
    """All that may go at that moment."""
    found = []
    while (one := hand.pick(now)) is not None:
        found.append(one.mail.id)
    return found


@pytest.mark.parametrize(
    ("rate", "at_once", "then"),
    [(1, 1, 60), (30, 1, 2), (60, 1, 1), (120, 2, 0.5), (6000, 100, 0.01)],
)
def test_a_bucket_lets_a_seconds_worth_through_and_then_keeps_its_pace(
    rate: int, at_once: int, then: float
) -> None:
    bucket, went = Bucket(rate), 0
    while not bucket.wait(START):
        bucket.take(START)
        went += 1
    assert (went, bucket.wait(START)) == (at_once, timedelta(seconds=then))


@given(st.integers(1, 10_000), st.lists(st.integers(0, 5000), max_size=200))
def test_no_minute_sees_more_than_the_rate_and_a_seconds_worth(rate: int, steps: Sequence[int]) -> None:
    bucket, now, went = Bucket(rate), START, []
    for step in steps:
        now += timedelta(milliseconds=step)
        if not bucket.wait(now):
            bucket.take(now)
            went.append(now)
    for first in went:
        within = [moment for moment in went if first <= moment < first + timedelta(minutes=1)]
        assert len(within) <= rate + max(rate // 60, 1)


def test_without_limits_claims_go_in_their_order() -> None:
    hand = Hand(Pace())
    hand.add(claim(n, "example.pl") for n in range(5))
    assert picked(hand, START) == [0, 1, 2, 3, 4]
    assert hand.wait(START) is None


def test_one_slow_domain_holds_nobody_up() -> None:
    hand = Hand(Pace(domain_rate=30))
    hand.add([claim(n, "slow.pl") for n in range(5)] + [claim(n, f"d{n}.pl") for n in range(5, 10)])
    assert picked(hand, START) == [0, 5, 6, 7, 8, 9]
    assert len(hand) == 1, "somebody has to wait for the rest"
    assert hand.wait(START) == 2 * SECOND
    assert picked(hand, START + 2 * SECOND) == [1]
    assert picked(hand, START + 3 * SECOND) == []
    assert picked(hand, START + 4 * SECOND) == [2]


def test_what_would_step_aside_for_long_is_put_off_one_behind_the_other() -> None:
    hand = Hand(Pace(domain_rate=6))
    hand.add(claim(n, "Slow.PL" if n % 2 else "slow.pl") for n in range(8))
    assert picked(hand, START) == [0]
    assert [(one.mail.id, (moment - START).total_seconds()) for one, moment in hand.put_off] == [
        (4, 40),
        (5, 50),
        (6, 60),
        (7, 70),
    ]


def test_the_limit_for_all_comes_before_that_of_a_domain() -> None:
    hand = Hand(Pace(rate=60, domain_rate=6000))
    hand.add(claim(n, f"d{n}.pl") for n in range(3))
    assert picked(hand, START) == [0]
    assert hand.wait(START) == SECOND
    assert picked(hand, START + SECOND) == [1]


class Scale(Taking):
    """Notes when, too."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.went: list[tuple[str, float]] = []
        self._office = office

    def hand_in(
        self, letter: Letter, verdict: Callable[[Reply], object], may_send: Callable[[], bool] = at_once
    ) -> None:
        """Take it."""
        seconds = (self._office.clock.now() - START).total_seconds()
        self.went.append((letter.to, seconds))
        super().hand_in(letter, verdict, may_send)


async def test_a_flood_to_one_domain_goes_out_at_its_pace_and_costs_no_attempts(office: Office) -> None:
    office.write_to(*(f"p{n}@slow.example" for n in range(12)), *(f"q{n}@d{n}.example" for n in range(5)))
    scale = Scale(office)
    async with office.delivering(scale, connections=2, domain_rate=6) as delivery:
        await office.until(lambda: len(scale.went) == 6)
        assert {seconds for _, seconds in scale.went} == {0.0}
        assert sum(to.endswith("@slow.example") for to, _ in scale.went) == 1
        for _ in range(30):
            office.clock.advance(5)
            delivery.wake()
            await office.quiet()
        await office.until(lambda: len(scale.went) == 17)
        await office.until(lambda: {row.state for row in office.rows()} == {MailState.SENT})
    slow = [seconds for to, seconds in scale.went if to.endswith("@slow.example")]
    assert all(later - earlier >= 10 for earlier, later in pairwise(slow))
    assert {row.attempts for row in office.rows()} == {1}, "being put off is nobody's failure"


async def test_all_mail_together_keeps_its_pace(office: Office) -> None:
    office.write_to(*(f"p{n}@d{n}.example" for n in range(4)))
    scale = Scale(office)
    async with office.delivering(scale, rate=30) as delivery:
        await office.until(lambda: len(scale.went) == 1)
        for _ in range(6):
            office.clock.advance(1)
            delivery.wake()
            await office.quiet()
        await office.until(lambda: len(scale.went) == 4)
    assert [seconds for _, seconds in scale.went] == [0, 2, 4, 6]
