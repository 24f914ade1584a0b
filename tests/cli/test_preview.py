"""``preview`` shows what the daemon would send: the same code, the same words, the same means."""

from __future__ import annotations

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from notifier.cli import call

ROOT = Path(__file__).resolve().parents[2]
Written = Callable[..., dict[str, bytes]]


@pytest.fixture
def preview(quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Written:
    """``preview("--have", …)``: the three files of a patient's Polish mail, by suffix."""

    def go(*arguments: str) -> dict[str, bytes]:
        where = ["--config", str(ROOT / "config"), "--state", str(tmp_path / "state"), "--out", str(tmp_path)]
        which = ["pz-2024-01-19", "--audience", "patient", "--lang", "pl"]
        assert call(["preview", *which, *where, *arguments, "--json"]) == 0
        files = map(Path, json.loads(capsys.readouterr().out)["files"])
        return {path.suffix: path.read_bytes() for path in files}

    return go


def test_with_means_it_speaks_to_those_who_have_them(preview: Written) -> None:
    nobody = preview()[".txt"].decode()
    somebody = preview("--have", "pz-bank:bank.alior", "--have", "mojeikp-pin")[".txt"].decode()
    assert "Masz konto w Alior Banku" in somebody
    assert "Masz konto" not in nobody


def test_the_mail_holds_what_the_files_say(preview: Written) -> None:
    files = preview("--have", "mobywatel")
    mail = message_from_bytes(files[".eml"], policy=policy.default)
    text, html, calendar = mail.iter_parts()  # type: ignore[attr-defined]
    assert text.get_content().strip().splitlines()[0] == files[".txt"].decode().strip().splitlines()[0]
    assert calendar.get_content_type() == "text/calendar"
    assert html.get_content_type() == "text/html"


@pytest.mark.parametrize("have", ["teleport", "mojeid:bank.nowhere", "mobywatel:bank.ing"])
def test_means_that_do_not_exist_are_wrong_usage(
    quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], have: str
) -> None:
    arguments = ["preview", "pz-2024-01-19", "--out", str(tmp_path), "--have", have]
    assert call([*arguments, "--config", str(ROOT / "config"), "--state", str(tmp_path)]) == 2
    assert "--have" in capsys.readouterr().err
