"""Limits on connections that uvicorn has none for: heads without end, clients that dawdle, readers that do not read."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from notifier.web.quick import Ready, quick

LONGEST_HEAD = 16 << 10
"""Bytes of a request line and its headers."""

HEAD_PATIENCE = 15.0
"""Seconds in which the head of a request must be here, from the first moment that one may be sent."""

STALL_PATIENCE = 20.0
"""Seconds in which somebody who reads an answer must have taken some more of it."""

LEAST_TAKEN = 4 << 10
"""Bytes that count as some more: a modem of the last century took ten times as many."""

MOST_CONNECTIONS = 1024

_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def guarded(base: type[H11Protocol]) -> type[H11Protocol]:
    """A protocol of uvicorn within limits. Its parser in C is used in the same way as the one in Python."""

    # Which of the two it builds on is known only when it runs, and mypy has no word for that.
    class Guarded(base):  # type: ignore[misc,valid-type]
        """One connection. ``answered``: a request that came in just now was answered on the short way."""

        answered = False

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._head: asyncio.TimerHandle | None = None
            self._stall: asyncio.TimerHandle | None = None
            self._sent = self._left = 0

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Take a connection, unless there are too many."""
            super().connection_made(transport)
            if len(self.connections) > MOST_CONNECTIONS:
                self.transport.abort()
            else:
                self._await_head()

        def connection_lost(self, exc: Exception | None) -> None:
            """Stop the clocks."""
            self._stop()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Count what belongs to a head that is not complete."""
            before = self.cycle
            between = before is None or before.response_complete
            self._sent = self._sent + len(data) if between else 0
            super().data_received(data)
            if self.transport.is_closing() or self.cycle is not before or self.answered:
                self._head_is_here()
            elif between:
                if self._head is None:
                    self._await_head()
                if self._sent > LONGEST_HEAD:
                    self._refuse(_TOO_LONG)

        def pause_writing(self) -> None:
            """The reader is slower than the answer."""
            super().pause_writing()
            self._left = self.transport.get_write_buffer_size()
            self._stall = self.loop.call_later(STALL_PATIENCE, self._look_at_reader)

        def resume_writing(self) -> None:
            """The reader took it."""
            super().resume_writing()
            self._reader_is_back()

        def _await_head(self) -> None:
            self._head = self.loop.call_later(HEAD_PATIENCE, self._refuse, _TOO_SLOW)

        def _head_is_here(self) -> None:
            self._sent = 0
            if self._head is not None:
                self._head.cancel()
                self._head = None

        def _reader_is_back(self) -> None:
            if self._stall is not None:
                self._stall.cancel()
                self._stall = None

        def _refuse(self, answer: bytes) -> None:
            self._head_is_here()
            if not self.transport.is_closing():
                self.transport.write(answer)
                self.transport.close()

        def _look_at_reader(self) -> None:
            left = self.transport.get_write_buffer_size()
            if self._left - left < LEAST_TAKEN:
                self.transport.abort()
                return
            self._left = left
            self._stall = self.loop.call_later(STALL_PATIENCE, self._look_at_reader)

        def _stop(self) -> None:
            self._head_is_here()
            self._reader_is_back()

    return Guarded


def fastest(ready: Ready | None = None) -> type[H11Protocol]:
    """The parser in C where it is installed, else the one in Python; within limits.

    With ``ready`` the one in C answers plain requests on the short way, see :mod:`notifier.web.quick`.
    """
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol  # noqa: PLC0415 - an extra
    except ImportError:
        return guarded(H11Protocol)
    base = HttpToolsProtocol if ready is None else quick(HttpToolsProtocol, ready)
    return guarded(cast("type[H11Protocol]", base))
