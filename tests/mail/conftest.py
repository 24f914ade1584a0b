"""What the mail tests share."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from notifier.store import Store
from tests.mail.office import Office


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that is taken by a socket which does not listen, so that connecting is refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with its tables and nothing in them: making one takes longer than most tests."""
    file = tmp_path_factory.mktemp("store") / "notifier.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def office(tmp_path: Path, empty_store: Path) -> Iterator[Office]:
    """A post office with an empty outbox."""
    shutil.copy(empty_store, tmp_path)
    office = Office(tmp_path)
    yield office
    office.close()


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    """All that was logged; at the end, no address of a subscriber may be in it."""
    before = structlog.get_config()
    structlog.reset_defaults()  # a command that ran in this process may have set a level that hides lines
    with capture_logs() as events:
        yield events
    structlog.configure(**before)
    assert "@example.pl" not in repr(
        [{k: v for k, v in event.items() if k != "message_id"} for event in events]
    )
