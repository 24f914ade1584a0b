"""How fast feeds are served, beside nginx in the same run; and feeds for one person that nobody asked for before.

``python -m tests.benchmarks.bench_serving``. A server in a process of its own and wrk share the two cores; nginx
serves the same bytes from the disk with one worker. Without wrk or nginx their lines are left out and a note says
so: ``apt-get install nginx-light wrk``. What is cold in a feed for one person, :mod:`tests.benchmarks.people` says.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from notifier.web import Answers, App, serving
from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.people import FEED, over_http, personal
from tests.benchmarks.sample import ROOT

ROUNDS, SECONDS = 5, 1
BODY = 30_000
SHARE = 0.35


async def serve(path: str) -> None:
    """Be the server: print the port, serve until the standard input ends."""
    app = App(lambda: ({}, True))
    app.answers = Answers.of({FEED: Path(path).read_bytes()})
    async with serving(app, "127.0.0.1:0") as listening:
        print(listening.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextlib.contextmanager
def ours(body: Path) -> Iterator[int]:
    """Our server as another process; its port."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_serving", "--serve", str(body)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            # Before it there may be lines of a log.
            yield int(next(line for line in process.stdout if line.strip().isdigit()))
        finally:
            process.kill()


@contextlib.contextmanager
def nginx(program: str, root: Path) -> Iterator[int]:
    """nginx with one worker on a folder; its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    root.chmod(0o755)
    (root / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {root}/pid; error_log /dev/null; user root;\n"
        "events { worker_connections 512; }\n"
        "http { access_log off; keepalive_requests 1000000000; etag on; sendfile on; tcp_nopush on;\n"
        f"types {{ text/calendar ics; }} server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
    )
    with subprocess.Popen([program, "-c", str(root / "nginx.conf")], stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def rate(port: int, *headers: str) -> float:
    """Requests a second by wrk."""
    command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", *headers, f"http://127.0.0.1:{port}{FEED}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


def tag(port: int) -> str:
    """The tag of the feed, as a header for wrk."""
    with socket.create_connection(("127.0.0.1", port)) as asked:
        asked.sendall(f"GET {FEED} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = asked.recv(4096).decode("latin-1")
    found = re.search(r"(?i)etag: (\S+)", head)
    assert found is not None, head
    return f"-HIf-None-Match: {found[1]}"


def against_nginx(folder: Path) -> list[Figure]:
    """Rates of both, taking turns."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None or shutil.which("wrk") is None:
        print("not installed: nginx or wrk; feeds are not measured beside nginx", file=sys.stderr)
        return []
    body = folder / FEED.lstrip("/")
    body.parent.mkdir()
    body.write_bytes(random.Random(1).randbytes(BODY))
    rates: dict[str, list[float]] = {}
    with ours(body) as mine, nginx(program, folder) as theirs:
        cases = {"200": (mine, theirs, ""), "304": (mine, theirs, "tag")}
        for _ in range(ROUNDS):
            for name, (one, other, header) in cases.items():
                for who, port in (("ours", one), ("nginx", other)):
                    extra = [tag(port)] if header else []
                    rates.setdefault(f"{name} {who}", []).append(rate(port, *extra))
    median = {name: statistics.median(found) for name, found in rates.items()}
    figures = [Figure(f"a feed of 30 KB, {name}", found, "/s") for name, found in median.items()]
    for name in ("200", "304"):
        share = median[f"{name} ours"] / median[f"{name} nginx"]
        figures.append(Figure(f"a feed of 30 KB: {name}, ours / nginx", share, "times", SHARE, floor=True))
    return figures


def run() -> list[Figure]:
    """All of it."""
    with tempfile.TemporaryDirectory() as folder:
        figures = against_nginx(Path(folder))
    return [*figures, *asyncio.run(personal()), *over_http()]


if __name__ == "__main__":
    if "--serve" in sys.argv:
        with contextlib.suppress(ImportError):
            import uvloop

            uvloop.install()
        asyncio.run(serve(sys.argv[-1]))
    else:
        tell(run)
