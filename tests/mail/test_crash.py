"""A real process, killed without warning at random moments: nobody is left out, and repeats show as such."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from notifier.model import MailState
from tests.mail.office import Office
from tests.mail.rogue import Rogue
from tests.mail.sender_process import UNWRITTEN

PEOPLE = 300
KILLS = 10
CONNECTIONS = 4
ROOT = Path(__file__).parents[2]


class Senders:
    """Starts and ends sender processes, one at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked, self._told = process.stdin, process.stdout
        self._number = 0

    async def start(self) -> None:
        self._asked.write(b"start\n")
        self._number = int(await self._told.readline())

    async def end(self, how: signal.Signals) -> int:
        """Send that signal; the exit status."""
        os.kill(self._number, how)
        status = int(await self._told.readline())
        self._number = 0
        return status

    def close(self) -> None:
        self._asked.close()
        if self._number:
            os.kill(self._number, signal.SIGKILL)


@asynccontextmanager
async def senders(office: Office, port: int) -> AsyncIterator[Senders]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.mail.sender_process", office.url, str(port), str(CONNECTIONS)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    started = Senders(process)
    try:
        yield started
    finally:
        started.close()
        assert await process.wait() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pipelining", "most", "why"),
    [
        (False, CONNECTIONS, "one mail a connection"),
        (True, UNWRITTEN + CONNECTIONS, "what may be unwritten, and one mail a connection"),
    ],
)
@pytest.mark.parametrize("seed", [1])
async def test_killed_ten_times_everybody_has_the_mail(
    office: Office, seed: int, pipelining: bool, most: int, why: str
) -> None:
    chance = random.Random(seed)
    office.write_to(*(f"p{n}" for n in range(PEOPLE)))
    unsettled: set[str] = set()
    async with Rogue(pipelining=pipelining) as server, senders(office, server.port) as sender:
        for kill in range(KILLS):
            await sender.start()
            # Each life gets a share of the work, lest the first ones leave nothing for the last; the end
            # then comes at any step of any connection.
            await server.got(len(server.accepted) + chance.randrange(1, PEOPLE // KILLS))
            await asyncio.sleep(chance.random() * 0.01)
            assert await sender.end(signal.SIGKILL) == -signal.SIGKILL
            await server.wait(lambda: not server.open)  # it reads on for a moment
            arrived = {message_id for _, message_id in server.accepted}
            left = {row.message_id for row in office.rows() if row.state is not MailState.SENT}
            assert len((arrived & left) - unsettled) <= most, f"kill {kill}: {why}"
            unsettled = arrived & left
        await sender.start()
        await office.until(lambda: office.store.outbox.stats().counts[MailState.SENT] == PEOPLE)
        assert await sender.end(signal.SIGTERM) == 0

    copies = Counter(to for to, _ in server.accepted)
    assert len(copies) == PEOPLE, "everybody has it"
    assert len(set(server.accepted)) == PEOPLE, "repeats carry the same Message-ID"
    assert {message_id for _, message_id in server.accepted} == {row.message_id for row in office.rows()}
    assert len(server.accepted) - PEOPLE <= KILLS * most


async def test_after_sigterm_there_is_nothing_to_repeat(office: Office) -> None:
    office.write_to(*(f"p{n}" for n in range(60)))
    async with Rogue() as server, senders(office, server.port) as sender:
        for least in (5, 20, 40):
            await sender.start()
            await server.got(least)
            assert await sender.end(signal.SIGTERM) == 0
            counts = office.store.outbox.stats().counts
            assert counts[MailState.SENT] == len(server.accepted)
            assert counts[MailState.CLAIMED] == 0
        await sender.start()
        await server.got(60)
        assert await sender.end(signal.SIGTERM) == 0
    assert sorted(Counter(server.accepted).values()) == [1] * 60
