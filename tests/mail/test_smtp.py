"""One letter over SMTP: to a server that behaves, to one that does not, and to none at all."""

from __future__ import annotations

import asyncio
from itertools import repeat

import pytest

from notifier.mail import (
    Answer,
    DeliverySettings,
    Letter,
    MailProblem,
    Patience,
    Privacy,
    Relay,
    SmtpTransport,
    Step,
    send,
    send_one,
)
from tests.mail.office import SHORT
from tests.mail.parcel import LETTER, PASSWORD, TO, transport
from tests.mail.rogue import Rogue

WAYS = ["drop", "stall", "4xx", "5xx", "421", "garbage"]
TROUBLE = dict.fromkeys(WAYS, Answer.SERVER_TROUBLE)
ANSWERS: dict[str, tuple[dict[str, Answer], str]] = {
    "greeting": (TROUBLE, "nothing was said yet"),
    "ehlo": (
        TROUBLE | {"5xx": Answer.ACCEPTED},
        "an old server may not know EHLO, and is asked with HELO",
    ),
    "auth": (TROUBLE, "who may not come in has sent nothing"),
    "mail": (TROUBLE, "the sender is the same for all"),
    "rcpt": (TROUBLE | {"4xx": Answer.DEFERRED, "5xx": Answer.REFUSED}, "from here it is about the person"),
    "data": (TROUBLE | {"4xx": Answer.DEFERRED, "5xx": Answer.REFUSED}, "and the message"),
    "content": (
        dict.fromkeys(WAYS, Answer.UNKNOWN)
        | {"4xx": Answer.DEFERRED, "5xx": Answer.REFUSED, "421": Answer.SERVER_TROUBLE},
        "after the dot silence means nothing, and only words count",
    ),
    "quit": (dict.fromkeys(WAYS, Answer.ACCEPTED), "the mail was accepted before; no goodbye changes that"),
}


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "step-by-step"])
@pytest.mark.parametrize(
    ("step", "way", "answer", "why"),
    [(step, way, answer, why) for step, (row, why) in ANSWERS.items() for way, answer in row.items()],
)
async def test_every_way_to_misbehave_at_every_step(
    pipelining: bool, step: str, way: str, answer: Answer, why: str
) -> None:
    async with Rogue({step: [way]}, pipelining=pipelining) as server:
        login = ("me", PASSWORD) if step == "auth" else ()
        patience = SHORT if way == "stall" else None
        sender = transport(
            server.port, Relay("127.0.0.1", server.port, Privacy.NONE, *login), patience=patience
        )
        reply = await asyncio.wait_for(send_one(sender, LETTER), 5)
        assert reply.answer is answer, why
        assert TO not in reply.text
        if answer is not Answer.ACCEPTED:
            assert reply.step.value == {"greeting": "connect", "ehlo": "hello", "auth": "login"}.get(
                step, step
            )
        assert bool(server.received) == (step in {"content", "quit"} or answer is Answer.ACCEPTED)


async def test_a_refusal_is_told_with_code_status_and_words() -> None:
    async with Rogue({"rcpt": ["5xx"]}) as server:
        reply = await send_one(transport(server.port), LETTER)
    assert (reply.code, reply.status, reply.text) == (550, "5.1.1", "5.1.1 never, (address)")


async def test_dots_arrive_as_they_were() -> None:
    async with Rogue() as server:
        assert (await send_one(transport(server.port), LETTER)).answer is Answer.ACCEPTED
        assert server.messages == [LETTER.data]


async def test_a_connection_is_good_for_many_letters() -> None:
    async with Rogue() as server:
        connection = await transport(server.port).connect()
        for _ in range(5):
            assert (await send(connection, LETTER)).answer is Answer.ACCEPTED
        await connection.close()
        assert not connection.usable
        assert (server.connections, len(server.accepted)) == (1, 5)
        assert server.steps[-1] == "quit"


@pytest.mark.parametrize(
    ("pipelining", "steps"),
    [
        (True, "greeting ehlo mail rcpt nobody rset mail rcpt data content quit"),
        (False, "greeting ehlo mail rcpt rset mail rcpt data content quit"),
    ],
)
async def test_after_a_refusal_the_next_letter_starts_clean(pipelining: bool, steps: str) -> None:
    async with Rogue({"rcpt": ["5xx"]}, pipelining=pipelining) as server:
        connection = await transport(server.port).connect()
        assert (await send(connection, LETTER)).answer is Answer.REFUSED
        assert (await send(connection, LETTER)).answer is Answer.ACCEPTED
        await connection.close()
        assert server.steps == steps.split()


