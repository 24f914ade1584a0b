"""What is known of the relay: how many connections it bears, and whether to try at all.

A relay that is away is met by one probe at a time, so that its absence costs nobody an attempt. One
that only bears fewer connections than configured is met with fewer. Pure: the caller says what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifier.mail.answer import Reply


@dataclass(frozen=True, slots=True)
class Away:
    """The relay takes nothing from us: since when, what it said last, and when it is asked again."""

    since: datetime
    reply: Reply
    probe_at: datetime
    wait: timedelta


class Health:
    """How the relay is doing, from what happened on connections to it."""

    def __init__(
        self,
        connections: int,
        *,
        probe_least: timedelta = timedelta(seconds=5),
        probe_most: timedelta = timedelta(seconds=60),
        hold: timedelta = timedelta(seconds=60),
    ) -> None:
        """``connections`` is the most to open; probing starts at ``probe_least`` and doubles to ``probe_most``.

        After the relay refused one more connection, no more are asked for during ``hold``.
        """
        self._most = connections
        self._probe_least = probe_least
        self._probe_most = probe_most
        self._hold = hold
        self._held_until: datetime | None = None
        #: How many connections may be open now: one until the first success, then twice as many at each.
        self.allowed = 1
        #: Set while the relay takes nothing from us.
        self.away: Away | None = None

    def may_connect(self, now: datetime) -> bool:
        """True unless the relay is away and the next probe is not due yet."""
        return self.away is None or now >= self.away.probe_at

    def worked(self, now: datetime) -> Away | None:
        """Note that the relay judged a mail. Gives the absence that ended with it, if one did."""
        ended, self.away = self.away, None
        if self._held_until is None or now >= self._held_until:
            self._held_until = None
            self.allowed = min(self._most, self.allowed * 2)
        return ended

    def trouble(self, reply: Reply, now: datetime, others: int) -> bool:
        """Note that a connection failed before it was of any use, while ``others`` were open.

        True when that is news: the relay has gone away, or stays away for another reason.
        """
        if others > 0 and self.away is None:
            # The others speak for the relay; it just does not want as many.
            self.allowed = others
            self._held_until = now + self._hold
            return False
        before, self.allowed = self.away, 1
        if before is None:
            self.away = Away(now, reply, now + self._probe_least, self._probe_least)
            return True
        wait = min(before.wait * 2, self._probe_most)
        self.away = replace(before, reply=reply, probe_at=now + wait, wait=wait)
        return before.reply.step is not reply.step
