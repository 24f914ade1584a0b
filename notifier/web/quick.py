"""The short way: a ready answer goes out as soon as its request is read, before uvicorn makes a task of it.

Only for plain requests: one ``GET`` for an address of the tree, without query or body, on a connection that stays.
Whatever is out of the ordinary goes the long way, through the ASGI application, and is answered with the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from notifier.web.answers import Headers

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Ready = Callable[[bytes, Headers], Sequence[bytes]]
"""Status line, headers but for those of the server, and body, of the answer to a plain ``GET``; nothing: none is."""


def quick(base: type[HttpToolsProtocol], ready: Ready) -> type[HttpToolsProtocol]:
    """A protocol that takes the short way where it can."""

    # The base is an extra, and mypy has no word for a class that is known only when it runs.
    class Quick(base):  # type: ignore[misc,valid-type]
        """One connection."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._ready: Sequence[bytes] = ()
            self.answered = False

        def data_received(self, data: bytes) -> None:
            """At most one answer to each piece that comes in: the transport must have its say on a slow reader."""
            self.answered = False
            super().data_received(data)

        def on_headers_complete(self) -> None:
            """Look whether the answer lies ready."""
            self._ready = () if self._is_unusual() else ready(self.url, self.headers)
            if not self._ready:
                super().on_headers_complete()

        def on_message_complete(self) -> None:
            """Send it."""
            if not self._ready:
                super().on_message_complete()
                return
            status, headers, body = self._ready
            self._ready, self.answered = (), True
            own = [b"%b: %b\r\n" % each for each in self.server_state.default_headers]
            self.transport.write(b"".join([status, *own, headers, body]))
            self.on_response_complete()

        def _is_unusual(self) -> bool:
            return (
                self.answered
                or self.parser.get_method() != b"GET"
                or self.parser.get_http_version() != "1.1"
                or not self.parser.should_keep_alive()
                or self.parser.should_upgrade()
                or self.flow.write_paused
                or self.transport.is_closing()
                or bool(self.pipeline)
                or not (self.cycle is None or self.cycle.response_complete)
            )

    return Quick
