"""``notifier.toml`` and the environment -> settings, with every mistake where it was written."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from pydantic import ValidationError

from notifier.config import environment
from notifier.config.environment import merged, overrides
from notifier.config.faults import mistakes
from notifier.config.inputfile import InputFile, read_file
from notifier.config.report import START, Report, one_of
from notifier.config.settings import EVERYBODY, ReceiverSettings, Settings
from notifier.config.sheets import Sheets
from notifier.config.tomlfile import TomlFile, parse_toml
from notifier.model import InputProblems

FILE = "notifier.toml"
SECRETS = {"password", "user", "username", "login", "secret"}
_RECEIVERS = {"webhooks": "webhook- and the id", "chats": "chat- and the id"}
_ADDRESSES = {"address", "url", "urls"}
"""Where an address is a secret as a whole."""


class SettingsFile:
    """The settings with the places where they were written. Mistakes leave the defaults standing."""

    def __init__(self, root: Path, environ: Mapping[str, str], report: Report) -> None:
        path = root / FILE
        self.file: InputFile | None = read_file(path, report) if path.exists() else None
        self._name = str(path)
        self._report = report
        self._toml = parse_toml(self._name, self.file.text, report) if self.file else TomlFile({}, {})
        self._over = overrides(environ, report)
        self.settings = self._validated()

    def _validated(self) -> Settings:
        """The settings; those with mistakes have their defaults, so that the others count in what follows."""
        values = merged(self._toml.data, self._over)
        try:
            return Settings.model_validate(values)
        except ValidationError as error:
            for mistake in mistakes(error, Settings):
                remedy = mistake.remedy
                if mistake.at_key and _is_secret(mistake.path):
                    remedy = f"secrets come from $CREDENTIALS_DIRECTORY: {_secret_files(mistake.path)}"
                self._add(mistake.path, mistake.what, remedy)
                _take_out(values, mistake.path)
        return Settings.model_validate(values)

    def check_receivers(self, sheets: Sheets) -> None:
        """Webhooks and chats are for audiences, and about systems, that exist; chats speak a language of the site."""
        settings, ids = self.settings, set[str]()
        for table, receivers in (("webhooks", settings.webhooks), ("chats", settings.chats)):
            for number, receiver in enumerate(receivers):
                self._check_wishes((table, number), receiver, sheets)
                if receiver.id in ids:
                    self._add(
                        (table, number, "id"), f"the id `{receiver.id}` twice", "each has one of its own"
                    )
                ids.add(receiver.id)
        languages = settings.site.languages
        for number, chat in enumerate(settings.chats):
            if chat.language and chat.language not in languages:
                remedy = one_of(chat.language, languages)
                self._add(("chats", number, "language"), f"unknown language `{chat.language}`", remedy)
        if settings.chats and find_spec("apprise") is None:
            self._add(
                ("chats", 0), "chats need apprise, which is not installed", "pip install 'notifier[chat]'"
            )

    def _check_wishes(self, table: tuple[str, int], receiver: ReceiverSettings, sheets: Sheets) -> None:
        for audience in receiver.audiences:
            if not sheets.audiences.knows(audience):
                remedy = one_of(audience, sheets.audiences.first)
                self._add((*table, "audiences"), f"unknown audience `{audience}`", remedy)
        for system in receiver.systems:
            if not sheets.knows_system(system):
                remedy = one_of(system, sheets.system_ids)
                self._add((*table, "systems"), f"unknown system `{system}`", remedy)

    def check_audiences(self, sheets: Sheets) -> None:
        """Reminders must be for audiences that exist."""
        for name in self.settings.schedule.reminders:
            if name != EVERYBODY and not sheets.audiences.knows(name):
                known = ", ".join(f"`{audience}`" for audience in [EVERYBODY, *sheets.audiences.first])
                self._add(
                    ("schedule", "reminders", name), f"unknown audience `{name}`", f"known here: {known}"
                )

    def _add(self, path: tuple[str | int, ...], what: str, remedy: str) -> None:
        keys = tuple(map(str, path))
        for depth in range(len(keys), 0, -1):
            if keys[:depth] in self._over:
                variable = self._over[keys[:depth]][0]
                self._report.add(environment.FILE, START, f"the variable {variable}: {what}", remedy)
                return
        self._report.add(self._name, self._toml.place(keys), what, remedy)


def _secret_files(path: tuple[str | int, ...]) -> str:
    return _RECEIVERS.get(str(path[0]), "relay-user and relay-password")


def _is_secret(path: tuple[str | int, ...]) -> bool:
    return path[-1] in SECRETS or (path[0] == "chats" and path[-1] in _ADDRESSES)


def read_settings(root: Path, environ: Mapping[str, str]) -> Settings:
    """The settings alone, for what must work whatever the facts look like. Raises :class:`InputProblems`."""
    report = Report()
    settings = SettingsFile(root, environ, report).settings
    if report.problems:
        raise InputProblems(report.problems)
    return settings


def _take_out(values: dict[str, object], path: tuple[str | int, ...]) -> None:
    """Remove what a path leads to, as deep as there are tables."""
    table, key = values, str(path[0])
    for element in path[1:]:
        inner = table.get(key)
        if not isinstance(inner, dict) or element not in inner:
            break
        table, key = inner, str(element)
    table.pop(key, None)
