"""The rule: who gets no more mail, and who goes on getting it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail.bounces import Kind
from notifier.mail.bounces.rule import FINAL_DAYS, PASSING_DAYS, WITHIN, Bounce, Weight, judge
from notifier.model import Farewell

NOW = datetime(2026, 5, 30, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

WEIGHTS = [
    ("no such mailbox", Kind.HARD, "5.1.1", "User unknown", Weight.GONE),
    ("no such mailbox, as large services say it", Kind.HARD, "5.1.10", "", Weight.GONE),
    ("no such form of address", Kind.HARD, "5.1.3", "", Weight.GONE),
    ("moved, nobody knows where to", Kind.HARD, "5.1.6", "", Weight.GONE),
    ("switched off", Kind.HARD, "5.2.1", "", Weight.GONE),
    ("no such domain: perhaps its name server is away", Kind.HARD, "5.1.2", "", Weight.FINAL),
    ("nothing but a number", Kind.HARD, "", "550 no", Weight.FINAL),
    ("something undefined", Kind.HARD, "5.0.0", "", Weight.FINAL),
    ("what large services say of a mailbox that does not exist", Kind.HARD, "5.5.0", "", Weight.FINAL),
    ("turned away without a reason", Kind.HARD, "5.4.1", "Recipient address rejected: Access denied", Weight.FINAL),
    ("mailbox full, said to be for good", Kind.HARD, "5.2.2", "", Weight.PASSING),
    ("waited too long, said to be for good", Kind.HARD, "5.4.7", "", Weight.PASSING),
    ("mailbox full", Kind.SOFT, "4.2.2", "", Weight.PASSING),
    ("nobody answers", Kind.SOFT, "4.4.1", "", Weight.PASSING),
    ("late, with the status of no such mailbox", Kind.SOFT, "5.1.1", "", Weight.PASSING),
    ("against a policy", Kind.HARD, "5.7.1", "", Weight.OURS),
    ("not signed", Kind.HARD, "5.7.26", "", Weight.OURS),
    ("put off as a stranger", Kind.SOFT, "4.7.1", "", Weight.OURS),
    ("too large", Kind.HARD, "5.3.4", "", Weight.OURS),
    ("malformed", Kind.HARD, "5.6.0", "", Weight.OURS),
    ("a mistake in the talk", Kind.HARD, "5.5.2", "", Weight.OURS),
    ("taken for spam under a code for something else", Kind.HARD, "5.1.1", "Rejected as SPAM", Weight.OURS),
    ("a policy in words alone", Kind.HARD, "", "554 5.7.1 not today", Weight.OURS),
    ("on a list", Kind.HARD, "5.0.0", "Your host is on a block list", Weight.OURS),
    ("a word that only looks like it", Kind.HARD, "5.1.1", "unblocked mailbox policyholder", Weight.GONE),
    ("a complaint", Kind.COMPLAINT, "", "abuse", Weight.COMPLAINT),
    ("what is not believed", "doubted", "5.1.1", "", Weight.NOTHING),
    ("an answer by a program", Kind.AUTO_REPLY, "", "", Weight.NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "kind", "status", "said", "weight"), WEIGHTS, ids=[row[0] for row in WEIGHTS]
)
def test_what_a_failure_says_about_a_person(
    sentence: str, kind: str, status: str, said: str, weight: Weight
) -> None:
    assert Bounce(NOW, kind, status, said).weight is weight, sentence


def gone(days: float) -> Bounce:
    return Bounce(NOW - days * DAY, Kind.HARD, "5.1.1")


def final(*days: float) -> list[Bounce]:
    return [Bounce(NOW - day * DAY, Kind.HARD, "5.0.0") for day in days]


def passing(*days: float) -> list[Bounce]:
    return [Bounce(NOW - day * DAY, Kind.SOFT, "4.2.2") for day in days]


def arrived(*days: float) -> list[datetime]:
    return [NOW - day * DAY for day in days]


STAYS, BOUNCED, COMPLAINED = None, Farewell.BOUNCED, Farewell.COMPLAINED
NEVER: list[datetime] = []

JUDGED = [
    ("nothing came back", [], NEVER, STAYS),
    ("no such mailbox: at once", [gone(0)], NEVER, BOUNCED),
    ("no such mailbox, last month", [gone(31)], NEVER, STAYS),
    ("a final failure", final(0), NEVER, STAYS),
    ("final failures on two days", final(0, 1), NEVER, STAYS),
    ("final failures on three days", final(0, 1, 2), NEVER, BOUNCED),
    ("five final failures on two days", final(0, 0.1, 0.2, 1, 1.1), NEVER, STAYS),
    ("final failures on three days, one of them too long ago", final(0, 1, 31), NEVER, STAYS),
    ("final failures on three days, others arrived", final(0, 10, 20), arrived(5, 15), BOUNCED),
    ("four days on which it failed for now", passing(0, 1, 2, 3), NEVER, STAYS),
    ("five days on which it failed for now", passing(0, 1, 2, 3, 4), NEVER, BOUNCED),
    ("five times a day is one day", passing(0, 0.1, 0.2, 0.3, 0.4), NEVER, STAYS),
    ("five days with an arrival in between", passing(0, 1, 2, 3, 4), arrived(2.5), STAYS),
    ("five days, and an arrival before them", passing(0, 1, 2, 3, 4), arrived(6), BOUNCED),
    ("five days, and one handed over since: nobody knows yet", passing(1, 2, 3, 4, 5), arrived(0), BOUNCED),
    ("five days, the first of them too long ago", passing(27, 28, 29, 30, 31), NEVER, STAYS),
    ("a final failure is a failure too", [*passing(1, 2, 3, 4), *final(0)], NEVER, BOUNCED),
    ("refused as spam for a month", [Bounce(NOW - n * DAY, Kind.HARD, "5.7.1") for n in range(30)], NEVER, STAYS),
    ("a complaint", [Bounce(NOW, Kind.COMPLAINT)], NEVER, COMPLAINED),
    ("a complaint goes before a failure", [gone(0), Bounce(NOW, Kind.COMPLAINT)], NEVER, COMPLAINED),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "bounces", "sent", "why"), JUDGED, ids=[row[0] for row in JUDGED])
def test_who_gets_no_more_mail(
    sentence: str, bounces: Sequence[Bounce], sent: Sequence[datetime], why: Farewell | None
) -> None:
    assert judge(bounces, sent, NOW) is why, sentence


def test_days_are_those_of_utc_and_no_spans_of_24_hours() -> None:
    midnight = datetime(2026, 5, 30, tzinfo=UTC)
    around = [Bounce(midnight + n * HOUR, Kind.HARD, "5.0.0") for n in (-25, -1, 1)]
    assert judge(around, NEVER, NOW) is Farewell.BOUNCED
    assert judge([*around[1:], Bounce(midnight + 23 * HOUR, Kind.HARD, "5.0.0")], NEVER, NOW) is None


MOMENTS = st.floats(0, 40).map(lambda days: NOW - days * DAY)
BOUNCES = st.lists(
    st.builds(
        Bounce,
        MOMENTS,
        st.sampled_from([*(kind.value for kind in Kind), "doubted"]),
        st.sampled_from(["", "5.0.0", "5.1.1", "5.2.2", "5.7.1", "4.2.2", "4.7.1"]),
    ),
    max_size=12,
)


@given(BOUNCES, st.lists(MOMENTS, max_size=8), st.randoms())
def test_neither_order_nor_repetition_matters(
    bounces: list[Bounce], sent: list[datetime], chance: Random
) -> None:
    twice = bounces + bounces
    chance.shuffle(twice)
    assert judge(twice, sent, NOW) is judge(bounces, sent, NOW)


@given(BOUNCES, st.lists(MOMENTS, max_size=8), MOMENTS)
def test_an_arrival_never_makes_it_worse(bounces: list[Bounce], sent: list[datetime], more: datetime) -> None:
    if judge(bounces, sent, NOW) is None:
        assert judge(bounces, [*sent, more], NOW) is None


@given(BOUNCES, st.lists(MOMENTS, max_size=8))
def test_who_is_given_up_on_has_reason_enough(bounces: list[Bounce], sent: list[datetime]) -> None:
    why = judge(bounces, sent, NOW)
    recent = [one for one in bounces if one.at >= NOW - WITHIN]
    weights = {one.weight for one in recent}
    failures = [one for one in recent if one.weight in {Weight.FINAL, Weight.PASSING}]
    if why is Farewell.COMPLAINED:
        assert Weight.COMPLAINT in weights
    elif why is Farewell.BOUNCED:
        days = len({one.at.date() for one in failures})
        assert Weight.GONE in weights or days >= min(FINAL_DAYS, PASSING_DAYS)
    else:
        assert not weights & {Weight.COMPLAINT, Weight.GONE}
