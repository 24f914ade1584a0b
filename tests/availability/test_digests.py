"""When advice is news: a changed digest is told to everybody who was told before, so it never changes for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifier.model import Impact, Source, Status, Window
from tests.availability.world import advise, at, row, window

BREAK = window("pz", "2024-01-19 20:00", "2024-01-20 16:00", id="pz-2024-01-19")


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("another end", replace(BREAK, end=at("2024-01-20 18:00"))),
        ("another start", replace(BREAK, start=at("2024-01-19 21:00"))),
        ("an end that is not known any more", replace(BREAK, end=None)),
        ("other systems", replace(BREAK, systems=("pz", "mobywatel"))),
        ("less impact", replace(BREAK, impact=Impact.DEGRADED)),
        ("less certainty", replace(BREAK, status=Status.TENTATIVE)),
        ("no certainty at all", replace(BREAK, status=Status.CANCELLED)),
    ],
)
def test_what_changes_a_digest(sentence: str, other: Window) -> None:
    assert advise(other, "patient").digest != advise(BREAK, "patient").digest, sentence


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("work that has begun as planned", replace(BREAK, status=Status.IN_PROCESS)),
        ("work that is over as planned", replace(BREAK, status=Status.COMPLETED)),
        ("a note", replace(BREAK, note="seen in the news")),
        ("another source", replace(BREAK, source=Source("somebody", "https://example.org/"))),
        ("another id", replace(BREAK, id="pz-again")),
    ],
)
def test_what_does_not_change_a_digest(sentence: str, other: Window) -> None:
    assert advise(other, "patient").digest == advise(BREAK, "patient").digest, sentence


def test_the_order_of_systems_does_not_change_a_digest() -> None:
    one, two = (replace(BREAK, systems=order) for order in (("pz", "edowod"), ("edowod", "pz")))
    assert advise(one, "patient").digest == advise(two, "patient").digest


PZ = row("pz", 10, 14)
NODE = row("login-gov", 10, 14)

NEWS = [
    # what another window means to those told of the first, whom, the first, the other, is it news
    ("a bank's night within it is news", "patient", PZ, row("bank.mbank", 11, 12), True),
    ("mObywatel off right before is another deadline", "patient", PZ, row("mobywatel", 8, 10), True),
    ("the same system off right after is a later end", "patient", PZ, row("pz", 14, 16), True),
    (
        "P1 makes paper lawful, though all was lost",
        "doctor",
        row("gabinet ehr", 10, 14),
        row("p1", 8, 16),
        True,
    ),
    ("eWUŚ is nothing to patients", "patient", PZ, row("ewus", 11, 12), False),
    ("gabinet is nothing to patients", "patient", PZ, row("gabinet", 11, 12), False),
    ("qualified signatures are nothing to patients", "patient", PZ, row("qsig", 11, 12), False),
    ("payments are nothing to anybody", "patient", PZ, row("payments", 11, 12), False),
    ("a cancelled night is nothing", "patient", PZ, row("bank.mbank", 11, 12, Status.CANCELLED), False),
    ("mObywatel off an hour before is nothing", "patient", PZ, row("mobywatel", 8, 9), False),
    ("the same system off an hour after is another break", "patient", PZ, row("pz", 15, 16), False),
    (
        "a bank that is lost already",
        "patient",
        row("login-gov mojeikp pz", 10, 14),
        row("bank.ing", 11, 12),
        False,
    ),
    (
        "a deadline for what nobody can count on anyway",
        "patient",
        row("mobywatel", 10, 14, Status.TENTATIVE),
        row("mobywatel.activation", 11, 12),
        False,
    ),
]


@pytest.mark.parametrize(
    ("sentence", "audience", "mine", "other", "news"), NEWS, ids=[line[0] for line in NEWS]
)
def test_what_another_window_changes(
    sentence: str, audience: str, mine: Window, other: Window, news: bool
) -> None:
    alone, among = advise(mine, audience), advise(mine, audience, [other])
    assert (alone.digest != among.digest) is news, sentence
