"""A server of ours for other people's programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.feeds.served import Site, served


@pytest.fixture
def site() -> Iterator[Site]:
    """One that serves nothing at first."""
    with served() as made:
        yield made
