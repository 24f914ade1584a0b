"""One pass from facts to messages, made by the daemon and by every command that shows what it would do."""

from notifier.cycle.passing import Cycle, Pass
from notifier.cycle.publishing import state
from notifier.cycle.reconcile import FILES, OPERATOR, Editions, Reconciled, reconcile
from notifier.cycle.settings import read_config, schedule_of, site_words

__all__ = [
    "FILES",
    "OPERATOR",
    "Cycle",
    "Editions",
    "Pass",
    "Reconciled",
    "read_config",
    "reconcile",
    "schedule_of",
    "site_words",
    "state",
]
