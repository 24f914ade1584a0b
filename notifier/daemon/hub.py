"""Tells a hub which feeds have changed, so that it can tell those who read them (WebSub, W3C 2018, section 6)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode, urlsplit

import structlog

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds for one request."""

_KINDS = (".rss", ".atom", ".json")


def changed_feeds(tree: Mapping[str, bytes], before: Mapping[str, bytes]) -> list[str]:
    """The news feeds of a tree that are not as they were, by path."""
    return sorted(
        path
        for path, body in tree.items()
        if path.startswith("/feeds/") and path.endswith(_KINDS) and before.get(path) != body
    )


class HubTold:
    """Tells beside the loop, one request at a time; trouble is a line in the log and nothing more.

    A hub that was away misses one change and is told of the next: readers look by themselves as well.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._waiting: set[str] = set()
        self._telling: asyncio.Task[None] | None = None
        self._tls: ssl.SSLContext | None = None

    def tell(self, hub: str, topics: Iterable[str]) -> None:
        """Tell of these addresses, without waiting; what changes meanwhile is told afterwards."""
        self._waiting |= set(topics) if hub else set()
        if self._waiting and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._work(hub), name="hub")

    async def close(self) -> None:
        """Give up on what is under way."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _work(self, hub: str) -> None:
        while self._waiting:
            topics, self._waiting = sorted(self._waiting), set()
            reason = await self._reason(hub, topics)
            host = urlsplit(hub).hostname
            if reason:
                log.warning("hub could not be told", host=host, feeds=len(topics), reason=reason)
            else:
                log.debug("hub told", host=host, feeds=len(topics))

    async def _reason(self, hub: str, topics: list[str]) -> str:
        """Why it did not work; empty if it did."""
        # Here and not above: who has no hub does not pay for the client in memory.
        import httpx2  # noqa: PLC0415

        self._tls = self._tls or ssl.create_default_context()
        fields = [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]
        headers = {"User-Agent": "notifier", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            async with (
                asyncio.timeout(self._patience),
                httpx2.AsyncClient(verify=self._tls) as client,
                client.stream("POST", hub, content=urlencode(fields).encode(), headers=headers) as answer,
            ):
                return "" if answer.status_code < 300 else f"answered {answer.status_code}"
        except TimeoutError:
            return f"no answer within {self._patience:g} s"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return type(error).__name__
