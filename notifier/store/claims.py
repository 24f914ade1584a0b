"""The hot statements of the outbox, for :mod:`notifier.store.driver`: claim a batch of mails, settle them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    type_coerce,
    union_all,
    update,
)

from notifier.store.tables import AGAIN, FRESH, mails, subscribers

# Bare numbers where the tables have instants: these statements take what the driver takes.
_now = bindparam("now", type_=BigInteger)
_limit = bindparam("limit", type_=Integer)
_send_at = type_coerce(mails.c.send_at, BigInteger)
_lease_until = type_coerce(mails.c.lease_until, BigInteger)


def _lane(name: str, condition: str, turn: int) -> Select[tuple[int, int]]:
    """The due mails of one queue, each with its place in the common order."""
    picked = (
        select(mails.c.id, mails.c.send_at)
        .where(
            text(condition),
            _send_at <= _now,
            or_(mails.c.lease_until.is_(None), _lease_until <= _now),
        )
        .order_by(mails.c.send_at, mails.c.id)
        .limit(_limit)
        # In a WITH query of its own PostgreSQL runs it exactly once; SQLite, where one writer at a
        # time is let in anyway, leaves the locking clause out.
        .with_for_update(skip_locked=True)
        .cte(name)
    )
    place = func.row_number().over(order_by=(picked.c.send_at, picked.c.id))
    return select(picked.c.id, (place * 2 + turn).label("place"))


# Fresh mail and mail that failed before take turns: a server that puts everybody off cannot keep new
# mail waiting, and a flood of new mail cannot starve those who were put off.
_lanes = union_all(_lane("fresh", FRESH, 0), _lane("again", AGAIN, 1)).cte("lanes")
_chosen = select(_lanes.c.id).order_by(_lanes.c.place).limit(_limit)

# News goes to those who are subscribed; a letter about the subscription also to those who may yet be, or
# may yet come back.
_email = (
    select(subscribers.c.email)
    .where(
        subscribers.c.id == mails.c.subscriber_id,
        or_(
            subscribers.c.standing == literal_column("'active'"),
            and_(
                mails.c.kind == literal_column("'letter'"),
                or_(
                    subscribers.c.standing == literal_column("'pending'"),
                    subscribers.c.standing == literal_column("'left'"),
                ),
            ),
        ),
    )
    .scalar_subquery()
)

_TAKEN = (
    mails.c.id,
    mails.c.subscriber_id,
    _email.label("email"),
    mails.c.body_digest,
    mails.c.message_id,
    mails.c.attempts,
    mails.c.first_failed_at,
    mails.c.expires_at,
    mails.c.send_at,
)

CLAIM = (
    update(mails)
    .where(mails.c.id.in_(_chosen))
    .values(
        state=literal_column("'claimed'"),
        lease_owner=bindparam("owner", type_=Text),
        lease_until=bindparam("until", type_=BigInteger),
    )
    .returning(*_TAKEN)
)
"""Take at most ``limit`` due mails for ``owner`` until ``until``; no address: the subscriber left."""

PICK = select(func.json_group_array(func.json_array(*_TAKEN))).where(mails.c.id.in_(_chosen))
"""On SQLite: what :data:`CLAIM` would take and return, as one JSON array of arrays."""

DROP = (
    update(mails)
    .where(mails.c.id == bindparam("mail"))
    .values(
        state=literal_column("'expired'"),
        lease_owner=null(),
        lease_until=null(),
        settled_at=_now,
    )
)
"""Settle a mail that was claimed in the same transaction and turned out to be of no use."""

DROP_VALUES = ("mail", "now")

PUT_OFF = (
    update(mails)
    .where(
        mails.c.id == bindparam("mail"),
        mails.c.state == literal_column("'claimed'"),
        mails.c.lease_owner == bindparam("owner", type_=Text),
    )
    .values(
        state=literal_column("'waiting'"),
        send_at=bindparam("until", type_=BigInteger),
        lease_owner=null(),
        lease_until=null(),
    )
)
"""Give a claimed mail back for later if it is still that owner's, as if it had not been claimed."""

PUT_OFF_VALUES = ("mail", "owner", "until")

SETTLE = (
    update(mails)
    .where(
        mails.c.id == bindparam("mail"),
        mails.c.state == literal_column("'claimed'"),
        mails.c.lease_owner == bindparam("owner", type_=Text),
    )
    .values(
        state=bindparam("new_state", type_=Text),
        send_at=func.coalesce(bindparam("retry_at", type_=BigInteger), mails.c.send_at),
        attempts=mails.c.attempts + bindparam("tries", type_=Integer),
        first_failed_at=func.coalesce(mails.c.first_failed_at, bindparam("failed_at", type_=BigInteger)),
        lease_owner=null(),
        lease_until=null(),
        last_code=bindparam("code", type_=Integer),
        last_reply=bindparam("reply", type_=Text),
        settled_at=bindparam("settled", type_=BigInteger),
    )
)
"""Give a mail its outcome if it is still that owner's; its parameters are :data:`SETTLE_COMMON` and ``_OWN``."""

SETTLE_COMMON = ("owner", "new_state", "retry_at", "tries", "failed_at", "settled")
SETTLE_OWN = ("mail", "code", "reply")
