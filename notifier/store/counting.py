"""How many mails there are in each state, read from indexes: it is asked at every pass."""

from __future__ import annotations

from sqlalchemy import func, null, select, text, union_all

from notifier.model import MailState
from notifier.store.engine import Connections
from notifier.store.records import OutboxStats
from notifier.store.tables import AGAIN, FRESH, HELD, SETTLED, mails

_BY_STATE = union_all(
    # Each from the index with that condition, so what was settled long ago is not looked at row by row.
    *(
        select(mails.c.state, func.count(), func.min(mails.c.send_at))
        .where(text(condition))
        .group_by(mails.c.state)
        for condition in (FRESH, AGAIN, HELD)
    ),
    select(mails.c.state, func.count(), null()).where(text(SETTLED)).group_by(mails.c.state),
)


def counted(connections: Connections) -> OutboxStats:
    """See :meth:`notifier.store.outbox.Outbox.stats`."""
    counts, oldest = dict.fromkeys(MailState, 0), []
    with connections.read() as connection:
        for state, count, send_at in connection.execute(_BY_STATE):
            counts[state] += count
            oldest += [send_at] if state is MailState.WAITING else []
    return OutboxStats(counts, min(oldest, default=None))
