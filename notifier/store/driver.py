"""The few statements that run for every single mail, handed to the driver without a detour.

SQLAlchemy writes their text for the database at hand, once; its treatment of each single value on the way
in and out would cost several times what the database does. So values are here what drivers take and give:
numbers, texts, bytes, ``None``. Instants are :func:`notifier.store.types.microseconds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Insert, Select, Update


def filled(
    values: Mapping[str, object], places: tuple[str, ...] | None, constants: Mapping[str, object]
) -> dict[str, object] | tuple[object, ...]:
    """The values for one run of a statement, by name or by place as :func:`compiled` says."""
    known = {**constants, **values}
    return known if places is None else tuple([known[name] for name in places])


def in_places(
    rows: Iterable[tuple[object, ...]], names: tuple[str, ...], places: tuple[str, ...]
) -> Iterable[tuple[object, ...]]:
    """The rows, whose values are in the order of ``names``, with them in that of ``places``."""
    return rows if places == names else map(itemgetter(*map(names.index, places)), rows)


@lru_cache(maxsize=32)
def compiled(
    statement: Insert | Update | Select[Any], dialect: Dialect, columns: tuple[str, ...] | None
) -> tuple[str, tuple[str, ...] | None, Mapping[str, object]]:
    """Return the text, the names of its parameters in order (``None``: they go by name), and their constants."""
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    places = None if compiled.positiontup is None else tuple(compiled.positiontup)
    return compiled.string, places, compiled.params
