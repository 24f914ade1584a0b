"""The public tree as ready answers: one dictionary look-up, no work left to do per request."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote

Message = Mapping[str, Any]
"""One ASGI message. Ready ones are shared between requests and must not be changed by anybody."""

Headers = list[tuple[bytes, bytes]]

CACHE = (b"cache-control", b"max-age=300")
GUARD: Headers = [
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
"""Sent with every answer: nothing is loaded, framed or guessed, and nobody learns where a reader came from."""

ENCODINGS = (b"br", b"gzip")
"""The encodings that may be ready, the smallest first."""

_NOT = re.compile(rb"q\s*=\s*0(\.0*)?")

_TYPES = {
    "html": b"text/html; charset=utf-8",
    "rss": b"application/rss+xml; charset=utf-8",
    "atom": b"application/atom+xml; charset=utf-8",
    "ics": b"text/calendar; charset=utf-8",
    "json": b"application/json",
    "xml": b"application/xml; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
    "txt": b"text/plain; charset=utf-8",
}
_OPEN = ("rss", "atom", "ics", "json", "xml")
_TAG = re.compile(rb'"([^"-]*)[^"]*"')
_VARY = (b"vary", b"accept-encoding")
_LONGEST_LIST = 256
"""Bytes of a list of encodings that are read: there are five in the world."""
_INDEX = "index.html"


def content_type(path: str) -> bytes:
    """The media type by the name; a JSON file among the feeds is a JSON Feed."""
    kind = path.rpartition("/")[2].rpartition(".")[2]
    if kind == "json" and path.startswith("/feeds/"):
        return b"application/feed+json"
    if path.endswith("/cap.xml"):
        return b"application/cap+xml"
    return _TYPES.get(kind, b"application/octet-stream")


@dataclass(frozen=True, slots=True)
class Answer:
    """One address ready to send: the start of a 200, the start of a 304, and the body as ASGI messages."""

    body: bytes
    etag: bytes
    modified: datetime | None
    found: Message
    unchanged: Message
    content: Message
    packed: dict[bytes, Answer] = field(default_factory=dict, compare=False, repr=False)
    """The same by encoding, for those who take it; put in once it is ready."""

    _written: list[tuple[bytes, bytes, bytes]] = field(default_factory=list, compare=False, repr=False)

    def written(self, *, held: bool) -> tuple[bytes, bytes, bytes]:
        """Status line, headers and body of a 304 if it is held, else of a 200, as they go over the wire."""
        if not self._written:
            for status, start, body in (
                (b"HTTP/1.1 200 OK\r\n", self.found, self.body),
                (b"HTTP/1.1 304 Not Modified\r\n", self.unchanged, b""),
            ):
                headers = b"".join([b"%b: %b\r\n" % each for each in start["headers"]])
                self._written.append((status, headers + b"\r\n", body))
        return self._written[held]

    def encoded(self, name: bytes, body: bytes) -> Answer:
        """This answer with its body in an encoding."""
        etag = self.etag[:-1] + b"-" + name + b'"'
        instead = {b"etag": etag, b"content-length": str(len(body)).encode()}
        headers = [(key, instead.get(key, value)) for key, value in self.found["headers"]]
        valid = [(key, instead.get(key, value)) for key, value in self.unchanged["headers"]]
        return Answer(
            body,
            etag,
            self.modified,
            {**self.found, "headers": [*headers, (b"content-encoding", name)]},
            {**self.unchanged, "headers": valid},
            {"type": "http.response.body", "body": body},
        )

    def choose(self, headers: list[tuple[bytes, bytes]]) -> tuple[Answer, bool]:
        """The answer to a request with these headers, in the smallest encoding its client takes; whether it has it.

        It has it when it says so (RFC 9110, 13.1.2 and 13.1.3): ``If-None-Match`` is compared weakly and, where
        present, decides alone; a date that cannot be read is as if it had not been sent.
        """
        match = since = takes = None
        for name, value in headers:
            if name == b"if-none-match":
                match = value if match is None else match + b", " + value
            elif name == b"accept-encoding":
                takes = value if takes is None else takes + b", " + value
            elif name == b"if-modified-since":
                since = value
        answer = self
        if takes is not None and self.packed:
            for encoding in taken(takes[:_LONGEST_LIST]):
                if encoding in self.packed:
                    answer = self.packed[encoding]
                    break
        return answer, (match is not None or since is not None) and self._held(match, since)

    @classmethod
    def of(
        cls, path: str, body: bytes, modified: datetime | None = None, digest: str | None = None
    ) -> Answer:
        """Prepare ``body`` for ``path``. ``modified`` is when its facts last changed; ``None`` sends no date.

        ``digest`` is one of the body, where there is one already.
        """
        etag = b'"%b"' % (digest or hashlib.sha256(body).hexdigest())[:32].encode()
        valid: Headers = [(b"etag", etag), CACHE, _VARY]
        modified = _whole(modified)
        if modified is not None:
            valid.append((b"last-modified", format_datetime(modified, usegmt=True).encode()))
        kind = path.rpartition(".")[2]
        headers: Headers = [
            (b"content-type", content_type(path)),
            (b"content-length", str(len(body)).encode()),
            *valid,
            *GUARD,
        ]
        if kind in _OPEN:  # the same for everybody and asked for without credentials: any page may read it
            headers.append((b"access-control-allow-origin", b"*"))
        return cls(
            body,
            etag,
            modified,
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.start", "status": 304, "headers": valid},
            {"type": "http.response.body", "body": body},
        )

    def _held(self, match: bytes | None, since: bytes | None) -> bool:
        if match is not None:
            tag = self.etag[1:-1]
            return match == self.etag or match.strip() == b"*" or tag in _TAG.findall(match)
        if since is not None and self.modified is not None:
            held = _http_date(since)
            return held is not None and self.modified <= held
        return False


@functools.lru_cache(maxsize=256)
def taken(value: bytes) -> tuple[bytes, ...]:
    """The encodings that an ``Accept-Encoding`` takes, of those there are, the smallest first (RFC 9110, 12.5.3)."""
    weights: dict[bytes, bool] = {}
    for part in value.lower().split(b","):
        name, _, weight = part.partition(b";")
        weights[name.strip()] = not _NOT.fullmatch(weight.strip())
    other = weights.get(b"*", False)
    return tuple(name for name in ENCODINGS if weights.get(name, other))


def _whole(moment: datetime | None) -> datetime | None:
    """The moment as HTTP can say it: in UTC and whole seconds."""
    return None if moment is None else moment.astimezone(UTC).replace(microsecond=0)


def _http_date(value: bytes) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value.decode("ascii"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Answers:
    """All addresses of the tree. Never changed: a new tree is a new object, put in place by one assignment."""

    by_path: Mapping[str, Answer] = field(default_factory=dict)
    missing: bytes = b"404\n"
    missing_type: bytes = b"text/plain; charset=utf-8"

    @classmethod
    def of(
        cls,
        tree: Mapping[str, bytes],
        modified: Mapping[str, datetime] | None = None,
        before: Answers | None = None,
    ) -> Answers:
        """Prepare a tree. ``modified`` says per path when its facts last changed.

        ``before`` is the tree served so far: an answer whose bytes and date are the same is taken over, so a
        large tree of which little changed costs next to nothing.
        """
        dates = modified or {}
        old: Mapping[str, Answer] = {} if before is None else before.by_path
        by_path: dict[str, Answer] = {}
        for path, body in tree.items():
            answer, date = old.get(path), dates.get(path)
            if answer is None or answer.modified != _whole(date) or answer.body != body:
                answer = Answer.of(path, body, date)
            by_path[path] = answer
            folder, _, name = path.rpartition("/")
            if name == _INDEX:
                by_path[f"{folder}/"] = answer
        page = tree.get("/404.html")
        if page is None:
            return cls(by_path)
        return cls(by_path, page, content_type("/404.html"))

    def elsewhere(self, path: str) -> bytes | None:
        """Where a folder asked for without its closing slash lives, as a ``Location``; ``None`` if nowhere.

        Built from an address that exists and never from what was asked for alone.
        """
        known = f"{path}/"
        return quote(known).encode() if known in self.by_path else None
