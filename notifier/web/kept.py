"""What was made before, for as long as it is made of the same things."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """A cache of two generations: what one round did not ask for is gone after it.

    So it never holds more than two rounds' worth, and what is asked for each time is made once.
    """

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[Hashable, T]] = {}
        self._now: dict[Hashable, tuple[Hashable, T]] = {}
        self.made = 0
        """How much had to be made in this round."""

    def turn(self) -> None:
        """Begin a new round."""
        self._before, self._now, self.made = self._now, {}, 0

    def get(self, name: Hashable, of: Hashable, make: Callable[[], T]) -> T:
        """What ``name`` is: as it was if it is made ``of`` the same as before, else made now."""
        held = self._now.get(name) or self._before.get(name)
        if held is None or held[0] != of:
            held = (of, make())
            self.made += 1
        self._now[name] = held
        return held[1]

    def __len__(self) -> int:
        """How much is held from this round."""
        return len(self._now)
