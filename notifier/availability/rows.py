"""Rows: one method of one task at one bank. Here it is decided that a method still works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifier.model import Verdict

# A snapshot holds a verdict a byte; looking it up here is much faster than calling the enum.
_VERDICTS = tuple(Verdict)
_USABLE, _UNKNOWN = int(Verdict.USABLE), int(Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one task (at one bank): the unit that gets a verdict.

    ``own`` is the condition of the task's own systems, ``needs`` those of the method and of its use in
    this task, ``prepare`` what must be up for preparing (``None``: nothing); ``standing`` is the best
    that may ever be promised.
    """

    index: int
    task: str
    step: str
    method: str
    bank: str | None
    everyone: bool
    own: int
    needs: tuple[int, ...]
    prepare: int | None
    standing: Verdict
    facts: tuple[str, ...]

    @property
    def asked(self) -> tuple[int, ...]:
        """The conditions on which the verdict depends."""
        return (self.own, *self.needs) if self.prepare is None else (self.own, *self.needs, self.prepare)

    def verdict(self, snapshot: bytes) -> Verdict:
        """The verdict when the conditions stand as in ``snapshot`` (one verdict a byte).

        :class:`judging.Judge` says the same of all rows at once.
        """
        worst: int = self.standing
        if snapshot[self.own] < worst:
            worst = snapshot[self.own]
        for condition in self.needs:
            if snapshot[condition] < worst:
                worst = snapshot[condition]
        if worst == _USABLE and self.prepare is not None and snapshot[self.prepare] <= _UNKNOWN:
            return Verdict.IF_PREPARED
        return _VERDICTS[worst]


def combine(steps: Iterable[str], answers: Iterable[tuple[Row, Verdict]]) -> Verdict:
    """Best row of each step, then the worst of the steps; a step without a row is ``unusable``."""
    best = dict.fromkeys(steps, Verdict.UNUSABLE)
    for row, verdict in answers:
        best[row.step] = max(best[row.step], verdict)
    return min(best.values(), default=Verdict.UNUSABLE)
