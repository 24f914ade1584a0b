"""Subscribers: who gets mail. Addresses are personal data and never appear in errors or logs."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, select, type_coerce

from notifier.model import Farewell, Standing, Subscriber
from notifier.store import entering, personal, standing
from notifier.store.engine import Connections
from notifier.store.people import PERSON, entry_of, matches, person_of
from notifier.store.records import Consent, ImportResult, NewSubscriber, PersonalFile, SubscriberRow
from notifier.store.tables import subscribers

_PAGE = 5000
_ACTIVE = subscribers.c.standing == Standing.ACTIVE
_SUPPRESSING = frozenset({Farewell.BOUNCED, Farewell.COMPLAINED})


class Subscribers:
    """Everybody who gets mail, asked for it, or got some before. :mod:`~notifier.store.standing` has the moves."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    # --- lists of an operator -----------------------------------------------------------------------------------

    def import_(
        self, new: Sequence[NewSubscriber], origin: str, now: datetime, *, again: bool = False
    ) -> ImportResult:
        """Enter those whose address is unknown, bring the others up to date; all or none.

        An address given twice counts once, as it was given last. Those known keep their first origin, and
        the choices they made by themselves. People who left, were suppressed or removed are kept out,
        unless ``again`` says that they are to come back.
        """
        with self._connections.write() as connection:
            return entering.enter(connection, new, origin, now, again=again)

    def follow(self, listed: Sequence[NewSubscriber], origin: str, now: datetime) -> ImportResult:
        """Import a list that is kept elsewhere, and forget those of its origin who are on it no more.

        An empty list takes nobody out: it is more often a lost file than everybody's farewell.
        """
        with self._connections.write() as connection:
            result = entering.enter(connection, listed, origin, now)
            if not listed:
                return replace(result, spared=entering.count(connection, origin))
            return replace(result, removed=entering.take_out(connection, listed, origin, now))

    # --- what people do by themselves ---------------------------------------------------------------------------

    def ask(self, new: NewSubscriber, consent: Consent, now: datetime) -> SubscriberRow | None:
        """Note that somebody asked to be subscribed, and give their row.

        It is pending, whatever it was before, and has the new choices; one that was active is as it was.
        ``None`` where no mail may go at all: the owner of the address called our mail unwanted.
        """
        with self._connections.write() as connection:
            id_ = standing.ask(connection, new, consent, now)
            return None if id_ is None else self.find(id_)

    def confirm(self, id_: int, source: str, now: datetime) -> bool:
        """Make active who asked for it less than seven days ago; ``source`` goes into the proof of consent."""
        with self._connections.write() as connection:
            return standing.confirm(connection, id_, source, now)

    def change(self, id_: int, new: NewSubscriber, now: datetime) -> bool:
        """Give an active subscriber other choices. The address stays; False for all others."""
        with self._connections.write() as connection:
            return standing.change(connection, id_, new, now)

    def leave(self, who: str | int, why: Farewell, now: datetime) -> Standing | None:
        """End a subscription; ``None`` if there was none to end.

        Who was active has ``LEFT`` and may undo it for seven days; who was pending is ``GONE`` at once.
        Mails that wait are not sent.
        """
        with self._connections.write() as connection:
            return standing.leave(connection, who, why, now)

    def undo(self, id_: int, now: datetime) -> bool:
        """Take back a farewell of less than seven days ago."""
        with self._connections.write() as connection:
            return standing.undo(connection, id_, now)

    def erase(self, who: str | int, now: datetime) -> bool:
        """Forget everything about a person but that their address wants no mail. False if there was nobody."""
        with self._connections.write() as connection:
            return standing.erase(connection, who, Farewell.ERASED, now)

    def export(self, who: str | int) -> PersonalFile | None:
        """Everything that is kept about a person."""
        with self._connections.read() as connection:
            return personal.personal_file(connection, who)

    def letters_since(self, id_: int, since: datetime) -> int:
        """How many mails about the subscription itself were written to somebody after an instant."""
        with self._connections.read() as connection:
            return personal.letters_since(connection, id_, since)

    # --- what happens to them -----------------------------------------------------------------------------------

    def suppress(self, subscriber_id: int, why: Farewell, now: datetime) -> bool:
        """Send no mail to somebody any more, because it ``BOUNCED`` or they ``COMPLAINED``; else ``ValueError``.

        False if that changed nothing: nobody is there, or it was known. A complaint goes before a bounce.
        """
        if why not in _SUPPRESSING:
            raise ValueError(f"nobody is suppressed because they {why}")
        with self._connections.write() as connection:
            return standing.suppress(connection, subscriber_id, why, now)

    def remove(self, who: str | int, now: datetime) -> bool:
        """Forget a person by the operator's word: no address, no profile, no mail. False if there was nobody."""
        with self._connections.write() as connection:
            return standing.erase(connection, who, Farewell.REMOVED, now)

    def upkeep(self, now: datetime) -> int:
        """Forget those whose time to confirm, to undo or to be looked into is over; returns how many."""
        with self._connections.write() as connection:
            return standing.expired(connection, now)

    # --- looking them up ----------------------------------------------------------------------------------------

    def find(self, who: str | int) -> SubscriberRow | None:
        """The entry with that address or number, also of one who is gone by their number."""
        with self._connections.read() as connection:
            row = connection.execute(select(subscribers).where(matches(who))).first()
        return None if row is None else entry_of(row)

    def by_audience(self, audience: str) -> Iterator[Subscriber]:
        """The active subscribers of an audience by number, read in pages so that any number fits in memory."""
        # The text search only narrows down; the list itself decides.
        likely = type_coerce(subscribers.c.audiences, Text).contains(f'"{audience}"', autoescape=True)
        last = 0
        while True:
            query = (
                select(*PERSON)
                .where(subscribers.c.id > last, _ACTIVE, likely)
                .order_by(subscribers.c.id)
                .limit(_PAGE)
            )
            with self._connections.read() as connection:
                page = connection.execute(query).all()
            for row in page:
                person = person_of(*row)
                if audience in person.audiences:
                    yield person
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def list(self, *, active_only: bool = True) -> builtins.list[SubscriberRow]:
        """All entries by number; with ``active_only=False`` those of every standing, the bare rows too."""
        query = select(subscribers).order_by(subscribers.c.id)
        if active_only:
            query = query.where(_ACTIVE)
        with self._connections.read() as connection:
            return [entry_of(row) for row in connection.execute(query)]
