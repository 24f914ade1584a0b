"""Links of one's own: signed, of one length, and worth nothing for anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.render import PLACEHOLDER, Links, Purpose

LINKS = Links("https://przerwy.example.org/", b"a key")
NUMBERS = st.integers(0, 2**48 - 2)


@given(NUMBERS, st.sampled_from(Purpose))
def test_a_token_leads_back_to_its_subscriber(number: int, purpose: Purpose) -> None:
    assert LINKS.subscriber(purpose, LINKS.token(purpose, number)) == number


@given(NUMBERS)
def test_every_token_fits_into_the_place_kept_for_it(number: int) -> None:
    assert len(LINKS.token(Purpose.MANAGE, number)) == len(PLACEHOLDER)


@given(NUMBERS, st.integers(0, len(PLACEHOLDER) - 1), st.sampled_from("0123456789abcdefABCDEF_-.\n\x00ą"))
def test_a_token_with_one_letter_changed_is_nobodys(number: int, at: int, letter: str) -> None:
    token = LINKS.token(Purpose.MANAGE, number)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        assert LINKS.subscriber(Purpose.MANAGE, changed) is None


@pytest.mark.parametrize(
    ("sentence", "token"),
    [
        ("nothing", ""),
        ("the place kept for a token", PLACEHOLDER),
        ("a token and more", LINKS.token(Purpose.MANAGE, 1) + "x"),
        ("a token of another purpose", LINKS.token(Purpose.CONFIRM, 1)),
        ("a token of another site", Links("https://x.example.org", b"other").token(Purpose.MANAGE, 1)),
        ("very much", "f" * 100_000),
    ],
)
def test_what_is_no_token_of_ours_is_nobodys(sentence: str, token: str) -> None:
    assert LINKS.subscriber(Purpose.MANAGE, token) is None, sentence


def test_addresses_are_whole_and_hold_nothing_personal() -> None:
    token = LINKS.token(Purpose.MANAGE, 7)
    assert LINKS.unsubscribe(token) == f"https://przerwy.example.org/unsubscribe/{token}"
    assert LINKS.preferences() == f"https://przerwy.example.org/preferences/{PLACEHOLDER}"
    assert LINKS.confirm(7).startswith("https://przerwy.example.org/confirm/000000000007.")
