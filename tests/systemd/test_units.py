"""The units are what systemd understands, and keep the daemon in as small a room as it can work in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "systemd"
SERVICE = UNITS / "notifier.service"
EXECUTABLE = "/opt/notifier/.venv/bin/notifier"

EXPOSURE = 11
"""What it is now, in tenths on systemd's own scale; a plain service has 96. Raising it takes a reason."""


def analyze(program: Callable[..., str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("systemd-analyze"), *arguments, "--no-pager"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def with_executable(folder: Path, executable: str) -> Path:
    """A copy that starts something this machine has: verify refuses a path that is not there."""
    text = SERVICE.read_text()
    assert text.count(EXECUTABLE) == 1
    copy = folder / SERVICE.name
    copy.write_text(text.replace(EXECUTABLE, executable))
    return copy


def directives(section: str) -> list[tuple[str, str]]:
    """Key and value of each line of a section; a key may come several times."""
    found = []
    current = ""
    for line in SERVICE.read_text().splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif "=" in line and not line.startswith("#") and current == section:
            key, _, value = line.partition("=")
            found.append((key, value))
    return found


def test_systemd_understands_every_line(program: Callable[..., str], tmp_path: Path) -> None:
    result = analyze(program, "verify", str(with_executable(tmp_path, sys.executable)))
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_a_misspelt_line_would_be_noticed(program: Callable[..., str], tmp_path: Path) -> None:
    unit = with_executable(tmp_path, sys.executable)
    unit.write_text(unit.read_text().replace("PrivateTmp=", "PrivatTmp="))
    result = analyze(program, "verify", str(unit))
    assert "PrivatTmp" in result.stdout + result.stderr


def test_the_only_thing_missing_on_a_build_machine_is_the_installed_program(
    program: Callable[..., str],
) -> None:
    result = analyze(program, "verify", str(SERVICE))
    told = (result.stdout + result.stderr).strip()
    assert told in {"", f"{SERVICE.name}: Command {EXECUTABLE} is not executable: No such file or directory"}


def test_the_daemon_has_next_to_no_way_out(program: Callable[..., str]) -> None:
    result = analyze(program, "security", "--offline=true", f"--threshold={EXPOSURE}", str(SERVICE))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("line", ["SystemCallFilter=", "CapabilityBoundingSet=", "User=", "ProtectSystem="])
def test_without_a_main_wall_the_threshold_is_missed(
    program: Callable[..., str], tmp_path: Path, line: str
) -> None:
    kept = [text for text in SERVICE.read_text().splitlines() if not text.startswith(line)]
    unit = tmp_path / SERVICE.name
    unit.write_text("\n".join(kept))
    result = analyze(program, "security", "--offline=true", f"--threshold={EXPOSURE}", str(unit))
    assert result.returncode != 0


def test_every_line_or_group_of_lines_has_its_reason() -> None:
    unexplained = []
    explained = False
    for line in SERVICE.read_text().partition("[Service]")[2].partition("[Install]")[0].splitlines():
        if line.startswith("#"):
            explained = not line.startswith("# ---")
        elif not line:
            explained = False
        elif not explained:
            unexplained.append(line)
    assert unexplained == []


def test_what_the_program_relies_on_is_granted() -> None:
    service = dict(directives("Service"))
    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "main"
    assert service["ExecStart"] == f"{EXECUTABLE} run"
    assert ("Environment", "NOTIFIER_CONFIG=/etc/notifier") in directives("Service")
    assert ("Environment", "NOTIFIER_STATE=%S/notifier") in directives("Service")
    assert service["StateDirectory"] == service["ConfigurationDirectory"] == service["User"] == "notifier"


def test_the_user_of_the_unit_is_the_one_that_is_made() -> None:
    made = [
        line.split() for line in (UNITS / "notifier.sysusers").read_text().splitlines() if line[:2] == "u "
    ]
    assert [line[1] for line in made] == [dict(directives("Service"))["User"]]


def test_nothing_is_written_where_code_or_settings_are() -> None:
    keys = [key for key, _ in directives("Service")]
    assert "ReadWritePaths" not in keys
    assert dict(directives("Service"))["ProtectSystem"] == "strict"
