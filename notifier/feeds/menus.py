"""Which preparations of an item serve whom: the same for many items, and reckoned in bits, one for each step."""

from __future__ import annotations

from collections.abc import Sequence, Set

from notifier.render import Key

_MOST_KNOWN = 4096


class Menu:
    """What some items offer: preparations by deadline, each with the means that it serves.

    A preparation with several deadlines is several steps; nobody is told of more than their earliest.
    """

    def __init__(self, offers: Sequence[tuple[str, Set[Key]]]) -> None:
        self._offers = offers
        self._known: dict[int, int] = {}

    def serving(self, keys: Set[Key]) -> int:
        """The steps that serve whoever has one of these."""
        return sum(1 << step for step, (_, those) in enumerate(self._offers) if not those.isdisjoint(keys))

    def chosen(self, steps: int) -> int:
        """Of these steps the earliest of each preparation."""
        found = self._known.get(steps)
        if found is None:
            first: dict[str, int] = {}
            for step, (what, _) in enumerate(self._offers):
                if steps >> step & 1:
                    first.setdefault(what, 1 << step)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[steps] = sum(first.values())
        return found
