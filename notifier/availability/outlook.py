"""Windows laid over a network: how every condition stands at every instant.

The sweep cuts time at every edge of a window and keeps one snapshot (a byte a condition) for each
piece. Equal snapshots are the same object. A changed window recomputes only the time it touches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain, compress

from notifier.availability.network import Network
from notifier.model import FOREVER, Impact, Interval, Status, SystemState, Verdict, Window

DAWN = datetime.min.replace(tzinfo=UTC)

_UNKNOWN = int(Verdict.UNKNOWN)

_REMEMBERED = 20_000
"""Combinations of states whose snapshot is remembered: a few megabytes."""


def state_of(window: Window) -> SystemState:
    """What a window says of its systems while it lasts."""
    if not window.counts:
        return SystemState.UP
    if window.status is Status.TENTATIVE:
        return SystemState.UNCERTAIN
    return SystemState.DOWN if window.impact is Impact.OUTAGE else SystemState.DEGRADED


class Outlook:
    """All windows known at some moment, as pieces of time with a snapshot each.

    Piece ``i`` is ``[times[i], times[i + 1])``; the first begins before all windows, the last never
    ends. Windows that count for nothing (cancelled, no impact) are kept out.
    """

    def __init__(self, network: Network, windows: Iterable[Window]) -> None:
        self.network = network
        self._interned: dict[bytes, bytes] = {network.calm: network.calm}
        self._by_states: dict[bytes, bytes] = {}
        self._arrange([window for window in windows if window.counts])
        self.times, self.snapshots = self._sweep(self.windows, DAWN, FOREVER)

    def updated(self, removed: Iterable[Window], added: Iterable[Window]) -> Outlook:
        """The outlook after some windows changed; only the time they touch is computed again."""
        gone = {window.id for window in removed}
        fresh = [window for window in added if window.counts]
        touched = [window for window in self.windows if window.id in gone] + fresh
        new = Outlook.__new__(Outlook)
        new.network, new._interned, new._by_states = self.network, self._interned, self._by_states
        new._arrange([window for window in self.windows if window.id not in gone] + fresh)
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

    def at(self, moment: datetime) -> bytes:
        """The snapshot that holds at an instant."""
        return self.snapshots[self.piece_at(moment)]

    def piece_at(self, moment: datetime) -> int:
        """The number of the piece that holds an instant."""
        return bisect_right(self.times, moment) - 1

    def lost_since(self, condition: int, moment: datetime) -> datetime:
        """Start of the merged stretch, containing ``moment``, in which a condition cannot be relied on."""
        return self.times[self.first_lost(condition, self.piece_at(moment))]

    def first_lost(self, condition: int, piece: int) -> int:
        """The same by numbers of pieces: the first one from which on a condition is lost until ``piece``."""
        snapshots = self.snapshots
        while piece > 0 and snapshots[piece - 1][condition] <= _UNKNOWN:
            piece -= 1
        return piece

    def pieces(self, interval: Interval) -> Iterator[tuple[Interval, bytes]]:
        """The pieces of an interval, cut to it, in order; neighbours with equal snapshots are one."""
        start, snapshot = interval.start, b""
        for piece in self.numbers(interval):
            if snapshot:
                yield Interval(start, self.times[piece]), snapshot
                start = self.times[piece]
            snapshot = self.snapshots[piece]
        yield Interval(start, interval.end), snapshot

    def numbers(self, interval: Interval) -> list[int]:
        """The numbers of these pieces. The first may begin before the interval does."""
        first = self.piece_at(interval.start)
        last = bisect_left(self.times, interval.until, first + 1)
        snapshots = self.snapshots
        return [
            first,
            *(piece for piece in range(first + 1, last) if snapshots[piece] is not snapshots[piece - 1]),
        ]

    def overlapping(self, interval: Interval) -> Iterator[Window]:
        """The windows that share an instant with the interval, in the order of their starts."""
        found = [window for window in self._endless if window.start < interval.until]
        found.extend(self._between(interval.start, bisect_left(self._starts, interval.until)))
        return iter(sorted(found, key=_order))

    def touching(self, interval: Interval) -> Iterator[Window]:
        """The windows that overlap the interval or begin or end exactly where it ends or begins."""
        tick = timedelta.resolution
        end = None if interval.until == FOREVER else interval.until + tick
        return self.overlapping(Interval(max(interval.start, DAWN + tick) - tick, end))

    def covering(self, moment: datetime) -> list[Window]:
        """The windows that hold at an instant, in the order of their starts."""
        found = [window for window in self._endless if window.start <= moment]
        found.extend(self._between(moment, bisect_right(self._starts, moment)))
        return sorted(found, key=_order)

    def snapshot_of(self, windows: Iterable[Window]) -> bytes:
        """The snapshot that would hold if these windows did, and no others."""
        up = SystemState.UP
        states = [up] * len(self.network.leaves)
        for window in windows:
            state = state_of(window)
            for leaf in self._leaves(window):
                if state < states[leaf]:
                    states[leaf] = state
        key = bytes(states)
        found = self._by_states.get(key)
        if found is None:
            touched = [
                self.network.conditions_of_leaf[leaf] for leaf, at in enumerate(states) if at is not up
            ]
            found = self.network.snapshot(states, set(chain.from_iterable(touched)))
            if len(self._by_states) >= _REMEMBERED:
                self._by_states.clear()
            found = self._by_states[key] = self._interned.get(found, found)
        return found

    def _between(self, moment: datetime, stop: int) -> Iterator[Window]:
        """Of the windows with a known end the first ``stop``, those that end after a moment."""
        start = bisect_right(self._latest, moment)  # all before this one have ended
        return compress(self._ended[start:stop], map(moment.__lt__, self._ends[start:stop]))

    def _arrange(self, windows: list[Window]) -> None:
        self.windows = sorted(windows, key=_order)
        self._endless = [window for window in self.windows if window.end is None]
        self._ended = [window for window in self.windows if window.end is not None]
        self._starts = [window.start for window in self._ended]
        self._ends = [window.end for window in self._ended if window.end is not None]
        self._latest = list(accumulate(self._ends, max))

    def _sweep(
        self, windows: Sequence[Window], low: datetime, high: datetime
    ) -> tuple[list[datetime], list[bytes]]:
        network = self.network
        edges: dict[datetime, list[tuple[int, SystemState, tuple[int, ...]]]] = {}
        for window in windows:
            leaves = self._leaves(window)
            state = state_of(window)
            edges.setdefault(max(window.start, low), []).append((1, state, leaves))
            if window.interval.until < high:
                edges.setdefault(window.interval.until, []).append((-1, state, leaves))
        counts = [[0, 0, 0] for _ in network.leaves]
        states = [SystemState.UP] * len(network.leaves)
        now = bytearray(network.calm)
        times, snapshots = [low], [network.calm]
        for time in sorted(edges):
            dirty: set[int] = set()
            for step, state, leaves in edges[time]:
                for leaf in leaves:
                    counts[leaf][state] += step
                    dirty.add(leaf)
            if not self._apply(dirty, counts, states, now):
                continue
            snapshot = bytes(now)
            snapshot = self._interned.setdefault(snapshot, snapshot)
            if time == times[-1]:
                snapshots[-1] = snapshot
            elif snapshot is not snapshots[-1]:
                times.append(time)
                snapshots.append(snapshot)
        return times, snapshots

    def _apply(
        self, dirty: Iterable[int], counts: list[list[int]], states: list[SystemState], now: bytearray
    ) -> bool:
        """Bring states and verdicts up to date after counts changed; True when a verdict did."""
        network, conditions = self.network, set[int]()
        for leaf in dirty:
            down, uncertain, degraded = counts[leaf]
            state = (
                SystemState.DOWN
                if down
                else SystemState.UNCERTAIN
                if uncertain
                else SystemState.DEGRADED
                if degraded
                else SystemState.UP
            )
            if state is not states[leaf]:
                states[leaf] = state
                conditions.update(network.conditions_of_leaf[leaf])
        changed = False
        for index in conditions:
            verdict = network.conditions[index].verdict(states)
            if now[index] != verdict:
                now[index] = verdict
                changed = True
        return changed

    def _leaves(self, window: Window) -> tuple[int, ...]:
        if len(window.systems) == 1:
            return self.network.leaves_below(window.systems[0])
        return tuple({leaf for system in window.systems for leaf in self.network.leaves_below(system)})


def _order(window: Window) -> tuple[datetime, str]:
    return window.start, window.id
