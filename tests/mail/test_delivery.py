"""From the outbox to the relay and back, with a real store and a server that misbehaves on demand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import repeat

import pytest
from structlog.typing import EventDict

from notifier.model import MailState
from tests.mail.office import START, Office, Shaky, said
from tests.mail.rogue import Rogue

STATES = ("relay away", "login refused by the relay", "relay back")


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


async def test_a_body_that_cannot_be_read_once_costs_one_try(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    outbox = Shaky(office, body=1)
    async with Rogue() as server, office.delivering(office.smtp(server.port), outbox) as delivery:
        await office.until(lambda: office.row.attempts == 1)
        assert delivery.away is None, "it is not the relay's doing"
        office.clock.advance(300)
        delivery.wake()
        await office.until(lambda: office.row.state is MailState.SENT)
        assert len(server.accepted) == 1
    assert said(logs, "body of mails cannot be read") != []


async def test_a_mail_without_a_body_does_not_stop_the_others(office: Office, logs: list[EventDict]) -> None:
    office.write_to("alicja")
    office.write_to(*(f"p{n}" for n in range(5)), text="another body")
    outbox = Shaky(office, missing=office.rows()[0].body_digest)
    async with Rogue() as server, office.delivering(office.smtp(server.port), outbox):
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 5)
        await office.until(lambda: office.rows()[0].attempts == 1)
        assert office.rows()[0].send_at == office.clock.now() + timedelta(minutes=5)
        assert len(server.accepted) == 5


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
    async with Rogue({"content": [""] * 5 + ["slow"] * 6}) as server:
        async with asyncio.TaskGroup() as group, office.delivering(office.smtp(server.port)):
            await server.wait(lambda: len(server.accepted) >= 4)
            group.create_task(_go_on(server))
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
            office.delivering(office.smtp(server.port)),
        ):
            await server.reached("content")
            group.create_task(_later(office))
        assert (office.row.state, office.row.attempts) == (MailState.WAITING, 0)
        assert said(logs, "stopped in the middle of sending") != []
        async with office.delivering(office.smtp(server.port)):
            await office.until(lambda: office.row.state is MailState.SENT)
        assert len(server.received) == 2
        assert len({message_id for _, message_id in server.received}) == 1


async def test_a_connection_that_is_only_being_opened_is_not_waited_for(office: Office) -> None:
    office.write_to("alicja")
    async with Rogue({"greeting": ["stall"]}) as server:
        async with office.delivering(office.smtp(server.port)):
            await server.reached("greeting")
        assert (office.row.state, office.row.attempts) == (MailState.WAITING, 0)


async def _go_on(server: Rogue) -> None:
    await asyncio.sleep(0.02)
    server.go.set()


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
        office.delivering(office.smtp(server.port)) as delivery,
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
    office.write_to("alicja", "bob", "cecylia")
    async with (
        Rogue({"content": ["slow"]}) as server,
        office.delivering(office.smtp(server.port), connections=1) as delivery,
    ):
        await server.reached("content")
        office.clock.advance(15 * 60)  # the lease is for 40 minutes, and sending may take as long as 30
        server.go.set()
        await office.until(lambda: [row.state for row in office.rows()].count(MailState.SENT) == 2)
        await office.quiet()
        assert office.rows()[2].state is MailState.CLAIMED
        assert len(server.received) == 2, "another machine may have it by the time this one is through"
        office.clock.advance(25 * 60)
        delivery.wake()
        await office.until(lambda: office.rows()[2].state is MailState.SENT)
