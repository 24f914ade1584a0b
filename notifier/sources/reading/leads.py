"""What leads to hours that say nothing themselves: the words by which a text is about an outage there."""

from __future__ import annotations

from itertools import takewhile

from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.elsewhere import OPEN_OR_SHUT, OWN_LABELS, PLACES
from notifier.sources.reading.questions import asks_when, question_before
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.surroundings import Surroundings
from notifier.sources.reading.times.terms import Is
from notifier.sources.reading.vocabulary import BACK, DOWN, MAY, NO_LOGIN

_LINES = 24
"""Lines in one list of banks with their hours."""


class Leads(Surroundings):
    """The sentences of a text, and what makes others mean an outage."""

    def about(self, number: int) -> bool:
        """True where what stands above or before makes the sentence one about an outage."""
        here = self._sentences[number]
        near = self.before(number)[:3]
        told = False  # a list of hours stands in between: what led to it does not lead to here
        for s in near:
            leads = s.block == here.block or (not told and (s.shape == here.shape or s.text.endswith(":")))
            if leads and _certain(s):
                return True
            told = told or (s.shape is not here.shape and bool(s.ranges))
        item = here.shape in (Shape.ITEM, Shape.ROW)
        if item and any(map(_certain, _leading(self.before(number), here))):
            return True
        if self._led_to(number) or self._told_behind(number):
            return True
        following = self._sentences[number + 1 : number + 2]
        on_top = here.heads or (number == 0 and not any(term.what is Is.WORD for term in here.terms))
        if on_top and any(_certain(s) for s in following if s.block == here.block + 1 and not s.ranges):
            return True
        heads = self.heads(number)[:2]
        if heads and not (heads[0].statement.about or heads[0].mentions or heads[0].days):
            heads = heads[:1] if not OWN_LABELS.search(heads[0].folded) else heads
        return any(s.statement.about for s in heads)

    def _led_to(self, number: int) -> bool:
        """True where what stands above a list, or a question and its answer, is about an outage."""
        here = self._sentences[number]
        if any(one.system for one in here.mentions) and any(map(_certain, self._above_the_lines(number))):
            return True
        if any(map(_certain, self._above_the_lists(number))):
            return True
        asked = question_before(self._sentences, number)
        return bool(asked) and asks_when(asked) and any(map(_certain, self.before(number)))

    def _told_behind(self, number: int) -> bool:
        """True where the next sentence, or the list below, says what is lost in those hours."""
        if self._sentences[number].bare and (
            any(s.statement.about for s in self.items_below(number)) or self._work_below(number)
        ):
            return True
        for following in self._sentences[number + 1 : number + 2]:
            hit = following.statement.lost or following.statement.maybe
            if hit and BACK.search(following.folded):
                return True
            if following.block == self._sentences[number].block and _tells_what_of_it(
                following, self._sentences[number]
            ):
                return True
            if following.text.endswith(":") and BACK.search(following.folded):
                return any(s.statement.lost for s in self.items_below(number + 1))
        return False

    def _work_below(self, number: int) -> bool:
        """True for a line of hours below a name, where the paragraph below it speaks of work."""
        here, above = self._sentences[number], self._sentences[max(0, number - 1) : number]
        named = any(s.heads and s.mentions and s.block == here.block - 1 for s in above)
        below = self._sentences[number + 1 : number + 2]
        return named and any(
            s.statement.planned and s.block == here.block + 1 and not (s.heads or s.hints or s.mentions)
            for s in below
        )

    def _above_the_lines(self, number: int) -> list[Sentence]:
        """What stands above a row of lines that tell nothing but whose hours they are."""
        above = number - 1
        while above > max(0, number - _LINES) and self._is_line(above):
            above -= 1
        block = self._sentences[above].block if 0 <= above < number - 1 else -1
        return [s for s in self._sentences[max(0, above - 2) : above + 1] if s.block == block]

    def _above_the_lists(self, number: int) -> list[Sentence]:
        """What leads to lists that have a day, or hours, for a heading each: "Przerwy w ten weekend:"."""
        here, heads = self._sentences[number], self.heads(number)[:1]
        under_days = heads and heads[0].days and not (heads[0].mentions or heads[0].statement.about)
        if not (here.bare or (under_days and here.shape in (Shape.ITEM, Shape.ROW))):
            return []
        above = (self._sentences[n] for n in range(number - 1, max(-1, number - 1 - _LINES), -1))
        dated = bool(here.ranges) and here.ranges[0].dated
        lists = (
            s.shape in (Shape.ITEM, Shape.ROW)
            or (s.heads and (s.days or (dated and s.mentions and not s.statement.about)))
            or s.bare
            for s in above
        )
        lead = number - 1 - sum(1 for _ in takewhile(bool, lists))
        return [s for s in self._sentences[max(lead, 0) : number][:1] if s.text.endswith(":")]

    def _is_line(self, number: int) -> bool:
        here, below = self._sentences[number], self._sentences[number + 1]
        return bool(here.ranges and here.mentions) and here.block != below.block and not here.statement.about


def _leading(before: list[Sentence], item: Sentence) -> list[Sentence]:
    """What leads to the list of an item, of the sentences ``before`` it; with "Oto, co wiemy:" also the one before."""
    above = [s for s in before if s.shape is not item.shape][:2]
    if (
        len(above) > 1
        and above[0].text.endswith(":")
        and above[0].block == above[1].block
        and not above[1].ranges
    ):
        return above
    return above[:1]


def _tells_what_of_it(sentence: Sentence, before: Sentence) -> bool:
    """ "Nie będzie można się zalogować": said of what was told right before, without hours or another name."""
    if sentence.hints or sentence.heads:
        return False
    if sentence.mentions:
        named = {one.system for one in before.mentions}
        return sentence.statement.about and all(one.system in named for one in sentence.mentions)
    slow = any(one.system for one in before.mentions) and MAY.match(sentence.folded) is not None
    return slow or NO_LOGIN.search(sentence.folded) is not None or DOWN.match(sentence.folded) is not None


def _certain(sentence: Sentence) -> bool:
    if OPEN_OR_SHUT.search(sentence.folded) and (not sentence.mentions or PLACES.search(sentence.folded)):
        return False
    return sentence.statement.planned or sentence.statement.lost
