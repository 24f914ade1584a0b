"""Validating one entry, and going on with what is good in it, so that a mistake in one key hides no other."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from notifier.config.faults import Mistake, mistakes
from notifier.config.yamltree import Node, Scalar, Series, Table

S = TypeVar("S", bound=BaseModel)

_ROUNDS = 6
"""A mistake takes away its value, then what cannot be without it, and so on outwards: a few levels at most."""


@dataclass(frozen=True, slots=True)
class Validated(Generic[S]):
    """The outcome. ``node`` is what was left of the entry when ``shape`` could be made of it.

    ``made_up`` are keys whose values are stand-ins and mean nothing.
    """

    shape: S | None
    node: Table
    mistakes: list[Mistake]
    made_up: frozenset[str]


def validate(
    shape: type[S], node: Table, given: Callable[[Table], dict[str, object]], stand_ins: Mapping[str, object]
) -> Validated[S]:
    """Validate what ``given`` makes of the entry; all mistakes are those of the first validation."""
    found: list[Mistake] = []
    made_up: dict[str, object] = {}
    for _ in range(_ROUNDS):
        try:
            good = shape.model_validate({**given(node), **made_up})
        except ValidationError as error:
            now = mistakes(error, shape)
            if not found:
                found = now
                node = copy.deepcopy(node)
            made_up |= {
                mistake.missing: stand_ins.get(mistake.missing) for mistake in now if not mistake.path
            }
            _prune(node, [mistake.path for mistake in now if mistake.path])
        else:
            return Validated(good, node, found, frozenset(made_up))
    return Validated(None, node, found, frozenset(made_up))


def _prune(root: Table, paths: Sequence[Sequence[str | int]]) -> None:
    """Take out what stands at the paths. Found first and removed then, because removing moves indexes."""
    doomed = [_last_step(root, path) for path in paths]
    for parent, child in doomed:
        if isinstance(parent, Series):
            parent.items = [item for item in parent.items if item is not child]
        elif isinstance(parent, Table):
            parent.pairs = {key: pair for key, pair in parent.pairs.items() if pair[1] is not child}


def _last_step(root: Table, path: Sequence[str | int]) -> tuple[Node | None, Node]:
    """The last node of a path that exists, and the one that holds it; as :func:`yamltree.locate` walks."""
    parent: Node | None = None
    node: Node = root
    for element in path:
        if isinstance(node, Table) and isinstance(element, str) and element in node.pairs:
            parent, node = node, node.pairs[element][1]
        elif isinstance(node, Series) and isinstance(element, int) and element < len(node.items):
            parent, node = node, node.items[element]
        elif isinstance(node, Scalar):
            break
    return parent, node
