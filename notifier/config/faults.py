"""Pydantic's errors -> problems with a place in the file and a remedy."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from notifier.config.report import one_of
from notifier.config.shapes import FAULT, NOT_A_KIND
from notifier.model import BANK

Path = tuple[str | int, ...]

BANK_UNQUOTED = "`bank`"
"""Label of the key that YAML makes of an unquoted ``{bank}``."""

_CHOICE_WANTED = {"enum", "literal_error"}
_EMPTY = {"string_too_short", "too_short"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error of a validator: where in the data, what is wrong, and the remedy.

    ``at_key``: the key itself is meant and not its value; ``missing``: the key that is not there.
    """

    path: Path
    what: str
    remedy: str
    at_key: bool = False
    missing: str = ""


def mistakes(error: ValidationError, shape: type[BaseModel]) -> list[Mistake]:
    """All errors of one validation, in words."""
    return [_mistake(details, shape) for details in error.errors(include_url=False)]


def _mistake(details: ErrorDetails, shape: type[BaseModel]) -> Mistake:
    path: Path = details["loc"]
    kind = details["type"]
    context: Mapping[str, Any] = details.get("ctx", {})
    label = _label(path)
    given = details["input"]
    if kind == FAULT:
        return Mistake(path, f"{label}: {context['what']}" if label else context["what"], context["remedy"])
    if kind == "missing":
        return Mistake(path[:-1], f"{label} is missing", f"add `{path[-1]}: …`", missing=str(path[-1]))
    if kind == "extra_forbidden":
        near = one_of(str(path[-1]), keys_of(shape_at(shape, path[:-1])))
        remedy = f'write "{BANK}" in quotes' if label == BANK_UNQUOTED else near or "take it out"
        return Mistake(path, f"unknown key {label}", remedy, at_key=True)
    if kind in _CHOICE_WANTED or kind == NOT_A_KIND:
        what = f"{label} cannot be {_quoted(given)}"
        return Mistake(path, what, details["msg"] if kind == NOT_A_KIND else _choice(given, context))
    if kind in _EMPTY:
        return Mistake(path, f"{label} is empty", "fill it in")
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return Mistake(path, f"{label} cannot be {_quoted(given)}", f"write a number of {bound}")
    for kinds, wanted, advice in _WANTED:
        if kind in kinds:
            return Mistake(path, f"{label} is {described(given)} where {wanted} is expected", advice(given))
    return Mistake(path, f"{label}: {details['msg']}", "")


def _choice(given: object, context: Mapping[str, Any]) -> str:
    expected = str(context["expected"]).replace(" or ", ", ").split(", ")
    return one_of(str(given), [word.strip("'") for word in expected])


def _as_text(given: object) -> str:
    if isinstance(given, bool | int | float):
        return "put it into quotes"
    if isinstance(given, Mapping):
        return "quote a text that contains `: ` or begins with `{`"
    return "write the text, or leave the key out" if given is None else "write one text"


def _as_list(given: object) -> str:
    return f'write ["{given}"]' if isinstance(given, str) else 'write ["one", "two"]'


_WANTED: tuple[tuple[set[str], str, Callable[[object], str]], ...] = (
    ({"string_type", "string_sub_type"}, "text", _as_text),
    ({"list_type", "tuple_type"}, "a list", _as_list),
    (
        {"model_type", "model_attributes_type", "dict_type"},
        "a mapping",
        lambda _: "write `key: value` lines below it",
    ),
    ({"bool_type", "bool_parsing"}, "true or false", lambda _: "write true or false, without quotes"),
    (
        {"int_type", "int_parsing", "int_from_float"},
        "a whole number",
        lambda _: "write digits only, without quotes",
    ),
)
"""Types of errors, what was wanted, and the remedy for what was given."""


def _label(path: Sequence[str | int]) -> str:
    """The last key of the path, with the number of the list item where it is one (counted from 1)."""
    index = ""
    for element in reversed(path):
        if isinstance(element, int):
            index = index or f" no. {element + 1}"
        elif element != "text" and not element.endswith("Shape"):
            return f"`{element}`{index}"
    return f"entry{index}" if index else ""


def _quoted(given: object) -> str:
    return f"`{given}`" if isinstance(given, str | int | float) else described(given)


def described(value: object) -> str:
    """What a value is, in the words of somebody who writes YAML."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


def keys_of(shape: type[BaseModel]) -> list[str]:
    """The keys a mapping of this shape may have, as written in the file."""
    return [field.alias or name for name, field in shape.model_fields.items()]


def shape_at(shape: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel]:
    """The shape of the mapping at a path; the tags of unions in it are the names of their shapes."""
    annotation: object = shape
    for element in path:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
            if element in fields:
                shape, annotation = annotation, fields[str(element)].annotation
            continue
        named = [found for found in _shapes_in(annotation) if found.__name__ == element]
        annotation = named[0] if named else annotation
    found = list(_shapes_in(annotation))
    return found[0] if found else shape


def _shapes_in(annotation: object) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in {Union, types.UnionType, list, dict, tuple} or get_args(annotation):
        for argument in get_args(annotation):
            yield from _shapes_in(argument)
