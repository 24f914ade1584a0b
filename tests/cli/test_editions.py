"""``windows`` and ``subscribers``: what an operator changes, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifier.cli import call

ROOT = Path(__file__).resolve().parents[2]
Do = Callable[..., Any]


@pytest.fixture
def do(
    quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Do:
    """``do("windows", …)``: a command that must succeed; with ``--json`` its document."""
    monkeypatch.setenv("NOTIFIER_CONFIG", str(ROOT / "config"))
    monkeypatch.setenv("NOTIFIER_STATE", str(tmp_path / "state"))

    def go(*arguments: str, status: int = 0) -> Any:
        got = call(list(arguments))
        out, err = capsys.readouterr()
        assert got == status, err
        return json.loads(out) if "--json" in arguments and not status else out + err

    return go


def _added(do: Do, *more: str) -> None:
    do("windows", "add", "test-1", "--system", "pz", "--start", "2031-03-01 20:00", "--end", "2031-03-02 06:00",
       "--who", "anna", "--why", "phoned", *more)  # fmt: skip


def _show(do: Do) -> Any:
    return do("windows", "show", "test-1", "--json")


def test_a_window_lives_from_add_to_complete_in_editions(do: Do) -> None:
    _added(do)
    do(
        "windows",
        "move",
        "test-1",
        "--start",
        "2031-03-01 21:00",
        "--end",
        "2031-03-02 06:00",
        "--why",
        "moved",
    )
    do("windows", "extend", "test-1", "--end", "2031-03-02 08:00", "--why", "longer", "--who", "jan")
    do("windows", "complete", "test-1", "--at", "2031-03-02 07:00", "--why", "checked")
    shown = _show(do)
    assert (shown["status"], shown["end"]) == ("completed", "2031-03-02T07:00:00+01:00")
    assert [(e["number"], e["origin"], e["why"]) for e in shown["editions"]] == [
        (1, "operator", "phoned"),
        (2, "operator", "moved"),
        (3, "operator", "longer"),
        (4, "operator", "checked"),
    ]
    assert [e["who"] for e in shown["editions"]][0::2] == ["anna", "jan"]
    assert shown["severity"]["patient"] == "major"


def test_a_cancelled_window_stays_on_record(do: Do) -> None:
    _added(do)
    do("windows", "cancel", "test-1", "--why", "called off")
    assert _show(do)["status"] == "cancelled"


def test_a_tentative_window_is_approved_or_rejected_and_no_other(do: Do) -> None:
    _added(do, "--status", "tentative")
    do("windows", "approve", "test-1")
    assert _show(do)["status"] == "confirmed"
    assert "not tentative" in do("windows", "reject", "test-1", "--why", "no", status=3)


def test_what_add_refuses(do: Do) -> None:
    times = ["--start", "2031-03-01 20:00", "--end", "2031-03-02 06:00"]
    _added(do)
    assert "there is a window 'test-1' already" in do(
        "windows", "add", "test-1", "--system", "pz", *times, status=3
    )
    assert "did you mean 'pz'" in do("windows", "add", "t2", "--system", "pzz", *times, status=3)
    assert "is no id" in do("windows", "add", "T 2", "--system", "pz", *times, status=3)
    assert "must come after the start" in do(
        "windows",
        "add",
        "t2",
        "--system",
        "pz",
        "--start",
        "2031-03-02 20:00",
        "--end",
        "2031-03-02 20:00",
        status=3,
    )
    assert "like that already" in do(
        "windows", "extend", "test-1", "--end", "2031-03-02 06:00", "--why", "x", status=3
    )


def test_an_operators_word_stays_though_the_file_says_otherwise(do: Do) -> None:
    do("windows", "extend", "pz-2024-01-19", "--end", "2024-01-20 18:00", "--why", "seen")
    do("windows", "extend", "mobywatel-2026-03-09", "--end", "2026-03-10 03:00", "--why", "seen")
    answer = do(
        "explain", "--at", "2024-01-20T17:00+01:00", "--audience", "patient", "--task", "pz-manage", "--json"
    )
    assert answer["audiences"][0]["tasks"][0]["verdict"] == "unusable"


def test_the_next_plan_tells_what_an_operator_added(do: Do) -> None:
    _added(do)
    plan = do("plan", "--from", "2031-02-20T00:00+01:00", "--to", "2031-03-03T00:00+01:00",
              "--audience", "patient", "--json")["notices"]  # fmt: skip
    assert [row["occasion"] for row in plan if row["window"] == "test-1" and row["sent"]] == [
        "reminder",
        "reminder",
        "reminder",
        "last-call",
        "started",
        "ended",
    ]


HEADER = "email,audience,language,have,systems\n"
GOOD = (
    "anna@example.org,doctor patient,pl,mojeid:bank.ing sign-zus,bank.ing\njan@example.org,reception,en,,\n"
)


def _csv(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_subscribers_are_imported_listed_and_removed(do: Do, tmp_path: Path) -> None:
    file = _csv(tmp_path, "\ufeff" + HEADER + GOOD)
    assert do("subscribers", "import", file, "--json") == {
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "departed": 0,
        "bad": 0,
    }
    assert do("subscribers", "import", file, "--json") == {
        "added": 0,
        "updated": 0,
        "unchanged": 2,
        "departed": 0,
        "bad": 0,
    }
    people = do("subscribers", "list", "--json")["subscribers"]
    assert [(p["email"], p["audiences"], p["have"]) for p in people] == [
        ("anna@example.org", ["doctor", "patient"], ["mojeid:bank.ing", "sign-zus"]),
        ("jan@example.org", ["reception"], []),
    ]
    do("subscribers", "remove", "anna@example.org")
    assert [p["email"] for p in do("subscribers", "list", "--json")["subscribers"]] == ["jan@example.org"]


BAD = HEADER + GOOD + "not-an-address,doctor,pl,,\nx@example.org,doctr,pl,,\ny@example.org,doctor\n"


def test_one_bad_row_stops_the_import_and_all_are_named(do: Do, tmp_path: Path) -> None:
    said = do("subscribers", "import", _csv(tmp_path, BAD), status=1)
    assert "people.csv:4:1: email (cell 1): not a mail address" in said
    assert "people.csv:5:1: audience (cell 2): unknown audience `doctr`" in said
    assert "people.csv:6:1: 2 cells instead of 5" in said
    assert "x@example.org" not in said
    assert "y@example.org" not in said
    assert do("subscribers", "list", "--json")["subscribers"] == []


def test_bad_rows_can_be_skipped(do: Do, tmp_path: Path) -> None:
    assert "2 added" in do("subscribers", "import", _csv(tmp_path, BAD), "--skip-bad")


HOSTILE = [
    ("an empty file", b"", "the file is empty"),
    ("another header", b"mail,who\n", "the header is not as expected"),
    ("another encoding", (HEADER + GOOD).encode("utf-16"), "is not UTF-8"),
    ("binary", HEADER.encode() + b"a\0b,doctor,pl,,\n", "no CSV file"),
    ("an open quote", HEADER.encode() + b'"a@example.org,doctor,pl,,\n', "is no CSV"),
    ("an address twice", (HEADER + GOOD + GOOD).encode(), "this address is here twice"),
]


@pytest.mark.parametrize(("_why", "data", "said"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_what_is_no_good_list_is_refused_whole(
    do: Do, tmp_path: Path, _why: str, data: bytes, said: str
) -> None:
    assert said in do("subscribers", "import", _csv(tmp_path, data), status=1)
    assert do("subscribers", "list", "--json")["subscribers"] == []


def test_the_outbox_of_a_new_state_is_empty(do: Do) -> None:
    assert set(do("outbox", "stats", "--json")["counts"].values()) == {0}
    assert do("outbox", "list", "--json") == {"mails": []}
    assert "0 mails" in do("outbox", "retry")
