"""The relay as a whole: away, back, refusing the login, bearing fewer connections."""

from __future__ import annotations

from structlog.typing import EventDict

from notifier.mail import Privacy, Relay
from notifier.model import MailState
from tests.mail.office import Office, said
from tests.mail.rogue import Rogue

LOGIN = ("me", "secret")
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
    assert said(logs, "relay bears fewer connections") != []


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
