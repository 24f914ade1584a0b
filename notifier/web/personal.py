"""Feeds for one person, at the addresses of everybody's feeds with a query: made in milliseconds, kept for a while.

What has to be looked up in the renderer is made ready beforehand and elsewhere; what is left is joining bytes,
which takes less time than handing the request to another thread would.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable

from notifier.feeds import Desk, ShelfName, Wish, WishError
from notifier.model import NotifierError
from notifier.web.answers import Answer
from notifier.web.memory import Memory

REMEMBERED = 32 << 20
"""Bytes of personal feeds kept at most, whatever is asked for."""

_PREFIX = "/feeds/"
_WAITING = 64
"""So many requests wait at most for a feed that is being made ready for the first time."""

InThread = Callable[[Callable[[], object]], Awaitable[object]]
"""Runs a call in the thread in which texts are made."""


class TooMany(NotifierError):
    """So many wait for the same that one more is asked to come again."""


class PersonalFeeds:
    """Answers to wishes, from one :class:`~notifier.feeds.Desk` at a time.

    ``ready`` runs a call where texts are made; ``refuse`` puts a :class:`~notifier.feeds.WishError` into words of
    a language.
    """

    def __init__(
        self, ready: InThread, refuse: Callable[[str, WishError], str], limit: int = REMEMBERED
    ) -> None:
        self._ready = ready
        self.refuse = refuse
        self._desk: Desk | None = None
        self._memory = Memory(limit)
        self._making: dict[ShelfName, asyncio.Task[object]] = {}
        self._waiting = 0

    @property
    def desk(self) -> Desk | None:
        """What feeds hold now. A new one forgets what was made of the old one."""
        return self._desk

    @desk.setter
    def desk(self, desk: Desk | None) -> None:
        self._desk = desk
        self._memory.clear()

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._memory.size

    async def answer(self, path: str, query: bytes, whole: Answer) -> Answer:
        """The feed at ``path`` as the query wishes it; ``whole`` is everybody's.

        Raises :class:`~notifier.feeds.WishError` for a wish that names what does not exist, and :class:`TooMany`.
        """
        wish, name, desk = Wish.of(query), shelf_name(path), self._desk
        if not wish or desk is None or name is None or not desk.has(name):
            return whole
        key = (path, wish)
        held = self._memory.get(key)
        if held is not None:
            return held
        desk.narrowing.names.check(wish, name[0], name[2])
        shelf = desk.shelves.get(name)
        if shelf is None:
            await self._made(desk, name)
            shelf = desk.shelves[name]
        feed = shelf.feed(wish)
        answer = Answer.of(path, feed.body, whole.modified, feed.digest)
        if desk is self._desk:
            self._memory.put(key, answer)
        return answer

    async def _made(self, desk: Desk, name: ShelfName) -> None:
        """Wait until a shelf is ready; whoever comes meanwhile waits for the same."""
        if self._waiting >= _WAITING:
            raise TooMany("too many wait for a feed")
        task = self._making.get(name)
        if task is None:
            task = asyncio.ensure_future(self._ready(functools.partial(desk.shelf, name)))
            self._making[name] = task
            task.add_done_callback(lambda _: self._making.pop(name, None))
        self._waiting += 1
        try:
            await asyncio.shield(task)
        finally:
            self._waiting -= 1
        if name not in desk.shelves:  # the task was for the desk before
            await self._made(desk, name)


def shelf_name(path: str) -> ShelfName | None:
    """``/feeds/patient.pl.ics`` -> ``("patient", "pl", "ics")``; ``None`` for what is not the path of a feed."""
    audience, _, rest = path.removeprefix(_PREFIX).rpartition(".")[0].rpartition(".")
    kind = path.rpartition(".")[2]
    return (audience, rest, kind) if path.startswith(_PREFIX) and audience and rest else None
