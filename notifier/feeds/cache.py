"""Ready-made parts of feeds, kept by what they say, within a bound of memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

_BESIDES = 256  # bytes of names and table places that a part costs besides itself, roughly


class Parts:
    """Bytes of items and events, built once for each version and reused while feeds still use them.

    A feed is gathered in one call. Once ``limit`` bytes are full, parts that the last ``patience`` calls
    did not ask for make room for newer ones; parts still in use never do. Feeds are read from end to
    end, so throwing out the least recent part would throw out just what is asked for next, and a feed
    one part too large would find nothing ready. What finds no room is built anew each time.

    Not for several threads at once (nor is feedgen, which switches the locale of the whole process).
    """

    def __init__(self, limit: int, patience: int) -> None:
        self._limit = limit
        self._patience = patience
        self._kept: dict[Hashable, dict[str, bytes]] = {}
        self._used: dict[Hashable, dict[str, int]] = {}
        self._call = 0
        self._swept = 0
        self.size = 0

    def gather(
        self, shelf: Hashable, versions: Sequence[str], build: Callable[[int], bytes | None]
    ) -> list[bytes]:
        """The parts of a feed in order; ``build`` makes the one at an index that is not kept.

        Where it makes none, the feed goes without, and it is asked again next time.
        """
        self._call += 1
        if not versions:
            return []
        kept = self._kept.setdefault(shelf, {})
        self._used.setdefault(shelf, {}).update(dict.fromkeys(versions, self._call))
        parts: list[bytes] = []
        for index, ready in enumerate(map(kept.get, versions)):
            part = build(index) if ready is None else ready
            if part is None:
                continue
            if ready is None:
                self._keep(kept, versions[index], part)
            parts.append(part)
        return parts

    def peek(self, shelf: Hashable, version: str) -> bytes | None:
        """A part if it is ready; that somebody looked does not keep it."""
        return self._kept.get(shelf, {}).get(version)

    def _keep(self, kept: dict[str, bytes], version: str, part: bytes) -> None:
        cost = len(part) + _BESIDES
        if self.size + cost > self._limit and self._swept != self._call:
            self._swept = self._call  # once a call is enough: what is in use now stays in use
            self._sweep()
        if self.size + cost <= self._limit:
            self.size += cost if version not in kept else 0
            kept[version] = part

    def _sweep(self) -> None:
        oldest = self._call - self._patience
        for shelf, used in list(self._used.items()):
            kept = self._kept[shelf]
            for version in [version for version, call in used.items() if call < oldest]:
                del used[version]
                self.size -= len(kept.pop(version)) + _BESIDES if version in kept else 0
            if not used:
                del self._used[shelf], self._kept[shelf]
