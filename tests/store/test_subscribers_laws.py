"""Coming and going in every order that hypothesis can think of, against a model of a few lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from notifier.model import Farewell, MailKind, MailState, Standing
from notifier.store import Consent, NewMail, NewSubscriber, Outcome, Store
from notifier.store.standing import CONFIRM_WITHIN, SUPPRESSED_FOR, UNDO_WITHIN
from tests.store.samples import DAY, HOUR, MINUTE, NOW

NAMES = ("anna", "jan", "ewa")
NAME = st.sampled_from(NAMES)
_STAYS = {
    Standing.PENDING: CONFIRM_WITHIN,
    Standing.LEFT: UNDO_WITHIN,
    Standing.SUPPRESSED: SUPPRESSED_FOR,
}


@dataclass
class Person:
    """What should be known of one address."""

    standing: Standing = Standing.GONE
    since: object = NOW
    away: bool = False  # wants no mail, whatever an operator's list says
    complained: bool = False  # and is not even to be asked
    form: bool = False  # active because they asked for it themselves
    rows: list[int] = field(default_factory=list)


class SubscribersMachine(RuleBasedStateMachine):
    """People, operators, mail servers and time, each at their own whim."""

    @initialize()
    def begin(self) -> None:
        with structlog.testing.capture_logs():
            self.store = Store.open("sqlite://")
        self.store.outbox.put_body("body", b"", NOW)
        self.now = NOW
        self.people = {name: Person() for name in NAMES}
        self.numbers = count(1)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    # --- helpers ------------------------------------------------------------------------------------------------

    def _new(self, name: str) -> NewSubscriber:
        return NewSubscriber(f"{name}@example.org", ("patient",), "pl")

    def _id(self, name: str) -> int:
        """The row of an address now; of one who is gone the last, of nobody one that does not exist."""
        rows = self.people[name].rows
        return rows[-1] if rows else 10_000

    def _set(self, name: str, standing: Standing) -> None:
        person = self.people[name]
        person.standing, person.since = standing, self.now
        row = self.store.subscribers.find(f"{name}@example.org")
        if row is not None and row.subscriber.id not in person.rows:
            person.rows.append(row.subscriber.id)

    # --- what happens -------------------------------------------------------------------------------------------

    @rule(name=NAME)
    def ask(self, name: str) -> None:
        person = self.people[name]
        row = self.store.subscribers.ask(
            self._new(name), Consent(self.now, "192.0.2.1", wording="pl-1"), self.now
        )
        assert (row is None) == person.complained
        if not person.complained and person.standing is not Standing.ACTIVE:
            self._set(name, Standing.PENDING)

    @rule(name=NAME)
    def confirm(self, name: str) -> None:
        person = self.people[name]
        possible = person.standing is Standing.PENDING and self.now < person.since + CONFIRM_WITHIN
        assert self.store.subscribers.confirm(self._id(name), "192.0.2.2", self.now) is possible
        if possible:
            person.away, person.form = False, True
            self._set(name, Standing.ACTIVE)

    @rule(name=NAME)
    def leave(self, name: str) -> None:
        person = self.people[name]
        left = self.store.subscribers.leave(self._id(name), Farewell.UNSUBSCRIBED, self.now)
        if person.standing is Standing.ACTIVE:
            person.away = True
            assert left is Standing.LEFT
            self._set(name, Standing.LEFT)
        elif person.standing is Standing.PENDING:
            assert left is Standing.GONE
            self._set(name, Standing.GONE)
        else:
            assert left is None

    @rule(name=NAME)
    def undo(self, name: str) -> None:
        person = self.people[name]
        possible = person.standing is Standing.LEFT and self.now < person.since + UNDO_WITHIN
        assert self.store.subscribers.undo(self._id(name), self.now) is possible
        if possible:
            person.away = False
            self._set(name, Standing.ACTIVE)

    @rule(name=NAME, why=st.sampled_from([Farewell.BOUNCED, Farewell.COMPLAINED]))
    def suppress(self, name: str, why: Farewell) -> None:
        person = self.people[name]
        known = person.standing is Standing.SUPPRESSED and (why is Farewell.BOUNCED or person.complained)
        changes = person.standing is not Standing.GONE and not known
        assert self.store.subscribers.suppress(self._id(name), why, self.now) is changes
        if changes:
            person.away, person.complained = True, why is Farewell.COMPLAINED
            self._set(name, Standing.SUPPRESSED)

    @rule(name=NAME)
    def erase(self, name: str) -> None:
        person = self.people[name]
        assert self.store.subscribers.erase(self._id(name), self.now) is (
            person.standing is not Standing.GONE
        )
        person.away = person.away or person.standing is Standing.ACTIVE
        self._set(name, Standing.GONE)

    @rule(names=st.sets(NAME, min_size=1), again=st.booleans())
    def bring(self, names: set[str], again: bool) -> None:
        ordered = sorted(names)
        result = self.store.subscribers.import_(
            [self._new(name) for name in ordered], "import", self.now, again=again
        )
        out = {place for place, name in enumerate(ordered) if self.people[name].away and not again}
        assert set(result.kept_out) == out
        for place, name in enumerate(ordered):
            person = self.people[name]
            if place not in out and person.standing is not Standing.ACTIVE:
                person.form = False
                self._set(name, Standing.ACTIVE)
            if again:
                person.away = person.complained = False

    @rule(hours=st.sampled_from([1, 24, 6 * 24, 7 * 24, 31 * 24]))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule()
    def upkeep(self) -> None:
        over = [
            name
            for name, person in self.people.items()
            if person.standing in _STAYS and self.now >= person.since + _STAYS[person.standing]
        ]
        assert self.store.subscribers.upkeep(self.now) == len(over)
        for name in over:
            self._set(name, Standing.GONE)

    @precondition(lambda self: any(person.rows for person in self.people.values()))
    @rule(letters=st.booleans())
    def send(self, letters: bool) -> None:
        """Mail written for everybody ever known, as if decided a moment before they left: who gets it?"""
        kind = MailKind.LETTER if letters else MailKind.NEWS
        ids = sorted({id_ for person in self.people.values() for id_ in person.rows})
        mails = [
            NewMail(
                id_, (), "body", f"<{next(self.numbers)}@example.org>", self.now, self.now + DAY, kind=kind
            )
            for id_ in ids
        ]
        self.store.outbox.enqueue(mails, self.now)
        claimed = self.store.outbox.claim("one", self.now, MINUTE, 100)
        welcome = {Standing.ACTIVE} | ({Standing.PENDING, Standing.LEFT} if letters else set())
        expected = {
            f"{name}@example.org" for name, person in self.people.items() if person.standing in welcome
        }
        assert {mail.email for mail in claimed} == expected
        self.store.outbox.settle(
            [Outcome(mail.id, MailState.SENT, 250, "ok") for mail in claimed], "one", self.now
        )

    # --- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def everybody_stands_where_they_should(self) -> None:
        if not hasattr(self, "store"):
            return
        rows = {row.subscriber.email: row for row in self.store.subscribers.list(active_only=False)}
        for name, person in self.people.items():
            row = rows.get(f"{name}@example.org")
            assert (Standing.GONE if row is None else row.standing) is person.standing
            if row is not None and row.active and person.form:
                consent = row.consent
                assert consent.asked_at is not None
                assert consent.confirmed_at is not None
                assert timedelta(0) <= consent.confirmed_at - consent.asked_at < CONFIRM_WITHIN
                assert (consent.asked_from, consent.confirmed_from, consent.wording) == (
                    "192.0.2.1",
                    "192.0.2.2",
                    "pl-1",
                )
        assert {one.email for one in self.store.subscribers.by_audience("patient")} == {
            f"{name}@example.org"
            for name, person in self.people.items()
            if person.standing is Standing.ACTIVE
        }


TestSubscribers = SubscribersMachine.TestCase
TestSubscribers.settings = settings(max_examples=30, stateful_step_count=40)
