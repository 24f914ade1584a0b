"""What is due now, why, and when to look again. Pure: editions and a moment in, notices out.

Which occasions exist is in :mod:`notifier.model.notice`; when each is due in :mod:`occasions`; what
was told before and how it differs in :mod:`changes`; the walk through time in :class:`Planner`.
"""

from notifier.planning.changes import Told, changes_between, follow
from notifier.planning.knowledge import Knowledge
from notifier.planning.planner import Plan, Planner
from notifier.planning.schedule import Schedule, label

__all__ = [
    "Knowledge",
    "Plan",
    "Planner",
    "Schedule",
    "Told",
    "changes_between",
    "follow",
    "label",
]
