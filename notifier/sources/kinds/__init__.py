"""The kinds of source, one module each; a module that is here is a kind, and nothing else has to know.

To add one: write ``kinds/<name>.py`` with ``KIND = Kind(read=…)`` (see :mod:`notifier.sources.kind`), give it a
row in :mod:`notifier.config.sources` that says which keys it takes, and an example in
``tests/sources/examples.py``. The contract in ``tests/sources/test_contract.py`` then holds it to what every
kind must do: no exception but :class:`SourceError` whatever the bytes, the same keys each time, no login page
and no half document taken for the truth.
"""

from __future__ import annotations

import importlib

from notifier.sources.kind import Kind


def kind_of(name: str) -> Kind:
    """The kind of that name. Loaded when first asked for: who reads no calendars pays for no reader of them.

    Raises ``ModuleNotFoundError`` for a name of no kind, which the check of the configuration rules out.
    """
    kind: Kind = importlib.import_module(f"{__name__}.{name}").KIND
    return kind
