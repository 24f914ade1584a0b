"""What the words of a sentence say, wherever it stands: pages say the same in many places, and it is read once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifier.sources.reading.glance import dates_in, days_in, hours_in
from notifier.sources.reading.lazy import Lazy
from notifier.sources.reading.names import Names
from notifier.sources.reading.roles import Mention
from notifier.sources.reading.statements import Statement, statement_of
from notifier.sources.reading.times.days import joined
from notifier.sources.reading.times.lexer import TermReader
from notifier.sources.reading.times.shifted import new_hours
from notifier.sources.reading.times.spoken import without_days_of_speaking
from notifier.sources.reading.times.terms import Term
from notifier.sources.reading.tokens import Token, fold, tokens_of, without_may

_FORMERLY = re.compile(
    r"\((?:zamiast|wczesniej|poprzednio|pierwotnie|dotychczas|uprzednio|byl[aoy]?\b)[^()]{0,80}\)"
)

_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})t([0-9]{2}:[0-9]{2})")
"""A moment as computers write it."""


@dataclass(eq=False)
class Wording:
    """The words of one sentence or of several alike, read only as far as somebody asks. Never changed."""

    text: str
    names: Names
    timeless: bool  #: a quick look showed neither an hour nor a day

    @Lazy
    def folded(self) -> str:
        """The text folded, sign for sign; what is said in brackets to have been so before is blanked."""
        folded = fold(self.text)
        if "T" in self.text:
            folded = _ISO.sub(r"\1 \2", folded)
        return _FORMERLY.sub(lambda match: " " * len(match[0]), folded) if "(" in folded else folded

    @Lazy
    def tokens(self) -> list[Token]:
        """Its tokens."""
        return tokens_of(self.folded)

    @Lazy
    def terms(self) -> list[Term]:
        """Its terms, neighbouring days joined, without days on which something was only said."""
        terms = TermReader(without_may(self.text, self.tokens)).read()
        return without_days_of_speaking(joined(new_hours(terms)))

    @Lazy
    def hints(self) -> bool:
        """False where a quick look shows that no hours can be in it."""
        return not self.timeless and hours_in(self.text)

    @Lazy
    def dated(self) -> bool:
        """False where a quick look shows that no day can be in it."""
        return not self.timeless and days_in(self.text)

    @Lazy
    def in_full(self) -> bool:
        """False where no day can be in it that is told with its month."""
        return self.dated and dates_in(self.folded)

    @Lazy
    def mentions(self) -> list[Mention]:
        """The names in it."""
        return self.names.mentions(self.text, self.tokens)

    @Lazy
    def statement(self) -> Statement:
        """What it says."""
        return statement_of(self.folded)
