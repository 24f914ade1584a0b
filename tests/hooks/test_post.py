"""One webhook against a receiver that behaves, and against those that do not."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Judge

from notifier.daemon import SystemClock
from notifier.hooks import Answer, Webhook, key_of
from notifier.hooks.answer import Meaning
from notifier.store import ClaimedCall
from tests.hooks.receiver import DROP, ENDLESS, ENDLESS_HEADERS, STALL, TRICKLE, answer, receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
BODY = '{"type": "notice.announced", "data": "zażółć"}'.encode()
CALL = ClaimedCall(1, "ward", "msg_1", BODY, 0, None, NOW + timedelta(days=1))
PATIENCE = 10.0
"""Never waited for, but by the rows that are about it."""


def hook(url: str, patience: float = PATIENCE) -> Webhook:
    return Webhook("ward", url, key_of("ward", SECRET), patience)


async def test_a_receiver_gets_a_signed_post_of_exactly_these_bytes() -> None:
    async with receiver() as there:
        told = await hook(there.url).send(CALL, SystemClock().now())
    assert told == Answer(Meaning.TAKEN, 200, "taken")
    (got,) = there.got
    assert got.line == "POST /hook?token=s3cret HTTP/1.1"
    assert got.body == BODY
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"] == "notifier"
    assert Judge(SECRET).verify(got.body, got.headers) == {"type": "notice.announced", "data": "zażółć"}


MINUTE = timedelta(minutes=1)
ANSWERS = [
    ("Any 2xx is taken.", answer("204 No Content"), Meaning.TAKEN, 204, timedelta(0)),
    ("410 wants no more.", answer("410 Gone"), Meaning.ENOUGH, 410, timedelta(0)),
    (
        "429 says how long to wait.",
        answer("429 Slow", "Retry-After: 120"),
        Meaning.LATER,
        429,
        2 * MINUTE,
    ),
    (
        "503 may say it by a date.",
        answer("503 Busy", "Retry-After: Mon, 04 May 2026 10:01:00 GMT"),
        Meaning.LATER,
        503,
        MINUTE,
    ),
    ("500 says nothing.", answer("500 Oops"), Meaning.LATER, 500, timedelta(0)),
    ("404 may be mended.", answer("404 No"), Meaning.LATER, 404, timedelta(0)),
    ("What hangs up is asked again.", DROP, Meaning.LATER, None, timedelta(0)),
    ("So is what speaks no HTTP.", b"220 mail.example.org ESMTP\r\n", Meaning.LATER, None, timedelta(0)),
    ("Headers without end are cut off.", ENDLESS_HEADERS, Meaning.LATER, None, timedelta(0)),
    ("A body without end is not read.", ENDLESS, Meaning.TAKEN, 200, timedelta(0)),
]


@pytest.mark.parametrize(
    ("_sentence", "said", "meaning", "code", "after"), ANSWERS, ids=[row[0] for row in ANSWERS]
)
async def test_what_answers_mean(
    _sentence: str, said: bytes, meaning: Meaning, code: int | None, after: timedelta
) -> None:
    async with receiver(said) as there:
        told = await hook(there.url).send(CALL, NOW)
    assert (told.meaning, told.code, told.after) == (meaning, code, after)
    assert len(there.got) == 1
    assert "s3cret" not in repr(told)


@pytest.mark.parametrize("said", [STALL, TRICKLE], ids=["says nothing", "never gets to the point"])
async def test_who_takes_too_long_is_left(said: bytes) -> None:
    began = time.monotonic()
    async with receiver(said) as there:
        told = await hook(there.url, 0.3).send(CALL, NOW)
    assert (told.meaning, told.text) == (Meaning.LATER, "no answer within 0.3 s")
    assert time.monotonic() - began < 5


async def test_a_redirect_is_not_followed() -> None:
    async with (
        receiver() as elsewhere,
        receiver(answer("307 Over there", f"Location: {elsewhere.url}")) as there,
    ):
        told = await hook(there.url).send(CALL, NOW)
        assert (told.meaning, told.code) == (Meaning.LATER, 307)
        assert elsewhere.got == []


async def test_nobody_there() -> None:
    async with receiver() as there:
        url = there.url
    told = await hook(url).send(CALL, NOW)
    assert (told.meaning, told.code, told.text) == (Meaning.LATER, None, "ConnectError")


def test_neither_address_nor_key_is_shown() -> None:
    shown = repr(hook("https://hooks.example.org/s3cret"))
    assert "s3cret" not in shown
    assert "key" not in shown


def test_the_client_is_loaded_by_those_who_use_it() -> None:
    code = "import sys, notifier.hooks; print('httpx2' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "False"
