"""``notifier read`` as an operator types it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from notifier.cli import call, options
from notifier.config import Config

NOTICE = (
    "Od piątku 12 czerwca, godz. 20:00, do soboty 13 czerwca, godz. 16:00, Profil Zaufany będzie niedostępny."
)
FAILURE = "Od godz. 7:30 trwa awaria systemu P1."

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(shipped: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("-", …)``: ``notifier read`` on the shipped configuration, which is taken as read."""
    monkeypatch.setattr(options, "read_config", lambda *_: shipped)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def go(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = call(["read", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return go


def test_json_is_as_the_interface_says(run: Run) -> None:
    status, out, err = run("-", "--published", "2026-06-08", "--json", given=f"{NOTICE}\n{FAILURE}".encode())
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "windows": [
            {
                "systems": ["pz"],
                "start": "2026-06-12T20:00:00+02:00",
                "end": "2026-06-13T16:00:00+02:00",
                "impact": "outage",
                "confidence": "sure",
                "evidence": NOTICE,
                "problems": [],
                "kind": "planned",
                "functions": [],
            }
        ],
        "refused": [{"evidence": FAILURE, "reason": "failure: a failure, not planned work"}],
    }


def test_an_end_that_is_not_told_is_null(run: Run) -> None:
    text = "Od 10 czerwca od godz. 20:00 do odwołania logowanie e-dowodem będzie niemożliwe."
    status, out, _ = run("--published", "2026-06-08", "--json", given=text.encode())
    (window,) = json.loads(out)["windows"]
    assert (status, window["end"], window["confidence"]) == (0, None, "doubtful")
    assert window["problems"] == ["missing-end: the text gives no end"]


def test_people_see_a_table_and_the_evidence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE)
    status, out, err = run(str(file), "-", "--published", "2026-06-08", given=FAILURE.encode())
    assert (status, err) == (0, "")
    assert "2026-06-12 20:00  2026-06-13 16:00  pz" in out
    assert f"1. “{NOTICE}”" in out
    assert "No window was found." in out
    assert "refused, failure" in out


def test_every_bad_file_is_named_with_its_place(run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    old.write_bytes("Prace\nw środę".encode("cp1250"))
    missing = tmp_path / "missing.txt"
    status, out, err = run(str(old), str(missing), "--published", "2026-06-08")
    assert (status, out) == (1, "")
    assert f"{old}:2:3: is not UTF-8: byte 0x9c; convert it" in err
    assert f"{missing}:1:1: cannot be read: No such file or directory" in err


WRONG = [
    ("no date of publication", []),
    ("no date at all", ["--published", "soon"]),
    ("an unknown option", ["--published", "2026-06-08", "--bogus"]),
]


@pytest.mark.parametrize(("_why", "arguments"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_usage_ends_with_2(run: Run, _why: str, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "Error" in err
