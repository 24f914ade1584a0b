"""``outbox`` as an operator types it: what is held, letting it go, and single mails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from notifier.cli import call, outboxing
from notifier.model import MailState, Occasion
from notifier.store import Store
from tests.store.samples import HOUR, NOW, People, Still, notice

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Two people: mails 1 and 2 held about pz-1, mail 3 held about pz-2, mail 4 free."""
    store = Store.open(f"sqlite:///{tmp_path / 'notifier.db'}")
    people = People(store, 2)
    (one,) = people.notice(notice("pz-1"))
    (two,) = people.notice(notice("pz-2", occasion=Occasion.CHANGED))
    (free,) = people.notice(notice("pz-3"))
    people.send(
        people.mail(0, (one,), held=True),
        people.mail(1, (one,), held=True, send_at=NOW + HOUR),
        people.mail(0, (two,), held=True),
        people.mail(1, (free,)),
    )
    yield people
    store.close()


@pytest.fixture
def run(
    quick: None,
    people: People,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """``run("release", "--all")``: one command of ``outbox``; ``typed`` is what somebody at a terminal answers."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(outboxing, "SystemClock", Still)
    where = ["--config", str(ROOT / "config"), "--state", str(tmp_path)]

    def go(*arguments: str, typed: str | None = None) -> tuple[int, str, str]:
        if typed is not None:
            monkeypatch.setattr("sys.stdin", Terminal(typed))
        status = call(["outbox", *arguments, *where])
        return (status, *capsys.readouterr())

    return go


class Terminal:
    """Somebody types one line."""

    def __init__(self, typed: str) -> None:
        self._typed = typed

    def isatty(self) -> bool:
        return True

    def readline(self, *_: Any) -> str:
        return f"{self._typed}\n"


def states(people: People) -> str:
    return " ".join(str(state) for _, state in sorted(people.states().items()))


def test_it_says_what_and_to_how_many_and_asks(run: Run, people: People) -> None:
    status, out, err = run("release", "--all", typed="y")
    assert status == 0
    assert [line.split()[:5] for line in out.splitlines()[1:3]] == [
        ["pz-1", "announced", "major", "2", "2"],
        ["pz-2", "changed", "major", "1", "1"],
    ]
    assert "3 held mails to 2 people" in out
    assert "3 mails let go" in out
    assert states(people) == "waiting waiting waiting waiting"
    assert max(map(len, out.splitlines())) <= 80
    assert "3 mails to 2 people will be released. Go on?" in err


def test_a_no_leaves_everything(run: Run, people: People) -> None:
    status, _, _ = run("release", "--all", typed="n")
    assert (status, states(people)) == (3, "held held held waiting")


def test_where_nobody_can_be_asked_it_wants_a_yes(run: Run, people: People) -> None:
    status, _, err = run("release", "--all")
    assert (status, states(people)) == (2, "held held held waiting")
    assert "--yes" in err
    assert run("release", "--all", "--yes")[0] == 0
    assert states(people) == "waiting waiting waiting waiting"


DONE = [
    ("Only the news about one window.", ["release", "--window", "pz-1"], "waiting waiting held waiting", 2),
    ("Only mails with these numbers.", ["release", "3", "1"], "waiting held waiting waiting", 2),
    ("A number of nothing held is no harm.", ["release", "4", "77"], "held held held waiting", 0),
    ("Dropped instead.", ["drop", "--window", "pz-1"], "superseded superseded held waiting", 2),
    ("All of them dropped.", ["drop", "--all"], "superseded superseded superseded waiting", 3),
]


@pytest.mark.parametrize(("_sentence", "arguments", "after", "count"), DONE, ids=[row[0] for row in DONE])
def test_which_ones(
    run: Run, people: People, _sentence: str, arguments: list[str], after: str, count: int
) -> None:
    status, out, err = run(*arguments, "--yes", "--json")
    assert (status, err) == (0, "")
    assert list(json.loads(out).values()) == [count]
    assert states(people) == after


@pytest.mark.parametrize("arguments", [[], ["--all", "1"], ["--all", "--window", "pz-1"]])
@pytest.mark.parametrize("command", ["release", "drop"])
def test_which_ones_must_be_said_once(run: Run, people: People, command: str, arguments: list[str]) -> None:
    status, _, err = run(command, *arguments, "--yes")
    assert (status, states(people)) == (2, "held held held waiting")
    assert "say which" in err


def test_retry_lets_go_only_what_is_named(run: Run, people: People) -> None:
    assert json.loads(run("retry", "--json")[1]) == {"retried": 0}
    assert json.loads(run("retry", "1", "--json")[1]) == {"retried": 1}
    assert states(people) == "waiting held held waiting"


def test_one_mail_with_all_that_is_known(run: Run, people: People) -> None:
    people.claim()
    people.settle([4], MailState.REFUSED)
    status, out, err = run("show", "4")
    assert (status, err) == (0, "")
    assert "announced of pz-3 to patient" in out
    assert "refused" in out
    assert "250 ok" in out
    assert "person" not in out.replace("<4@example.org>", "")
    assert max(map(len, out.splitlines())) <= 80
    told = json.loads(run("show", "4", "--json")[1])
    assert (told["id"], told["state"], told["standing"], told["text_kept"]) == (4, "refused", "active", True)
    assert told["tells"] == [{"window": "pz-3", "audience": "patient", "occasion": "announced", "detail": ""}]


def test_no_such_mail(run: Run) -> None:
    status, out, err = run("show", "99")
    assert (status, out) == (3, "")
    assert "there is no mail 99" in err


def test_lists_fit_80_columns(run: Run) -> None:
    for command in ("list", "stats"):
        status, out, _ = run(command)
        assert status == 0
        assert max(map(len, out.splitlines())) <= 80
    rows = json.loads(run("list", "--only", "held", "--json")[1])["mails"]
    assert [row["id"] for row in rows] == [3, 2, 1]
