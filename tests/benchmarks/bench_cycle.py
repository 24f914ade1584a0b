"""How soon one new window is in all feeds on the disk when a hundred thousand are known.

``python -m tests.benchmarks.bench_cycle [WINDOWS]`` puts twenty years of windows into a store in memory, tells
them of what was announced, and lets an operator add one more: timed is the pass that learns of it and the
writing of the files it changes. For comparison the whole tree is made from nothing, as after a restart.

Feeds hold the last thirty days here: some three hundred windows, told to six audiences in two languages, make
a public tree of seventy megabytes. How long a new window takes hangs on that, and hardly on how many are known.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
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
KEEP = timedelta(days=30)
NOW = END - timedelta(days=1)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SECONDS, TIMES = 1.0, 10.0


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
    adviser = Adviser(Outlook(network, [edition.window for edition in editions]), Effects(network))
    for edition in editions:
        window = edition.window
        if window.interval.until < NOW - KEEP:
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


def seconds(call: Callable[[], object]) -> float:
    """Wall time of one call."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def measure() -> list[Figure]:
    """Fill a store, make the tree from nothing, then add one window after the other."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), WINDOWS)
    shipped = config()
    feeds = shipped.settings.feeds.model_copy(update={"keep_days": KEEP.days})
    settings = shipped.settings.model_copy(update={"feeds": feeds})
    quiet = replace(shipped, settings=settings, windows=(), subscribers=())
    known = [window for window in windows(shipped.catalogue, count) if window.start - 7 * DAY < NOW - DAY]
    store = filled(quiet, known)
    cycle = Cycle(quiet, store)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "public"

        def publish(now: datetime) -> None:
            tree = cycle.run_pass(now).tree
            if tree is not None:
                write_tree(out, tree)

        anew = seconds(lambda: publish(NOW))
        one_more = []
        for number in range(1, ROUNDS + 1):
            now, start = NOW + number * MINUTE, NOW + (2 + number) * DAY
            new = Window(f"new-{number}", ("pz",), start, start + timedelta(hours=8))
            store.editions.append(
                [Edition(new, 1, now - MINUTE, now - MINUTE, "operator", "anna", "told by phone")]
            )
            one_more.append(seconds(lambda now=now: publish(now)))
            assert new.id in (out / "feeds" / "patient.pl.ics").read_text()
        idle = seconds(lambda: publish(NOW + (ROUNDS + 1) * MINUTE))
    store.close()
    name, median = f"{len(known):,} windows known", statistics.median(one_more)
    return [
        Figure(f"{name}: one new window in all feeds on disk", median, "s", SECONDS),
        Figure(f"{name}: the whole tree from nothing", anew, "s"),
        Figure(f"{name}: from nothing / one new", anew / median, "times", TIMES, floor=True),
        Figure(f"{name}: a pass in which nothing is new", 1000 * idle, "ms"),
    ]


if __name__ == "__main__":
    tell(measure)
