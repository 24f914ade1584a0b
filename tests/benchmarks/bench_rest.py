"""What the daemon takes while it has nothing to do: memory and processor time of the real process.

``python -m tests.benchmarks.bench_rest`` starts ``notifier run`` with the configuration as shipped, a
state of its own and a free port, waits until it answers, and lets it rest. It is the second start on that state:
the first one makes the store, and for that alone holds ten megabytes more. Linux only: reads ``/proc``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.sample import ROOT

REST = 20.0
PATIENCE = 60.0
MEGABYTES, PERCENT = 120.0, 1.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


@contextmanager
def daemon(state: Path) -> Iterator[tuple[int, str]]:
    """A running daemon: its process and the address where it answers. Raises ``RuntimeError`` if it does not."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("NOTIFIER_")}
    log = state.parent / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "notifier", "run", "--config", "config", "--state", str(state)],
            cwd=ROOT,
            env={**own, "NOTIFIER_WEB__LISTEN": "127.0.0.1:0"},
            stdout=out,
            stderr=out,
        )
    try:
        yield process.pid, _answering(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _answering(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        found = ADDRESS.search(log.read_text())
        if found:
            with urllib.request.urlopen(f"{found[0]}healthz", timeout=PATIENCE) as answer:
                answer.read()
            return found[0]
        time.sleep(0.1)
    raise RuntimeError(f"the daemon did not answer:\n{log.read_text()}")


def megabytes(pid: int) -> float:
    """Resident memory of a process."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def seconds(pid: int) -> float:
    """Processor time a process has used, its own and that spent in the kernel for it."""
    # The name in brackets may hold blanks: what is wanted counts from behind it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run() -> list[Figure]:
    """Start, rest, look."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        with daemon(state):
            pass
        begin = time.monotonic()
        with daemon(state) as (pid, _):
            up = time.monotonic() - begin
            time.sleep(2)  # what a start leaves behind is not rest
            used = seconds(pid)
            time.sleep(REST)
            used = seconds(pid) - used
            resident = megabytes(pid)
    return [
        Figure("daemon: from start to first answer", up, "s"),
        Figure("daemon at rest: resident memory", resident, "MB", MEGABYTES),
        Figure(f"daemon at rest: processor, over {REST:g} s", 100 * used / REST, "%", PERCENT),
    ]


if __name__ == "__main__":
    tell(run)
