"""What to prepare before a window: first what an outage will make impossible, then what is wiser done early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from notifier.model import Method, Prepare, Severity, Status, TaskAdvice, Verdict, Window


def preparations(
    methods: Mapping[str, Method], window: Window, tasks: Sequence[TaskAdvice], severity: Severity
) -> Iterator[Prepare]:
    """The preparations worth making for a window that does this to these tasks; dated ones first, by date."""
    dated: dict[str, Prepare] = {}
    wise: dict[str, Prepare] = {}
    for task in tasks:
        found = _working(task)
        answers = (answer for part in task.parts for answer in part.answer.methods)
        # Only where a method really goes, or may, is it worth readying another; that nobody knows
        # whether it is touched at all is no reason.
        gone = Verdict.UNKNOWN if window.status is Status.TENTATIVE else Verdict.UNUSABLE
        worth = any(a.verdict <= gone and a.method not in found for a in answers)
        for method, moments in found.items():
            # A doubt about one use of a method is no deadline for readying the method itself.
            dates = [] if methods[method].prepare is None else [m for m in moments if m is not None]
            by = min(dates, default=None)
            for preparation in methods[method].preparations:
                known = dated.get(preparation)
                if by is not None and (known is None or known.by is None or by < known.by):
                    dated[preparation] = Prepare(preparation, method, by)
                elif by is None and worth:
                    wise.setdefault(preparation, Prepare(preparation, method, None))
    yield from sorted(dated.values(), key=lambda item: (item.by is None, item.by))
    if severity.rank >= Severity.MAJOR.rank:
        yield from (item for key, item in wise.items() if key not in dated)


def _working(task: TaskAdvice) -> dict[str, set[datetime | None]]:
    """The methods of a task that can be relied on in some part, each with its moments for preparing."""
    found: dict[str, set[datetime | None]] = {}
    for part in task.parts:
        for answer in part.answer.methods:
            if not answer.verdict.lost:
                found.setdefault(answer.method, set()).add(answer.prepare_by)
    return found
