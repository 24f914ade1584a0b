"""One webhook: a signed POST, with bounds on everything that the other end may do.

Addresses are the operator's own words, out of a file that only the operator writes. So none is refused for where it
leads, also not one in the house: nobody else can make this program call anywhere. For the same reason a redirect is
not followed, for then the other end would say where.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from notifier.hooks.answer import Answer, Meaning
from notifier.hooks.outcome import retry_after
from notifier.hooks.signing import signed
from notifier.store import ClaimedCall

PATIENCE = 15.0
"""Seconds for one try, from its beginning to the first line and headers of the answer. No more is read."""

_GONE = 410


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver. The address may hold a secret, as the key does: neither is shown."""

    id: str
    url: str = field(repr=False)
    key: bytes = field(repr=False)
    patience: float = PATIENCE

    async def send(self, call: ClaimedCall, now: datetime) -> Answer:
        """Post it once. Whatever the other end does, an answer comes back within :attr:`patience`."""
        # Here and not above: who has no webhooks does not pay for the client in memory.
        import httpx2  # noqa: PLC0415

        headers = {
            "content-type": "application/json",
            "user-agent": "notifier",
            **signed(self.key, call.message_id, now, call.body),
        }
        meant: Answer | None = None
        try:
            async with (
                asyncio.timeout(self.patience),
                httpx2.AsyncClient(verify=_tls(), follow_redirects=False, timeout=self.patience) as client,
                # The body of the answer is never read: its status is all there is to know.
                client.stream("POST", self.url, content=call.body, headers=headers) as answer,
            ):
                meant = _meant(answer.status_code, answer.headers.get("retry-after", ""), now)
        except TimeoutError:
            # Once there is an answer, trouble with hanging up does not matter.
            return meant or Answer(Meaning.LATER, None, f"no answer within {self.patience:g} s")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            # The name of its kind alone: the words may hold the address.
            return meant or Answer(Meaning.LATER, None, type(error).__name__)
        return meant


def _meant(code: int, after: str, now: datetime) -> Answer:
    if 200 <= code < 300:
        return Answer(Meaning.TAKEN, code, "taken")
    if code == _GONE:
        return Answer(Meaning.ENOUGH, code, "gone: wants no more")
    if 300 <= code < 400:
        return Answer(Meaning.LATER, code, "redirects, which is not followed")
    return Answer(Meaning.LATER, code, "not taken", retry_after(after, now) if after else timedelta(0))


@cache
def _tls() -> ssl.SSLContext:
    """One for all: making it reads every certificate of the system, each time."""
    return ssl.create_default_context()
