"""The store as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from notifier.store import moving, upkeep
from notifier.store.bounces import Bounces
from notifier.store.calls import Calls
from notifier.store.editions import Editions
from notifier.store.engine import Connections, connect
from notifier.store.errors import address, public
from notifier.store.hearsay import Hearsay
from notifier.store.holding import Holding
from notifier.store.marks import Marks
from notifier.store.migrate import prepare
from notifier.store.notices import Notices
from notifier.store.outbox import Outbox
from notifier.store.overview import Overview
from notifier.store.records import Pruned
from notifier.store.subscribers import Subscribers
from notifier.store.tellings import Tellings


class Store:
    """Everything that has to outlive the process, in one SQLite file or PostgreSQL database.

    Each call is a transaction of its own, or part of the one opened by :meth:`transaction`. All calls
    block, so an event loop makes them in a thread; calls from several threads take turns.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.editions = Editions(connections)
        self.notices = Notices(connections)
        self.subscribers = Subscribers(connections)
        self.outbox = Outbox(connections)
        self.holding = Holding(connections)
        self.overview = Overview(connections)
        self.tellings = Tellings(connections)
        self.marks = Marks(connections)
        self.bounces = Bounces(connections)
        self.hearsay = Hearsay(connections)
        self.calls = Calls(connections)

    @classmethod
    def open(cls, url: str, *, migrate: bool = True) -> Store:
        """Open ``sqlite:///path``, ``sqlite://`` (in memory) or ``postgresql://…``; makes the tables if need be.

        With ``migrate=False`` nothing is made or changed. Raises :class:`StoreError` with the reason.
        """
        parsed = address(url)
        shown = public(parsed)
        engine = connect(parsed, make=migrate)
        try:
            prepare(engine, shown, migrate=migrate)
        except BaseException:
            engine.dispose()
            raise
        return cls(Connections(engine, shown))

    @property
    def url(self) -> str:
        """The address without its password."""
        return self._connections.url

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all calls inside one transaction: kept together at the end, or not at all after an error.

        Transactions may be nested; the outermost one decides. Not to be kept open across an ``await``.
        """
        with self._connections.write():
            yield

    def prune(
        self,
        now: datetime,
        *,
        keep_bodies: timedelta = timedelta(days=30),
        keep_mails: timedelta = timedelta(days=400),
    ) -> Pruned:
        """Empty bodies, delete calls and mails settled longer ago than that; forget people whose time is over."""
        people = self.subscribers.upkeep(now)
        self.calls.prune(now, keep_bodies)
        return replace(upkeep.prune(self._connections, now, keep_bodies, keep_mails), people=people)

    def move_to(self, other: Store) -> Mapping[str, int]:
        """Copy everything into an empty store while nobody uses either; see :func:`notifier.store.moving.move`."""
        return moving.move(self._connections, other._connections)

    def close(self) -> None:
        """Close the connection. The store cannot be used afterwards."""
        self._connections.close()
