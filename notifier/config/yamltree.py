"""A YAML document as a tree that remembers where everything stands and how it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")

_LONGEST_FLOAT = 40


@dataclass(slots=True)
class Scalar:
    """A single value as it was written; ``quoted`` also covers block texts (``|`` and ``>``)."""

    line: int
    column: int
    text: str
    quoted: bool
    size: int = 1

    def value(self) -> object:
        """What the text means by the YAML 1.2 core schema; times stay the text they were written as."""
        text = self.text
        if self.quoted:
            return text
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if len(text) <= _LONGEST_FLOAT and _FLOAT.fullmatch(text) else text


@dataclass(slots=True)
class Series:
    """A list; ``flow`` when it is written in brackets."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    size: int = 1
    flow: bool = False


@dataclass(slots=True)
class Table:
    """A mapping; a key that was written twice is here once, with its first value."""

    line: int
    column: int
    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    size: int = 1
    flow: bool = False


Node = Scalar | Series | Table


def data(node: Node) -> object:
    """Plain dicts, lists, texts, numbers, booleans and ``None``."""
    if isinstance(node, Scalar):
        return node.value()
    if isinstance(node, Series):
        return [data(item) for item in node.items]
    return {key: data(value) for key, (_, value) in node.pairs.items()}


def locate(node: Node, path: Sequence[str | int], key: bool = False) -> Node:
    """The node at a path of keys and indexes, or the last one on the way that exists.

    Path elements that do not exist are passed over: validators put names of their own in between.
    ``key`` asks for the place of the last key itself and not of its value.
    """
    spot = node
    for element in path:
        if isinstance(node, Table) and isinstance(element, str) and element in node.pairs:
            name, node = node.pairs[element]
            spot = name if key else node
        elif isinstance(node, Series) and isinstance(element, int) and element < len(node.items):
            spot = node = node.items[element]
    return spot


def texts(node: Node) -> Iterator[str]:
    """Every single value below a node, as written."""
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Series):
        for item in node.items:
            yield from texts(item)
    else:
        for _, value in node.pairs.values():
            yield from texts(value)
