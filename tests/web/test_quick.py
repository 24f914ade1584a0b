"""The short way of ready answers: taken by plain requests only, and to the byte what the long way answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.web import Answers, App, pack, serving
from notifier.web.protocol import fastest

pytest.importorskip("httptools")

TREE = {
    "/index.html": b"<p>home</p>" * 300,
    "/404.html": b"<p>nothing</p>",
    "/feeds/patient.pl.rss": b"<rss/>",
    "/a%41.txt": b"an odd name",
}


class Counting(App):
    """An application that knows how often it was called on the long way."""

    calls = 0

    async def __call__(self, scope, receive, send) -> None:
        self.calls += 1
        await super().__call__(scope, receive, send)


def counting() -> Counting:
    made = Counting(lambda: ({}, True))
    made.answers = Answers.of(TREE)
    pack(made.answers)
    return made


@pytest.fixture
async def short() -> AsyncIterator[tuple[Counting, int]]:
    app = counting()
    async with serving(app, "127.0.0.1:0") as listening:
        yield app, listening.port


async def exchange(port: int, sent: bytes) -> bytes:
    """All that comes back until the server closes, but for the time of day."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    return re.sub(rb"(?m)^date: .*\r$", b"date: now\r", said)


def request(path: bytes, *lines: bytes, method: bytes = b"GET") -> bytes:
    return b"\r\n".join([method + b" " + path + b" HTTP/1.1", b"Host: x", *lines, b"", b""])


LAST = request(b"/nowhere", b"Connection: close")
TAG = Answers.of(TREE).by_path["/"].etag


@pytest.mark.parametrize(
    ("sent", "calls", "why"),
    [
        (request(b"/"), 0, "a page"),
        (request(b"/feeds/patient.pl.rss"), 0, "a feed"),
        (request(b"/", b"Accept-Encoding: gzip, br"), 0, "a packed one"),
        (request(b"/", b"If-None-Match: " + TAG), 0, "one that is held"),
        (request(b"/", b"If-Modified-Since: yesterday"), 0, "a date that is none"),
        (request(b"/", method=b"HEAD"), 1, "no GET"),
        (request(b"/", method=b"POST"), 1, "nor this"),
        (request(b"/?a=b"), 1, "a query"),
        (request(b"/nowhere"), 1, "nothing there"),
        (request(b"/healthz"), 1, "made when asked for"),
        (request(b"/a%41.txt"), 1, "an escape, which names /aA.txt"),
        (request(b"http://x/"), 1, "a whole address"),
        (request(b"/", b"Content-Length: 5") + b"hello", 1, "a body"),
        (request(b"/", b"Transfer-Encoding: chunked") + b"0\r\n\r\n", 1, "a body in chunks"),
        (request(b"/", b"Expect: 100-continue"), 1, "waits for a word"),
        (request(b"/", *[b"x-a: y"] * 100), 1, "too many headers"),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 1, "an old client"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_only_plain_requests_take_it_and_get_what_the_long_way_answers(
    short, monkeypatch, sent: bytes, calls: int, why: str
):
    # The last request ends the connection, and therefore goes the long way itself; an old client ends it anyway.
    whole = sent if b"HTTP/1.0" in sent else sent + LAST
    app, port = short
    answered = await exchange(port, whole)
    assert app.calls == calls + (whole != sent), why
    monkeypatch.setattr("notifier.web.server.fastest", lambda _: fastest())
    long = counting()
    async with serving(long, "127.0.0.1:0") as listening:
        assert await exchange(listening.port, whole) == answered
    assert long.calls == 1 + (whole != sent)


async def test_answers_come_in_the_order_of_the_requests(short):
    app, port = short
    sent = request(b"/") + request(b"/nowhere") + request(b"/feeds/patient.pl.rss") + request(b"/") + LAST
    said = await exchange(port, sent)
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"404", b"200", b"200", b"404"]
    assert app.calls == 4, "one short answer to each piece that comes in"


async def test_a_new_tree_is_served_on_an_open_connection(short):
    app, port = short
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for body in (b"<p>home</p>" * 300, b"away"):
        writer.write(request(b"/"))
        async with asyncio.timeout(10):
            head = await reader.readuntil(b"\r\n\r\n")
            assert f"content-length: {len(body)}".encode() in head
            assert await reader.readexactly(len(body)) == body
        app.answers = Answers.of({"/index.html": b"away"})
    writer.close()
    assert app.calls == 0


@given(
    address=st.sampled_from([b"/", b"/index.html", b"/feeds/patient.pl.rss", b"/a%41.txt", b"/\xff"])
    | st.binary(max_size=12).map(lambda rest: b"/" + rest),
    headers=st.lists(
        st.tuples(
            st.sampled_from([b"if-none-match", b"accept-encoding", b"if-modified-since", b"x"]),
            st.binary(max_size=20) | st.sampled_from([TAG, b"*", b"gzip"]),
        ),
        max_size=4,
    ),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_the_headers_both_ways_say_the_same(address: bytes, headers):
    app = counting()
    written = app.at_once(address, headers)
    if not written:
        return
    sent: list[dict[str, object]] = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": address.decode(),
        "query_string": b"",
        "headers": headers,
    }
    await app(scope, None, send)
    start, body = sent
    status, head, content = written
    assert status.split()[1] == str(start["status"]).encode()
    assert head == b"".join(b"%b: %b\r\n" % each for each in start["headers"]) + b"\r\n"
    assert content == body["body"]
