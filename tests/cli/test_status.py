"""``status``: one look says how the daemon is, and its end whether somebody has to come."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifier.cli import call, state
from notifier.daemon.lock import alone_in, holder_of
from notifier.store import Store
from tests.store.samples import DAY, HOUR, MINUTE, NOW, People, Still, edition

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = Store.open(f"sqlite:///{tmp_path / 'notifier.db'}")
    yield made
    made.close()


@pytest.fixture
def run(
    quick: None,
    store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(state, "SystemClock", Still)

    def go(*arguments: str) -> tuple[int, str, str]:
        status = call(["status", "--config", str(ROOT / "config"), "--state", str(tmp_path), *arguments])
        return (status, *capsys.readouterr())

    return go


def passed(store: Store, ago: timedelta = MINUTE) -> None:
    store.marks.put("last-pass", (NOW - ago).astimezone(UTC).isoformat())


def remember(store: Store, kind: str, **more: object) -> None:
    row = {"kind": kind, "subject": "", "since": (NOW - HOUR).isoformat(), "said": "", "n": 0, "over": None}
    store.marks.put("alarms", json.dumps([{**row, "told": True, **more}]))


def held_and_open(store: Store) -> None:
    people = People(store)
    people.send(people.mail(0, held=True))


def late_mail(store: Store) -> None:
    people = People(store)
    people.send(people.mail(0, send_at=NOW - 16 * MINUTE))


def useless(store: Store) -> None:
    people = People(store)
    people.send(people.mail(0, held=True, expires_at=NOW))


Arrange = Callable[[Store], object]
CASES: list[tuple[str, Arrange, str]] = [
    ("All is well.", lambda store: None, ""),
    ("The last pass is old: it is stuck.", lambda store: passed(store, 4 * MINUTE), "no pass was made"),
    ("A brake holds mail.", held_and_open, "1 mails are held"),
    ("What is held has lost its use: nobody need come.", useless, ""),
    ("A mail waits a quarter of an hour after its time.", late_mail, "mail waits since"),
    ("The relay is away.", lambda store: remember(store, "relay", said="connect: 0 refused"), "relay since"),
    (
        "Files are not taken up.",
        lambda store: remember(store, "config", n=2, said="a.yaml:1"),
        "config since",
    ),
    ("A trouble that is over.", lambda store: remember(store, "relay", over=NOW.isoformat()), ""),
    ("An outage that leaves nothing is nobody's fault.", lambda store: remember(store, "nothing-left"), ""),
    ("A memory that cannot be read.", lambda store: store.marks.put("alarms", "{"), ""),
    ("A note that cannot be read.", lambda store: store.marks.put("daemon", "["), ""),
]


@pytest.mark.parametrize(("sentence", "arrange", "trouble"), CASES, ids=[row[0] for row in CASES])
def test_it_ends_with_3_where_a_person_is_needed(
    run: Run, store: Store, tmp_path: Path, sentence: str, arrange: Arrange, trouble: str
) -> None:
    passed(store)
    arrange(store)
    with alone_in(tmp_path):
        status, out, err = run("--json")
        shown, text, _ = run()
    told = json.loads(out)
    assert (status, shown, err) == ((3, 3, "") if trouble else (0, 0, "")), (sentence, told["troubles"])
    assert told["well"] is (not trouble)
    if trouble:
        (said,) = told["troubles"]
        assert trouble in said
        assert f"! {said[:40]}" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_daemon_that_does_not_run(run: Run, store: Store, tmp_path: Path) -> None:
    status, out, _ = run()
    assert status == 3
    assert "not running" in out
    passed(store, DAY)
    assert run()[0] == 3


def test_another_machine_on_the_same_store_is_as_good(run: Run, store: Store) -> None:
    passed(store)
    status, out, _ = run()
    assert status == 0
    assert "running on another machine" in out


def test_everything_one_wants_to_know(run: Run, store: Store, tmp_path: Path) -> None:
    passed(store)
    away = {
        "look_again": (NOW + HOUR).isoformat(),
        "relay_away_since": (NOW - 5 * MINUTE).isoformat(),
        "relay_said": "connect: 0 refused",
        "texts_unwritten": 2,
    }
    store.marks.put("daemon", json.dumps(away))
    store.editions.append([edition("pz-march")])
    people = People(store, 3)
    people.send(people.mail(0), people.mail(1, send_at=NOW - MINUTE))
    with alone_in(tmp_path):
        status, text, _ = run()
        told = json.loads(run("--json")[1])
    assert status == 0, "a relay may be away for a while"
    lines = {line[:16].strip(): line[16:] for line in text.splitlines()}
    assert lines["daemon"].startswith("running, process ")
    assert lines["last pass"] == "1 min ago"
    assert lines["next due"] == "14:00"
    assert lines["relay"] == "away since 12:55 (connect: 0 refused)"
    assert lines["outbox"] == "2 waiting; the first to go 12:59"
    assert lines["subscribers"] == "3 active"
    assert lines["sources"] == "files: news 0 s ago"
    assert lines["texts unwritten"] == "2"
    assert lines["windows next"] == "pz-march 2026-03-03 13:00"
    assert told["windows"][0]["window"] == "pz-march"
    assert told["outbox"]["waiting"] == 2
    assert told["subscribers"]["active"] == 3
    assert "@" not in text


def test_nobody_holds_a_lock_that_nobody_took(tmp_path: Path) -> None:
    assert holder_of(tmp_path) is None
    with alone_in(tmp_path):
        assert holder_of(tmp_path)
    assert holder_of(tmp_path) is None
    with alone_in(tmp_path):
        pass
