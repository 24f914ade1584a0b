"""The commands as an operator types them: what they print, where, and the status they end with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifier.cli import call
from tests.config.planting import GOOD

ROOT = Path(__file__).resolve().parents[2]
JANUARY = ["--from", "2024-01-10T00:00+01:00", "--to", "2024-01-22T00:00+01:00"]
DURING = "2024-01-19T21:00:00+01:00"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """``run("explain", …)``: one command on the shipped configuration and a state of its own."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("NOTIFIER_CONFIG", str(ROOT / "config"))
    monkeypatch.setenv("NOTIFIER_STATE", str(tmp_path / "state"))

    def go(*arguments: str) -> tuple[int, str, str]:
        status = call(list(arguments))
        out, err = capsys.readouterr()
        return status, out, err

    return go


def _json(run: Run, *arguments: str) -> Any:
    status, out, err = run(*arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_check_is_silent_where_nothing_is_wrong(run: Run) -> None:
    assert run("check") == (0, "", "")


WRONG = [
    ("an unknown option", ["explain", "--bogus"]),
    ("no such hour", ["explain", "--at", "2024-01-19T25:00+01:00"]),
    ("an hour that the clocks jump over", ["explain", "--at", "2026-03-29 02:30"]),
    ("an hour that comes twice", ["explain", "--at", "2026-10-25 02:30"]),
    ("an unknown audience", ["explain", "--audience", "nobody"]),
    ("an unknown task", ["explain", "--task", "fly"]),
    ("a task of another audience", ["explain", "--audience", "patient", "--task", "dispense"]),
    ("an unknown method", ["explain", "--have", "teleport"]),
    ("an unknown bank", ["explain", "--have", "mojeid:bank.nowhere"]),
    ("a bank for a method that has none", ["explain", "--have", "mobywatel:bank.ing"]),
    ("an end before the beginning", ["timeline", "--from", "2024-01-02 00:00", "--to", "2024-01-01 00:00"]),
    ("no language of ours", ["preview", "pz-2024-01-19", "--out", "x", "--lang", "xx"]),
    ("a speed below nothing", ["replay", *JANUARY, "--speed", "-1"]),
]


@pytest.mark.parametrize(("_why", "arguments"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_usage_ends_with_2_and_says_why(run: Run, _why: str, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "Error" in err


CANNOT = [
    ("no such window", ["preview", "pz-1999", "--out", "x"], "there is no window 'pz-1999'"),
    ("a window nobody is touched by", ["preview", "payments-2025-09-07", "--out", "x"], "touches nothing"),
    ("no such window to change", ["windows", "cancel", "pz-1999", "--why", "x"], "there is no window"),
    ("nobody of that address", ["subscribers", "remove", "a@example.org"], "nobody"),
]


@pytest.mark.parametrize(("_why", "arguments", "said"), CANNOT, ids=[row[0] for row in CANNOT])
def test_what_cannot_be_done_ends_with_3_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _why: str, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert (status, out, err.count("\n")) == (3, "", 1)
    assert said in err


def test_mistakes_in_the_configuration_end_with_1_all_of_them(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "windows"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("- id: a\n  systems: [nothing]\n  start: 20:00\n  end: 2024-01-01 00:00\n")
    status, out, err = run("check", "--config", str(tmp_path / "config"))
    assert (status, out) == (1, "")
    assert "a.yaml:2:13: unknown system `nothing`" in err
    assert "a.yaml:3:10: `start`: `20:00` is only a time of day" in err


def test_a_chat_that_cannot_be_spoken_in_is_a_mistake(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(GOOD / "config", tmp_path / "config")
    with (tmp_path / "config" / "notifier.toml").open("a") as settings:
        settings.write('\n[[chats]]\nid = "team"\n')
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert run("check", "--config", str(tmp_path / "config")) == (0, "", "")
    (tmp_path / "chat-team").write_text("slak://s3cret")
    status, out, err = run("check", "--config", str(tmp_path / "config"))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("chat-team:1:1: is none that apprise understands")


def test_explain_answers_every_task_of_every_audience(run: Run) -> None:
    answer = _json(run, "explain", "--at", DURING)
    assert answer["at"] == DURING
    assert [one["audience"] for one in answer["audiences"]] == [
        "patient",
        "parent",
        "doctor",
        "nurse",
        "pharmacist",
        "reception",
    ]
    patient = answer["audiences"][0]["tasks"]
    login = next(task for task in patient if task["task"] == "ikp-login")
    rows = {(row["method"], row["bank"]): row for row in login["methods"]}
    assert login["verdict"] == "usable"
    assert rows["mojeid", "bank.mbank"] | {"facts": []} == {
        "method": "mojeid",
        "bank": "bank.mbank",
        "step": "log-in",
        "verdict": "usable",
        "because": [],
        "facts": [],
        "prepare_by": None,
        "until": None,
    }
    assert rows["mobywatel", None]["verdict"] == "if_prepared"
    assert rows["mobywatel", None]["prepare_by"] == "2024-01-19T20:00:00+01:00"
    assert rows["pz-sms", None]["verdict"] == "unusable"
    assert rows["pz-sms", None]["because"] == ["pz-2024-01-19"]
    assert rows["pz-sms", None]["until"] == "2024-01-20T16:00:00+01:00"


def test_with_a_profile_only_ones_own_means_count(run: Run) -> None:
    means = ["--have", "pz-bank:bank.alior", "--have", "mojeikp-pin"]
    answer = _json(run, "explain", "--at", DURING, "--audience", "patient", *means)
    verdicts = {task["task"]: task["verdict"] for task in answer["audiences"][0]["tasks"]}
    assert (verdicts["ikp-login"], verdicts["mojeikp-use"]) == ("unusable", "usable")


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "--at", DURING],
        ["timeline", *JANUARY, "--audience", "patient"],
        ["timeline", *JANUARY, "--audience", "doctor", "--task", "eprescription-sign"],
        ["plan", *JANUARY],
        ["windows", "list", "--all"],
    ],
    ids=lambda arguments: " ".join(arguments[:1] + arguments[5:]),
)
def test_output_for_people_fits_80_columns_and_needs_no_colour(run: Run, arguments: list[str]) -> None:
    status, out, _ = run(*arguments)
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


def test_timeline_shows_what_changes_at_each_edge(run: Run) -> None:
    times = ["--from", "2024-01-19T12:00+01:00", "--to", "2024-01-20T20:00+01:00"]
    answer = _json(run, "timeline", *times, "--audience", "doctor", "--task", "eprescription-sign")
    pieces = answer["audiences"][0]["pieces"]
    assert [(piece["start"], piece["end"]) for piece in pieces] == [
        ("2024-01-19T12:00:00+01:00", "2024-01-19T20:00:00+01:00"),
        ("2024-01-19T20:00:00+01:00", "2024-01-20T16:00:00+01:00"),
        ("2024-01-20T16:00:00+01:00", "2024-01-20T20:00:00+01:00"),
    ]
    assert [[(s["method"], s["before"], s["after"]) for s in piece["changed"]] for piece in pieces] == [
        [],
        [("sign-pz", "usable", "unusable")],
        [("sign-pz", "unusable", "usable")],
    ]


def test_the_plan_for_january_2024(run: Run, golden: Callable[[Path, str], None]) -> None:
    """Every notice of the twenty-hour outage, and every one that is not sent, with its reason."""
    rows = [
        " ".join(
            (row["due"], row["window"], row["audience"], row["occasion"], row["detail"] or "-",
             "sent" if row["sent"] else "not sent", "|", row["reason"])
        )
        for row in _json(run, "plan", *JANUARY)["notices"]
    ]  # fmt: skip
    golden(Path(__file__).parent / "golden" / "plan-january-2024.txt", "\n".join(rows) + "\n")


def test_a_plan_row_has_what_scripts_rely_on(run: Run) -> None:
    rows = _json(run, "plan", *JANUARY, "--audience", "patient")["notices"]
    assert {"window", "audience", "occasion", "due", "sent", "reason", "advice_digest"} <= rows[0].keys()
    told = [row["occasion"] for row in rows if row["sent"]]
    assert told == ["announced", "reminder", "reminder", "reminder", "last-call", "started", "ended"]


def test_build_writes_every_public_address_and_nothing_the_second_time(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "public"
    first = _json(run, "build", "--at", DURING, "--out", str(out))
    second = _json(run, "build", "--at", DURING, "--out", str(out))
    assert len(first["changed"]) == first["files"]
    assert second["changed"] == []
    for path in ("index.html", "en/index.html", "windows/pz-2024-01-19/index.html", "api/windows.json"):
        assert (out / path).is_file()
    for audience in ("patient", "parent", "doctor", "nurse", "pharmacist", "reception"):
        for language in ("pl", "en"):
            for kind in ("rss", "atom", "json", "ics"):
                assert (out / "feeds" / f"{audience}.{language}.{kind}").is_file()


@pytest.mark.parametrize(
    "occasion",
    ["announced", "reminder", "last-call", "started", "changed", "ended", "completed", "cancelled"],
)
def test_preview_writes_the_mail_of_every_occasion(run: Run, tmp_path: Path, occasion: str) -> None:
    arguments = ["--occasion", occasion, "--audience", "doctor", "--lang", "pl", "--out", str(tmp_path)]
    files = _json(run, "preview", "pz-2024-01-19", *arguments)["files"]
    assert [Path(name).suffix for name in files] == [".eml", ".txt", ".html"]
    assert all(Path(name).stat().st_size > 500 for name in files)


def test_a_reader_that_goes_away_is_no_error_of_ours(tmp_path: Path) -> None:
    line = f"{sys.executable} -m notifier explain --at {DURING} --state {tmp_path} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_the_program_ends_with_the_status_of_its_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "notifier", "explain", "--bogus", "--state", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
