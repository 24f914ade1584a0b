"""All benchmarks, one after another, each in a process of its own: ``python -m tests.benchmarks [PART …] [NUMBER]``.

A part is a module ``bench_<part>.py`` beside this one: its ``run()`` measures and returns figures, and it ends with
``tell(run)``, so that it can be started alone as well. Whoever adds such a module has added a part. A number is
handed on to every part that wants to know how many windows (or mails) to take.

Ends with status 1 where a goal is missed or a part failed, 2 for a part that does not exist. Goals are for a quiet
machine with two cores.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.benchmarks.figure import Figure, PartFailed, apart, table

PARTS = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> int:
    """Measure, print one table, and say by the status whether all goals hold."""
    numbers = [word for word in sys.argv[1:] if word.isdigit()]
    wanted = [word for word in sys.argv[1:] if not word.isdigit()] or PARTS
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    failed = []
    for part in wanted:
        print(f"{part} … ", end="", file=sys.stderr, flush=True)
        begin = time.monotonic()
        try:
            figures += apart(f"{__package__}.bench_{part}", *numbers)
        except PartFailed as error:
            failed.append(part)
            print(error, file=sys.stderr)
        else:
            print(f"{time.monotonic() - begin:.0f} s", file=sys.stderr)
    if figures:
        print(table(figures))
    if failed:
        print(f"not measured: {', '.join(failed)}")
    return int(bool(failed) or not all(figure.holds for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
