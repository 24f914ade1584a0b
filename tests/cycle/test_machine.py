"""Whatever happens in whatever order, nobody is told too little, too much, or after they left.

A machine lets things happen: windows come, move, are called off; people come, leave, change what they have
and when they want to hear; passes are made by two machines, die, come late; the clock steps; the relay
rests. In the end time goes on with everything in order, and what each person got is held against what
they should know. Words are left out here: the bodies of mails hold what is told as JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from notifier.cycle.mailing import Mailing
from notifier.cycle.telling import Recorded
from notifier.mail import Body
from notifier.model import Change, Digest, Farewell, MailState, Occasion, Standing, Status, Window, Wishes
from notifier.planning import changes_between
from notifier.store import NewSubscriber, Outcome, Reason, StoreError
from tests.cycle.town import DAY, HOUR, MINUTE, T0, Town, config, window

ROOMY: dict[str, dict[str, object]] = {
    "schedule": {"settle": timedelta(0)},
    "mail": {"flood": 1000, "per_day": 1000},
}
WISHES = [Wishes(), Wishes(digest=Digest(time(7))), Wishes(digest=Digest(time(18), 3)), Wishes(leads=())]
PROFILES: list[dict[str, Sequence[str]]] = [
    {},
    {"have": ("mojeid:bank.mbank",)},
    {"have": ("edowod-phone",)},
    {"have": ("edowod-phone",), "systems": ("pz",)},
]
SYSTEMS = ["pz", "bank.mbank"]
TAKES_LONG = 12 * DAY
"""After this much of quiet every window is over and every digest made."""


def facts(of: Window) -> list[object]:
    return [of.start.isoformat(), of.end.isoformat() if of.end else None, of.status.value, list(of.systems)]


def in_json(told: Sequence[Recorded], *_: object) -> Body:
    """The body that says what is told and against what."""
    said = [
        {
            "window": item.notice.key.window,
            "occasion": item.notice.key.occasion.value,
            "facts": facts(item.notice.advice.window) if item.notice.advice else None,
            "other advice": item.notice.changes == (Change.ADVICE,),
            "before": facts(item.notice.told) if item.notice.told else None,
        }
        for item in told
    ]
    content = json.dumps(said).encode()
    return Body(hashlib.sha256(content).hexdigest(), b"", content)


@dataclass
class Reader:
    """One person as the test knows them."""

    id: int
    since: datetime
    left: datetime | None = None
    settled: datetime = field(default=T0)
    got: list[dict[str, Any]] = field(default_factory=list)
    """All that was told to them, in the order of sending."""

    def about(self, of: str) -> list[dict[str, Any]]:
        return [said for said in self.got if said["window"] == of]


class Machine(RuleBasedStateMachine):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(Mailing, "_body", lambda _, *args: in_json(*args))
        self.place = Town(config(audiences=("patient",), **ROOMY))
        self.other = Town(self.place.config, self.place.store)
        self.now = self.latest = T0
        self.readers: dict[int, Reader] = {}
        self.windows: dict[str, Window] = {}
        self.known_at: dict[str, datetime] = {}

    @initialize()
    def begin(self) -> None:
        self.place.run(self.now)
        self.come(0, 0)

    # --- what happens -------------------------------------------------------------------------------------------

    @rule(system=st.sampled_from(SYSTEMS), hours=st.integers(3, 72))
    def announce(self, system: str, hours: int) -> None:
        name = f"w{len(self.windows) + 1}"
        self.say(window(name, system, start=self.now + hours * HOUR, hours=4, published=None))

    @precondition(lambda self: self.open_windows())
    @rule(which=st.integers(0, 9), start=st.integers(-2, 30), longer=st.integers(0, 5))
    def move(self, which: int, start: int, longer: int) -> None:
        of = self.open_windows()[which % len(self.open_windows())]
        begins = max(of.start + start * HOUR, self.now + HOUR)
        self.say(replace(of, start=begins, end=begins + (4 + longer) * HOUR, status=Status.CONFIRMED))

    @precondition(lambda self: self.open_windows())
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        of = self.open_windows()[which % len(self.open_windows())]
        self.say(replace(of, status=Status.CANCELLED))

    @rule(profile=st.integers(0, len(PROFILES) - 1), wishes=st.integers(0, len(WISHES) - 1))
    def come(self, profile: int, wishes: int) -> None:
        email = f"p{len(self.readers) + 1}@example.pl"
        entry = self.entry(email, profile, wishes)
        self.place.store.subscribers.import_([entry], "test", self.now)
        row = self.place.store.subscribers.find(email)
        assert row is not None
        self.readers[row.subscriber.id] = Reader(row.subscriber.id, self.now)

    @rule(who=st.integers(0, 9), profile=st.integers(0, len(PROFILES) - 1), wishes=st.integers(0, 3))
    def change(self, who: int, profile: int, wishes: int) -> None:
        reader = self.reader(who)
        entry = self.entry("", profile, wishes)
        if self.place.store.subscribers.change(reader.id, entry, self.now):
            reader.settled = self.now

    @rule(who=st.integers(0, 9))
    def leave(self, who: int) -> None:
        reader = self.reader(who)
        if reader.left is None and self.place.store.subscribers.leave(
            reader.id, Farewell.UNSUBSCRIBED, self.now
        ):
            reader.left = self.now

    @rule(minutes=st.integers(1, 40 * 60))
    def time_goes_on(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.place.run(self.now)

    @rule()
    def the_bell_rings_twice(self) -> None:
        assert self.place.run(self.now, self.now).mails == 0

    @rule(minutes=st.integers(-10, 10))
    def the_clock_steps(self, minutes: int) -> None:
        self.place.run(self.now + minutes * MINUTE)
        self.latest = max(self.latest, self.now + minutes * MINUTE)

    @rule(minutes=st.integers(0, 12 * 60))
    def another_machine_makes_a_pass(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.other.run(self.now)

    @rule(minutes=st.integers(0, 12 * 60), where=st.sampled_from(["mails", "mark", "process"]))
    def a_pass_dies(self, minutes: int, where: str) -> None:
        self.now += minutes * MINUTE
        spoiled = StoreError("sqlite://", Reason.SPOILED)
        part: object = self.place.store.outbox if where == "mails" else self.place.store.marks
        name = "enqueue" if where == "mails" else "put"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(part, name, _raising(spoiled))
            with suppress(StoreError):  # where there is no mail to write, the pass does not die of it
                self.place.run(self.now)
        if where == "process":
            self.place.restart()

    @rule()
    def the_relay_takes_all(self) -> None:
        self.deliver()

    # --- helpers ------------------------------------------------------------------------------------------------

    def open_windows(self) -> list[Window]:
        return [of for of in self.windows.values() if of.start > self.now + HOUR]

    def reader(self, who: int) -> Reader:
        return list(self.readers.values())[who % len(self.readers)]

    def entry(self, email: str, profile: int, wishes: int) -> NewSubscriber:
        return NewSubscriber(email, ("patient",), "pl", wishes=WISHES[wishes], **PROFILES[profile])  # type: ignore[arg-type]

    def say(self, of: Window) -> None:
        """An operator's command, a minute after any pass."""
        self.now = max(self.now, self.latest) + MINUTE
        self.place.operator(of, self.now)
        self.windows[of.id], self.known_at[of.id] = of, self.now

    def deliver(self) -> None:
        """The relay takes all that is due, and people read it."""
        outbox = self.place.store.outbox
        while claimed := outbox.claim("relay", self.now, HOUR, 1000):
            for mail in claimed:
                reader = self.readers[mail.subscriber_id]
                assert reader.left is None, "no news after leaving"
                for said in json.loads(outbox.body(mail.body_digest)):
                    self.read(reader, said)
            outcomes = [Outcome(mail.id, MailState.SENT, 250, "ok") for mail in claimed]
            outbox.settle(outcomes, "relay", self.now)

    def read(self, reader: Reader, said: dict[str, Any]) -> None:
        """Nothing surplus: no old news as new, no correction of what was never said, old and new told apart."""
        before = reader.about(said["window"])
        match said["occasion"]:
            case Occasion.ANNOUNCED:
                assert not before, "what they know is not new"
            case Occasion.CANCELLED:
                assert before, "what they never heard of need not be called off"
                assert before[-1]["occasion"] != Occasion.CANCELLED, "called off once"
            case Occasion.CHANGED:
                assert before, "what they never heard of cannot have changed"
                assert said["before"] == before[-1]["facts"], "old is what they were told"
                assert said["facts"] != said["before"] or said["other advice"], "new is something else"
            case _:
                pass
        reader.got.append(said)

    def teardown(self) -> None:
        try:
            self.in_the_end()
        finally:
            self.patch.undo()
            self.place.store.close()

    def in_the_end(self) -> None:
        """Time goes on, everything works: whoever stayed knows what is true."""
        self.place.restart()
        begin, until = self.now, self.now + TAKES_LONG
        after: datetime | None = self.now
        while after is not None and after <= until:
            self.now = max(self.now, after)
            after = self.place.run(self.now).look_again
            self.deliver()
        for reader in self.readers.values():
            row = self.place.store.subscribers.find(reader.id)
            if row is None or row.standing is not Standing.ACTIVE:
                continue
            concerned = not row.subscriber.profile or "pz" in row.subscriber.systems
            for of in self.windows.values():
                # While the relay rested, what is over by now may have lost its use on the way.
                if of.start > begin:
                    self.knows(reader, of, sure=concerned and of.systems == ("pz",))

    def knows(self, reader: Reader, of: Window, *, sure: bool) -> None:
        """The last they were told is true; ``sure`` of those who must have been told at all."""
        told = reader.about(of.id)
        if of.status is Status.CANCELLED:
            assert not told or told[-1]["occasion"] == Occasion.CANCELLED, (
                "a promise of trouble is taken back"
            )
        elif told:
            assert told[-1]["facts"] == facts(of), "the last they were told is true"
        elif sure and not self.inside_another(of):
            assert max(reader.since, reader.settled) > self.known_at[of.id], (
                "what concerns them they are told"
            )

    def inside_another(self, of: Window) -> bool:
        """True for a window that lies inside another one: that is told, and not twice."""
        return any(
            other.id != of.id
            and other.status is not Status.CANCELLED
            and "pz" in other.systems
            and other.start <= of.start
            and of.interval.until <= other.interval.until
            for other in self.windows.values()
        )


def _raising(error: Exception) -> Callable[..., None]:
    def raises(*_: object) -> None:
        raise error

    return raises


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_the_comparison_of_facts_is_that_of_windows() -> None:
    """Else the end of the machine would hold people to facts that are told in no mail."""
    one = window()
    for other in (
        replace(one, start=one.start + HOUR),
        replace(one, systems=("p1",)),
        replace(one, end=None),
    ):
        assert bool(changes_between(one, other)) is (facts(one) != facts(other))
