"""Ends told in a sentence further on: "… wyłączy serwis w piątek o 22:00. … Przerwa potrwa do soboty do 7:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from notifier.sources.reading.elsewhere import ELSEWHERE
from notifier.sources.reading.findings import Kind
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import kind_of, only_products
from notifier.sources.reading.times.edges import Edge
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.times.terms import Is
from notifier.sources.reading.vocabulary import ASKS, BEGAN, DEADLINE, LONGER, UNCERTAIN

REACH = 2
"""Sentences: an end further behind is that of something else."""

_BEGAN_REACH = 3

_ANOTHER = re.compile(
    r"\b(?:po)?trwal[aoy]?\b|\b(?:za|s|u)konczyl|\b(?:poprzedni|wczesniejsz|ostatni|przygotowaw|wstepn|etap|tur[ay]\b"
    r"|pierwsz|drug|czesc\b)"
)
"""Another break, one that is over, or only a part of this one."""

_AT_ITS_HOUR = re.compile(r"(?:o |godz\S* )?\d{1,2}[:.]\d\d ?[-:|] ?[^\W\d]")

_FOR_SO_LONG = re.compile(r"przez (?:\w+ ){1,2}(?:godzin|minut|dob)")
"""What begins so and says that something is lost speaks of the hours told before."""

_DURATION = re.compile(r"\bczas (?:trwania|niedostepnosci|przerwy|prac|wylaczenia)")
_PASSED = re.compile(
    r"(?:wszystk|calos|czas$|dat[aey]$|one$|ono$|ona$|to$|je$|ja$|ich$|jej$|planow|powin|chcem|spodziew|zamierz|przewid|nasz|dzialan|operac"
    r"|zadan|godzin|proces|nastapi|mamy$|maj[ae]|zaplan|wiec$|zatem$|tak$|ze$|mozliw|szacuj|zgodnie|plan|system)"
)
"""Words beside "potrwa" and "zakończymy" that name nothing else which lasts or ends."""


def next_with_hours(sentence: Sentence, following: Sequence[Sentence]) -> tuple[int, Sentence] | None:
    """The next sentence of the block with hours, and how far behind it stands; none behind another name."""
    for distance, one in enumerate(following[:REACH], start=1):
        if one.block != sentence.block and not (is_line_of_plan(sentence) and is_line_of_plan(one)):
            return None
        asks = ASKS.match(one.folded) is not None and not one.statement.about
        if (one.hints and not asks) or length_told(one) is not None:
            return distance, one
        if any(not mention.system.startswith("payments.") for mention in one.mentions):
            return None
    return None


def is_line_of_plan(sentence: Sentence) -> bool:
    """True for a line of a timetable: "22:00 – wyłączymy serwis"."""
    return sentence.hints and _AT_ITS_HOUR.match(sentence.folded) is not None


def only_end(sentence: Sentence, *, named: bool = False) -> Range | None:
    """The range of a sentence that tells nothing but when what was told before ends; ``named``: it may say what."""
    if (
        len(sentence.ranges) != 1
        or (sentence.mentions and not named)
        or kind_of(sentence.folded) is not Kind.PLANNED
    ):
        return None
    told = sentence.ranges[0]
    if not ends_only(told) or told.end is None or len(told.on) > 1:
        return None
    if not tells_how_long(sentence):
        return None
    if any(wrong.search(sentence.folded) for wrong in (UNCERTAIN, DEADLINE)) or only_products(
        sentence.folded
    ):
        return None
    if told.on and told.end.days is None:
        return replace(told, end=replace(told.end, days=told.on[0]), on=[])
    return told


def length_told(sentence: Sentence) -> timedelta | None:
    """How long a sentence says that it lasts: "Przerwa potrwa trzy godziny"."""
    if sentence.timeless or sentence.ranges or not sentence.statement.about:
        return None
    begins = _FOR_SO_LONG.match(sentence.folded) is not None and sentence.statement.lost
    if sentence.mentions and not begins:
        return None
    if _ANOTHER.search(sentence.folded) or ELSEWHERE.search(sentence.folded):
        return None
    lengths = [term.length for term in sentence.terms if term.what is Is.LENGTH]
    lasts = begins or any(term.verb and term.what is Is.TO for term in sentence.terms)
    lasts = lasts or _DURATION.search(sentence.folded) is not None
    vague = any(term.what is Is.ROUGHLY for term in sentence.terms) or UNCERTAIN.search(sentence.folded)
    if len(lengths) != 1 or not lasts or vague or only_products(sentence.folded):
        return None
    return lengths[0]


def tells_how_long(sentence: Sentence) -> bool:
    """True for what lasts or ends by the work that was spoken of; "Promocja potrwa do …" is something else."""
    stop = sentence.folded.find(". ", sentence.ranges[0].last if sentence.ranges else 0)
    clause = sentence.folded[:stop] if stop >= 0 else sentence.folded
    if _ANOTHER.search(clause) or ELSEWHERE.search(clause):
        return False
    if sentence.statement.about:
        return True
    terms = [term for term in sentence.terms if stop < 0 or term.start < stop]
    said = [term for term in terms if term.what is Is.WORD or term.verb]
    return any(term.verb for term in said) and all(term.verb or _PASSED.match(term.word) for term in said)


def ends_only(found: Range) -> bool:
    """True for a range with an hour at its end and no start."""
    return (
        found.start is None and found.end is not None and found.end.clock is not None and not found.whole_days
    )


def starts_only(found: Range) -> bool:
    """True for a range with an hour at its start, and neither end nor length."""
    open_ended = found.end is None and found.length is None and not found.open and not found.whole_days
    return open_ended and found.start is not None and found.start.clock is not None


def begun(sentence: Sentence, following: Sequence[Sentence]) -> tuple[Range, int] | None:
    """ "Przedłużamy prace do 11:00. Zaczęły się wczoraj o 21:00": the start told behind the new end, and where.

    Always doubtful: two sentences are joined the wrong way round.
    """
    if len(sentence.ranges) != 1 or not ends_only(sentence.ranges[0]) or not LONGER.search(sentence.folded):
        return None
    end = sentence.ranges[0]
    for distance, one in enumerate(following[:_BEGAN_REACH], start=1):
        if one.block - sentence.block > 1 or one.mentions or one.heads:
            return None
        if not one.hints or BEGAN.search(one.folded) is None or not _says_since_when(one):
            continue
        start = _start_of(one)
        if start is None:
            return None
        found = replace(end, start=start, problems=end.problems | {"start-from-context"})
        return found, distance
    return None


def _says_since_when(sentence: Sentence) -> bool:
    said = [term for term in sentence.terms if term.what is Is.WORD]
    return sentence.statement.about or all(_PASSED.match(term.word) for term in said)


def _start_of(sentence: Sentence) -> Edge | None:
    """The only hour of a sentence, with a day that is told by its date: a weekday that is over reads as the next."""
    ranges = sentence.ranges
    if len(ranges) != 1 or not starts_only(ranges[0]) or ranges[0].start is None or ranges[0].problems:
        return None
    told = [*ranges[0].on, *([ranges[0].start.days] if ranges[0].start.days is not None else [])]
    known = [days for days in told if days.days[0].dated or days.days[0].offset is not None]
    return replace(ranges[0].start, days=known[0]) if len(known) == 1 else None
