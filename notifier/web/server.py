"""Serve the application with uvicorn inside the caller's event loop, on a socket of our own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import structlog
import uvicorn

from notifier.web.asgi import App, Application
from notifier.web.errors import WebError
from notifier.web.protocol import LONGEST_HEAD, fastest

_BACKLOG = 512
_OF_OTHERS = frozenset({"Invalid HTTP request received.", "Unsupported upgrade request."})
"""What others did wrong: whoever sends rubbish all day must not fill the log."""

_GRACE = 5
"""Seconds that answers under way get to finish when serving ends."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where we really listen (a port of 0 has become a real one), and the task that serves."""

    host: str
    port: int
    task: asyncio.Task[None]

    @property
    def url(self) -> str:
        """The address to open on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, and with a way to learn that it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: ending is the caller's decision and the caller's order of steps."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class _ThroughStructlog(logging.Handler):
    """uvicorn speaks to the standard library's logging; here its records become our events."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass warnings and errors on as they are, and its notes on coming and going as details."""
        level = record.levelno if record.levelno >= logging.WARNING else logging.DEBUG
        if record.levelno == logging.WARNING and record.getMessage() in _OF_OTHERS:
            level = logging.DEBUG
        log = structlog.get_logger("notifier.web")
        log.log(level, "web server", said=record.getMessage(), exc_info=record.exc_info or None)


@contextlib.asynccontextmanager
async def serving(app: Application, listen: str) -> AsyncIterator[Listening]:
    """Serve ``app`` at ``listen`` (``host:port``, ``[v6]:port``; port 0 picks a free one) inside the block.

    On leaving, new connections are refused at once and answers under way get a few seconds. Raises
    :class:`WebError` when the address cannot be read or is taken.
    """
    bound = _bind(*_address(listen), listen)
    config = uvicorn.Config(
        app,
        http=fastest(app.at_once if isinstance(app, App) else None),
        h11_max_incomplete_event_size=LONGEST_HEAD,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,  # request lines hold feed addresses and with them what a person has
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    with _logs(), contextlib.closing(bound):
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[bound]), name="web server")
        try:
            await _until_up(server, task)
            host, port = bound.getsockname()[:2]
            structlog.get_logger("notifier.web").info("web server listens", host=host, port=port)
            yield Listening(host, port, task)
        finally:
            server.should_exit = True
            await task


async def _until_up(server: _Server, task: asyncio.Task[None]) -> None:
    up = asyncio.create_task(server.up.wait())
    try:
        await asyncio.wait({up, task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        up.cancel()


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise WebError("cannot listen at", listen, "an IPv6 address is written in brackets: [::1]:8080")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise WebError("cannot listen at", listen, "write it as host:port, for example 127.0.0.1:8080")
    return host, int(port)


def _bind(host: str, port: int, listen: str) -> socket.socket:
    """A listening socket. Ours and not uvicorn's, whose answer to a taken address is to end the process."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise WebError("cannot listen at", listen, error.strerror or str(error)) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        bound.bind(address)
        bound.listen(_BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        raise WebError("cannot listen at", listen, error.strerror or str(error)) from error
    return bound


@contextlib.contextmanager
def _logs() -> Iterator[None]:
    """Route uvicorn's log records through structlog while we serve."""
    logger, handler = logging.getLogger("uvicorn.error"), _ThroughStructlog()
    propagate, level = logger.propagate, logger.level
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate, logger.level = propagate, level
