"""The rows of one task as a whole: when nothing is left of it, which last resort is told, what is waiting."""

from __future__ import annotations

from collections.abc import Iterable

from notifier.availability.condition import picker
from notifier.availability.rows import Row
from notifier.availability.runs import RELIABLE, spread
from notifier.model import Verdict

_UNKNOWN = int(Verdict.UNKNOWN)


class TaskRows:
    """The rows of one task, asked by runs of ones (see :mod:`runs`).

    ``bit`` stands for the task among all tasks. Of its rows, ``everything`` are all bits, ``steps`` those of
    each step that tell what can be relied on, and ``preparing`` those of each method, by the condition of
    preparing it; ``own`` is the condition of the task's own systems; ``place`` is where the task stands in
    the text of all rows.
    """

    def __init__(
        self,
        index: int,
        rows: tuple[Row, ...],
        steps: Iterable[str],
        causes: Iterable[int] = (),
        resorts: Iterable[tuple[str, tuple[int, ...]]] = (),
        *,
        essential: bool = False,
    ) -> None:
        """Take the place in the catalogue, the rows and the steps, what may cause a loss, and last resorts.

        ``causes`` are the conditions of the task's own systems one by one. A last resort is a card and the
        conditions that must all be lost for it.
        """
        self.index = index
        self.bit = 1 << index
        self.essential = essential
        self.rows = rows
        self.own = rows[0].own if rows else 0
        self.everything = spread(rows)
        self.steps = [
            spread((row for row in rows if row.step == step), RELIABLE) for step in dict.fromkeys(steps)
        ]
        self.preparing = {
            key: spread((row for row in rows if (row.method, row.prepare) == key), RELIABLE)
            for key in dict.fromkeys((row.method, row.prepare) for row in rows if row.prepare is not None)
        }
        first = rows[0].index if rows else 0
        self.place = slice(2 * first, 2 * (first + len(rows)))
        self._methods = [
            spread((row for row in rows if row.method == method), RELIABLE)
            for method in dict.fromkeys(row.method for row in rows)
        ]
        self._causes = tuple(causes)
        self._resorts = tuple(resorts)
        self._pick = picker((self.own, *self._causes, *(i for _, lost in self._resorts for i in lost)))
        self._losses: dict[object, str] = {}

    def is_lost(self, runs: int) -> bool:
        """True when nothing is left: some step has no row that anybody can rely on."""
        return not self.steps or not all(runs & step for step in self.steps)

    def differs(self, one: int, other: int) -> bool:
        """True when some row has another verdict in these runs than in the others."""
        return bool((one ^ other) & self.everything)

    def is_worse(self, runs: int, *, than: int) -> bool:
        """True when some row has a worse verdict in these runs than in the others."""
        return bool(than & ~runs & self.everything)

    def methods_differ(self, one: int, other: int) -> bool:
        """True when a method can be relied on in one case only; a per-bank one can while it can at any bank."""
        return any(bool(one & method) != bool(other & method) for method in self._methods)

    def waiting(self, snapshot: bytes, runs: int) -> int:
        """The bits of the rows that work only for those who made a preparation."""
        return sum(
            runs & bits for (_, condition), bits in self.preparing.items() if snapshot[condition] <= _UNKNOWN
        )

    def resort(self, snapshot: bytes) -> str | None:
        """The card of the last resort; ``None`` where the task has none for what is lost."""
        return next(
            (card for card, lost in self._resorts if all(snapshot[i] <= _UNKNOWN for i in lost)), None
        )

    def loss(self, snapshot: bytes) -> str:
        """What there is to say when nothing is left: which of the task's own systems are lost, the resort."""
        key = self._pick(snapshot)
        found = self._losses.get(key)
        if found is None:
            own = snapshot[self.own]
            # The words name the systems that are lost instead of the methods.
            causes = ["x" if snapshot[i] <= own else "-" for i in self._causes] if own <= _UNKNOWN else []
            found = self._losses[key] = f"{''.join(causes)}{self.resort(snapshot)}"
        return found
