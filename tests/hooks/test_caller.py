"""From the store to the receivers: each call at least once, under one id, whatever happens on the way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from notifier.hooks import Answer, Caller, CallSettings, Standing, Webhook, key_of
from notifier.hooks.answer import Meaning
from notifier.model import CallState, Occasion
from notifier.store import ClaimedCall, NewCall, Store
from tests.hooks.receiver import DROP, OK, STALL, Receiver, answer, receiver
from tests.hooks.test_post import SECRET
from tests.mail.office import FakeClock
from tests.store.samples import DAY, LEASE, NOW, notice

SENT, WAITING, REFUSED, CLAIMED = CallState.SENT, CallState.WAITING, CallState.REFUSED, CallState.CLAIMED


@dataclass
class Desk:
    """A store with calls in it, and a caller that can die and be made again."""

    store: Store = field(default_factory=lambda: Store.open("sqlite://"))
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    standing: Standing = field(default_factory=Standing)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    before: Callable[[str], None] = lambda _: None
    caller: Caller | None = None
    added: int = 0

    def add(self, *hooks: str, useful: timedelta = DAY) -> None:
        """One notice for each of these hooks."""
        self.added += 1
        made = notice("pz", occasion=Occasion.CHANGED, detail=str(self.added))
        ((id_, _),) = self.store.notices.add([(made, NOW)], NOW)
        self.store.calls.add(
            [
                NewCall(id_, hook, f"msg_{id_}_{hook}", b'{"a": 1}', self.clock.now() + useful)
                for hook in hooks
            ],
            NOW,
        )

    async def db(self, call, /, *args, **kwargs):
        self.before(call.__name__)
        found = call(*args, **kwargs)
        self.settled.set()
        return found

    @contextlib.asynccontextmanager
    async def calling(self, *lines: object) -> AsyncIterator[Caller]:
        stop = asyncio.Event()
        caller = Caller(self.store.calls, self.clock, CallSettings(owner="us"), self.db, self.standing)
        caller.take_up(lines)  # type: ignore[arg-type]
        self.caller = caller
        running = asyncio.create_task(caller.run(stop))
        try:
            yield caller
            stop.set()
            async with asyncio.timeout(20):
                await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def until(self, *states: CallState) -> None:
        """Wait until the calls are in these states."""
        async with asyncio.timeout(20):
            while self.states() != list(states):
                self.settled.clear()
                await self.settled.wait()

    def states(self) -> list[CallState]:
        return [row.state for row in self.store.calls.list()]

    async def tried(self, number: int) -> None:
        """Wait until so many tries are recorded."""
        async with asyncio.timeout(20):
            while sum(row.attempts for row in self.store.calls.list()) < number:
                self.settled.clear()
                await self.settled.wait()

    async def later(self, seconds: float) -> None:
        """Move the clock, and have the caller look."""
        assert self.caller is not None
        self.clock.advance(seconds)
        self.caller.wake()
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    made.store.close()


@pytest.fixture
def logs():
    with capture_logs() as events:
        yield events
    assert "s3cret" not in repr(events)


def hook(there: Receiver, id_: str = "a", patience: float = 10) -> Webhook:
    return Webhook(id_, there.url, key_of(id_, SECRET), patience)


def ids(there: Receiver) -> list[str]:
    return [posted.headers["webhook-id"] for posted in there.got]


def named(logs: list[EventDict]) -> list[str]:
    return [event["event"] for event in logs if event["log_level"] != "debug"]


async def test_what_waits_is_delivered_in_order_and_what_comes_later_too(
    desk: Desk, logs: list[EventDict]
) -> None:
    desk.add("a")
    desk.add("a")
    async with receiver() as there, desk.calling(hook(there)) as caller:
        await desk.until(SENT, SENT)
        desk.add("a")
        caller.wake()
        await desk.until(SENT, SENT, SENT)
    assert ids(there) == ["msg_1_a", "msg_2_a", "msg_3_a"]
    assert named(logs) == []
    assert desk.standing.outcomes["sent"] == 3


async def test_trouble_is_tried_again_under_the_same_id_with_a_new_moment(
    desk: Desk, logs: list[EventDict]
) -> None:
    desk.add("a")
    async with receiver(answer("500 Oops"), DROP, OK) as there, desk.calling(hook(there)):
        await desk.tried(1)
        await desk.later(29)
        assert len(there.got) == 1, "not before half a minute"
        await desk.later(1)
        await desk.tried(2)
        await desk.later(30)
        await desk.until(SENT)
    assert ids(there) == ["msg_1_a"] * 3
    assert len({posted.body for posted in there.got}) == 1
    moments = [int(posted.headers["webhook-timestamp"]) for posted in there.got]
    assert moments == [NOW.timestamp() + seconds for seconds in (0, 30, 60)]
    assert named(logs) == ["receiver fails", "receiver fails", "receiver works again"]
    assert desk.standing.troubles == {}


async def test_one_that_fails_is_asked_by_one_call_and_the_others_keep_their_tries(desk: Desk) -> None:
    for _ in range(3):
        desk.add("a")
    async with receiver(answer("503 Busy", "Retry-After: 300"), OK) as there, desk.calling(hook(there)):
        await desk.tried(1)
        await desk.later(299)
        assert len(there.got) == 1
        await desk.later(1)
        await desk.until(SENT, SENT, SENT)
    assert [row.attempts for row in desk.store.calls.list()] == [2, 1, 1]


async def test_one_that_stalls_holds_up_nobody_else(desk: Desk) -> None:
    desk.add("a", "b")
    desk.add("a", "b")
    async with receiver(STALL) as slow, receiver() as quick, desk.calling(hook(slow, "a"), hook(quick, "b")):
        await quick.count(2)
        await slow.count(1)
        await desk.until(CLAIMED, SENT, WAITING, SENT)
        slow.answers, _ = [OK], slow.free.set()


async def test_gone_gets_no_more_until_the_next_reload(desk: Desk, logs: list[EventDict]) -> None:
    desk.add("a")
    desk.add("a")
    async with receiver(answer("410 Gone"), OK) as there, desk.calling(hook(there)) as caller:
        await desk.until(REFUSED, WAITING)
        await desk.later(3600)
        assert len(there.got) == 1
        assert desk.standing.troubles == {"a": "gone: wants no more"}
        caller.take_up([hook(there)])
        await desk.until(REFUSED, SENT)
    assert named(logs) == [
        "receiver wants no more: nothing is sent until the next reload",
        "receiver works again",
    ]


async def test_a_crash_between_the_post_and_the_record_sends_it_again_under_the_same_id(desk: Desk) -> None:
    """The process dies once the receiver has answered; the next one knows nothing of it."""

    def die(name: str) -> None:
        if name == "settle":
            raise asyncio.CancelledError

    desk.add("a")
    async with receiver() as there:
        desk.before = die
        running = asyncio.create_task(
            _run_once(
                Caller(desk.store.calls, desk.clock, CallSettings(owner="us"), desk.db, Standing()), there
            )
        )
        await there.count(1)
        for _ in range(50):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        # Killed for good it would not even have given the call back.
        with desk.store._connections.write() as connection:
            connection.exec_driver_sql(
                "UPDATE calls SET state = 'claimed', lease_owner = 'us', lease_until = 9e18"
            )
        desk.before = lambda _: None
        async with desk.calling(hook(there)):
            await desk.until(SENT)
    assert ids(there) == ["msg_1_a", "msg_1_a"]


async def _run_once(caller: Caller, there: Receiver) -> None:
    caller.take_up([hook(there)])
    await caller.run(asyncio.Event())


async def test_another_machine_takes_over_what_a_dead_one_had_claimed(desk: Desk) -> None:
    desk.add("a")
    desk.store.calls.claim("a dead machine", NOW, LEASE, ["a"])
    async with receiver() as there, desk.calling(hook(there)):
        await desk.later(LEASE.total_seconds() - 1)
        assert there.got == []
        await desk.later(1)
        await desk.until(SENT)
    assert ids(there) == ["msg_1_a"]


async def test_an_answer_that_cannot_be_recorded_is_kept_until_it_can(
    desk: Desk, logs: list[EventDict]
) -> None:
    fails = [True, True]

    def fail(name: str) -> None:
        if name == "settle" and fails:
            fails.pop()
            raise OSError("disk full")

    desk.before = fail
    desk.add("a")
    async with receiver() as there, desk.calling(hook(there)):
        async with asyncio.timeout(20):
            while desk.states() != [SENT]:
                await asyncio.sleep(0.001)
                desk.clock.advance(1)
    assert len(there.got) == 1
    assert named(logs) == ["answer cannot be recorded"] * 2


async def test_a_store_that_is_away_ends_nothing(desk: Desk, logs: list[EventDict]) -> None:
    fails = [True]

    def fail(name: str) -> None:
        if name == "claim" and fails:
            fails.pop()
            raise OSError("away")

    desk.before = fail
    desk.add("a")
    async with receiver() as there, desk.calling(hook(there)):
        for _ in range(50):
            await asyncio.sleep(0)
        assert not fails
        await desk.later(0)
        await desk.until(SENT)
    assert named(logs) == ["calls cannot be read"]


async def test_our_own_mistake_is_not_the_end_of_the_call(desk: Desk, logs: list[EventDict]) -> None:
    class Broken:
        id = "a"
        tries = 0

        async def send(self, call: ClaimedCall, now: datetime) -> Answer:
            self.tries += 1
            if self.tries == 1:
                raise KeyError("s")
            return Answer(Meaning.TAKEN, None, "taken")

    desk.add("a")
    async with desk.calling(Broken()):
        await desk.tried(1)
        await desk.later(30)
        await desk.until(SENT)
    assert named(logs)[0] == "calling failed unexpectedly"


async def test_what_has_lost_its_use_is_not_sent(desk: Desk, logs: list[EventDict]) -> None:
    desk.add("a", useful=timedelta(seconds=40))
    async with receiver(answer("500 Oops")) as there, desk.calling(hook(there)):
        await desk.tried(1)
        await desk.later(40)
        await desk.until(CallState.EXPIRED)
    assert len(there.got) == 1
    assert desk.states() == [CallState.EXPIRED]


async def test_stopping_ends_what_is_under_way(desk: Desk) -> None:
    desk.add("a")
    desk.add("a")
    async with receiver(STALL) as there, desk.calling(hook(there)):
        await there.count(1)
        there.free.set()
    assert desk.states() == [WAITING, WAITING]
    assert [row.attempts for row in desk.store.calls.list()] == [1, 0]
