"""What was told to whom: editions, notices, subscribers and the outbox, in SQLite or PostgreSQL.

::

    store = Store.open("sqlite:///var/notifier.db")
    with store.transaction():
        for id_, notice in store.notices.add(due, now):
            ...
            store.outbox.enqueue(mails, now)
        store.marks.put("last-pass", now.isoformat())
"""

from notifier.store.calls import CallOutcome, CallRow, Calls, CallStats, ClaimedCall, NewCall
from notifier.store.editions import Editions
from notifier.store.errors import Reason, StoreConflict, StoreError
from notifier.store.hearsay import DecisionRow, WitnessRow
from notifier.store.holding import Held, Which
from notifier.store.marks import Marks
from notifier.store.notices import Notices
from notifier.store.outbox import Outbox
from notifier.store.overview import MailFacts
from notifier.store.personal import personal_document
from notifier.store.records import (
    ClaimedMail,
    Consent,
    ImportResult,
    MailRow,
    NewMail,
    NewSubscriber,
    NoticeRow,
    OutboxStats,
    Outcome,
    PersonalFile,
    PersonalMail,
    Pruned,
    SubscriberRow,
)
from notifier.store.standing import CONFIRM_WITHIN, UNDO_WITHIN
from notifier.store.store import Store
from notifier.store.subscribers import Subscribers
from notifier.store.tellings import Behind, Heard, Rhythms, Tellings

__all__ = [
    "CONFIRM_WITHIN",
    "UNDO_WITHIN",
    "Behind",
    "CallOutcome",
    "CallRow",
    "CallStats",
    "Calls",
    "ClaimedCall",
    "ClaimedMail",
    "Consent",
    "DecisionRow",
    "Editions",
    "Heard",
    "Held",
    "ImportResult",
    "MailFacts",
    "MailRow",
    "Marks",
    "NewCall",
    "NewMail",
    "NewSubscriber",
    "NoticeRow",
    "Notices",
    "Outbox",
    "OutboxStats",
    "Outcome",
    "PersonalFile",
    "PersonalMail",
    "Pruned",
    "Reason",
    "Rhythms",
    "Store",
    "StoreConflict",
    "StoreError",
    "SubscriberRow",
    "Subscribers",
    "Tellings",
    "Which",
    "WitnessRow",
    "personal_document",
]
