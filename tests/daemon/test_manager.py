"""What the service manager hears: real datagrams on a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from notifier.daemon.manager import ServiceManager
from notifier.store import StoreError
from tests.daemon.house import HOUR, T0, service, soon


class Ear:
    """A service manager's end of the line."""

    def __init__(self, line: socket.socket, address: str) -> None:
        self.environ = {"NOTIFY_SOCKET": address}
        self._line = line

    def heard(self) -> list[dict[str, str]]:
        """All datagrams so far, each as its fields."""
        told = []
        while True:
            try:
                datagram = self._line.recv(65536).decode()
            except BlockingIOError:
                return told
            told.append(dict(field.split("=", 1) for field in datagram.splitlines()))


@contextmanager
def listening(address: str) -> Iterator[Ear]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.bind("\0" + address[1:] if address.startswith("@") else address)
        yield Ear(line, address)


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    # By a short name: that of a socket may have 107 bytes, and test folders are deep.
    monkeypatch.chdir(tmp_path)
    with listening("notify") as ear:
        yield ear


def test_each_word_is_one_datagram(ear: Ear) -> None:
    manager = ServiceManager(ear.environ)
    manager.ready("2 windows")
    manager.alive("2 windows")
    manager.stopping()
    assert ear.heard() == [
        {"READY": "1", "STATUS": "2 windows"},
        {"WATCHDOG": "1", "STATUS": "2 windows"},
        {"STOPPING": "1", "STATUS": "finishing what is on its way"},
    ]


def test_what_was_said_is_not_said_again(ear: Ear) -> None:
    manager = ServiceManager(ear.environ)
    for status in ("a", "a", "b", "b"):
        manager.alive(status)
    assert ear.heard() == [
        {"WATCHDOG": "1", "STATUS": "a"},
        {"WATCHDOG": "1"},
        {"WATCHDOG": "1", "STATUS": "b"},
        {"WATCHDOG": "1"},
    ]


def test_after_a_reload_the_usual_line_comes_back(ear: Ear) -> None:
    manager = ServiceManager(ear.environ)
    manager.alive("a")
    manager.reloading("reloaded")
    manager.alive("a")
    assert [told.get("STATUS") for told in ear.heard()] == ["a", "reloaded", "a"], "not reloaded for ever"


def test_an_address_in_the_abstract_namespace(tmp_path: Path) -> None:
    with listening(f"@notifier-{tmp_path.parent.name}-{tmp_path.name}"[:100]) as ear:
        ServiceManager(ear.environ).ready("up")
        assert ear.heard() == [{"READY": "1", "STATUS": "up"}]


@pytest.mark.parametrize(
    "environ",
    [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/notify"}, {"NOTIFY_SOCKET": "@nobody-here"}],
)
def test_nobody_listens_and_nothing_stops(environ: dict[str, str]) -> None:
    manager = ServiceManager(environ)
    manager.ready("up")
    manager.alive("up")
    manager.stopping()


async def test_a_service_from_ready_to_stopping(tmp_path: Path, ear: Ear) -> None:
    async with service(tmp_path, people=("anna",), manager=ear.environ) as house:
        await house.hand.slept()
        (ready,) = ear.heard()
        assert ready["READY"] == "1"
        assert ready["STATUS"] == "1 windows ahead or open, 1 mails to go, next due 2026-05-04T18:00:00+02:00"
        assert (await house.get("/"))[0] == 200, "ready means that readers are served"
        await house.at(T0 + HOUR)
        await house.at(T0 + 2 * HOUR)
        assert [told["WATCHDOG"] for told in ear.heard()] == ["1", "1"], "one for each round"
        house.windows(soon(), soon("gate-2", T0 + 60 * HOUR))
        await house.hand.look()
        reloaded, alive = ear.heard()
        assert reloaded == {"STATUS": "configuration reloaded"}
        assert alive["STATUS"].startswith("2 windows ahead or open")
    (stopping,) = ear.heard()
    assert stopping["STOPPING"] == "1"


async def test_a_service_that_cannot_begin_is_never_ready(tmp_path: Path, ear: Ear) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        async with service(tmp_path, store_url=f"sqlite:///{tmp_path / 'folder'}", manager=ear.environ):
            pytest.fail("it began")
    assert ear.heard() == []
