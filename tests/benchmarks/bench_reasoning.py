"""How long it takes to reason about twenty years of windows on the real catalogue, and how much memory.

``python -m tests.benchmarks.bench_reasoning [WINDOWS]`` takes random windows (see :mod:`sample`) and the
catalogue as shipped, and measures, on one core and from nothing:

- *timelines*: all windows laid over the network, which gives the verdict on every condition at every instant;
- *advice*: every window assessed for every audience, one window after the other. That is the decision on each
  row of each task touched in each piece of the window's time, what must be prepared and since when it cannot
  be, the last resort, the severity, and the digest of all of it;
- *read out*: for a thousand windows and all audiences the whole advice as objects, with the reasons behind
  each row. The goal does not cover it: advice is read out when somebody is told, not when it is weighed.

No words are written. The garbage collector is set as in the daemon. The goal is held against wall time, as for
a quiet machine; processor time is told beside it. Memory is the peak of the whole process, catalogue and windows
included, before advice is read out.
"""

from __future__ import annotations

import resource
import sys
import time

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.daemon.heap import settle
from tests.benchmarks.figure import Figure, tell
from tests.benchmarks.sample import config, windows

WINDOWS, READ_OUT = 100_000, 1_000
SECONDS, MEGABYTES = 10.0, 500.0


def measure() -> list[Figure]:
    """Reason once from nothing: nothing is warm but the catalogue."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), WINDOWS)
    catalogue = config().catalogue
    network = Network(catalogue)
    known = windows(catalogue, count)
    settle()
    begin, worked = time.perf_counter(), time.process_time()
    outlook = Outlook(network, known)
    swept = time.perf_counter()
    adviser = Adviser(outlook, Effects(network))
    for window in known:
        for audience in catalogue.audiences:
            adviser.assess(window, audience)
    end, worked = time.perf_counter(), time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    some = known[:: max(1, count // READ_OUT)]
    for window in some:
        for audience in catalogue.audiences:
            adviser.advise(window, audience)
    read_out = time.perf_counter() - end
    name, all_of_them = f"{count:,} windows", f"all {len(catalogue.audiences)} audiences"
    return [
        Figure(f"{name}: timelines of all conditions", swept - begin, "s"),
        Figure(f"{name}: timelines, advice for {all_of_them}", end - begin, "s", SECONDS),
        Figure(f"{name}: the same, processor time", worked, "s"),
        Figure(f"{name}: peak memory", peak, "MB", MEGABYTES),
        Figure(f"{len(some):,} windows: advice for {all_of_them} read out", read_out, "s"),
    ]


if __name__ == "__main__":
    tell(measure)
