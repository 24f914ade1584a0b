"""Calls: what is told to programs, from the notice that brought it about until the other end has answered.

They are few, a handful a notice, so they go through plain statements, where mails have those of
:mod:`notifier.store.claims`. The promise is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update

from notifier.model import CallState
from notifier.store.engine import Connections
from notifier.store.statements import insert_absent
from notifier.store.tables import calls, notices
from notifier.store.types import Instant

_OPEN = (CallState.WAITING, CallState.CLAIMED)
_LEFT = {"lease_owner": None, "lease_until": None}
_LONGEST_REPLY = 200


@dataclass(frozen=True, slots=True)
class NewCall:
    """One notice for one hook. ``body`` is what is sent, the same bytes at each try."""

    notice_id: int
    hook: str
    message_id: str
    body: bytes = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """A call that is the claimer's to make until the lease runs out."""

    id: int
    hook: str
    message_id: str
    body: bytes = field(repr=False)
    attempts: int
    first_failed_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of a claimed call: ``SENT``, ``REFUSED``, ``EXPIRED``, or ``WAITING`` until ``retry_at``.

    ``code`` and ``reply`` are the answer: an HTTP status, or what happened in place of one. ``tried``: it was made.
    """

    call_id: int
    state: CallState
    code: int | None = None
    reply: str = ""
    retry_at: datetime | None = None
    tried: bool = True

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for states a worker cannot leave a call in, and a wait without an end."""
        if self.state in (CallState.CLAIMED, CallState.SUPERSEDED):
            raise ValueError(f"a call cannot be settled as {self.state}")
        if (self.state is CallState.WAITING) != (self.retry_at is not None):
            raise ValueError("retry_at belongs to calls that wait for another try, and only to them")


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as it stands, without what it says."""

    id: int
    notice_id: int
    hook: str
    message_id: str
    state: CallState
    send_at: datetime
    attempts: int
    last_code: int | None
    last_reply: str | None


@dataclass(frozen=True, slots=True)
class CallStats:
    """How many calls are in each state (all are listed), and when the oldest waiting one was first to be made."""

    counts: Mapping[CallState, int] = field(default_factory=lambda: dict.fromkeys(CallState, 0))
    oldest_waiting: datetime | None = None


def _free(now: datetime) -> ColumnElement[bool]:
    """Nobody's, or nobody's any more."""
    return or_(
        calls.c.state == CallState.WAITING,
        and_(calls.c.state == CallState.CLAIMED, calls.c.lease_until <= now),
    )


class Calls:
    """Every call to a program, one a notice and hook."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, new: Sequence[NewCall], now: datetime) -> int:
        """Record those that are not there yet; returns how many. Part of the transaction that adds their notices."""
        rows = [
            {
                "notice_id": call.notice_id,
                "hook": call.hook,
                "message_id": call.message_id,
                "body": call.body,
                "state": CallState.WAITING,
                "send_at": now,
                "expires_at": call.expires_at,
                "created_at": now,
                "attempts": 0,
            }
            for call in new
        ]
        if not rows:
            return 0
        with self._connections.write() as connection:
            statement = insert_absent(connection, calls, key=["notice_id", "hook"]).returning(calls.c.id)
            return len(connection.execute(statement, rows).all())

    def claim(self, owner: str, now: datetime, lease: timedelta, hooks: Collection[str]) -> list[ClaimedCall]:
        """Take the first due call of each of these hooks, for ``owner`` until ``now + lease``.

        Due are waiting calls whose time has come, and claimed ones whose lease ran out. Whatever has lost its
        use expires on the way.
        """
        found = []
        with self._connections.write() as connection:
            self.expire(now)
            for hook in sorted(hooks):
                first = (
                    select(calls.c.id)
                    .where(calls.c.hook == hook, calls.c.state.in_(_OPEN), calls.c.send_at <= now, _free(now))
                    .order_by(calls.c.send_at, calls.c.id)
                    .limit(1)
                    # With several machines on one server; SQLite lets one writer in at a time and leaves it out.
                    .with_for_update(skip_locked=True)
                )
                row = connection.execute(first).scalar()
                if row is None:
                    continue
                taken = connection.execute(
                    update(calls)
                    .where(calls.c.id == row)
                    .values(state=CallState.CLAIMED, lease_owner=owner, lease_until=now + lease)
                    .returning(
                        calls.c.id,
                        calls.c.hook,
                        calls.c.message_id,
                        calls.c.body,
                        calls.c.attempts,
                        calls.c.first_failed_at,
                        calls.c.expires_at,
                    )
                ).one()
                found.append(ClaimedCall(*taken))
        return found

    def expire(self, now: datetime) -> int:
        """Settle what has lost its use, also for hooks that are no more; returns how many."""
        with self._connections.write() as connection:
            return connection.execute(
                update(calls)
                .where(calls.c.state.in_(_OPEN), calls.c.expires_at <= now, _free(now))
                .values(state=CallState.EXPIRED, settled_at=now, **_LEFT)
            ).rowcount

    def settle(self, outcome: CallOutcome, owner: str, now: datetime) -> bool:
        """Record what became of a call; False, and nothing done, if it is not that owner's any more."""
        again = outcome.state is CallState.WAITING
        values = {
            "state": outcome.state,
            "attempts": calls.c.attempts + int(outcome.tried),
            "last_code": outcome.code,
            "last_reply": outcome.reply.replace("\0", "")[:_LONGEST_REPLY],
            "settled_at": None if again else now,
            **_LEFT,
        }
        if again:
            values["send_at"] = outcome.retry_at
            values["first_failed_at"] = func.coalesce(calls.c.first_failed_at, literal(now, Instant))
        with self._connections.write() as connection:
            statement = update(calls).where(
                calls.c.id == outcome.call_id,
                calls.c.state == CallState.CLAIMED,
                calls.c.lease_owner == owner,
            )
            return connection.execute(statement.values(values)).rowcount == 1

    def release(self, owner: str) -> int:
        """Give back what ``owner`` claimed and did not settle, without counting a try; returns how many."""
        with self._connections.write() as connection:
            return connection.execute(
                update(calls)
                .where(calls.c.state == CallState.CLAIMED, calls.c.lease_owner == owner)
                .values(state=CallState.WAITING, **_LEFT)
            ).rowcount

    def supersede(self, window: str, audiences: Collection[str], now: datetime) -> int:
        """Drop the waiting calls about that window for these audiences; newer news follows. Returns how many."""
        about = select(notices.c.id).where(
            notices.c.window_id == window, notices.c.audience.in_(sorted(audiences))
        )
        with self._connections.write() as connection:
            return connection.execute(
                update(calls)
                .where(calls.c.state == CallState.WAITING, calls.c.notice_id.in_(about))
                .values(state=CallState.SUPERSEDED, settled_at=now)
            ).rowcount

    def stats(self) -> CallStats:
        """How many there are."""
        query = select(calls.c.state, func.count(), func.min(calls.c.created_at)).group_by(calls.c.state)
        with self._connections.read() as connection:
            found = {state: (count, oldest) for state, count, oldest in connection.execute(query)}
        counts = {state: found.get(state, (0, None))[0] for state in CallState}
        return CallStats(counts, found.get(CallState.WAITING, (0, None))[1])

    def list(self) -> list[CallRow]:
        """All of them, oldest first."""
        columns = [calls.c[name] for name in CallRow.__slots__]
        with self._connections.read() as connection:
            return [CallRow(*row) for row in connection.execute(select(*columns).order_by(calls.c.id))]

    def prune(self, now: datetime, keep: timedelta) -> int:
        """Settle what has lost its use and delete what was settled longer ago than that; returns how many."""
        with self._connections.write() as connection:
            self.expire(now)
            return connection.execute(delete(calls).where(calls.c.settled_at < now - keep)).rowcount
