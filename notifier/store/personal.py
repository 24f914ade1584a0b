"""Everything that is kept about one person, for that person to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from notifier.model import MailKind, NoticeKey, Standing, iso
from notifier.store.people import entry_of, matches
from notifier.store.records import Bounce, PersonalFile, PersonalMail
from notifier.store.tables import bounces, deliveries, mails, notices, subscribers

_MINUTE = timedelta(minutes=1)


def personal_file(connection: Connection, who: str | int) -> PersonalFile | None:
    """All of it; ``None`` for somebody of whom nothing is known any more."""
    query = select(subscribers).where(matches(who), subscribers.c.standing != Standing.GONE)
    row = connection.execute(query).first()
    if row is None:
        return None
    said = select(bounces).where(bounces.c.subscriber_id == row.id).order_by(bounces.c.at, bounces.c.id)
    return PersonalFile(
        entry_of(row),
        tuple(_mails(connection, row.id)),
        tuple(Bounce(one.at, one.kind, one.status, one.said) for one in connection.execute(said)),
    )


def letters_since(connection: Connection, id_: int, since: datetime) -> int:
    """How many mails about the subscription itself were written to somebody after an instant."""
    query = select(func.count()).where(
        mails.c.subscriber_id == id_, mails.c.kind == MailKind.LETTER, mails.c.created_at > since
    )
    return connection.execute(query).scalar_one()


def _mails(connection: Connection, id_: int) -> Iterator[PersonalMail]:
    told: dict[int, list[NoticeKey]] = {}
    linked = (
        select(
            deliveries.c.mail_id,
            notices.c.window_id,
            notices.c.audience,
            notices.c.occasion,
            notices.c.detail,
        )
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(deliveries.c.subscriber_id == id_)
        .order_by(deliveries.c.mail_id, notices.c.id)
    )
    for mail_id, *key in connection.execute(linked):
        told.setdefault(mail_id, []).append(NoticeKey(*key))
    query = select(mails).where(mails.c.subscriber_id == id_).order_by(mails.c.id)
    for mail in connection.execute(query):
        yield PersonalMail(
            mail.kind,
            mail.state,
            mail.created_at,
            mail.send_at,
            mail.settled_at,
            mail.message_id,
            mail.last_code,
            mail.last_reply,
            tuple(told.get(mail.id, ())),
        )


def personal_document(known: PersonalFile) -> dict[str, Any]:
    """The same as JSON values, for the person or the operator to keep; instants with the Warsaw offset."""
    row, person = known.row, known.row.subscriber
    consent, wishes = row.consent, person.wishes
    return {
        "id": person.id,
        "email": person.email,
        "standing": row.standing,
        "origin": row.origin,
        "entered": iso(row.created_at),
        "changed": iso(row.changed_at),
        "left": iso(row.left_at),
        "left_why": row.left_why,
        "language": person.language,
        "audiences": list(person.audiences),
        "have": sorted(map(str, person.profile.means)),
        "systems": list(person.systems),
        "occasions": sorted(person.occasions),
        "wishes": {
            "reminder_minutes": None if wishes.leads is None else [lead // _MINUTE for lead in wishes.leads],
            "digest": None if wishes.digest is None else str(wishes.digest),
            "quiet_hours": None if wishes.quiet is None else str(wishes.quiet),
        },
        "consent": {
            "asked": iso(consent.asked_at),
            "asked_from": consent.asked_from,
            "confirmed": iso(consent.confirmed_at),
            "confirmed_from": consent.confirmed_from,
            "wording": consent.wording,
        },
        "mails": [
            {
                "kind": mail.kind,
                "state": mail.state,
                "written": iso(mail.created_at),
                "due": iso(mail.send_at),
                "settled": iso(mail.settled_at),
                "message_id": mail.message_id,
                "code": mail.code,
                "reply": mail.reply,
                "told": [asdict(key) for key in mail.told],
            }
            for mail in known.mails
        ],
        "bounces": [
            {"at": iso(one.at), "kind": one.kind, "status": one.status, "said": one.said}
            for one in known.bounces
        ],
    }
