"""Blocks into sentences; dots after "godz.", "r." or inside numbers end none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from notifier.sources.reading.blocks import Block, Shape
from notifier.sources.reading.glance import Glance
from notifier.sources.reading.lazy import Lazy
from notifier.sources.reading.names import Names
from notifier.sources.reading.roles import Mention
from notifier.sources.reading.statements import Statement, statement_of
from notifier.sources.reading.times.dates import Almanac
from notifier.sources.reading.times.numerals import Days, Spread
from notifier.sources.reading.times.ranges import RangeReader
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is, Term
from notifier.sources.reading.tokens import fold
from notifier.sources.reading.wording import Wording

MAX_SENTENCE = 800
"""A longer one is cut: no sentence is longer, and what is cut reads as doubtful at worst."""

MAX_SENTENCES = 5_000

_READ_CLOSELY = 30_000
"""Characters of sentences with numbers that are looked at word by word."""

_STOP = re.compile(
    r"[.!?…]{1,5}[\"”')\]]{0,3}\s(?=[\"„(\[]?(?:[A-ZĄĆĘŁŃÓŚŹŻ0-9•mie]|[a-z-]{2,20}\.(?:gov|com|pl)\b))"
)
_ABBREVIATION = re.compile(
    r"(?:(?<![\w.])(?:godz|g|ok|tj|tzn|np|m\.in|dn|pn|pon|wt|sr|śr|czw|pt|sob|sb|niedz|ndz|nd|ul|al|pl|nr|tel|str|pkt|ust|art|poz|zob"
    r"|por|im|św|dr|inż|mgr|prof|ks|płk|gen|min|maks|br|bm|ww|tzw|itp|itd|os|zł|tys|mln|mld|S\.A|h|lek|z o\.o|woj"
    r"|pow|gm))\.$",
    re.IGNORECASE,
)
_LONG_WORD = 6
"""Letters: no abbreviation has as many. Before most dots there is such a word, and nothing more to ask."""
_END_TOLD = re.compile(r"(?:Koniec|Zakończenie|Do)(?: \w{3,14}){0,2}\s?:")
_YEAR = re.compile(r"(?:\b(?:br|b\.r)|(?:\b|\d)r)\.$")
_BEGINS_ANEW = re.compile(r"(?:W|We|Od|Dnia|Między|Pomiędzy)\b")
_SAYS_MORE = re.compile(r"(?:[^\W\d_]{3,} ){3}\w*\d?")
"""Three words on end: more than a date."""

_DATELINE = re.compile(
    r"^\W{0,3}(?:opublikowan|publikacj|data (?:publikacji|dodania|utworzenia|wydania|modyfikacji)|dodan|aktualizacja:|"
    r"ostatni\w+ (?:aktualizac|modyfikac)|zaktualizowan|wygenerowan|utworzon|autor|zrodlo|wersja|date |dokument z"
    r"|[\d.-]{8,10},? (?:o |godz\.? ?)?\d?\d:\d\d\W*(?:$|\d+ min|akt|fot|kom|autor))"
)


@dataclass(eq=False)
class Sentence:
    """One sentence: its words, and where it stands."""

    wording: Wording
    text: str
    timeless: bool  #: a quick look showed neither an hour nor a day
    shape: Shape
    block: int
    level: int

    @property
    def folded(self) -> str:
        """See :attr:`Wording.folded`."""
        return self.wording.folded

    @property
    def terms(self) -> list[Term]:
        """See :attr:`Wording.terms`."""
        return self.wording.terms

    @property
    def hints(self) -> bool:
        """See :attr:`Wording.hints`."""
        return self.wording.hints

    @property
    def dated(self) -> bool:
        """See :attr:`Wording.dated`."""
        return self.wording.dated

    @property
    def mentions(self) -> list[Mention]:
        """See :attr:`Wording.mentions`."""
        return self.wording.mentions

    @property
    def statement(self) -> Statement:
        """See :attr:`Wording.statement`."""
        return self.wording.statement

    @Lazy
    def ranges(self) -> list[Range]:
        """The ranges of time in it; its own, for they are changed while they are read."""
        return RangeReader(self.terms).read() if self.hints else []

    @Lazy
    def days(self) -> list[Days]:
        """The days it names; none where it only says when the page was written."""
        if not self.dated or _DATELINE.match(self.folded):
            return []
        words = sum(term.what is Is.WORD for term in self.terms)
        if (
            words <= 2
            and not self.statement.about
            and self.shape is not Shape.HEADING
            and not self.ranges
            and not self.text.endswith(":")
            and words
            and not any(term.days is not None and term.days.spread is Spread.NIGHT for term in self.terms)
        ):
            return []
        return [term.days for term in self.terms if term.days is not None]

    @Lazy
    def bare(self) -> bool:
        """True for a line with nothing but hours, and their days."""
        if not self.ranges or self.mentions or self.statement.about:
            return False
        return not any(term.what is Is.WORD for term in self.terms)

    @property
    def heads(self) -> bool:
        """True for a title or heading."""
        return self.shape in (Shape.TITLE, Shape.HEADING)


def sentences_of(blocks: Sequence[Block], names: Names) -> list[Sentence]:
    """The sentences of all blocks, in order; at most one more than :data:`MAX_SENTENCES`."""
    return list(islice(_sentences(blocks, names), MAX_SENTENCES + 1))


def _sentences(blocks: Sequence[Block], names: Names) -> Iterator[Sentence]:
    glance = Glance("\n".join(block.text for block in blocks))
    known: dict[str, Wording] = {}
    for number, block in enumerate(blocks):
        for piece in _short(block.text) if block.form else split(block.text):
            wording = known.get(piece)
            if wording is None:
                wording = known[piece] = Wording(piece, names, glance.timeless(piece))
            yield Sentence(wording, piece, wording.timeless, block.shape, number, block.level)


def split(text: str) -> list[str]:
    """The sentences of a text."""
    found: list[str] = []
    begin = 0
    for match in _STOP.finditer(text):
        if match[0].rstrip() in (".", ".)") and _goes_on(text, begin, match):
            continue
        found += _short(text[begin : match.end()].strip())
        begin = match.end()
    return [*found, *_short(text[begin:].strip())]


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    """True for a dot that ends no sentence."""
    dot, following = match.start(), text[match.end() : match.end() + 1]
    before = text[max(begin, dot - 12) : dot + 1]
    word = before[-_LONG_WORD - 1 : -1]
    if not (len(word) == _LONG_WORD and word.isalpha()):
        if _ABBREVIATION.search(before):
            return True
        if _YEAR.search(before) and not (following.isupper() and _ends_with_year(text, begin, match)):
            return True
        if following.isdigit() and before[-2:-1].isdigit() and before[-4:-3] != ":":
            return True
    if following in "KZD" and _END_TOLD.match(text, match.end()):
        return True
    return following in "mie" and not _starts_a_name(text, match.end())


def _ends_with_year(text: str, begin: int, match: re.Match[str]) -> bool:
    """ "Od 3 maja 2026 r. Profil Zaufany …": after a mere date the sentence goes on, unless another one begins."""
    before = text[begin : match.start()]
    if _BEGINS_ANEW.match(text, match.end()) and _SAYS_MORE.search(before):
        return True
    return statement_of(fold(before[-MAX_SENTENCE:])).about


def _starts_a_name(text: str, place: int) -> bool:
    """Sentences may begin with "mBank", "mObywatel", "iPKO", "eZUS", "e-ZLA"."""
    return (
        text[place + 1 : place + 2].isupper()
        or text[place + 1 : place + 3].upper() == text[place + 1 : place + 3]
    )


def _short(piece: str) -> list[str]:
    if len(piece) <= MAX_SENTENCE:
        return [piece] if piece else []
    return [piece[at : at + MAX_SENTENCE] for at in range(0, len(piece), MAX_SENTENCE)]


def affordable(sentences: list[Sentence]) -> int:
    """How many sentences can be looked at: all of any real page."""
    spent = 0
    for number, sentence in enumerate(sentences[:MAX_SENTENCES]):
        if sentence.timeless:
            continue
        spent += len(sentence.text) if sentence.hints or sentence.dated else 0
        if spent > _READ_CLOSELY:
            return number
    return min(len(sentences), MAX_SENTENCES)


def named_dates(sentences: list[Sentence], almanac: Almanac) -> dict[date, bool]:
    """The dates that the text names with day and month; True for those that stand with what it tells of outages.

    "Program trwa do 25 czerwca" is nothing that "w czwartek" could mean.
    """
    named: dict[date, bool] = {}
    for sentence in sentences:
        if not sentence.wording.in_full:
            continue
        concerns = sentence.heads or sentence.statement.about or bool(sentence.ranges)
        for days in sentence.days:
            dates = almanac.dates(days) if days.days[0].dated else None
            for day in dates.dates[:2] if dates is not None else ():
                named[day] = concerns or named.get(day, False)
    return named
