"""Settings: the file as it is shipped, the environment over it, and secrets apart from both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from notifier.config import Settings, default_config, read_secrets
from notifier.config.report import Report
from notifier.config.settingsfile import SettingsFile
from notifier.model import InputProblems, Problem

NONE: Mapping[str, str] = {}


def read(folder: Path, text: str, environ: Mapping[str, str] = NONE) -> tuple[Settings, list[Problem]]:
    (folder / "notifier.toml").write_text(text)
    report = Report()
    return SettingsFile(folder, environ, report).settings, report.problems


def test_the_shipped_file_has_every_setting_with_its_default(tmp_path: Path) -> None:
    shipped = (default_config() / "notifier.toml").read_text()
    settings, problems = read(tmp_path, shipped)
    assert problems == []
    assert settings == Settings()
    written = re.sub(r"^# (?=[a-z_]+ = )", "", shipped, flags=re.MULTILINE)
    written = written.replace("doctor =", "# doctor =")
    settings, problems = read(tmp_path, written)
    assert problems == []
    assert settings == Settings()
    for name, section in Settings.model_fields.items():
        assert f"[{name}" in written
        for key in getattr(section.annotation, "model_fields", {}):
            assert re.search(rf"^{key} = |^\[{name}\.{key}\]", written, re.MULTILINE), key


ENVIRONMENT = [
    ("text", "NOTIFIER_MAIL__RELAY", "smtp://127.0.0.1:25", "mail", "relay", "smtp://127.0.0.1:25"),
    ("a number", "NOTIFIER_MAIL__CONNECTIONS", "7", "mail", "connections", 7),
    ("a list", "NOTIFIER_SITE__LANGUAGES", "en, pl", "site", "languages", ("en", "pl")),
    ("nothing", "NOTIFIER_WEB__LISTEN", "", "web", "listen", ""),
    ("a length of time", "NOTIFIER_SCHEDULE__SETTLE", "0s", "schedule", "settle", timedelta(0)),
    (
        "reminders",
        "NOTIFIER_SCHEDULE__REMINDERS",
        "2h,3d",
        "schedule",
        "reminders",
        {"default": (timedelta(days=3), timedelta(hours=2)), "doctor": (timedelta(days=5),)},
    ),
    (
        "one audience's reminders",
        "NOTIFIER_SCHEDULE__REMINDERS__DOCTOR",
        "1d",
        "schedule",
        "reminders",
        {"default": (timedelta(days=9),), "doctor": (timedelta(days=1),)},
    ),
]


@pytest.mark.parametrize(
    ("sentence", "name", "value", "section", "key", "meant"), ENVIRONMENT, ids=[row[0] for row in ENVIRONMENT]
)
def test_the_environment_goes_before_the_file(
    tmp_path: Path, sentence: str, name: str, value: str, section: str, key: str, meant: object
) -> None:
    text = (
        '[mail]\nrelay = "smtps://x"\nconnections = 2\n[site]\nlanguages = ["pl"]\n[web]\nlisten = "[::1]:80"\n'
        '[schedule.reminders]\ndefault = ["9d"]\ndoctor = ["5d"]\n'
    )
    settings, problems = read(tmp_path, text, {name: value, "HOME": "/x", "NOTIFIER_STATE": "var"})
    assert problems == []
    assert getattr(getattr(settings, section), key) == meant, sentence


MISTAKEN = [
    ("a slip", "NOTIFIER_MAIL__RELY", "x", "NOTIFIER_MAIL__RELY is no setting", "NOTIFIER_MAIL__RELAY"),
    ("one underscore", "NOTIFIER_MAIL_RELAY", "x", "is no setting", "NOTIFIER_MAIL__RELAY"),
    ("a word for a number", "NOTIFIER_MAIL__CONNECTIONS", "many", "NOTIFIER_MAIL__CONNECTIONS: ", "digits"),
    ("no address", "NOTIFIER_WEB__LISTEN", "8080", "NOTIFIER_WEB__LISTEN: `listen`", "127.0.0.1:8080"),
    (
        "a login in the address",
        "NOTIFIER_MAIL__RELAY",
        "smtp://u:s3cret@h",
        "a user or password",
        "relay-user",
    ),
    ("no store", "NOTIFIER_STORE__URL", "mysql://u:s3cret@h/n", "is no store", "postgresql://"),
    ("no language", "NOTIFIER_SITE__LANGUAGES", "pl,xx", "`xx` is no language code", "pl"),
]


@pytest.mark.parametrize(
    ("sentence", "name", "value", "what", "remedy"), MISTAKEN, ids=[row[0] for row in MISTAKEN]
)
def test_a_mistaken_variable_is_named(
    tmp_path: Path, sentence: str, name: str, value: str, what: str, remedy: str
) -> None:
    _, (problem,) = read(tmp_path, "", {name: value})
    assert (problem.file, problem.line, problem.column) == ("environment", 1, 1), sentence
    assert what in problem.what
    assert remedy in problem.remedy
    assert "s3cret" not in str(problem)


FORMS = [
    ("a site with a path, without its last slash", "site", "base_url", "https://x.pl/p/", "https://x.pl/p"),
    ("a site without a scheme", "site", "base_url", "x.pl", None),
    ("a site with a query", "site", "base_url", "https://x.pl/?a", None),
    ("a site with a port that is none", "site", "base_url", "https://x.pl:http", None),
    ("a sender with a name", "mail", "sender", "Przerwy <p@x.pl>", "Przerwy <p@x.pl>"),
    ("a sender in national letters", "mail", "sender", "p@żółw.pl", "p@żółw.pl"),
    ("a sender that is a name", "mail", "sender", "Przerwy", None),
    ("a sender of two lines", "mail", "sender", "p@x.pl\\nBcc: q@x.pl", None),
    ("a contact that is a number", "site", "contact", "19 239", None),
    ("a relay with starttls", "mail", "relay", "smtp+starttls://m.x.pl:587", "smtp+starttls://m.x.pl:587"),
    ("a relay with a path", "mail", "relay", "smtp://m.x.pl/in", None),
    ("a relay that is a host", "mail", "relay", "m.x.pl:25", None),
    ("listening on IPv6", "web", "listen", "[::1]:8080", "[::1]:8080"),
    ("listening on any free port", "web", "listen", "127.0.0.1:0", "127.0.0.1:0"),
    ("listening on a port alone", "web", "listen", ":8080", None),
    ("listening beyond the last port", "web", "listen", "127.0.0.1:70000", None),
    ("a store in SQLite", "store", "url", "sqlite:////var/n.db", "sqlite:////var/n.db"),
    ("a store in PostgreSQL", "store", "url", "postgresql+psycopg://h/n", "postgresql+psycopg://h/n"),
    ("a store that is a path", "store", "url", "/var/n.db", None),
]


@pytest.mark.parametrize(
    ("sentence", "section", "key", "text", "meant"), FORMS, ids=[row[0] for row in FORMS]
)
def test_addresses(
    tmp_path: Path, sentence: str, section: str, key: str, text: str, meant: str | None
) -> None:
    settings, problems = read(tmp_path, f'[{section}]\n{key} = "{text}"\n')
    if meant is None:
        (problem,) = problems
        assert (problem.line, problem.column) == (2, 1), sentence
        assert problem.remedy
    else:
        assert problems == []
        assert getattr(getattr(settings, section), key) == meant


def test_a_list_of_reminders_is_for_everybody(tmp_path: Path) -> None:
    settings, problems = read(tmp_path, '[schedule]\nreminders = ["2h", "3d"]\n')
    assert problems == []
    assert settings.schedule.reminders == {"default": (timedelta(days=3), timedelta(hours=2))}


def test_every_broken_line_is_named_with_its_place(tmp_path: Path) -> None:
    text = '[mail\nrelay = smtp\n[site]\nname = "x"\nname = "y"\n\n[web]\nlisten = "::"\nlist = [1,\n2]\n'
    _, problems = read(tmp_path, text)
    assert [(problem.line, problem.column) for problem in sorted(problems)] == [
        (1, 6), (2, 9), (5, 11), (8, 1), (9, 1),
    ]  # fmt: skip


def test_a_mistake_in_one_setting_leaves_the_others_standing(tmp_path: Path) -> None:
    settings, problems = read(
        tmp_path, '[site]\nbase_url = "?"\nlanguages = ["pl"]\n[mail]\nconnections = 0\n'
    )
    assert len(problems) == 2
    assert settings.site.languages == ("pl",)
    assert settings.mail.connections == 4


def credentials(folder: Path, **files: bytes) -> dict[str, str]:
    for name, content in files.items():
        (folder / name.replace("_", "-")).write_bytes(content)
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def test_secrets_come_from_the_credentials_directory_and_are_not_shown(tmp_path: Path) -> None:
    secrets = read_secrets(credentials(tmp_path, relay_user=b"jan\n", relay_password=b"tajne haslo\r\n"))
    assert (secrets.relay_user, secrets.relay_password) == ("jan", "tajne haslo")
    assert "jan" not in repr(secrets)
    assert "tajne" not in repr(secrets)
    assert read_secrets({}).relay_user == ""
    assert read_secrets({"CREDENTIALS_DIRECTORY": str(tmp_path / "nowhere")}).relay_password == ""


UNFIT = [
    ("a password alone", {"relay_password": b"tajne"}, "is missing"),
    ("a user alone", {"relay_user": b"jan"}, "is missing"),
    ("two lines", {"relay_user": b"jan", "relay_password": b"taj\nne"}, "is not one line of text"),
    ("nothing", {"relay_user": b"jan", "relay_password": b""}, "is not one line of text"),
    ("bytes", {"relay_user": b"jan", "relay_password": b"\xff"}, "is not UTF-8"),
    ("a book", {"relay_user": b"jan", "relay_password": b"tajne" * 1000}, "is not one line of text"),
]


@pytest.mark.parametrize(("sentence", "files", "what"), UNFIT, ids=[row[0] for row in UNFIT])
def test_secrets_that_cannot_be_are_named_and_not_shown(
    tmp_path: Path, sentence: str, files: dict[str, bytes], what: str
) -> None:
    with pytest.raises(InputProblems) as caught:
        read_secrets(credentials(tmp_path, **files))
    (problem,) = caught.value.problems
    assert what in problem.what, sentence
    assert "taj" not in str(problem)
