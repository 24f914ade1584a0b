"""How long it takes to reason about twenty years of windows on the real catalogue, and how much memory.

``python -m tests.benchmarks.bench_reasoning [WINDOWS]`` lays all windows over the network (timelines of
every condition) and assesses each of them for every audience: severity, tasks touched, digest of the
advice. No words are written. Memory is the peak of the whole process, catalogue and windows included.
"""

from __future__ import annotations

import resource
import sys
import time

from notifier.availability import Adviser, Effects, Network, Outlook
from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.sample import config, windows

WINDOWS = 100_000
SECONDS, MEGABYTES = 10.0, 500.0


def measure() -> list[Figure]:
    """Reason once from nothing: nothing is warm but the catalogue."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), WINDOWS)
    catalogue = config().catalogue
    network = Network(catalogue)
    known = windows(catalogue, count)
    begin = time.perf_counter()
    outlook = Outlook(network, known)
    swept = time.perf_counter()
    adviser = Adviser(outlook, Effects(network))
    first, *others = catalogue.audiences
    for window in known:
        adviser.assess(window, first)
    for_one = time.perf_counter()
    for window in known:
        for audience in others:
            adviser.assess(window, audience)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    name = f"{count:,} windows"
    many = len(others) + 1
    return [
        Figure(f"{name}: timelines of all conditions", swept - begin, "s"),
        Figure(f"{name}: timelines, advice for one audience ({first})", for_one - begin, "s", SECONDS),
        Figure(f"{name}: timelines, advice for all {many} audiences", end - begin, "s", SECONDS),
        Figure(f"{name}: peak memory", peak, "MB", MEGABYTES),
    ]


if __name__ == "__main__":
    tell(measure)
