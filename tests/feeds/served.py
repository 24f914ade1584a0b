"""Our own server on a port of its own, for other people's programs to read; and what it answered them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from notifier.web import Answers, App, serving
from notifier.web.answers import Headers


class Told(App):
    """The application, with a list of the addresses that were asked for and of the status of each answer."""

    def __init__(self) -> None:
        super().__init__(lambda: ({}, True))
        self.asked: list[tuple[str, int]] = []

    def at_once(self, address: bytes, headers: Headers) -> Sequence[bytes]:
        written = super().at_once(address, headers)
        if written:
            self.asked.append((address.decode(), int(written[0].split()[1])))
        return written

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.asked.append((scope["path"], message["status"]))
            await send(message)

        await super().__call__(scope, receive, noting)


class Site:
    """What is served, replaced as a whole; the server runs in a thread, as programs are waited for in this one."""

    def __init__(self, app: Told, base: str) -> None:
        self._app = app
        self._base = base

    def put(self, tree: Mapping[str, bytes], changed: datetime) -> None:
        """Serve another tree."""
        self._app.answers = Answers.of(tree, dict.fromkeys(tree, changed), self._app.answers)

    def url(self, path: str) -> str:
        """The address of a path, on this machine."""
        return self._base + path

    def asked(self) -> list[tuple[str, int]]:
        """What was asked for since this was last called, and what came of it."""
        found, self._app.asked = self._app.asked, []
        return found


@contextmanager
def served() -> Iterator[Site]:
    """Serve nothing at first."""
    app, up, loop = Told(), threading.Event(), asyncio.new_event_loop()
    found: list[str] = []
    down = asyncio.Event()

    async def serve() -> None:
        async with serving(app, "127.0.0.1:0") as listening:
            found.append(listening.url.rstrip("/"))
            up.set()
            await down.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="site")
    thread.start()
    try:
        assert up.wait(10), "the server does not start"
        yield Site(app, found[0])
    finally:
        loop.call_soon_threadsafe(down.set)
        thread.join(10)
        loop.close()
