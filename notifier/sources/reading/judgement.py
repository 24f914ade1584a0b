"""Judging one time in one sentence: whether it tells of an outage of ours at all, and of which systems."""

from __future__ import annotations

import re

from notifier.sources.reading.affected import Found, affected, compact
from notifier.sources.reading.context import Context
from notifier.sources.reading.elsewhere import (
    AT_A_COUNTER,
    ELSEWHERE,
    EVENTS,
    FRAUD,
    INVITES,
    OPEN_OR_SHUT,
    OWN_LABELS,
    PLACES,
    SERVICE_HOURS,
)
from notifier.sources.reading.findings import Kind
from notifier.sources.reading.pieces import Piece
from notifier.sources.reading.roles import Role
from notifier.sources.reading.scope import Scope, says_enough, scope_of, without_kept
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.shares import of_the_bank_above, only_a_part, with_heading
from notifier.sources.reading.statements import (
    is_failure,
    kind_of,
    only_beside,
    only_brokers,
    only_products,
    products_in_channels,
    statement_of,
    works_at,
)
from notifier.sources.reading.times.numerals import Spread
from notifier.sources.reading.times.stretch import Range
from notifier.sources.reading.vocabulary import (
    ACCESS,
    AHEAD,
    APP,
    BACK,
    BANKING,
    CASH,
    DENIED,
    LASTED_LONGER,
    LONG_AGO,
    ONLY,
    PAST,
    PERMANENT,
    SAME_TIME,
    any_of,
)

_LABEL = re.compile(r"[^\d:|]{2,40}?(?:\s?[:|]\s|\s-\s(?=\d|od\b|w\b))")
_SOMETHING_NAMED = re.compile(
    r"(?:[Aa]plikacj|[Ss]ystem|[Ss]erwis|[Pp]ortal|[Pp]latform|[Uu]sług|[Bb]ank)\w{0,3} [„\"]?"
    r"(?!Bankowo|Mobiln|Internet|Elektron|Bank|Online|Android|Apple|Google|Transakc)"
    r"(?:[A-Z]\w+|[a-z]+[A-Z]\w*)"
)
_EVERYWHERE = re.compile(r"\([^()]{0,60}\)|\bwszystk\w+ (?:\w+ )?oddzial\w*")
"""For whom a system is lost, which is no place with hours of its own: "SZOI (wszystkie oddziały)"."""
_ALWAYS_OPEN = re.compile(r"\b(?:dostep|czynn|dziala|pracuj)\w*(?: \w+){0,4} cal[ae] dob[ey]\b")
_TRIAL = re.compile(r"\b(?:srodowisk|platform|instancj|wersj)\w* (?:test|integrac|szkol|demo)")
_REAL = re.compile(r"\bprodukc")
_LINE_LISTED = re.compile(r"(?:,|\bi\b|\boraz\b|\bani\b) infolini\w+(?=[.,;]|$| i\b| oraz\b)")


_CAUTION = any_of(
    r"uwaza[jc]",
    "pamieta",
    "czujn",
    "ostrozn",
    "wykorzyst",
    "nigdy nie",
    r"nie (?:podawaj|klikaj)",
    "uwaga na",
    "strze[zg]",
)
_CLAIM = any_of("pisz", "wysyl", "rozsyl", "twierdz", "informuj", "sms", "mail", "wiadomos")


def _cautions(sentence: Sentence) -> bool:
    """True for "Uważaj na oszustów" beside an outage, where nobody tells what they claim."""
    return _CAUTION.search(sentence.folded) is not None and _CLAIM.search(sentence.folded) is None


