"""One Postfix for all tests of this folder: its start takes longer than most of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.postfix.mta import Mta, start, stop


@pytest.fixture(scope="package")
def mta(program: Callable[..., str]) -> Iterator[Mta]:
    """A running Postfix."""
    postfix = program("postfix", "/usr/sbin/postfix")
    if os.getuid() != 0:
        pytest.skip("needs root: Postfix changes its user")
    running = start(postfix)
    yield running
    stop(postfix, running)
