"""How somebody comes onto the list, leaves it, comes back and is forgotten: every move that a row can make.

==================  ==============================================================================================
``ask``             nobody, gone, left, bounced → pending; one who is active stays as they are
``confirm``         pending → active, within :data:`CONFIRM_WITHIN`
``change``          active → active, with other choices
``leave``           active → left; pending → gone, for there is nothing to undo
``undo``            left → active, within :data:`UNDO_WITHIN`
``suppress``        pending, active, left → suppressed
``erase``           any → gone
``expired``         pending, left, suppressed → gone, when their time is over
==================  ==============================================================================================

Whoever leaves or is suppressed is remembered in ``departed`` from that moment on, and forgotten there only
when they confirm, undo, or are entered again by the operator's express word.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from notifier.model import Farewell, MailState, Standing, Wishes
from notifier.store import departed
from notifier.store.people import choices, matches, normal
from notifier.store.records import Consent, NewSubscriber
from notifier.store.statements import insert_absent
from notifier.store.tables import bounces, mails, subscribers

CONFIRM_WITHIN = timedelta(days=7)
UNDO_WITHIN = timedelta(days=7)
SUPPRESSED_FOR = timedelta(days=30)
"""How long the address of somebody who cannot or must not be written to is kept for the operator to look into."""

FORM = "form"
"""The origin of those who came by the form on the site."""

REMOVED = "the subscriber left"
"""Stands as the reply of mails that were cancelled with their subscriber."""

_BACK = {"left_at": None, "left_why": None}


def ask(connection: Connection, new: NewSubscriber, consent: Consent, now: datetime) -> int | None:
    """Enter somebody who has yet to confirm; the row's number, or ``None`` where no mail may go."""
    email = normal(new.email)
    if departed.remembered(connection, [email]).get(email) is Farewell.COMPLAINED:
        return None
    asked = choices(new) | {
        "standing": Standing.PENDING,
        "origin": FORM,
        "asked_at": consent.asked_at,
        "asked_from": consent.asked_from,
        "wording": consent.wording,
        "confirmed_at": None,
        "confirmed_from": None,
        "changed_at": None,
        **_BACK,
    }
    entered = insert_absent(connection, subscribers, key=["email"]).values(
        **asked, email=email, created_at=now
    )
    fresh: int | None = connection.execute(entered.returning(subscribers.c.id)).scalar()
    if fresh is not None:
        return fresh
    row = _locked(connection, email)
    if row is None:  # erased by another machine between the two statements: the next try enters them
        return None
    if row.standing is not Standing.ACTIVE:
        connection.execute(update(subscribers).where(subscribers.c.id == row.id).values(**asked))
    id_: int = row.id
    return id_


def confirm(connection: Connection, id_: int, source: str, now: datetime) -> bool:
    """Make somebody active who asked for it in time; ``source`` is where the confirmation came from."""
    row = _locked(connection, id_)
    if row is None or row.standing is not Standing.PENDING or row.asked_at is None:
        return False
    if row.asked_at <= now - CONFIRM_WITHIN:
        return False
    _set(connection, id_, standing=Standing.ACTIVE, confirmed_at=now, confirmed_from=source, **_BACK)
    departed.forget(connection, [row.email])
    _cancel_mails(connection, id_, now)
    return True


def change(connection: Connection, id_: int, new: NewSubscriber, now: datetime) -> bool:
    """Give an active subscriber other choices; the address stays."""
    row = _locked(connection, id_)
    if row is None or row.standing is not Standing.ACTIVE:
        return False
    _set(connection, id_, **choices(new), changed_at=now)
    return True


def leave(connection: Connection, who: str | int, why: Farewell, now: datetime) -> Standing | None:
    """End a subscription; the new standing, or ``None`` if there was none to end."""
    row = _locked(connection, who)
    if row is None or row.standing not in (Standing.ACTIVE, Standing.PENDING):
        return None
    if row.standing is Standing.PENDING:
        erase(connection, row.id, why, now)
        return Standing.GONE
    _set(connection, row.id, standing=Standing.LEFT, left_at=now, left_why=why)
    departed.remember(connection, row.email, why, now)
    _cancel_mails(connection, row.id, now)
    return Standing.LEFT


