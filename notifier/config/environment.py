"""Settings from the environment: ``NOTIFIER_SECTION__KEY`` stands over the file."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping

from pydantic.fields import FieldInfo

from notifier.config.faults import keys_of
from notifier.config.report import START, Report, nearest
from notifier.config.settings import EVERYBODY, Settings
from notifier.config.shapes import Shape

PREFIX = "NOTIFIER_"
FILE = "environment"
"""Stands where a problem names its file."""

_SEPARATOR = re.compile(r"[,\s]+")
_TABLES = {("schedule", "reminders")}

Keys = tuple[str, ...]


def overrides(environ: Mapping[str, str], report: Report) -> dict[Keys, tuple[str, object]]:
    """Path of the setting -> (name of the variable, value in the type that the file would have)."""
    known = {PREFIX + "__".join(keys).upper(): keys for keys in setting_paths()}
    found: dict[Keys, tuple[str, object]] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        keys = known.get(name) or _in_table(name, known)
        if keys is not None:
            found[keys] = name, _value(keys, environ[name])
        elif "__" in name:
            report.add(FILE, START, f"the variable {name} is no setting", nearest(name, known))
        elif hint := [one for one in known if one.replace("__", "_") == name]:
            report.add(FILE, START, f"the variable {name} is no setting", f"write two underscores: {hint[0]}")
    return found


def setting_paths() -> Iterator[Keys]:
    """The path of every setting: section and key. Lists of tables come from the file alone."""
    for section in keys_of(Settings):
        for key in () if _is_list(Settings.model_fields[section]) else keys_of(_section(section)):
            yield section, key


def _section(name: str) -> type[Shape]:
    annotation = Settings.model_fields[name].annotation
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    raise TypeError(name)


def _in_table(name: str, known: Mapping[str, Keys]) -> Keys | None:
    """``NOTIFIER_SCHEDULE__REMINDERS__DOCTOR``: one key of a table of settings."""
    parent, _, last = name.rpartition("__")
    keys = known.get(parent)
    return (*keys, last.lower().replace("_", "-")) if keys in _TABLES and last and keys else None


def _value(keys: Keys, text: str) -> object:
    """Lists are separated by commas or blanks; numbers are digits; anything else stays text."""
    field = _section(keys[0]).model_fields[keys[1]]
    if keys[:2] in _TABLES or _is_list(field):
        return [part for part in _SEPARATOR.split(text.strip()) if part]
    if field.annotation is int and re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip(), re.ASCII):
        return int(text)
    return text


def _is_list(field: FieldInfo) -> bool:
    return typing.get_origin(field.annotation) is tuple


def merged(file: Mapping[str, object], over: Mapping[Keys, tuple[str, object]]) -> dict[str, object]:
    """The file's data with the environment's put over it; shorter paths first, so that tables mix."""
    result: dict[str, object] = {key: _copy(value) for key, value in file.items()}
    for keys in sorted(over, key=len):
        node = result
        for key in keys[:-1]:
            inner = node.get(key)
            if isinstance(inner, list) and keys[:-1] in _TABLES:
                inner = {EVERYBODY: inner}
            if not isinstance(inner, dict):
                inner = {}
            node[key] = inner
            node = inner
        value = over[keys][1]
        if keys in _TABLES:
            table = node.get(keys[-1])
            value = {**table, EVERYBODY: value} if isinstance(table, dict) else {EVERYBODY: value}
        node[keys[-1]] = value
    return result


def _copy(value: object) -> object:
    return {key: _copy(inner) for key, inner in value.items()} if isinstance(value, dict) else value
