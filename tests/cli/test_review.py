"""Drafts on the command line: what a person sees of one, and what comes of their word on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifier.cli import call, options
from notifier.config import Config
from notifier.config.sources import SourceKind, SourceSpec, Trust
from notifier.cycle import Cycle
from notifier.daemon import SystemClock
from notifier.model import Impact, Status
from notifier.sources import Claim, Statement
from notifier.store import NewSubscriber, Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAID = Claim(
    key="1",
    systems=("pz",),
    start=datetime(2031, 3, 1, 19, 0, tzinfo=UTC),
    end=datetime(2031, 3, 2, 5, 0, tzinfo=UTC),
    impact=Impact.OUTAGE,
    status=Status.CONFIRMED,
    published=None,
    url="https://example.org/przerwa",
    evidence="W nocy z 1 na 2 marca w godzinach 20:00 - 6:00 [nie] zadziała profil zaufany.",
    sure=True,
    problems=(),
)

Do = Callable[..., Any]


@pytest.fixture
def do(
    shipped: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Do:
    """``do("windows", …)`` where a source under review, r, is configured; ``do(Claim, …)`` lets it speak."""
    source = SourceSpec("r", SourceKind.FEED, "Urząd", Trust.REVIEW, url="http://127.0.0.1/")
    config = replace(shipped, sources=(source,))
    monkeypatch.setattr(options, "read_config", lambda *_: config)
    monkeypatch.setenv("NOTIFIER_STATE", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'notifier.db'}"

    def go(*arguments: Any, status: int = 0) -> Any:
        if not arguments or isinstance(arguments[0], Claim):
            store = Store.open(url)
            store.subscribers.import_([NewSubscriber("ola@example.pl", ("patient",), "pl")], "test", NOW)
            now = SystemClock().now()
            Cycle(config, store).run_pass(
                now, publish=False, said=[Statement("r", now, arguments, complete=False)]
            )
            store.close()
            capsys.readouterr()
            return None
        got = call(list(arguments))
        out, err = capsys.readouterr()
        assert got == status, err
        return json.loads(out) if "--json" in arguments and not status else out + err

    return go


def _draft(do: Do) -> Any:
    (draft,) = do("windows", "list", "--drafts", "--json")["drafts"]
    return draft


def test_a_draft_is_shown_with_its_evidence_and_what_would_be_told_to_whom(do: Do) -> None:
    do(SAID)
    draft = _draft(do)
    assert (draft["source"], draft["window"], draft["start"]) == ("r", None, "2031-03-01T20:00:00+01:00")
    assert {"patient", "doctor"} <= {one["audience"] for one in draft["would_tell"]}
    assert {one["occasion"] for one in draft["would_tell"]} == {"announced"}
    assert draft["would_mail"] == 1
    shown = do("windows", "list", "--drafts")
    assert SAID.evidence in shown.replace("\n", " ")
    assert "would tell patient" in shown
    assert "would send 1 mails" in shown
    assert not do("windows", "list", "--json")["windows"]  # to look changes nothing


def test_an_approved_draft_is_a_window_of_its_source_and_of_the_person(do: Do) -> None:
    do(SAID)
    id_ = _draft(do)["id"]
    do("windows", "approve", id_, "--who", "anna", "--why", "called")
    assert not do("windows", "list", "--drafts", "--json")["drafts"]
    (window,) = do("windows", "list", "--json")["windows"]
    (edition,) = do("windows", "show", window["id"], "--json")["editions"]
    assert (edition["origin"], edition["who"], window["source"]["name"]) == ("r", "anna", "Urząd")
    assert "no draft" in do("windows", "approve", id_, status=3)


def test_a_rejected_draft_does_not_come_back(do: Do) -> None:
    do(SAID)
    do("windows", "reject", _draft(do)["id"], "--why", "an old page")
    do(replace(SAID, evidence="Jeszcze raz."))
    assert "No draft" in do("windows", "list", "--drafts")
    assert not do("windows", "list", "--json")["windows"]


def test_an_edited_draft_is_published_as_it_was_put_right(do: Do) -> None:
    do(replace(SAID, start=None, end=None, sure=False, systems=(), problems=("no start",)))
    draft = _draft(do)
    assert (draft["would_tell"], draft["problems"]) == (None, ["no start"])
    assert "system" in do("windows", "approve", draft["id"], status=3)
    assert "start" in do("windows", "edit", draft["id"], "--system", "pz", status=3)
    edit = ("windows", "edit", draft["id"], "--system", "pz", "--start", "2031-03-01 21:00")
    assert "end" in do(*edit, "--end", "2031-03-01 20:00", status=3)
    do(*edit, "--end", "2031-03-02 06:00", "--impact", "degraded", "--who", "anna")
    (window,) = do("windows", "list", "--json")["windows"]
    assert (window["start"], window["systems"], window["impact"]) == (
        "2031-03-01T21:00:00+01:00",
        ["pz"],
        "degraded",
    )


def test_a_draft_about_a_window_says_what_would_change(do: Do) -> None:
    do(SAID)
    do("windows", "approve", _draft(do)["id"])
    do(replace(SAID, end=datetime(2031, 3, 2, 7, 0, tzinfo=UTC)))
    draft = _draft(do)
    assert (draft["window"], draft["differs"]) == ("pz-2031-03-01", ["end"])
    assert "changes pz-2031-03-01: end" in do("windows", "list", "--drafts")