def undo(connection: Connection, id_: int, now: datetime) -> bool:
    """Take a farewell back while there is still time."""
    row = _locked(connection, id_)
    if row is None or row.standing is not Standing.LEFT or row.left_at <= now - UNDO_WITHIN:
        return False
    _set(connection, id_, standing=Standing.ACTIVE, **_BACK)
    departed.forget(connection, [row.email])
    _cancel_mails(connection, id_, now)
    return True


def suppress(connection: Connection, id_: int, why: Farewell, now: datetime) -> bool:
    """Stop all mail to somebody; a complaint outweighs a bounce and never the other way round."""
    row = _locked(connection, id_)
    if row is None:
        return False
    if row.standing is Standing.SUPPRESSED and (row.left_why is why or why is Farewell.BOUNCED):
        return False
    _set(connection, id_, standing=Standing.SUPPRESSED, left_at=now, left_why=why)
    departed.remember(connection, row.email, why, now)
    _cancel_mails(connection, id_, now)
    return True


def erase(
    connection: Connection, who: str | int, why: Farewell, now: datetime, *, remember: bool = True
) -> bool:
    """Forget a person. The bare row stays, because mails point at it.

    Remembered in ``departed`` (unless ``remember`` is False) is only that the address wants no mail. Not so
    for one who never confirmed: anybody may have typed it in.
    """
    row = _locked(connection, who)
    if row is None:
        return False
    if remember and row.standing is not Standing.PENDING:
        complained = row.standing is Standing.SUPPRESSED and row.left_why is Farewell.COMPLAINED
        departed.remember(connection, row.email, Farewell.COMPLAINED if complained else why, now)
    nothing = dict.fromkeys(("email", "asked_at", "asked_from", "confirmed_at", "confirmed_from", "wording"))
    lists = dict.fromkeys(("audiences", "have", "systems", "occasions"), ())
    _set(
        connection,
        row.id,
        **nothing,
        **lists,
        standing=Standing.GONE,
        wishes=Wishes(),
        changed_at=None,
        left_at=now,
        left_why=why,
    )
    connection.execute(delete(bounces).where(bounces.c.subscriber_id == row.id))
    _cancel_mails(connection, row.id, now)
    return True


def expired(connection: Connection, now: datetime) -> int:
    """Forget those whose time to confirm, to undo or to be looked into is over; returns how many."""
    column = subscribers.c
    over = or_(
        and_(column.standing == Standing.PENDING, column.asked_at <= now - CONFIRM_WITHIN),
        and_(column.standing == Standing.LEFT, column.left_at <= now - UNDO_WITHIN),
        and_(column.standing == Standing.SUPPRESSED, column.left_at <= now - SUPPRESSED_FOR),
    )
    people = connection.execute(select(column.id, column.left_why).where(over)).all()
    for id_, why in people:
        # Who left or was suppressed is remembered already, with the date on which that was.
        erase(connection, id_, why or Farewell.UNCONFIRMED, now, remember=False)
    return len(people)


def _locked(connection: Connection, who: str | int) -> Row[tuple[Any, ...]] | None:
    """The row of somebody who is not gone, kept from being changed by others until the transaction ends."""
    return connection.execute(
        select(subscribers).where(matches(who), subscribers.c.standing != Standing.GONE).with_for_update()
    ).first()


def _set(connection: Connection, id_: int, **values: Any) -> None:
    connection.execute(update(subscribers).where(subscribers.c.id == id_).values(**values))


def _cancel_mails(connection: Connection, id_: int, now: datetime) -> None:
    """Settle what still waits. A mail that is being sent goes out; the next claim settles it otherwise."""
    connection.execute(
        update(mails)
        .where(mails.c.subscriber_id == id_, mails.c.state.in_([MailState.WAITING, MailState.HELD]))
        .values(state=MailState.EXPIRED, settled_at=now, last_reply=REMOVED)
    )
