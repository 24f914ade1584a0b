"""Where a sentence gets what it leaves out: its system and its day."""

from __future__ import annotations

import re

from notifier.sources.reading.additions import EMBRACES
from notifier.sources.reading.affected import (
    NOTHING,
    Found,
    affected,
    compact,
    is_unknown_bank,
    own_part,
)
from notifier.sources.reading.documents import only_documents
from notifier.sources.reading.findings import Kind
from notifier.sources.reading.lists import SHORT, Lists
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.signatures import of_channels, signs
from notifier.sources.reading.statements import kind_of
from notifier.sources.reading.surroundings import NEAR
from notifier.sources.reading.times.dates import Almanac, Dates
from notifier.sources.reading.times.numerals import Days, Spread
from notifier.sources.reading.times.terms import Is
from notifier.sources.reading.vocabulary import BACK, DENIED, LOST

_QUOTED = 3
"""Sentences of a quotation between the one with the hours and the one that says who speaks."""

_ASKED = 8
"""Sentences until that is asked."""

_EACH = re.compile(
    r"\b(?:w|we|podczas) (?:obu|obydwu|kazdy[mc]h?|wszystkich) (?:przypadk|termin|noc|dni)"
    r"|\b(?:obie|obydwie|w kazda|kazdej) noc"
)
_SAYS = re.compile(
    r"\b(?:(?:tak|o tresci) brzmi|brzmi komunikat|czytamy|pisz[ea]|(?:po|za)?inform(?:uj|owa)|podaj[ea]|podal|glosi"
    r"|przekaz(?:al|uj)|zapowi(?:ad|edzi)|oglo(?:sil|szon)|komunikat\w* (?:\w+ )?(?:bank|na stronie)|oswiadcz"
    r"|zamiesci|opublikowa|napis)"
)


