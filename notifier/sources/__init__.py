"""Where else windows come from: feeds, calendars, pages, status pages and mails, read and told as claims.

A source says what it says; nothing here publishes anything, and nothing is cancelled by silence. From bytes to
claims: :mod:`fetching`, :mod:`mailbox` (bytes come in), :mod:`keeping` (a copy, and the record of the polls),
:mod:`kinds` (bytes, claims), :mod:`schedule` (when next, and what to doubt), :mod:`polling` (all of it together).
"""

from notifier.sources.fetching import Client, Limits, agent_of
from notifier.sources.keeping import LONGEST_MAIL, Keeper
from notifier.sources.kinds import kind_names
from notifier.sources.mailbox import Login
from notifier.sources.polling import Poller
from notifier.sources.schedule import Record, is_due
from notifier.sources.source import Source
from notifier.sources.statement import Claim, Statement, Trouble, TroubleKind

__all__ = [
    "LONGEST_MAIL",
    "Claim",
    "Client",
    "Keeper",
    "Limits",
    "Login",
    "Poller",
    "Record",
    "Source",
    "Statement",
    "Trouble",
    "TroubleKind",
    "agent_of",
    "is_due",
    "kind_names",
]
