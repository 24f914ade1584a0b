"""Reads an announcement: text in, windows and refusals out.

Each sentence with hours is looked at by itself and asks its surroundings only for what it leaves out. A window is
sure only if every word of its time was understood, its system is named, and nothing in the text speaks against it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from notifier.model import WARSAW, Impact
from notifier.sources.reading.affected import Found, affected
from notifier.sources.reading.blocks import Shape
from notifier.sources.reading.changes import later_term, new_term, old_end, replaced_by, struck
from notifier.sources.reading.context import Context
from notifier.sources.reading.divided import undivided
from notifier.sources.reading.drafts import Draft, draft_of
from notifier.sources.reading.findings import REMARKS, Kind, Reading, Refused
from notifier.sources.reading.following import REACH, follow, same_hours_later
from notifier.sources.reading.gaps import gap_of
from notifier.sources.reading.judgement import Judge
from notifier.sources.reading.labels import forms_joined
from notifier.sources.reading.lately import begun_lately
from notifier.sources.reading.letterheads import without_letterheads
from notifier.sources.reading.merging import merged
from notifier.sources.reading.moments import whole_of, with_shared_end
from notifier.sources.reading.names import Names
from notifier.sources.reading.newends import end_again, other_edge, without_replaced
from notifier.sources.reading.page import blocks_of
from notifier.sources.reading.pieces import Piece, pieces_of
from notifier.sources.reading.sentences import Sentence, affordable, named_dates, sentences_of
from notifier.sources.reading.statements import is_failure, kind_of, statement_of
from notifier.sources.reading.surroundings import NEAR
from notifier.sources.reading.times.dates import FIRST_YEAR, LAST_YEAR, Almanac
from notifier.sources.reading.times.instants import Clocks, Span
from notifier.sources.reading.tokens import fold
from notifier.sources.reading.vocabulary import (
    COMPARED,
    DEADLINE,
    OTHER_DAY,
    PAST,
    REPEATED,
    THIS_WEEKEND,
    UNCERTAIN,
)

_UNREAL = frozenset({"hour-skipped", "no-such-date", "missing-hours", "missing-day"})
_ENOUGH = 100
"""Windows and refusals after which a text is no announcement any more."""


def read(text: str, published: date | datetime, names: Names) -> Reading:
    """The windows that an announcement tells of, and the sentences refused.

    ``text`` is plain text or an HTML page; ``published`` gives missing years, "jutro" and bare weekdays their
    meaning (a moment counts as its day in Warsaw; outside 2000-2199 nothing is read). Nothing is raised,
    whatever the text; the time taken is linear in its length.
    """
    day = published
    if isinstance(day, datetime):
        day = (day.astimezone(WARSAW) if day.tzinfo else day).date()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Reading()
    blocks, whole = blocks_of(text)
    told = forms_joined(undivided(without_letterheads(blocks)))
    return _Reader(sentences_of(told, names), day, whole).read()


class _Reader:
    """One text on its way through."""

    def __init__(self, sentences: list[Sentence], published: date, whole: bool) -> None:
        kept = affordable(sentences)
        self._sentences = sentences[:kept]
        self._whole = whole and kept == len(sentences)
        self._published = datetime.combine(published, time(0), WARSAW)
        self._almanac = Almanac(
            published,
            lambda: named_dates(self._sentences, Almanac(published)),
            lambda: any(THIS_WEEKEND.search(one.folded) for one in self._sentences),
        )
        self._clocks = Clocks(self._almanac)
        self._context = Context(self._sentences, self._almanac)
        self._judge = Judge(self._context)
        self._drafts: list[Draft] = []
        self._refused: dict[str, Refused] = {}
        self._last: list[Draft] = []
        self._skip = -1

    def read(self) -> Reading:
        for number, sentence in enumerate(self._sentences):
            if len(self._drafts) + len(self._refused) > _ENOUGH:
                self._whole = False
                break
            last = self._last if self._last and number - self._last[-1].sentence <= REACH else []
            if not last and sentence.timeless:
                continue
            if number == self._skip or (sentence.hints and self._with_hours(number, sentence)):
                continue
            if last and self._of_somebody_else(sentence, last):
                self._last = []
            elif last:
                first = self._sentences[last[-1].sentence]
                added = follow(number, sentence, last, first, self._clocks, self._context)
                self._drafts += added
                self._last = [*last, *(draft for draft in added if draft.range is not last[0].range)]
            self._vague(number, sentence)
        if not self._whole:
            for draft in self._drafts:
                draft.problems.add("too-long")
            evidence = self._sentences[-1].text[-200:] if self._sentences else ""
            self._refused[""] = Refused(evidence, REMARKS["too-long"])
        return Reading(merged(self._drafts), tuple(self._refused.values()))

    def _of_somebody_else(self, sentence: Sentence, last: list[Draft]) -> bool:
        """True where from here on a bank is spoken of that nobody knows, near enough to be mistaken for ours."""
        if sentence.block - self._sentences[last[-1].sentence].block > 2:
            return False
        return sentence.statement.about and affected(sentence).unknown

    def _with_hours(self, number: int, sentence: Sentence) -> bool:
        """Take the hours of a sentence; False where it has none."""
        if sentence.ranges and (
            self._gap(number, sentence) or end_again(number, self._sentences, self._last, self._clocks)
        ):
            return True
        pieces, both = self._pieces(number, sentence)
        if pieces:
            self._sentence(number, sentence, pieces, both=both)
        return bool(pieces)

    def _sentence(self, number: int, sentence: Sentence, pieces: list[Piece], *, both: int) -> None:
        """Take the times of a sentence; ``both``: as many sentences further on stands a part of them."""
        made: list[Draft] = []
        previous = Found()
        old = struck(sentence)
        longer = all(one.start is None for one in sentence.ranges)
        kind = Kind.PLANNED if not old else Kind.EXTENDED if longer else replaced_by(sentence)
        for piece in (one for one in pieces if one.range not in old):
            reason = self._judge.reason_against(number, sentence, piece, told=self._told(number))
            if reason is not None:
                self._refuse(sentence, reason)
                continue
            found = self._judge.systems(number, sentence, piece, previous)
            if isinstance(found, str):
                self._refuse(sentence, found)
                continue
            previous = found
            if found.payments:
                self._refuse(sentence, "other-service")
            made += self._windows(number, sentence, piece, found, kind)
        if both:
            self._skip = number + both
            for draft in made:
                draft.evidence.append(self._sentences[number + both].text)
        if len(made) == 1:
            made += same_hours_later(number, sentence, made, self._clocks)
        self._drafts = without_replaced(self._drafts, made, self._last, self._sentences)
        self._drafts += made
        self._last = [*self._list_before(sentence), *made]

    def _list_before(self, sentence: Sentence) -> list[Draft]:
        """The drafts of the lines above in the same list: what follows the list speaks of all of them."""
        if not self._last or sentence.shape not in (Shape.ITEM, Shape.ROW):
            return []
        above = self._sentences[self._last[-1].sentence]
        return self._last if above.shape is sentence.shape and sentence.block - above.block <= 1 else []

    def _told(self, number: int) -> bool:
        """True where another sentence of this section has given a window by its own words."""
        for draft in reversed(self._drafts):
            before = self._sentences[draft.sentence]
            if draft.sentence != number and not draft.payments:
                here, heads = self._sentences[number], self._context.heads(number)
                if before.block == here.block and here.shape in (Shape.ITEM, Shape.ROW):
                    return True
                same = before in heads or heads[:1] == self._context.heads(draft.sentence)[:1]
                return same and before.statement.about and not before.text.endswith(":")
        return False

    def _pieces(self, number: int, sentence: Sentence) -> tuple[list[Piece], int]:
        """The pieces of a sentence, and how far behind the one that tells a part of them stands."""
        behind = self._sentences[number + 1 : number + 1 + NEAR]
        told = whole_of(sentence, behind)
        pieces = pieces_of(sentence) if sentence.ranges else []
        if told is None:
            return with_shared_end(pieces, sentence, behind)
        if not pieces:
            return [Piece(told[0], 0, len(sentence.text), sentence.folded, several=False)], told[1]
        return [replace(one, range=told[0]) for one in pieces], told[1]

    def _gap(self, number: int, sentence: Sentence) -> bool:
        """Take an outage that is told the other way round."""
        following = next(iter(self._sentences[number + 1 : number + 2]), None)
        found = gap_of(sentence, following)
        if found is None:
            return False
        systems = self._judge.systems_of_gap(number, sentence)
        if not systems.systems:
            return False
        whole = Piece(found, 0, len(sentence.text), sentence.folded, several=False)
        drafts = self._windows(number, sentence, whole, systems, Kind.PLANNED)
        for draft in drafts:
            draft.impact = Impact.OUTAGE
            draft.evidence += [following.text] if following is not None else []
        self._drafts += drafts
        return bool(drafts)

    def _windows(
        self, number: int, sentence: Sentence, piece: Piece, found: Found, kind: Kind
    ) -> list[Draft]:
        """A draft for each stretch of time that the piece stands for."""
        when = begun_lately(piece, self._almanac)
        when.on = when.on or self._context.each_of_them(number)
        day_from = "" if when.dated else self._context.days(number)[1]
        kind = self._kind(number, piece, day_from) if kind is Kind.PLANNED else kind
        if when.start is not None and when.end is None and when.length is None and not when.open:
            when.length = self._context.length(number)
            when.end = None if when.length is not None else self._context.end_above(number)
            when.problems |= {"end-from-context"} if when.end is not None else set()
        problems = {found.problem} - {""}
        if kind is Kind.MOVED:
            if later := later_term(sentence, when):
                when.on = later
                problems.add("day-unclear")
            when.on = new_term(when.on, self._almanac, problems)
        if UNCERTAIN.search(piece.folded):
            problems.add("conditional")
        if when.whole_days and not statement_of(piece.folded).lost:
            problems.add("missing-hours")  # days of work, in which something is lost for some hours
        if len(sentence.ranges) == 1 and old_end(sentence, when):
            problems.add("change")
        behind = kind is Kind.MOVED and not when.later and OTHER_DAY.search(sentence.folded, when.last)
        shifted = behind or (not when.dated and OTHER_DAY.search(piece.folded))
        if shifted or REPEATED.search(piece.folded):
            problems.add("day-unclear")
        evidence = [text for text in dict.fromkeys((day_from, found.evidence, sentence.text)) if text]
        drafts = []
        for span in self._clocks.spans(when, lambda: self._context.days(number)[0]):
            reason = self._reason_against(sentence, piece, found, span)
            if reason is not None:
                self._refuse(sentence, reason)
                continue
            statement = self._context.statement(number, piece.folded)
            drafts.append(draft_of(number, piece, found.systems, statement, span, kind, problems))
            drafts[-1].evidence += evidence
            drafts[-1].payments = found.payments
            if found.limited:
                drafts[-1].impact = Impact.DEGRADED
            if COMPARED.search(piece.folded):
                other_edge(drafts[-1], self._last)
        return drafts

    def _kind(self, number: int, piece: Piece, day_from: str) -> Kind:
        """By its own words, else by its heading, else by the sentence that gives its day."""
        kind = kind_of(piece.folded)
        if kind is Kind.PLANNED:
            kinds = [kind_of(head.folded) for head in self._context.heads(number)[:1]]
            kinds += [kind_of(one.folded) for one in self._context.lead(number)]
            kind = next((one for one in kinds if one not in (Kind.COMPLETED, Kind.PLANNED)), kind)
        if kind is Kind.PLANNED and day_from and kind_of(fold(day_from)) is Kind.MOVED:
            kind = Kind.MOVED
        return kind

    def _reason_against(self, sentence: Sentence, piece: Piece, found: Found, span: Span) -> str | None:
        """Why a span is worth nothing: it is over, or tells no hour."""
        last = span.end or span.start
        statement = statement_of(piece.folded)
        if last is None:
            unreal = span.problems & _UNREAL
            return (min(unreal) if unreal else "vague") if statement.about else ""
        if last <= self._published:
            return "over"
        if (span.start is None or span.end is None) and "hour-skipped" not in span.problems:
            if sum(one.startswith("bank.") for one in found.systems) > 1:
                return "vague"
            deadline = span.start is None and DEADLINE.search(piece.folded) is not None
            named = any(one.system and piece.start <= one.start < piece.end for one in sentence.mentions)
            starts = piece.several and named and span.end is None and sentence.statement.lost
            return None if (statement.about or starts) and not deadline else ""
        return None

    def _refuse(self, sentence: Sentence, code: str) -> None:
        if code:
            self._refused.setdefault(sentence.text, Refused(sentence.text, REMARKS[code]))

    def _vague(self, number: int, sentence: Sentence) -> None:
        """Planned work on one of our systems with a day and no hours is worth a person's look."""
        if sentence.heads or not sentence.dated:
            return
        if not sentence.statement.planned or is_failure(sentence.folded) or not sentence.days:
            return
        if self._context.followed(number) or any(number - draft.sentence <= 3 for draft in self._last):
            return
        if affected(sentence).systems:
            self._refuse(sentence, "past-tense" if PAST.search(sentence.folded) else "vague")
