"""What messages that came back say, one row a kind of message."""

from __future__ import annotations

import base64

import pytest

from notifier.mail.bounces import Kind, ReturnPaths, read
from tests.mail.bounces.post import (
    HERE,
    MAIL,
    PATHS,
    RETURNED,
    complaint,
    failed,
    message,
    multipart,
    recipient,
    report,
)

BOUNCE_HEAD = (
    "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.pl>\nSubject: failure notice"
)
EXIM = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
    "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
    "  jan@example.pl\n    550 5.7.1 rejected as spam\n"
)
QMAIL = (
    "Hi. This is the qmail-send program at mx.example.pl.\nI'm afraid I wasn't able to deliver your message to the "
    "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    "<jan@example.pl>:\n550 sorry, no mailbox here by that name jan@example.pl\n\n"
    "--- Below this line is a copy of the message.\n\n"
)
EIGHT_BIT = report(recipient("failed", "5.2.2", "552 5.2.2 Skrzynka pełna")).decode()

ROWS = [
    ("a mailbox that does not exist", failed(), Kind.HARD, "5.1.1"),
    (
        "lines that end as on the wire",
        failed().replace(b"\n", b"\r\n"),
        Kind.HARD,
        "5.1.1",
    ),
    (
        "a server's own form of the status, refined by what the other server said",
        report(recipient("failed", "5.0.0", "550 5.1.10 RESOLVER.ADR.RecipientNotFound")),
        Kind.HARD,
        "5.1.10",
    ),
    (
        "a comment behind the status",
        report(recipient("failed", "5.1.1 (bad destination mailbox address)")),
        Kind.HARD,
        "5.1.1",
    ),
    (
        "no status, but one in the words",
        report(recipient("failed", "", "550 5.2.1 disabled")),
        Kind.HARD,
        "5.2.1",
    ),
    ("no status at all", report(recipient("failed", "", "550 no such user")), Kind.HARD, ""),
    ("no status, a code for not now", report(recipient("failed", "", "452 try later")), Kind.SOFT, ""),
    ("an IP address is no status", report(recipient("failed", "", "host 5.9.10.11 said no")), Kind.HARD, ""),
    (
        "given up after waiting",
        report(recipient("failed", "4.4.1", "connection timed out")),
        Kind.SOFT,
        "4.4.1",
    ),
    ("late, still being tried", report(recipient("delayed", "4.4.1")), Kind.SOFT, "4.4.1"),
    ("late, with a status that is final", report(recipient("delayed", "5.4.1")), Kind.SOFT, "5.4.1"),
    ("it arrived", report(recipient("delivered", "2.1.5")), Kind.UNKNOWN, "2.1.5"),
    ("handed on to where no reports come from", report(recipient("relayed", "2.1.9")), Kind.UNKNOWN, "2.1.9"),
    ("given up with good news", report(recipient("failed", "2.0.0")), Kind.UNKNOWN, "2.0.0"),
    (
        "two behind one address, one of them reached",
        report(recipient("failed", "5.1.1"), recipient("delivered", "2.0.0", to="anna@example.pl")),
        Kind.UNKNOWN,
        "2.0.0",
    ),
    (
        "two behind one address, one of them late",
        report(recipient("failed", "5.1.1"), recipient("delayed", "4.2.2", to="anna@example.pl")),
        Kind.SOFT,
        "4.2.2",
    ),
    (
        "large letters in field names and values",
        report(recipient("FAILED", "5.1.1").replace("Action", "ACTION").replace("Status", "status")),
        Kind.HARD,
        "5.1.1",
    ),
    (
        "a report within parts within parts",
        multipart(
            "multipart/mixed",
            (
                'multipart/report; boundary="in"',
                f"--in\nContent-Type: message/delivery-status\n\n{recipient('failed', '5.1.1')}\n--in--\n",
            ),
        ),
        Kind.HARD,
        "5.1.1",
    ),
    (
        "a boundary that begins like the one around it",
        multipart(
            "multipart/mixed",
            (
                'multipart/report; boundary="inner"',
                "--inner\nContent-Type: text/plain\n\nx\n--inner\nContent-Type: message/delivery-status\n\n"
                + recipient("failed", "5.1.1")
                + "\n--inner--\n",
            ),
            boundary="in",
        ),
        Kind.HARD,
        "5.1.1",
    ),
    (
        "a report in base64, which should not be",
        multipart(
            "multipart/report",
            (
                "message/delivery-status\nContent-Transfer-Encoding: base64",
                base64.encodebytes(
                    f"Reporting-MTA: dns; x\r\n\r\n{recipient('failed', '5.1.1')}".encode()
                ).decode(),
            ),
        ),
        Kind.HARD,
        "5.1.1",
    ),
    (
        "a report for addresses in national letters (RFC 6533)",
        report(recipient("failed", "5.1.1")).replace(
            b"message/delivery-status", b"message/global-delivery-status"
        ),
        Kind.HARD,
        "5.1.1",
    ),
    ("bytes that are no UTF-8", EIGHT_BIT.encode("iso8859-2"), Kind.HARD, "5.2.2"),
    ("cut off in the middle", failed()[: failed().index(b"Status: 5.1.1") + 13], Kind.HARD, "5.1.1"),
    ("cut off before it says anything", failed()[: failed().index(b"Action")], Kind.UNKNOWN, ""),
    ("an empty report", report(), Kind.UNKNOWN, ""),
    (
        "a report that somebody forwards does not speak for itself",
        multipart("multipart/mixed", ("message/rfc822", failed().decode()), boundary="outer"),
        Kind.UNKNOWN,
        "",
    ),
    ("a complaint", complaint(), Kind.COMPLAINT, ""),
    ("a wish to leave", complaint("opt-out"), Kind.COMPLAINT, ""),
    ("the opposite of a complaint", complaint("not-spam"), Kind.UNKNOWN, ""),
    ("a failed signature", complaint("auth-failure"), Kind.UNKNOWN, ""),
    (
        "out of office",
        message("From: jan@example.pl\nAuto-Submitted: auto-replied\nSubject: Nie ma mnie", "Wracam w maju."),
        Kind.AUTO_REPLY,
        "",
    ),
    (
        "out of office without a sender, quoting a failure",
        message(f"{BOUNCE_HEAD}\nAuto-Submitted: auto-replied (vacation)", QMAIL),
        Kind.AUTO_REPLY,
        "",
    ),
    ("the older mark of an answer", message("From: jan@example.pl\nPrecedence: bulk"), Kind.AUTO_REPLY, ""),
    ("the oldest mark of an answer", message("From: jan@example.pl\nX-Autoreply: yes"), Kind.AUTO_REPLY, ""),
    (
        "a note that it was read",
        multipart(
            "multipart/report; report-type=disposition-notification",
            (
                "message/disposition-notification",
                "Disposition: automatic-action/MDN-sent-automatically; displayed",
            ),
        ),
        Kind.AUTO_REPLY,
        "",
    ),
    (
        "an answer by a person",
        message("From: jan@example.pl\nSubject: Re: Przerwa", "Dziękuję!"),
        Kind.UNKNOWN,
        "",
    ),
    (
        "a person who quotes a failure",
        message("From: jan@example.pl\nReturn-Path: <jan@example.pl>\nSubject: Fwd: failure notice", QMAIL),
        Kind.UNKNOWN,
        "",
    ),
    ("a server's own words", message(BOUNCE_HEAD, QMAIL), Kind.HARD, ""),
    (
        "a server's own words, marked as an answer",
        message(f"{BOUNCE_HEAD}\nAuto-Submitted: auto-replied\nX-Failed-Recipients: jan@example.pl", EXIM),
        Kind.HARD,
        "",
    ),
    ("a server's words that say nothing of a failure", message(BOUNCE_HEAD, "Witamy!"), Kind.UNKNOWN, ""),
    ("a subject alone is no report", message(BOUNCE_HEAD), Kind.UNKNOWN, ""),
    ("nothing", b"", Kind.UNKNOWN, ""),
]


