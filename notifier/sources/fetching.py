"""One document over HTTP: bounded in time, size and redirects, conditional, polite, and never wiser than it says."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx2

from notifier.sources.document import Document
from notifier.sources.kind import SourceError
from notifier.sources.robots import EVERYTHING, LONGEST, Robots
from notifier.sources.statement import TroubleKind

PRODUCT = "notifier"
"""The name by which robots.txt may call us."""

ROBOTS_KEPT = timedelta(hours=24)
"""RFC 9309, 2.4: no longer than a day."""

LONGEST_WAIT = timedelta(days=2)
"""However long a server asks to be left alone, it is looked at again after this."""

_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})


def agent_of(version: str, site: str, contact: str) -> str:
    """The User-Agent: who asks, and where those who mind can turn to."""
    reachable = "; ".join(part for part in (f"+{site}", contact) if part)
    return f"{PRODUCT}/{version} ({reachable})".encode("ascii", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most one document may take: octets once unpacked, seconds for all of it, redirects."""

    octets: int = 4 * 1024 * 1024
    seconds: float = 60.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``etag`` and ``last_modified`` are those of the copy we have, as they were sent."""

    url: str = field(repr=False)
    accept: str = "*/*"
    etag: str = ""
    last_modified: str = ""
    obey_robots: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. ``document`` is ``None`` where our copy is still good; ``moved_to`` is set if it moved for good."""

    document: Document | None
    etag: str = ""
    last_modified: str = ""
    moved_to: str = field(default="", repr=False)


