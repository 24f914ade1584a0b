"""A window in the making: what a piece of a sentence says of one stretch of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from notifier.model import Impact
from notifier.sources.reading.findings import Function, Kind
from notifier.sources.reading.pieces import Piece
from notifier.sources.reading.statements import Statement, functions_of
from notifier.sources.reading.times.instants import Span
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.vocabulary import A_SYSTEM, ACCESS, APP


@dataclass(slots=True)
class Draft:
    """A window in the making. ``sentence`` is the number of the sentence that gave its time."""

    systems: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    impact: Impact
    kind: Kind
    functions: frozenset[Function]
    sentence: int
    evidence: list[str] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)
    range: Range | None = None
    payments: bool = False  #: only cards and transfers are meant

    @property
    def whole(self) -> bool:
        """True with both ends."""
        return self.start is not None and self.end is not None


def draft_of(
    number: int,
    piece: Piece,
    systems: tuple[str, ...],
    statement: Statement,
    span: Span,
    kind: Kind,
    problems: set[str],
) -> Draft:
    """The draft of one stretch of time, with the doubts that its words give."""
    functions = functions_of(piece.folded)
    impact = statement.impact
    banks = bool(systems) and all(one.startswith("bank.") for one in systems)
    online = ACCESS.search(piece.folded) or A_SYSTEM.search(piece.folded)
    if banks and APP.search(piece.folded) and not online:
        impact, functions = Impact.DEGRADED, frozenset({Function.APP})
    doubts = set(span.problems) | problems | (set() if systems else {"missing-system"})
    if kind is Kind.CANCELLED:
        doubts.add("cancellation")
    elif kind is Kind.COMPLETED:
        doubts.add("completion")
    elif kind is not Kind.PLANNED and (span.start is None or span.end is None):
        doubts.add("change")
    return Draft(
        systems, span.start, span.end, impact, kind, functions, number, problems=doubts, range=piece.range
    )
