"""Feeds for one person that nobody asked for before: how many a second, how late, how much memory; with 500 windows.

A feed for one person is cold when nobody asked for its address before: each address is asked for once, and none is
answered from memory. What is warm is what any address leaves behind for others: pieces of each window, how one of
the means stands in all of them, sentences. All of it is bounded, and filled by fifty other addresses that are not
measured; how much memory it takes is the last figure. Over HTTP a server in a process of its own answers one
client on two connections, which reads every byte.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import Config
from notifier.cycle.settings import site_words
from notifier.daemon.heap import settle
from notifier.feeds import (
    PERSONAL_KINDS,
    CalendarEntry,
    Contents,
    Desk,
    Feeds,
    Narrowing,
    NewsEntry,
    Wish,
)
from notifier.model import Catalogue, Notice, NoticeKey, Occasion, Severity, Window
from notifier.render import Omissions, Renderer
from notifier.web import Answers, App, PersonalFeeds, serving
from tests.benchmarks.figure import Figure
from tests.benchmarks.sample import ROOT, config, windows

WINDOWS, FEW = 500, 4
LANGUAGES = ("pl", "en")
WARMING, COLD_ONES, LATE_ONES = 50, 800, 400
PEOPLE = 100_000
FEED = "/feeds/patient.pl.ics"
COLD, LATE = 300.0, 50.0
GROWTH = 64.0
"""Megabytes that a hundred thousand people may add: the bound of what is kept is half of that."""


def for_patients(settings: Config) -> Catalogue:
    """The catalogue as if there were no other audience."""
    catalogue = settings.catalogue
    return replace(catalogue, audiences={"patient": catalogue.audiences["patient"]})


def desk(settings: Config, count: int) -> Desk:
    """Feeds with so many windows that matter to patients, as dense as they can be."""
    catalogue = for_patients(settings)
    network = Network(catalogue)
    known: list[Window] = windows(catalogue, 100_000)[: 3 * count]
    adviser = Adviser(Outlook(network, known), Effects(network))
    events, news = [], []
    for window in known:
        if len(events) < count and adviser.assess(window, "patient").severity is not Severity.NONE:
            told, advice = window.start - timedelta(days=7), adviser.advise(window, "patient")
            events.append(CalendarEntry(advice, 0, told, told, (timedelta(days=1),)))
            key = NoticeKey(window.id, "patient", Occasion.ANNOUNCED)
            notice = Notice(key, told, window.start, True, "", 1, 0, advice.severity, advice)
            news.append(NewsEntry(notice, told))
    renderer = Renderer(catalogue, ROOT / "templates", site_words(settings.settings))
    feeds = Feeds(renderer, "https://przerwy.example", "Przerwy", LANGUAGES, 1 << 28)
    made = Narrowing(feeds, renderer, catalogue, "Przerwy", Omissions()).desk(
        {"patient": Contents(news, events)}
    )
    made.shelf(("patient", "pl", "ics"))
    return made


def all_means(catalogue: Catalogue) -> list[str]:
    """Whatever anybody may have."""
    return [
        f"{method.id}:{bank.id}" if method.per_bank else method.id
        for method in catalogue.methods.values()
        for bank in (catalogue.banks.values() if method.per_bank else [None])
        if bank is None or method.id in bank.services
    ]


def wishes(catalogue: Catalogue) -> Iterator[Wish]:
    """People with one to four means, each another one."""
    chance, seen, means = random.Random(7), set[Wish](), all_means(catalogue)
    while True:
        wish = Wish(tuple(sorted(set(chance.choices(means, k=chance.randint(1, 4))))))
        if wish not in seen:
            seen.add(wish)
            yield wish


def addresses(catalogue: Catalogue) -> Iterator[str]:
    """All kinds of feeds in all languages, for these people; one in five names a system as well, and one a task."""
    chance, systems = random.Random(8), sorted({*catalogue.systems, *catalogue.banks})
    tasks = [task.id for task in catalogue.tasks_of("patient")]
    for wish in wishes(catalogue):
        named = (chance.choice(systems),) if chance.random() < 0.2 else ()
        asked = (chance.choice(tasks),) if chance.random() < 0.2 else ()
        path = f"/feeds/patient.{chance.choice(LANGUAGES)}.{chance.choice(PERSONAL_KINDS)}"
        yield f"{path}?{replace(wish, systems=named, tasks=asked).query}"


def crowd(catalogue: Catalogue) -> Iterator[Wish]:
    """Any number of people, each another one, without a list of who was here: it would be counted as growth."""
    return (Wish(tuple(sorted(those))) for those in itertools.combinations(all_means(catalogue), 4))


async def personal() -> list[Figure]:
    """Feeds for one person: how many cold ones a second, how late at half that rate, how much memory."""
    settings = config()
    settle()  # as the daemon does before its first pass
    of = desk(settings, WINDOWS)
    feeds = PersonalFeeds(_at_once, lambda _, error: str(error))
    feeds.desk = of
    whole = Answers.of({FEED: b"x"}).by_path[FEED]
    people = wishes(for_patients(settings))

    async def ask() -> float:
        wish = next(people)
        begin = time.perf_counter()
        await feeds.answer(FEED, wish.query.encode(), whole)
        return time.perf_counter() - begin

    for _ in range(WARMING):
        await ask()
    begin, processor = time.perf_counter(), time.process_time()
    for _ in range(COLD_ONES):
        await ask()
    cold = COLD_ONES / (time.perf_counter() - begin)
    each = 1000 * (time.process_time() - processor) / COLD_ONES
    late = await half_of(cold, ask)
    # As many people on smaller feeds: what is kept of each counts, and not how long making it takes.
    feeds.desk = desk(settings, FEW)
    people = crowd(for_patients(settings))
    for _ in range(PEOPLE // 10):
        await ask()
    before = resident()
    for _ in range(PEOPLE - PEOPLE // 10):
        await ask()
    grown = (resident() - before) / 1e6
    name = f"a calendar for one person, {WINDOWS} windows known"
    return [
        Figure(f"{name}: never asked for before", cold, "/s", COLD, floor=True),
        Figure(f"{name}: processor time", each, "ms"),
        Figure(f"{name}: 99 of 100 answered within, at half that rate", 1000 * late, "ms", LATE),
        Figure(f"{name}: bytes kept", feeds.size / 1e6, "MB", 33.6),
        Figure(f"{name}: memory that {PEOPLE:,} people add", grown, "MB", GROWTH),
    ]


def resident() -> int:
    """Bytes of this process that are in memory now: the most there ever were would hide what is added below."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


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


