"""Subscriptions behind the scenes: what the store notes, and the letter that goes to the owner of the address.

What somebody asks for and the letter about it are written in one transaction, so that neither is without the
other. Letters go the way of all mail, through the outbox.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from notifier.config import Settings
from notifier.mail import MailProblem, build_body, message_id_for, sender_address, wire_address
from notifier.model import Farewell, MailKind, Standing, iso
from notifier.render import LetterKind, Links, Purpose, Renderer
from notifier.store import (
    CONFIRM_WITHIN,
    UNDO_WITHIN,
    Consent,
    NewMail,
    NewSubscriber,
    Store,
    SubscriberRow,
    personal_document,
)

LETTERS_A_DAY = 3
"""So many letters at most go to one address in 24 hours, whoever asks for them."""

_DAY = timedelta(days=1)


class Subscribing:
    """Keeps the desk for the counter on the site and for the operator's commands."""

    def __init__(self, settings: Settings, renderer: Renderer, store: Store, links: Links) -> None:
        self._settings = settings
        self._renderer = renderer
        self._store = store
        self._links = links
        _, self._sender = sender_address(settings.mail.sender)

    def reaches(self, email: str) -> bool:
        """True for an address that can stand in an SMTP command."""
        try:
            wire_address(email)
        except MailProblem:
            return False
        return True

    def ask(self, new: NewSubscriber, consent: Consent, now: datetime) -> bool:
        """Note the wish to be subscribed and write the letter that fits; False if none can be written.

        Who is subscribed gets the way to their preferences, everybody else the link to confirm; nobody gets
        anything where a complaint or today's letters stand in the way.
        """
        with self._store.transaction():
            row = self._store.subscribers.ask(new, consent, now)
            if row is None:
                return False
            kind = LetterKind.KNOWN if row.active else LetterKind.CONFIRM
            return self._write(kind, row, now, now + CONFIRM_WITHIN)

    def find(self, id_: int) -> SubscriberRow | None:
        """The entry with that number."""
        return self._store.subscribers.find(id_)

    def confirm(self, id_: int, source: str, now: datetime) -> bool:
        """Confirm a wish; False if there is none that can still be confirmed."""
        return self._store.subscribers.confirm(id_, source, now)

    def change(self, id_: int, new: NewSubscriber, now: datetime) -> bool:
        """Give an active subscriber other choices."""
        return self._store.subscribers.change(id_, new, now)

    def leave(self, id_: int, now: datetime) -> Standing | None:
        """End a subscription, with a letter: others who read the same mailbox should know, and can undo it."""
        with self._store.transaction():
            left = self._store.subscribers.leave(id_, Farewell.UNSUBSCRIBED, now)
            row = self._store.subscribers.find(id_) if left is Standing.LEFT else None
            if row is not None:
                self._write(LetterKind.FAREWELL, row, now, now + UNDO_WITHIN)
        return left

    def undo(self, id_: int, now: datetime) -> bool:
        """Take a recent farewell back."""
        return self._store.subscribers.undo(id_, now)

    def erase(self, id_: int, now: datetime) -> bool:
        """Forget a person at once."""
        return self._store.subscribers.erase(id_, now)

    def export(self, id_: int) -> bytes | None:
        """Everything known of a person, as a JSON document."""
        known = self._store.subscribers.export(id_)
        if known is None:
            return None
        return json.dumps(personal_document(known), ensure_ascii=False, indent=2).encode() + b"\n"

    def _write(self, kind: LetterKind, row: SubscriberRow, now: datetime, until: datetime) -> bool:
        person, site = row.subscriber, self._settings.site
        today = self._store.subscribers.letters_since(person.id, now - _DAY)
        if today >= LETTERS_A_DAY:
            return False
        language = person.language if person.language in self._renderer.languages else site.languages[0]
        words = self._renderer.letter(kind, language, now, link=self._link(kind, person.id), until=until)
        body = build_body(
            words,
            None,
            "",
            sender=self._settings.mail.sender,
            list_id=f"{language}.{self._sender.replace('@', '.')}",
            threads=(),
            date=now,
            language=language,
            contact=site.contact,
        )
        name = f"letter/{kind}/{iso(now)}/{today}"
        self._store.outbox.put_body(body.digest, body.content, now, body.headers)
        self._store.outbox.enqueue(
            [
                NewMail(
                    subscriber_id=person.id,
                    notice_ids=(),
                    body_digest=body.digest,
                    message_id=message_id_for([name], person.id, self._sender),
                    send_at=now,
                    expires_at=until,
                    kind=MailKind.LETTER,
                )
            ],
            now,
        )
        return True

    def _link(self, kind: LetterKind, id_: int) -> str:
        if kind is LetterKind.CONFIRM:
            return self._links.confirm(id_)
        token = self._links.token(Purpose.MANAGE, id_)
        if kind is LetterKind.FAREWELL:
            return self._links.unsubscribe(token)
        return self._links.preferences(token)