class Judge:
    """Decides what a piece of a sentence is about; asks the context only for what the piece leaves out."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reason_against(self, number: int, sentence: Sentence, piece: Piece, *, told: bool) -> str | None:
        """Why the piece gives no window; "" where it has nothing to do with outages, ``None`` for no reason.

        ``told``: the section has given its window; hours without a word on what they are then are not its.
        """
        told = told and not (
            piece.range.dated_in_full or sentence.mentions or self._context.leads_list(number)
        )
        told = told or (piece.range.whole_days and not sentence.statement.about)
        folded = piece.folded
        works = works_at(sentence.folded, piece.range.first, piece.range.last)
        works = works and not (sentence.statement.lost and ONLY.search(folded))
        works = works or (not sentence.statement.about and self._context.works_by_lead(number))
        if works or _every_week(piece.range) or (piece.range.whole_days and _ALWAYS_OPEN.search(folded)):
            return ""
        if (reason := self._reason_beside(number, sentence, piece)) is not None:
            return reason
        own = statement_of(folded).about or sentence.statement.about
        if not own and (told or not self._context.about(number) or self._of_somebody_else(sentence, piece)):
            return ""
        if piece.range.after and not statement_of(folded).lost:
            return ""
        folded = _without_listed(folded)
        where = _EVERYWHERE.sub(" ", folded)
        place = PLACES.search(where) and not (BANKING.search(folded) or APP.search(folded))
        elsewhere = place or (ELSEWHERE.search(where) and not self._concerns_us(sentence, piece))
        if elsewhere and not self._says_ours_is_lost(sentence, piece):
            return "other-service" if own else ""
        if EVENTS.search(sentence.folded) and (
            not statement_of(folded).lost or INVITES.search(sentence.folded)
        ):
            return "other-service"
        leads = sentence.heads and not own
        leads = leads or (sentence.text.endswith(":") and not _names_one(sentence, piece))
        others = leads and self._context.only_products_below(number)
        if others or (not own and self._context.only_products_behind(number)):
            return "other-service"
        return self._reason_by_words(number, piece)

    def _reason_beside(self, number: int, sentence: Sentence, piece: Piece) -> str | None:
        """What the piece or the sentences around it speak of instead: a failure, a fraud, opening hours."""
        beside = [*self._context.heads(number)[:1], *self._context.beside(number)]
        broken = not sentence.statement.planned and any(is_failure(one.folded) for one in beside)
        if is_failure(piece.folded) or (broken and not self._context.planned_before(number)):
            return "failure"
        if any(_TRIAL.search(one.folded) for one in beside) and not self._context.says(_REAL):
            return "other-service"
        if any(FRAUD.search(one.folded) and (one is sentence or not _cautions(one)) for one in beside):
            return "denied"
        if self._context.answers_something_else(number):
            return "other-service"
        named = _names_one(sentence, piece) or ACCESS.search(piece.folded) or APP.search(piece.folded)
        if OPEN_OR_SHUT.search(piece.folded) and not named:
            return ""
        folded = _without_listed(piece.folded)
        return "" if SERVICE_HOURS.search(folded) and not statement_of(folded).about else None

    @staticmethod
    def _of_somebody_else(sentence: Sentence, piece: Piece) -> bool:
        """ "Poczta: 8:00–16:00": a line under a label that is no part of an announcement."""
        label = _LABEL.match(piece.folded)
        if label is None or _names_one(sentence, piece):
            return False
        return not (OWN_LABELS.search(label[0]) or ACCESS.search(label[0]) or APP.search(label[0]))

    def _reason_by_words(self, number: int, piece: Piece) -> str | None:
        folded = piece.folded
        if DENIED.search(folded) and not statement_of(folded).maybe:
            return (
                "denied"  # "mogą wystąpić opóźnienia, ale usługi nie zostaną wyłączone" is slow all the same
            )
        if AT_A_COUNTER.search(folded):
            return "other-service"  # "nie potwierdzamy profili zaufanych": an office speaks of its own people
        beside = self._context.beside(number) if piece.range.end is None else []
        if PERMANENT.search(folded) or any(PERMANENT.search(one.folded) for one in beside):
            return "permanent"
        long_ago = not piece.range.dated_in_full and LONG_AGO.search(folded) is not None
        if long_ago or LASTED_LONGER.search(folded):
            return "past-tense"
        telling = kind_of(folded) in (Kind.PLANNED, Kind.COMPLETED)
        return "past-tense" if telling and PAST.search(folded) and not AHEAD.search(folded) else None

    @staticmethod
    def _concerns_us(sentence: Sentence, piece: Piece) -> bool:
        if ACCESS.search(piece.folded) or APP.search(piece.folded):
            return True
        systems = affected(sentence, piece.start, piece.end).systems
        return sentence.statement.planned and any(not one.startswith("payments.") for one in systems)

    @staticmethod
    def _says_ours_is_lost(sentence: Sentence, piece: Piece) -> bool:
        """ "Placówki medyczne nie wystawią e-recept w P1": whoever is named besides, a system of ours is lost."""
        if (
            not (sentence.statement.lost or sentence.statement.maybe)
            or OPEN_OR_SHUT.search(piece.folded)
            or SERVICE_HOURS.search(piece.folded)
        ):
            return False
        systems = affected(sentence, piece.start, piece.end).systems
        return any(
            one.system in systems
            and one.role in (Role.PLAIN, Role.MEANS)
            and not one.system.startswith("payments.")
            for one in sentence.mentions
        )

    def systems(self, number: int, sentence: Sentence, piece: Piece, previous: Found) -> Found | str:
        """The systems of the piece, or why they are not ours to speak of."""
        found = affected(sentence, piece.start, piece.end)
        found = with_heading(self._context, number, sentence, found)
        if piece.several:
            found = self._behind_colon(sentence, piece) or found
            if len(found.systems) > 1:
                found = Found(found.systems, "system-unclear", found.unknown)
        compared = found.problem if not found.systems else ""
        another = _SOMETHING_NAMED.search(sentence.text, piece.start, piece.end) is not None
        if not found.systems and another and previous.systems:
            return "unknown-system"
        if not found.systems and not found.unknown:
            found = previous if previous.systems else affected(sentence)
            if found.systems and piece.several and not previous.systems:
                found = Found(found.systems, "system-unclear" if len(found.systems) > 1 else found.problem)
        if not found.systems and not found.unknown:
            found = self._context.systems(number)
            compared = compared or ("system-unclear" if another and found.systems else "")
        if found.unknown and not found.systems:
            found = self._context.said_behind(number)
        if not found.systems and (found.unknown or another or _SOMETHING_NAMED.search(sentence.text)):
            return "unknown-system"
        if compared:
            found = Found(found.systems, found.problem or compared, found.unknown, found.evidence)
        if found.systems == ("mojeid",):
            found = of_the_bank_above(self._context, number, sentence, found)
            if found.unknown:
                return "unknown-system"
        if not found.problem and only_a_part(self._context, number, sentence, found):
            found = Found(found.systems, "system-unclear", found.unknown, found.evidence)
        return self._without_products(number, sentence, piece, found)

    def systems_of_gap(self, number: int, sentence: Sentence) -> Found:
        """The systems of a sentence that tells when they work, not when they do not."""
        mentions = [m for m in sentence.mentions if m.role is not Role.ASIDE]
        named = compact(tuple(m.system for m in mentions if m.system))
        if named or any(not m.system for m in mentions):
            return Found(named)
        return self._context.systems(number)

    @staticmethod
    def _behind_colon(sentence: Sentence, piece: Piece) -> Found | None:
        """ "Przerwa w A i B: A od … do …, B od … do …": the names before the colon are the title of the list."""
        colon = sentence.folded.rfind(": ", piece.start, piece.range.first)
        found = affected(sentence, colon, piece.end) if colon >= 0 else Found()
        return found if found.systems else None

    def _without_products(self, number: int, sentence: Sentence, piece: Piece, found: Found) -> Found | str:
        """Payments are no log-in: a bank whose cards rest is a bank that works."""
        folded = without_kept(piece.folded)
        payments = tuple(one for one in found.systems if one.startswith("payments."))
        others = tuple(one for one in found.systems if not one.startswith("payments."))
        if payments and not others:
            around = self._context.systems(number)
            if not around.unknown and not self._context.banks():
                return "other-service" if self._context.of_one_bank() else found
            others, found = around.systems, around
        banks = bool(others) and all(one.startswith("bank.") for one in others)
        in_channels = (banks or not others) and products_in_channels(folded)
        rests = only_products(folded) or (in_channels and "transakcj" not in folded)  # these are all there is
        rests = rests or only_brokers(folded) or only_beside(folded)
        if rests and CASH.search(folded) and not banks and not _names_one(sentence, piece):
            return "other-service"
        if rests and (banks or not others):
            added = self._context.login_added(number) if banks else None
            if added is None:
                return (
                    Found(others, found.problem, False, found.evidence, payments=True)
                    if banks
                    else "other-service"
                )
            limited = not added.statement.lost
            again = SAME_TIME.search(added.folded) or BACK.search(added.folded)
            problem = found.problem if again and not limited else "system-unclear"
            return Found(others, problem, False, added.text, limited=limited)
        if banks and not found.problem and in_channels:
            found = Found(found.systems, "system-unclear", found.unknown, found.evidence)
        payments_only = (
            banks
            and not says_enough(folded)
            and scope_of(self._context, number, sentence, others) is Scope.PAYMENTS
        )
        return Found(others, found.problem, False, found.evidence, payments_only, found.limited)


def _without_listed(folded: str) -> str:
    """The text without a telephone line that ends a list of what is lost: "serwis, aplikacja, infolinia"."""
    if "infolini" not in folded or not (ACCESS.search(folded) or APP.search(folded)):
        return folded
    return _LINE_LISTED.sub(" ", folded)


def _names_one(sentence: Sentence, piece: Piece) -> bool:
    """True where the piece itself names a system of ours."""
    return any(m.system and piece.start <= m.start and m.end <= piece.end for m in sentence.mentions)


def _every_week(found: Range) -> bool:
    """ "od poniedziałku do piątku w godz. 8-16": when people are at work."""
    return any(days.spread is Spread.STRETCH and not days.days[0].dated for days in found.on)
