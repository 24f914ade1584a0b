"""A post office for tests: a real store on a SQLite file, people in it, and a clock that moves when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from structlog.typing import EventDict

from notifier.mail import (
    Answer,
    Delivery,
    DeliverySettings,
    Letter,
    Outbox,
    Patience,
    Personal,
    Relay,
    Reply,
    SmtpTransport,
    Step,
    Transport,
    build_body,
    message_id_for,
    unsubscribe_headers,
)
from notifier.mail.transport import Connection, at_once
from notifier.store import ClaimedMail, MailRow, NewMail, NewSubscriber, Outcome, Store

P = ParamSpec("P")
R = TypeVar("R")

START = datetime(2024, 1, 18, 12, 0, tzinfo=UTC)
SETTINGS = DeliverySettings(owner="test", connections=3, claim=10, unwritten=5)
SHORT = Patience(connect=0.25, command=0.25, content=0.25, quit=0.25)
"""Only where a server stalls: on a busy machine a good one may take a while."""


class FakeClock:
    """Stands still; :meth:`advance` moves it and wakes those whose time has come."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def sleep(self, seconds: float) -> asyncio.Future[None]:
        """Done once the clock has been moved that far, counted from the call."""
        woken = asyncio.get_running_loop().create_future()
        if seconds <= 0:
            woken.set_result(None)
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        return woken

    def advance(self, seconds: float) -> None:
        """Move on."""
        self._now += timedelta(seconds=seconds)
        for when, woken in self._sleepers:
            if when <= self._now and not woken.done():
                woken.set_result(None)
        self._sleepers = [(when, woken) for when, woken in self._sleepers if not woken.done()]


@dataclass(frozen=True)
class Words:
    """What every mail says."""

    text: str = "Zaloguj się przez mojeID."
    subject: str = "Przerwa: Profil Zaufany, 19–20 stycznia"
    html: str = "<!doctype html><p>Zaloguj się przez mojeID.</p>"


class Office:
    """The store, the clock, and shorthands for looking at both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'notifier.db'}"
        self.store = Store.open(self.url)
        self.clock = FakeClock()
        self._thread = ThreadPoolExecutor(1)

    def close(self) -> None:
        """Close the store."""
        self._thread.shutdown()
        self.store.close()

    async def db(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the call in the store's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: call(*args, **kwargs))

    def write_to(self, *names: str, expires: timedelta = timedelta(hours=8), text: str = Words.text) -> None:
        """Put one mail for each of these people into the outbox; ``name`` becomes ``name@example.pl``."""
        now = self.clock.now()
        body = build_body(
            Words(text),
            None,
            "PUBLISH",
            sender="Przerwy <przerwy@example.pl>",
            list_id="pacjent.example.pl",
            threads=["pz"],
            date=START,
            language="pl",
            contact="pomoc@example.pl",
        )
        emails = [name if "@" in name else f"{name}@example.pl" for name in names]
        people = [NewSubscriber(email, ("patient",), "pl") for email in emails]
        with self.store.transaction():
            self.store.subscribers.import_(people, "test", now)
            self.store.outbox.put_body(body.digest, body.content, now, headers=body.headers)
            mails = []
            for email in emails:
                row = self.store.subscribers.find(email)
                assert row is not None
                id_ = row.subscriber.id
                message_id = message_id_for(["pz"], id_, "example.pl")
                mails.append(NewMail(id_, (), body.digest, message_id, now, now + expires))
            self.store.outbox.enqueue(mails, now)

    def rows(self) -> list[MailRow]:
        """All mails, oldest first."""
        return self.store.outbox.list(limit=100_000)[::-1]

    @property
    def row(self) -> MailRow:
        """The only mail."""
        (row,) = self.rows()
        return row

    def smtp(self, port: int, relay: Relay | None = None, patience: Patience | None = None) -> SmtpTransport:
        """A way to the server on that port."""
        relay = relay or Relay("127.0.0.1", port)
        return SmtpTransport(relay, "przerwy@example.pl", hello="notifier.test", patience=patience)

    @asynccontextmanager
    async def delivering(
        self,
        transport: Transport,
        outbox: Outbox | None = None,
        personal: Callable[[ClaimedMail], Personal] | None = None,
        **changes: object,
    ) -> AsyncIterator[Delivery]:
        """Deliver while in the context, and stop in good order at its end."""
        settings = replace(SETTINGS, **changes)  # type: ignore[arg-type]  # names and types are the tests' care
        same = Personal(unsubscribe_headers("pomoc@example.pl"))
        personal = personal or (lambda _mail: same)
        delivery = Delivery(outbox or self.store.outbox, transport, self.clock, settings, self.db, personal)
        stop = asyncio.Event()
        running = asyncio.create_task(delivery.run(stop))
        try:
            yield delivery
            stop.set()
            async with asyncio.timeout(10):
                await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def until(self, wanted: Callable[[], object]) -> None:
        """Wait until it is true; five seconds at most. For what only the store can tell."""
        async with asyncio.timeout(5):
            while not wanted():  # noqa: ASYNC110 - no event tells what another thread did to a file
                await asyncio.sleep(0.002)

    async def probed(self, delivery: Delivery, wait: float) -> None:
        """Wait until the relay is away and the wait for the next probe is that many seconds."""
        await self.until(lambda: delivery.away is not None and delivery.away.wait == timedelta(seconds=wait))

    async def quiet(self) -> None:
        """Give whatever could still happen by itself the time to do so."""
        await asyncio.sleep(0.03)


class Taking:
    """A way that is its own connection, takes every letter at once and notes which."""

    usable = True
    pipelining = False
    name = "taking"

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def connect(self) -> Connection:
        """Nothing has to be opened."""
        return self

    def hand_in(
        self, letter: Letter, verdict: Callable[[Reply], object], may_send: Callable[[], bool] = at_once
    ) -> None:
        """Take it."""
        self.letters.append(letter)
        verdict(Reply(Answer.ACCEPTED, Step.CONTENT, 250))

    def stir(self) -> None:
        """Nothing is held back."""

    async def close(self) -> None:
        """Nothing was opened."""

    def abort(self) -> None:
        """Nothing was opened."""


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
        self.put_off = self._real.put_off

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


def said(logs: list[EventDict], *events: str) -> list[str]:
    """Which of these events were logged, in order."""
    return [event["event"] for event in logs if event["event"] in events]