@pytest.mark.parametrize(("sentence", "raw", "kind", "status"), ROWS, ids=[row[0] for row in ROWS])
def test_kinds_of_messages(sentence: str, raw: bytes, kind: Kind, status: str) -> None:
    found = read(raw, PATHS, HERE)
    assert (found.kind, found.status) == (kind, status), sentence


@pytest.mark.parametrize(("sentence", "raw", "kind", "status"), ROWS, ids=[row[0] for row in ROWS])
def test_no_address_is_ever_repeated(sentence: str, raw: bytes, kind: Kind, status: str) -> None:
    found = read(raw, PATHS, HERE)
    assert "@" not in found.said, sentence
    assert len(found.said) <= 300


def test_the_words_of_the_other_side_are_kept() -> None:
    assert read(failed(), PATHS).said == "550 5.1.1 <(address)>: User unknown"
    spam = message(f"{BOUNCE_HEAD}\nX-Failed-Recipients: jan@example.pl", EXIM)
    assert read(spam, PATHS).said == "550 5.7.1 rejected as spam"


FORGED = ReturnPaths("bounces@example.org", b"other").of(MAIL)
OTHER = PATHS.of(12)
ELSEWHERE = "postmaster@example.org"
SIGNED = PATHS.header(MAIL).decode().strip()