async def test_a_hanging_rset_does_not_hold_the_verdict() -> None:
    async with Rogue({"rcpt": ["5xx"], "rset": ["stall"]}) as server:
        connection = await transport(server.port, patience=SHORT).connect()
        assert (await send(connection, LETTER)).answer is Answer.REFUSED
        reply = await send(connection, LETTER)
        assert (reply.answer, reply.step) == (Answer.SERVER_TROUBLE, Step.MAIL)
        assert not connection.usable
        connection.abort()


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "content"])
async def test_cut_off_in_the_middle_the_line_is_never_used_again(step: str) -> None:
    async with Rogue({step: ["stall"]}) as server:
        connection = await transport(server.port).connect()
        sending = asyncio.create_task(send(connection, LETTER))
        await server.reached(step)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert not connection.usable
        assert (await send(connection, LETTER)).answer is Answer.SERVER_TROUBLE


async def test_the_relay_may_take_its_time_after_the_dot() -> None:
    async with Rogue({"content": ["stall"]}) as server:
        patient = Patience(connect=0.05, command=0.05, content=600)
        connection = await transport(server.port, patience=patient).connect()
        sending = asyncio.create_task(send(connection, LETTER))
        done, _ = await asyncio.wait({sending}, timeout=0.1)
        assert not done, "the patience for commands does not count here"
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    assert Patience().content >= 600
    assert Patience().command == 60


async def test_a_relay_that_hangs_up_in_the_middle_of_the_message() -> None:
    async with Rogue() as server:
        connection = await transport(server.port).connect()
        huge = Letter(
            TO, "<2@example.pl>", b"Message-ID: <2@example.pl>\r\n\r\n" + b"x" * 20_000_000 + b"\r\n"
        )
        # The server gives up at 64 KiB without a line end, long before the dot.
        assert (await send(connection, huge)).answer is Answer.UNKNOWN
        assert not connection.usable


async def test_a_relay_that_stops_reading_keeps_no_memory_of_ours() -> None:
    async with Rogue({"data": ["deaf"]}) as server:
        connection = await transport(server.port, patience=SHORT).connect()
        line = connection._line._transport
        data = b"Message-ID: <2@example.pl>\r\n\r\n" + b"x" * 20_000_000 + b"\r\n"
        assert (await send(connection, Letter(TO, "<2@example.pl>", data))).answer is Answer.UNKNOWN
        assert line.get_write_buffer_size() == 0


async def test_nobody_listens(unused_port: int) -> None:
    reply = await send_one(transport(unused_port), LETTER)
    assert (reply.answer, reply.step, reply.code) == (Answer.SERVER_TROUBLE, Step.CONNECT, 0)


async def test_a_wrong_address_never_reaches_the_line() -> None:
    async with Rogue() as server:
        connection = await transport(server.port).connect()
        with pytest.raises(MailProblem) as caught:
            await send(connection, Letter("a@example.pl>\r\nRSET", "<1@example.pl>", b"\r\n"))
        assert "a@example" not in str(caught.value)
        assert connection.usable, "nothing was sent, so nothing is broken"
        await connection.close()
        assert server.steps == ["greeting", "ehlo", "quit"]


async def test_a_greeting_that_never_ends_does_not_fill_the_memory() -> None:
    async with Rogue({"greeting": ["220-" + "x" * 100_000]}) as server:
        reply = await send_one(transport(server.port), LETTER)
    assert (reply.answer, len(reply.text) <= 300) == (Answer.SERVER_TROUBLE, True)


@pytest.mark.parametrize(
    ("hello", "greets"),
    [
        ("https://przerwy.example.pl/x", "przerwy.example.pl"),
        ("mail.example.pl", "mail.example.pl"),
        ("my_machine", "example.pl"),
        ("", "example.pl"),
    ],
)
async def test_the_relay_is_greeted_by_a_name_it_can_take(hello: str, greets: str) -> None:
    async with Rogue() as server:
        sender = SmtpTransport(Relay("127.0.0.1", server.port), "przerwy@example.pl", hello=hello)
        assert (await send_one(sender, LETTER)).answer is Answer.ACCEPTED
        assert server.names == [greets]


def test_the_lease_covers_the_longest_talk() -> None:
    settings = DeliverySettings(owner="x")
    assert Patience().longest <= settings.longest < settings.lease


def test_a_letter_does_not_show_the_address() -> None:
    assert TO not in repr(LETTER)


async def test_a_relay_that_always_stalls_keeps_nothing_open() -> None:
    async with Rogue({"mail": repeat("stall")}) as server:
        for _ in range(3):
            assert (
                await send_one(transport(server.port, patience=SHORT), LETTER)
            ).answer is Answer.SERVER_TROUBLE
        await asyncio.sleep(0.01)
        assert server.open <= 3  # the server waits; we are gone
    assert server.connections == 3
