"""Ready answers that anybody may ask for: the ones asked for last, within a bound of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from notifier.web.answers import Answer

_BESIDES = 2048
"""Bytes that an answer costs besides its body: headers, names, places in tables; roughly, and rather too many."""


class Memory:
    """Answers by name. Counted in bytes, because one address may cost a thousand times what another does."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self.size = 0

    def get(self, name: Hashable) -> Answer | None:
        """The answer if it is kept; it is then the last one asked for."""
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    def put(self, name: Hashable, answer: Answer) -> None:
        """Keep an answer; those that were not asked for longest make room. One of an eighth is not kept."""
        cost = _cost(answer)
        if cost > self._limit // 8 or name in self._kept:
            return
        self._kept[name] = answer
        self.size += cost
        while self.size > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self.size -= _cost(oldest)

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self.size = 0


def _cost(answer: Answer) -> int:
    return len(answer.body) + _BESIDES
