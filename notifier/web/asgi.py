"""The ASGI application: ready answers from a dictionary, and a few live ones beside them.

No framework stands in the way of a feed: most requests are one look-up and two messages. Nothing in a
request reaches the file system; an address that is not in the dictionary does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from notifier.web.answers import GUARD, Answer, Answers, Headers, Message
from notifier.web.errors import WebError

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

Health = Callable[[], tuple[Mapping[str, object], bool]]
"""What ``/healthz`` says, and whether all is well. Must not wait for anything."""

_METHODS = frozenset({"GET", "HEAD"})
_NO_STORE = (b"cache-control", b"no-store")
_PLAIN = b"text/plain; charset=utf-8"
_LONGEST_PATH = 2048
_MOST_FIELDS = 64
_MOST_NARROWED = 512


@dataclass(frozen=True, slots=True)
class Wish:
    """To what a reader narrows a feed: the means they have and the systems they name, sorted, without doubles."""

    have: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: bytes) -> Wish:
        """Read ``have=mojeid:bank.mbank&have=…&system=…``; other fields are not ours and are passed over.

        Raises ``ValueError`` for a query with more fields than anybody has banks.
        """
        fields = parse_qsl(query.decode("latin-1"), max_num_fields=_MOST_FIELDS)
        return cls(
            tuple(sorted({value for name, value in fields if name == "have"})),
            tuple(sorted({value for name, value in fields if name == "system"})),
        )

    def __bool__(self) -> bool:
        return bool(self.have or self.systems)


Narrow = Callable[[str, Wish], bytes | None]
"""The feed at a path as one person wishes it; ``None`` when the wish names what does not exist."""


class App:
    """Answers ``GET`` and ``HEAD`` from :attr:`answers`, which may be replaced at any moment.

    ``health`` and ``metrics`` give ``/healthz`` and ``/metrics``. ``narrow`` makes a feed narrowed to a
    person. ``mounts`` are other ASGI applications by the first segment of their addresses (subscribing,
    unsubscribing); they get the request as it came.
    """

    def __init__(
        self,
        health: Health,
        metrics: Callable[[], str] | None = None,
        *,
        narrow: Narrow | None = None,
        mounts: Mapping[str, Application] | None = None,
    ) -> None:
        self._answers = Answers()
        self._health = health
        self._metrics = metrics
        self._narrow = narrow
        self._mounts = dict(mounts or {})
        self._narrowed: dict[tuple[str, Wish], Answer] = {}

    @property
    def answers(self) -> Answers:
        """The tree that is served. Assigning another one is atomic: a request sees the old or the new one."""
        return self._answers

    @answers.setter
    def answers(self, answers: Answers) -> None:
        self._answers, self._narrowed = answers, {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises :class:`WebError` for anything that is not HTTP."""
        if scope["type"] != "http":
            raise WebError("cannot serve", str(scope["type"]), "only HTTP requests are answered")
        path: str = scope["path"]
        answer = self._answers.by_path.get(path)
        if answer is None:
            await self._other(path, scope, receive, send)
            return
        method = scope["method"]
        if method not in _METHODS:
            await _not_allowed(send)
            return
        if scope["query_string"] and self._narrow is not None and path.startswith("/feeds/"):
            narrowed = self._narrowed_to(path, scope["query_string"], answer, self._narrow)
            if narrowed is None:
                await _say(send, 400, _PLAIN, b"unknown value in the query\n", method)
                return
            answer = narrowed
        if answer.is_held(scope["headers"]):
            await send(answer.unchanged)
            await send(_EMPTY)
        else:
            await send(answer.found)
            await send(answer.content if method == "GET" else _EMPTY)

    def _narrowed_to(self, path: str, query: bytes, whole: Answer, narrow: Narrow) -> Answer | None:
        try:
            wish = Wish.of(query)
        except ValueError:
            return None
        if not wish:
            return whole
        held = self._narrowed.get((path, wish))
        if held is not None:
            return held
        body = narrow(path, wish)
        if body is None:
            return None
        if len(self._narrowed) >= _MOST_NARROWED:  # whoever asks for everything must not fill the memory
            self._narrowed.clear()
        answer = self._narrowed[path, wish] = Answer.of(path, body, whole.modified)
        return answer

    async def _other(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        mounted = self._mounts.get(path.partition("/")[2].partition("/")[0])
        if mounted is not None:
            await mounted(scope, receive, send)
            return
        method = scope["method"]
        if method not in _METHODS:
            await _not_allowed(send)
        elif path == "/healthz":
            told, well = self._health()
            body = json.dumps(told, ensure_ascii=False, default=str).encode() + b"\n"
            await _say(send, 200 if well else 503, b"application/json", body, method)
        elif path == "/metrics" and self._metrics is not None:
            kind = b"text/plain; version=0.0.4; charset=utf-8"
            await _say(send, 200, kind, self._metrics().encode(), method)
        elif len(path) <= _LONGEST_PATH and (location := self._answers.elsewhere(path)) is not None:
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
