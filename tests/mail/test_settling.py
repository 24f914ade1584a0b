"""Answers are written down: in which groups, and what happens while that is impossible."""

from __future__ import annotations

import pytest
from structlog.typing import EventDict

from notifier.mail import Patience
from notifier.model import MailState
from tests.mail.office import Office, Shaky, said
from tests.mail.rogue import Rogue


@pytest.mark.parametrize(
    ("pipelining", "most", "why"),
    [
        (False, 5, "one mail a connection waits until its answer is written"),
        (
            True,
            3 + 5,
            "so many may be unwritten before no more is begun, and one a connection is under way then",
        ),
    ],
)
async def test_answers_are_written_in_small_groups(
    office: Office, pipelining: bool, most: int, why: str
) -> None:
    office.write_to(*(f"p{n}" for n in range(80)))
    outbox = Shaky(office)
    async with (
        Rogue(pipelining=pipelining) as server,
        office.delivering(office.smtp(server.port), outbox, connections=5, claim=50, unwritten=3),
    ):
        await office.until(lambda: sum(outbox.groups) == 80)
    assert max(outbox.groups) <= most, why


@pytest.mark.parametrize(
    ("pipelining", "connections", "taken", "why"),
    [
        (False, 1, 1, "the answer to the first one is not written"),
        (True, 1, 5 + 1, "five may be unwritten, and one under way"),
        (True, 3, 5 + 3, "five may be unwritten, and one under way on each connection"),
    ],
)
async def test_no_more_is_sent_than_may_be_unwritten(
    office: Office, logs: list[EventDict], pipelining: bool, connections: int, taken: int, why: str
) -> None:
    office.write_to(*(f"p{n}" for n in range(30)))
    outbox = Shaky(office, settle=2)
    async with (
        Rogue(pipelining=pipelining) as server,
        office.delivering(office.smtp(server.port), outbox, connections=connections, unwritten=5),
    ):
        await office.until(lambda: outbox.left["settle"] == 1)
        await server.wait(lambda: len(server.accepted) == taken)
        await office.quiet()
        assert len(server.accepted) == taken, why
        office.clock.advance(1)
        await office.until(lambda: outbox.left["settle"] == 0)
        await office.quiet()
        assert len(server.accepted) == taken, why
        office.clock.advance(2)
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 30)
    assert len(server.received) == 30, "nobody got it twice"
    assert len(said(logs, "answers cannot be recorded")) == 2


async def test_a_content_held_back_for_too_long_is_nobodys_fault(
    office: Office, logs: list[EventDict]
) -> None:
    """Its mail goes back as if it had not been begun, for by then another machine may have claimed it."""
    office.write_to(*(f"p{n}" for n in range(6)))
    outbox = Shaky(office, settle=1)
    async with Rogue() as server:
        transport = office.smtp(server.port, patience=Patience(command=0.25))
        async with office.delivering(transport, outbox, connections=1, unwritten=0):
            await office.until(lambda: outbox.left["settle"] == 0)
            await server.wait(lambda: not server.open)
            assert len(server.accepted) == 1
            assert server.steps[-3:] == ["mail", "rcpt", "data"], "the next one had been begun"
            office.clock.advance(1)
            await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 6)
        assert len(server.received) == 6, "nobody got it twice"
    assert not said(
        logs, "relay away", "relay bears fewer connections", "mail not delivered, will be tried again"
    )
    assert [row.attempts for row in office.rows()] == [1] * 6


async def test_a_line_that_breaks_makes_room_for_the_others(office: Office) -> None:
    """Two letters on one connection leave nothing to the other until they are judged, or lost."""
    office.write_to(*(f"p{n}" for n in range(20)))
    async with (
        Rogue({"mail": ["", "", "", "", "drop", "", "drop"]}) as server,
        office.delivering(office.smtp(server.port), connections=2, unwritten=0),
    ):
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == 20)
        assert len(server.received) == 20


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
