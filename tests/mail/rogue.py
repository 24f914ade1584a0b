"""A mail server that misbehaves on demand.

``Rogue({"rcpt": ["4xx", "drop"]})`` answers the first RCPT with a 4xx, hangs up at the second, and behaves
from then on. Steps: greeting, ehlo, helo, auth, mail, rcpt, data, nobody (DATA when nobody was accepted),
content (the answer to the final dot), empty (the same after no message), rset, quit. Ways to misbehave: drop,
stall, slow (until ``server.go`` is set), deaf (answers and reads no more), 4xx, 5xx, 421, garbage, half (of a
line, then a stall), crumbs (the right answer, byte by byte), twice (the right answer, two times), or an answer
written out.

It announces PIPELINING unless told not to.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self

GOOD = {
    "greeting": "220 rogue.test ready",
    "ehlo": "250-rogue.test\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN",
    "ehlo without pipelining": "250-rogue.test\r\n250 AUTH PLAIN LOGIN",
    "helo": "250 rogue.test",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "nobody": "554 5.5.1 no valid recipients",
    "content": "250 2.0.0 queued",
    "empty": "250 2.0.0 queued nothing",
    "rset": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
}
BAD = {
    "4xx": "451 4.3.0 not now, {to}",
    "5xx": "550 5.1.1 never, {to}",
    "421": "421 4.3.2 closing",
    "garbage": "%$#! what",
}


class Hangup(Exception):
    """The server closes the line."""


class Rogue:
    """Listens on 127.0.0.1 while used as a context."""

    def __init__(self, script: Mapping[str, Iterable[str]] | None = None, *, pipelining: bool = True) -> None:
        self.pipelining = pipelining
        self.script: dict[str, Iterator[str]] = {step: iter(ways) for step, ways in (script or {}).items()}
        self.received: list[tuple[str, str]] = []  # (recipient, Message-ID) of all that came with its dot
        self.messages: list[bytes] = []
        self.accepted: list[tuple[str, str]] = []  # those that were answered with 2xx
        self.steps: list[str] = []
        self.names: list[str] = []  # by which clients said hello
        self.senders: list[str] = []  # of MAIL
        self.open = self.most = self.connections = 0
        self.port = 0
        self.go = asyncio.Event()
        self._ended = asyncio.Event()
        self._moved = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.close()
        await self._server.wait_closed()
        await self.wait(lambda: not self.open)

    async def wait(self, wanted: Callable[[], object]) -> None:
        """Until something that the server did makes it true; ten seconds at most."""
        async with asyncio.timeout(10), self._moved:
            await self._moved.wait_for(wanted)

    async def got(self, mails: int) -> None:
        """Until so many mails were accepted."""
        await self.wait(lambda: len(self.accepted) >= mails)

    async def reached(self, step: str) -> None:
        """Until the latest step is that one."""
        await self.wait(lambda: self.steps[-1:] == [step])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most = max(self.most, self.open)
        talk = asyncio.create_task(self._talk(reader, writer))
        ended = asyncio.create_task(self._ended.wait())
        await asyncio.wait({talk, ended}, return_when=asyncio.FIRST_COMPLETED)
        talk.cancel()
        ended.cancel()
        await asyncio.gather(talk, ended, return_exceptions=True)
        writer.transport.abort()
        self.open -= 1
        await self._tell()

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, good = "", True
        with contextlib.suppress(Hangup, ConnectionError, asyncio.IncompleteReadError):
            await self._answer(writer, "greeting", to)
            while line := await reader.readline():
                word = line.split()[0].decode().lower()
                if word == "rcpt":
                    to = line.decode().split("<")[1].split(">")[0]
                elif word == "mail":
                    self.senders.append(line.decode().split("<")[1].split(">")[0])
                elif word in {"ehlo", "helo"}:
                    self.names.append(line.decode().split()[1])
                elif word == "data" and not good:
                    word = "nobody"
                answer = await self._answer(writer, word, to)
                if word == "rcpt":
                    good = answer.startswith("2")
                elif answer.startswith("354"):
                    await self._content(reader, writer, to)
                elif word == "quit":
                    return

    async def _content(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: str) -> None:
        first = await reader.readline()
        if first == b".\r\n":
            await self._answer(writer, "empty", to)
            return
        data = first + await reader.readuntil(b"\r\n.\r\n")
        message = data[:-3].replace(b"\r\n..", b"\r\n.")
        found = re.search(rb"^Message-ID: (\S+)\r\n", message, re.MULTILINE)
        mail = (to, found[1].decode() if found else "")
        self.received.append(mail)
        self.messages.append(message)
        if (await self._answer(writer, "content", to)).startswith("2"):
            self.accepted.append(mail)
            await self._tell()

    async def _answer(self, writer: asyncio.StreamWriter, step: str, to: str) -> str:
        self.steps.append(step)
        await self._tell()
        way = next(self.script.get(step, iter(())), "")
        right = GOOD["ehlo without pipelining" if step == "ehlo" and not self.pipelining else step]
        if way == "drop":
            raise Hangup
        if way == "stall":
            await self._ended.wait()
        if way == "slow":
            await self.go.wait()
        if way == "half":
            writer.write(right[:2].encode())
            await self._ended.wait()
        answer = right if way in {"", "slow", "deaf", "crumbs", "twice"} else BAD.get(way, way).format(to=to)
        line = f"{answer}\r\n".encode() * (2 if way == "twice" else 1)
        for piece in [bytes([byte]) for byte in line] if way == "crumbs" else [line]:
            writer.write(piece)
            await writer.drain()
            if way == "crumbs":
                await asyncio.sleep(0)
        if way == "deaf":
            await self._ended.wait()
        if answer.startswith("421") or (step == "greeting" and not answer.startswith("220")):
            raise Hangup
        return answer
