"""``config/sources.yaml``: what is in it, and every mistake in it at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from ruamel.yaml import YAML

from notifier.config import schemas
from notifier.config.report import Report
from notifier.config.sheets import Sheets
from notifier.config.sources import SourceKind, SourceSpec, Trust, read_sources, source_logins
from notifier.model import Problem

ROOT = Path(__file__).resolve().parents[2]

GOOD = """
- id: everything
  kind: calendar
  name: Operator
  path: more/windows.ics
  page: https://example.org/przerwy
  systems: [pz]
  names: {Logowanie: [pz.login], Sklep: []}
  trust: trusted
  every: 1h30m
  stale_after: 2d
  horizon: 30d
  zone: Europe/London
  enabled: false
- {id: page, kind: page, name: x, url: "https://example.org/?a=b", selector: main, items: article,
   published: time, robots: false}
- {id: mails, kind: pipe, name: x, trust: trusted, senders: ["@bank.example.org"]}
- {id: box, kind: imap, name: x, url: "imaps://mail.example.org/Banks"}
"""


Read = Callable[[str], tuple[tuple[SourceSpec, ...], list[Problem]]]


@pytest.fixture
def read(sheets: Sheets, tmp_path: Path) -> Read:
    def from_text(text: str) -> tuple[tuple[SourceSpec, ...], list[Problem]]:
        (tmp_path / "sources.yaml").write_text(text)
        report = Report()
        return read_sources(tmp_path, sheets, report)[0], report.problems

    return from_text


def test_everything_that_can_be_said(read: Read, tmp_path: Path) -> None:
    (first, page, mails, box), problems = read(GOOD)
    assert problems == []
    assert first == SourceSpec(
        id="everything",
        kind=SourceKind.CALENDAR,
        name="Operator",
        trust=Trust.TRUSTED,
        path=tmp_path / "more" / "windows.ics",
        page="https://example.org/przerwy",
        systems=("pz",),
        names={"Logowanie": ("pz.login",), "Sklep": ()},
        every=timedelta(minutes=90),
        stale_after=timedelta(days=2),
        horizon=timedelta(days=30),
        zone=ZoneInfo("Europe/London"),
        enabled=False,
    )
    assert (page.selector, page.items, page.published, page.obey_robots) == ("main", "article", "time", False)
    assert (mails.trust, mails.senders) == (Trust.TRUSTED, ("@bank.example.org",))
    assert (box.trust, box.every, box.stale_after) == (Trust.REVIEW, timedelta(hours=1), timedelta(days=1))
    assert "a=b" not in repr(page), "an address may hold a secret"


def test_without_the_file_there_are_none(sheets: Sheets, tmp_path: Path) -> None:
    assert read_sources(tmp_path, sheets, Report()) == ((), [])


def entry(**keys: str) -> str:
    given = {"kind": "feed", "name": "x", "url": "https://example.org/feed", **keys}
    return "- id: tried\n" + "".join(f"  {key}: {value}\n" for key, value in given.items() if value)


MISTAKES = [
    ("a kind that is none", entry(kind="fed"), 2, "fed"),
    ("no kind", entry(kind=""), 1, "kind"),
    ("no name", entry(name=""), 1, "name"),
    ("no address", entry(url=""), 1, "needs a `url` or a `path`"),
    ("an address and a file", entry(path="x.xml"), 1, "and not both"),
    ("an address that is none", entry(url="example.org"), 4, "is no address"),
    ("a port that is none", entry(url="https://example.org:x/"), 4, "is no address"),
    ("a password in an address", entry(url="https://me:hunter2@example.org/"), 4, "holds a user or password"),
    ("a mailbox for a feed", entry(url="imaps://example.org/INBOX"), 4, "is no web address"),
    ("a page for a mailbox", entry(kind="imap"), 4, "is no mailbox"),
    ("a mailbox without an address", entry(kind="imap", url=""), 1, "needs a `url`"),
    (
        "a mailbox open to all",
        entry(kind="imap", url="imap://mail.example.org/x"),
        4,
        "give away the password",
    ),
    ("an address for a pipe", entry(kind="pipe"), 4, "`url` means nothing to the kind `pipe`"),
    ("a selector for a feed", entry(selector="main"), 5, "`selector` means nothing"),
    ("a horizon for a page", entry(kind="page", horizon="7d"), 5, "`horizon` means nothing"),
    ("notices without a part", entry(kind="page", items="li"), 5, "stand within `selector`"),
    (
        "mails from anybody, trusted",
        entry(kind="pipe", url="", trust="trusted"),
        4,
        "anybody can write a mail",
    ),
    ("a system that is none", entry(systems="[pz, pzz]"), 5, "unknown system `pzz`"),
    ("a system that is none, by name", entry(names="{A: [pz], B: [nope]}"), 5, "unknown system `nope`"),
    ("too often", entry(every="10s"), 5, "a minute at least"),
    ("a length that is none", entry(every="soon"), 5, "is not a length of time"),
    ("a zone that is none", entry(kind="calendar", zone="Mars"), 5, "is no time zone"),
    ("a trust that is none", entry(trust="some"), 5, "some"),
    ("a key that is none", entry(evry="1h"), 5, "evry"),
    ("a page that is no address", entry(page="www.example.org"), 5, "is no web address"),
    ("a name that stands for the files", entry().replace("tried", "files"), 1, "is taken"),
    ("one name twice", entry() + entry(), 5, "is taken"),
    ("no list", "tried: {}", 1, "a list of entries"),
]


@pytest.mark.parametrize(("sentence", "text", "line", "what"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_mistakes(sentence: str, text: str, line: int, what: str, read: Read) -> None:
    _, problems = read(text)
    assert any(problem.line == line and what in problem.what for problem in problems), problems
    assert len(problems) == 1, problems
    assert "hunter2" not in str(problems)


def test_all_mistakes_are_told_at_once(read: Read) -> None:
    texts = [text for _, text, _, _ in MISTAKES[:-3]]
    whole = "".join(text.replace("tried", f"tried-{number}") for number, text in enumerate(texts))
    assert len(read(whole)[1]) == len(texts)


def test_logins_are_credentials(tmp_path: Path, read: Read) -> None:
    (*_, box), _ = read(GOOD)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert source_logins({}, [box]) == {}
    assert source_logins(environ, [box]) == {}
    (tmp_path / "source-box-user").write_text("me\n")
    assert source_logins(environ, [box]) == {}
    (tmp_path / "source-box-password").write_text("zażółć\n")
    assert source_logins(environ, [box]) == {"box": ("me", "zażółć")}


def plain(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


@pytest.mark.parametrize(
    "text", [GOOD, (ROOT / "config" / "sources.yaml").read_text()], ids=["all keys", "shipped"]
)
def test_good_files_fit_the_schema(text: str) -> None:
    jsonschema.validate(plain(text), json.loads(schemas()["sources.json"]))


@pytest.mark.parametrize(
    "slip", [{"kind": "fed"}, {"every": "soon"}, {"evry": "1h"}, {"systems": "pz"}], ids=str
)
def test_slips_do_not_fit_the_schema(slip: dict[str, str]) -> None:
    good = {"id": "x", "kind": "feed", "name": "x", "url": "https://example.org"}
    schema = json.loads(schemas()["sources.json"])
    jsonschema.validate([good], schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**good, **slip}], schema)


def test_what_is_shipped_is_good_switched_off_and_trusts_nobody(sheets: Sheets) -> None:
    report = Report()
    shipped, _ = read_sources(ROOT / "config", sheets, report)
    assert report.problems == []
    assert shipped
    for source in shipped:
        assert not source.enabled, source.id
        assert source.trust is Trust.REVIEW, source.id


def test_the_example_in_comments_is_good(read: Read) -> None:
    text = (ROOT / "config" / "sources.yaml").read_text()
    uncommented = "\n".join(
        line.removeprefix("# ")
        for line in text.splitlines()
        if line.startswith(("# - ", "#   ")) and ":" in line
    )
    examples = uncommented[uncommented.index("- id: clinic-software") :]
    specs, problems = read(examples)
    assert problems == []
    assert [spec.id for spec in specs] == ["clinic-software", "bank-mails"]
