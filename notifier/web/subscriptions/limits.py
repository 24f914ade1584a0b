"""How often somebody may ask: token buckets, in memory, never more than a fixed number of them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` requests at once, and one more after each ``every``."""

    burst: int
    every: timedelta


class Buckets:
    """One bucket for each key. Past ``most`` keys the one unused for longest is forgotten, full or not."""

    def __init__(self, rate: Rate, most: int = 10_000) -> None:
        self.rate = rate
        self._most = most
        self._level: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str, now: datetime) -> bool:
        """Take one token; False if none is left."""
        left, since = self._level.pop(key, (float(self.rate.burst), now))
        left = min(self.rate.burst, left + max(now - since, timedelta(0)) / self.rate.every)
        enough = left >= 1
        self._level[key] = (left - 1 if enough else left), now
        if len(self._level) > self._most:
            self._level.popitem(last=False)
        return enough


def neighbourhood(source: str) -> str:
    """The part of a client's address that one household or clinic shares: of IPv6 the first 64 bits."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
