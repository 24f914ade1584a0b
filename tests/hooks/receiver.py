"""A receiver of webhooks on 127.0.0.1, as good or as bad as it is told to be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Posted:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


def answer(status: str, *headers: str, body: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


OK = answer("200 OK")
DROP, STALL, ENDLESS, ENDLESS_HEADERS, TRICKLE = (
    b"<drop>", b"<stall>", b"<endless>", b"<headers>", b"<trickle>"
)  # fmt: skip


@dataclass
class Receiver:
    """Gives its answers in turn, the last one for good. :attr:`got` are the requests so far."""

    answers: list[bytes] = field(default_factory=lambda: [OK])
    got: list[Posted] = field(default_factory=list)
    url: str = ""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to let those that stall go."""

    async def count(self, number: int) -> None:
        """Until so many requests have come."""
        async with asyncio.timeout(20):
            while len(self.got) < number:
                self.arrived.clear()
                await self.arrived.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *rest = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.got.append(Posted(line, headers, body))
            self.arrived.set()
            await self._say(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _say(self, said: bytes, writer: asyncio.StreamWriter) -> None:
        if said == STALL:
            await self.free.wait()
        elif said == ENDLESS:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not self.free.is_set():
                writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                await writer.drain()
        elif said == ENDLESS_HEADERS:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while not self.free.is_set():
                writer.write(b"X-More: " + b"x" * 0x1000 + b"\r\n")
                await writer.drain()
        elif said == TRICKLE:
            writer.write(b"HTTP/1.1 200 ")
            while not self.free.is_set():
                writer.write(b"O")
                await writer.drain()
                await asyncio.sleep(0.01)
        elif said != DROP:
            writer.write(said)
            await writer.drain()


@asynccontextmanager
async def receiver(*answers: bytes) -> AsyncIterator[Receiver]:
    """Serve one for as long as the block lasts."""
    made = Receiver(list(answers) or [OK])
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?token=s3cret"
    try:
        yield made
    finally:
        made.free.set()
        server.close()
