"""Where else windows come from: feeds, calendars, pages, status pages and mails, read and told as claims.

A source says what it says; nothing here publishes anything, and nothing is cancelled by silence. From bytes to
claims: :mod:`fetching`, :mod:`mailbox` (bytes come in), :mod:`keeping` (a copy, and the record of the polls),
:mod:`kinds` (bytes, claims), :mod:`schedule` (when next, and what to doubt), :mod:`polling` (all of it together).

Here stands only what was said, for those who judge it. Who reads sources imports the modules that do: they load
a client and readers of pages, which the others need not hold.
"""

from notifier.sources.statement import Claim, Statement, Trouble, TroubleKind

__all__ = ["Claim", "Statement", "Trouble", "TroubleKind"]
