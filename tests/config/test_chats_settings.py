"""``[[chats]]``: channels that are told, each mistake at the table it is in, and the addresses apart."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from notifier.config import CHAT_FILE, Settings, load, receiver_secrets
from notifier.model import InputProblems, Occasion
from tests.config.planting import GOOD
from tests.config.test_webhooks_settings import line_of, problems, write

TWO = """
[[chats]]
id = "team"

[[chats]]
id = "doctors"
language = "en"
audiences = ["doctor"]
systems = ["gate.login"]
occasions = ["last-call"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The good configuration, to be written to."""
    shutil.copytree(GOOD, tmp_path / "good")
    return tmp_path / "good" / "config"


def test_what_is_written_is_what_is_meant(config: Path) -> None:
    write(config, TWO)
    team, doctors = load(config, config.parent / "templates").settings.chats
    assert (team.id, team.language, team.audiences, team.systems, team.occasions) == ("team", "", (), (), ())
    assert (doctors.language, doctors.audiences, doctors.systems, doctors.occasions) == (
        "en",
        ("doctor",),
        ("gate.login",),
        (Occasion.LAST_CALL,),
    )


MISTAKES = [
    ("An unknown audience.", '["doctor"]', '["docter"]', "audiences", "unknown audience `docter`"),
    ("An unknown system.", "gate.login", "gate.logon", "systems", "unknown system `gate.logon`"),
    ("An unknown occasion.", '"last-call"', '"lastcall"', "occasions", "`lastcall`"),
    (
        "A language that the site has not.",
        '"en"',
        '"de"',
        "language",
        "unknown language `de`; known here: `pl`, `en`",
    ),
    ("A key that is none.", "systems =", "system =", "system =", "unknown key"),
    ("The address.", "systems = [", 'url = "slack://s3cret"#', "url", "chat- and the id"),
    ("The address by another name.", "systems = [", 'address = "s3cret"#', "address", "chat- and the id"),
    ("A secret.", "systems = [", 'password = "s3cret"#', "password", "chat- and the id"),
    ("An id that is none.", '"doctors"', '"../doctors"', 'id = "..', "cannot be an id"),
    ("An id that another chat has.", '"doctors"', '"team"', 'id = "team"', "the id `team` twice"),
]


@pytest.mark.parametrize(
    ("_sentence", "old", "new", "line", "said"), MISTAKES, ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_told_where_it_is(
    config: Path, _sentence: str, old: str, new: str, line: str, said: str
) -> None:
    write(config, TWO.replace(old, new, 1))
    (problem,) = problems(config)
    assert said in problem
    assert "s3cret" not in problem
    assert problem.startswith(f"{line_of(config, line, -1)}:"), problem


def test_webhooks_and_chats_share_their_names(config: Path) -> None:
    write(config, f'{TWO}\n[[webhooks]]\nid = "doctors"\nurl = "https://ward.example.org/"\n')
    (problem,) = problems(config)
    assert "the id `doctors` twice; each has one of its own" in problem
    line = line_of(config, 'id = "doctors"')
    assert problem.startswith(f"{line}:")


def test_without_apprise_there_are_no_chats(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert problems(config) == []
    write(config, TWO)
    (problem,) = problems(config)
    assert "apprise, which is not installed; pip install 'notifier[chat]'" in problem
    assert problem.startswith(f"{line_of(config, '[[chats]]')}:")


def test_addresses_stand_in_files_of_their_own(config: Path, tmp_path: Path) -> None:
    write(config, TWO)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    environ = {"CREDENTIALS_DIRECTORY": str(secrets)}
    (secrets / "chat-team").write_text("slack://s3cret\n")
    assert problems(config, **environ) == []
    (secrets / "chat-doctors").write_text("slack://s3cret\nslack://other")
    (problem,) = problems(config, **environ)
    assert "chat-doctors" in problem
    assert "s3cret" not in problem
    with pytest.raises(InputProblems):
        receiver_secrets(environ, CHAT_FILE, ["team", "doctors"])
    assert receiver_secrets(environ, CHAT_FILE, ["team"]) == {"team": "slack://s3cret"}


def test_there_are_none_by_default() -> None:
    assert Settings().chats == ()
