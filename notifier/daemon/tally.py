"""What became of mails since the start, counted where their outcomes are written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from notifier.mail import Outbox
from notifier.model import MailState
from notifier.store import ClaimedMail, Outcome

OUTCOMES = {
    MailState.SENT: "sent",
    MailState.REFUSED: "refused",
    MailState.WAITING: "deferred",
    MailState.EXPIRED: "expired",
}
"""What a mail was settled as -> the word for it in metrics; a mail may be deferred several times."""


class Tally:
    """Counts. Written in the store's thread and read in the loop's: each value by itself is whole."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter(dict.fromkeys(OUTCOMES.values(), 0))
        self.last_code: int | None = None
        self.spoke_at: datetime | None = None

    def note(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Take in what mails were settled as."""
        for outcome in outcomes:
            if outcome.state in OUTCOMES:
                self.outcomes[OUTCOMES[outcome.state]] += 1
            if outcome.code:
                self.last_code, self.spoke_at = outcome.code, now


class CountedOutbox:
    """The outbox, with a tally of what is settled in it."""

    def __init__(self, outbox: Outbox, tally: Tally) -> None:
        self._outbox = outbox
        self._tally = tally
        self.headers: Callable[[str], bytes] = outbox.headers
        self.body: Callable[[str], bytes] = outbox.body
        self.release: Callable[[str], object] = outbox.release
        self.put_off: Callable[[Sequence[tuple[int, datetime]], str], object] = outbox.put_off

    def claim(self, owner: str, now: datetime, lease: timedelta, limit: int) -> Sequence[ClaimedMail]:
        """See :class:`notifier.mail.Outbox`."""
        return self._outbox.claim(owner, now, lease, limit)

    def settle(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> int:
        """See :class:`notifier.mail.Outbox`."""
        settled = self._outbox.settle(outcomes, owner, now)
        self._tally.note(outcomes, now)
        return settled
