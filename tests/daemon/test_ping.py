"""The sign of life for a watchdog elsewhere, against a real server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.typing import EventDict

from notifier.config import Settings
from notifier.daemon.ping import Ping, PingSettings
from tests.daemon.house import HOUR, T0, events, service
from tests.daemon.test_trouble import on_the_file

SECRET = "/ping/7f1c-secret"


class Watchdog:
    """Answers as told and notes what it was asked; unknown paths get 200."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[str] = []
        self.answers: dict[str, str] = {}
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ")[1]
            self.asked.append(path)
            self.headers.append(head)
            await self.speaks.wait()
            answer = self.answers.get(path, "200 OK")
            writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def watchdog() -> AsyncIterator[Watchdog]:
    dog = Watchdog()
    server = await asyncio.start_server(dog.serve, "127.0.0.1", 0)
    dog.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield dog
    dog.speaks.set()
    server.close()


async def ask(ping: Ping, url: str, *, well: bool = True, failures: bool = False) -> None:
    """One request, to its end."""
    ping.after(PingSettings(url, failures), well=well)
    if ping._asking is not None:
        await ping._asking


ADDRESSES = [
    ("After a good pass the address is asked for as it is.", "http://h/p?a=1", False, True, "http://h/p?a=1"),
    ("After a failed one nothing is asked for.", "http://h/p", False, False, ""),
    ("Unless failures are told, with /fail at the end.", "http://h/p", True, False, "http://h/p/fail"),
    ("A query stays behind it.", "http://h/p/?a=1", True, False, "http://h/p/fail?a=1"),
    ("A bare host has a path then.", "http://h", True, False, "http://h/fail"),
    ("No address, no request.", "", True, True, ""),
    ("Not for a failure either.", "", True, False, ""),
]


@pytest.mark.parametrize(
    ("_sentence", "url", "failures", "well", "asked"), ADDRESSES, ids=[r[0] for r in ADDRESSES]
)
def test_what_is_asked_for(_sentence: str, url: str, failures: bool, well: bool, asked: str) -> None:
    assert PingSettings(url, failures).address(well=well) == asked


WRONG = [
    ("another scheme", "ftp://watch.example.org/x", "no web address"),
    ("no host", "https:///x", "no web address"),
    ("a password in it", "https://me:pw@watch.example.org/x", "user or password"),
    ("a part that is never sent", "https://watch.example.org/x#y", "no web address"),
    ("a line break", "https://watch.example.org/\nx", "no web address"),
    ("a port that is none", "https://watch.example.org:x/", "no address"),
]


