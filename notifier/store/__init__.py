"""What was told to whom: editions, notices, subscribers and the outbox, in SQLite or PostgreSQL.

::

    store = Store.open("sqlite:///var/notifier.db")
    with store.transaction():
        for id_, notice in store.notices.add(due, now):
            ...
            store.outbox.enqueue(mails, now)
        store.marks.put("last-pass", now.isoformat())
"""

from notifier.store.editions import Editions
from notifier.store.errors import Reason, StoreConflict, StoreError
from notifier.store.marks import Marks
from notifier.store.notices import Notices
from notifier.store.outbox import Outbox
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
    Pruned,
    SubscriberRow,
)
from notifier.store.store import Store
from notifier.store.subscribers import Subscribers

__all__ = [
    "ClaimedMail",
    "Consent",
    "Editions",
    "ImportResult",
    "MailRow",
    "Marks",
    "NewMail",
    "NewSubscriber",
    "NoticeRow",
    "Notices",
    "Outbox",
    "OutboxStats",
    "Outcome",
    "Pruned",
    "Reason",
    "Store",
    "StoreConflict",
    "StoreError",
    "SubscriberRow",
    "Subscribers",
]
