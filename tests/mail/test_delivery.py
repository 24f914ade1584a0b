"""From the outbox to the relay and back, with a real store and a server that misbehaves on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import repeat

import pytest
from structlog.typing import EventDict

from notifier.mail import Answer, Letter, MaildirTransport, Patience, Privacy, Relay, Reply, Step
from notifier.mail.transport import Connection
from notifier.model import MailState
from notifier.store import ClaimedMail, Outcome
from tests.mail.office import START, Office
from tests.mail.rogue import Rogue

LOGIN = ("me", "secret")


# --- one mail, one way to misbehave ------------------------------------------------------------------------------

PROBE = (MailState.WAITING, 0, 5)  # the relay is away: nobody's attempt, asked again after five seconds
LATER = (MailState.WAITING, 1, 300)  # the mail waits five minutes
UNSURE = (MailState.WAITING, 1, 60)  # it may have arrived: after a minute, under the same Message-ID
NEVER = (MailState.REFUSED, 1, None)
SENT = (MailState.SENT, 1, None)

CASES = [
    ("greeting", "drop", PROBE, "hanging up at once is no verdict on a mail"),
    ("greeting", "stall", PROBE, "a relay that says nothing is away"),
    ("greeting", "4xx", PROBE, "busy"),
    ("greeting", "5xx", PROBE, "we are not welcome; somebody must change that, and mails wait for it"),
    ("greeting", "421", PROBE, "full for now"),
    ("greeting", "garbage", PROBE, "something else listens there"),
    ("ehlo", "drop", PROBE, "nothing was sent"),
    ("ehlo", "stall", PROBE, "nothing was sent"),
    ("ehlo", "4xx", PROBE, "not now"),
    ("ehlo", "5xx", SENT, "HELO does as well"),
    ("ehlo", "421", PROBE, "closing"),
    ("ehlo", "garbage", PROBE, "not understood"),
    ("auth", "drop", PROBE, "a login cut short is no refusal"),
    ("auth", "stall", PROBE, "its password store may be slow"),
    ("auth", "4xx", PROBE, "not now"),
    ("auth", "5xx", PROBE, "a wrong password is for the operator to mend"),
    ("auth", "421", PROBE, "closing"),
    ("auth", "garbage", PROBE, "not understood"),
    ("mail", "drop", PROBE, "the mail was not even named"),
    ("mail", "stall", PROBE, "the mail was not even named"),
    ("mail", "4xx", PROBE, "what is wrong with the sender is wrong for all mails"),
    ("mail", "5xx", PROBE, "and must not refuse all of them"),
    ("mail", "421", PROBE, "closing"),
    ("mail", "garbage", PROBE, "not understood"),
    ("rcpt", "drop", PROBE, "one drop blames nobody"),
    ("rcpt", "stall", PROBE, "one stall blames nobody"),
    ("rcpt", "4xx", LATER, "greylisting: five minutes later it will do"),
    ("rcpt", "5xx", NEVER, "nobody lives there"),
    ("rcpt", "421", PROBE, "closing, whoever the mail was for"),
    ("rcpt", "garbage", PROBE, "not understood"),
    ("rcpt", "554 5.7.1 {to}: Relay access denied", LATER, "a setting is wrong; it can be put right"),
    ("data", "drop", PROBE, "before the message: surely not sent"),
    ("data", "stall", PROBE, "before the message: surely not sent"),
    ("data", "4xx", LATER, "not this time"),
    ("data", "5xx", NEVER, "not at all"),
    ("data", "421", PROBE, "closing"),
    ("data", "garbage", PROBE, "not understood"),
    ("content", "drop", UNSURE, "the line went dead after the dot: perhaps it has it"),
    ("content", "stall", UNSURE, "no answer in time: perhaps it has it"),
    ("content", "4xx", LATER, "it says that it has not"),
    ("content", "5xx", NEVER, "it will not take this message"),
    ("content", "421", PROBE, "it says that it closes instead of taking it"),
    ("content", "garbage", UNSURE, "this may have meant yes"),
    ("quit", "drop", SENT, "settled before the goodbye"),
    ("quit", "stall", SENT, "settled before the goodbye"),
    ("quit", "5xx", SENT, "settled before the goodbye"),
]


@pytest.mark.parametrize(("step", "way", "outcome", "why"), CASES)
async def test_each_failure_leads_to_one_outcome(
    office: Office,
    logs: list[EventDict],
    step: str,
    way: str,
    outcome: tuple[MailState, int, int | None],
    why: str,
) -> None:
    state, attempts, again = outcome
    office.write_to("alicja")
    async with Rogue({step: [way]}) as server:
        relay = Relay("127.0.0.1", server.port, Privacy.NONE, *(LOGIN if step == "auth" else ()))
        async with office.delivering(office.smtp(server.port, relay)) as delivery:
            done = {MailState.SENT, MailState.REFUSED}
            await office.until(lambda: office.row.state in done or office.row.attempts or delivery.away)
            await office.until(lambda: office.row.state is not MailState.CLAIMED)
            assert (office.row.state, office.row.attempts) == (state, attempts), why
            copies = len(server.received)
            assert copies == (step in {"content", "quit"} or state is MailState.SENT)
            if again is None:
                assert (office.row.settled_at, delivery.away) == (START, None)
                return
            await office.until(lambda: (delivery.away is None) == (again == 300))
            if again > 5:
                assert office.row.send_at == START + timedelta(seconds=again)
            tried = server.steps.count("mail")
            office.clock.advance(again - 0.5)
            delivery.wake()
            await office.quiet()
            assert server.steps.count("mail") == tried, "not a moment too early"
            office.clock.advance(0.5)
            delivery.wake()
            await office.until(lambda: office.row.state is MailState.SENT)
            assert len(server.received) == copies + 1
            assert len({message_id for _, message_id in server.received}) == 1, "a repeat is recognisable"


# --- the relay as a whole ----------------------------------------------------------------------------------------


def said(logs: list[EventDict], *events: str) -> list[str]:
    return [event["event"] for event in logs if event["event"] in events]


STATES = ("relay away", "login refused by the relay", "relay back")


async def test_a_relay_that_is_away_costs_nobody_anything(
    office: Office, logs: list[EventDict], unused_port: int
) -> None:
    office.write_to(*(f"p{n}" for n in range(25)))
    async with office.delivering(office.smtp(unused_port)) as delivery:
        for wait in (5, 10, 20, 40, 60):
            await office.probed(delivery, wait)
            office.clock.advance(wait)
        await office.until(lambda: not office.store.outbox.stats().counts[MailState.CLAIMED])
    assert {(row.state, row.attempts, row.first_failed_at) for row in office.rows()} == {
        (MailState.WAITING, 0, None)
    }
    assert said(logs, *STATES) == ["relay away"], "one line, not one a mail or a probe"


async def test_the_relay_comes_back_and_everybody_gets_the_mail(
    office: Office, logs: list[EventDict]
) -> None:
    office.write_to(*(f"p{n}" for n in range(25)))
    async with (
        Rogue({"greeting": ["421"] * 3}) as server,
        office.delivering(office.smtp(server.port)) as delivery,
    ):
        for wait in (5, 10):
            await office.probed(delivery, wait)
            office.clock.advance(wait)
        await office.probed(delivery, 20)
        assert (server.connections, server.received) == (3, [])
        office.clock.advance(20)
        await office.until(lambda: len(server.accepted) == 25)
        assert delivery.away is None
        assert server.connections <= 3 + 3, "one probe at a time"
    assert len(set(server.accepted)) == 25
    assert said(logs, *STATES) == ["relay away", "relay back"]


async def test_a_refused_login_is_said_once_and_tried_again(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    async with Rogue({"auth": ["535 5.7.8 wrong password"] * 2}) as server:
        relay = Relay("127.0.0.1", server.port, Privacy.NONE, *LOGIN)
        async with office.delivering(office.smtp(server.port, relay)) as delivery:
            await office.probed(delivery, 5)
            office.clock.advance(5)
            await office.probed(delivery, 10)
            office.clock.advance(10)
            await office.until(lambda: office.row.state is MailState.SENT)
    assert said(logs, *STATES) == ["login refused by the relay", "relay back"]
    line = next(event for event in logs if event["event"].startswith("login"))
    assert (line["code"], line["log_level"]) == (535, "error")
    assert "secret" not in repr(logs)


async def test_another_reason_is_another_line(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    async with Rogue({"greeting": ["drop"], "auth": ["535 no"]}) as server:
        relay = Relay("127.0.0.1", server.port, Privacy.NONE, *LOGIN)
        async with office.delivering(office.smtp(server.port, relay)) as delivery:
            await office.probed(delivery, 5)
            office.clock.advance(5)
            await office.probed(delivery, 10)
    assert said(logs, *STATES) == ["relay away", "login refused by the relay"]


async def test_a_relay_that_bears_fewer_connections_gets_fewer(office: Office, logs: list[EventDict]) -> None:
    office.write_to(*(f"p{n}" for n in range(40)))
    # The first connection is welcome, the second and third are one too many.
    async with Rogue({"greeting": ["", "421", "421"]}) as server, office.delivering(office.smtp(server.port)):
        await office.until(lambda: len(server.accepted) == 40)
        assert server.most <= 3
        assert server.connections <= 3
    assert said(logs, *STATES) == [], "the relay is not away"


async def test_connections_open_slowly_and_are_kept(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(60)))
    async with Rogue() as server, office.delivering(office.smtp(server.port), connections=4):
        await office.until(lambda: len(server.accepted) == 60)
        assert 1 < server.connections <= 4
        await office.quiet()
        assert server.open > 0, "more mail may come"
        office.clock.advance(11)
        await server.wait(lambda: not server.open)
        assert server.steps.count("quit") == server.connections, "idle ones say goodbye"


async def test_a_connection_ends_after_its_share(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(20)))
    async with Rogue() as server:
        async with office.delivering(office.smtp(server.port), connections=1, mails_per_connection=5):
            await office.until(lambda: len(server.accepted) == 20)
        assert server.connections == 4


async def test_a_connection_that_grew_old_is_just_replaced(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    async with (
        Rogue({"mail": ["", "421"]}) as server,
        office.delivering(office.smtp(server.port), connections=1) as delivery,
    ):
        await office.until(lambda: len(server.accepted) == 1)
        office.write_to("bob")
        delivery.wake()
        await office.until(lambda: len(server.accepted) == 2)
        await office.until(lambda: {row.state for row in office.rows()} == {MailState.SENT})
    assert server.connections == 2
    assert [row.attempts for row in office.rows()] == [1, 1]
    assert said(logs, *STATES) == []


# --- one mail among others ---------------------------------------------------------------------------------------


async def test_one_refusal_does_not_hold_up_the_others(office: Office, logs: list[EventDict]) -> None:
    office.write_to(*(f"p{n}" for n in range(10)))
    async with Rogue({"rcpt": ["", "5xx", "", "4xx"]}) as server, office.delivering(office.smtp(server.port)):
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 8)
    counts = office.store.outbox.stats().counts
    assert (counts[MailState.REFUSED], counts[MailState.WAITING]) == (1, 1)
    lines = [event for event in logs if "reply" in event]
    assert sorted(line["event"] for line in lines) == [
        "mail not delivered, will be tried again",
        "mail refused for good",
    ]
    assert all(line["mail"] and line["subscriber"] and line["code"] for line in lines)


class Poison(Rogue):
    """Hangs up on mail to one person, whoever else is served."""

    async def _answer(self, writer: asyncio.StreamWriter, step: str, to: str) -> str:
        if step == "data" and to.startswith("poison"):
            self.script["data"] = iter(["drop"])
        return await super()._answer(writer, step, to)


async def test_a_mail_that_breaks_every_connection_ends_up_alone(
    office: Office, logs: list[EventDict]
) -> None:
    office.write_to("poison", *(f"p{n}" for n in range(30)))
    async with Poison() as server, office.delivering(office.smtp(server.port), connections=1) as delivery:
        await office.until(lambda: delivery.away)  # it is the very first mail
        office.clock.advance(5)
        await office.until(lambda: len(server.accepted) == 30)
        await office.until(
            lambda: {row.state for row in office.rows()} == {MailState.SENT, MailState.WAITING}
        )
        poison = next(row for row in office.rows() if row.state is MailState.WAITING)
        assert poison.attempts == 1, "the relay took others meanwhile: it is the mail"
        assert poison.send_at == office.clock.now() + timedelta(minutes=5)
    assert said(logs, *STATES)[:2] == ["relay away", "relay back"]


@pytest.mark.parametrize(
    ("failing", "wait"),
    [(0, 300), (300, 300), (600, 600), (1200, 1200), (3900, 3900), (9000, 4000)],
)
async def test_the_wait_doubles_by_itself(office: Office, failing: int, wait: int) -> None:
    office.write_to("alicja", expires=timedelta(days=2))
    async with (
        Rogue({"rcpt": repeat("4xx")}) as server,
        office.delivering(office.smtp(server.port)) as delivery,
    ):
        await office.until(lambda: office.row.attempts == 1)
        if failing:
            office.clock.advance(failing)
            delivery.wake()
            await office.until(lambda: office.row.attempts == 2)
        assert office.row.send_at - office.clock.now() == timedelta(seconds=wait)


async def test_a_mail_that_lost_its_use_is_not_sent(office: Office) -> None:
    office.write_to("alicja", expires=timedelta(minutes=12))
    async with (
        Rogue({"rcpt": repeat("4xx")}) as server,
        office.delivering(office.smtp(server.port)) as delivery,
    ):
        await office.until(lambda: office.row.attempts == 1)
        office.clock.advance(300)
        delivery.wake()
        await office.until(lambda: office.row.attempts == 2)
        assert office.row.send_at == START + timedelta(minutes=10)
        office.clock.advance(300)
        delivery.wake()
        await office.until(lambda: office.row.attempts == 3)
        assert office.row.send_at == START + timedelta(minutes=11), "one more chance halfway to the end"
        office.clock.advance(120)
        delivery.wake()
        await office.until(lambda: office.row.state is MailState.EXPIRED)
        assert server.steps.count("rcpt") == 3


async def test_an_address_that_cannot_be_written_is_refused_without_the_relay(office: Office) -> None:
    office.write_to("żaneta@example.pl", "alicja")
    async with Rogue() as server, office.delivering(office.smtp(server.port)):
        await office.until(
            lambda: {row.state for row in office.rows()} == {MailState.REFUSED, MailState.SENT}
        )
    assert len(server.received) == 1
    assert "żaneta" not in repr(office.rows())


async def test_a_body_that_cannot_be_read_once_costs_nothing(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    outbox = Shaky(office, body=1)
    async with Rogue() as server, office.delivering(office.smtp(server.port), outbox) as delivery:
        await office.probed(delivery, 5)
        office.clock.advance(5)
        await office.until(lambda: office.row.state is MailState.SENT)
        assert len(server.accepted) == 1
    assert office.row.attempts == 1
    assert said(logs, "sending failed unexpectedly") != []


async def test_a_mail_without_a_body_does_not_stop_the_others(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    office.write_to(*(f"p{n}" for n in range(5)), text="another body")
    outbox = Shaky(office, missing=office.rows()[0].body_digest)
    async with Rogue() as server, office.delivering(office.smtp(server.port), outbox) as delivery:
        await office.probed(delivery, 5)
        office.clock.advance(5)
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 5)
        await office.until(lambda: office.rows()[0].attempts == 1)
        assert office.rows()[0].send_at == office.clock.now() + timedelta(minutes=5)
        assert len(server.accepted) == 5


# --- answers are written down ------------------------------------------------------------------------------------


class Shaky:
    """The real outbox, failing as often as told; notes how many answers were written together."""

    def __init__(
        self, office: Office, *, claim: int = 0, settle: int = 0, body: int = 0, missing: str = ""
    ) -> None:
        self.left = {"claim": claim, "settle": settle, "body": body}
        self.groups: list[int] = []
        self._missing = missing
        self._real = office.store.outbox
        self.headers = self._real.headers
        self.release = self._real.release

    def _fail(self, call: str) -> None:
        if self.left[call]:
            self.left[call] -= 1
            raise OSError("disk")

    def claim(self, owner: str, now: datetime, lease: timedelta, limit: int) -> Sequence[ClaimedMail]:
        self._fail("claim")
        return self._real.claim(owner, now, lease, limit)

    def settle(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> int:
        self._fail("settle")
        self.groups.append(len(outcomes))
        return self._real.settle(outcomes, owner, now)

    def body(self, digest: str) -> bytes:
        self._fail("body")
        if digest == self._missing:
            raise OSError("no such body")
        return self._real.body(digest)


async def test_answers_are_written_one_by_one_or_as_many_as_there_are_connections(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(50)))
    outbox = Shaky(office)
    async with (
        Rogue() as server,
        office.delivering(office.smtp(server.port), outbox, connections=5, claim=50),
    ):
        await office.until(lambda: sum(outbox.groups) == 50)
    assert max(outbox.groups) <= 5


async def test_nothing_more_is_sent_while_answers_cannot_be_written(
    office: Office, logs: list[EventDict]
) -> None:
    office.write_to(*(f"p{n}" for n in range(30)))
    outbox = Shaky(office, settle=2)
    async with Rogue() as server, office.delivering(office.smtp(server.port), outbox):
        await office.until(lambda: outbox.left["settle"] == 1)
        await office.quiet()
        assert len(server.accepted) == 1
        office.clock.advance(1)
        await office.until(lambda: outbox.left["settle"] == 0)
        await office.quiet()
        assert len(server.accepted) == 1
        office.clock.advance(2)
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 30)
    assert len(server.received) == 30, "nobody got it twice"
    assert len(said(logs, "answers cannot be recorded")) == 2


async def test_the_outbox_may_be_unreadable_for_a_while(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    outbox = Shaky(office, claim=1)
    async with Rogue() as server, office.delivering(office.smtp(server.port), outbox):
        await office.until(lambda: not outbox.left["claim"])
        await office.quiet()
        assert not server.received
        office.clock.advance(15)
        await office.until(lambda: len(server.accepted) == 1)
    assert said(logs, "outbox cannot be read") == ["outbox cannot be read"]


# --- starting and stopping ---------------------------------------------------------------------------------------


async def test_a_wake_up_is_answered_at_once_and_a_lost_one_costs_15_seconds(office: Office) -> None:
    async with Rogue() as server, office.delivering(office.smtp(server.port)) as delivery:
        await office.quiet()
        office.write_to("alicja")
        delivery.wake()
        await office.until(lambda: len(server.accepted) == 1)
        office.write_to("bob")
        await office.quiet()
        assert len(server.accepted) == 1
        office.clock.advance(15)
        await office.until(lambda: len(server.accepted) == 2)


async def test_with_nothing_to_do_nothing_is_connected(office: Office, unused_port: int) -> None:
    async with office.delivering(office.smtp(unused_port)) as delivery:
        await office.quiet()
        assert delivery.away is None


async def test_stopping_ends_what_is_on_its_way_and_gives_back_the_rest(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(30)))
    async with Rogue({"content": [""] * 5 + ["slow"] * 3}) as server:
        async with office.delivering(office.smtp(server.port, patience=Patience())):
            await server.wait(lambda: len(server.accepted) >= 4)
        taken = len(server.accepted)
        counts = office.store.outbox.stats().counts
        assert counts[MailState.SENT] == taken < 30
        assert counts[MailState.CLAIMED] == 0
        assert len(server.received) == taken


async def test_a_relay_that_stalls_cannot_stop_us_from_stopping(
    office: Office, logs: list[EventDict]
) -> None:
    office.write_to("alicja")
    async with Rogue({"content": ["stall"]}) as server:
        async with (
            asyncio.TaskGroup() as group,
            office.delivering(office.smtp(server.port, patience=Patience())),
        ):
            await server.reached("content")
            group.create_task(_later(office))
        assert (office.row.state, office.row.attempts) == (MailState.WAITING, 0)
        assert said(logs, "stopped in the middle of sending") != []
        async with office.delivering(office.smtp(server.port)):
            await office.until(lambda: office.row.state is MailState.SENT)
        assert len(server.received) == 2
        assert len({message_id for _, message_id in server.received}) == 1


async def _later(office: Office) -> None:
    for _ in range(4):
        await asyncio.sleep(0.01)
        office.clock.advance(10)


async def test_a_new_process_takes_back_what_the_dead_one_had_claimed(office: Office) -> None:
    office.write_to("alicja")
    assert len(office.store.outbox.claim("test", office.clock.now(), timedelta(minutes=30), 10)) == 1
    async with Rogue() as server, office.delivering(office.smtp(server.port)):
        await office.until(lambda: len(server.accepted) == 1)


async def test_a_lease_of_another_machine_is_left_alone_until_it_runs_out(office: Office) -> None:
    office.write_to("alicja")
    assert len(office.store.outbox.claim("other", office.clock.now(), timedelta(minutes=30), 10)) == 1
    async with Rogue() as server, office.delivering(office.smtp(server.port)) as delivery:
        await office.quiet()
        office.clock.advance(29 * 60)
        delivery.wake()
        await office.quiet()
        assert not server.received
        office.clock.advance(60)
        delivery.wake()
        await office.until(lambda: len(server.accepted) == 1)


async def test_a_mail_whose_lease_runs_out_while_it_is_sent_goes_out_once(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(5)))
    async with (
        Rogue({"content": ["", "", "", "", "slow"]}) as server,
        office.delivering(office.smtp(server.port, patience=Patience())) as delivery,
    ):
        await server.wait(lambda: len(server.received) == 5 and server.connections > 1)
        office.clock.advance(3600)  # the machine slept with its lid closed
        delivery.wake()
        await office.quiet()
        server.go.set()
        await office.until(lambda: {row.state for row in office.rows()} == {MailState.SENT})
        await office.quiet()
        assert len(server.received) == 5


async def test_a_mail_whose_lease_is_nearly_over_is_not_begun(office: Office) -> None:
    office.write_to("alicja", "bob")
    async with (
        Rogue({"content": ["slow"]}) as server,
        office.delivering(office.smtp(server.port, patience=Patience()), connections=1) as delivery,
    ):
        await server.reached("content")
        office.clock.advance(15 * 60)  # half of the lease, and sending may take as long as the other half
        server.go.set()
        await office.until(lambda: office.rows()[0].state is MailState.SENT)
        await office.quiet()
        assert office.rows()[1].state is MailState.CLAIMED
        assert len(server.received) == 1, "another machine may have it by the time this one is through"
        office.clock.advance(15 * 60)
        delivery.wake()
        await office.until(lambda: office.rows()[1].state is MailState.SENT)


# --- without a relay ---------------------------------------------------------------------------------------------


async def test_without_a_relay_the_mail_lies_in_a_folder(office: Office) -> None:
    office.write_to("alicja", "bob")
    folder = office.folder / "mail"
    async with office.delivering(MaildirTransport(folder)):
        await office.until(lambda: {row.state for row in office.rows()} == {MailState.SENT})
    assert len(list((folder / "new").iterdir())) == 2


async def test_a_transport_of_another_kind_fits_the_seam(office: Office) -> None:
    """Bytes in, answer out: whatever sends them."""
    sent: list[Letter] = []

    class Pipe:
        usable = True
        name = "pipe"

        async def connect(self) -> Connection:
            return self

        async def send(self, letter: Letter) -> Reply:
            sent.append(letter)
            return Reply(Answer.ACCEPTED, Step.CONTENT, 250)

        async def close(self) -> None: ...

        def abort(self) -> None: ...

    office.write_to("alicja")
    async with office.delivering(Pipe()):
        await office.until(lambda: office.row.state is MailState.SENT)
    assert sent[0].to == "alicja@example.pl"
