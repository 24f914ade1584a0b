"""Daemons that die at a chosen point: ``python -m tests.crash.mortal``.

Loads the program once and forks a real daemon for each line on standard input, because a hundred starts from
nothing would take most of the test's time. A line is a JSON object with ``config`` and ``state`` (folders),
``environ`` (settings) and, for one that is to die, ``point`` and ``nth``. Answers with the daemon's number, and
with its exit status once it has ended; a daemon killed by a signal has the negative number of the signal.

A point is a call that every delivery makes. The daemon kills itself, as if the power went, at the NTH time
(from 1) that the call begins (``…-begins``) or has ended (``…-ended``). The product knows nothing of this.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from notifier.config import Config
from notifier.cycle import Cycle, read_config
from notifier.daemon import Hooks, run, set_up_logs
from notifier.store.marks import Marks
from notifier.store.outbox import Outbox

CALLS: dict[str, tuple[type, str]] = {
    "plan": (Cycle, "run_pass"),  # ended: the notices and mails of a pass are committed
    "mark": (Marks, "put"),  # ended: everything of a pass is written, and nothing is committed
    "claim": (Outbox, "claim"),
    "settle": (Outbox, "settle"),  # begins: the answers have come, and none is recorded
}


def die_at(point: str, nth: int) -> None:
    """Make the process kill itself at that point."""
    name, _, edge = point.rpartition("-")
    kind, method = CALLS[name]
    call: Callable[..., Any] = getattr(kind, method)
    left = nth

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def mortal(*args: object, **kwargs: object) -> object:
        if edge == "begins":
            count()
        found = call(*args, **kwargs)
        # A claim that finds nothing is not what is meant.
        if edge == "ended" and not (name == "claim" and not found):
            count()
        return found

    setattr(kind, method, mortal)


@cache
def load(config_dir: str, environ: str) -> Config:
    """The configuration, read once for all daemons that live on it."""
    return read_config(Path(config_dir), None, json.loads(environ))


def serve() -> None:
    """Fork a daemon for each line."""
    set_up_logs(to_terminal=False)
    for line in sys.stdin:
        life = json.loads(line)
        environ: dict[str, str] = life["environ"]
        config = load(life["config"], json.dumps(environ))
        number = os.fork()
        if not number:
            if life["point"]:
                die_at(life["point"], life["nth"])
            asyncio.run(run(config, Path(life["state"]), environ, Hooks()))
            os._exit(0)
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
