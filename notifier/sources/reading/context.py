"""Where a sentence gets what it leaves out: its system and its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from notifier.sources.reading.affected import Found, affected, compact
from notifier.sources.reading.dates import Almanac, Dates
from notifier.sources.reading.findings import Kind
from notifier.sources.reading.numerals import Days, Spread
from notifier.sources.reading.page import Shape
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import Statement, kind_of, only_products, statement_of
from notifier.sources.reading.terms import Is
from notifier.sources.reading.vocabulary import BACK, LOST, MAY, OPEN_OR_SHUT, OWN_LABELS

_LABEL = 60
"""Characters: a longer line says more than a name."""

_NEAR = 6
"""Sentences: what stands further back is no longer what "the system" or "that day" means."""


class Context:
    """The sentences of a text, and what they lend each other."""

    def __init__(self, sentences: list[Sentence], almanac: Almanac) -> None:
        self._sentences = sentences
        self._almanac = almanac
        self._heads: list[list[int]] = []
        above: list[int] = []  # never changed, only replaced: sentences share it
        for number, sentence in enumerate(sentences):
            self._heads.append(above)
            if sentence.heads:
                kept = [
                    n
                    for n in above
                    if sentences[n].level < sentence.level or sentences[n].block == sentence.block
                ]
                above = [*kept, number]
        self._only: Found | None = None
        self._banks: set[str] | None = None

    def heads(self, number: int) -> list[Sentence]:
        """The headings above a sentence, nearest first."""
        return [self._sentences[n] for n in reversed(self._heads[number])]

    def before(self, number: int) -> list[Sentence]:
        """The sentences before one in its section, nearest first."""
        found: list[Sentence] = []
        for n in range(number - 1, max(-1, number - 1 - _NEAR), -1):
            if self._sentences[n].heads and self._sentences[n].block != self._sentences[number].block:
                break
            found.append(self._sentences[n])
        return found

    def about(self, number: int) -> bool:
        """True where what stands above or before makes the sentence one about an outage."""
        here = self._sentences[number]
        near = self.before(number)[:3]
        if any(
            _certain(s)
            for s in near
            if s.block == here.block or s.text.endswith(":") or s.shape == here.shape
        ):
            return True
        if here.shape in (Shape.ITEM, Shape.ROW):
            lead = next((s for s in self.before(number) if s.shape is not here.shape), None)
            if lead is not None and _certain(lead):
                return True
        following = self._sentences[number + 1 : number + 2]
        if any(s.statement.lost and BACK.search(s.folded) for s in following):
            return True
        heads = self.heads(number)[:2]
        if heads and not (heads[0].statement.about or heads[0].mentions or heads[0].days):
            heads = heads[:1] if not OWN_LABELS.search(heads[0].folded) else heads
        return any(s.statement.about for s in heads)

    def lead(self, number: int) -> list[Sentence]:
        """The sentence right before one in its block, where it gives no hours of its own."""
        return [
            s for s in self.before(number)[:1] if s.block == self._sentences[number].block and not s.ranges
        ]

    def statement(self, number: int, folded: str) -> Statement:
        """What a piece states; where it only names a time, what its sentence or the frame of its list states."""
        here = self._sentences[number]
        own = statement_of(folded)
        if own.about or here.statement.about:
            return own if own.about else here.statement
        following = self._sentences[number + 1 : number + 1 + _NEAR]
        behind = [s for s in following if s.block != here.block and s.text[:1].islower() and not s.ranges]
        for sentence in (*behind[:1], *self.before(number), *self.heads(number)[:2]):
            stated = sentence.statement
            if stated.about:
                return stated if stated.lost or MAY.search(sentence.folded) else replace(stated, maybe=False)
        return own

    def length(self, number: int) -> timedelta | None:
        """How long the heading or the sentence before says that it lasts: "10-godzinna przerwa"."""
        for sentence in (*self.lead(number), *self.heads(number)[:1]):
            lengths = [term.length for term in sentence.terms if term.what is Is.LENGTH]
            if len(lengths) == 1 and sentence.statement.about:
                return lengths[0]
        return None

    def banks(self) -> set[str]:
        """The banks that the text names."""
        if self._banks is None:
            self._banks = {
                m.system for s in self._sentences for m in s.mentions if m.system.startswith("bank.")
            }
        return self._banks

    def only_products_below(self, number: int) -> bool:
        """True where all that stands below a heading is about cards, transfers and machines."""
        below: list[str] = []
        for sentence in self._sentences[number + 1 : number + 1 + _NEAR]:
            if sentence.heads:
                break
            below.append(sentence.folded)
        return bool(below) and only_products(" ".join(below))

    def beside(self, number: int) -> list[Sentence]:
        """A sentence with those around it in its block."""
        here = self._sentences[number]
        return [s for s in self._sentences[max(0, number - 2) : number + 2] if s.block == here.block]

    def banks_above(self, number: int) -> bool:
        """True where the headings or the sentences before name a bank."""
        around = [*self.heads(number), *self.before(number)]
        return any(m.system.startswith("bank.") for s in around for m in s.mentions)

    # --- systems ---

    def systems(self, number: int) -> Found:
        """The systems of a sentence that names none itself."""
        here = self._sentences[number]
        near = self.before(number)
        if near and (label := self._label(near[0], here)) is not None:
            return label
        for sentence in near:
            if sentence.block == here.block and ((found := _lender(sentence)).systems or found.unknown):
                return Found(found.systems, found.problem, found.unknown, sentence.text)
        lead = next((s.block for s in near if s.text.endswith(":")), here.block)
        for sentence in near:
            if sentence.block == here.block or not (sentence.statement.about or sentence.block == lead):
                continue
            found = _lender(sentence)
            if found.systems or found.unknown:
                return Found(found.systems, found.problem, found.unknown, sentence.text)
        for sentence in self.heads(number):
            found = _lender(sentence)
            if found.unknown and not found.systems:
                return found
            if found.systems:
                unclear = (
                    len(
                        {
                            one.partition(".")[0] if not one.startswith("bank.") else one
                            for one in found.systems
                        }
                    )
                    > 1
                )
                several = unclear and not sentence.statement.about
                banks = sum(one.startswith("bank.") for one in found.systems) > 1
                return Found(
                    found.systems, "system-unclear" if several or banks else "", False, sentence.text
                )
        return self._after(number) or self._anywhere()

    @staticmethod
    def _label(before: Sentence, here: Sentence) -> Found | None:
        """A line with nothing but a name: what comes next is about it."""
        if before.block == here.block or len(before.text) > _LABEL or len(before.mentions) != 1:
            return None
        if before.days or before.ranges:
            return None
        found = _lender(before)
        around = len(before.text) - (before.mentions[0].end - before.mentions[0].start)
        if around > _LABEL // 3 or not (found.systems or found.unknown):
            return None
        return Found(found.systems, found.problem, found.unknown, before.text)

    def _listed_below(self, number: int) -> Found | None:
        """ "Nie będą działać:" and the lines below it."""
        here = self._sentences[number]
        if not here.text.endswith(":"):
            return None
        systems: list[str] = []
        for sentence in self._sentences[number + 1 : number + 1 + 2 * _NEAR]:
            if sentence.shape not in (Shape.ITEM, Shape.ROW) or sentence.ranges:
                break
            systems += affected(sentence).systems
        return Found(compact(tuple(systems)), "", False, here.text) if systems else None

    def _after(self, number: int) -> Found | None:
        here = self._sentences[number]
        if (below := self._listed_below(number)) is not None:
            return below
        for sentence in self._sentences[number + 1 : number + 3]:
            if sentence.heads or sentence.ranges or sentence.block > here.block + 1:
                break
            if sentence.block != here.block and not BACK.search(sentence.folded):
                break
            found = _lender(sentence)
            if found.systems and LOST.search(sentence.folded):
                return Found(found.systems, found.problem, False, sentence.text)
            if found.unknown:
                return found
        return None

    def _anywhere(self) -> Found:
        if self._only is None:
            groups: dict[tuple[str, ...], str] = {}
            for sentence in self._sentences:
                found = _lender(sentence)
                banks = all(one.startswith("bank.") for one in found.systems)
                if found.systems and (banks or sentence.heads or sentence.statement.about):
                    groups.setdefault(found.systems, sentence.text)
                if len(groups) > 1:
                    break
            systems = next(iter(groups)) if len(groups) == 1 else ()
            problem = "system-from-context" if systems else "missing-system"
            self._only = Found(systems, problem, False, groups.get(systems, ""))
        return self._only

    # --- days ---

    def days(self, number: int) -> tuple[Dates | None, str]:
        """The day of a sentence that names none: of the sentence before, the lead of the list, the heading."""
        here = self._sentences[number]
        near = [*self.before(number), *self.heads(number)]
        for sentence in [*near, *reversed(self._sentences[max(0, number - 3 * _NEAR) : number])]:
            if not sentence.days or sentence is here:
                continue
            known = [dates for days in sentence.days if (dates := self._almanac.dates(days)) is not None]
            if not known:
                continue
            last = known[-1]
            if "not-a-night" in last.problems and kind_of(sentence.folded) is Kind.MOVED:
                new, doubts = self._almanac.resolve(sentence.days[-1].days[-1])
                term = (new,) if new is not None else last.dates[-1:]
                return Dates(Spread.ONE, term, frozenset({*doubts, "day-from-context"})), sentence.text
            distinct = {date for dates in known for date in dates.dates}
            clear = len(known) == 1 or distinct == set(last.dates) or _one_night(sentence.days)
            fitting = sentence.statement.about or sentence.heads or sentence.block == here.block
            fitting = (fitting and sentence in near) or self._almanac.names_only(last.dates)
            problems = last.problems
            if not clear:
                problems = problems | {"day-unclear"}
            if not fitting or max(last.dates) < self._almanac.published:
                problems = problems | {"day-from-context"}
            return Dates(last.spread, last.dates, frozenset(problems)), sentence.text
        return None, ""

    def followed(self, number: int) -> bool:
        """True where one of the next sentences of the block gives the hours."""
        here = self._sentences[number]
        return any(s.ranges and s.block == here.block for s in self._sentences[number + 1 : number + 3])


def _certain(sentence: Sentence) -> bool:
    if OPEN_OR_SHUT.search(sentence.folded) and not sentence.mentions:
        return False
    return sentence.statement.planned or sentence.statement.lost


def _lender(sentence: Sentence) -> Found:
    """What a sentence lends to others: payments named in passing are never what "the system" means."""
    found = affected(sentence)
    return Found() if found.systems and all(one.startswith("payments") for one in found.systems) else found


def _one_night(days: list[Days]) -> bool:
    return len(days) == 1 and days[0].spread is Spread.NIGHT