async def serve_people() -> None:
    """Be the server of feeds for one person, all kinds made ready; tell the processor time for each line given."""
    settings = config()
    settle()
    of = desk(settings, WINDOWS)
    names = [("patient", language, kind) for language in LANGUAGES for kind in PERSONAL_KINDS]
    for name in names:
        of.shelf(name)
    app = App(lambda: ({}, True))
    app.answers = Answers.of({"/feeds/" + ".".join(name): b"x" for name in names})
    app.personal = PersonalFeeds(_at_once, lambda _, error: str(error))
    app.personal.desk = of
    async with serving(app, "127.0.0.1:0") as listening:
        print(listening.port, flush=True)
        await asyncio.to_thread(_tell_time)


def _tell_time() -> None:
    for _ in sys.stdin:
        print(time.process_time(), flush=True)


def read(port: int, addresses: Sequence[str]) -> None:
    """Ask for each on one connection, and read all of the answer."""
    space = memoryview(bytearray(1 << 20))
    with socket.create_connection(("127.0.0.1", port)) as asked:
        for address in addresses:
            asked.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head:
                head += asked.recv(4096)
            head, _, body = head.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            assert head.startswith(b"HTTP/1.1 200 "), head
            assert length is not None, head
            left = int(length[1]) - len(body)
            while left:
                left -= asked.recv_into(space, min(left, len(space)))


@contextlib.contextmanager
def server() -> Iterator[tuple[int, Callable[[], float]]]:
    """Such a server in a process of its own: its port, and what tells the seconds of a processor it has used."""
    command = [sys.executable, "-m", "tests.benchmarks.people"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=nothing, text=True) as process:
        said, asking = process.stdout, process.stdin
        assert said is not None
        assert asking is not None

        def number() -> float:
            return float(next(line for line in said if re.fullmatch(r"[\d.]+\n", line)))

        def processor_time() -> float:
            print(file=asking, flush=True)
            return number()

        try:
            yield int(number()), processor_time
        finally:
            process.kill()


def over_http() -> list[Figure]:
    """Cold feeds for one person through the socket: calendars in Polish, then all kinds, with systems and tasks."""
    catalogue = for_patients(config())
    calendars = (f"{FEED}?{wish.query}" for wish in wishes(catalogue))
    figures = []
    with server() as (port, processor_time), ThreadPoolExecutor(2) as pool:
        for kinds, all_ in (("a calendar", calendars), ("feeds of all kinds", addresses(catalogue))):
            read(port, list(itertools.islice(all_, WARMING)))
            asked = list(itertools.islice(all_, COLD_ONES))
            used, begin = processor_time(), time.perf_counter()
            list(pool.map(read, [port] * 2, [asked[::2], asked[1::2]]))
            took, used = time.perf_counter() - begin, processor_time() - used
            name = f"{kinds} for one person over HTTP, {WINDOWS} windows known"
            rate, each = len(asked) / took, 1000 * used / len(asked)
            figures.append(Figure(f"{name}: never asked for before", rate, "/s", COLD, floor=True))
            figures.append(Figure(f"{name}: processor time", each, "ms"))
    return figures


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(serve_people())
