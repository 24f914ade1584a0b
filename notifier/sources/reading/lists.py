"""Lists without hours of their own: what they say to be lost in the hours of the sentence that leads to them."""

from __future__ import annotations

from itertools import pairwise

from notifier.sources.reading.affected import NOTHING, Found, affected, compact, covers, own_part
from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.leads import Leads
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import only_products
from notifier.sources.reading.surroundings import NEAR
from notifier.sources.reading.vocabulary import ACCESS, LIMITED, ONLY, WHOLE_BANK

SHORT = 60
"""Characters: a longer line says more than a name."""


class Lists(Leads):
    """The sentences of a text, and the lists among them."""

    def listed_below(self, number: int) -> Found:
        """ "Nie będą działać:" and the lines below it."""
        here = self._sentences[number]
        short = len(here.text) <= SHORT and here.text[-1:].isalpha() and not here.mentions and not here.ranges
        if not (here.text.endswith(":") or (short and here.statement.lost)):
            return NOTHING
        systems: list[str] = []
        limited, unknown = True, False
        lines = self.items_below(number)
        for sentence in lines:
            named = [one for one in affected(sentence).systems if not one.startswith("payments.")]
            limited = limited and (not named or LIMITED.search(sentence.folded) is not None)
            systems += named
            unknown = unknown or affected(sentence).unknown
        systems = _without_own_parts(systems, lines)
        if unknown and not systems:
            return Found(unknown=True)
        return Found(compact(tuple(systems)), "", False, here.text, limited=limited) if systems else NOTHING

    def told_below(self, number: int) -> Found:
        """What stands below a line with nothing but hours: a list, or a sentence that says what is lost.

        Not where what stands above such a line says so, and what comes next belongs to the hours below.
        """
        here = self._sentences[number]
        if not here.bare:
            return NOTHING
        lines = self.items_below(number)
        listed = [one for s in lines for one in affected(s).systems if not one.startswith("payments.")]
        if systems := _without_own_parts(listed, lines):
            return Found(compact(tuple(systems)), evidence=here.text)
        above = affected(self._sentences[number - 1]) if number else NOTHING
        for last, sentence in pairwise(self._sentences[number : number + 1 + NEAR]):
            if sentence.bare:
                continue  # more hours of the same
            hit = sentence.statement.lost or sentence.statement.maybe
            apart = sentence.heads or sentence.ranges or sentence.text.endswith(":")
            found = affected(sentence) if hit and not apart and sentence.block <= last.block + 1 else NOTHING
            told = found.systems and not found.problem and covers(found.systems, above.systems)
            return Found(found.systems, evidence=sentence.text) if told else NOTHING
        return NOTHING

    def only_products_behind(self, number: int) -> bool:
        """True where the next sentence says that nothing is hit but payments: "Tylko BLIK i przelewy"."""
        here, behind = self._sentences[number], self._sentences[number + 1 : number + 2]
        return any(
            s.block == here.block and not s.ranges and ONLY.match(s.folded) and only_products(s.folded)
            for s in behind
        )

    def leads_list(self, number: int) -> bool:
        """True for a line with nothing but hours above a list."""
        return self._sentences[number].bare and bool(self.items_below(number))

    def only_own_parts_below(self, number: int) -> bool:
        """ "Niedostępne będą:" and below it nothing of a bank but mojeID, which is its own part or the hub."""
        lines = self.items_below(number) if self._sentences[number].text.endswith(":") else []
        named = [
            (s, m) for s in lines for m in s.mentions if m.system and not m.system.startswith("payments.")
        ]
        if not named or any(WHOLE_BANK.search(s.folded) or ACCESS.search(_unnamed(s)) for s in lines):
            return False
        return all(own_part(s.folded, m) for s, m in named)

    def parts_listed(self, number: int) -> Found:
        """What the lines around an item, or below the sentence that leads to them, say to be lost or slow.

        Nothing where they name all of a bank. ``limited`` where nothing of it is lost.
        """
        here = self._sentences[number]
        lines = self.items_below(number)
        stated = [here.statement]
        if here.shape in (Shape.ITEM, Shape.ROW):
            above = self._sentences[max(0, number - NEAR) : number]
            lines = [s for s in (*above, here, *lines) if s.shape is here.shape and s.statement.about]
            lines = [s for s in lines if not s.ranges]
            stated = [s.statement for s in lines if not only_products(s.folded)]
        if any(WHOLE_BANK.search(s.folded) for s in lines):
            return NOTHING
        systems = tuple(one for s in lines for one in affected(s).systems if not one.startswith("payments."))
        return Found(compact(systems), limited=not any(one.lost for one in stated))


def _without_own_parts(systems: list[str], lines: list[Sentence]) -> list[str]:
    """Beside one bank its own part of mojeID, or of confirming profiles, is meant."""
    if len({one.split(".")[1] for one in systems if one.startswith("bank.")}) != 1:
        return systems
    own = {m.system for s in lines for m in s.mentions if own_part(s.folded, m)}
    return [one for one in systems if one not in own]


def _unnamed(sentence: Sentence) -> str:
    """What a line says besides names."""
    rest = sentence.folded
    for one in sentence.mentions:
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    return rest
