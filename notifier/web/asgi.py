"""The ASGI application: ready answers from a dictionary, and a few live ones beside them.

No framework stands in the way of a feed: most requests are one look-up and two messages. Nothing in a
request reaches the file system; an address that is not in the dictionary does not exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from notifier.feeds import WishError
from notifier.web.answers import GUARD, Answers, Headers, Message
from notifier.web.builder import Live
from notifier.web.errors import WebError
from notifier.web.personal import PersonalFeeds, TooMany

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

Health = Callable[[], tuple[Mapping[str, object], bool]]
"""What ``/healthz`` says, and whether all is well. Must not wait for anything."""

_METHODS = frozenset({"GET", "HEAD"})
_NO_STORE = (b"cache-control", b"no-store")
_PLAIN = b"text/plain; charset=utf-8"
_HTML = b"text/html; charset=utf-8"
_LONGEST_PATH = 2048
_LONGEST_QUERY = 4096
_MOST_HEADERS = 100
_PLAIN_ADDRESS = re.compile(rb"/[-._~/0-9A-Za-z]{,255}")
_OUT_OF_THE_ORDINARY = frozenset({b"content-length", b"expect", b"transfer-encoding"})


class App:
    """Answers ``GET`` and ``HEAD`` from :attr:`answers`, which may be replaced at any moment.

    ``health`` and ``metrics`` give ``/healthz`` and ``/metrics``. :attr:`personal` narrows feeds to a person, if
    anybody does; :attr:`live` are pages made of a query. :attr:`mounts` are other ASGI applications by the first
    one or two segments of their addresses (``subscribe``, ``en/subscribe``); they get the request as it came. All
    of these may be replaced at any moment.
    """

    def __init__(
        self,
        health: Health,
        metrics: Callable[[], str] | None = None,
        *,
        personal: PersonalFeeds | None = None,
        mounts: Mapping[str, Application] | None = None,
    ) -> None:
        self._answers = Answers()
        self._health = health
        self._metrics = metrics
        self.personal = personal
        self.mounts = dict(mounts or {})
        self.live: Live = {}

    @property
    def answers(self) -> Answers:
        """The tree that is served. Assigning another one is atomic: a request sees the old or the new one."""
        return self._answers

    @answers.setter
    def answers(self, answers: Answers) -> None:
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises :class:`WebError` for anything that is not HTTP."""
        if scope["type"] != "http":
            raise WebError("cannot serve", str(scope["type"]), "only HTTP requests are answered")
        path: str = scope["path"]
        if (
            len(path) > _LONGEST_PATH
            or len(scope["query_string"]) > _LONGEST_QUERY
            or len(scope["headers"]) > _MOST_HEADERS
        ):
            long = len(scope["headers"]) <= _MOST_HEADERS
            await _say(send, 414 if long else 431, _PLAIN, b"too long\n", scope["method"])
            return
        answer = self._answers.by_path.get(path)
        if answer is None:
            await self._other(path, scope, receive, send)
            return
        method = scope["method"]
        if method not in _METHODS:
            await _not_allowed(send)
            return
        if scope["query_string"] and self.personal is not None and path.startswith("/feeds/"):
            try:
                answer = await self.personal.answer(path, scope["query_string"], answer)
            except WishError as error:
                said = self.personal.refuse(path.split(".")[-2], error)
                await _say(send, 400, _PLAIN, said.encode(), method)
                return
            except TooMany:
                await _say(send, 503, _PLAIN, b"", method, [(b"retry-after", b"5")])
                return
        answer, held = answer.choose(scope["headers"])
        if held:
            await send(answer.unchanged)
            await send(_EMPTY)
        else:
            await send(answer.found)
            await send(answer.content if method == "GET" else _EMPTY)

    def at_once(self, address: bytes, headers: Headers) -> Sequence[bytes]:
        """What :meth:`__call__` answers to a plain ``GET``, as it goes over the wire, if nothing need be made for it.

        ``address`` is as it was sent. Status line, headers and body; nothing where it takes more than a look.
        """
        if not _PLAIN_ADDRESS.fullmatch(address) or len(headers) > _MOST_HEADERS:
            return ()
        answer = self._answers.by_path.get(address.decode("ascii"))
        if answer is None or not _OUT_OF_THE_ORDINARY.isdisjoint([name for name, _ in headers]):
            return ()
        chosen, held = answer.choose(headers)
        return chosen.written(held=held)

    async def _other(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        # What does not begin with a slash is no address of ours, though a parser may let it through.
        first, _, rest = path[1:].partition("/") if path.startswith("/") else ("", "", "")
        mounted = self.mounts.get(first) or self.mounts.get(f"{first}/{rest.partition('/')[0]}")
        if mounted is not None:
            await mounted(scope, receive, send)
            return
        method = scope["method"]
        if method not in _METHODS:
            await _not_allowed(send)
        elif path in self.live:
            await _say(send, 200, _HTML, self.live[path](scope["query_string"]), method)
        elif path == "/healthz":
            told, well = self._health()
            body = json.dumps(told, ensure_ascii=False, default=str).encode() + b"\n"
            await _say(send, 200 if well else 503, b"application/json", body, method)
        elif path == "/metrics" and self._metrics is not None:
            kind = b"text/plain; version=0.0.4; charset=utf-8"
            await _say(send, 200, kind, self._metrics().encode(), method)
        elif (location := self._answers.elsewhere(path)) is not None:
            await _say(send, 308, _PLAIN, b"", method, [(b"location", location)])
        else:
            await _say(send, 404, self._answers.missing_type, self._answers.missing, method)


_EMPTY: Message = {"type": "http.response.body", "body": b""}


async def _not_allowed(send: Send) -> None:
    await _say(send, 405, _PLAIN, b"only GET and HEAD\n", "GET", [(b"allow", b"GET, HEAD")])


async def _say(
    send: Send, status: int, kind: bytes, body: bytes, method: str, extra: Headers | None = None
) -> None:
    """An answer that is made on the spot and kept by nobody."""
    length = str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length), _NO_STORE, *GUARD, *(extra or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body} if method == "GET" else _EMPTY)
