"""One pass from facts to messages, made by the daemon and by every command that shows what it would do."""

from notifier.cycle.mailing import Addressed, Mailing
from notifier.cycle.passing import Cycle
from notifier.cycle.publishing import state
from notifier.cycle.reconcile import FILES, MISSING, OPERATOR, Editions, Reconciled, reconcile
from notifier.cycle.result import Pass
from notifier.cycle.settings import read_config, schedule_of, site_words
from notifier.cycle.telling import Recorded

__all__ = [
    "FILES",
    "MISSING",
    "OPERATOR",
    "Addressed",
    "Cycle",
    "Editions",
    "Mailing",
    "Pass",
    "Reconciled",
    "Recorded",
    "read_config",
    "reconcile",
    "schedule_of",
    "site_words",
    "state",
]
