"""One outcome as sentences: what can be done, by which ways, easiest first, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.model import Profile
from notifier.render.outcome import Outcome, Standing, StepOutcome, Way
from notifier.render.voice import Voice, capital

FEW = 5
"""How many banks are named inside a sentence; of more, the first ones and a number."""

MANY_WAYS = 7
"""How many ways one sentence names; of more, the easiest and a number."""

MARKED = (Standing.WORKS, Standing.PREPARED, Standing.SLOW)
"""Ways that are named as such; a mark in brackets says what is special about them."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a message tells in another place, so that no sentence has to repeat it.

    ``unknown`` and ``slow`` are methods that stand so wherever they occur; ``banks`` are named by the
    first sentence as out of order.
    """

    unknown: frozenset[str] = frozenset()
    slow: frozenset[str] = frozenset()
    banks: frozenset[str] = frozenset()


class Sentences:
    """Writes for one message: a deadline is spelled out at its first mention only.

    ``deadlines`` are those that the message has spelled out already.
    """

    def __init__(
        self, voice: Voice, profile: Profile, elsewhere: Elsewhere, deadlines: Iterable[datetime] = ()
    ) -> None:
        self.voice = voice
        self.profile = profile
        self._elsewhere = elsewhere
        self._deadlines = set(deadlines)

    def can(self, cans: Sequence[str], outcome: Outcome) -> str:
        """What can be done and how, as sentences of which the first begins with a small letter."""
        voice, can = self.voice, self.voice.clauses(cans)
        if outcome.merely_slow:
            return voice.say("works-slowly", can=can)
        if not outcome.steps:
            return voice.say("works-simply", can=can)
        if outcome.one_step:
            return " ".join(self._one_step(can, outcome.steps[0]))
        key = "works-simply" if self.profile else "works-steps"  # with means named, each step has its own
        return " ".join((voice.say(key, can=can), *map(self.step, outcome.steps)))

    def step(self, step: StepOutcome) -> str:
        """One of several abilities that a task takes, by name."""
        voice, name = self.voice, self.step_name(step.step)
        ways, doubtful = step.standing(*MARKED), step.standing(Standing.DOUBTFUL)
        said = []
        if ways:
            said += [voice.say("step-by", step=name, by=self._by(ways)), *self._prepare(ways)]
        if doubtful:
            said.append(voice.say("step-perhaps", step=name, by=self._by(doubtful)))
        if not said:
            said = [voice.say("step-none-yours" if self.profile else "step-none", step=name)]
        return " ".join((*said, *self.unknown(step)))

    def step_name(self, step: str) -> str:
        """The name of an ability that a task takes."""
        key = f"step-{step}"
        return self.voice.say(key if key in self.voice.phrases else "step-other")

    def unknown(self, step: StepOutcome) -> Iterator[str]:
        """The ways of which nobody knows whether they work, as far as that is not so everywhere."""
        ways = step.standing(Standing.UNKNOWN)
        methods = [way.method for way in ways if way.method not in self._elsewhere.unknown]
        if methods:
            yield self.voice.sentence("works-unknown", methods=self.names(methods))

    def names(self, methods: Iterable[str]) -> str:
        """Names of methods one after another, in the order of the catalogue."""
        places = {method: place for place, method in enumerate(self.voice.catalogue.methods)}
        return ", ".join(self.voice.method(method) for method in sorted(methods, key=lambda m: places[m]))

    def named(self, way: Way) -> str:
        """The name of a way with the condition on it."""
        marks = [self.voice.say("mark-prepared")] if way.standing is Standing.PREPARED else []
        return in_brackets(self.voice.method(way.method), marks)

    def with_banks(self, method: str, banks: Sequence[str]) -> str:
        """The name of a method with the banks it is about."""
        marks = [self.voice.some([self.voice.bank(bank) for bank in banks], FEW)] if banks else []
        return in_brackets(self.voice.method(method), marks)

    def _one_step(self, can: str, step: StepOutcome) -> Iterator[str]:
        voice = self.voice
        ways, doubtful = step.standing(*MARKED), step.standing(Standing.DOUBTFUL)
        if ways:
            yield voice.say("works-by", can=can, by=self._by(ways))
            yield from self._prepare(ways)
            if doubtful:
                yield voice.sentence("works-perhaps-also", by=self._by(doubtful))
        else:
            yield voice.say("works-perhaps", can=can, by=self._by(doubtful))
        yield from self.unknown(step)

    def _by(self, ways: Sequence[Way]) -> str:
        named = ways if len(ways) <= MANY_WAYS else ways[: MANY_WAYS - 1]
        said = [in_brackets(self.voice.method(way.method, "by"), self._marks(way)) for way in named]
        if len(named) < len(ways):
            said.append(self.voice.say("other-ways", n=len(ways) - len(named)))
        return self.voice.either(said)

    def _marks(self, way: Way) -> Iterator[str]:
        """What is special about a way: at which banks, how fast, on which condition."""
        voice, lost = self.voice, way.at(Standing.LOST)
        if self.profile and way.banks:
            yield voice.some([voice.bank(bank) for bank in way.banks], FEW)
        elif lost and len(way.banks) <= 3 < len(lost):
            yield voice.say("mark-only", at=voice.join(map(voice.bank_at, way.banks)))
        elif len(lost) > 1 and self._elsewhere.banks.issuperset(lost):
            yield voice.say("mark-not-these")
        elif lost:
            yield voice.say("mark-not", at=voice.some_at(lost, FEW))
        if way.standing is Standing.SLOW and way.method not in self._elsewhere.slow:
            yield voice.say("mark-slow")
        if way.standing is Standing.PREPARED:
            yield voice.say("mark-prepared")

    def _prepare(self, ways: Iterable[Way]) -> Iterator[str]:
        """By when to prepare, each moment at its first mention only."""
        voice = self.voice
        for by in dict.fromkeys(way.by for way in ways if way.by is not None):
            if by not in self._deadlines:
                self._deadlines.add(by)
                key = "works-deadline-passed" if voice.at is not None and voice.at >= by else "works-deadline"
                heading = voice.say("heading-prepare")
                yield voice.sentence(key, before=voice.dates.before(by), heading=heading)


def in_brackets(text: str, marks: Iterable[str]) -> str:
    """The text with remarks in brackets; brackets that it ends with take them in."""
    remarks = ", ".join(marks)
    if not remarks:
        return text
    return f"{text[:-1]}, {remarks})" if text.endswith(")") else f"{text} ({remarks})"


def sentence(text: str, *more: str) -> str:
    """Sentences side by side, the first with a capital letter."""
    return " ".join((capital(text), *more))
