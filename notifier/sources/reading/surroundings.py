"""What stands around a sentence: its headings, the sentences before it, and what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from notifier.sources.reading.affected import is_unknown_bank
from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.later import ends_only, length_told
from notifier.sources.reading.questions import asks_something_else, asks_what_fails, question_before
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import Statement, is_failure, only_products, statement_of
from notifier.sources.reading.times.edges import Edge
from notifier.sources.reading.times.terms import Is
from notifier.sources.reading.vocabulary import (
    ACCESS,
    BACK,
    DOWN,
    LIMITED,
    MAY,
    NO_LOGIN,
    OWN_BANK,
    SAME_TIME,
    WORK,
)

NEAR = 6
"""Sentences: what stands further back is no longer what "the system" or "that day" means."""


_DEEPEST = 24
"""Headings above one another; no page has more, and a hostile one may have thousands in one paragraph."""

_CLEARING = re.compile(
    r"\b(?:rozliczymy|zrealizujemy|realizujemy|zaksiegujemy|ksiegujemy)\b|\b(?:dzien|dni|dniem) operacyjn"
    r"|\bsesj\w+ elixir|\belixir\w* - |\b(?:zlecenia|przelewy|dyspozycje) (?:\w+ ){1,3}po (?:godz|\d)"
    r"|\brozliczenia miedzybankowe"
    r"|\b(?:dla|u) naszych klientow\b|\bnasi klienci\b|\bnaszym klientom\b|\b(?:zarzad|dyrekcja) banku\b"
)
"""What a bank tells its customers at the end of a year: until when it takes their orders."""

_HUB = re.compile(r"\bkrajow\w+ izb\w+ rozliczeniow|\bkir\b|\boperator\w* blik|\bpolski\w* standard\w* platn")


class Surroundings:
    """The sentences of a text, and what they lend each other."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self._sentences = sentences
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
                above = [*kept[-_DEEPEST:], number]
        self._banks: set[str] | None = None

    def heads(self, number: int) -> list[Sentence]:
        """The headings above a sentence, nearest first."""
        return [self._sentences[n] for n in reversed(self._heads[number])]

    def before(self, number: int) -> list[Sentence]:
        """The sentences before one in its section, nearest first."""
        found: list[Sentence] = []
        for n in range(number - 1, max(-1, number - 1 - NEAR), -1):
            if self._sentences[n].heads and self._sentences[n].block != self._sentences[number].block:
                break
            found.append(self._sentences[n])
        return found

    def behind(self, number: int) -> list[Sentence]:
        """The sentences behind one, nearest first, until another time or another bank is told of."""
        found: list[Sentence] = []
        for sentence in self._sentences[number + 1 : number + 1 + 2 * NEAR]:
            anew = sentence.heads and not sentence.text[:1].islower()
            if sentence.ranges or (anew and (sentence.days or sentence.mentions)):
                break
            found.append(sentence)
        return found

    def answers_something_else(self, number: int) -> bool:
        """True for an answer to a question about cards, orders, telephones, or to one what goes on working."""
        asked = question_before(self._sentences, number)
        answer = [s for s in self._sentences[number : number + 3] if s.block == self._sentences[number].block]
        return bool(asked) and asks_something_else(asked, answer)

    def answers_what_fails(self, number: int) -> bool:
        """True for the answer to "Co nie będzie działać?"."""
        return asks_what_fails(question_before(self._sentences, number))

    def works_by_lead(self, number: int) -> bool:
        """True for an item of a list of what works: "Zalogujesz się wtedy przez:"."""
        here = self._sentences[number]
        if here.shape not in (Shape.ITEM, Shape.ROW):
            return False
        lead = next((s for s in self.before(number) if s.shape is not here.shape), None)
        return (
            lead is not None and lead.text.endswith(":") and lead.statement.works and not lead.statement.about
        )

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
        following = self._sentences[number + 1 : number + 1 + NEAR]
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
        here = self._sentences[number]
        behind = (s for s in self._sentences[number + 1 : number + 2] if s.block == here.block)
        return next((length for s in behind if (length := length_told(s)) is not None), None)

    def end_above(self, number: int) -> Edge | None:
        """The end that only the heading tells: "Przerwa potrwa do 6:00"."""
        for head in self.heads(number)[:1]:
            if len(head.ranges) == 1 and ends_only(head.ranges[0]) and head.statement.about:
                return head.ranges[0].end
        return None

    def items_below(self, number: int) -> list[Sentence]:
        """The lines of the list that stands right below a sentence, as far as they have no hours."""
        found: list[Sentence] = []
        for sentence in self._sentences[number + 1 : number + 1 + 2 * NEAR]:
            if sentence.shape not in (Shape.ITEM, Shape.ROW) or sentence.ranges:
                break
            found.append(sentence)
        return found

    def banks(self) -> set[str]:
        """The banks that the text names."""
        if self._banks is None:
            self._banks = {
                m.system for s in self._sentences for m in s.mentions if m.system.startswith("bank.")
            }
        return self._banks

    def only_products_below(self, number: int) -> bool:
        """True where all that stands below a heading, or in a list that it leads, is about cards and transfers."""
        leads, listed = self._sentences[number].text.endswith(":"), None
        below: list[str] = []
        for sentence in self._sentences[number + 1 : number + 1 + NEAR]:
            if sentence.heads or (listed and sentence.shape is not listed):
                break
            if leads and sentence.shape in (Shape.ITEM, Shape.ROW):
                listed = sentence.shape
            below.append(sentence.folded)
        return bool(below) and only_products(" ".join(below))

    def login_added(self, number: int) -> Sentence | None:
        """The next sentence, where it adds logging in to what is lost or limited in the same hours."""
        here = self._sentences[number]
        for sentence in self._sentences[number + 1 : number + 2]:
            again = SAME_TIME.search(sentence.folded) or BACK.search(sentence.folded)
            down = not sentence.mentions and (
                DOWN.search(sentence.folded) or NO_LOGIN.search(sentence.folded)
            )
            hit = sentence.statement.lost or sentence.statement.maybe
            lost = (again and hit) or down or LIMITED.search(sentence.folded)
            if sentence.block == here.block and lost and not sentence.ranges and not sentence.hints:
                return sentence if ACCESS.search(sentence.folded) else None
        return None

    def planned_before(self, number: int) -> bool:
        """True where the text leads to the sentence with planned work, and with no failure."""
        before = self.before(number)
        return any(WORK.search(s.folded) for s in before) and not any(is_failure(s.folded) for s in before)

    def beside(self, number: int) -> list[Sentence]:
        """A sentence with those around it in its block; the next one only without hours of its own."""
        here = self._sentences[number]
        near = self._sentences[max(0, number - 2) : number + 1]
        near += [s for s in self._sentences[number + 1 : number + 2] if not s.ranges]
        return [s for s in near if s.block == here.block]

    def says(self, pattern: re.Pattern[str]) -> bool:
        """True where the pattern is found anywhere in the text."""
        return any(pattern.search(sentence.folded) for sentence in self._sentences)

    def of_one_bank(self) -> bool:
        """True where a bank speaks for itself without its name: "godziny pracy naszego banku", its clearing."""
        return self.says(OWN_BANK) or (self.says(_CLEARING) and not self.says(_HUB))

    def banks_above(self, number: int) -> bool:
        """True where the headings or the sentences before name a bank."""
        around = [*self.heads(number), *self.before(number)]
        return any(m.system.startswith("bank.") for s in around for m in s.mentions)

    def only_unknown_banks_above(self, number: int) -> bool:
        """True where the heading or the sentence before names a bank, and none that is known."""
        around = [*self.heads(number)[:1], *self.before(number)[:1]]
        unknown = any(is_unknown_bank(m, s.folded) for s in around for m in s.mentions)
        return unknown and not self.banks()

    def followed(self, number: int) -> bool:
        """True where one of the next sentences of the block gives the hours."""
        here = self._sentences[number]
        return any(s.ranges and s.block == here.block for s in self._sentences[number + 1 : number + 3])
