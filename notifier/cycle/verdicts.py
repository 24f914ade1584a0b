"""What goes into a judgement of what sources say, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notifier.cycle.witnesses import Decision, Name, Witness
from notifier.model import Edition

Decisions = Mapping[tuple[str, str, str], Decision]
"""By source, key and digest of the reading, what a person said of it last."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source as far as it matters here. ``stale``: it was not read for longer than it may be."""

    id: str
    name: str
    trusted: bool
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A reading that waits for a person.

    ``window`` is the one it is about, empty for a new one; ``differs`` are the facts that it tells otherwise.
    """

    witness: Witness
    window: str = ""
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows: new editions, the witnesses with what is believed of them, and the drafts.

    ``telling`` are the witnesses of each window, those included that say the same and are no reason for it.
    """

    editions: tuple[Edition, ...]
    witnesses: Mapping[Name, Witness]
    drafts: tuple[Draft, ...]
    telling: Mapping[str, tuple[Witness, ...]]
