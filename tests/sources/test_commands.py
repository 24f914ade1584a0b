"""``sources list``, ``sources poll`` and ``sources take``, as people and mail servers call them."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifier.cli import call, options, sourcing
from notifier.config import load
from tests.sources.conftest import ROOT
from tests.sources.examples import NOW, SENTENCES, feed, item, mail
from tests.sources.server import Reply, Site

GOOD = ROOT / "tests" / "config" / "good"


class House:
    """A configuration and a state directory, and the program called on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.config = Path(shutil.copytree(GOOD, folder / "copy")) / "config"
        self.state = folder / "var"
        self.time = NOW
        self._capsys = capsys

    def sources(self, text: str) -> None:
        (self.config / "sources.yaml").write_text(text)

    def now(self) -> datetime:
        """What the clock shows."""
        return self.time

    def call(self, *words: str) -> tuple[int, str, str]:
        status = call(["sources", *words, "--config", str(self.config), "--state", str(self.state)])
        out, err = self._capsys.readouterr()
        return status, out, err

    def json(self, *words: str) -> tuple[int, list[dict[str, Any]]]:
        status, out, _ = self.call(*words, "--json")
        return status, json.loads(out)["sources"]


@pytest.fixture
def house(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("COLUMNS", "200")
    # A small catalogue, read in no time; its templates are not those that the renderer asks for.
    monkeypatch.setattr(options, "read_config", load)
    house = House(tmp_path, capsys)
    monkeypatch.setattr(sourcing, "SystemClock", lambda: house)
    return house


@pytest.fixture
def two(house: House, site: Site) -> House:
    """A feed that says something, and one that is gone."""
    site.put(Reply(feed(item(1, SENTENCES[0].replace("Profil Zaufany", "system")))), "/good")
    house.sources(f"""
- {{id: good, kind: feed, name: Good, url: "{site.url("/good")}", systems: [gate], trust: trusted}}
- {{id: gone, kind: feed, name: Gone, url: "{site.url("/gone")}"}}
- {{id: off, kind: feed, name: Off, url: "{site.url("/off")}", enabled: false}}
""")
    return house


def test_without_sources_there_is_nothing_to_list(house: House) -> None:
    assert house.call("list")[:2] == (
        0,
        "No sources: config/sources.yaml says where else windows come from.\n",
    )
    assert house.json("list") == (0, [])
    assert not house.state.exists(), "looking leaves nothing behind"


def test_before_the_first_poll(two: House) -> None:
    status, rows = two.json("list")
    assert status == 0
    assert [(row["id"], row["trust"], row["enabled"], row["last_good"], row["trouble"]) for row in rows] == [
        ("good", "trusted", True, None, None),
        ("gone", "review", True, None, None),
        ("off", "review", False, None, None),
    ]
    _, out, _ = two.call("list")
    assert "not read yet" in out
    assert "not enabled" in out


def test_polling_shows_what_each_says_and_what_went_wrong(two: House, site: Site) -> None:
    status, results = two.json("poll")
    assert status == 3
    good, gone = results
    assert (good["id"], good["trouble"], good["complete"]) == ("good", None, False)
    (claim,) = good["claims"]
    assert claim["start"] == "2026-03-14T22:00:00+01:00"
    assert claim["systems"] == ["gate"]
    assert claim["evidence"] == SENTENCES[0].replace("Profil Zaufany", "system")
    assert (gone["id"], gone["trouble"], gone["detail"]) == ("gone", "refused", "answered 404")
    assert site.paths == ["/good", "/gone"], "what is not enabled is not asked"
    agent = site.last()["user-agent"]
    assert agent.startswith("notifier/")
    assert "+http" in agent

    _, rows = two.json("list")
    assert rows[0]["last_good"] is not None
    assert rows[0]["windows"] == 1
    assert (rows[1]["trouble"], rows[1]["failures"]) == ("refused", 1)
    for later, words in ((0, "0 min ago"), (119, "119 min ago"), (300, "5 h ago"), (3 * 24 * 60, "3 d ago")):
        two.time = NOW + timedelta(minutes=later)
        _, out, _ = two.call("list")
        assert "refused: answered 404" in out
        assert words in out
    assert "stale" in out
    assert [row["stale"] for row in two.json("list")[1]] == [True, False, False]


def test_one_can_be_read_by_name_also_when_it_is_not_enabled(two: House, site: Site) -> None:
    site.put(Reply(feed(item(1, "Nic."))), "/off")
    status, out, err = two.call("poll", "off")
    assert (status, err) == (0, "")
    assert "off  0 windows (its news)" in out
    assert site.paths == ["/off"]


def test_troubles_for_people(two: House) -> None:
    status, out, err = two.call("poll", "gone")
    assert status == 3
    assert "gone  not read: refused, answered 404" in out
    assert "not read: gone" in err


def test_a_name_that_is_none(two: House) -> None:
    status, _, err = two.call("poll", "goood")
    assert status == 3
    assert "there is no source 'goood'; did you mean good?" in err


def test_a_mistake_in_the_file_is_an_input_problem(house: House) -> None:
    house.sources("- {id: x, kind: feed, name: x}\n")
    status, _, err = house.call("list")
    assert status == 1
    assert "sources.yaml:1:3: needs a `url` or a `path`" in err


def test_silence_can_be_believed_on_request(two: House, site: Site) -> None:
    two.call("poll", "good")
    site.put(Reply(feed()), "/good")
    assert two.json("poll", "good")[1][0]["trouble"] == "suddenly-empty"
    assert two.json("poll", "good", "--believe")[1][0]["trouble"] is None


def give(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))


PIPE = "- {id: mails, kind: pipe, name: Mails, systems: [gate]}\n- {id: f, kind: feed, name: x, url: 'http://localhost'}\n"


def test_a_mail_that_is_taken_is_read_at_the_next_poll(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.sources(PIPE)
    raw = mail(SENTENCES[0].replace("Profil Zaufany", "system"))
    for said in ("taken", "known already"):
        give(raw, monkeypatch)
        assert house.call("take", "mails")[:2] == (0, f"{said}\n")
    _, (result,) = house.json("poll", "mails")
    assert [claim["start"] for claim in result["claims"]] == ["2026-03-14T22:00:00+01:00"]


@pytest.mark.parametrize(
    ("sentence", "text", "name"),
    [
        ("a name that is none", PIPE, "mail"),
        ("a source that takes no mail", PIPE, "f"),
        ("a mistake in the configuration", "- {id: mails, kind: pipe}", "mails"),
    ],
)
def test_the_mail_server_keeps_what_we_cannot_take(
    sentence: str, text: str, name: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.sources(text)
    give(mail("x"), monkeypatch)
    status, out, err = house.call("take", name)
    assert (status, out) == (os.EX_TEMPFAIL, "")
    assert err


def test_a_full_disk_is_ours_to_mend(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.sources(PIPE)
    house.state.write_text("a file in the place of the folder")
    give(mail("x"), monkeypatch)
    assert house.call("take", "mails")[0] == os.EX_TEMPFAIL
