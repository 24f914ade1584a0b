"""Commands in groups (RFC 2920): each letter gets its own verdict, whatever happens to its neighbours."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from notifier.mail import Answer, Letter, Relay, Reply, SmtpTransport, Step, send
from notifier.mail.transport import Connection
from tests.mail.office import SHORT
from tests.mail.rogue import Rogue

ACCEPTED, DEFERRED, REFUSED = Answer.ACCEPTED, Answer.DEFERRED, Answer.REFUSED
TROUBLE, UNKNOWN = Answer.SERVER_TROUBLE, Answer.UNKNOWN
SOUND = ["mail", "rcpt", "data", "content"]


def letters(count: int) -> list[Letter]:
    return [
        Letter(
            f"p{n}@example.pl", f"<{n}@example.pl>", f"Message-ID: <{n}@example.pl>\r\n\r\n.{n}\r\n".encode()
        )
        for n in range(count)
    ]


async def sent(connection: Connection, count: int) -> list[Reply]:
    """Hand all of them in at once."""
    async with asyncio.timeout(5):
        return await asyncio.gather(*(send(connection, letter) for letter in letters(count)))


async def connect(server: Rogue, stalls: bool = False) -> Connection:
    transport = SmtpTransport(
        Relay("127.0.0.1", server.port),
        "przerwy@example.pl",
        hello="notifier.test",
        patience=SHORT if stalls else None,
    )
    return await transport.connect()


CASES: list[tuple[Mapping[str, Sequence[str]], list[Answer], list[str], str]] = [
    ({}, [ACCEPTED] * 3, SOUND * 3, "nothing happens"),
    (
        {"rcpt": ["5xx"]},
        [REFUSED, ACCEPTED, ACCEPTED],
        ["mail", "rcpt", "nobody", "rset", *SOUND, *SOUND],
        "refused inside a group: the next one starts with RSET",
    ),
    (
        {"rcpt": ["", "4xx"]},
        [ACCEPTED, DEFERRED, ACCEPTED],
        [*SOUND, "mail", "rcpt", "nobody", "rset", *SOUND],
        "refused behind the content of another",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["354 go on"]},
        [REFUSED, ACCEPTED, ACCEPTED],
        ["mail", "rcpt", "nobody", "empty", *SOUND, *SOUND],
        "354 though nobody was accepted: an empty message, and its 250 is no delivery",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["354 go on"], "empty": ["5xx"]},
        [REFUSED, ACCEPTED, ACCEPTED],
        ["mail", "rcpt", "nobody", "empty", *SOUND, *SOUND],
        "the empty message may be refused as well",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["354 go on"], "empty": ["421"]},
        [REFUSED, TROUBLE, TROUBLE],
        ["mail", "rcpt", "nobody", "empty"],
        "it closes after the empty message: the refusal stands, the others were not sent",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["354 go on"], "empty": ["drop"]},
        [REFUSED, TROUBLE, TROUBLE],
        ["mail", "rcpt", "nobody", "empty"],
        "the same without a word",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["503 5.5.1 RCPT first"]},
        [REFUSED, ACCEPTED, ACCEPTED],
        ["mail", "rcpt", "nobody", "rset", *SOUND, *SOUND],
        "DATA may be refused as out of order",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["421"]},
        [REFUSED, TROUBLE, TROUBLE],
        ["mail", "rcpt", "nobody"],
        "it closes in the middle of a group, after the refusal",
    ),
    (
        {"rcpt": ["5xx"], "nobody": ["garbage"]},
        [REFUSED, TROUBLE, TROUBLE],
        ["mail", "rcpt", "nobody"],
        "gibberish after the refusal",
    ),
    (
        {"rcpt": ["421"]},
        [TROUBLE, TROUBLE, TROUBLE],
        ["mail", "rcpt"],
        "it closes in the middle of the first group: nothing was sent",
    ),
    (
        {"rcpt": ["", "421"]},
        [ACCEPTED, TROUBLE, TROUBLE],
        [*SOUND, "mail", "rcpt"],
        "it closes in the middle of the second group: the first was taken",
    ),
    (
        {"mail": ["", "4xx"]},
        [ACCEPTED, TROUBLE, TROUBLE],
        [*SOUND, "mail"],
        "no more from this sender for now: what follows in the group counts for nothing",
    ),
    (
        {"data": ["4xx"]},
        [DEFERRED, ACCEPTED, ACCEPTED],
        ["mail", "rcpt", "data", "rset", *SOUND, *SOUND],
        "not this message, but the next",
    ),
    (
        {"content": ["5xx"]},
        [REFUSED, ACCEPTED, ACCEPTED],
        SOUND * 3,
        "refused after the dot: the group behind it is the next letter's",
    ),
    (
        {"content": ["drop"]},
        [UNKNOWN, TROUBLE, TROUBLE],
        SOUND,
        "the line dies after the dot: one letter is in doubt, those behind it are surely not sent",
    ),
    (
        {"content": ["", "drop"]},
        [ACCEPTED, UNKNOWN, TROUBLE],
        SOUND * 2,
        "the same for the second one",
    ),
    (
        {"content": ["421"]},
        [TROUBLE, TROUBLE, TROUBLE],
        SOUND,
        "it closes instead of taking it",
    ),
    (
        {"content": ["garbage"]},
        [UNKNOWN, TROUBLE, TROUBLE],
        SOUND,
        "gibberish after the dot: from here on nothing answers what was asked",
    ),
    (
        {"content": ["twice"]},
        [ACCEPTED, TROUBLE, TROUBLE],
        SOUND,
        "one reply too many passes for that to MAIL, so the group breaks before any content",
    ),
    (
        {"rcpt": ["", "twice"]},
        [ACCEPTED, TROUBLE, TROUBLE],
        [*SOUND, "mail", "rcpt"],
        "one reply too many passes for that to DATA, which is not 354",
    ),
    (
        {"mail": ["crumbs"] * 3, "data": ["crumbs"] * 3, "content": ["crumbs"] * 3},
        [ACCEPTED] * 3,
        SOUND * 3,
        "replies byte by byte",
    ),
    ({"content": ["stall"]}, [UNKNOWN, TROUBLE, TROUBLE], SOUND, "no answer after the dot"),
    ({"rcpt": ["half"]}, [TROUBLE] * 3, ["mail", "rcpt"], "half a line, then nothing"),
    (
        {"rcpt": ["5xx"], "rset": ["stall"]},
        [REFUSED, TROUBLE, TROUBLE],
        ["mail", "rcpt", "nobody", "rset"],
        "a RSET that hangs does not hold the verdict before it",
    ),
    (
        {"rcpt": ["5xx"], "rset": ["5xx"]},
        [REFUSED, TROUBLE, TROUBLE],
        ["mail", "rcpt", "nobody", "rset"],
        "a relay that cannot start anew",
    ),
]


@pytest.mark.parametrize(("script", "answers", "steps", "why"), CASES)
async def test_every_letter_of_a_group_gets_its_own_verdict(
    script: Mapping[str, Sequence[str]], answers: list[Answer], steps: list[str], why: str
) -> None:
    stalls = any(way in {"stall", "half"} for ways in script.values() for way in ways)
    async with Rogue(script) as server:
        connection = await connect(server, stalls)
        replies = await sent(connection, 3)
        assert [reply.answer for reply in replies] == answers, why
        assert connection.usable == (TROUBLE not in answers and UNKNOWN not in answers)
        taken = server.steps[2:]
        assert taken[: len(steps)] == steps, why
        assert [to for to, _ in server.accepted] == [
            f"p{n}@example.pl" for n, answer in enumerate(answers) if answer is ACCEPTED
        ], "accepted is what the relay accepted, and nothing else"
        assert answers.count(UNKNOWN) <= 1, "one letter a connection, at most, can be in doubt"
        assert all("@example.pl" not in reply.text for reply in replies)
        await connection.close()


@pytest.mark.parametrize(("pipelining", "pieces"), [(True, 4), (False, 12)])
async def test_a_letter_takes_one_round_trip_where_groups_are_welcome(pipelining: bool, pieces: int) -> None:
    """Three letters: a group, then three times a content with the next group behind it."""
    arrived: list[bytes] = []

    class Patient(asyncio.Protocol):
        """Answers each piece as a whole, once it is there."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport = transport
            self.data = False
            transport.write(b"220 hi\r\n")

        def data_received(self, data: bytes) -> None:
            arrived.append(data)
            while data:
                if self.data:
                    end = data.index(b"\r\n.\r\n") + 5
                    self.transport.write(b"250 ok\r\n")
                else:
                    end = data.index(b"\r\n") + 2
                    self._command(data[:end])
                self.data = data[:end] == b"DATA\r\n"
                data = data[end:]

        def _command(self, line: bytes) -> None:
            more = b"250-PIPELINING\r\n" if pipelining else b""
            answers = {b"EHLO": b"250-hi\r\n" + more + b"250 OK\r\n", b"DATA": b"354 go on\r\n"}
            self.transport.write(answers.get(line[:4], b"250 ok\r\n"))

    server = await asyncio.get_running_loop().create_server(Patient, "127.0.0.1", 0)
    async with server:
        transport = SmtpTransport(
            Relay("127.0.0.1", server.sockets[0].getsockname()[1]),
            "przerwy@example.pl",
            hello="notifier.test",
        )
        connection = await transport.connect()
        assert {reply.answer for reply in await sent(connection, 3)} == {ACCEPTED}
        connection.abort()
    assert len(arrived) - 1 == pieces, "and one for EHLO"


