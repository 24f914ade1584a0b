"""The description of the interface for programs against the documents themselves, both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from notifier.model import Occasion
from notifier.web import openapi
from notifier.web.schemas import VERSION, notice_type, schemas
from tests.web.small import Page

Json = Any
FORMATS = FormatChecker()
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?[+-]\d\d:\d\d")


@FORMATS.checks("date-time")
def is_instant(value: object) -> bool:
    """The library's own check needs a package more; this is what we write."""
    return not isinstance(value, str) or INSTANT.fullmatch(value) is not None


def description(shipped: Mapping[str, bytes]) -> Json:
    return json.loads(shipped[openapi.PATH])


def closed(schema: Json) -> Json:
    """The same schema, with which a key that is not described is a mistake."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made["additionalProperties"] = False
    return made


def validator(described: Json, name: str) -> Draft202012Validator:
    whole = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(closed(whole), format_checker=FORMATS)


def met(schema: Json, value: Json, components: Json, path: str = "") -> Iterator[str]:
    """The described keys that a document has, by their paths in the schemas."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema, path = components[name], name
    for choice in schema.get("oneOf", ()):
        if value is not None and choice.get("type") != "null":
            yield from met(choice, value, components, path)
    if isinstance(value, list):
        for each in value:
            yield from met(schema["items"], each, components, path)
    elif isinstance(value, dict) and "properties" in schema:
        for key, each in value.items():
            yield f"{path}/{key}"
            yield from met(schema["properties"][key], each, components, f"{path}/{key}")


def keys(schema: Json, path: str) -> Iterator[str]:
    """All described keys, by their paths."""
    for key, each in schema.get("properties", {}).items():
        yield f"{path}/{key}"
        yield from keys(each, f"{path}/{key}")
    if "items" in schema:
        yield from keys(schema["items"], path)


def within(name: str, components: Json) -> set[str]:
    """The schemas that one is made of, itself included."""
    found, left = set(), {name}
    while left:
        found.add(each := left.pop())
        left |= set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(components[each]))) - found
    return found


DOCUMENTS = [("/api/windows.json", "Windows"), ("/api/advice.json", "Advice")]


@pytest.mark.parametrize(("path", "name"), DOCUMENTS)
def test_every_key_of_the_documents_is_described_and_as_described(
    shipped: Mapping[str, bytes], path: str, name: str
) -> None:
    document = json.loads(shipped[path])
    assert document["windows"]
    assert [error.message for error in validator(description(shipped), name).iter_errors(document)] == []


@pytest.mark.parametrize(("path", "name"), DOCUMENTS)
def test_everything_that_is_described_is_there(shipped: Mapping[str, bytes], path: str, name: str) -> None:
    components = description(shipped)["components"]["schemas"]
    found = set(met({"$ref": f"#/components/schemas/{name}"}, json.loads(shipped[path]), components))
    wanted = {key for each in within(name, components) for key in keys(components[each], each)}
    assert wanted - found == set()
    assert len(wanted) > 15


BROKEN = [
    ("A key more.", lambda window: window.update(colour="red")),
    ("A key less.", lambda window: window.pop("systems")),
    ("A word that is none of the list.", lambda window: window.update(status="perhaps")),
    ("A time without its offset.", lambda window: window.update(start="2024-01-19T20:00:00")),
    ("A number where text belongs.", lambda window: window.update(note=1)),
]


@pytest.mark.parametrize(("_sentence", "breaking"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_is_not_as_described_is_noticed(
    shipped: Mapping[str, bytes], _sentence: str, breaking: Any
) -> None:
    document = json.loads(shipped["/api/windows.json"])
    breaking(document["windows"][0])
    assert not validator(description(shipped), "Windows").is_valid(document)


def test_it_is_openapi_and_names_the_site(shipped: Mapping[str, bytes]) -> None:
    described = description(shipped)
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "https://codziala.example"}]
    assert described["info"]["version"] == str(VERSION)
    assert set(described["paths"]) == {"/api/windows.json", "/api/advice.json", "/healthz"}
    references = re.findall(r'"#/components/schemas/(\w+)"', shipped[openapi.PATH].decode())
    assert set(references) == set(schemas()), "each is used, and each that is used is there"


def test_everything_described_says_what_it_is(shipped: Mapping[str, bytes]) -> None:
    def silent(schema: Json, path: str) -> Iterator[str]:
        if not schema.get("description") and "$ref" not in schema:
            yield path
        for key, each in schema.get("properties", {}).items():
            yield from silent(each, f"{path}/{key}")

    assert [path for name, schema in schemas().items() for path in silent(schema, name)] == []


def test_readers_of_the_page_on_feeds_find_it(shipped: Mapping[str, bytes]) -> None:
    for page in ("/feeds/index.html", "/en/feeds/index.html"):
        assert any(link.endswith(openapi.PATH) for link in Page(shipped[page]).links), page


def test_types_of_notices_are_as_standard_webhooks_wants_them() -> None:
    names = [notice_type(occasion) for occasion in Occasion]
    assert len(set(names)) == len(Occasion)
    assert all(re.fullmatch(r"[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+", name) for name in names)
