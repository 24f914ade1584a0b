"""Settings for mail that comes back: where it goes, where it is read, and with which login."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from notifier.config import Settings, read_secrets, read_settings
from notifier.mail.bounces import ReturnPaths
from notifier.model import InputProblems

FORMS = [
    ("an address for returned mail", "mail", "bounces", "zwroty@x.pl", "zwroty@x.pl"),
    ("none", "mail", "bounces", "", ""),
    ("an address as long as fits", "mail", "bounces", "b" * 33 + "@x.pl", "b" * 33 + "@x.pl"),
    ("an address too long for number and signature", "mail", "bounces", "b" * 34 + "@x.pl", None),
    ("an address with a name", "mail", "bounces", "Zwroty <zwroty@x.pl>", None),
    ("an address in national letters", "mail", "bounces", "zwroty@żółw.pl", None),
    ("a mailbox", "bounces", "imap", "imaps://mail.x.pl/INBOX", "imaps://mail.x.pl/INBOX"),
    ("a mailbox on another port", "bounces", "imap", "imaps://mail.x.pl:1993/a/b", "imaps://mail.x.pl:1993/a/b"),
    ("a mailbox on this machine, in the clear", "bounces", "imap", "imap://127.0.0.1/x", "imap://127.0.0.1/x"),
    ("a mailbox elsewhere, in the clear", "bounces", "imap", "imap://mail.x.pl/INBOX", None),
    ("a mailbox with a login", "bounces", "imap", "imaps://u:tajne@mail.x.pl/INBOX", None),
    ("a mailbox of another kind", "bounces", "imap", "pop3://mail.x.pl", None),
    ("a folder that would end its quotation", "bounces", "imap", "imaps://mail.x.pl/a'\\\"b", None),
    ("a folder for what is done", "bounces", "done", "Zwroty/Stare 2026", "Zwroty/Stare 2026"),
    ("a folder with a line break", "bounces", "done", "a\\r\\nb", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "section", "key", "text", "meant"), FORMS, ids=[row[0] for row in FORMS]
)
def test_forms(tmp_path: Path, sentence: str, section: str, key: str, text: str, meant: str | None) -> None:
    (tmp_path / "notifier.toml").write_text(f'[{section}]\n{key} = "{text}"\n')
    if meant is not None:
        assert getattr(getattr(read_settings(tmp_path, {}), section), key) == meant, sentence
        return
    with pytest.raises(InputProblems) as caught:
        read_settings(tmp_path, {})
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, 1), sentence
    assert problem.remedy
    assert "tajne" not in str(problem)


@pytest.mark.parametrize("doubt", ["0", "101", "half"])
def test_doubt_is_a_percentage(tmp_path: Path, doubt: str) -> None:
    with pytest.raises(InputProblems):
        read_settings(tmp_path, {"NOTIFIER_BOUNCES__DOUBT": doubt})


def test_what_the_settings_allow_can_carry_return_paths() -> None:
    longest = Settings.model_validate({"mail": {"bounces": "b" * 33 + "@example.org"}}).mail.bounces
    assert len(ReturnPaths(longest, b"k").of(2**63 - 1).partition("@")[0]) == 64


def test_the_settings_can_be_read_alone_whatever_stands_beside_them(tmp_path: Path) -> None:
    (tmp_path / "windows").mkdir()
    (tmp_path / "windows" / "x.yaml").write_text("{")
    settings = read_settings(tmp_path, {"NOTIFIER_BOUNCES__EVERY": "90s"})
    assert settings.bounces.every == timedelta(seconds=90)


def test_the_login_at_the_mailbox_comes_from_credentials_and_is_not_shown(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    (tmp_path / "bounces-user").write_text("jan\n")
    with pytest.raises(InputProblems, match="bounces-password"):
        read_secrets(environ)
    (tmp_path / "bounces-password").write_text("tajne\n")
    secrets = read_secrets(environ)
    assert (secrets.bounces_user, secrets.bounces_password) == ("jan", "tajne")
    assert (secrets.relay_user, secrets.relay_password) == ("", "")
    assert "jan" not in repr(secrets)
    assert "tajne" not in repr(secrets)
