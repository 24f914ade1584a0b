"""Serving on a real socket: an address of our own, signals left alone, errors that an operator understands."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket

import httpx2
import pytest
import structlog

from notifier.web import Answers, App, WebError, serving


def app() -> App:
    made = App(lambda: ({}, True))
    made.answers = Answers.of({"/index.html": b"home", "/feeds/a.rss": b"<rss/>"})
    return made


async def test_a_free_port_is_found_told_and_answers():
    async with serving(app(), "127.0.0.1:0") as address:
        assert address.url == f"http://127.0.0.1:{address.port}/"
        assert address.port > 0
        async with httpx2.AsyncClient(base_url=address.url, trust_env=False, timeout=60) as client:
            answer = await client.get("/")
            assert (answer.status_code, answer.content) == (200, b"home")
            assert "server" not in answer.headers
            assert "date" in answer.headers
            held = await client.get("/feeds/a.rss", headers={"If-None-Match": 'W/"x", *'})
            assert held.status_code == 200, "a star inside a list is no star"
            tag = (await client.get("/feeds/a.rss")).headers["etag"]
            held = await client.get("/feeds/a.rss", headers={"If-None-Match": tag})
            assert (held.status_code, held.content) == (304, b"")
            head = await client.head("/")
            assert (head.content, head.headers["content-length"]) == (b"", "4")
    assert address.task.done()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port), timeout=1).close()


async def test_the_tree_is_swapped_under_an_open_connection():
    served = app()
    async with (
        serving(served, "127.0.0.1:0") as address,
        httpx2.AsyncClient(base_url=address.url, trust_env=False, timeout=60) as client,
    ):
        assert (await client.get("/")).text == "home"
        served.answers = Answers.of({"/index.html": b"away"})
        assert (await client.get("/")).text == "away"


async def test_signals_stay_with_the_caller():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    async with serving(app(), "127.0.0.1:0"):
        assert {number: signal.getsignal(number) for number in before} == before


async def test_a_taken_address_is_told_with_its_name_and_ends_nothing():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(WebError, match="Address already in use") as caught:
            async with serving(app(), listen):
                raise AssertionError("must not get here")
    assert caught.value.where == listen


@pytest.mark.parametrize(
    ("listen", "reason"),
    [
        ("", "host:port"),
        ("8080", "host:port"),
        (":8080", "host:port"),
        ("localhost", "host:port"),
        ("127.0.0.1:http", "host:port"),
        ("127.0.0.1:70000", "host:port"),
        ("127.0.0.1:-1", "host:port"),
        ("::1:8080", "brackets"),
    ],
)
async def test_an_address_that_cannot_be_read_says_how_to_write_it(listen, reason):
    with pytest.raises(WebError, match=reason):
        async with serving(app(), listen):
            raise AssertionError("must not get here")


async def test_an_error_inside_the_block_still_ends_the_serving():
    with pytest.raises(RuntimeError, match="daemon"):
        async with serving(app(), "127.0.0.1:0") as address:
            raise RuntimeError("the daemon has a problem")
    assert address.task.done()
    assert logging.getLogger("uvicorn.error").handlers == []


async def test_cancelling_ends_the_serving():
    listening = asyncio.get_running_loop().create_future()

    async def daemon():
        async with serving(app(), "127.0.0.1:0") as address:
            listening.set_result(address)
            await asyncio.Event().wait()

    task = asyncio.create_task(daemon())
    address = await listening
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert address.task.done()


async def test_a_fault_in_the_application_is_an_event_and_a_500(capsys):
    def broken():
        raise RuntimeError("the store is away")

    with structlog.testing.capture_logs() as events:
        async with (
            serving(App(broken), "127.0.0.1:0") as address,
            httpx2.AsyncClient(base_url=address.url, trust_env=False, timeout=60) as client,
        ):
            assert (await client.get("/healthz")).status_code == 500
    errors = [event for event in events if event["log_level"] == "error"]
    assert [event["event"] for event in errors] == ["web server"]
    assert errors[0]["exc_info"]
    assert capsys.readouterr() == ("", "")
