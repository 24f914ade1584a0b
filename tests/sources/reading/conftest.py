"""The names of the shipped catalogue, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifier.config import Config, load
from notifier.model import Catalogue
from notifier.sources.reading import Names, names_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def shipped() -> Config:
    """The shipped configuration."""
    return load(ROOT / "config", ROOT / "templates")


@pytest.fixture(scope="session")
def catalogue(shipped: Config) -> Catalogue:
    """The shipped catalogue."""
    return shipped.catalogue


@pytest.fixture(scope="session")
def names(catalogue: Catalogue) -> Names:
    """Its names."""
    return names_of(catalogue)
