"""The real daemon and a real mail server; the daemon is killed without warning while it mails.

Everybody gets the mail. A second copy exists only where the daemon died between the end of a message and
the recording of the answer: one a connection at most, and under the same Message-ID.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifier.daemon import SystemClock
from notifier.model import MailState
from notifier.store import MailRow, Store
from tests.daemon.house import HOUR, Daemon, enter, entry, settle_in

PEOPLE = 300
KILLS = 10
CONNECTIONS = 4
SLOW = 0.01
"""Seconds that the server takes over each message after its end, when a kill leaves the answer unread."""


class Letterbox:
    """What a mail server has been handed, whether or not anybody was left to hear the answer."""

    def __init__(self) -> None:
        self.port = 0
        self.got: list[tuple[str, str]] = []  # recipient and Message-ID
        self._more = asyncio.Condition()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        (to,) = envelope.rcpt_tos
        self.got.append((to, message_from_bytes(envelope.content)["Message-ID"]))
        async with self._more:
            self._more.notify_all()
        await asyncio.sleep(SLOW)
        return "250 2.0.0 taken"

    async def holds(self, mails: int) -> None:
        """Until so many mails came."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.got) >= mails)

    async def reached(self, people: int) -> None:
        """Until so many people were reached."""
        async with self._more:
            await self._more.wait_for(lambda: len({to for to, _ in self.got}) >= people)


@asynccontextmanager
async def mail_server() -> AsyncIterator[Letterbox]:
    box, loop = Letterbox(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="relay.test", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


def rows(url: str) -> list[MailRow]:
    store = Store.open(url, migrate=False)
    try:
        return store.outbox.list(limit=10_000)
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20240119])
async def test_killed_ten_times_while_it_mails(tmp_path: Path, seed: int) -> None:
    chance, now = random.Random(seed), SystemClock().now()
    window = entry("gate-soon", now + 30 * HOUR, system="gate", published=now - 24 * HOUR)
    config = settle_in(tmp_path, window)
    state = tmp_path / "state"
    state.mkdir()
    url = f"sqlite:///{state / 'notifier.db'}"
    names = [f"p{number}" for number in range(PEOPLE)]
    enter(url, *names, now=now)

    unsettled: set[str] = set()
    async with mail_server() as box:
        daemon = Daemon(
            config,
            state,
            NOTIFIER_MAIL__RELAY=f"smtp://127.0.0.1:{box.port}",
            NOTIFIER_MAIL__CONNECTIONS=str(CONNECTIONS),
            NOTIFIER_SCHEDULE__SETTLE="0s",
        )
        try:
            for kill in range(KILLS):
                await daemon.start()
                # Each life gets a share of the work, lest the first ones leave nothing for the last.
                mails = len(box.got) + chance.randrange(1, PEOPLE // KILLS - CONNECTIONS)
                await daemon.lives_until(box.holds(mails))
                await asyncio.sleep(chance.random() * 2 * SLOW)
                daemon.send(signal.SIGKILL)
                assert await daemon.ended() == -signal.SIGKILL, daemon.log.read_text()
                await asyncio.sleep(2 * SLOW)  # the server reads on for a moment
                arrived = {message_id for _, message_id in box.got}
                left = {row.message_id for row in rows(url) if row.state is not MailState.SENT}
                assert len((arrived & left) - unsettled) <= CONNECTIONS, f"kill {kill}: one mail a connection"
                unsettled = arrived & left
            assert len({to for to, _ in box.got}) < PEOPLE, "the last one was killed before the end as well"
            await daemon.start()
            await daemon.lives_until(box.reached(PEOPLE))
            daemon.send(signal.SIGTERM)
            assert await daemon.ended() == 0, daemon.log.read_text()
        finally:
            await daemon.gone()

    copies = Counter(to for to, _ in box.got)
    assert set(copies) == {f"{name}@example.pl" for name in names}, "everybody has it"
    assert len(set(box.got)) == PEOPLE, "repeats carry the same Message-ID"
    assert len(box.got) - PEOPLE <= KILLS * CONNECTIONS
    assert len(box.got) > PEOPLE, (
        "not one kill in ten came between a message and its answer: killed too gently"
    )
    written = rows(url)
    assert {row.message_id for row in written} == {message_id for _, message_id in box.got}
    assert Counter(row.state for row in written) == {MailState.SENT: PEOPLE}
    assert "@example.pl" not in daemon.log.read_text()
