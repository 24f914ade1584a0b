"""Conditions: requirement trees that several rows share, and what they come to as systems go up and down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from notifier.model import BANK, AllOf, Needs, Requirement, SystemState, Verdict

OF_STATE = {
    (SystemState.UP, True): Verdict.USABLE,
    (SystemState.UP, False): Verdict.USABLE,
    (SystemState.DEGRADED, True): Verdict.DEGRADED,
    (SystemState.DEGRADED, False): Verdict.DEGRADED,
    (SystemState.UNCERTAIN, True): Verdict.UNKNOWN,
    (SystemState.UNCERTAIN, False): Verdict.UNKNOWN,
    (SystemState.DOWN, True): Verdict.UNUSABLE,
    (SystemState.DOWN, False): Verdict.UNKNOWN,
}
"""Verdict of one leaf by (state, certain): an outage of what is only perhaps needed proves nothing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One requirement tree with the positions of its leaf systems in the network.

    ``known`` remembers the verdict for each combination of states met so far; there are few.
    """

    index: int
    tree: Requirement
    leaves: tuple[int, ...]
    pick: Callable[[Sequence[SystemState]], object]
    known: dict[object, Verdict] = field(default_factory=dict, compare=False)

    def verdict(self, states: Sequence[SystemState]) -> Verdict:
        """The verdict while the leaf systems of the network stand as in ``states``."""
        key = self.pick(states)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _evaluate(self.tree, [states[leaf] for leaf in self.leaves])
        return found


def leaves_of(tree: Requirement) -> Iterator[Needs]:
    """The leaves of a requirement from left to right, repeats included."""
    if isinstance(tree, Needs):
        yield tree
    else:
        for part in tree.parts:
            yield from leaves_of(part)


def picker(indexes: tuple[int, ...]) -> Callable[[Sequence[object]], object]:
    """What takes those places out of a sequence as one hashable key, at the speed of C."""
    return itemgetter(*indexes) if indexes else lambda _: ()


def _evaluate(tree: Requirement, states: Iterable[SystemState]) -> Verdict:
    """Verdict of a tree whose leaves, from left to right, are in these states."""
    rest = iter(states)

    def verdict(part: Requirement) -> Verdict:
        if isinstance(part, Needs):
            return OF_STATE[next(rest), part.certain]
        found = [verdict(child) for child in part.parts]  # every leaf must be consumed: no short cut
        if isinstance(part, AllOf):
            return min(found, default=Verdict.USABLE)
        return max(found, default=Verdict.USABLE)

    return verdict(tree)


def at_bank(tree: Requirement, bank: str | None, dropped: tuple[str, ...]) -> Requirement:
    """The tree with the bank in place of the placeholder and without the systems a bank replaces."""
    if isinstance(tree, Needs):
        if tree.system in dropped:
            return AllOf()
        return Needs(bank, tree.certain, tree.facts) if tree.system == BANK and bank else tree
    return type(tree)(tuple(at_bank(part, bank, dropped) for part in tree.parts))


def flat(tree: Requirement) -> Requirement:
    """The same requirement in a normal form, so that equal conditions are found to be equal."""
    if isinstance(tree, Needs):
        return tree
    parts: list[Requirement] = []
    for part in map(flat, tree.parts):
        parts.extend(part.parts if isinstance(part, AllOf) and isinstance(tree, AllOf) else [part])
    unique = tuple(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else type(tree)(unique)
