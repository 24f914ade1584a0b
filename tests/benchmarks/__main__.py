"""All benchmarks, one after another, each in a process of its own: ``python -m tests.benchmarks``.

Ends with status 1 where a goal is missed. Goals are for a quiet machine with two cores.
"""

from __future__ import annotations

import sys

from tests.benchmarks.figure import apart, table

MODULES = ("bench_feeds", "bench_reasoning", "bench_cycle", "bench_rest")


def main() -> None:
    """Measure, print one table, and say by the status whether all goals hold."""
    figures = []
    for module in MODULES:
        print(f"{module} …", file=sys.stderr, flush=True)
        figures += apart(f"{__package__}.{module}")
    print(table(figures))
    sys.exit(not all(figure.holds for figure in figures))


if __name__ == "__main__":
    main()
