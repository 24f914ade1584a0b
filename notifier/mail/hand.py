"""The claims at hand, in the order in which they go: those to a domain that has had enough step aside. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from notifier.mail.letters import Written
from notifier.mail.pace import NONE, Pace
from notifier.store import ClaimedMail

_ASIDE = timedelta(seconds=30)
"""How long a claim may step aside; what would wait longer goes back into the outbox for that time."""

_MINUTE = timedelta(minutes=1)


class Claim(NamedTuple):
    """A claimed mail, the moment after which its lease is too short to begin sending it, and its letter."""

    mail: ClaimedMail
    begin_before: datetime
    letter: Written = None


class Hand:
    """Claims that wait for a connection."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.fresh: deque[Claim] = deque()  # nobody has looked at them yet
        self._aside: dict[str, deque[Claim]] = {}
        self._booked: dict[str, datetime] = {}  # the last moment for which a mail to the domain was put off
        self._share = max(int(pace.domain_rate * (_ASIDE / _MINUTE)), 1)
        self.put_off: list[tuple[Claim, datetime]] = []

    def __len__(self) -> int:
        """How many claims could go as far as is known; those aside count as one, for somebody has to wait for them."""
        return len(self.fresh) + bool(self._aside)

    def add(self, claims: Iterable[Claim]) -> None:
        """Take more claims, behind the others."""
        self.fresh.extend(claims)

    def back(self, claim: Claim, *, first: bool) -> None:
        """Take a claim back that was picked and could not be sent."""
        if first:
            self.fresh.appendleft(claim)
        else:
            self.fresh.append(claim)

    def clear(self) -> None:
        """Forget all claims."""
        self.fresh.clear()
        self._aside.clear()
        self.put_off.clear()

    def pick(self, now: datetime) -> Claim | None:
        """The next claim that may go now, which counts as gone; ``None`` where there is none."""
        if self._pace.boundless:
            return self.fresh.popleft() if self.fresh else None
        if self._pace.wait(now):
            return None
        for domain, aside in self._aside.items():
            if not self._pace.domain_wait(domain, now):
                claim = aside.popleft()
                if not aside:
                    del self._aside[domain]
                self._pace.take(domain, now)
                return claim
        while self.fresh:
            claim = self.fresh.popleft()
            domain = claim.mail.email.rpartition("@")[2].lower()
            if domain not in self._aside and not self._pace.domain_wait(domain, now):
                self._pace.take(domain, now)
                return claim
            self._step_aside(claim, domain, now)
        return None

    def wait(self, now: datetime) -> timedelta | None:
        """How long until a claim that is at hand may go; ``None`` where none is."""
        if not self:
            return None
        waits = [self._pace.domain_wait(domain, now) for domain in self._aside]
        return max(self._pace.wait(now), NONE if self.fresh else min(waits))

    def _step_aside(self, claim: Claim, domain: str, now: datetime) -> None:
        aside = self._aside.setdefault(domain, deque())
        if len(aside) < self._share:
            aside.append(claim)
            return
        # Put off one behind the other, at the domain's own pace, so that each comes back once.
        self._booked = {name: moment for name, moment in self._booked.items() if moment > now}
        moment = self._booked.get(domain, now + _ASIDE) + _MINUTE / self._pace.domain_rate
        self._booked[domain] = moment
        self.put_off.append((claim, moment))
