"""The ASGI application: what a stranger sends is read, bounded and counted here before anybody works on it.

Pages that are the same for all stand ready, so that a flood of requests costs the store nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec, Protocol, TypeVar
from urllib.parse import parse_qsl

import structlog

from notifier.model import NotifierError
from notifier.render import Links
from notifier.web.asgi import Receive, Scope, Send
from notifier.web.subscriptions import incoming
from notifier.web.subscriptions.counter import Counter, Visit
from notifier.web.subscriptions.desk import Desk
from notifier.web.subscriptions.incoming import Network, Unreadable
from notifier.web.subscriptions.limits import Buckets, Rate, neighbourhood
from notifier.web.subscriptions.offer import Offer
from notifier.web.subscriptions.pages import IN, Page, Pages, Reply, Said

P = ParamSpec("P")
R = TypeVar("R")

SEGMENTS = ("subscribe", "confirm", "preferences", "unsubscribe")
"""The first segments of the addresses answered here, after that of the language."""

FLOOR = 0.4
"""Seconds that every answer to a new subscription takes at least: how long the work took tells nothing."""

_METHODS = frozenset({"GET", "HEAD", "POST"})
_ALLOW = (b"allow", b"GET, HEAD, POST")
_HIDDEN = (b"x-robots-tag", b"noindex, nofollow")
_QUERY_FIELDS = 20
_LONGEST_KEY = 254

log = structlog.get_logger("notifier.web")


class InThread(Protocol):
    """Runs a blocking call in the thread that the store lives in."""

    def __call__(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        """Await its result."""
        ...


@dataclass(slots=True)
class Gates:
    """How often people may ask. Leaving has no gate: mailbox providers do it for many from few addresses."""

    client: Buckets
    mailbox: Buckets
    everybody: Buckets
    manage: Buckets

    @classmethod
    def new(cls) -> Gates:
        """Enough for a clinic that subscribes its staff, and for nobody who tries addresses by the thousand."""
        return cls(
            Buckets(Rate(20, timedelta(minutes=1))),
            Buckets(Rate(5, timedelta(minutes=30))),
            Buckets(Rate(300, timedelta(seconds=2)), most=1),
            Buckets(Rate(60, timedelta(seconds=10))),
        )


class Subscriptions:
    """Answers ``/subscribe``, ``/confirm/…``, ``/preferences/…`` and ``/unsubscribe/…`` in every language.

    ``db`` runs a call in the store's thread, ``now`` is the clock, ``stirred`` is called when there may be a
    letter to deliver, ``proxies`` are those whose word on the client is taken. Made in the store's thread,
    since it puts its first pages into words.
    """

    def __init__(
        self,
        desk: Desk,
        links: Links,
        pages: Pages,
        offer: Offer,
        db: InThread,
        now: Callable[[], datetime],
        stirred: Callable[[], None] = lambda: None,
        *,
        proxies: Sequence[Network] = (),
        gates: Gates | None = None,
        floor: float = FLOOR,
    ) -> None:
        self._counter = Counter(desk, links, pages, offer)
        self._pages = pages
        self._db = db
        self._now = now
        self._stirred = stirred
        self._proxies = tuple(proxies)
        self._gates = gates or Gates.new()
        self._floor = floor
        self._blank = {language: self._counter.blank(language) for language in pages.frames}
        self._ready = {
            (language, key): pages.said(Page(language, "subscribe"), Said(key), status)
            for language in pages.frames
            for key, status in (("broken", 404), ("slow", 429), ("unreadable", 400), ("trouble", 503))
        }

    @property
    def mounts(self) -> tuple[str, ...]:
        """The beginnings of the addresses answered here, without slashes around."""
        roots = ["", *(f"{code}/" for code in self._pages.frames if code != self._pages.first)]
        return tuple(f"{root}{segment}" for root in roots for segment in SEGMENTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method in _METHODS:
            reply = await self._answer(scope, receive)
        else:
            reply = Reply(200 if method == "OPTIONS" else 405, b"", extra=[_ALLOW])
        headers = [*reply.headers, _HIDDEN]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        body = reply.body if method != "HEAD" else b""
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        language, room, token, rest = self._place(scope["path"])
        shown = language or self._pages.first
        posts = scope["method"] == "POST"
        if room == "subscribe" and (token or rest):
            return self._ready[shown, "broken"]
        if room == "subscribe" and not posts:
            return self._blank[shown]
        source = incoming.client(scope, self._proxies)
        try:
            data = await incoming.body(scope, receive) if posts else b""
            fields = incoming.form(incoming.header(scope, b"content-type"), data) if posts else {}
        except Unreadable as error:
            ready = self._ready[shown, "unreadable"]
            return Reply(error.status, ready.body, extra=[(b"connection", b"close")])
        visit = Visit(posts, language or self._asked_for(scope), token, rest, fields, source, self._now())
        if posts and not self._let_through(room, visit):
            log.warning("too many requests for subscriptions", room=room)
            return Reply(429, self._ready[shown, "slow"].body, extra=[(b"retry-after", b"3600")])
        try:
            if room == "subscribe":
                floor = asyncio.sleep(self._floor)
                reply, _ = await asyncio.gather(self._db(self._counter.subscribe, visit), floor)
            else:
                reply = await self._db(self._counter.rooms[room], visit)
        except NotifierError as error:
            log.error("subscription not served", room=room, reason=str(error))
            return self._ready[shown, "trouble"]
        if posts:
            self._stirred()
        return reply

    def _place(self, path: str) -> tuple[str, str, str, str]:
        """Language (empty: the first one's addresses name none), room, token and what follows it."""
        first, *parts = path.strip("/").split("/")
        language = ""
        if first not in SEGMENTS:
            language, first = first, parts.pop(0)
        return language, first, parts[0] if parts else "", "/".join(parts[1:])

    def _asked_for(self, scope: Scope) -> str:
        """The first language, if the query says that this is meant and not the person's own."""
        try:
            query = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=_QUERY_FIELDS)
        except ValueError:
            return ""
        return self._pages.first if (IN, self._pages.first) in query else ""

    def _let_through(self, room: str, visit: Visit) -> bool:
        near, gates = neighbourhood(visit.source), self._gates
        if room == "subscribe":
            email = next(iter(visit.fields.get("email", ())), "").strip().casefold()[:_LONGEST_KEY]
            return (
                gates.client.take(near, visit.now)
                and (not email or gates.mailbox.take(email, visit.now))
                and gates.everybody.take("", visit.now)
            )
        return room == "unsubscribe" or gates.manage.take(near, visit.now)
