"""Whether a method still works at an instant, and why: the place where verdicts get their reasons.

The verdict itself is :meth:`notifier.availability.rows.Row.verdict`; here it is joined by the
windows and facts behind it, by the last moment for preparing, and by the next change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from notifier.availability.condition import OF_STATE
from notifier.availability.network import Network
from notifier.availability.outlook import Outlook, state_of
from notifier.availability.rows import Row, combine
from notifier.model import (
    AllOf,
    MethodAnswer,
    Needs,
    Profile,
    Requirement,
    SystemState,
    Task,
    TaskAnswer,
    Verdict,
    Window,
)


class Instant:
    """One moment of an outlook, asked as often as needed."""

    def __init__(self, outlook: Outlook, moment: datetime) -> None:
        self.outlook = outlook
        self.network: Network = outlook.network
        self.moment = moment
        self.windows = outlook.covering(moment)
        self.states = [SystemState.UP] * len(self.network.leaves)
        self._windows_on: dict[int, list[Window]] = {}
        for window in self.windows:
            for leaf in self.network.leaves_below(window.systems):
                self.states[leaf] = min(self.states[leaf], state_of(window))
                self._windows_on.setdefault(leaf, []).append(window)
        self.snapshot = outlook.at(moment)

    def task(self, task: Task, profile: Profile = Profile(), *, horizon: bool = True) -> TaskAnswer:
        """The answer for one task; with a profile only the methods the person has are listed and count.

        ``horizon`` False leaves ``until`` empty, which saves looking ahead.
        """
        rows = list(rows_for(self.network, task.id, profile))
        answers = tuple(self.method(row, horizon=horizon) for row in rows)
        judged = ((row, answer.verdict) for row, answer in zip(rows, answers, strict=True))
        verdict = combine((step.id for step in task.steps), judged)
        own = self.network.conditions[rows[0].own] if rows else None
        lost = own is not None and self.snapshot[own.index] <= Verdict.UNKNOWN
        cause = tuple(self._systems(self._blame(own.tree, own.leaves))) if own and lost else ()
        because = tuple(
            dict.fromkeys(
                window for answer in answers if answer.verdict <= verdict for window in answer.because
            )
        )
        return TaskAnswer(
            task=task.id,
            verdict=verdict,
            because=() if verdict is Verdict.USABLE else because,
            methods=answers,
            cause=cause,
            last_resort=self.network.task_rows[task.id].resort(self.snapshot),
        )

    def method(self, row: Row, *, horizon: bool = True) -> MethodAnswer:
        """The answer for one row: verdict, windows and facts behind it, deadline, next change."""
        verdict = row.verdict(self.snapshot)
        until = self._until(row, verdict) if horizon else None
        if verdict is Verdict.USABLE:
            return MethodAnswer(row.method, row.bank, row.step, verdict, (), row.facts, None, until)
        blamed = list(self._blamed(row, verdict))
        found = {window.id: window for leaf, _ in blamed for window in self._windows_on.get(leaf, ())}
        facts = (*row.facts, *(fact for _, needs in blamed for fact in needs.facts))
        return MethodAnswer(
            method=row.method,
            bank=row.bank,
            step=row.step,
            verdict=verdict,
            because=tuple(sorted(found, key=lambda key: (found[key].start, key))),
            facts=tuple(dict.fromkeys(facts)),
            prepare_by=self.prepare_by(row, verdict),
            until=until,
        )

    def prepare_by(self, row: Row, verdict: Verdict) -> datetime | None:
        """Start of the merged stretch, containing this moment, in which preparing is impossible."""
        if row.prepare is None or verdict.lost or self.snapshot[row.prepare] > Verdict.UNKNOWN:
            return None
        return self.outlook.lost_since(row.prepare, self.moment)

    def _until(self, row: Row, verdict: Verdict) -> datetime | None:
        snapshots, previous = self.outlook.snapshots, self.snapshot
        for piece in range(self.outlook.piece_at(self.moment) + 1, len(snapshots)):
            if snapshots[piece] is not previous:
                previous = snapshots[piece]
                if row.verdict(previous) != verdict:
                    return self.outlook.times[piece]
        return None

    def _blamed(self, row: Row, verdict: Verdict) -> Iterator[tuple[int, Needs]]:
        asked = [row.own, *row.needs]
        if verdict is Verdict.IF_PREPARED and row.prepare is not None:
            asked = [row.prepare]
        for index in asked:
            condition = self.network.conditions[index]
            if self.snapshot[index] == verdict or verdict is Verdict.IF_PREPARED:
                yield from self._blame(condition.tree, condition.leaves)

    def _blame(self, tree: Requirement, leaves: Sequence[int]) -> Iterator[tuple[int, Needs]]:
        """The leaves that make a tree as bad as it is: the worst of all-of, everything of any-of."""
        at = iter(leaves)

        def walk(part: Requirement) -> tuple[Verdict, list[tuple[int, Needs]]]:
            if isinstance(part, Needs):
                leaf = next(at)
                verdict = OF_STATE[self.states[leaf], part.certain]
                return verdict, [] if verdict is Verdict.USABLE else [(leaf, part)]
            found = [walk(child) for child in part.parts]
            if not found:
                return Verdict.USABLE, []
            pick = min if isinstance(part, AllOf) else max
            verdict = pick(child for child, _ in found)
            if verdict is Verdict.USABLE:
                return verdict, []
            blamed = [leaf for child, below in found if child <= verdict for leaf in below]
            return verdict, blamed

        yield from walk(tree)[1]

    def _systems(self, blamed: Iterable[tuple[int, Needs]]) -> list[str]:
        return list(dict.fromkeys(needs.system for _, needs in blamed))


def rows_for(network: Network, task: str, profile: Profile) -> Iterator[Row]:
    """The rows of a task that count for a person: theirs, and those that take no personal means."""
    return (
        row
        for row in network.rows_of(task)
        if not profile or row.everyone or profile.has(row.method, row.bank)
    )
