"""For how long a window's systems are affected without a break, and which window hides behind which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifier.model import Impact, Interval, Status
from tests.availability.world import advise, adviser, at, hour, row

# --- stretches ---------------------------------------------------------------------------------------------

STRETCHES = [
    ("a window alone is its own stretch", [("pz", 10, 14)], (10, 14)),
    ("touching windows of one system are one", [("pz", 10, 14), ("pz", 14, 18)], (10, 18)),
    ("three in a row too", [("pz", 10, 14), ("pz", 14, 18), ("pz", 18, 20)], (10, 20)),
    ("also those that come before", [("pz", 10, 14), ("pz", 8, 10)], (8, 14)),
    ("overlapping ones too", [("pz", 10, 14), ("pz", 12, 20)], (10, 20)),
    ("a larger one around it", [("pz", 10, 14), ("pz", 8, 20)], (8, 20)),
    ("one without an end leaves no end", [("pz", 10, 14), ("pz", 14, None)], (10, None)),
    ("a gap ends it", [("pz", 10, 14), ("pz", 15, 18)], (10, 14)),
    ("another system has nothing to do with it", [("pz", 10, 14), ("mobywatel", 14, 18)], (10, 14)),
    ("an ancestor covers it", [("pz.login", 10, 14), ("pz", 14, 18)], (10, 18)),
    ("a part does not cover the whole", [("pz", 10, 14), ("pz.login", 14, 18)], (10, 14)),
    ("all banks cover one", [("bank.mbank", 0, 4), ("bank", 4, 6)], (0, 6)),
    ("one bank does not cover all", [("bank", 0, 4), ("bank.mbank", 4, 6)], (0, 4)),
    ("all of its systems must go on", [("pz edowod", 10, 14), ("pz", 14, 18)], (10, 14)),
    ("more than its systems may", [("pz", 10, 14), ("pz edowod", 14, 18)], (10, 18)),
]


@pytest.mark.parametrize(("sentence", "windows", "expected"), STRETCHES, ids=[one[0] for one in STRETCHES])
def test_stretch(
    sentence: str, windows: list[tuple[str, int, int | None]], expected: tuple[int, int | None]
) -> None:
    known = [row(*one) for one in windows]
    start, end = (hour(value) for value in expected)
    assert start is not None
    stretch = Interval(at(start), None if end is None else at(end))
    assert adviser(*known).stretch(known[0]) == stretch, sentence
    assert adviser(*known[::-1]).stretch(known[0]) == stretch
    assert advise(known[0], "patient", known[1:]).stretch == stretch


@pytest.mark.parametrize(
    ("sentence", "status", "impact", "joins"),
    [
        ("an outage goes on in an outage", Status.CONFIRMED, Impact.OUTAGE, True),
        ("slowness after it is another matter", Status.CONFIRMED, Impact.DEGRADED, False),
        ("so is a tentative outage", Status.TENTATIVE, Impact.OUTAGE, False),
        ("a cancelled one is nothing", Status.CANCELLED, Impact.OUTAGE, False),
        ("one without impact is nothing", Status.CONFIRMED, Impact.NONE, False),
        ("one that has begun goes on", Status.IN_PROCESS, Impact.OUTAGE, True),
    ],
)
def test_only_what_is_as_bad_prolongs_a_stretch(
    sentence: str, status: Status, impact: Impact, joins: bool
) -> None:
    one, two = row("pz", 10, 14), row("pz", 14, 18, status, impact)
    assert adviser(one, two).stretch(one).end == (two.end if joins else one.end), sentence


# --- windows behind larger ones ----------------------------------------------------------------------------

MASKS = [
    # sentence, audience, outer, inner, hidden
    ("a bank's break within one of all banks", "patient", ("bank", 0, 8), ("bank.mbank", 1, 3), True),
    (
        "any log-in within one of login.gov.pl and mojeIKP",
        "patient",
        ("login-gov mojeikp pz", 0, 8),
        ("pz", 1, 3),
        True,
    ),
    ("PZ log-in within all of PZ", "patient", ("pz", 0, 8), ("pz.login", 1, 3), True),
    ("the same hours and more systems", "patient", ("pz edowod", 0, 8), ("pz", 0, 8), True),
    ("gabinet within P1, for doctors", "doctor", ("p1", 0, 8), ("gabinet", 1, 3), True),
    (
        "a bank within login.gov.pl, for gabinet at the reception",
        "reception",
        ("login-gov", 0, 8),
        ("bank.ing", 1, 3),
        True,
    ),
    (
        "a bank within login.gov.pl, for PZ kept at the bank",
        "patient",
        ("login-gov", 0, 8),
        ("bank.ing", 1, 3),
        False,
    ),
    ("one that begins earlier", "patient", ("bank", 2, 8), ("bank.mbank", 1, 3), False),
    ("one that ends later", "patient", ("bank", 0, 2), ("bank.mbank", 1, 3), False),
    ("one whose end nobody knows", "patient", ("bank", 0, 8), ("bank.mbank", 1, None), False),
    ("one within a break without an end", "patient", ("bank", 0, None), ("bank.mbank", 1, None), True),
    ("another system", "patient", ("edowod", 0, 8), ("pz", 1, 3), False),
    ("one that takes more", "doctor", ("pz.login", 0, 8), ("pz", 1, 3), False),
    ("one that takes more, but not from patients", "patient", ("pz.login", 0, 8), ("pz", 1, 3), True),
]


@pytest.mark.parametrize(
    ("sentence", "audience", "outer", "inner", "hidden"), MASKS, ids=[one[0] for one in MASKS]
)
def test_masked(
    sentence: str,
    audience: str,
    outer: tuple[str, int, int | None],
    inner: tuple[str, int, int | None],
    hidden: bool,
) -> None:
    large, small = row(*outer), row(*inner)
    for order in ((large, small), (small, large)):
        assert adviser(*order).masked_by(small, audience) == (large if hidden else None), sentence
        assert adviser(*order).masked_by(large, audience) is None


@pytest.mark.parametrize(
    ("sentence", "status", "impact"),
    [
        ("slowness hides no outage", Status.CONFIRMED, Impact.DEGRADED),
        ("a tentative outage hides no certain one", Status.TENTATIVE, Impact.OUTAGE),
        ("a cancelled one hides nothing", Status.CANCELLED, Impact.OUTAGE),
    ],
)
def test_a_milder_window_hides_nothing(sentence: str, status: Status, impact: Impact) -> None:
    large, small = row("pz", 0, 8, status, impact), row("pz", 1, 3)
    assert adviser(large, small).masked_by(small, "patient") is None, sentence


def test_of_two_windows_that_say_the_same_one_is_told() -> None:
    one, two = row("pz", 0, 8), replace(row("pz", 0, 8), id="pz-twin")
    hidden = [adviser(one, two).masked_by(each, "patient") for each in (one, two)]
    assert [each is None for each in hidden].count(True) == 1
