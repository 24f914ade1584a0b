"""Answers are written down: in which groups, and what happens while that is impossible."""

from __future__ import annotations

from structlog.typing import EventDict

from notifier.model import MailState
from tests.mail.office import Office, Shaky, said
from tests.mail.rogue import Rogue


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