@pytest.mark.parametrize(("_what", "url", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_no_address_is_refused_without_being_shown(_what: str, url: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"operator": {"ping": url}})
    (error,) = caught.value.errors()
    assert said in error["msg"]
    assert "watch.example.org" not in error["msg"]


def test_the_address_is_in_no_repr() -> None:
    settings = Settings.model_validate({"operator": {"ping": f"https://watch.example.org{SECRET}"}})
    assert "secret" not in repr(settings)


async def test_a_good_answer_is_not_worth_a_line(watchdog: Watchdog, logs: list[EventDict]) -> None:
    await ask(Ping(), watchdog.url + SECRET)
    assert watchdog.asked == [SECRET]
    assert "user-agent: notifier\r\n" in watchdog.headers[0].lower()
    assert logs == []


Trouble = Callable[[Watchdog], None]
TROUBLES: list[tuple[str, Trouble, str]] = [
    ("It answers that there is no such address.", lambda dog: dog.answers.update({SECRET: "404 No"}), "404"),
    ("It is in trouble itself.", lambda dog: dog.answers.update({SECRET: "503 Oops"}), "503"),
    ("It never answers.", lambda dog: dog.speaks.clear(), "no answer"),
    (
        "It sends us in a circle.",
        lambda dog: dog.answers.update({SECRET: f"302 Go\r\nLocation: {SECRET}"}),
        "TooManyRedirects",
    ),
    ("It does not speak HTTP.", lambda dog: dog.answers.update({SECRET: "\0\0"}), "ProtocolError"),
]


@pytest.mark.parametrize(("_sentence", "trouble", "reason"), TROUBLES, ids=[row[0] for row in TROUBLES])
async def test_trouble_is_one_line_without_the_secret(
    watchdog: Watchdog, logs: list[EventDict], _sentence: str, trouble: Trouble, reason: str
) -> None:
    trouble(watchdog)
    ping = Ping(patience=0.2)
    for _ in range(3):
        await ask(ping, watchdog.url + SECRET)
    (failed,) = events(logs, "ping failed")
    assert reason in failed["reason"]
    assert failed["host"] == "127.0.0.1"
    assert "secret" not in repr(logs)
    watchdog.answers.clear()
    watchdog.speaks.set()
    ping._patience = 10
    await ask(ping, watchdog.url + SECRET)
    assert len(events(logs, "ping works again")) == 1


async def test_nobody_there(unused_port: int, logs: list[EventDict]) -> None:
    await ask(Ping(), f"http://127.0.0.1:{unused_port}{SECRET}")
    (failed,) = events(logs, "ping failed")
    assert failed["reason"] == "ConnectError"


async def test_three_redirects_are_followed_and_no_more(watchdog: Watchdog, logs: list[EventDict]) -> None:
    watchdog.answers = {f"/{n}": f"302 Go\r\nLocation: /{n + 1}" for n in range(4)}
    await ask(Ping(), watchdog.url + "/1")
    assert (watchdog.asked, logs) == (["/1", "/2", "/3", "/4"], [])
    watchdog.asked.clear()
    await ask(Ping(), watchdog.url + "/0")
    assert len(watchdog.asked) == 4
    assert len(events(logs, "ping failed")) == 1


async def test_one_request_at_a_time(watchdog: Watchdog) -> None:
    watchdog.speaks.clear()
    ping = Ping()
    for _ in range(5):
        ping.after(PingSettings(watchdog.url), well=True)
        await asyncio.sleep(0)
    await asyncio.wait_for(until(lambda: watchdog.asked), 5)
    assert len(watchdog.asked) == 1
    await ping.close()


async def until(wanted: Callable[[], object]) -> None:
    while not wanted():  # noqa: ASYNC110 - nothing tells what a server was asked
        await asyncio.sleep(0.005)


async def test_the_daemon_asks_after_good_passes_and_tells_of_failed_ones(
    tmp_path: Path, watchdog: Watchdog, logs: list[EventDict]
) -> None:
    environ = {
        "NOTIFIER_OPERATOR__PING": watchdog.url + SECRET,
        "NOTIFIER_OPERATOR__PING_FAILURES": "true",
    }
    async with service(tmp_path, environ=environ) as house:
        await asyncio.wait_for(until(lambda: watchdog.asked == [SECRET]), 5)
        on_the_file(house, "ALTER TABLE marks RENAME TO lost")
        await house.at(T0 + HOUR)
        await asyncio.wait_for(until(lambda: watchdog.asked == [SECRET, f"{SECRET}/fail"]), 5)
        on_the_file(house, "ALTER TABLE lost RENAME TO marks")
        await house.at(T0 + 2 * HOUR)
        await asyncio.wait_for(until(lambda: watchdog.asked[2:] == [SECRET]), 5)
    assert "secret" not in repr(logs)


async def test_a_watchdog_that_never_answers_holds_up_no_pass_and_no_end(
    tmp_path: Path, watchdog: Watchdog
) -> None:
    watchdog.speaks.clear()
    async with service(tmp_path, environ={"NOTIFIER_OPERATOR__PING": watchdog.url}) as house:
        await asyncio.wait_for(until(lambda: watchdog.asked), 5)
        for looks in (1, 2, 3):
            await house.at(T0 + looks * HOUR)
        assert len(house.passes) == 4


def test_who_asks_for_no_pings_does_not_load_the_client() -> None:
    code = "import sys, notifier.cli; print('httpx2' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
