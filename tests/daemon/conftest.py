"""What the tests of the daemon share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from notifier.config import loading
from notifier.config.inputfile import InputFile
from notifier.config.report import Report

_READ: dict[tuple[Path, tuple[str, ...]], list[InputFile]] = {}


@pytest.fixture(autouse=True)
def _templates_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of reading a configuration is checking templates; here they are the shipped ones and never change."""
    real = loading._check_words

    def once(
        folder: Path,
        languages: tuple[str, ...],
        names: frozenset[str] | None,
        keys: frozenset[str] | None,
        report: Report,
    ) -> list[InputFile]:
        if (folder, languages) not in _READ:
            _READ[folder, languages] = real(folder, languages, names, keys, report)
        return _READ[folder, languages]

    monkeypatch.setattr(loading, "_check_words", once)


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    """All that was logged; at the end, no address of a subscriber may be in it."""
    with capture_logs() as events:
        yield events
    assert "@example.pl" not in repr(events)


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that is taken by a socket which does not listen, so that connecting is refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
