"""What the README tells an operator is there: every line of the log, every command, every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from notifier.cli import commands
from notifier.config import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PART = README.partition("## Running it for good")[2].partition("\n## ")[0]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "notifier").rglob("*.py"))

LINES = re.findall(r"^\| `([^`]+)` \|", PART, re.MULTILINE)
COMMANDS = sorted(set(re.findall(r"\bnotifier ((?:outbox )?[a-z]+(?:-[a-z]+)*)", PART)) - {"outbox"})
SETTINGS = sorted(set(re.findall(r"`\[(\w+)\] (\w+)`", PART)))


def test_the_readme_has_an_operators_part() -> None:
    assert len(LINES) >= 15
    assert len(COMMANDS) >= 6
    assert len(SETTINGS) >= 5


@pytest.mark.parametrize("line", LINES)
def test_the_line_is_one_that_can_be_logged(line: str) -> None:
    assert f'"{line}"' in CODE


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_exists(command: str) -> None:
    found = get_command(commands())
    for word in command.split():
        found = found.commands[word]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("section", "key"), SETTINGS)
def test_the_setting_exists(section: str, key: str) -> None:
    assert key in type(getattr(Settings(), section)).model_fields