class Context(Lists):
    """The sentences of a text, and what they lend each other."""

    def __init__(self, sentences: list[Sentence], almanac: Almanac) -> None:
        super().__init__(sentences)
        self._almanac = almanac
        self._only: Found | None = None

    def systems(self, number: int) -> Found:
        """The systems of a sentence that names none itself."""
        here = self._sentences[number]
        leads = here.ranges and here.text.endswith(":") and not self.only_own_parts_below(number)
        below = self.listed_below(number) if leads else NOTHING
        below = below if below.systems or below.unknown else self.told_below(number)
        if below.systems or below.unknown:
            return below
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
        answer = self._answer(number)
        for sentence in self.heads(number):
            found = _lender(sentence)
            if found.unknown and not found.systems:
                return found
            if answer.systems and not sentence.statement.about:
                break
            if found.systems:
                several = len(_families(found.systems)) > 1 and not sentence.statement.about
                banks = sum(one.startswith("bank.") for one in found.systems) > 1
                problem = "system-unclear" if several or banks else ""
                return Found(found.systems, problem, False, sentence.text)
        return answer if answer.systems else self._after(number) or self._anywhere()

    def _answer(self, number: int) -> Found:
        """ "Z czego nie skorzystam?" further down, and what the answer names."""
        for place, sentence in enumerate(self._sentences[number + 1 : number + 1 + _ASKED], start=number + 1):
            if sentence.ranges or (sentence.heads and sentence.mentions):
                break
            if not self.answers_what_fails(place):
                continue
            found = affected(sentence)
            if found.systems and not (found.problem or found.unknown or own_parts_only(sentence)):
                return Found(found.systems, evidence=sentence.text)
        return NOTHING

    def said_behind(self, number: int) -> Found:
        """What the next sentence says to be hit in these hours, where somebody else was named who works on it.

        Not where that is a bank: what it names is its own part.
        """
        here = self._sentences[number]
        if any(is_unknown_bank(m, s.folded) for s in (here, *self.heads(number)[:1]) for m in s.mentions):
            return Found(unknown=True)
        for sentence in self._sentences[number + 1 : number + 2]:
            back = sentence.block == here.block and not sentence.ranges and BACK.search(sentence.folded)
            if back and sentence.statement.about:
                found = affected(sentence)
                if found.systems and not found.unknown:
                    return Found(found.systems, "system-from-context", False, sentence.text)
        return Found(unknown=True)

    @staticmethod
    def _label(before: Sentence, here: Sentence) -> Found | None:
        """A line with nothing but a name: what comes next is about it."""
        if before.block == here.block or len(before.text) > SHORT or len(before.mentions) != 1:
            return None
        if before.days or before.ranges:
            return None
        found = _lender(before)
        around = len(before.text) - (before.mentions[0].end - before.mentions[0].start)
        if around > SHORT // 3 or not (found.systems or found.unknown):
            return None
        return Found(found.systems, found.problem, found.unknown, before.text)

    def _after(self, number: int) -> Found | None:
        here = self._sentences[number]
        if (below := self.listed_below(number)).systems or below.unknown:
            return below
        if (said := self._said_by(number)) is not None:
            return said
        for place, sentence in enumerate(self._sentences[number + 1 : number + 3], start=number + 1):
            if LOST.search(sentence.folded) and (below := self.listed_below(place)).systems:
                return below
            if sentence.heads or sentence.ranges or sentence.block > here.block + 1:
                break
            if sentence.block != here.block and not BACK.search(sentence.folded):
                break
            if BACK.search(sentence.folded) and (below := self.listed_below(place)).systems:
                return below
            found = _lender(sentence)
            if found.systems and (LOST.search(sentence.folded) or EMBRACES.search(sentence.folded)):
                return Found(found.systems, found.problem, False, sentence.text)
            if found.unknown:
                return found
        return None

    def _said_by(self, number: int) -> Found | None:
        """ "… – tak brzmi komunikat na stronie mBanku": who is quoted, told behind the quotation."""
        here = self._sentences[number]
        for sentence in self._sentences[number + 1 : number + 2 + _QUOTED]:
            if sentence.heads or sentence.ranges or sentence.block > here.block + 1:
                return None
            if sentence.mentions and _SAYS.search(sentence.folded):
                found = affected(sentence)
                banks = all(one.startswith("bank.") for one in found.systems)
                if (found.systems or found.unknown) and banks:
                    return Found(found.systems, found.problem, found.unknown, sentence.text)
        return None

    def _anywhere(self) -> Found:
        if self._only is None:
            groups: dict[tuple[str, ...], str] = {}
            unknown = signed = False
            for before, sentence in zip([None, *self._sentences], self._sentences, strict=False):
                found = _lender(sentence)
                banks = all(one.startswith("bank.") for one in found.systems)
                signature = banks and signs(sentence, before)
                unknown = unknown or (found.unknown and (sentence.statement.about or signature))
                if found.systems and (banks or sentence.heads or sentence.statement.about):
                    groups.setdefault(found.systems, sentence.text)
                    signed = signed or signature
                if len(_families(tuple(one for group in groups for one in group))) > 1:
                    break
            widest = compact(tuple(one for group in groups for one in group))
            if not (widest or unknown):
                widest = self._bank_of_what_is_left()
            systems = widest if len(groups) == 1 or len(widest) == 1 else ()
            signed = signed and of_channels(self._sentences)
            problem = "missing-system" if not systems else "" if signed else "system-from-context"
            self._only = Found(systems, problem, unknown and not groups, groups.get(systems, ""))
        return self._only

    def _bank_of_what_is_left(self) -> tuple[str, ...]:
        """The only bank of the text, named where it says what works and what does not: "zalogujesz się, ale …"."""
        about = [s for s in self._sentences if s.statement.about]
        named = {m.system for s in about for m in s.mentions if m.system.startswith("bank.")}
        return tuple(named) if len(named) == 1 == len(self.banks()) else ()

    # --- days ---

    def each_of_them(self, number: int) -> list[Days]:
        """ "W obu przypadkach od 23:00 do 5:00": all days of the sentence before."""
        here = self._sentences[number]
        if number == 0 or here.days or _EACH.search(here.folded) is None:
            return []
        before = self._sentences[number - 1]
        return list(before.days) if before.block == here.block and len(before.days) > 1 else []

    def days(self, number: int) -> tuple[Dates | None, str]:
        """The day of a sentence that names none: of the sentence before, the lead of the list, the heading."""
        here = self._sentences[number]
        near = [*self.before(number), *self.heads(number)]
        for sentence in [*near, *reversed(self._sentences[max(0, number - 3 * NEAR) : number])]:
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
            fitting = fitting or (min(last.dates) > self._almanac.published and not _says_more(sentence))
            fitting = (fitting and sentence in near) or self._almanac.names_only(last.dates)
            problems = last.problems
            if not clear:
                problems = problems | {"day-unclear"}
            if not fitting or max(last.dates) < self._almanac.published:
                problems = problems | {"day-from-context"}
            return Dates(last.spread, last.dates, frozenset(problems)), sentence.text
        return None, ""


def own_parts_only(sentence: Sentence) -> bool:
    """True where nothing is named but mojeID or the like, which may be that of a bank."""
    named = [one for one in sentence.mentions if one.system]
    return bool(named) and all(own_part(sentence.folded, one) for one in named)


def _families(systems: tuple[str, ...]) -> set[str]:
    """What the systems belong to: ``pz`` for all of ``pz.…``; each bank is one of its own."""
    return {one if one.startswith("bank.") else one.partition(".")[0] for one in systems}


def _says_more(sentence: Sentence) -> bool:
    """False for a line with nothing but a day: what comes next is on that day."""
    return any(term.what is Is.WORD for term in sentence.terms)


def _lender(sentence: Sentence) -> Found:
    """What a sentence lends to others: payments named in passing are never what "the system" means."""
    found = affected(sentence)
    if not sentence.statement.about and only_documents(sentence.folded, sentence.mentions, found.systems):
        return Found()  # a page on prescriptions
    if found.systems and DENIED.search(sentence.folded):
        return Found(unknown=True)  # "mBank nie planuje prac": whose hours come next, nobody knows
    return Found() if found.systems and all(one.startswith("payments") for one in found.systems) else found


def _one_night(days: list[Days]) -> bool:
    return len(days) == 1 and days[0].spread is Spread.NIGHT
