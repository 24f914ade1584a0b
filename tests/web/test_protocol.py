"""Clients that mean no good, or are very slow: bounded in time and bytes, and never an error of ours."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tracemalloc

import pytest
import structlog

from notifier.web import Answers, App, protocol, serving
from notifier.web.protocol import LONGEST_HEAD, fastest, guarded

TREE = {"/index.html": b"<p>home</p>", "/404.html": b"<p>nothing</p>", "/big.rss": b"x" * (8 << 20)}
TREE |= {f"/feeds/patient.pl.{kind}": b"feed" for kind in ("rss", "atom", "json", "ics")}


def app() -> App:
    made = App(lambda: ({"state": "fine"}, True))
    made.answers = Answers.of(TREE)
    return made


@pytest.fixture(params=["the parser in C", "the parser in Python"])
async def port(request, monkeypatch):
    from uvicorn.protocols.http.h11_impl import H11Protocol

    if request.param == "the parser in Python":
        monkeypatch.setattr("notifier.web.server.fastest", lambda _: guarded(H11Protocol))
    else:
        pytest.importorskip("httptools")
        assert fastest().__mro__[1].__name__ == "HttpToolsProtocol"
    async with serving(app(), "127.0.0.1:0") as address:
        yield address.port


async def said(port: int, *chunks: bytes, patience: float = 10.0) -> bytes:
    """What comes back for these bytes, until the server closes or all has been answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(OSError):  # the server may close while we still talk
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
    try:
        async with asyncio.timeout(patience):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_a_plain_request_is_answered(port):
    answer = await said(port, b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"<p>home</p>")


@pytest.mark.parametrize(
    "flood",
    [
        [b"GET / HTTP/1.1\r\nhost: x\r\n", *[b"x-a: %b\r\n" % (b"y" * 1000)] * 200],
        [b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ", *[b"y" * 4096] * 64],
        [b"GET /", *[b"a" * 4096] * 64],
    ],
    ids=["many headers", "one header without end", "an address without end"],
)
async def test_a_head_without_end_is_cut_off(port, flood):
    answer = await said(port, *flood)
    assert answer[:12] in (b"", b"HTTP/1.1 431", b"HTTP/1.1 400", b"HTTP/1.1 414")


async def test_a_head_that_comes_in_drops_is_given_up(port, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_PATIENCE", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nhost:")
    async with asyncio.timeout(10):
        assert (await reader.read()).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_who_connects_and_says_nothing_is_let_go(port, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_PATIENCE", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(10):
        await reader.read()
    writer.close()


async def test_who_asks_and_does_not_read_is_let_go(port, monkeypatch):
    monkeypatch.setattr(protocol, "STALL_PATIENCE", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(b"GET /big.rss HTTP/1.1\r\nhost: x\r\n\r\n")
    await writer.drain()
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(0.8)
    reader._transport.resume_reading()  # type: ignore[attr-defined]
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            assert len(await reader.read()) < len(TREE["/big.rss"])
    writer.close()


async def test_who_reads_slowly_but_reads_gets_all_of_it(port, monkeypatch):
    monkeypatch.setattr(protocol, "STALL_PATIENCE", 0.5)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /big.rss HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    got = 0
    while chunk := await reader.read(1 << 20):
        got += len(chunk)
        await asyncio.sleep(0.02)
    assert got > len(TREE["/big.rss"])
    writer.close()


async def test_there_are_never_more_connections_than_there_may_be(port, monkeypatch):
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 3)
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    await asyncio.sleep(0)
    assert await said(port, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n") == b""
    for _, writer in held:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


PIECES = [
    b"GET",
    b"HEAD",
    b"POST",
    b"BREW",
    b" ",
    b"\t",
    b"/",
    b"/feeds/patient.pl.ics",
    b"?have=mobywatel",
    b"?have=%00&system=..",
    b"/../../etc/passwd",
    b"/%2e%2e/%2e%2e/etc/passwd",
    b"//x",
    b"*",
    b"http://x/",
    b" HTTP/1.1",
    b" HTTP/1.0",
    b" HTTP/9.9",
    b"\r\n",
    b"\n",
    b"\r",
    b"host: x",
    b"Host: x\r\nhost: y",
    b"content-length: 5",
    b"content-length: -1",
    b"content-length: 99999999",
    b"transfer-encoding: chunked",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"if-none-match: *",
    b"if-modified-since: \xff\xfe",
    b"accept-encoding: gzip, br, *;q=0",
    b"range: bytes=0-5",
    b"expect: 100-continue",
    b"upgrade: websocket\r\nconnection: upgrade",
    b"connection: close",
    b"\x00",
    b"\xff" * 8,
    b"a" * 300,
    b": ",
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
async def test_ten_thousand_requests_of_rubbish(port, seed):
    """In both parsers and five runs each: no error of ours, no file of the machine, no memory that stays."""
    chance = random.Random(seed)

    def rubbish() -> bytes:
        line = b"".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        if chance.random() < 0.6:
            target = b"".join(chance.choices(PIECES[5:15], k=chance.randint(1, 3))).replace(b" ", b"")
            line = chance.choice(PIECES[:4]) + b" /" + target + b" HTTP/1.1\r\nhost: x\r\n" + line
        return line + b"\r\n\r\n"

    async def ask(_: int) -> None:
        answer = await said(port, *(rubbish() for _ in range(10)), patience=20)
        for part in answer.split(b"HTTP/1.1 ")[1:]:
            assert part[:1] in b"1234", part[:80]
            assert b"root:" not in part

    with structlog.testing.capture_logs() as events:
        for n in range(10):
            await asyncio.gather(*map(ask, range(10)))
            if n == 1:
                tracemalloc.start()
                before = tracemalloc.get_traced_memory()[0]
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 2 << 20
    assert [event for event in events if event["log_level"] in ("error", "warning")] == []


def test_a_head_fits_a_feed_with_all_the_means_there_are():
    assert LONGEST_HEAD > 4096 + 64 * 100
