"""Advice as it was when it was told, derived again from the editions of that time.

A news item keeps saying what was true when it was published, so its bytes never change. Nothing is
stored for it: editions and moment give the same advice again.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.cycle.reconcile import Editions
from notifier.model import Advice, Interval, Window

ROOM = 4096
"""Advices kept ready; each is a few kilobytes."""


class History:
    """Answers "what would we have said of this window at that moment?"."""

    def __init__(self, network: Network, effects: Effects, editions: Editions, settle: timedelta) -> None:
        self.network = network
        self.effects = effects
        self.editions = editions
        self.settle = settle
        self._ready: OrderedDict[tuple[str, str, str, datetime], Advice] = OrderedDict()

    def advice(self, window: str, audience: str, number: int, digest: str, due: datetime) -> Advice:
        """The advice on edition ``number`` of a window as it was told at ``due``."""
        key = (window, audience, digest, due)
        if key not in self._ready:
            told = next(e.window for e in self.editions.of[window] if e.number == number)
            outlook = Outlook(self.network, self._around(told, due))
            self._keep(key, Adviser(outlook, self.effects).advise(told, audience))
        self._ready.move_to_end(key)
        return self._ready[key]

    def _keep(self, key: tuple[str, str, str, datetime], advice: Advice) -> None:
        self._ready[key] = advice
        while len(self._ready) > ROOM:
            self._ready.popitem(last=False)

    def _around(self, told: Window, moment: datetime) -> list[Window]:
        """The windows known at a moment that can bear on a window: its neighbours, and theirs."""
        known = [told]
        for editions in self.editions.of.values():
            settled = [e.window for e in editions if e.known_at + self.settle <= moment]
            if settled and settled[-1].id != told.id:
                known.append(settled[-1])
        near = [window for window in known if _near(window, told.interval)]
        return [w for w in known if w.id == told.id or any(_near(w, other.interval) for other in near)]


def _near(window: Window, interval: Interval) -> bool:
    """True when the two overlap or touch."""
    return window.start <= interval.until and interval.start <= window.interval.until
