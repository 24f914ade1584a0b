"""What still works: windows and catalogue in, verdicts with reasons out. Pure: no clock, file or socket.

The verdict on one method is decided in :meth:`rows.Row.verdict`, and for all methods at once in
:class:`judging.Judge`; the words "down", "degraded" and "uncertain" in :func:`outlook.state_of`; why a
method is lost in :class:`answers.Instant`; how much a window matters in :class:`assessment.Assessor`, and
what its digest says in :class:`panel.Panel`; what an audience is told about it in :class:`advice.Adviser`.
"""

from notifier.availability.advice import Adviser
from notifier.availability.answers import Instant
from notifier.availability.assessment import Assessment
from notifier.availability.effect import Effect, Effects
from notifier.availability.network import Network
from notifier.availability.outlook import Outlook
from notifier.availability.rows import Row
from notifier.availability.timeline import Piece, Shift, timeline

__all__ = [
    "Adviser",
    "Assessment",
    "Effect",
    "Effects",
    "Instant",
    "Network",
    "Outlook",
    "Piece",
    "Row",
    "Shift",
    "timeline",
]
