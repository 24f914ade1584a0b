"""What the daemon does not hold: a running service prints no tables and draws no tracebacks."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

CODE = """
import json, sys
from notifier.cli import commands
commands(sys.argv[1])
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]))
"""


def loaded(command: str, *names: str) -> list[str]:
    """Which of these modules a command loads before it does anything."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, command, *names], capture_output=True, text=True, check=True, timeout=60
    )
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("sentence", "module"),
    [
        ("tables are for people at a terminal", "rich.console"),
        ("nor does the log bring them in", "rich.traceback"),
        ("a store that is up to date needs no migration", "alembic"),
        ("who reads no sources holds no reader of pages", "selectolax"),
        ("who calls nobody holds no client", "httpx2"),
        ("chats speak in a process of their own", "apprise"),
    ],
)
def test_the_daemon_does_not_load(sentence: str, module: str) -> None:
    assert loaded("run", module) == [], sentence


def test_a_command_that_prints_tables_loads_them() -> None:
    """The other side of it: the names above are those of modules that there are."""
    assert loaded("windows", "rich.table") == ["rich.table"]
