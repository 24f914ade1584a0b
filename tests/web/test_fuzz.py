"""Ten thousand requests that nobody sends in good faith, to everything that is served at once."""

from __future__ import annotations

import asyncio
import gc
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from notifier.web import Answers, App, PersonalFeeds
from tests.cycle.town import window
from tests.feeds.test_personal import desk
from tests.web.front import Front, opened
from tests.web.test_personal import at_once, pages, refuse

REQUESTS = 10_000
KEPT = 1 << 18
SEEDS = [
    b"/",
    b"/index.html",
    b"/feeds/patient.pl.ics",
    b"/feeds/patient.pl.json?have=mobywatel&have=mojeid:bank.mbank&system=pz&task=ikp-login&events=prepare",
    b"/feeds/patient.en.atom?have=pz-sms",
    b"/feeds/address?audience=patient&kind=ics&have=mobywatel&bank=bank.mbank",
    b"/en/feeds/address?audience=doctor",
    b"/subscribe",
    b"/en/subscribe?x=y",
    b"/confirm/aaaa.bbbb",
    b"/preferences/aaaa.bbbb",
    b"/unsubscribe/aaaa.bbbb",
    b"/healthz",
    b"/metrics",
    b"/api/windows.json",
]
BITS = [
    b"/",
    b"..",
    b"%2e%2e",
    b"%00",
    b"\x00",
    b"?",
    b"&",
    b"=",
    b"have=",
    b":",
    b"\xff",
    b"%ff",
    b"//",
    b"\\",
    b"#",
]
BITS += [
    b"a" * 2100,
    b"have=a&" * 70,
    "ż".encode(),
    b"\r\n",
    b"<script>",
    b"etc/passwd",
    b"{{7*7}}",
    b"'--",
    b"+",
    b";",
]
NAMES = [
    b"if-none-match",
    b"if-modified-since",
    b"accept-encoding",
    b"content-type",
    b"x-forwarded-for",
    b"range",
]
VALUES = [
    b"",
    b"*",
    b'W/"',
    b'"a", "b"',
    b"gzip;q=0, br",
    b"Fri, 99 Jan 2024 09:00:30 GMT",
    b"\xff\xfe",
    b"1" * 5000,
]
VALUES += [b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"10.0.0.1, ::1, x"]
BODIES = [
    b"",
    b"email=",
    b"email=a%40example.org&audience=patient",
    b"&&&",
    b"\xff" * 50,
    b"--x\r\n\r\n",
    b"x" * 70_000,
]


def mangled(chance: random.Random, seed: bytes) -> bytes:
    """An address with up to four wounds."""
    for _ in range(chance.randint(0, 4)):
        at = chance.randint(0, len(seed))
        kind = chance.random()
        if kind < 0.5:
            seed = seed[:at] + chance.choice(BITS) + seed[at:]
        elif kind < 0.8:
            seed = seed[:at] + seed[at + chance.randint(1, 6) :]
        else:
            seed = seed[:at] + bytes([chance.randrange(256)]) + seed[at + 1 :]
    return b"/" + seed.lstrip(b"/") if chance.random() < 0.9 else seed


@pytest.fixture
def everything() -> Iterator[App]:
    """Pages, feeds for one person, the page that builds addresses, and the counter for subscriptions."""
    with opened() as store:
        app = Front(store).app
        kinds = ("rss", "atom", "json", "ics")
        tree = {f"/feeds/patient.{code}.{kind}": b"all" for code in ("pl", "en") for kind in kinds}
        app.answers = Answers.of(
            {**tree, "/index.html": b"home", "/404.html": b"none", "/api/windows.json": b"{}"}
        )
        app.personal = PersonalFeeds(at_once, refuse, limit=KEPT)
        app.personal.desk = desk(window(), window("b", "bank.mbank"))
        app.live = pages()
        yield app


async def ask(app: App, chance: random.Random) -> tuple[bytes, int, bytes]:
    """One request as a server would hand it on; the address, and what came of it."""
    address = mangled(chance, chance.choice(SEEDS))
    path, _, query = address.partition(b"?")
    body, sent = chance.choice(BODIES), list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    count = 120 if chance.random() < 0.02 else chance.randint(0, 4)
    scope = {
        "type": "http",
        "method": chance.choice(["GET", "GET", "GET", "HEAD", "POST", "PUT", "BREW"]),
        "path": path.decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(chance.choice(NAMES), chance.choice(VALUES)) for _ in range(count)],
        "client": (f"192.0.2.{chance.randrange(256)}", 1),
    }
    app.at_once(address, scope["headers"])
    await app(scope, receive, send)
    start, *rest = sent
    assert start["type"] == "http.response.start"
    return address, start["status"], b"".join(message.get("body", b"") for message in rest)


@pytest.mark.slow
async def test_nothing_falls_over_nothing_leaks_and_nothing_is_kept(everything: App):
    chance = random.Random(20260302)
    statuses: set[int] = set()
    with structlog.testing.capture_logs() as events:
        for number in range(REQUESTS):
            if number == REQUESTS // 4:  # by then all that is kept for good is there
                gc.collect()
                tracemalloc.start()
            async with asyncio.timeout(5):
                address, status, body = await ask(everything, chance)
            assert status < 500, address
            assert b"root:" not in body, address
            assert b"Traceback" not in body, address
            statuses.add(status)
        gc.collect()
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [event for event in events if event["log_level"] == "error"] == []
        assert "@example.org" not in str(events)
    assert grown < 4 << 20
    assert everything.personal is not None
    assert 0 < everything.personal.size <= KEPT
    assert {200, 304, 400, 404, 405, 413, 414, 415, 431} <= statuses, "every kind of refusal was tried"
