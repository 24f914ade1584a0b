"""The event loop that the daemon runs on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

R = TypeVar("R")

_TURN = 0.0005
"""Seconds for which the store's thread may keep the interpreter to itself while the loop has something to do.

Python's own five milliseconds would be paid at each message: a socket call hands the interpreter over, and the
loop then waits its turn to go on.
"""


def looped(main: Coroutine[Any, Any, R]) -> R:
    """Run on uvloop where it is installed (the extra ``fast``), else on the loop that Python brings."""
    sys.setswitchinterval(_TURN)
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if find_spec("uvloop") is not None:
        factory = import_module("uvloop").new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
