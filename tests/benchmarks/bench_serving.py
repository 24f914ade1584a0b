"""How fast feeds are served, beside nginx in the same run; and feeds for one person that nobody asked for before.

``python -m tests.benchmarks.bench_serving``. A server in a process of its own and wrk share the two cores; nginx
serves the same bytes from the disk with one worker. Without wrk or nginx their lines are left out and a note says
so: ``apt-get install nginx-light wrk``.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import Config
from notifier.cycle.settings import site_words
from notifier.daemon.heap import settle
from notifier.feeds import CalendarEntry, Contents, Desk, Feeds, Narrowing, Wish
from notifier.model import Severity, Window
from notifier.render import Omissions, Renderer
from notifier.web import Answers, App, PersonalFeeds, serving
from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.sample import ROOT, config, windows

ROUNDS, SECONDS = 5, 1
WINDOWS, FEW = 500, 4
COLD_ONES, LATE_ONES = 800, 400
PEOPLE = 100_000
FEED = "/feeds/patient.pl.ics"
BODY = 30_000
SHARE, COLD, LATE = 0.35, 300.0, 50.0
GROWTH = 64.0
"""Megabytes that a hundred thousand people may add: the bound of what is kept is half of that."""


def desk(settings: Config, count: int) -> Desk:
    """Calendars with so many windows that matter to patients, as dense as they can be."""
    catalogue = replace(settings.catalogue, audiences={"patient": settings.catalogue.audiences["patient"]})
    network = Network(catalogue)
    known: list[Window] = windows(catalogue, 100_000)[: 3 * count]
    adviser = Adviser(Outlook(network, known), Effects(network))
    events = []
    for window in known:
        if len(events) < count and adviser.assess(window, "patient").severity is not Severity.NONE:
            told = window.start - timedelta(days=7)
            events.append(
                CalendarEntry(adviser.advise(window, "patient"), 0, told, told, (timedelta(days=1),))
            )
    renderer = Renderer(catalogue, ROOT / "templates", site_words(settings.settings))
    feeds = Feeds(renderer, "https://przerwy.example", "Przerwy", ("pl", "en"), 1 << 28)
    made = Narrowing(feeds, renderer, catalogue, "Przerwy", Omissions()).desk(
        {"patient": Contents([], events)}
    )
    made.shelf(("patient", "pl", "ics"))
    return made


def all_means(of: Desk) -> list[str]:
    """Whatever anybody may have."""
    catalogue = of.narrowing.catalogue
    return [
        f"{method.id}:{bank.id}" if method.per_bank else method.id
        for method in catalogue.methods.values()
        for bank in (catalogue.banks.values() if method.per_bank else [None])
        if bank is None or method.id in bank.services
    ]


def wishes(of: Desk) -> Iterator[Wish]:
    """People with one to four means, each another one."""
    chance, seen, means = random.Random(7), set[Wish](), all_means(of)
    while True:
        wish = Wish(tuple(sorted(set(chance.choices(means, k=chance.randint(1, 4))))))
        if wish not in seen:
            seen.add(wish)
            yield wish


def crowd(of: Desk) -> Iterator[Wish]:
    """Any number of people, each another one, without a list of who was here: it would be counted as growth."""
    return (Wish(tuple(sorted(those))) for those in itertools.combinations(all_means(of), 4))


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


async def personal() -> list[Figure]:
    """Feeds for one person: how many cold ones a second, how late at half that rate, how much memory."""
    settings = config()
    settle()  # as the daemon does before its first pass
    of = desk(settings, WINDOWS)
    feeds = PersonalFeeds(_at_once, lambda _, error: str(error))
    feeds.desk = of
    whole = Answers.of({FEED: b"x"}).by_path[FEED]
    people = wishes(of)

    async def ask() -> float:
        wish = next(people)
        begin = time.perf_counter()
        await feeds.answer(FEED, wish.query.encode(), whole)
        return time.perf_counter() - begin

    for _ in range(50):
        await ask()
    begin, processor = time.perf_counter(), time.process_time()
    for _ in range(COLD_ONES):
        await ask()
    cold = COLD_ONES / (time.perf_counter() - begin)
    each = 1000 * (time.process_time() - processor) / COLD_ONES
    late = await half_of(cold, ask)
    # As many people on smaller feeds: what is kept of each counts, and not how long making it takes.
    feeds.desk = small = desk(settings, FEW)
    people = crowd(small)
    for _ in range(PEOPLE // 10):
        await ask()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(PEOPLE - PEOPLE // 10):
        await ask()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    name = f"a calendar for one person, {WINDOWS} windows known"
    return [
        Figure(f"{name}: never asked for before", cold, "/s", COLD, floor=True),
        Figure(f"{name}: processor time", each, "ms"),
        Figure(f"{name}: 99 of 100 answered within, at half that rate", 1000 * late, "ms", LATE),
        Figure(f"{name}: bytes kept", feeds.size / 1e6, "MB", 33.6),
        Figure(f"{name}: memory that {PEOPLE:,} people add", grown, "MB", GROWTH),
    ]


async def half_of(rate_of: float, ask: Callable[[], Awaitable[float]]) -> float:
    """The time within which 99 of 100 are answered, when they come at random at half the greatest rate."""
    chance, took, coming = random.Random(3), [], time.perf_counter()
    for _ in range(LATE_ONES):
        coming += chance.expovariate(rate_of / 2)
        await asyncio.sleep(max(0.0, coming - time.perf_counter()))
        await ask()
        took.append(time.perf_counter() - coming)
    return statistics.quantiles(took, n=100)[98]


async def _at_once(call: Callable[[], object]) -> object:
    return call()


def run() -> list[Figure]:
    """All of it."""
    with tempfile.TemporaryDirectory() as folder:
        figures = against_nginx(Path(folder))
    return [*figures, *asyncio.run(personal())]


if __name__ == "__main__":
    if "--serve" in sys.argv:
        with contextlib.suppress(ImportError):
            import uvloop

            uvloop.install()
        asyncio.run(serve(sys.argv[-1]))
    else:
        tell(run)
