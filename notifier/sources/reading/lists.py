"""Lists without hours of their own: what they say to be lost in the hours of the sentence that leads to them."""

from __future__ import annotations

from notifier.sources.reading.affected import NOTHING, WHOLE_BANK, Found, affected, compact, own_part
from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import only_products
from notifier.sources.reading.surroundings import NEAR, Surroundings
from notifier.sources.reading.vocabulary import ACCESS, LIMITED

SHORT = 60
"""Characters: a longer line says more than a name."""


class Lists(Surroundings):
    """The sentences of a text, and the lists among them."""

    def listed_below(self, number: int) -> Found:
        """ "Nie będą działać:" and the lines below it."""
        here = self._sentences[number]
        short = len(here.text) <= SHORT and here.text[-1:].isalpha() and not here.mentions and not here.ranges
        if not (here.text.endswith(":") or (short and here.statement.lost)):
            return NOTHING
        systems: list[str] = []
        limited = True
        lines = self._lines_below(number)
        for sentence in lines:
            named = [one for one in affected(sentence).systems if not one.startswith("payments.")]
            limited = limited and (not named or LIMITED.search(sentence.folded) is not None)
            systems += named
        if len({one.split(".")[1] for one in systems if one.startswith("bank.")}) == 1:
            own = {m.system for s in lines for m in s.mentions if own_part(s.folded, m)}
            systems = [one for one in systems if one not in own]
        return Found(compact(tuple(systems)), "", False, here.text, limited=limited) if systems else NOTHING

    def only_own_parts_below(self, number: int) -> bool:
        """ "Niedostępne będą:" and below it nothing of a bank but mojeID, which is its own part or the hub."""
        lines = self._lines_below(number) if self._sentences[number].text.endswith(":") else []
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
        lines = self._lines_below(number)
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

    def _lines_below(self, number: int) -> list[Sentence]:
        """The lines of the list that stands right below a sentence, as far as they have no hours."""
        found: list[Sentence] = []
        for sentence in self._sentences[number + 1 : number + 1 + 2 * NEAR]:
            if sentence.shape not in (Shape.ITEM, Shape.ROW) or sentence.ranges:
                break
            found.append(sentence)
        return found


def _unnamed(sentence: Sentence) -> str:
    """What a line says besides names."""
    rest = sentence.folded
    for one in sentence.mentions:
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    return rest
