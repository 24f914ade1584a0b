"""The bytes of a mail: read back by the standard library as any mail reader would."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail import (
    MailProblem,
    Personal,
    build_body,
    for_recipient,
    message_id_for,
    unsubscribe_headers,
)
from notifier.mail.message import thread_root

WHEN = datetime(2024, 1, 12, 9, 30, tzinfo=UTC)
LONG_SUBJECT = (
    "Przerwa: Profil Zaufany i podpis zaufany, od piątku 19 stycznia, 20:00, do soboty 20 stycznia, 16:00"
)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nSUMMARY:Przerwa\\, "
    b"\xc5\xbc\xc3\xb3\xc5\x82w\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@dataclass(frozen=True)
class Words:
    """Stands for what the renderer gives."""

    subject: str = LONG_SUBJECT
    text: str = "Zażółć gęślą jaźń.\n\n.zaczyna się kropką\n.\nFrom the start of a line   \n"
    html: str = '<!doctype html>\n<html lang="pl"><p>Zażółć</p></html>\n'


def built(words: Words = Words(), calendar: bytes | None = CALENDAR, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "sender": "Przerwy w e-zdrowiu – powiadomienia <przerwy@example.pl>",
        "list_id": "pacjent.przerwy.example.pl",
        "threads": ["pz-2024-01-19"],
        "date": WHEN,
        "language": "pl",
        "contact": "pomoc@example.pl",
    }
    return build_body(words, calendar, "PUBLISH", **(given | changes))


def mail(body: Any, to: str = "alicja@example.pl") -> bytes:
    return for_recipient(
        body, to=to, message_id="<abc@example.pl>", personal=Personal(unsubscribe_headers("pomoc@example.pl"))
    )


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_reader_sees_every_header_and_three_complete_parts() -> None:
    message = read(mail(built()))
    assert not message.defects
    assert message["To"] == "alicja@example.pl"
    assert message["Message-ID"] == "<abc@example.pl>"
    assert message["Subject"] == LONG_SUBJECT
    sender = message["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (
        "Przerwy w e-zdrowiu – powiadomienia",
        "przerwy@example.pl",
    )
    assert message["Reply-To"] == "pomoc@example.pl"
    assert message["Date"].datetime == WHEN
    assert message["List-Id"] == "<pacjent.przerwy.example.pl>"
    assert message["List-Unsubscribe"] == "<mailto:pomoc@example.pl?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "pl"
    assert message["MIME-Version"] == "1.0"
    assert message["References"] == thread_root("pz-2024-01-19", "example.pl")
    assert message.get_content_type() == "multipart/alternative"
    text, html, calendar = (cast(EmailMessage, part) for part in message.iter_parts())
    assert text.get_content_type() == "text/plain"
    assert text.get_content() == Words().text.replace("\n", "\r\n")
    assert html.get_content_type() == "text/html"
    assert html.get_content() == Words().html.replace("\n", "\r\n")
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_payload(decode=True) == CALENDAR


def test_no_header_is_doubled_and_none_is_missing() -> None:
    names = [name for name, _ in read(mail(built())).items()]
    assert sorted(names) == sorted(
        [
            "To",
            "Message-ID",
            "List-Unsubscribe",
            "From",
            "Reply-To",
            "Subject",
            "Date",
            "List-Id",
            "Auto-Submitted",
            "Content-Language",
            "MIME-Version",
            "Content-Type",
            "References",
        ]
    )


def test_without_a_calendar_two_parts_are_left() -> None:
    kinds = [part.get_content_type() for part in read(mail(built(calendar=None))).iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_the_same_news_gives_the_same_bytes() -> None:
    assert built() == built()
    assert mail(built()) == mail(built())


@pytest.mark.parametrize(
    "changed",
    [
        built(replace(Words(), subject="inny")),
        built(replace(Words(), text="inny")),
        built(replace(Words(), html="inny")),
        built(calendar=None),
        built(language="en"),
        built(threads=["a", "b"]),
    ],
)
def test_other_news_has_another_digest(changed: Any) -> None:
    assert changed.digest != built().digest


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        ("Outage: Trusted Profile, 19-20 January", "plain words stay readable in the source"),
        ("Przerwa: Profil Zaufany, 19–20 stycznia", "letters outside ASCII"),
        (LONG_SUBJECT * 3, "several encoded words"),
        ("Outage " * 30, "plain but too long for a line"),
        ("x" * 300, "no blank to fold at"),
        ("=?utf-8?q?forged?=", "what looks encoded is taken to the letter"),
        ("🩺 " * 40, "letters of four bytes are not cut apart"),
    ],
)
def test_subjects_survive(subject: str, why: str) -> None:
    data = mail(built(replace(Words(), subject=subject)))
    assert read(data)["Subject"] == " ".join(subject.split()), why
    head = data.split(b"\r\n\r\n", 1)[0]
    for word in re.findall(rb"=\?[^\r\n]*?\?=", head):
        assert len(word) <= 75, "RFC 2047, section 2"
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


def test_a_line_end_in_a_subject_makes_no_header() -> None:
    message = read(mail(built(replace(Words(), subject="Przerwa\r\nBcc: mallory@example.pl\x00\x0b"))))
    assert message["Bcc"] is None
    assert message["Subject"] == "Przerwa Bcc: mallory@example.pl"


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r")),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r")),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"])),
)
def test_any_words_come_through_a_line_of_7_bits(text: str, html: str, subject: str) -> None:
    data = mail(built(Words(subject, text, html)))
    assert data.isascii()
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", data) is None, "only CRLF"
    assert max(map(len, data.split(b"\r\n"))) <= 998, "RFC 5322, 2.1.1"
    # Python's own reader cuts header lines at control characters; ours hold none outside encoded words.
    message = read(data)
    assert message["Subject"] == " ".join(subject.split())
    parts = [part.get_payload(decode=True) for part in message.iter_parts()]
    assert [cast(bytes, part).decode() for part in parts[:2]] == [
        words.rstrip("\n").replace("\n", "\r\n") + "\r\n" for words in (text, html)
    ]
    assert email.message_from_bytes(data, policy=SMTP).defects == []


def test_the_thread_of_a_window_is_the_same_in_all_its_mails() -> None:
    first, second = built(), built(replace(Words(), subject="Zmiana"), threads=["pz-2024-01-19", "bank-1"])
    assert read(mail(first))["References"] in read(mail(second))["References"].split()
    assert len(read(mail(second))["References"].split()) == 2


def test_a_delivery_has_one_message_id_whatever_the_order() -> None:
    one = message_id_for(
        ["pz/patient/announced", "bank/patient/announced"], 7, "https://przerwy.example.pl/x"
    )
    assert one == message_id_for(["bank/patient/announced", "pz/patient/announced"], 7, "przerwy.example.pl")
    assert one.endswith("@przerwy.example.pl>")
    others = {
        message_id_for(["pz/patient/announced"], 7, "przerwy.example.pl"),
        message_id_for(["pz/patient/announced", "bank/patient/announced"], 8, "przerwy.example.pl"),
        message_id_for(["pz/patient/announced", "bank/patient/announced"], 7, "example.org"),
    }
    assert len(others | {one}) == 4


def test_one_click_comes_first_and_stays_on_one_line() -> None:
    link = "https://przerwy.example.pl/unsubscribe/" + "a1-_." * 60
    message = read(
        for_recipient(
            built(),
            to="alicja@example.pl",
            message_id="<abc@example.pl>",
            personal=Personal(unsubscribe_headers("pomoc@example.pl", link)),
        )
    )
    assert message["List-Unsubscribe"] == f"<{link}>, <mailto:pomoc@example.pl?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("", "nobody"),
        ("alicja", "no domain"),
        ("alicja@", "no domain"),
        ("@example.pl", "no name"),
        ("a@b@example.pl", "two at signs"),
        ("alicja@example.pl\r\nBcc: mallory@example.pl", "another header"),
        ("alicja@example.pl\n", "a line end at the end"),
        ("alicja@example.pl>", "leaves the brackets of RCPT TO"),
        ("alicja@example.pl SIZE=1", "a parameter of RCPT TO"),
        ("alicja@example.pl, mallory@example.pl", "two people"),
        ("Alicja <alicja@example.pl>", "a name"),
        ("żaneta@example.pl", "a local part that needs SMTPUTF8"),
        ('"alicja x"@example.pl', "a quoted local part"),
        ("alicja..x@example.pl", "two dots in a row"),
        ("alicja@-example.pl", "no domain name"),
        ("alicja@exa_mple.pl", "no domain name"),
        ("a" * 65 + "@example.pl", "a local part over 64"),
        ("a@" + "b" * 64 + ".pl", "a label over 63"),
        ("a@" + "bcd." * 70 + "pl", "longer than any address"),
    ],
)
def test_an_address_that_could_do_harm_is_refused_without_being_shown(to: str, why: str) -> None:
    with pytest.raises(MailProblem) as caught:
        mail(built(), to=to)
    assert caught.value.field == "to", why
    assert not to or to not in str(caught.value)


@pytest.mark.parametrize(
    ("to", "wired"),
    [
        ("Jan.Kowalski+przerwy@Example.PL", "Jan.Kowalski+przerwy@Example.PL"),
        ("o'brien_1@sub.example.co.uk", "o'brien_1@sub.example.co.uk"),
        ("root@localhost", "root@localhost"),
        ("alicja@zażółć.pl", "alicja@xn--za-6ja4f8n1l.pl"),
    ],
)
def test_addresses_people_have_are_written(to: str, wired: str) -> None:
    assert mail(built(), to=to).split(b"\r\n")[0] == f"To: {wired}".encode("ascii")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("sender", {"sender": "nobody"}),
        ("sender", {"sender": "x <a@example.pl\r\nBcc: b@example.pl>"}),
        ("contact", {"contact": "https://example.pl"}),
        ("list_id", {"list_id": "a b"}),
        ("list_id", {"list_id": "a.b\r\nX: y"}),
        ("language", {"language": "pl\r\nX: y"}),
    ],
)
def test_a_setting_that_cannot_stand_in_a_header_is_named(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(MailProblem) as caught:
        built(**changes)
    assert caught.value.field == field


@pytest.mark.parametrize("message_id", ["", "abc@example.pl", "<a b@c>", "<a@b>\r\nX: y", "<a@b\r\n>"])
def test_a_message_id_cannot_break_out(message_id: str) -> None:
    with pytest.raises(MailProblem):
        for_recipient(built(), to="alicja@example.pl", message_id=message_id, personal=Personal(b""))


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        built(date=WHEN.replace(tzinfo=None))
