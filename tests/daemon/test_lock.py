"""One process for each state directory."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from notifier.cycle import read_config
from notifier.daemon import Hooks, LockError, replay
from notifier.daemon.lock import alone_in
from tests.daemon.house import HOUR, T0, Daemon, settle_in


def refused(state: Path) -> str:
    with pytest.raises(LockError) as told, alone_in(state):
        pytest.fail("two at a time")
    return str(told.value)


async def test_a_second_daemon_ends_with_status_3_and_one_line(tmp_path: Path) -> None:
    daemon = Daemon(settle_in(tmp_path), tmp_path / "state")
    with alone_in(tmp_path / "state"):
        await daemon.start()
        assert await daemon.ended() == 3
    assert daemon.log.read_text() == (
        f"notifier: {tmp_path}/state/lock: another notifier runs here (process {os.getpid()})\n"
    )
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == ["lock"], "it left all else alone"


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        assert refused(tmp_path) == f"{tmp_path}/lock: another notifier runs here (process {os.getpid()})"
        assert refused(tmp_path).endswith(f"(process {os.getpid()})"), "asking does not wipe the name"


def test_a_lock_left_by_the_dead_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("4194304999\n")
    with alone_in(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
    with alone_in(tmp_path):
        pass


def test_two_directories_know_nothing_of_each_other(tmp_path: Path) -> None:
    with alone_in(tmp_path / "a"), alone_in(tmp_path / "b"):
        pass


def test_what_it_makes_is_for_this_user_only(tmp_path: Path) -> None:
    with alone_in(tmp_path / "new" / "state"):
        assert stat.S_IMODE((tmp_path / "new" / "state").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "new" / "state" / "lock").stat().st_mode) == 0o600


@pytest.mark.parametrize("inside", ["", "deeper"])
def test_a_file_in_its_place_is_told(tmp_path: Path, inside: str) -> None:
    (tmp_path / "state").write_text("not a folder")
    assert refused(tmp_path / "state" / inside) in {
        f"{tmp_path}/state: File exists",
        f"{tmp_path}/state/deeper: Not a directory",
    }


async def test_a_second_replay_leaves_the_first_alone(tmp_path: Path) -> None:
    config = read_config(settle_in(tmp_path), None, {})
    state = tmp_path / "replay"
    with alone_in(state):
        (state / "notifier.db").write_text("in use")
        with pytest.raises(LockError):
            await replay(config, state, T0, T0 + HOUR, 0, Hooks(), list)
        assert (state / "notifier.db").read_text() == "in use"
        assert "another notifier" in refused(state), "the lock is still the one that is held"


async def test_a_replay_begins_with_nothing(tmp_path: Path) -> None:
    config = read_config(settle_in(tmp_path), None, {})
    state = tmp_path / "replay"
    (state / "mail" / "new").mkdir(parents=True)
    (state / "mail" / "new" / "old").write_text("from the replay before")
    (state / "notifier.db").write_text("from the replay before")
    (tmp_path / "kept").mkdir()
    (state / "link").symlink_to(tmp_path / "kept")
    async with asyncio.timeout(20):
        await replay(config, state, T0, T0 + HOUR, 0, Hooks(), list)
    assert sorted(path.name for path in state.iterdir()) == ["lock", "notifier.db", "public"]
    assert (tmp_path / "kept").is_dir()
