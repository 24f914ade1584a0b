"""The JSON Schemas: current, valid, and of one mind with the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from notifier.config import schemas, write_schemas
from tests.config.planting import GOOD

REPOSITORY = Path(__file__).parents[2]
COMMITTED = REPOSITORY / "config" / "schema"


def test_the_committed_schemas_are_current() -> None:
    committed = {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    assert committed == schemas(), "run `make schema`"


def test_writing_them_writes_all_of_them(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == schemas()


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_valid_and_describes_what_it_asks_for(name: str) -> None:
    schema = json.loads(schemas()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    for shape in (schema["items"], *schema["$defs"].values()):
        assert shape["description"]
        for key, value in shape.get("properties", {}).items():
            assert "$ref" in value or value.get("description"), f"{name}: {key}"


def plain(node: Any) -> Any:
    """As an editor sees it: times are texts."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node if isinstance(node, bool | int | float | None) else str(node)


def files() -> list[Path]:
    real = REPOSITORY / "config"
    roots = [real, GOOD / "config"]
    return sorted(
        path
        for root in roots
        for path in [*root.glob("catalogue/*.yaml"), *root.glob("windows/*.yaml"), root / "subscribers.yaml"]
        if path.exists()
    )


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_good_file_fits_its_schema(path: Path) -> None:
    kind = "windows" if path.parent.name == "windows" else path.stem.partition("-")[0]
    schema = json.loads(schemas()[f"{kind}.json"])
    loaded = plain(YAML(typ="safe", pure=True).load(path.read_text()))
    jsonschema.validate(loaded, schema)


def test_a_slip_does_not_fit() -> None:
    schema = json.loads(schemas()["windows.json"])
    good = {"id": "x", "systems": ["pz"], "start": "2024-01-19 20:00"}
    jsonschema.validate([good], schema)
    for slip in (
        {"sttus": "confirmed"},
        {"status": "confrimed"},
        {"systems": "pz"},
        {"id": "X Y"},
        {"note": None},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([{**good, **slip}], schema)
