"""The outbox: mails from the moment they are due to be written until the mail server has answered."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from notifier.model import MailKind, MailState, Standing
from notifier.store.claims import DROP, DROP_VALUES, PUT_OFF, PUT_OFF_VALUES
from notifier.store.counting import counted
from notifier.store.engine import Connections, Durable
from notifier.store.errors import Reason, StoreError
from notifier.store.hot import GROUP
from notifier.store.records import ClaimedMail, MailRow, NewMail, OutboxStats, Outcome
from notifier.store.statements import insert_absent
from notifier.store.tables import bodies, counters, deliveries, mails, notices, subscribers
from notifier.store.types import Instant, instant, microseconds

_BATCH = 1000
_BULK = 10_000
_TRIED = frozenset({MailState.SENT, MailState.REFUSED, MailState.WAITING})
_OPEN = frozenset({MailState.WAITING, MailState.HELD})
_WAITING, _HELD = MailState.WAITING.value, MailState.HELD.value
_OWN = ("id", "subscriber_id", "message_id")
_FATE = attrgetter("state", "retry_at")
_DELIVERY = ("notice_id", "subscriber_id", "mail_id")


class Outbox:
    """Mails, their bodies, and which notice reached whom by which mail."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put_body(self, digest: str, content: bytes, now: datetime, headers: bytes = b"") -> None:
        """Keep an encoded body, and the headers all its mails share, unless it is there already."""
        row = {"digest": digest, "content": content, "headers": headers, "created_at": now}
        with self._connections.write() as connection:
            statement = insert_absent(connection, bodies, key=["digest"]).values(row)
            if connection.execute(statement.returning(bodies.c.digest)).first() is None:
                # Wanted once more: its time starts anew, and what was pruned meanwhile is filled in.
                connection.execute(
                    update(bodies)
                    .where(bodies.c.digest == digest)
                    .values(
                        created_at=now,
                        content=func.coalesce(bodies.c.content, content),
                        headers=func.coalesce(bodies.c.headers, headers),
                    )
                )

    def body(self, digest: str) -> bytes:
        """The encoded body; :class:`StoreError` (``MISSING``) if it was never put, or pruned."""
        return self._blob(bodies.c.content, digest)

    def headers(self, digest: str) -> bytes:
        """The headers that all mails with that body share; raises as :meth:`body` does."""
        return self._blob(bodies.c.headers, digest)

    def _blob(self, column: ColumnElement[Any], digest: str) -> bytes:
        with self._connections.read() as connection:
            found = connection.execute(select(column).where(bodies.c.digest == digest)).scalar()
        if found is None:
            raise StoreError(self._connections.url, Reason.MISSING, f"no mail body {digest}")
        return bytes(found)

    def enqueue(self, new: Iterable[NewMail], now: datetime) -> int:
        """Add mails with their deliveries, all or none; returns how many.

        May be given a generator: no more than a few thousand are in memory at once. Raises
        :class:`StoreConflict` if a subscriber has a mail for one of the notices already, a Message-ID
        is taken, or the body was never put.
        """
        waiting, total = iter(new), 0
        # One inside the other, because whoever makes the mails may look something up meanwhile.
        with self._connections.write() as connection, self._connections.hot() as transaction:
            while batch := builtins.list(islice(waiting, _BULK)):
                # Ids are taken in blocks, because no database hands back those of a bulk insert in order
                # and at speed. The row stays locked, so no other process gets the same block.
                last: int = connection.execute(
                    update(counters)
                    .where(counters.c.name == "mails")
                    .values(value=counters.c.value + len(batch))
                    .returning(counters.c.value)
                ).scalar_one()
                first = last - len(batch) + 1
                for common, rows in _alike(batch, first, now):
                    transaction.add(mails, common, _OWN, rows)
                links = [
                    (notice_id, mail.subscriber_id, id_)
                    for id_, mail in enumerate(batch, first)
                    for notice_id in mail.notice_ids
                ]
                if links:
                    transaction.add(deliveries, {}, _DELIVERY, links)
                total += len(batch)
        return total

    def claim(self, owner: str, now: datetime, lease: timedelta, limit: int) -> builtins.list[ClaimedMail]:
        """Take up to ``limit`` due mails for ``owner``; they are its own until ``now + lease``.

        Due are waiting mails whose time has come, and claimed ones whose lease ran out. Fresh ones and
        ones that failed before take turns. Those that lost their use, or whose subscriber left, become
        expired on the way. Empty means that nothing is due.
        """
        moment = microseconds(now)
        values = {"owner": owner, "now": moment, "until": microseconds(now + lease), "limit": limit}
        while True:
            taken: builtins.list[ClaimedMail] = []
            useless: builtins.list[tuple[int, int]] = []
            with self._connections.hot(Durable.WHENEVER) as transaction:
                # Those that failed before behind the others, each lot in the order of their times.
                rows = sorted(transaction.claim(values), key=lambda row: (row[5] > 0, row[8], row[0]))
                for id_, subscriber_id, email, digest, message_id, attempts, failed, expires, _ in rows:
                    if email is None or expires <= moment:
                        useless.append((id_, moment))
                        continue
                    first, last = None if failed is None else instant(failed), _moment(expires)
                    taken.append(
                        ClaimedMail(id_, subscriber_id, email, digest, message_id, attempts, first, last)
                    )
                if useless:
                    transaction.run_many(DROP, DROP_VALUES, useless)
            # A batch of nothing but useless mails says nothing about those behind them.
            if taken or not rows:
                return taken

    def settle(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> int:
        """Record what became of mails; returns how many were still that owner's. The others stay as they are.

        A mail that is to be tried again counts one more attempt and waits until its ``retry_at``.
        """
        moment = microseconds(now)
        alike: dict[tuple[MailState, datetime | None], builtins.list[tuple[object, ...]]] = {}
        for key, some in groupby(outcomes, _FATE):
            rows = [(id_, code, _clean(reply)) for id_, _, code, reply, _ in some]
            alike.setdefault(key, []).extend(rows)
        groups = [(_fate(owner, *key, moment), rows) for key, rows in alike.items()]
        single = len(groups) == 1 and len(outcomes) <= GROUP
        # An answer forgotten in a power cut would be a second copy, so this waits for the disk.
        with self._connections.hot(Durable.AT_ONCE, single=single) as transaction:
            return sum(transaction.settle(common, rows) for common, rows in groups)

    def put_off(self, mails: Sequence[tuple[int, datetime]], owner: str) -> int:
        """Give claimed mails back until these moments, without counting an attempt; returns how many."""
        rows = [(id_, owner, microseconds(moment)) for id_, moment in mails]
        with self._connections.hot() as transaction:
            return transaction.run_many(PUT_OFF, PUT_OFF_VALUES, rows) if rows else 0

    def release(self, owner: str) -> int:
        """Give back what ``owner`` claimed and did not settle, without counting an attempt; returns how many."""
        with self._connections.write() as connection:
            return connection.execute(
                update(mails)
                .where(mails.c.state == MailState.CLAIMED, mails.c.lease_owner == owner)
                .values(state=MailState.WAITING, lease_owner=None, lease_until=None)
            ).rowcount

    def retry(self, ids: Collection[int] | None, now: datetime, *, held: bool = True) -> int:
        """Send again what is held, refused or waiting for another try; ``None``: all such. Returns how many.

        Without ``held`` those that a brake holds stay held.
        They start anew, as if never tried. Left out are mails that lost their use, whose body is gone,
        or whose subscriber left; who has not confirmed yet is written letters to, and nothing else.
        A held mail whose time has not come keeps its time.
        """
        statement = (
            update(mails)
            .where(
                or_(
                    mails.c.state.in_([MailState.REFUSED, *([MailState.HELD] if held else [])]),
                    and_(mails.c.state == MailState.WAITING, mails.c.attempts > 0),
                ),
                mails.c.expires_at > now,
                exists().where(bodies.c.digest == mails.c.body_digest, bodies.c.content.is_not(None)),
                exists().where(
                    subscribers.c.id == mails.c.subscriber_id,
                    or_(
                        subscribers.c.standing == Standing.ACTIVE,
                        and_(subscribers.c.standing == Standing.PENDING, mails.c.kind == MailKind.LETTER),
                    ),
                ),
            )
            .values(
                state=MailState.WAITING,
                send_at=case(
                    (and_(mails.c.state == MailState.HELD, mails.c.send_at > now), mails.c.send_at),
                    else_=literal(now, Instant),
                ),
                attempts=0,
                first_failed_at=None,
                settled_at=None,
            )
        )
        with self._connections.write() as connection:
            if ids is None:
                return connection.execute(statement).rowcount
            wanted = sorted(ids)
            return sum(
                connection.execute(statement.where(mails.c.id.in_(wanted[start : start + _BATCH]))).rowcount
                for start in range(0, len(wanted), _BATCH)
            )

    def supersede(self, window: str, audiences: Collection[str], now: datetime) -> int:
        """Drop the unsent mails about that window to these audiences; returns how many.

        Called before newer news is enqueued. A mail that also tells something else stays: half of it
        is still worth telling.
        """
        about = and_(notices.c.window_id == window, notices.c.audience.in_(sorted(audiences)))
        linked = select(deliveries.c.mail_id).join(notices, notices.c.id == deliveries.c.notice_id)
        with self._connections.write() as connection:
            return connection.execute(
                update(mails)
                .where(
                    mails.c.state.in_(sorted(_OPEN)),
                    mails.c.id.in_(linked.where(about)),
                    not_(linked.where(deliveries.c.mail_id == mails.c.id, not_(about)).exists()),
                )
                .values(state=MailState.SUPERSEDED, settled_at=now)
            ).rowcount

    def stats(self) -> OutboxStats:
        """How many mails are in each state, and since when the oldest waiting one is to be sent."""
        return counted(self._connections)

    def list(self, state: MailState | None = None, limit: int = 100) -> builtins.list[MailRow]:
        """The latest mails, newest first; only those in ``state`` if given."""
        query = select(mails).order_by(mails.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(mails.c.state == state)
        with self._connections.read() as connection:
            return [MailRow(**row) for row in connection.execute(query).mappings()]


def _alike(
    batch: Sequence[NewMail], first: int, now: datetime
) -> Iterator[tuple[dict[str, object], builtins.list[tuple[object, ...]]]]:
    """Mails with the same values, which are nearly all of a pass: these, and what each one has of its own."""
    groups: dict[tuple[Any, ...], builtins.list[tuple[object, ...]]] = {}
    for id_, mail in enumerate(batch, first):
        key = (mail.body_digest, mail.held, mail.send_at, mail.expires_at, mail.kind)
        groups.setdefault(key, []).append((id_, mail.subscriber_id, mail.message_id))
    for (digest, held, send_at, expires_at, kind), rows in groups.items():
        common: dict[str, object] = {
            "body_digest": digest,
            "state": _HELD if held else _WAITING,
            "send_at": microseconds(send_at),
            "expires_at": microseconds(expires_at),
            "created_at": microseconds(now),
            "attempts": 0,
            "kind": kind.value,
        }
        yield common, rows


_moment = lru_cache(maxsize=256)(instant)  # thousands of mails lose their use together


def _fate(owner: str, state: MailState, retry_at: datetime | None, moment: int) -> tuple[object, ...]:
    """What :data:`notifier.store.claims.SETTLE_COMMON` names."""
    return (
        owner,
        state.value,
        None if retry_at is None else microseconds(retry_at),
        int(state in _TRIED),
        moment if state is MailState.WAITING else None,
        None if state in _OPEN else moment,
    )


def _clean(reply: str | None) -> str | None:
    """What any database takes as text: servers may answer with bytes that are none."""
    if reply is None or (reply.isascii() and "\0" not in reply):
        return reply
    return reply.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
