"""The laws of claiming, tried with every order of events that hypothesis can think of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from notifier.model import MailState
from notifier.store import NewMail, NewSubscriber, Outcome, Store
from tests.store.samples import MINUTE, NOW

LEASE = 5 * MINUTE
OWNERS = st.sampled_from(["one", "two", "three"])
_OPEN = {MailState.WAITING, MailState.CLAIMED, MailState.HELD}


@dataclass(frozen=True)
class Expected:
    """What the outbox should hold for one mail."""

    person: int
    send_at: datetime
    expires_at: datetime
    state: MailState = MailState.WAITING
    owner: str | None = None
    until: datetime | None = None
    attempts: int = 0
    first_failed_at: datetime | None = None


@dataclass
class World:
    """The outbox as a plain dictionary, and the time."""

    now: datetime = NOW
    mails: dict[int, Expected] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def free(self, mail: Expected) -> bool:
        """Whether a claim may take it, or settle it as useless."""
        if mail.send_at > self.now:
            return False
        if mail.state is MailState.CLAIMED:
            return mail.until is not None and mail.until <= self.now
        return mail.state is MailState.WAITING

    def useless(self, mail: Expected) -> bool:
        return mail.expires_at <= self.now or mail.person in self.gone


class OutboxMachine(RuleBasedStateMachine):
    """Workers, time and the operator in any order, against the dictionary."""

    mails = Bundle("mails")

    @initialize()
    def begin(self) -> None:
        with structlog.testing.capture_logs():
            self.store = Store.open("sqlite://")
        self.store.outbox.put_body("body", b"", NOW)
        new = [NewSubscriber(f"p{n}@example.org", ("patient",), "pl") for n in range(3)]
        self.store.subscribers.import_(new, "operator", NOW)
        self.world = World()
        self.numbers = count(1)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    @rule(
        target=mails,
        many=st.integers(1, 4),
        person=st.integers(1, 3),
        delay=st.integers(-3, 10),
        use=st.integers(1, 20),
    )
    def enqueue(self, many: int, person: int, delay: int, use: int) -> object:
        send_at = self.world.now + delay * MINUTE
        expires_at = send_at + use * MINUTE
        ids = [next(self.numbers) for _ in range(many)]
        self.store.outbox.enqueue(
            (NewMail(person, (), "body", f"<{id_}@example.org>", send_at, expires_at) for id_ in ids),
            self.world.now,
        )
        self.world.mails |= {id_: Expected(person, send_at, expires_at) for id_ in ids}
        return multiple(*ids)

    @rule(owner=OWNERS, limit=st.integers(1, 6))
    def claim(self, owner: str, limit: int) -> None:
        world = self.world
        free = {id_ for id_, mail in world.mails.items() if world.free(mail)}
        useless = {id_ for id_ in free if world.useless(world.mails[id_])}
        claimed = self.store.outbox.claim(owner, world.now, LEASE, limit)
        ids = {mail.id for mail in claimed}
        assert len(ids) == len(claimed) <= limit, "no mail twice, never more than asked for"
        assert ids <= free - useless, "only due, unleased, useful mail of people who are still there"
        assert claimed or not free - useless, "empty means that nothing is due"
        for mail in claimed:
            expected = world.mails[mail.id]
            assert (mail.attempts, mail.first_failed_at) == (expected.attempts, expected.first_failed_at)
            assert mail.email == f"p{expected.person - 1}@example.org"
            world.mails[mail.id] = replace(
                expected, state=MailState.CLAIMED, owner=owner, until=world.now + LEASE
            )
        # How many useless ones a claim meets on its way is its own business; the others stay untouched.
        for row in self.store.outbox.list(MailState.EXPIRED, 1000):
            if row.id in useless:
                self.end(row.id, MailState.EXPIRED)

    @rule(id_=mails, owner=OWNERS, state=st.sampled_from([MailState.SENT, MailState.REFUSED]))
    def answer(self, id_: int, owner: str, state: MailState) -> None:
        mine = self.mine(id_, owner)
        settled = self.store.outbox.settle([Outcome(id_, state, 250, "")], owner, self.world.now)
        assert settled == int(mine), "an answer counts exactly if the mail is still the worker's"
        if mine:
            self.world.mails[id_] = replace(
                self.world.mails[id_], attempts=self.world.mails[id_].attempts + 1
            )
            self.end(id_, state)

    @rule(id_=mails, owner=OWNERS, wait=st.integers(0, 10))
    def put_off(self, id_: int, owner: str, wait: int) -> None:
        mine, world = self.mine(id_, owner), self.world
        retry_at = world.now + wait * MINUTE
        outcome = Outcome(id_, MailState.WAITING, 451, "", retry_at)
        assert self.store.outbox.settle([outcome], owner, world.now) == int(mine)
        if mine:
            mail = world.mails[id_]
            world.mails[id_] = replace(
                mail,
                state=MailState.WAITING,
                owner=None,
                until=None,
                send_at=retry_at,
                attempts=mail.attempts + 1,
                first_failed_at=mail.first_failed_at or world.now,
            )

    @rule(owner=OWNERS)
    def release(self, owner: str) -> None:
        mine = [id_ for id_ in self.world.mails if self.mine(id_, owner)]
        assert self.store.outbox.release(owner) == len(mine)
        for id_ in mine:
            self.world.mails[id_] = replace(
                self.world.mails[id_], state=MailState.WAITING, owner=None, until=None
            )

    @rule(minutes=st.integers(1, 6))
    def time_passes(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)

    @rule(person=st.integers(1, 3))
    def leave(self, person: int) -> None:
        there = person not in self.world.gone
        assert self.store.subscribers.remove(person, self.world.now) == there
        if not there:
            return
        self.world.gone.add(person)
        for id_, mail in self.world.mails.items():
            if mail.person == person and mail.state is MailState.WAITING:
                self.end(id_, MailState.EXPIRED)

    @rule(id_=mails)
    def retry(self, id_: int) -> None:
        mail, world = self.world.mails[id_], self.world
        stuck = mail.state is MailState.REFUSED or (mail.state is MailState.WAITING and mail.attempts > 0)
        can = stuck and not world.useless(mail)
        assert self.store.outbox.retry([id_], world.now) == int(can)
        if can:
            world.mails[id_] = replace(
                mail, state=MailState.WAITING, send_at=world.now, attempts=0, first_failed_at=None
            )

    @rule(owner=OWNERS)
    def a_worker_dies_and_all_is_claimed_in_the_end(self, owner: str) -> None:
        """Nothing that is of use is lost, whoever died holding it."""
        world = self.world
        world.now += LEASE
        useful = {id_ for id_, mail in world.mails.items() if world.free(mail) and not world.useless(mail)}
        got: set[int] = set()
        while claimed := self.store.outbox.claim(owner, world.now, LEASE, 2):
            ids = {mail.id for mail in claimed}
            assert not ids & got
            got |= ids
        assert got == useful
        for id_, mail in list(world.mails.items()):
            if world.free(mail):
                if id_ in useful:
                    world.mails[id_] = replace(
                        mail, state=MailState.CLAIMED, owner=owner, until=world.now + LEASE
                    )
                else:
                    self.end(id_, MailState.EXPIRED)

    @invariant()
    def the_store_holds_what_the_dictionary_holds(self) -> None:
        if not hasattr(self, "world"):
            return
        rows = {row.id: row for row in self.store.outbox.list(limit=1000)}
        found = {
            id_: Expected(
                row.subscriber_id,
                row.send_at,
                row.expires_at,
                row.state,
                row.lease_owner,
                row.lease_until,
                row.attempts,
                row.first_failed_at,
            )
            for id_, row in rows.items()
        }
        assert found == self.world.mails
        assert all((row.settled_at is None) == (row.state in _OPEN) for row in rows.values())

    def mine(self, id_: int, owner: str) -> bool:
        mail = self.world.mails[id_]
        return mail.state is MailState.CLAIMED and mail.owner == owner

    def end(self, id_: int, state: MailState) -> None:
        self.world.mails[id_] = replace(self.world.mails[id_], state=state, owner=None, until=None)


OutboxMachine.TestCase.settings = settings(
    settings.get_profile(settings.get_current_profile_name()), max_examples=25, stateful_step_count=40
)
TestOutboxLaws = OutboxMachine.TestCase
