"""The shipped configuration is read once for all commands: reading it takes longer than most of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from notifier.cli import options
from notifier.config import Config
from notifier.cycle import read_config

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shipped() -> Config:
    """The shipped configuration."""
    return read_config(ROOT / "config", ROOT / "templates", {})


@pytest.fixture
def quick(shipped: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands on the shipped configuration take it as read; any other is read for real."""

    def read(root: Path, templates: Path | None, environ: Mapping[str, str]) -> Config:
        return shipped if root == ROOT / "config" else read_config(root, templates, environ)

    monkeypatch.setattr(options, "read_config", read)


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that is taken by a socket which does not listen, so that connecting is refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
