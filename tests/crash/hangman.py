"""A mail server that counts what it is handed, and at a chosen step kills whoever is talking to it."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from types import TracebackType
from typing import Self

_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)\r$", re.MULTILINE)


class Hangman:
    """Listens on 127.0.0.1 while used as a context.

    Once :meth:`arm` was called, the step is counted (``ehlo``, ``mail``, ``rcpt``, ``data``, ``content``);
    at the ``nth`` time ``kill`` is called, and that step has no answer.
    """

    def __init__(self, *, pipelining: bool) -> None:
        self.got: list[tuple[str, str]] = []  # (recipient, Message-ID) of all that came with its final dot
        self.port = 0
        self._pipelining = pipelining
        self._armed: tuple[str, int, Callable[[], None]] | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Condition()

    def arm(self, step: str, nth: int, kill: Callable[[], None]) -> None:
        """Kill at that step, ``nth`` times from now."""
        self._armed = (step, nth, kill)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def wait(self, wanted: Callable[[], object]) -> None:
        """Until something that came makes it true."""
        async with asyncio.timeout(60), self._moved:
            await self._moved.wait_for(wanted)

    async def alone(self) -> None:
        """Until nobody is connected: whoever was killed has left nothing unread."""
        await self.wait(lambda: not self._talks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._talk(reader, writer)
        finally:
            writer.transport.abort()
            self._talks.discard(talk)
            async with self._moved:
                self._moved.notify_all()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hangman.test ready\r\n")
        to = b""
        while line := await reader.readline():
            word = line[:4].strip().lower().decode()
            if self._falls(word):
                continue
            match word:
                case "ehlo":
                    extra = b"250-PIPELINING\r\n" if self._pipelining else b""
                    writer.write(b"250-hangman.test\r\n" + extra + b"250 8BITMIME\r\n")
                case "rcpt":
                    to = line.partition(b"<")[2].partition(b">")[0]
                    writer.write(b"250 2.1.5 ok\r\n")
                case "data":
                    writer.write(b"354 go on\r\n")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    found = _MESSAGE_ID.search(content)
                    assert found
                    self.got.append((to.decode(), found[1].decode()))
                    if not self._falls("content"):
                        writer.write(b"250 2.0.0 taken\r\n")
                    async with self._moved:
                        self._moved.notify_all()
                case "quit":
                    writer.write(b"221 2.0.0 bye\r\n")
                    return
                case _:
                    writer.write(b"250 2.0.0 ok\r\n")

    def _falls(self, step: str) -> bool:
        """True when this is the step; whoever sent it is dead then."""
        if self._armed is None or self._armed[0] != step:
            return False
        _, nth, kill = self._armed
        self._armed = (step, nth - 1, kill) if nth > 1 else None
        if nth > 1:
            return False
        kill()
        return True
