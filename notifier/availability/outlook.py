"""Windows laid over a network: how every condition stands at every instant.

The sweep cuts time at every edge of a window and keeps one snapshot (a byte a condition) for each
piece. Equal snapshots are the same object. A changed window recomputes only the time it touches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from functools import lru_cache

from notifier.availability.network import Network
from notifier.availability.shelf import Shelf, neighbours
from notifier.model import FOREVER, Impact, Interval, Status, SystemState, Verdict, Window, ancestors

DAWN = datetime.min.replace(tzinfo=UTC)

_UNKNOWN = int(Verdict.UNKNOWN)

_DOWN, _UNCERTAIN, _DEGRADED, _UP = SystemState

_MOST = 1 << 20
"""More windows than ever hold at once."""

_WEIGHTS = {_DOWN: _MOST * _MOST, _UNCERTAIN: _MOST, _DEGRADED: 1, _UP: 0}
"""What each window adds to the weight on a system: the sum tells the worst state of all."""

_REMEMBERED = 5_000
"""How many moments are remembered as text: less than a megabyte."""


def state_of(window: Window) -> SystemState:
    """What a window says of its systems while it lasts."""
    return _STATES[window.status, window.impact]


def _state(status: Status, impact: Impact) -> SystemState:
    if status is Status.CANCELLED or impact is Impact.NONE:
        return SystemState.UP
    if status is Status.TENTATIVE:
        return SystemState.UNCERTAIN
    return SystemState.DOWN if impact is Impact.OUTAGE else SystemState.DEGRADED


_STATES = {(status, impact): _state(status, impact) for status in Status for impact in Impact}


@lru_cache(_REMEMBERED)
def text_of(moment: datetime) -> str:
    """A moment as digests write it."""
    return moment.isoformat()


def _worst(weight: int) -> SystemState:
    """The worst state among windows that weigh so much together."""
    if weight >= _MOST * _MOST:
        return _DOWN
    return _UNCERTAIN if weight >= _MOST else _DEGRADED if weight else _UP


class Outlook:
    """All windows known at some moment, as pieces of time with a snapshot each.

    Piece ``i`` is ``[times[i], times[i + 1])``; the first begins before all windows, the last never
    ends. Windows that count for nothing (cancelled, no impact) are kept out.
    """

    def __init__(self, network: Network, windows: Iterable[Window]) -> None:
        self.network = network
        self._interned: dict[bytes, bytes] = {network.calm: network.calm}
        self._shelf = Shelf(window for window in windows if window.counts)
        self._by_system: dict[str, Shelf] | None = None
        self._above: dict[str, list[Shelf]] = {}
        self._neighbours: dict[str, frozenset[str]] = {}
        self.times, self.snapshots = self._sweep(self.windows, DAWN, FOREVER)

    def updated(self, removed: Iterable[Window], added: Iterable[Window]) -> Outlook:
        """The outlook after some windows changed; only the time they touch is computed again."""
        gone = {window.id for window in removed}
        fresh = [window for window in added if window.counts]
        touched = ([window for window in self.windows if window.id in gone] if gone else []) + fresh
        new = Outlook.__new__(Outlook)
        new.network, new._interned = self.network, self._interned
        new._shelf = self._shelf.changed(gone, fresh)
        new._by_system = None if self._by_system is None else self._changed_shelves(touched, gone, fresh)
        new._above = {}
        new._neighbours = {
            system: found.union(new._around(system, fresh)) for system, found in self._neighbours.items()
        }
        new.times, new.snapshots = self.times, self.snapshots
        if touched:
            low = min(window.start for window in touched)
            high = max(window.interval.until for window in touched)
            times, snapshots = new._sweep(list(new.overlapping(Interval(low, high))), low, high)
            before, after = bisect_left(self.times, low), bisect_left(self.times, high)
            if high != FOREVER and (after == len(self.times) or self.times[after] != high):
                times.append(high)
                snapshots.append(self.snapshots[after - 1])
            new.times = self.times[:before] + times + self.times[after:]
            new.snapshots = self.snapshots[:before] + snapshots + self.snapshots[after:]
        return new

    @property
    def windows(self) -> Sequence[Window]:
        """All windows that count, in the order of their starts."""
        return self._shelf.windows

    def at(self, moment: datetime) -> bytes:
        """The snapshot that holds at an instant."""
        return self.snapshots[self.piece_at(moment)]

    def piece_at(self, moment: datetime) -> int:
        """The number of the piece that holds an instant."""
        return bisect_right(self.times, moment) - 1

    def lost_since(self, condition: int, moment: datetime) -> datetime:
        """Start of the merged stretch, containing ``moment``, in which a condition cannot be relied on."""
        piece, snapshots = self.piece_at(moment), self.snapshots
        while piece > 0 and snapshots[piece - 1][condition] <= _UNKNOWN:
            piece -= 1
        return self.times[piece]

    def pieces(self, interval: Interval) -> Iterator[tuple[Interval, bytes]]:
        """The pieces of an interval, cut to it, in order; neighbours with equal snapshots are one."""
        start, snapshot = interval.start, b""
        first, last = self.span(interval.start, interval.end)
        for piece in range(first, last + 1):
            if snapshot is self.snapshots[piece]:
                continue
            if snapshot:
                yield Interval(start, self.times[piece]), snapshot
                start = self.times[piece]
            snapshot = self.snapshots[piece]
        yield Interval(start, interval.end), snapshot

    def span(self, start: datetime, end: datetime | None) -> tuple[int, int]:
        """The numbers of the first and the last of these pieces. The first may begin before ``start``."""
        first = bisect_right(self.times, start) - 1
        stop = len(self.times) if end is None else bisect_left(self.times, end, first + 1)
        return first, stop - 1

    def overlapping(self, interval: Interval) -> Sequence[Window]:
        """The windows that share an instant with the interval, in the order of their starts."""
        return self._shelf.overlapping(interval)

    def touching(self, interval: Interval) -> Sequence[Window]:
        """The windows that overlap the interval or begin or end exactly where it ends or begins."""
        return self._shelf.touching(interval.start, interval.until)

    def above(self, system: str) -> Sequence[Shelf]:
        """The windows on a system or on one above it, by the name they give."""
        found = self._above.get(system)
        if found is None:
            shelves = self._shelves()
            found = self._above[system] = [shelves[name] for name in ancestors(system) if name in shelves]
        return found

    def neighbours(self, system: str) -> frozenset[str]:
        """The ids of those windows on a system or above it that touch or overlap another such window.

        After changes there may be some more that did so before.
        """
        found = self._neighbours.get(system)
        if found is None:
            found = self._neighbours[system] = neighbours(self.above(system))
        return found

    def covering(self, moment: datetime) -> Sequence[Window]:
        """The windows that hold at an instant, in the order of their starts."""
        return self._shelf.covering(moment)

    def without(self, window: Window, others: Iterable[Window], piece: int) -> bytes:
        """The snapshot of a piece if there were no such window; ``others`` hold as the piece begins."""
        states = [SystemState.UP] * len(self.network.leaves)
        for other in others:
            state = state_of(other)
            for leaf in self.network.leaves_below(other.systems):
                if state < states[leaf]:
                    states[leaf] = state
        return self.network.snapshot(
            states, self.network.conditions_below(window.systems), self.snapshots[piece]
        )

    def _around(self, system: str, fresh: Iterable[Window]) -> Iterator[str]:
        """The ids of new windows on a system or above it, and of those that they touch or overlap there."""
        names = ancestors(system)
        for window in fresh:
            if not set(window.systems).isdisjoint(names):
                for shelf in self.above(system):
                    near = shelf.touching(window.start, window.end or FOREVER)
                    yield from (other.id for other in near)

    def _shelves(self) -> dict[str, Shelf]:
        """The windows by each system they name; made when first asked for."""
        if self._by_system is None:
            found: dict[str, list[Window]] = {}
            for window in self.windows:
                for system in window.systems:
                    found.setdefault(system, []).append(window)
            self._by_system = {system: Shelf(windows) for system, windows in found.items()}
        return self._by_system

    def _changed_shelves(
        self, touched: Iterable[Window], gone: Set[str], fresh: Sequence[Window]
    ) -> dict[str, Shelf]:
        """The same after some windows changed; the other shelves are shared."""
        shelves = dict(self._shelves())
        for system in {system for window in touched for system in window.systems}:
            new = [window for window in fresh if system in window.systems]
            shelves[system] = shelves.get(system, Shelf(())).changed(gone, new)
        return shelves

    def _sweep(
        self, windows: Sequence[Window], low: datetime, high: datetime
    ) -> tuple[list[datetime], list[bytes]]:
        network, interned = self.network, self._interned
        edges = defaultdict[datetime, list[tuple[int, tuple[int, ...]]]](list)
        for window in windows:
            weight, leaves = _WEIGHTS[state_of(window)], network.leaves_below(window.systems)
            edges[max(low, window.start)].append((weight, leaves))
            if window.end is not None and window.end < high:
                edges[window.end].append((-weight, leaves))
        weights = [0] * len(network.leaves)
        states = [SystemState.UP] * len(network.leaves)
        now = bytearray(network.calm)
        times, snapshots = [low], [network.calm]
        for time in sorted(edges):
            stale = set[int]()
            for weight, leaves in edges[time]:
                for leaf in leaves:
                    weights[leaf] = total = weights[leaf] + weight
                    state = _worst(total)
                    if state is not states[leaf]:
                        states[leaf] = state
                        stale.update(network.conditions_of_leaf[leaf])
            if not stale:
                continue
            for index in stale:
                now[index] = network.conditions[index].verdict(states)
            snapshot = bytes(now)
            snapshot = interned.setdefault(snapshot, snapshot)
            if time == times[-1]:
                snapshots[-1] = snapshot
            elif snapshot is not snapshots[-1]:
                times.append(time)
                snapshots.append(snapshot)
        return times, snapshots
