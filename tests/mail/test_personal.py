"""Personal parts: one encoded body for many, and each one's own link and sender in it."""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.mail import MailProblem, Personal, build_body, for_recipient, unsubscribe_headers
from notifier.mail.personal import Form
from notifier.mail.quoted import quoted_printable
from tests.mail.test_message import CALENDAR, WHEN, Words, built, read

MARK = "f" * 12 + "." + "x" * 43
TOKEN = b"00000000002a." + b"aB_-" * 10 + b"xyz"
LINK = f"https://przerwy.example.pl/preferences/{MARK}"


@dataclass(frozen=True)
class Linked:
    """Words with a personal link in both parts, once at the end of a long line."""

    subject: str = "Przerwa"
    text: str = f"Zażółć gęślą jaźń, {LINK}\n{LINK}\n\n  wcięte: {LINK} \nKoniec.\n"
    html: str = f'<p>Zażółć</p><a href="{LINK}">zmień</a>' + "<p>ą</p>" * 30 + f"<b>{MARK}{MARK}</b>\n"


def personal(token: bytes = TOKEN) -> Personal:
    return Personal(unsubscribe_headers("pomoc@example.pl"), token, "przerwy+2a@example.pl")


def filled(token: bytes = TOKEN) -> bytes:
    body = built(Linked(), placeholder=MARK)
    return for_recipient(
        body,
        to="alicja@example.pl",
        message_id="<abc@example.pl>",
        personal=personal(token),
        placeholder=MARK,
    )


def test_every_link_becomes_the_recipients_own() -> None:
    message = read(filled())
    text, html, calendar = (part.get_payload(decode=True).decode() for part in message.iter_parts())
    own = TOKEN.decode()
    assert text == Linked().text.replace(MARK, own).replace("\n", "\r\n")
    assert html == Linked().html.replace(MARK, own).replace("\n", "\r\n")
    assert calendar.encode() == CALENDAR
    assert MARK.encode() not in filled()


def test_the_mail_of_another_differs_in_the_links_only() -> None:
    one, two = filled(), filled(TOKEN[::-1])
    assert len(one) == len(two)
    assert one.replace(TOKEN, b"?") == two.replace(TOKEN[::-1], b"?")


@pytest.mark.parametrize("token", [b"", TOKEN[:-1], TOKEN + b"x"])
def test_no_mail_goes_out_with_a_gap_in_it(token: bytes) -> None:
    with pytest.raises(ValueError, match="token"):
        filled(token)


def test_a_mail_without_personal_parts_needs_no_token() -> None:
    form = Form(built(), MARK)
    mail = b"".join(form.filled(to="a@example.pl", message_id="<a@b>", personal=Personal(b"")))
    assert mail.endswith(built().content)


@pytest.mark.parametrize(
    ("text", "token", "dotless", "why"),
    [
        (f".{MARK}\n.\n...\n", TOKEN, True, "dots at the beginning of a line are encoded"),
        (f"{MARK}\n", TOKEN, True, "a token at the beginning of a line, without a dot in front"),
        (f"{MARK}\n", b"." + TOKEN[1:], False, "a dot at the beginning of a line that was none before"),
        (f"x{MARK}\n", b"." + TOKEN[1:], True, "a dot within a line"),
    ],
)
def test_it_is_known_whether_a_line_begins_with_a_dot(
    text: str, token: bytes, dotless: bool, why: str
) -> None:
    form = Form(built(Linked(text=text, html="<p>x</p>\n"), placeholder=MARK), MARK)
    one = personal(token)
    mail = b"".join(form.filled(to="alicja@example.pl", message_id="<abc@example.pl>", personal=one))
    assert form.dotless(one) is dotless, why
    assert (b"\n." not in mail) is dotless


def test_without_a_placeholder_the_bytes_are_as_ever() -> None:
    assert built() == built(placeholder=MARK)


def test_nothing_personal_is_shown() -> None:
    assert "przerwy" not in repr(personal())
    assert "aB_-" not in repr(personal())


@pytest.mark.parametrize(
    "mark", ["." + "x" * 20, "x" * 76, "ż" * 10, "a b", "x=y", "x\r\n"], ids=str.__repr__
)
def test_a_placeholder_that_would_not_stay_whole_is_refused(mark: str) -> None:
    with pytest.raises(MailProblem, match="placeholder"):
        build_body(
            Words(),
            None,
            "PUBLISH",
            sender="a@example.pl",
            list_id="a.b",
            threads=[],
            date=WHEN,
            language="pl",
            contact="",
            placeholder=mark,
        )


def test_an_alphabet_without_latin_letters_keeps_its_links() -> None:
    words = Words(text="Ж" * 500 + f" {MARK}")
    body = built(words, placeholder=MARK)
    assert body.content.count(MARK.encode()) == 1
    assert b"base64" in built(Words(text="Ж" * 500)).content


PIECES = st.lists(
    st.sampled_from([MARK, " ", "\t", ".", "=", "ż", "\r\n", "x" * 70, "x" * 20, "-"])
    | st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n")),
    max_size=40,
)


@given(PIECES)
@example(["= ", "x" * 70, " "])  # Python's own encoder makes 77 columns of it
@example(["x" * 75, ".x"])
def test_the_placeholder_is_whole_and_no_line_over_76_columns(pieces: list[str]) -> None:
    text = "".join(pieces).encode() + b"\r\n"
    quoted = quoted_printable(text, MARK.encode())
    assert quoted.count(MARK.encode()) == text.count(MARK.encode())
    assert quopri.decodestring(quoted) == text
    assert quoted.isascii()
    lines = quoted.split(b"\r\n")
    assert max(map(len, lines)) <= 76, "RFC 2045, 6.7 (5)"
    assert not any(line.startswith(b".") for line in lines), "or it would have to be doubled at each sending"
    assert not any(re.search(rb"[ \t]$", line) for line in lines), "RFC 2045, 6.7 (3)"