async def test_each_letter_names_its_own_sender() -> None:
    async with Rogue() as server:
        connection = await connect(server)
        one, two = letters(2)
        verp = Letter(two.to, two.message_id, two.data, "przerwy+7=abc@example.pl")
        await asyncio.gather(send(connection, one), send(connection, verp))
        await connection.close()
        assert server.senders == ["przerwy@example.pl", "przerwy+7=abc@example.pl"]


async def test_a_line_that_dies_while_nothing_is_under_way_is_seen() -> None:
    async with Rogue({"content": ["250 2.0.0 queued\r\n421 4.4.2 idle for too long"]}) as server:
        connection = await connect(server)
        (reply,) = await sent(connection, 1)
        assert reply.answer is ACCEPTED
        async with asyncio.timeout(5):
            while connection.usable:  # noqa: ASYNC110 - no event tells what the socket saw
                await asyncio.sleep(0.002)
        assert (await send(connection, letters(1)[0])).answer is TROUBLE
        assert server.steps.count("mail") == 1, "nothing more was said on it"


async def test_goodbye_is_not_said_into_an_open_group() -> None:
    """QUIT behind a DATA that gets a 354 would become the message."""
    async with Rogue({"rcpt": ["5xx"], "nobody": ["slow"]}) as server:
        connection = await connect(server)
        assert (await send(connection, letters(1)[0])).answer is REFUSED
        closing = asyncio.create_task(connection.close())
        await server.reached("nobody")
        await asyncio.sleep(0.01)
        assert server.steps[-1] == "nobody"
        server.go.set()
        await closing
        assert server.steps[-2:] == ["nobody", "quit"]


async def test_what_broke_the_line_is_told_from_what_stood_behind_it() -> None:
    async with Rogue({"mail": ["drop"]}) as server:
        connection = await connect(server)
        first, second = await sent(connection, 2)
        assert (first.step, first.ahead) == (Step.MAIL, True), "its RCPT or DATA may have been what did it"
        assert (second.step, second.ahead) == (Step.MAIL, False), "the relay had not come to it"
