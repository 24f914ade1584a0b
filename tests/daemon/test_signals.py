"""SIGTERM, SIGHUP, and edits that nobody announced."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest
from structlog.typing import EventDict

from notifier.daemon import SystemClock
from notifier.store import Store
from tests.daemon.house import HOUR, T0, Daemon, House, enter, entry, events, get, service, settle_in, soon
from tests.mail.rogue import Rogue

RELOADED = "configuration reloaded"
REFUSED = "configuration not taken up, the last good one stays"
PROBLEM = "configuration has a problem"
PAGE = "/windows/gate-2/"
SECOND = soon("gate-2", T0 + 60 * HOUR)
BROKEN = soon() + "- id: gate-2\n  systems: [gaet]\n  start: tomorrow\n  end: unknown\n"


async def statuses(house: House, *paths: str) -> list[int]:
    return [(await house.get(path))[0] for path in paths]


def counts(logs: list[EventDict]) -> list[int]:
    return [len(events(logs, name)) for name in (RELOADED, REFUSED, PROBLEM)]


# --- in this process: what a look does ---------------------------------------------------------------------------


async def test_a_changed_file_is_taken_up_at_the_next_look(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path, people=("anna",)) as house:
        await house.hand.look()
        assert counts(logs) == [0, 0, 0], "nothing changed, nothing said"
        house.windows(soon(), SECOND)
        assert await statuses(house, PAGE) == [404], "not before it looks"
        await house.hand.look()
        assert await statuses(house, PAGE) == [200]
        assert counts(logs) == [1, 0, 0]
        await house.hand.look()
        assert counts(logs) == [1, 0, 0], "once"
        await house.until(lambda: house.rows() == ["sent", "sent"])


async def test_an_edit_between_reading_and_the_first_look_is_seen(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    """The daemon reads its files a while before it begins to watch them."""
    async with service(tmp_path) as house:
        # Same size and time as when watching began: what counts is what had been read before.
        ours = house.config / "windows" / "ours.yaml"
        trace = ours.stat()
        house.windows(soon("gate-2"))
        os.utime(ours, ns=(trace.st_atime_ns, trace.st_mtime_ns))
        await house.hand.look()
        assert await statuses(house, PAGE) == [200]


async def test_a_touched_file_changes_nothing(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path) as house:
        await house.hand.look()
        os.utime(house.config / "windows" / "ours.yaml", ns=(1, 1))
        await house.hand.look()
        assert counts(logs) == [0, 0, 0]


async def test_a_reload_on_command_reads_what_seems_unchanged(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path) as house:
        await house.hand.slept()
        house.service.reload()
        await house.hand.slept()
        assert counts(logs) == [1, 0, 0]
        await house.hand.look()
        assert counts(logs) == [1, 0, 0], "one command, one reload"


@pytest.mark.parametrize("commanded", [False, True])
async def test_a_broken_edit_leaves_the_last_good_one(
    tmp_path: Path, logs: list[EventDict], commanded: bool
) -> None:
    async with service(tmp_path, people=("anna",)) as house:
        await house.hand.slept()
        before = await house.get("/feeds/patient.pl.ics")
        house.windows(BROKEN)
        if commanded:
            house.service.reload()
            await house.hand.slept()
        for hours in (1, 2):
            await house.at(T0 + hours * HOUR)
        said = [event["problem"] for event in events(logs, PROBLEM)]
        assert len(said) == len(set(said)) >= 2, "every problem, once"
        assert all("windows/ours.yaml:" in problem for problem in said)
        assert counts(logs)[:2] == [0, 1]
        assert await house.get("/feeds/patient.pl.ics") == before
        assert await statuses(house, "/healthz", "/feeds/patient.pl.rss", PAGE) == [200, 200, 404]
        await house.at(T0 + 6 * HOUR)
        await house.until(lambda: house.rows() == ["sent", "sent"])  # the reminder went out all the same
        house.windows(soon(), SECOND)
        await house.hand.look()
        assert await statuses(house, PAGE) == [200]
        assert counts(logs)[:2] == [1, 1]


async def test_a_broken_edit_taken_back_is_said_to_be_right_again(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    async with service(tmp_path) as house:
        house.windows(BROKEN)
        await house.hand.look()
        house.windows(soon())
        await house.hand.look()
        assert counts(logs)[:2] == [0, 1]
        assert len(events(logs, "configuration is right again, and as it was")) == 1


async def test_links_to_nowhere_and_in_circles_do_not_stop_it(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path) as house:
        (house.config / "windows" / ".#ours.yaml").symlink_to(
            "anna@example.org.1234"
        )  # as editors lock files
        (house.config / "windows" / "circle").symlink_to("circle")
        await house.hand.look()
        house.windows(soon(), SECOND)
        await house.hand.look()
        assert await statuses(house, "/healthz", PAGE) == [200, 200]


async def test_settings_used_once_are_said_to_need_a_restart(tmp_path: Path, logs: list[EventDict]) -> None:
    async with service(tmp_path) as house:
        toml = house.config / "notifier.toml"
        toml.write_text(toml.read_text() + "\n[mail]\nconnections = 7\n")
        await house.hand.look()
        (told,) = events(logs, "these settings count after a restart")
        assert told["sections"] == "mail"


async def test_a_folder_that_is_gone_is_a_problem_and_not_the_end(
    tmp_path: Path, logs: list[EventDict]
) -> None:
    async with service(tmp_path) as house:
        house.config.rename(tmp_path / "elsewhere")
        await house.hand.look()
        assert await statuses(house, "/healthz", "/") == [200, 200]
        assert counts(logs) == [0, 1, 1]


# --- the real process --------------------------------------------------------------------------------------------


async def served(url: str) -> None:
    """Until there is such a page; ten seconds at most."""
    async with asyncio.timeout(10):
        while (await asyncio.to_thread(get, url))[0] != 200:  # noqa: ASYNC110 - another process serves it
            await asyncio.sleep(0.02)


async def test_a_process_reloads_on_sighup_and_drains_on_sigterm(tmp_path: Path) -> None:
    now = SystemClock().now()
    first = entry("gate-1", now + 30 * HOUR, system="gate", published=now - 24 * HOUR)
    second = entry("gate-2", now + 60 * HOUR, system="gate", published=now - HOUR)
    config, state = settle_in(tmp_path, first), tmp_path / "state"
    state.mkdir()
    url = f"sqlite:///{state / 'notifier.db'}"
    enter(url, *(f"p{number}" for number in range(40)), now=now)
    ours = config / "windows" / "ours.yaml"
    async with Rogue({"content": ["", *["slow"] * 40]}) as server:
        daemon = Daemon(
            config,
            state,
            NOTIFIER_MAIL__RELAY=f"smtp://127.0.0.1:{server.port}",
            NOTIFIER_MAIL__CONNECTIONS="3",
            NOTIFIER_WEB__LISTEN="127.0.0.1:0",
        )
        try:
            await daemon.start()
            where = re.search(r"Pages and feeds: http://(\S+)/", await daemon.says("Mail goes to: "))
            assert where is not None
            page, feed = f"http://{where[1]}{PAGE}", f"http://{where[1]}/feeds/patient.pl.ics"
            ours.write_text(BROKEN)
            daemon.send(signal.SIGHUP)
            log = await daemon.says(REFUSED)
            assert log.count(PROBLEM) >= 2
            assert (await asyncio.to_thread(get, feed))[0] == 200
            ours.write_text(first + second)
            daemon.send(signal.SIGHUP)
            await daemon.lives_until(served(page))

            await daemon.lives_until(server.wait(lambda: len(server.received) > len(server.accepted)))
            daemon.send(signal.SIGTERM)
            steps = len(server.steps)
            await asyncio.sleep(0.2)  # long enough to do the wrong thing
            assert len(server.steps) == steps, "nothing new was begun"
            server.go.set()  # only now the relay answers what it has
            assert await daemon.ended() == 0, daemon.log.read_text()
        finally:
            await daemon.gone()
    store = Store.open(url, migrate=False)
    sent = {row.message_id for row in store.outbox.list(limit=1000) if row.state.value == "sent"}
    claimed = store.outbox.stats().counts
    store.close()
    assert {message_id for _, message_id in server.received} == sent, "nothing on its way was forgotten"
    assert len(server.received) == len(sent), "nor sent twice"
    assert {state.value for state, count in claimed.items() if count} <= {"sent", "waiting", "superseded"}
    log = daemon.log.read_text()
    assert '"event": "stopped"' in log
    assert "@example.pl" not in log
