"""Return paths: every mail has one, servers may treat it as they do, and nobody makes one up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail import MailProblem, wire_address
from notifier.mail.bounces import ReturnPaths

PATHS = ReturnPaths("Bounces@Example.org", b"a key")
IDS = st.integers(0, 2**63 - 1)
REAL = PATHS.of(4711)


@given(IDS, st.data())
def test_a_return_path_says_which_mail_whatever_the_size_of_its_letters(
    mail: int, data: st.DataObject
) -> None:
    path = PATHS.of(mail)
    large = data.draw(st.lists(st.booleans(), min_size=len(path), max_size=len(path)))
    folded = "".join(c.upper() if up else c for c, up in zip(path, large, strict=True))
    assert PATHS.read(folded) == mail
    assert PATHS.read(f"<{folded}>") == mail


@given(IDS)
def test_it_is_an_address_that_every_server_takes(mail: int) -> None:
    path = ReturnPaths("b" * 33 + "@example.org", b"k").of(mail)
    assert wire_address(path) == path
    assert len(path.partition("@")[0]) <= 64


@given(st.integers(0, len(REAL) - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-+@."))
def test_one_other_letter_and_it_is_none_of_ours(place: int, letter: str) -> None:
    other = REAL[:place] + letter + REAL[place + 1 :]
    assert PATHS.read(other) == (4711 if other == REAL else None)


@given(st.text())
def test_no_text_is_taken_for_one(text: str) -> None:
    assert PATHS.read(text) is None
    assert PATHS.verify(text) is None


FOREIGN = [
    ("nothing", ""),
    ("the address alone", "bounces@example.org"),
    ("a number without a signature", "bounces+3mv@example.org"),
    ("another mail's signature", PATHS.of(4712).replace(PATHS.of(4712).split("-")[0], REAL.split("-")[0])),
    ("another site's key", ReturnPaths("bounces@example.org", b"other").of(4711)),
    ("another domain", REAL.replace("example.org", "example.com")),
    ("another name", REAL.replace("bounces", "bounce")),
    ("a domain behind ours", REAL + ".example.com"),
    ("a zero in front of the number", REAL.replace("+", "+0")),
    ("a line break at its end, then more", REAL + "\nx"),
    ("ten thousand digits", f"bounces+{'1' * 10_000}-aaaaaaaaaaaaaaaa@example.org"),
]


@pytest.mark.parametrize(("sentence", "address"), FOREIGN, ids=[row[0] for row in FOREIGN])
def test_forged_and_foreign_ones_are_none(sentence: str, address: str) -> None:
    assert PATHS.read(address) is None, sentence


def test_letters_that_become_ours_when_made_small_are_not_ours() -> None:
    paths = ReturnPaths("kosz@example.org", b"a key")
    assert paths.read(paths.of(1).upper()) == 1
    assert paths.read(paths.of(1).replace("k", "\u212a")) is None
    assert paths.verify(paths.token(1).replace("1", "\u0661")) is None


def test_more_behind_the_signature_is_a_forgery() -> None:
    assert PATHS.verify(PATHS.token(1)) == 1
    assert PATHS.verify(PATHS.token(1) + "a") is None
    assert PATHS.read(REAL.replace("@", "a@")) is None


def test_a_number_beyond_every_database_is_none_even_when_signed() -> None:
    with pytest.raises(ValueError, match="no mail has the number"):
        PATHS.of(2**63)
    with pytest.raises(ValueError, match="no mail has the number"):
        PATHS.of(-1)


def test_the_header_of_a_mail_can_be_verified() -> None:
    name, _, token = PATHS.header(4711).decode().strip().partition(": ")
    assert name == "X-Notifier-Mail"
    assert PATHS.verify(token) == 4711
    assert len(PATHS.header(2**63 - 1)) < 78


@pytest.mark.parametrize("base", ["b" * 34 + "@example.org", "no address", "", "żółw@example.org"])
def test_an_address_that_cannot_carry_them_is_refused_and_not_shown(base: str) -> None:
    with pytest.raises(MailProblem) as caught:
        ReturnPaths(base, b"k")
    assert caught.value.field == "bounces"
    assert not base or base not in str(caught.value)
