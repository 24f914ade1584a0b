"""What goes wrong around a command: no reader, no room, no right place, and words that nearly mean something."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from notifier.cli import call, options
from notifier.config import Config
from tests.cycle.mistakes import plant

ROOT = Path(__file__).resolve().parents[2]
DURING = "2024-01-19T21:00:00+01:00"
LONG = "2031-03-01 20:00"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """``run("explain", …)``: status, standard output and standard error."""
    monkeypatch.setenv("NOTIFIER_CONFIG", str(ROOT / "config"))
    monkeypatch.setenv("NOTIFIER_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")

    def go(*arguments: str) -> tuple[int, str, str]:
        status = call(list(arguments))
        out, err = capsys.readouterr()
        return status, out, err

    return go


def shell(line: str, state: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "NOTIFIER_STATE": str(state), "NOTIFIER": f"{sys.executable} -m notifier"}
    return subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


# --- nobody reads, nothing fits -------------------------------------------------------------------------------


def test_without_a_reader_it_ends_in_silence_and_not_as_if_the_input_were_wrong(tmp_path: Path) -> None:
    done = shell(
        f"$NOTIFIER explain --at {DURING} --json | head -n 1; exit ${{PIPESTATUS[0]}}", tmp_path / "s"
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "{\n", "")


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    done = shell(f"$NOTIFIER explain --at {DURING} --json > /dev/full", tmp_path / "s")
    assert (done.returncode, done.stderr) == (3, "notifier: No space left on device\n")


@pytest.mark.parametrize("beyond", ["", "below/it"])
@pytest.mark.parametrize(
    "command",
    [["status"], ["outbox", "stats"], ["windows", "cancel", "pz-2024-01-19", "--why", "x"]],
    ids=" ".join,
)
def test_a_state_that_is_no_folder_is_told_in_one_line(
    run: Run, tmp_path: Path, command: list[str], beyond: str
) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    status, out, err = run(*command, "--state", str(file / beyond))
    assert (status, out, err.count("\n")) == (3, "", 1)
    assert str(file) in err
    assert file.read_text() == "mine"


def test_a_state_that_is_something_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "notifier.db").write_text("a diary, and no database at all " * 100)
    for command in (["status"], ["explain", "--at", DURING], ["windows", "list"]):
        status, out, err = run(*command)
        assert (status, out, err.count("\n")) == (3, "", 1), command
        assert "notifier.db" in err
    assert (state / "notifier.db").read_text().startswith("a diary")


def test_a_configuration_that_is_not_there_is_a_mistake_in_the_input(run: Run, tmp_path: Path) -> None:
    status, out, err = run("explain", "--config", str(tmp_path / "nowhere"))
    assert (status, out) == (1, "")
    assert err.startswith(f"{tmp_path / 'nowhere'}:1:1: there is no such folder")


@pytest.mark.parametrize(
    "command", [["explain"], ["windows", "list"], ["plan", "--from", DURING, "--to", DURING]], ids=" ".join
)
def test_looking_leaves_no_traces(run: Run, tmp_path: Path, command: list[str]) -> None:
    assert run(*command)[0] == 0
    assert not (tmp_path / "state").exists()


def test_a_build_goes_into_no_folder_of_somebody_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    status, out, err = run("build", "--at", DURING, "--out", str(tmp_path))
    assert (status, out) == (3, "")
    assert "not empty" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.txt"]


def test_a_build_with_a_text_missing_is_written_and_says_so(
    run: Run, shipped: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is true is published; who runs it by a timer hears that something is left out."""
    broken = replace(shipped, templates=plant(tmp_path, window="pz-2024-01-19"))
    monkeypatch.setattr(options, "read_config", lambda *_: broken)
    status, out, err = run("build", "--at", DURING, "--out", str(tmp_path / "public"))
    assert (status, "files in" in out) == (3, True)
    assert "could not be written" in err
    assert "told/told.txt.j2:1" in err
    assert (tmp_path / "public" / "index.html").is_file()


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "at", "meant"),
    [
        ("an offset is what it says", "2024-01-19T20:00:00+00:00", "2024-01-19T21:00:00+01:00"),
        ("Z is UTC", "2024-01-19T20:00Z", "2024-01-19T21:00:00+01:00"),
        ("without one it is Warsaw's time", "2024-01-19 21:00", "2024-01-19T21:00:00+01:00"),
        ("in summer as well", "2024-07-19T21:00", "2024-07-19T21:00:00+02:00"),
        ("a day begins at midnight in Warsaw", "2024-01-19", "2024-01-19T00:00:00+01:00"),
        ("the first of two hours", "2026-10-25T02:30+02:00", "2026-10-25T02:30:00+02:00"),
        ("the second of two hours", "2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_instants(run: Run, sentence: str, at: str, meant: str) -> None:
    status, out, err = run("explain", "--at", at, "--audience", "nurse", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["at"] == meant, sentence


@pytest.mark.parametrize("who", ["0", "99999999999999999999999", "-1", "１２", "nobody", "", "a@example.org"])
def test_nobody_is_removed_for_a_number_or_address_that_is_nobody_s(run: Run, who: str) -> None:
    status, out, err = run("subscribers", "remove", "--", who)
    assert (status, out, err) == (3, "", "notifier: nobody with that address or number is subscribed\n")


def test_a_file_of_subscribers_that_is_far_too_large_is_not_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    with file.open("wb") as out:
        out.truncate((64 << 20) + 1)
    status, printed, err = run("subscribers", "import", str(file))
    assert (status, printed) == (1, "")
    assert "at most 64 MiB" in err


@pytest.mark.parametrize("what", ["missing.csv", "."])
def test_a_file_of_subscribers_that_cannot_be_read(run: Run, tmp_path: Path, what: str) -> None:
    status, out, err = run("subscribers", "import", str(tmp_path / what))
    assert (status, out, err.count("\n")) == (3, "", 1)


def test_a_number_that_says_there_is_much_to_read_does_not_hang(run: Run, tmp_path: Path) -> None:
    cell = "x" * 200_000
    file = tmp_path / "people.csv"
    file.write_text(f"email,audience,language,have,systems\na@example.org,doctor,pl,{cell},\n")
    status, _, err = run("subscribers", "import", str(file))
    assert status == 1
    assert len(err) < 2_000


def test_what_was_called_off_has_no_end_to_confirm(run: Run) -> None:
    times = ["--start", LONG, "--end", "unknown", "--system", "pz"]
    assert run("windows", "add", "test-1", *times)[0] == 0
    assert run("windows", "cancel", "test-1", "--why", "off")[0] == 0
    status, _, err = run("windows", "complete", "test-1", "--at", "2031-03-02")
    assert status == 3
    assert "was cancelled" in err


def test_a_window_without_a_known_end_can_be_entered_and_given_one(run: Run) -> None:
    assert run("windows", "add", "test-1", "--start", LONG, "--end", "unknown", "--system", "pz")[0] == 0
    _, out, _ = run("windows", "show", "test-1", "--json")
    assert json.loads(out)["end"] is None
    assert run("windows", "extend", "test-1", "--end", "2031-03-02", "--why", "they say so now")[0] == 0
    _, out, _ = run("windows", "show", "test-1", "--json")
    assert json.loads(out)["end"] == "2031-03-02T00:00:00+01:00"


def test_numbers_of_mails_that_are_nobody_s_are_not_tried(run: Run) -> None:
    status, out, err = run("outbox", "retry", "1", "2")
    assert (status, out, err) == (0, "0 mails will be tried with the next look.\n", "")


@pytest.mark.parametrize("limit", ["0", "-5", "many"])
def test_a_limit_that_is_none_is_wrong_usage(run: Run, limit: str) -> None:
    assert run("outbox", "list", "--limit", limit)[0] == 2


def test_whoever_is_removed_and_still_in_the_files_is_not_gone_for_long(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "tests" / "config" / "good" / "config", config)
    (config / "subscribers.yaml").write_text(
        "- {email: anna@example.org, audiences: [patient], language: pl}\n"
    )
    place = ("--config", str(config))
    file = tmp_path / "people.csv"
    rows = (
        "email,audience,language,have,systems\nanna@EXAMPLE.org,patient,pl,,\njan@example.org,patient,pl,,\n"
    )
    file.write_text(rows)
    assert run("subscribers", "import", str(file), *place)[0] == 0
    assert "take it out there" in " ".join(run("subscribers", "remove", "1", *place)[1].split())
    assert run("subscribers", "remove", "jan@example.org", *place)[1] == "Removed.\n"
