"""Secrets: files in ``$CREDENTIALS_DIRECTORY``, as systemd's ``LoadCredential=`` puts them there.

They are never in ``notifier.toml``, which people copy and show around, and never in the environment,
which is passed on to every process that is started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notifier.config.report import START, Report
from notifier.model import InputProblems

DIRECTORY = "CREDENTIALS_DIRECTORY"
LOGIN_FILES = ("relay-user", "relay-password")
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Secrets:
    """Login at the relay; both empty where it asks for none."""

    relay_user: str = field(default="", repr=False)
    relay_password: str = field(default="", repr=False)


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
    paths = [Path(directory) / name for name in LOGIN_FILES]
    user, password = (_read(path, report) for path in paths)
    if (user is None) != (password is None):
        missing = paths[0] if user is None else paths[1]
        report.add(str(missing), START, "is missing", "user and password go together")
    return Secrets(user or "", password or "")


def _read(path: Path, report: Report) -> str | None:
    """One line of text; ``None`` where there is no such file. A line break at its end is not part of it."""
    if not path.exists():
        return None
    try:
        text = path.read_bytes()[: _MAX_BYTES + 1].decode("utf-8")
    except OSError as error:
        report.add(str(path), START, f"cannot be read: {error.strerror}", "check its owner and permissions")
        return ""
    except UnicodeDecodeError:
        report.add(str(path), START, "is not UTF-8", "save it as UTF-8")
        return ""
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret or not secret.isprintable() or len(text) > _MAX_BYTES:
        report.add(str(path), START, "is not one line of text", "put the secret alone into it")
        return ""
    return secret
