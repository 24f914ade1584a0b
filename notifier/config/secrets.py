"""Secrets: files in ``$CREDENTIALS_DIRECTORY``, as systemd's ``LoadCredential=`` puts them there.

They are never in ``notifier.toml``, which people copy and show around, and never in the environment,
which is passed on to every process that is started.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notifier.config.report import START, Report
from notifier.model import InputProblems

DIRECTORY = "CREDENTIALS_DIRECTORY"
LOGIN_FILES = ("relay-user", "relay-password")
MAILBOX_FILES = ("bounces-user", "bounces-password")
DKIM_FILES = ("dkim-ed25519", "dkim-rsa")
HOOK_FILE = "webhook-"
"""Begins the name of a file with the secret of a webhook; its id follows."""

CHAT_FILE = "chat-"
"""Begins the name of a file with the address of a chat, which lets whoever has it speak there; its id follows."""

LINK_KEY_FILE = "link-key"
REVIEW_FILE = "review-password"
REVIEW_LEAST = 16
"""Characters of the password of the review page at least: whoever has it speaks to everybody."""
LINK_KEY_LEAST = 32
"""Characters of a link key at least: whoever guesses it can sign for everybody."""

_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Secrets:
    """Logins at the relay and at the mailbox with returned mail, the key of people's links, and those that sign mail.

    Empty if not given.
    """

    relay_user: str = field(default="", repr=False)
    relay_password: str = field(default="", repr=False)
    link_key: str = field(default="", repr=False)
    bounces_user: str = field(default="", repr=False)
    bounces_password: str = field(default="", repr=False)
    dkim_keys: tuple[str, ...] = field(default=(), repr=False)
    review_password: str = field(default="", repr=False)


def read_secrets(environ: Mapping[str, str]) -> Secrets:
    """The secrets in the directory that the environment names. Raises :class:`InputProblems`."""
    report = Report()
    secrets = find_secrets(environ, report)
    if report.problems:
        raise InputProblems(report.problems)
    return secrets


def find_secrets(environ: Mapping[str, str], report: Report) -> Secrets:
    """The same, with problems going to the report; no problem shows what is in a file."""
    directory = environ.get(DIRECTORY, "")
    if not directory:
        return Secrets()
    relay = _login(Path(directory), LOGIN_FILES, report)
    mailbox = _login(Path(directory), MAILBOX_FILES, report)
    key_path = Path(directory) / LINK_KEY_FILE
    key = _read(key_path, report)
    if key and len(key) < LINK_KEY_LEAST:
        what = f"is shorter than {LINK_KEY_LEAST} characters"
        report.add(str(key_path), START, what, "make one: openssl rand -hex 32")
    review_path = Path(directory) / REVIEW_FILE
    password = _read(review_path, report)
    if password and len(password) < REVIEW_LEAST:
        what = f"is shorter than {REVIEW_LEAST} characters"
        report.add(str(review_path), START, what, "make one: openssl rand -hex 16")
    return Secrets(*relay, key or "", *mailbox, _keys(Path(directory), report), password or "")


def receiver_secrets(environ: Mapping[str, str], kind: str, ids: Iterable[str]) -> dict[str, str]:
    """The secrets of webhooks or chats by id, ``kind`` being how their files begin; one without has none.

    Raises :class:`InputProblems`.
    """
    report = Report()
    found = find_receiver_secrets(environ, kind, ids, report)
    if report.problems:
        raise InputProblems(report.problems)
    return found


def find_receiver_secrets(
    environ: Mapping[str, str], kind: str, ids: Iterable[str], report: Report
) -> dict[str, str]:
    """The same, with problems going to the report. One that is missing is none: only the daemon needs it."""
    directory = environ.get(DIRECTORY, "")
    found = {}
    for id_ in ids if directory else ():
        if secret := _read(Path(directory) / f"{kind}{id_}", report):
            found[id_] = secret
    return found


def _keys(folder: Path, report: Report) -> tuple[str, ...]:
    """The private keys that sign mail, as they stand in their files; whether they are any good is not asked here."""
    paths = [folder / name for name in DKIM_FILES]
    return tuple(text for path in paths if path.exists() and (text := _text(path, report)))


def _login(folder: Path, names: tuple[str, str], report: Report) -> tuple[str, str]:
    paths = [folder / name for name in names]
    user, password = (_read(path, report) for path in paths)
    if (user is None) != (password is None):
        missing = paths[0] if user is None else paths[1]
        report.add(str(missing), START, "is missing", "user and password go together")
    return user or "", password or ""


def _read(path: Path, report: Report) -> str | None:
    """One line of text; ``None`` where there is no such file. A line break at its end is not part of it."""
    if not path.exists():
        return None
    text = _text(path, report)
    if text is None:
        return ""
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret or not secret.isprintable() or len(text) > _MAX_BYTES:
        report.add(str(path), START, "is not one line of text", "put the secret alone into it")
        return ""
    return secret


def _text(path: Path, report: Report) -> str | None:
    """What is in a file; ``None``, and told, if it cannot be read."""
    try:
        return path.read_bytes()[: _MAX_BYTES + 1].decode("utf-8")
    except OSError as error:
        report.add(str(path), START, f"cannot be read: {error.strerror}", "check its owner and permissions")
    except UnicodeDecodeError:
        report.add(str(path), START, "is not UTF-8", "save it as UTF-8")
    return None
