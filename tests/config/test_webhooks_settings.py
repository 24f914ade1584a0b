"""``[[webhooks]]``: one table a receiver, each mistake at the table it is in, and the secrets apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from notifier.config import HOOK_FILE, Settings, check, load, receiver_secrets
from notifier.model import InputProblems, Occasion
from tests.config.planting import GOOD

TWO = """
[[webhooks]]
id = "ward"
url = "https://ward.example.org/s3cret"

[[webhooks]]
id = "chat"
url = "http://127.0.0.1:9000/"
audiences = ["doctor"]
systems = ["gate.login", "bank.jeden"]
occasions = ["announced", "last-call"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The good configuration, to be written to."""
    shutil.copytree(GOOD, tmp_path / "good")
    return tmp_path / "good" / "config"


def write(config: Path, text: str) -> None:
    path = config / "notifier.toml"
    path.write_text(path.read_text() + text)


def problems(config: Path, **environ: str) -> list[str]:
    found = check(config, config.parent / "templates", environ)
    return [str(problem).partition("config/notifier.toml:")[2] or str(problem) for problem in found]


def line_of(config: Path, words: str, which: int = 0) -> int:
    lines = (config / "notifier.toml").read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith(words)][which]


def test_what_is_written_is_what_is_meant(config: Path) -> None:
    write(config, TWO)
    ward, chat = load(config, config.parent / "templates").settings.webhooks
    assert (ward.id, ward.url, ward.audiences, ward.occasions) == (
        "ward",
        "https://ward.example.org/s3cret",
        (),
        (),
    )
    assert chat.audiences == ("doctor",)
    assert chat.systems == ("gate.login", "bank.jeden")
    assert chat.occasions == (Occasion.ANNOUNCED, Occasion.LAST_CALL)


def test_the_address_is_in_no_repr(config: Path) -> None:
    write(config, TWO)
    assert "s3cret" not in repr(load(config, config.parent / "templates").settings)


MISTAKES = [
    ("An unknown audience.", '["doctor"]', '["docter"]', "audiences", 0, "unknown audience `docter`"),
    ("An unknown system.", "gate.login", "gate.logon", "systems", 0, "unknown system `gate.logon`"),
    ("An unknown occasion.", '"last-call"', '"lastcall"', "occasions", 0, "`lastcall`"),
    ("A mistake in the first table.", "https://ward", "ftp://ward", "url", 0, "no web address"),
    ("A mistake in the second table.", "http://127", "ftp://127", "url", 1, "no web address"),
    ("No address at all.", "http://127.0.0.1:9000/", "", "url", 1, "no web address"),
    ("A key that is none.", "systems = [", "system = [", "system = [", 0, "unknown key"),
    ("A secret in the file.", "systems = [", "secret = [", "secret", 0, "webhook- and the id"),
    ("An id that is none.", '"chat"', '"../chat"', "id = ", -1, "cannot be an id"),
]


@pytest.mark.parametrize(
    ("_sentence", "old", "new", "line", "which", "said"), MISTAKES, ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_told_where_it_is(
    config: Path, _sentence: str, old: str, new: str, line: str, which: int, said: str
) -> None:
    write(config, TWO.replace(old, new, 1))
    (problem,) = problems(config)
    assert said in problem
    assert "s3cret" not in problem
    assert problem.startswith(f"{line_of(config, line, which)}:"), problem


def test_the_same_id_twice(config: Path) -> None:
    write(config, TWO.replace('"chat"', '"ward"'))
    (problem,) = problems(config)
    assert "the id `ward` twice" in problem


def test_one_without_an_address(config: Path) -> None:
    write(config, '[[webhooks]]\nid = "ward"\n')
    (problem,) = problems(config)
    assert "`url` is missing" in problem


def test_the_environment_has_no_say(config: Path) -> None:
    (problem,) = problems(config, NOTIFIER_WEBHOOKS__URL="https://x.example")
    assert "is no setting" in problem


def test_secrets_stand_in_files_of_their_own(config: Path, tmp_path: Path) -> None:
    """One that is missing is no mistake of the files: commands that call nobody run without."""
    write(config, TWO)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "webhook-ward").write_text("whsec_abc\n")
    assert problems(config, CREDENTIALS_DIRECTORY=str(secrets)) == []
    (secrets / "webhook-chat").write_text("whsec_def\nmore")
    (problem,) = problems(config, CREDENTIALS_DIRECTORY=str(secrets))
    assert "webhook-chat" in problem
    assert "def" not in problem
    with pytest.raises(InputProblems):
        receiver_secrets({"CREDENTIALS_DIRECTORY": str(secrets)}, HOOK_FILE, ["ward", "chat"])
    (secrets / "webhook-chat").write_text("whsec_def")
    assert problems(config, CREDENTIALS_DIRECTORY=str(secrets)) == []
    assert receiver_secrets({"CREDENTIALS_DIRECTORY": str(secrets)}, HOOK_FILE, ["ward", "chat"]) == {
        "ward": "whsec_abc",
        "chat": "whsec_def",
    }
    assert receiver_secrets({}, HOOK_FILE, ["ward"]) == {}


def test_there_are_none_by_default() -> None:
    assert Settings().webhooks == ()
