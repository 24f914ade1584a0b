"""``/review``: the page on which an operator decides on drafts, behind HTTP basic authentication (RFC 7617).

The password is that of the house; the name is whoever decides, for the record. There is no cookie. A browser
sends the password along with any request to here, whoever made it do so; hence each form carries a token that
only a page of ours can have.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple, Protocol

import structlog

from notifier.web.asgi import Receive, Scope, Send
from notifier.web.subscriptions import incoming
from notifier.web.subscriptions.incoming import Unreadable
from notifier.web.subscriptions.pages import Reply

ROOM = "review"

SLOW = 1.0
"""Seconds that a wrong password costs; all who try one wait one after the other."""

_ASK = (b"www-authenticate", b'Basic realm="review", charset="UTF-8"')
_ALLOW = (b"allow", b"GET, HEAD, POST")
_LONGEST_NAME = 64

log = structlog.get_logger()


class Facts(NamedTuple):
    """What a person puts in place of what was read, as it was typed: an empty end is one that nobody knows."""

    start: str = ""
    end: str = ""
    systems: str = ""


class Desk(Protocol):
    """Where the drafts lie."""

    async def page(self, draft: str, token: str, said: str, facts: Facts | None = None) -> bytes | None:
        """All drafts, or the one of that id with what approving it would do; ``None`` if it does not wait.

        ``token`` goes into its form, ``said`` is what became of the last decision, ``facts`` are those that
        somebody has put in place of what was read.
        """

    async def decide(self, draft: str, *, approve: bool, who: str, facts: Facts | None) -> str:
        """Decide, on the reading as it is put here, and say what became of it."""


class ReviewPage:
    """Answers ``/review`` and ``/review/<id>``. ``key`` signs tokens and need not outlive the process."""

    def __init__(self, desk: Desk, password: str, key: bytes, *, slow: float = SLOW) -> None:
        self._desk = desk
        self._password = password.encode()
        self._key = key
        self._slow = slow
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        reply = await self._answer(scope, receive)
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        body = reply.body if scope["method"] != "HEAD" else b""
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return Reply(405, b"", extra=[_ALLOW])
        who = await self._who(scope)
        if who is None:
            return Reply(401, b"", extra=[_ASK])
        _, _, draft = scope["path"].strip("/").partition("/")
        said = ""
        if scope["method"] == "POST":
            try:
                data = await incoming.body(scope, receive)
                fields = incoming.form(incoming.header(scope, b"content-type"), data)
            except Unreadable as error:
                return Reply(error.status, b"", extra=[(b"connection", b"close")])
            sent, wanted, *facts = (
                next(iter(fields.get(name, ())), "").strip() for name in ("token", "do", *Facts._fields)
            )
            if not hmac.compare_digest(sent.encode(), self._token(who, draft).encode()):
                log.warning("decision on a draft refused: the form was not made here, or before a restart")
                return Reply(403, b"")
            if wanted not in ("look", "approve", "reject"):
                return Reply(400, b"")
            put = Facts(*facts) if any(facts) else None
            if wanted != "look":
                said = await self._desk.decide(draft, approve=wanted == "approve", who=who, facts=put)
            page = await self._desk.page(draft, self._token(who, draft), said, put)
            # It is decided, and waits no more: what else does?
            page = page or await self._desk.page("", "", said)
        else:
            page = await self._desk.page(draft, self._token(who, draft), said)
        return Reply(404, b"") if page is None else Reply(200, page)

    async def _who(self, scope: Scope) -> str | None:
        """The name of who asks with the right password."""
        kind, _, given = incoming.header(scope, b"authorization").partition(" ")
        if kind.lower() != "basic" or not given:
            return None
        try:
            name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name, password = "", ""
        right = hmac.compare_digest(_digest(password.encode()), _digest(self._password))
        if right and name.isprintable() and name.strip():
            return name.strip()[:_LONGEST_NAME]
        async with self._turn:
            await asyncio.sleep(self._slow)
        log.warning("wrong name or password at the review page")
        return None

    def _token(self, who: str, draft: str) -> str:
        return hmac.new(self._key, f"{who}\0{draft}".encode(), hashlib.sha256).hexdigest()


def _digest(secret: bytes) -> bytes:
    """Of one length for all, so that the time of a comparison tells nothing of it."""
    return hashlib.sha256(secret).digest()
