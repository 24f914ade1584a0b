"""A sign of life for a watchdog elsewhere: a request after each pass; when they stay away, it speaks up."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import structlog

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds for the whole request: it must be over well before the next pass."""

REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class PingSettings:
    """Where to ask (empty: nowhere), and whether failed passes are told as well."""

    url: str = field(default="", repr=False)
    failures: bool = False

    def address(self, *, well: bool) -> str:
        """What to ask for after a pass: nothing where ``""``, with ``/fail`` at its end after a failed one."""
        if well or not self.url:
            return self.url
        if not self.failures:
            return ""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))


class Ping:
    """Asks beside the loop, one request at a time; trouble is one line until it works again."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._asking: asyncio.Task[None] | None = None
        self._failed = ""
        self._tls: ssl.SSLContext | None = None

    def after(self, settings: PingSettings, *, well: bool) -> None:
        """Ask, without waiting for the answer. Where the last request is still under way, this one is left out."""
        address = settings.address(well=well)
        if address and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask(address))

    async def close(self) -> None:
        """Give up on what is under way."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self, address: str) -> None:
        reason = await self._reason(address)
        # Only the host: the rest of the address is what lets its bearer say that we are well.
        if reason and reason != self._failed:
            log.warning("ping failed", host=urlsplit(address).hostname, reason=reason)
        elif self._failed and not reason:
            log.info("ping works again", host=urlsplit(address).hostname)
        self._failed = reason

    async def _reason(self, address: str) -> str:
        """Why it did not work; empty if it did."""
        # Here and not above: who asks for no pings does not pay for the client in memory.
        import httpx2  # noqa: PLC0415

        # One for all requests: making it reads every certificate of the system, each time.
        self._tls = self._tls or ssl.create_default_context()
        try:
            async with (
                asyncio.timeout(self._patience),
                httpx2.AsyncClient(
                    verify=self._tls, follow_redirects=True, max_redirects=REDIRECTS
                ) as client,
                # Not read any further: whatever the answer says, its status is all we want to know.
                client.stream("GET", address, headers={"User-Agent": "notifier"}) as answer,
            ):
                return "" if answer.status_code < 400 else f"answered {answer.status_code}"
        except TimeoutError:
            return f"no answer within {self._patience:g} s"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return type(error).__name__
        except Exception:
            log.exception("ping failed unexpectedly")
            return "unexpected error"