WHOSE = [
    ("the envelope says it", failed(to=ELSEWHERE), HERE, MAIL),
    ("the envelope goes before the header", failed(to=OTHER), HERE, MAIL),
    ("the header says where it arrived", failed(), "", MAIL),
    ("among several addresses", failed(to=f"Ktoś <a@example.org>, <{HERE}>"), "", MAIL),
    ("in large letters", failed(to=HERE.upper()), "", MAIL),
    ("the return path in the mail that came back", failed(to=ELSEWHERE), ELSEWHERE, MAIL),
    (
        "the headers of the mail alone",
        multipart(
            "multipart/report",
            ("message/delivery-status", f"Reporting-MTA: dns; x\n\n{recipient('failed', '5.1.1')}"),
            ("text/rfc822-headers", RETURNED),
            to=ELSEWHERE,
        ),
        "",
        MAIL,
    ),
    (
        "a signed header in the mail that came back",
        complaint(returned=f"{SIGNED}\nSubject: Przerwa\n\nx"),
        "",
        MAIL,
    ),
    (
        "a complaint that names the return path",
        complaint(returned="\n", more=f"Original-Mail-From: <{HERE}>"),
        "",
        MAIL,
    ),
    ("a signature of somebody else's", failed(to=FORGED), FORGED, MAIL),
    (
        "a signature of somebody else's everywhere",
        report(recipient("failed", "5.1.1"), returned=RETURNED.replace(HERE, FORGED), to=FORGED),
        FORGED,
        None,
    ),
    (
        "the recipient that a report names is not believed",
        report(
            recipient("failed", "5.1.1", to="jan@example.pl"),
            returned="To: jan@example.pl\n\nx",
            to=ELSEWHERE,
        ),
        ELSEWHERE,
        None,
    ),
    (
        "a Message-ID proves nothing: it can be worked out",
        report(recipient("failed", "5.1.1"), returned="Message-ID: <4711@example.org>\n\nx", to=ELSEWHERE),
        ELSEWHERE,
        None,
    ),
    (
        "a return path in the text is not looked for",
        report(
            recipient("failed", "5.1.1", words=f"550 {HERE}"),
            returned=f"Subject: {HERE}\n\n{HERE}",
            to=ELSEWHERE,
        ),
        ELSEWHERE,
        None,
    ),
]


@pytest.mark.parametrize(("sentence", "raw", "to", "mail"), WHOSE, ids=[row[0] for row in WHOSE])
def test_whose_mail_it_was(sentence: str, raw: bytes, to: str, mail: int | None) -> None:
    assert read(raw, PATHS, to).mail_id == mail, sentence


def test_words_in_no_standard_form_count_for_nothing_without_a_signed_return_path() -> None:
    assert read(message(BOUNCE_HEAD, QMAIL, to=ELSEWHERE), PATHS).kind is Kind.UNKNOWN
