"""All tasks followed through time: what is said of each in one piece of an outlook after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from notifier.availability.judging import Judgement, Waiting
from notifier.availability.outlook import Outlook, text_of
from notifier.model import Verdict

_UNKNOWN = int(Verdict.UNKNOWN)

_REMEMBERED = 1_500
"""Pieces after which another course is begun. Few: windows are asked in the order of time."""


class Section(NamedTuple):
    """Some pieces of a course, in its lists; ``waiting`` is whether anything waits in any of them."""

    begins: Sequence[str]
    judged: Sequence[Judgement]
    texts: Sequence[tuple[str, ...]]
    waits: Sequence[tuple[str, ...]]
    waiting: bool


class Course:
    """The pieces of an outlook from one of them on, judged as far as somebody asked, or a little farther.

    The lists have one place a piece, the first for the piece ``begin``. ``begins`` tells as text when it
    begins, ``judged`` how all tasks stand in it; ``texts`` are those of the judgement, and ``waits`` tells of
    each way that waits, in the order of the judgement, its method and since when it cannot be prepared.
    """

    GAP: ClassVar = 8
    """How many pieces that nobody asked for are read through rather than starting again behind them."""
    AHEAD: ClassVar = 64
    """How many pieces at most are read before they are asked for: together they cost less than one by one."""

    def __init__(self, outlook: Outlook, begin: int) -> None:
        self.outlook = outlook
        self.begin = self.end = begin
        self.begins: list[str] = []
        self.judged: list[Judgement] = []
        self.texts: list[tuple[str, ...]] = []
        self.waits: list[tuple[str, ...]] = []
        self._ahead = 1
        self._unready: dict[int, tuple[int, int]] = {}

    def goes_on(self, first: int) -> bool:
        """False where what begins with this piece is better followed by another course."""
        return self.begin <= first <= self.end + self.GAP and len(self.judged) < _REMEMBERED

    def read(self, last: int) -> None:
        """Judge on, at least up to this piece of the outlook."""
        if last < self.end:
            return
        outlook, until = self.outlook, max(last + 1, self.end + self._ahead)
        self._ahead = min(2 * self._ahead, self.AHEAD)
        self.begins.extend(map(text_of, outlook.times[self.end : until]))
        judged = list(map(outlook.network.judge.judge, outlook.snapshots[self.end : until]))
        self.judged += judged
        self.texts += [judgement.texts for judgement in judged]
        self.waits += [
            self._waits(judgement.waiting, piece) for piece, judgement in enumerate(judged, self.end)
        ]
        self.end = self.begin + len(self.judged)

    def section(self, first: int, last: int) -> Section:
        """The pieces from one to another, both included and read."""
        pieces = slice(first - self.begin, last + 1 - self.begin)
        waits = self.waits[pieces]
        return Section(self.begins[pieces], self.judged[pieces], self.texts[pieces], waits, any(waits))

    def _waits(self, waiting: Waiting, piece: int) -> tuple[str, ...]:
        rows = waiting.rows
        return tuple([f"{way[0]}|{self._since(way[1], piece)}" for way, _ in rows]) if rows else ()

    def _since(self, condition: int, piece: int) -> str:
        """When the stretch began in which a condition cannot be relied on, and to which this piece belongs."""
        begin, end = self._unready.get(condition, (piece + 1, piece))
        if not begin <= piece <= end:
            first, snapshots = piece, self.outlook.snapshots
            while first > 0 and snapshots[first - 1][condition] <= _UNKNOWN:
                first -= 1
                if begin <= first <= end:  # the same stretch as when it was last asked for
                    first = begin
                    break
            begin, _ = self._unready[condition] = first, piece
        return text_of(self.outlook.times[begin])
