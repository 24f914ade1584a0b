"""A real daemon, killed at every point where it matters, with and without pipelining.

Nobody is left out. A second copy exists only of a mail whose final dot the server had seen and whose answer
was not recorded yet, and it carries the same Message-ID.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from notifier.daemon import SystemClock
from notifier.mail import DeliverySettings
from notifier.model import MailState
from notifier.store import Store
from tests.crash.hangman import Hangman
from tests.daemon.house import HOUR, empty_store, enter, entry, settle_in

ROOT = Path(__file__).parents[2]

KILLS = int(os.environ.get("NOTIFIER_CRASH_KILLS", "10"))
PEOPLE = int(os.environ.get("NOTIFIER_CRASH_PEOPLE", "300"))
"""Of the random kills; ``make crash`` sets 200 and 10,000."""

POINTS = [
    # The daemon kills itself at a call of its own …
    ("before the pass is committed", "mark-ended", 1),
    ("after the pass is committed", "plan-ended", 1),
    ("after a claim", "claim-ended", 1),
    # … or the server kills it at a step of the conversation.
    ("connected, before MAIL", "ehlo", 1),
    ("at MAIL", "mail", 4),
    ("at RCPT", "rcpt", 4),
    ("at DATA", "data", 4),
    ("after the final dot, before its answer", "content", 4),
    ("after the answer, before it is recorded", "settle-begins", 2),
    ("after the answer is recorded", "settle-ended", 2),
]
AT_ONCE = 120


@dataclass
class Matrix:
    """A server, the record, and daemons that come one after the other."""

    server: Hangman
    url: str
    mortal: subprocess.Popen[str]
    life: dict[str, object]
    number: int = 0

    async def start(self, point: str = "", nth: int = 1) -> None:
        """Bring a daemon to life, to die at that point."""
        assert self.mortal.stdin is not None
        print(json.dumps(self.life | {"point": point, "nth": nth}), file=self.mortal.stdin, flush=True)
        self.number = int(await self._told())

    def kill(self) -> None:
        """As if the power went."""
        os.kill(self.number, signal.SIGKILL)

    async def ended(self) -> int:
        """The daemon's exit status, once it and everything it sent has come to its end."""
        status = int(await self._told())
        self.number = 0
        await self.server.alone()
        return status

    async def _told(self) -> str:
        assert self.mortal.stdout is not None
        async with asyncio.timeout(60):
            return await asyncio.to_thread(self.mortal.stdout.readline)

    def states(self) -> dict[str, MailState]:
        """What the record says of each mail."""
        store = Store.open(self.url, migrate=False)
        try:
            return {row.message_id: row.state for row in store.outbox.list(limit=1_000_000)}
        finally:
            store.close()

    def _unsent(self) -> int:
        store = Store.open(self.url, migrate=False)
        try:
            counts = store.outbox.stats().counts
        finally:
            store.close()
        return sum(counts.values()) - counts[MailState.SENT]

    def doubtful(self) -> set[str]:
        """Mails that the server was handed whole and of which the record does not know it."""
        states = self.states()
        return {message for _, message in self.server.got if states.get(message) is not MailState.SENT}

    async def finish(self) -> None:
        """Let a daemon do the rest, and end it in good order."""
        await self.start()
        async with asyncio.timeout(120):
            # Counted, not listed: this is also the loop that the server answers from.
            while self._unsent():  # noqa: ASYNC110 - only the record tells
                await asyncio.sleep(0.05)
        os.kill(self.number, signal.SIGTERM)
        assert await self.ended() == 0


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The program, loaded and ready to be forked."""
    log = tmp_path_factory.mktemp("mortal") / "stderr"
    with (
        log.open("w") as words,
        subprocess.Popen(
            [sys.executable, "-m", "tests.crash.mortal"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
        ) as process,
    ):
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0, log.read_text()
    assert "@example.pl" not in log.read_text()


@asynccontextmanager
async def matrix(
    folder: Path, mortal: subprocess.Popen[str], *, people: int, connections: int, pipelining: bool
) -> AsyncIterator[Matrix]:
    now = SystemClock().now()
    window = entry("gate-soon", now + 30 * HOUR, system="gate", published=now - 24 * HOUR)
    config = settle_in(folder, window)
    state = folder / "state"
    state.mkdir()
    (state / "notifier.db").write_bytes(empty_store())
    url = f"sqlite:///{state / 'notifier.db'}"
    enter(url, *(f"p{number}" for number in range(people)), now=now)
    async with Hangman(pipelining=pipelining) as server:
        settings = {
            "NOTIFIER_MAIL__RELAY": f"smtp://127.0.0.1:{server.port}",
            "NOTIFIER_MAIL__CONNECTIONS": str(connections),
            "NOTIFIER_SCHEDULE__SETTLE": "0s",
            "NOTIFIER_WEB__LISTEN": "",
        }
        run = Matrix(server, url, mortal, {"config": str(config), "state": str(state), "environ": settings})
        try:
            yield run
        finally:
            if run.number:
                run.kill()
                await run.ended()


def in_flight(connections: int, *, pipelining: bool) -> int:
    """How many mails may at most be with the relay without the record knowing it: those under way, and those
    answered while the answers before them were being written."""
    return connections + (DeliverySettings(owner="x").unwritten if pipelining else 0)


def judge(run: Matrix, people: int, repeatable: set[str]) -> None:
    """Nobody is left out, and only what may be repeated is."""
    copies = Counter(run.server.got)
    assert len({to for to, _ in copies}) == people, "somebody is left out"
    assert len(copies) == people, "a repeat has another Message-ID"
    assert {message for (_, message), count in copies.items() if count > 1} <= repeatable
    assert set(run.states().values()) == {MailState.SENT}


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])
async def test_killed_at_every_point(tmp_path: Path, mortal: subprocess.Popen[str], pipelining: bool) -> None:
    repeatable: set[str] = set()
    async with matrix(tmp_path, mortal, people=AT_ONCE, connections=1, pipelining=pipelining) as run:
        for sentence, point, nth in POINTS:
            handed = len(run.server.got)
            if "-" in point:
                await run.start(point, nth)
            else:
                run.server.arm(point, nth, run.kill)
                await run.start()
            assert await run.ended() == -signal.SIGKILL, sentence
            doubtful = run.doubtful()
            match point:
                case "mark-ended":
                    assert not run.states(), sentence
                case "plan-ended":
                    assert len(run.states()) == AT_ONCE, sentence
                    assert not run.server.got, sentence
                case "claim-ended" | "ehlo":
                    assert len(run.server.got) == handed, sentence
                case "content":
                    assert run.server.got[-1][1] in doubtful, sentence
                case "settle-begins":
                    assert doubtful, sentence
            assert len(doubtful - repeatable) <= in_flight(1, pipelining=pipelining), sentence
            repeatable |= doubtful
        assert len(run.server.got) < AT_ONCE, "the last one was killed before the end as well"
        await run.finish()
        judge(run, AT_ONCE, repeatable)


@pytest.mark.slow
@pytest.mark.timeout(120 + 5 * KILLS)  # each of them costs a start of the daemon
@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])
async def test_killed_again_and_again_at_random(
    tmp_path: Path, mortal: subprocess.Popen[str], pipelining: bool
) -> None:
    chance, connections = random.Random(20240119), 4
    async with matrix(tmp_path, mortal, people=PEOPLE, connections=connections, pipelining=pipelining) as run:
        repeatable: set[str] = set()
        for kill in range(KILLS):
            await run.start()
            # Each life gets a share of the work, lest the first ones leave nothing for the last.
            goal = len(run.server.got) + chance.randrange(1, max(PEOPLE // KILLS, 2))
            await run.server.wait(lambda goal=goal: len(run.server.got) >= goal)
            await asyncio.sleep(chance.random() * 0.005)
            run.kill()
            assert await run.ended() == -signal.SIGKILL
            doubtful = run.doubtful()
            # Those still in doubt from before wait for their turn and are no new ones.
            assert len(doubtful - repeatable) <= in_flight(connections, pipelining=pipelining), f"kill {kill}"
            repeatable |= doubtful
        await run.finish()
        judge(run, PEOPLE, repeatable)
        print(f"{PEOPLE} mails, {KILLS} kills, {len(run.server.got) - PEOPLE} second copies")
