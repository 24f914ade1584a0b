"""Processes that deliver what is in a store file to a server on this machine, until they are killed.

``python -m tests.mail.sender_process STORE-URL PORT CONNECTIONS`` loads the program once and forks a new
sender at each line ``start``, because ten starts from nothing would take most of the test's time. It
answers with the sender's number, and with its exit status once it has ended; a sender killed by a signal
has the negative number of the signal. Senders end by themselves after SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from notifier.mail import Delivery, DeliverySettings, Personal, Relay, SmtpTransport, unsubscribe_headers
from notifier.store import Store
from tests.mail.office import START

P = ParamSpec("P")
R = TypeVar("R")

UNWRITTEN = 5
"""Answers that may be on their way into the outbox when the process is killed."""


class Clock:
    """Runs at the speed of real time, from a fixed day on."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The present moment."""
        return START + timedelta(seconds=time.monotonic() - self._began)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def main(url: str, port: int, connections: int) -> None:
    """Deliver until SIGTERM."""
    store = Store.open(url, migrate=False)
    thread = ThreadPoolExecutor(1)

    async def db(call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(thread, lambda: call(*args, **kwargs))

    personal = Personal(unsubscribe_headers("pomoc@example.pl"))
    delivery = Delivery(
        store.outbox,
        SmtpTransport(Relay("127.0.0.1", port), "przerwy@example.pl", hello="notifier.test"),
        Clock(),
        DeliverySettings(
            owner="sender",
            connections=connections,
            claim=40,
            look_again=timedelta(milliseconds=50),
            unwritten=UNWRITTEN,
        ),
        db,
        lambda _mail: personal,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await delivery.run(stop)
    thread.shutdown()
    store.close()


def serve(url: str, port: int, connections: int) -> None:
    """Fork a sender for each ``start`` on standard input."""
    while sys.stdin.readline() == "start\n":
        number = os.fork()
        if not number:
            asyncio.run(main(url, port, connections))
            os._exit(0)
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
