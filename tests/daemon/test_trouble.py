"""Trouble while it runs: readers are served, one line says what is wrong, and it mends by itself."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from pathlib import Path

import pytest
from structlog.typing import EventDict

from notifier.cli import call
from notifier.daemon.beside import WorkDied
from notifier.daemon.polling import Polling
from notifier.daemon.returned import Returned
from notifier.mail import Delivery, Relay, SmtpTransport
from notifier.model import Occasion
from notifier.store import StoreError
from tests.daemon.house import HOUR, T0, House, events, service, settle_in, soon
from tests.mail.rogue import Rogue

FEED = "/feeds/patient.pl.rss"


def on_the_file(house: House, statement: str) -> None:
    """Do something to the database behind the service's back."""
    connection = sqlite3.connect(house.state / "notifier.db")
    with connection:
        connection.execute(statement)
    connection.close()


async def test_trouble_with_the_store(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path, people=("anna",)) as house:
        status, feed = await house.get(FEED)
        assert (status, (await house.get("/healthz"))[0]) == (200, 200)
        on_the_file(house, "ALTER TABLE marks RENAME TO lost")
        for looks in (1, 2):
            await house.at(T0 + looks * HOUR)
            assert (await house.get("/healthz"))[0] == 503
            assert await house.get(FEED) == (200, feed), "served all the while"
        (failed,) = events(logs, "pass failed")  # one line, not one a look
        assert "no such table: marks" in failed["reason"]
        assert "exc_info" not in failed, "the reason is enough"
        assert house.hand.moment is None, "nothing is known to be due: the tick decides"
        assert "no such table" in house.service.health.line()
        on_the_file(house, "ALTER TABLE lost RENAME TO marks")
        await house.hand.look()
        assert (await house.get("/healthz"))[0] == 200
        assert house.hand.moment is not None
    assert [len(events(logs, name)) for name in ("pass failed", "passes succeed again")] == [1, 1]


async def test_what_came_due_in_the_trouble_is_told_after_it(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path, people=("anna",)) as house:
        await house.until(lambda: house.rows() == ["sent"])
        on_the_file(house, "ALTER TABLE notices RENAME TO lost")
        await house.at(T0 + 6 * HOUR)  # 24 hours before
        on_the_file(house, "ALTER TABLE lost RENAME TO notices")
        await house.at(T0 + 7 * HOUR)
        await house.until(lambda: house.rows() == ["sent", "sent"])
        assert {notice.key.occasion for _, notice in house.passes[-1].notices} == {Occasion.REMINDER}


async def test_a_mistake_of_ours_keeps_the_service_up(
    tmp_path: Path, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service(tmp_path) as house:
        with monkeypatch.context() as patch:
            patch.setattr(house.service._cycle, "run_pass", lambda now: 1 // 0)
            await house.hand.look()
            status, report = await house.get("/healthz")
            assert status == 503
            assert "the log says why" in report
        (failed,) = events(logs, "pass failed")
        assert failed["exc_info"], "with its traceback"
        await house.hand.look()
        assert (await house.get("/healthz"))[0] == 200


async def test_a_tree_that_could_not_be_written_is_written_later(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    async with service(tmp_path) as house:
        page = "/windows/gate-2/"
        house.windows(soon(), soon("gate-2", T0 + 60 * HOUR))
        folder = os.open(house.state / "public", os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        await house.hand.look()
        assert len(events(logs, "pass failed")) == 1
        assert [(await house.get(path))[0] for path in ("/healthz", "/", page)] == [503, 200, 404]
        os.close(folder)
        await house.hand.look()
        assert [(await house.get(path))[0] for path in ("/healthz", "/", page)] == [200, 200, 200]
        assert list((house.state / "public" / "windows").glob("gate-2/*"))


async def test_a_store_that_is_broken_at_the_start_ends_it(tmp_path: Path, logs: list[EventDict]) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database, however long you look at it" * 100)
    with pytest.raises(StoreError, match="damaged"):
        async with service(tmp_path, store_url=f"sqlite:///{tmp_path / 'broken.db'}"):
            pytest.fail("it began")


async def test_the_relay_is_away_at_the_start(tmp_path: Path, logs: list[EventDict]) -> None:
    people = tuple(f"p{number}" for number in range(20))
    async with Rogue() as gone:
        port = gone.port
    relay = SmtpTransport(Relay("127.0.0.1", port), "przerwy@example.pl", hello="notifier.test")
    async with service(tmp_path, people=people, transport=relay) as house:
        await house.until(lambda: house.service.delivery.away)
        assert (await house.get(FEED))[0] == 200
        for looks in (1, 2, 3):  # probes in between find nobody
            await house.at(T0 + looks * HOUR)
        status, report = await house.get("/healthz")
        assert (status, '"relay": "away"' in report) == (200, True), "readers have what they need"
        assert "relay away since 2026-05-04T12:00:00+02:00" in house.service.health.line()
        assert "notifier_relay_away 1" in (await house.get("/metrics"))[1]
        assert len(events(logs, "relay away")) == 1
        async with rogue_at(port) as back:
            house.clock.advance(120)
            await house.until(lambda: house.rows() == ["sent"] * len(people))
            assert len(set(back.accepted)) == len(back.accepted) == len(people)
            await house.hand.look()
            assert '"relay": "not known to be away"' in (await house.get("/healthz"))[1]
            house.service.stop()
            await house.running
    assert [len(events(logs, name)) for name in ("relay away", "relay back", "pass failed")] == [1, 1, 0]


async def test_the_death_of_delivery_ends_the_daemon_at_once(
    tmp_path: Path, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody rings, no minute passes: without delivery there is no sense in going on."""

    async def live() -> None:
        async with service(tmp_path) as house:
            await house.hand.slept()
            monkeypatch.setattr(Delivery, "_staff", lambda _: 1 // 0)
            house.service.delivery.wake()
            async with asyncio.timeout(10):
                await house.running

    with pytest.raises(WorkDied, match="died of ZeroDivisionError"):
        await live()
    (said,) = events(logs, "died, so the daemon ends")
    assert (said["log_level"], said["work"]) == ("critical", "the delivery of mail")
    assert type(said["exc_info"]) is ZeroDivisionError


@pytest.mark.parametrize(
    ("owner", "work"),
    [
        (Polling, "the reading of sources"),
        (Returned, "the reading of bounces"),
    ],
)
async def test_no_other_work_beside_the_loop_dies_unheard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, work: str
) -> None:
    async def dead(*_: object) -> None:
        raise ZeroDivisionError

    async def live() -> None:
        async with service(tmp_path) as house, asyncio.timeout(10):
            await house.running

    monkeypatch.setattr(owner, "watch", dead)
    with pytest.raises(WorkDied, match=f"{work} has died of ZeroDivisionError"):
        await live()


def test_the_death_of_delivery_is_a_failure_to_the_service_manager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    config = settle_in(tmp_path, soon())
    monkeypatch.setattr(Delivery, "_staff", lambda _: 1 // 0)
    monkeypatch.setenv("NOTIFIER_WEB__LISTEN", "")
    assert call(["run", "--config", str(config), "--state", str(tmp_path / "state")]) == 3
    assert "the delivery of mail has died of ZeroDivisionError" in capfd.readouterr().err


def rogue_at(port: int) -> Rogue:
    server = Rogue()
    server.port = port
    return server
