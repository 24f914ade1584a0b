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


@pytest.mark.parametrize(
    ("sentence", "audience", "about", "other", "changes"),
    [
        ("a bank's night within it is news", "patient", "pz", row("bank.mbank", 11, 12), True),
        ("eWUŚ is no news to patients", "patient", "pz", row("ewus", 11, 12), False),
        ("gabinet is no news to patients", "patient", "pz", row("gabinet", 11, 12), False),
        ("qualified signatures are no news to patients", "patient", "pz", row("qsig", 11, 12), False),
        ("payments are no news to anybody", "patient", "pz", row("payments", 11, 12), False),
        (
            "a cancelled bank's night is no news",
            "patient",
            "pz",
            row("bank.mbank", 11, 12, Status.CANCELLED),
            False,
        ),
        ("mObywatel off right before is another deadline", "patient", "pz", row("mobywatel", 8, 10), True),
        ("mObywatel off an hour before is none", "patient", "pz", row("mobywatel", 8, 9), False),
        (
            "a bank that is lost already is no news",
            "patient",
            "login-gov mojeikp pz",
            row("bank.ing", 11, 12),
            False,
        ),
        ("the same system off right after is a later end", "patient", "pz", row("pz", 14, 16), True),
        ("the same system off an hour after is another break", "patient", "pz", row("pz", 15, 16), False),
        ("a second cause is told as well", "reception", "login-gov", row("gabinet", 8, 16), True),
        ("P1 makes paper lawful: news, though all was lost", "doctor", "gabinet ehr", row("p1", 8, 16), True),
    ],
)
def test_what_another_window_changes(
    sentence: str, audience: str, about: str, other: Window, changes: bool
) -> None:
    mine = row(about, 10, 14)
    alone, among = advise(mine, audience), advise(mine, audience, [other])
    assert (alone.digest != among.digest) is changes, sentence
