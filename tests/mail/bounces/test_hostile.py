"""Messages made to hurt: whatever the bytes, there is an answer, and it does not take long."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail.bounces import LONGEST, Kind, read
from notifier.mail.bounces.opinion import failure
from tests.mail.bounces.post import HERE, PATHS, complaint, failed, message, report

HEAD = b"Return-Path: <>\nFrom: MAILER-DAEMON@x\n"


def nested(kind: str, times: int) -> bytes:
    """Messages inside messages, or parts inside parts."""
    if kind == "message":
        return HEAD + b"Content-Type: message/rfc822\n\n" * times
    return HEAD + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (depth, depth) for depth in range(times)
    )


TAGS = "Del(i|e)very to the following recipients failed\nYour message could not be delivered to\n" * 200

ENCODED = (
    b"Content-Type: multipart/report; boundary=b\n\n"
    b"--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: "
)
PARTS = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"

HURTFUL = [
    ("a thousand messages inside one another", nested("message", 1000)),
    ("a thousand parts inside one another", nested("parts", 1000)),
    ("a hundred thousand parts", PARTS + b"\n--b\n" * 100_000),
    ("a hundred thousand lines that are almost a boundary", PARTS + b"--bb\n" * 100_000),
    ("a boundary of a megabyte", HEAD + b'Content-Type: multipart/mixed; boundary="' + b"b" * 2**20),
    ("a header of ten megabytes", HEAD + b"X: " + b"a" * 10 * 2**20),
    ("a hundred thousand header fields", HEAD + b"".join(b"X-%d: x\n" % n for n in range(100_000))),
    ("a field continued a hundred thousand times", HEAD + b"Subject: x\n" + b" y\n" * 100_000),
    ("thirty megabytes of text", HEAD + b"\n" + b"a" * 30 * 2**20),
    ("a million empty lines", HEAD + b"\n" * 2**20),
    ("a megabyte of at signs", HEAD + b"To: " + b"@" * 2**20 + b"\n\n" + b"@" * 2**20),
    ("addresses without an end", HEAD + b"\n" + TAGS.encode() + b"a@" * 2**19),
    ("lines without an end where addresses are looked for", HEAD + b"\n" + TAGS.encode() + b"a" * 2**20),
    ("words that patterns start with, over and over", HEAD + b"\n" + TAGS.encode() * 100),
    ("digits and dots", report(f"Action: failed\nStatus: {'5.' * 5000}\nDiagnostic-Code: {'5.1.' * 5000}\n")),
    ("codes over and over", message("Return-Path: <>", "500 " * 50_000)),
    ("base64 that is none", ENCODED + b"base64\n\n" + b"\xff=" * 100_000),
    ("quoted-printable that is none", ENCODED + b"quoted-printable\n\n" + b"=" * 200_000),
    ("a hundred thousand groups", report(*["Action: failed\n"] * 100_000)),
    ("an encoding nobody knows", b'Content-Type: text/plain; charset="\xff\x00"\n\n\xff\xfe'),
    ("nothing but zeros", bytes(2**20)),
]


@pytest.mark.parametrize(("sentence", "raw"), HURTFUL, ids=[row[0] for row in HURTFUL])
def test_it_takes_little_time_and_memory(sentence: str, raw: bytes) -> None:
    begun = time.process_time()
    found = read(raw, PATHS, HERE)
    took = time.process_time() - begun
    assert found.mail_id is not None, sentence
    assert took < 0.5, "processor time, which does not depend on how busy the machine is"
    tracemalloc.start()
    try:
        read(raw, PATHS, HERE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40 * LONGEST


@given(st.binary(max_size=2000))
def test_any_bytes_have_an_answer(raw: bytes) -> None:
    assert read(raw, PATHS).mail_id is None
    assert failure(raw) in {None, True, False}


REAL = [failed(), complaint(), report("Action: delayed\nStatus: 4.4.1\n")]


@given(st.sampled_from(REAL), st.data())
def test_a_damaged_report_has_an_answer(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw)))
    gone = data.draw(st.integers(0, 200))
    put = data.draw(
        st.binary(max_size=20) | st.sampled_from([b"\n\n", b"--=_b/1", b"--=_b/1--\n", b"\r", b"\0"])
    )
    found = read(raw[:at] + put + raw[at + gone :], PATHS, HERE)
    assert found.kind in Kind
    assert "@" not in found.said


@given(st.integers(0, len(REAL[0])))
def test_a_report_cut_off_never_says_worse_than_the_whole(at: int) -> None:
    assert read(REAL[0][:at], PATHS, HERE).kind in {Kind.HARD, Kind.UNKNOWN, Kind.AUTO_REPLY}


def test_what_other_parsers_stumble_over_is_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("notifier.mail.bounces.opinion.all_failures", stumble)
    assert failure(b"Subject: x\n\nx") is None
