"""One job of the mail benchmark, in a process of its own.

``python -m tests.benchmarks.mail_job whole PORT MAILS [STORED]`` enters ``STORED`` people (as many as ``MAILS`` unless
given), puts a mail for each into an outbox on the disk, and delivers ``MAILS`` of them to the server on ``PORT`` over
ten connections; ``plain PORT MAILS`` sends as many by aiosmtplib alone. Prints one JSON object: mails a second,
microseconds of the processor a mail, microseconds a recipient, megabytes at the peak.
"""

from __future__ import annotations

import asyncio
import functools
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import aiosmtplib

from notifier.daemon import SystemClock, looped
from notifier.daemon.heap import settle
from notifier.mail import (
    Body,
    Delivery,
    DeliverySettings,
    Personal,
    Relay,
    SmtpTransport,
    build_body,
    message_id_for,
    unsubscribe_headers,
)
from notifier.store import ClaimedMail, NewMail, NewSubscriber, Outcome, Store

P = ParamSpec("P")
R = TypeVar("R")

CONNECTIONS = 10
NOW = SystemClock().now()
MARK = "f" * 12 + "." + "x" * 43
LINK = f"https://przerwy.example.pl/preferences/{MARK}"
BLOCK = 10_000


@dataclass(frozen=True)
class Words:
    """Text and HTML that make a mail of about eight KiB."""

    subject: str = "Przerwa: Profil Zaufany, 19–20 stycznia"
    text: str = "Zaloguj się przez mojeID albo aplikację banku.\n" * 58 + f"{LINK}\n"
    html: str = (
        "<!doctype html>\n"
        + "<p>Zaloguj się przez mojeID albo aplikację banku.</p>\n" * 58
        + f'<a href="{LINK}">Zmień</a>\n'
    )


class Counted:
    """The store's outbox, counting what is settled."""

    def __init__(self, store: Store, wanted: int, done: Callable[[], object]) -> None:
        self._outbox = store.outbox
        self._left = wanted
        self._done = done
        self.claim, self.release = self._outbox.claim, self._outbox.release
        self.headers, self.body = self._outbox.headers, self._outbox.body
        self.put_off = self._outbox.put_off

    def settle(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> int:
        settled = self._outbox.settle(outcomes, owner, now)
        self._left -= settled
        if self._left <= 0:
            self._done()
        return settled


def body() -> Body:
    """What all recipients share."""
    return build_body(
        Words(),
        None,
        "PUBLISH",
        sender="Przerwy <przerwy@example.pl>",
        list_id="pl.przerwy.example.pl",
        threads=["pz-2024-01-19"],
        date=NOW,
        language="pl",
        contact="pomoc@example.pl",
        placeholder=MARK,
    )


def personal(mail: ClaimedMail) -> Personal:
    """A link, the headers with it, and a sender of its own."""
    token = f"{mail.subscriber_id:012x}." + "y" * 43
    headers = unsubscribe_headers("pomoc@example.pl", f"https://przerwy.example.pl/unsubscribe/{token}")
    return Personal(headers, token.encode(), f"przerwy+{mail.id:x}@example.pl")


def fill(store: Store, people: int) -> float:
    """People and a mail for each; seconds that the mails took, from message-id to commit."""
    for begin in range(0, people, BLOCK):
        block = range(begin, min(begin + BLOCK, people))
        new = [NewSubscriber(f"p{n}@d{n % 50}.example.pl", ("patient",), "pl") for n in block]
        store.subscribers.import_(new, "bench", NOW)
    common = body()
    store.outbox.put_body(common.digest, common.content, NOW, headers=common.headers)
    expires = NOW + timedelta(days=1)

    def mails() -> Iterator[NewMail]:
        for number in range(1, people + 1):
            message_id = message_id_for(["pz-2024-01-19/patient/announced/"], number, "example.pl")
            yield NewMail(number, (), common.digest, message_id, NOW, expires)

    begin_at = time.perf_counter()
    store.outbox.enqueue(mails(), NOW)
    return time.perf_counter() - begin_at


async def deliver(store: Store, port: int, mails: int) -> float:
    """Seconds from a waiting outbox until so many mails are settled."""
    loop, finished, stop = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    with ThreadPoolExecutor(1) as thread:

        async def db(call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
            return await loop.run_in_executor(thread, functools.partial(call, *args, **kwargs))

        delivery = Delivery(
            Counted(store, mails, lambda: loop.call_soon_threadsafe(finished.set)),
            SmtpTransport(Relay("127.0.0.1", port), "przerwy@example.pl", hello="bench.test"),
            SystemClock(),
            DeliverySettings(owner="bench", connections=CONNECTIONS),
            db,
            personal,
            MARK,
        )
        begin = time.perf_counter()
        running = asyncio.create_task(delivery.run(stop))
        await finished.wait()
        took = time.perf_counter() - begin
        stop.set()
        await running
    return took


async def plain(port: int, mails: int) -> float:
    """Seconds that aiosmtplib takes with as many connections and ready messages."""
    common = body()
    data = b"To: a@example.pl\r\nMessage-ID: <a@example.pl>\r\n" + common.headers + b"\r\n" + common.content
    numbers = iter(range(mails))

    async def worker() -> None:
        async with aiosmtplib.SMTP(
            hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench.test"
        ) as smtp:
            for number in numbers:
                await smtp.sendmail("przerwy@example.pl", [f"p{number}@example.pl"], data)

    begin = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
    return time.perf_counter() - begin


def job() -> dict[str, float]:
    """What the command line asks for."""
    kind, port, mails = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if kind == "plain":
        return {"rate": mails / looped(plain(port, mails))}
    stored = int(sys.argv[4]) if len(sys.argv) > 4 else mails
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/notifier.db")
        prepared = fill(store, stored)
        settle()  # the garbage collector as the daemon has it
        begin = time.process_time()
        rate = mails / looped(deliver(store, port, mails))
        cpu = time.process_time() - begin
        store.close()
    return {"rate": rate, "cpu": 1e6 * cpu / mails, "prepare": 1e6 * prepared / stored, "peak": peak()}


def peak() -> float:
    """Megabytes that this process had at most. What ``getrusage`` says may be those of the process it came from."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(job()))
