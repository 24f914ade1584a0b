"""Passes are the subject here: what a cycle only reads, words above all, is made once for all tests."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest

from notifier.availability import Effects, Network
from notifier.render import Renderer
from notifier.store import Store


def once(make: Callable[..., object]) -> Callable[..., object]:
    """The same result for the same things; what is remembered is kept alive, so that no identity is reused."""
    made: dict[object, tuple[object, object]] = {}

    def remembered(first: object, *others: object) -> object:
        key = (id(first), *others)
        if key not in made:
            made[key] = (first, make(first, *others))
        return made[key][1]

    return remembered


_ONCE = {made.__name__: once(made) for made in (Network, Effects, Renderer)}


@pytest.fixture(autouse=True)
def _made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, made in _ONCE.items():
        monkeypatch.setattr(f"notifier.cycle.passing.{name}", made)


@pytest.fixture(autouse=True)
def _stores_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection left open would be a warning, and warnings are errors."""
    opened: list[Store] = []
    real = Store.open.__func__  # type: ignore[attr-defined]

    @functools.wraps(real)
    def remembered(cls, url, **options):
        opened.append(real(cls, url, **options))
        return opened[-1]

    monkeypatch.setattr(Store, "open", classmethod(remembered))
    yield
    for store in opened:
        store.close()
