"""Claims, between the outbox that they are taken from and the connections that take them on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

from notifier.mail.answer import Reply, Step
from notifier.mail.clock import Clock, within
from notifier.mail.forms import InStore
from notifier.mail.hand import Claim, Hand
from notifier.mail.letters import Letters
from notifier.mail.outbox import Outbox
from notifier.mail.pace import Pace
from notifier.mail.settings import DeliverySettings
from notifier.mail.suspects import Suspects

_MINUTES_AT_HAND = 5
"""Where mail is sent slowly, no more is claimed than goes in this time: the rest may have to make room for better."""


class Claims:
    """Takes claims from the outbox and hands them to whoever has a connection for them."""

    def __init__(
        self,
        outbox: Outbox,
        settings: DeliverySettings,
        clock: Clock,
        db: InStore,
        *,
        few: Callable[[], object],
        letters: Letters,
        on_the_way: Collection[int],
        unwritten: Collection[int],
    ) -> None:
        """``few`` is called when there are so few claims left that more should be taken.

        ``on_the_way`` are ids of mails that are being sent, ``unwritten`` of those that were sent although the
        outbox does not know it yet.
        """
        self.suspects = Suspects()
        self.waiting = 0  # connections that have nothing to do
        self.look_at: datetime | None = None  # None: as soon as few are left
        self._outbox = outbox
        self._settings = settings
        self._clock = clock
        self._db = db
        self._on_few = few
        self._letters = letters
        self._on_the_way = on_the_way
        self._unwritten = unwritten
        self._hand = Hand(Pace(settings.rate, settings.domain_rate))
        self._taken_over = False
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._hand)

    @property
    def few(self) -> bool:
        """Whether it is time to take more."""
        return len(self._hand.fresh) <= self._settings.claim // 2

    def due(self, now: datetime) -> bool:
        """Whether it is time to look into the outbox."""
        return self.look_at is None or now >= self.look_at

    def stir(self) -> None:
        """Let every connection that waits for a claim look whether it still should."""
        self._arrived.set()

    # --- from and to the outbox; one call at a time ----------------------------------------------------------

    async def take(self, now: datetime, limit: int) -> None:
        """Claim up to ``limit`` mails. Raises what the outbox raises."""
        settings = self._settings
        self.look_at = now + settings.look_again  # set first: a wake-up during the claim counts
        if not self._taken_over:
            await self._db(self._outbox.release, settings.owner)
            self._taken_over = True
        if settings.rate:
            limit = max(min(limit, settings.rate * _MINUTES_AT_HAND), 1)
        mails = await self._db(self._outbox.claim, settings.owner, now, settings.lease, limit)
        begin_before = now + settings.lease - settings.longest
        # After a long sleep of the machine even a lease on a mail being sent may have run out.
        fresh = [mail for mail in mails if not (mail.id in self._on_the_way or mail.id in self._unwritten)]
        async for row in self._letters.of(self.suspects.last(fresh)):
            self._hand.add([Claim(mail, begin_before, letter) for mail, letter in row])
            self._arrived.set()
        if len(mails) >= limit:
            self.look_at = None
        self._arrived.set()

    async def give_back(self) -> None:
        """Give up every claim of ours, also those on their way."""
        await self._db(self._outbox.release, self._settings.owner)
        self._hand.clear()

    async def put_off(self) -> None:
        """Give back, for later, what would wait too long for its domain's turn. Raises what the outbox raises."""
        put_off, self._hand.put_off = self._hand.put_off, []
        if put_off:
            later = [(claim.mail.id, moment) for claim, moment in put_off]
            await self._db(self._outbox.put_off, later, self._settings.owner)

    # --- to and from connections -----------------------------------------------------------------------------

    def pick(self, now: datetime) -> Claim | None:
        """The next claim worth beginning, which is the caller's then; ``None`` where there is none now."""
        while True:
            claim = self._hand.pick(now)
            if self._hand.put_off or (self.look_at is None and self.few):
                self._on_few()
            if claim is None or now < claim.begin_before:
                return claim
            # Too little is left of the lease to send it; when that has run out, it is claimed again.

    async def coming(self) -> bool:
        """Wait until there may be a claim, or reason to leave; false after being idle for long."""
        wait = self._hand.wait(self._clock.now())
        longest = min(wait or self._settings.idle, self._settings.idle)
        self._arrived.clear()
        self.waiting += 1
        try:
            came = await within(self._clock, longest.total_seconds(), self._arrived.wait())
        finally:
            self.waiting -= 1
        return came or wait is not None

    def unsent(self, claim: Claim, reply: Reply) -> bool:
        """Take back a claim on a mail that was surely not sent; true if it breaks every connection it is sent over.

        Then it is not taken back but for the caller to settle.
        """
        if reply.step is Step.MAIL and not reply.ahead:
            self._hand.back(claim, first=True)  # the relay had not even heard of it
        elif self.suspects.broke(claim.mail.id):
            return True
        else:
            self._hand.back(claim, first=False)
        return False
