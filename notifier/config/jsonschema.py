"""The shapes as JSON Schema, by which editors complete and check while one writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notifier.config.entries import KINDS
from notifier.config.entryfile import WORDS
from notifier.config.settings import SiteSettings
from notifier.config.shapes import Shape
from notifier.config.sources import SourceShape
from notifier.config.subscribers import SubscriberShape
from notifier.config.windows import WindowShape

SHAPES: Mapping[str, type[Shape]] = {
    **KINDS,
    "windows": WindowShape,
    "subscribers": SubscriberShape,
    "sources": SourceShape,
}
"""Stem of the schema file -> shape of an entry."""


def schemas() -> dict[str, bytes]:
    """Name of the file -> its bytes."""
    return {f"{kind}.json": _bytes(_schema(kind, shape)) for kind, shape in SHAPES.items()}


def write_schemas(folder: Path) -> None:
    """Write them all; the folder must exist."""
    for name, content in schemas().items():
        (folder / name).write_bytes(content)


def _schema(kind: str, shape: type[Shape]) -> dict[str, Any]:
    entry: dict[str, Any] = _plain(shape.model_json_schema(by_alias=True))
    definitions = entry.pop("$defs", {})
    if WORDS in entry["properties"]:
        _spread_words(entry)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "description": f"A list of {kind}.",
        "type": ["array", "null"],
        "items": entry,
        "$defs": definitions,
    }


def _spread_words(entry: dict[str, Any]) -> None:
    """Words stand in the file under a key for each language."""
    words = entry["properties"].pop(WORDS)["additionalProperties"]
    languages: tuple[str, ...] = SiteSettings().languages
    before = {"id": entry["properties"].pop("id")}
    entry["properties"] = {**before, **dict.fromkeys(languages, words), **entry["properties"]}
    entry["patternProperties"] = {"^(?!id$)[a-z]{2,3}(_[A-Z][A-Za-z]+)?$": words}
    entry["required"] = [
        name for key in entry["required"] for name in (languages if key == WORDS else (key,))
    ]


def _plain(schema: Any) -> Any:
    """Without pydantic's titles, and without null: a key is left out and never left empty."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema if item != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    named = {key: _plain(value) for key, value in schema.items() if key != "properties"}
    if "properties" in schema:
        named["properties"] = {name: _plain(value) for name, value in schema["properties"].items()}
    if isinstance(named.get("title"), str):
        del named["title"]
    if named.get("default", "") is None:
        del named["default"]
    if len(named.get("anyOf", ())) == 1:
        named |= named.pop("anyOf")[0]
    return named


def _bytes(schema: Mapping[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