class Client:
    """Asks servers. Remembers robots.txt for a day; keeps no cookies and follows no environment."""

    def __init__(self, agent: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
        """``agent`` is the User-Agent; it should say where we can be reached. ``tls``: who may be believed."""
        self._agent = agent
        self._limits = limits or Limits()
        self._tls = tls
        self._robots: dict[str, tuple[datetime, Robots]] = {}
        self._client: httpx2.AsyncClient | None = None

    async def get(self, request: Request, now: datetime) -> Answer:
        """Fetch it. Raises :class:`SourceError` and nothing else for whatever happens on the way."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._follow(request, now)
        except TimeoutError:
            detail = f"no whole answer within {self._limits.seconds:g} s"
            raise SourceError(TroubleKind.AWAY, detail) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise SourceError(TroubleKind.AWAY, type(error).__name__) from None

    async def close(self) -> None:
        """Close what is open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _follow(self, request: Request, now: datetime) -> Answer:
        url, for_good, seen = request.url, True, {request.url}
        headers = {"Accept": request.accept}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        for _ in range(self._limits.redirects + 1):
            if request.obey_robots and not (await self._rules(url, now)).allow(url):
                raise SourceError(TroubleKind.FORBIDDEN, "robots.txt asks programs to stay away")
            answer = await self._one(url, headers, now)
            if isinstance(answer, Answer):
                moved = url if for_good and url != request.url else ""
                return Answer(answer.document, answer.etag, answer.last_modified, moved)
            status, target = answer
            target = urljoin(url, target).partition("#")[0]
            _check_redirect(url, target, request.url)
            if target in seen:
                raise SourceError(TroubleKind.REDIRECTED, "it redirects in a circle")
            seen.add(target)
            for_good &= status in _MOVED_FOR_GOOD
            url = target
        raise SourceError(TroubleKind.REDIRECTED, f"more than {self._limits.redirects} redirects")

    async def _rules(self, url: str, now: datetime) -> Robots:
        """What robots.txt of that server says to us; it is unreachable: everything is forbidden (2.3.1.4)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        kept = self._robots.get(origin)
        if kept is None or not kept[0] <= now < kept[0] + ROBOTS_KEPT:
            kept = self._robots[origin] = now, await self._robots_of(origin, now)
        return kept[1]

    async def _robots_of(self, origin: str, now: datetime) -> Robots:
        url = f"{origin}/robots.txt"
        for _ in range(self._limits.redirects + 1):
            try:
                answer = await self._one(url, {"Accept": "text/plain, */*;q=0.5"}, now, LONGEST)
            except SourceError as error:
                if error.kind in {TroubleKind.REFUSED, TroubleKind.TOO_BIG, TroubleKind.BAD_DATA}:
                    return EVERYTHING
                raise SourceError(error.kind, f"robots.txt: {error.detail}", error.retry_after) from None
            if isinstance(answer, Answer):
                body = answer.document.body if answer.document else b""
                return Robots.parse(body.decode("utf-8", "replace"), PRODUCT)
            target = urljoin(url, answer[1])
            _check_redirect(url, target, url)
            url = target
        return EVERYTHING

    async def _one(
        self, url: str, headers: dict[str, str], now: datetime, most: int | None = None
    ) -> Answer | tuple[int, str]:
        """One request: an answer, or the status and target of a redirect."""
        most = most or self._limits.octets
        asking = {**headers, "User-Agent": self._agent, "Accept-Encoding": "gzip"}
        async with self._opened().stream("GET", url, headers=asking) as answer:
            status = answer.status_code
            if status in _MOVED and "location" in answer.headers:
                return status, answer.headers["location"]
            etag = answer.headers.get("etag", headers.get("If-None-Match", ""))
            modified = answer.headers.get("last-modified", "")
            if status == 304 and ("If-None-Match" in headers or "If-Modified-Since" in headers):
                return Answer(None, etag, modified or headers.get("If-Modified-Since", ""))
            _check_status(status, answer.headers.get("retry-after", ""), now)
            body = await _body(answer, most)
            document = Document(body, answer.headers.get("content-type", ""), url, _date(modified))
            return Answer(document, answer.headers.get("etag", ""), modified)

    def _opened(self) -> httpx2.AsyncClient:
        if self._client is None:
            # One context for all: making it reads every certificate of the system.
            self._tls = self._tls or ssl.create_default_context()
            self._client = httpx2.AsyncClient(verify=self._tls, trust_env=False, timeout=self._limits.seconds)
        self._client.cookies.clear()
        return self._client


async def _body(answer: httpx2.Response, most: int) -> bytes:
    """The whole body, unpacked piece by piece, so that a small answer cannot become a big one in memory."""
    packing = answer.headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip"}:
        raise SourceError(TroubleKind.BAD_DATA, f"packed as {packing[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in packing else None
    body = bytearray()
    try:
        async for piece in answer.aiter_raw():
            body += unpacker.decompress(piece, most + 1 - len(body)) if unpacker else piece
            if len(body) > most:
                raise SourceError(TroubleKind.TOO_BIG, f"more than {most:,} octets")
    except (httpx2.RemoteProtocolError, httpx2.ReadError):
        raise SourceError(TroubleKind.CUT_SHORT, "the connection closed in the middle") from None
    except zlib.error:
        raise SourceError(TroubleKind.BAD_DATA, "says that it is packed, and is not") from None
    if unpacker and not unpacker.eof and body:
        raise SourceError(TroubleKind.CUT_SHORT, "the packed answer ends in the middle")
    return bytes(body)


def _check_status(status: int, retry_after: str, now: datetime) -> None:
    wait = _wait(retry_after, now)
    if status == 429 or (status == 503 and wait is not None):
        raise SourceError(TroubleKind.SLOW_DOWN, f"answered {status}", wait)
    if status >= 500 or status == 408:
        raise SourceError(TroubleKind.AWAY, f"answered {status}", wait)
    if status >= 400:
        raise SourceError(TroubleKind.REFUSED, f"answered {status}", wait)
    if status != 200:
        raise SourceError(TroubleKind.BAD_DATA, f"answered {status}")


def _wait(text: str, now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110, 10.2.3): seconds or a date."""
    if not text:
        return None
    moment = _date(text)
    if moment is None and not text.strip().isdecimal():
        return None
    asked = moment - now if moment else timedelta(seconds=min(int(text), LONGEST_WAIT.total_seconds()))
    return min(max(asked, timedelta(0)), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _check_redirect(here: str, there: str, asked: str) -> None:
    """A redirect goes to the web, stays encrypted, and does not lead into our own network."""
    parts = urlsplit(there)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SourceError(TroubleKind.REDIRECTED, "it redirects to what is no web address")
    if urlsplit(here).scheme == "https" and parts.scheme != "https":
        raise SourceError(TroubleKind.REDIRECTED, "it redirects to an address that is not encrypted")
    if _is_inside(parts.hostname) and parts.hostname != urlsplit(asked).hostname:
        raise SourceError(TroubleKind.REDIRECTED, "it redirects into a private network")


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
