"""How fast mail may go: so many a minute in all, and so many to any one domain. Pure.

A mailbox provider that gets ten thousand mails at once puts most of them off; given at its own pace, it takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NONE = timedelta(0)
_MINUTE = timedelta(minutes=1)
_KEPT = 10_000


@dataclass(slots=True)
class Bucket:
    """Lets ``rate`` a minute through, evenly; of what was not used one second's worth is kept, and no more."""

    rate: int
    _next: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """How long until the next one may go; :data:`NONE` for at once."""
        if self._next is None:
            return NONE
        spare = max(self.rate // 60 - 1, 0) * (_MINUTE / self.rate)
        return max(self._next - spare - now, NONE)

    def take(self, now: datetime) -> None:
        """Note that one went."""
        self._next = max(self._next or now, now) + _MINUTE / self.rate


class Pace:
    """The buckets of one sender. A rate, in mails a minute, of 0 is no limit."""

    def __init__(self, rate: int = 0, domain_rate: int = 0) -> None:
        """``rate`` is for all mail together, ``domain_rate`` for that to each domain."""
        self.domain_rate = domain_rate
        self.boundless = not (rate or domain_rate)
        self._all = Bucket(rate) if rate else None
        self._domains: dict[str, Bucket] = {}

    def wait(self, now: datetime) -> timedelta:
        """How long until any mail may go."""
        return NONE if self._all is None else self._all.wait(now)

    def domain_wait(self, domain: str, now: datetime) -> timedelta:
        """How long until a mail to that domain may go, as far as the domain has a say."""
        bucket = self._domains.get(domain)
        return NONE if bucket is None else bucket.wait(now)

    def take(self, domain: str, now: datetime) -> None:
        """Note that a mail to that domain goes."""
        if self._all is not None:
            self._all.take(now)
        if self.domain_rate:
            if len(self._domains) >= _KEPT:
                # One that is ready again is as good as a new one.
                self._domains = {name: kept for name, kept in self._domains.items() if kept.wait(now)}
            self._domains.setdefault(domain, Bucket(self.domain_rate)).take(now)
