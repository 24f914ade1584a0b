"""How soon one new window is in all feeds, calendars and pages on the disk when a hundred thousand are known.

``python -m tests.benchmarks.bench_cycle [WINDOWS]`` puts twenty years of windows into a store in memory, tells
them of what was announced, and lets an operator add one more: timed is the pass that learns of it, from its first
line to the last file that it changes. For comparison the whole tree is made from nothing, as after a restart.

Settings are those that are shipped. Some five thousand of these windows lie in the last 400 days, ten a day, so
the tree is as large as its bounds let it become: 500 windows with a page, told to six audiences in two languages,
and 300 items a feed. A country that plans less has a smaller tree and is quicker.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import Config
from notifier.cycle import Cycle
from notifier.cycle.passing import LAST_PASS
from notifier.model import (
    Advice,
    Channel,
    Edition,
    Notice,
    NoticeKey,
    Occasion,
    Severity,
    Window,
)
from notifier.store import Store
from notifier.web import write_tree
from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.sample import END, config, windows

WINDOWS = 100_000
ROUNDS = 5
NOW = END - timedelta(days=1)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SECONDS, TIMES, START = 1.0, 10.0, 120.0
"""The last one is for a start: the service manager gives it three minutes."""


def filled(settings: Config, known: list[Window]) -> Store:
    """A store in which these windows are recorded, and the last ones told, up to a minute before now."""
    store = Store.open("sqlite://")
    editions = [
        Edition(window, 1, window.start - 7 * DAY, window.start - 7 * DAY, "archive", "sample", "known")
        for window in known
    ]
    with store.transaction():
        store.editions.append(editions)
        store.notices.add([(notice, notice.due) for notice in announcements(settings, editions)], NOW - DAY)
        store.marks.put(LAST_PASS, (NOW - MINUTE).isoformat())
    return store


def announcements(settings: Config, editions: list[Edition]) -> Iterator[Notice]:
    """What each audience was told of the windows that feeds still show; the record keeps only its digest."""
    network = Network(settings.catalogue)
    oldest = NOW - timedelta(days=settings.settings.feeds.keep_days)
    adviser = Adviser(Outlook(network, [edition.window for edition in editions]), Effects(network))
    for edition in editions:
        window = edition.window
        if window.interval.until < oldest:
            continue
        for audience in settings.catalogue.audiences:
            short = adviser.assess(window, audience)
            if short.severity is Severity.NONE or adviser.masked_by(window, audience) is not None:
                continue
            advice = Advice(window, audience, short.severity, window.interval, (), (), (), short.digest)
            yield Notice(
                key=NoticeKey(window.id, audience, Occasion.ANNOUNCED),
                due=edition.known_at,
                useful_until=window.interval.until,
                sent=True,
                reason="known",
                edition=1,
                sequence=0,
                severity=short.severity,
                advice=advice,
                channels=frozenset({Channel.MAIL, Channel.NEWS, Channel.CALENDAR}),
            )


@dataclass(frozen=True, slots=True)
class Taken:
    """What one pass and its files took: seconds of the clock and of the processor."""

    wall: float
    processor: float


class Daemon:
    """The part of the daemon that publishes: passes over a store, each written to the same folder."""

    def __init__(self, cycle: Cycle, out: Path) -> None:
        self.cycle = cycle
        self.out = out
        self.tree: Mapping[str, bytes] | None = None

    def publish(self, now: datetime) -> Taken:
        """One pass and its files."""
        wall, processor = time.perf_counter(), time.process_time()
        done = self.cycle.run_pass(now)
        if done.tree is not None:
            write_tree(self.out, done.tree, now, self.tree)
            self.tree = done.tree
        taken = Taken(time.perf_counter() - wall, time.process_time() - processor)
        assert not done.untold, done.untold[0]
        return taken


def run() -> list[Figure]:
    """Fill a store, make the tree from nothing, then add one window after the other."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), WINDOWS)
    quiet = replace(config(), windows=(), subscribers=())
    known = [window for window in windows(quiet.catalogue, count) if window.start - 7 * DAY < NOW - DAY]
    store = filled(quiet, known)
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(Cycle(quiet, store), Path(folder) / "public")
        anew = daemon.publish(NOW)
        one_more = []
        for number in range(1, ROUNDS + 1):
            now, start = NOW + number * MINUTE, NOW + (2 + number) * DAY
            new = Window(f"new-{number}", ("pz",), start, start + timedelta(hours=8))
            store.editions.append(
                [Edition(new, 1, now - MINUTE, now - MINUTE, "operator", "anna", "told by phone")]
            )
            one_more.append(daemon.publish(now))
            for name in ("feeds/patient.pl.ics", "feeds/patient.en.rss", "api/advice.json"):
                assert new.id in (daemon.out / name).read_text()
            assert (daemon.out / "en" / "windows" / new.id / "index.html").exists()
        idle = daemon.publish(NOW + (ROUNDS + 1) * MINUTE)
        tree = daemon.tree or {}
    store.close()
    name = f"{len(known):,} windows known"
    wall = statistics.median(taken.wall for taken in one_more)
    return [
        Figure(f"{name}: one new window in all feeds and pages on disk", wall, "s", SECONDS),
        Figure(
            f"{name}: processor time of that", statistics.median(taken.processor for taken in one_more), "s"
        ),
        Figure(f"{name}: the whole tree from nothing", anew.wall, "s", START),
        Figure(f"{name}: from nothing / one new", anew.wall / wall, "times", TIMES, floor=True),
        Figure(f"{name}: a pass in which nothing is new", 1000 * idle.wall, "ms"),
        Figure(f"{name}: files in the tree", len(tree), "files"),
        Figure(f"{name}: size of the tree", sum(map(len, tree.values())) / 1e6, "MB"),
    ]


if __name__ == "__main__":
    tell(run)
