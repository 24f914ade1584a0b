"""What holds for a method or a bank wherever it stands: said once, after the tasks.

Which banks still serve is told when people have to look for another way through their bank, and never
when everything about banks is as on any other day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notifier.model import Advice, Catalogue, Interval, ancestors
from notifier.render.outcome import Standing, TaskOutcome, Way, standing_of, ways_of
from notifier.render.sentences import FEW, MARKED, Sentences

MANY = 16
"""How many banks are named in a line of their own."""

_DOUBTS = (
    (Standing.UNKNOWN, "note-banks-unknown"),
    (Standing.DOUBTFUL, "note-banks-doubtful"),
    (Standing.SLOW, "note-banks-slow"),
)


class Notes:
    """Notes on the ways of one advice: methods that stand the same wherever they occur.

    ``hopeless`` are lost, ``open`` unknown, ``slow`` slow; ``dim`` are lost at some banks and unknown at
    the others. Where an essential task has one cause, that cause is told and no method is called lost.
    """

    def __init__(self, advice: Advice, found: Sequence[TaskOutcome], catalogue: Catalogue) -> None:
        self.advice = advice
        self.found = found
        self.ways = list(ways_of(found))
        self.one_cause = any(task.essential and task.usual.cause for task in found)
        possible = any(task.usual.possible for task in found)
        lost, unknown = self._always(Standing.LOST), self._always(Standing.UNKNOWN)
        self.hopeless = lost if possible and not self.one_cause else frozenset()
        self.open = unknown if possible else frozenset()
        self.dim = self._always(Standing.UNKNOWN, Standing.LOST) - unknown if possible else frozenset()
        self.slow = self._always(Standing.SLOW, Standing.DOUBTFUL, Standing.UNKNOWN)
        self._touched = {
            (row.method, row.bank, standing_of(row, catalogue))
            for _, part, row in advice.answers()
            if row.because and not part.answer.cause
        } - {(row.method, row.bank, Standing.DOUBTFUL) for _, _, row in advice.answers()}

    @property
    def told(self) -> frozenset[str]:
        """The methods of which the notes say that nobody knows, so that no task has to."""
        return self.open | self.dim

    def doubts(self, say: Sentences) -> Iterator[str]:
        """Which banks serve and where it is not certain; what is slow; what nobody knows; what is lost for hours."""
        voice, searching = say.voice, self._searching(say)
        if searching and not say.profile:
            yield from self._serving(say)
        yield from self._setbacks(say)
        for standing, key in _DOUBTS:
            for method in dict.fromkeys(way.method for way in self.ways if way.method not in self.dim):
                banks = [
                    bank
                    for bank in self._banks(method, standing)
                    if searching or (method, bank, standing) in self._touched
                ]
                if banks:
                    yield voice.sentence(key, method=voice.method(method), at=voice.some_at(banks, FEW))
        placeless = []
        for method in dict.fromkeys(way.method for way in self.ways if way.method in self.dim):
            banks = self._all_banks(method, Standing.UNKNOWN)
            if banks:
                at = voice.some_at(banks, FEW)
                yield voice.sentence("note-banks-dim", method=voice.method(method), at=at)
            else:
                placeless.append(method)
        if any(task.usual.possible and not task.usual.merely_slow for task in self.found) and self.slow:
            yield voice.sentence("note-slow", methods=say.names(self.slow))
        touched = {method for method, _, standing in self._touched if standing is Standing.UNKNOWN}
        methods = [method for method in self.open if self.hopeless or method in touched]
        methods += [method for method in placeless if method not in methods]
        if methods and not self.one_cause:
            yield voice.sentence("note-unknown", methods=say.names(methods))

    def losses(self, say: Sentences) -> Iterator[str]:
        """The methods that are lost, and the banks whose customers lose every way through their bank."""
        if not self.hopeless or say.profile:  # the lost means of one person have a place of their own
            return
        yield say.voice.sentence("note-lost", n=len(self.hopeless), methods=say.names(self.hopeless))
        best: dict[str, Standing] = {}
        for way in self.ways:
            for standing, banks in ((way.standing, way.banks), *way.others):
                for bank in banks:
                    best[bank] = min(standing, best.get(bank, standing))
        lost = [bank for bank in best if best[bank] is Standing.LOST and not self._of_window(bank)]
        if lost and len(lost) < len(best):
            yield say.voice.sentence("note-banks-lost", at=say.voice.some_at(lost, FEW + 1))

    def _searching(self, say: Sentences) -> bool:
        """True when a way through the bank works at no bank, so that people look for another one."""
        methods = say.voice.catalogue.methods
        return any(methods[method].per_bank for method in self.hopeless | self.dim)

    def _serving(self, say: Sentences) -> Iterator[str]:
        banks: dict[str, dict[str, None]] = {}
        for way in self.ways:
            if way.banks and way.standing in MARKED:
                banks.setdefault(way.method, {}).update(dict.fromkeys(way.banks))
        for method, found in banks.items():
            names = say.voice.some([say.voice.bank(bank) for bank in found], MANY)
            yield say.voice.sentence("note-banks", method=say.voice.method(method), banks=names)

    def _setbacks(self, say: Sentences) -> Iterator[str]:
        """What is lost on top during a part of the time, each part once for all tasks."""
        lost: dict[Interval, dict[str, dict[str, None]]] = {}
        for task in self.found:
            for interval, outcome in task.exceptions if task.usual.possible else ():
                for method, banks in task.usual.setbacks(outcome) or ():
                    lost.setdefault(interval, {}).setdefault(method, {}).update(dict.fromkeys(banks))
        for interval in sorted(lost):
            said = [say.with_banks(method, list(banks)) for method, banks in lost[interval].items()]
            when = say.voice.dates.when(interval)
            yield say.voice.sentence("note-setback", when=when, methods=", ".join(said))

    def _banks(self, method: str, standing: Standing) -> list[str]:
        """The banks where a method stands so while it stands better at others."""
        mixed = (way for way in self.ways if way.method == method and way.standing is not standing)
        return list(dict.fromkeys(bank for way in mixed for bank in way.at(standing)))

    def _all_banks(self, method: str, standing: Standing) -> list[str]:
        ways = (way for way in self.ways if way.method == method)
        return list(dict.fromkeys(bank for way in ways for bank in way.at(standing)))

    def _always(self, needed: Standing, *others: Standing) -> frozenset[str]:
        """The methods that stand so somewhere, and everywhere else in one of the other ways."""
        seen: dict[str, set[Standing]] = {}
        for way in self.ways:
            seen.setdefault(way.method, set()).update(_standings(way))
        allowed = {needed, *others}
        return frozenset(method for method, found in seen.items() if needed in found and found <= allowed)

    def _of_window(self, system: str) -> bool:
        return any(above in self.advice.window.systems for above in ancestors(system))


def _standings(way: Way) -> Iterator[Standing]:
    yield way.standing
    yield from (standing for standing, _ in way.others)
