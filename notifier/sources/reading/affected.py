"""Which systems a piece of a sentence says something about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from notifier.sources.reading.documents import without_documents
from notifier.sources.reading.places import (
    is_a_paper,
    one_service,
    without_labels,
    without_places,
    without_remarks,
)
from notifier.sources.reading.roles import Mention, Role
from notifier.sources.reading.sentences import Sentence
from notifier.sources.reading.statements import LISTED, all_work_at, neutral_at, works_at
from notifier.sources.reading.vocabulary import APP, any_of


@dataclass(frozen=True, slots=True)
class Found:
    """Systems and how far they can be relied on: a problem, ``unknown`` for a name that is not ours.

    ``payments``: of these banks only cards and transfers are meant. ``limited``: they can be reached, if with limits.
    """

    systems: tuple[str, ...] = ()
    problem: str = ""
    unknown: bool = False
    evidence: str = ""
    payments: bool = False
    limited: bool = False


NOTHING = Found()
_COMPARED = Found(problem="system-unclear")
"""Only others are named, to compare with them: whoever is meant stands elsewhere, if the comparison was understood."""


def affected(sentence: Sentence, start: int = 0, end: int | None = None) -> Found:
    """The systems that a piece of a sentence says something about, without those that go on working.

    What people log in *with* is named before what they log in *to*; who speaks counts only alone.
    """
    end = len(sentence.text) if end is None else end
    inside = [m for m in sentence.mentions if m.start >= start and m.end <= end]
    if not inside:
        return NOTHING
    if all(m.role is Role.ASIDE for m in inside):
        return _COMPARED
    inside = [m for m in inside if m.role is not Role.ASIDE]
    only_works = sentence.statement.works and not sentence.statement.about
    concerned = [] if only_works else _concerned(sentence.folded, inside)
    concerned = [replace(m, system="") if is_a_paper(sentence.folded, m) else m for m in concerned]
    known = without_labels(sentence.folded, [m for m in concerned if m.system])
    known = [m for m in known if not m.system.startswith("payments.")]
    if not known and any(not m.system for m in concerned):
        return Found(unknown=True)
    known = known or [m for m in concerned if m.system]
    known = without_documents(sentence.folded, without_remarks(sentence.folded, known))
    known = without_places(sentence.folded, _not_the_ways_in(_explained(sentence.folded, known)))
    for role in (Role.MEANS, Role.PLAIN, Role.TARGET, Role.SPEAKER):
        chosen = [m for m in known if m.role is role]
        if role is Role.PLAIN and not (
            _logs_in(sentence.folded, known) and any(is_a_way(m.system) for m in chosen)
        ):
            chosen = [m for m in known if m.role in (Role.PLAIN, Role.TARGET)]
        if role is Role.MEANS and not _logs_in(sentence.folded, chosen):
            continue
        if chosen and role is Role.MEANS:
            chosen += [
                m
                for m in known
                if m.role in (Role.TARGET, Role.PLAIN)
                and (m.system in _SIGNATURES or _said_anew(sentence.folded, m, chosen[0]))
            ]
        chosen = _without_own_parts(sentence.folded, _hub_of(chosen))
        if chosen and _of_an_unknown_bank(chosen, concerned, sentence.folded):
            return Found(unknown=True)
        if chosen:
            unclear = _at_a_bank(chosen, concerned, sentence.folded) or _also_works(sentence, inside, chosen)
            unclear = unclear or (role is Role.MEANS and _of_another(chosen, concerned, sentence.folded))
            unclear = unclear or _before_a_company(sentence.folded, chosen, concerned)
            part = one_service(sentence.folded, chosen)
            problem = "system-unclear" if unclear or part else ""
            return Found(compact(tuple(m.system for m in chosen)), problem, limited=part)
    return Found(compact(tuple(m.system for m in known))) if known else NOTHING


def _before_a_company(folded: str, chosen: list[Mention], concerned: list[Mention]) -> bool:
    """ "PKO BP – iPKO biznes nie zadziała": behind the label only what the bank has for companies is named."""
    unknown = {one.start for one in concerned if not one.system}
    last = chosen[-1].end
    return any(folded.startswith(sign, last) and last + len(sign) in unknown for sign in (": ", " - ", ", "))


def _explained(folded: str, known: list[Mention]) -> list[Mention]:
    """ "podpisywanie Profilem Zaufanym (podpis zaufany)": brackets behind a name say which part of it is meant."""
    wide = [
        one
        for one, part in pairwise(known)
        if part.system.startswith(f"{one.system}.") and folded[one.end : part.start].strip() == "("
    ]
    return [one for one in known if one not in wide]


def _not_the_ways_in(known: list[Mention]) -> list[Mention]:
    """ "e-ZLA nie wystawisz, także w programie gabinetowym": the programs of practices work, but reach nothing."""
    others = [one for one in known if one.system != "ehr"]
    return others or known


_SIGNATURES = frozenset({"pz.sign", "psig", "qsig"})
"""What people sign with is nothing to log in to: beside a way to log in it is lost as well."""

_WAYS = frozenset("pz mojeid mobywatel edowod login-gov ueoz bank qsig psig".split())


def is_a_way(system: str) -> bool:
    """True for what people log in or sign with; e-ZLA beside PUE ZUS is none, and lost as well."""
    return system.partition(".")[0] in _WAYS


_ANEW = re.compile(r"(?:\b(?:i|oraz|ani)\b|,) (?:\w+ ){0,2}nie\b")


def _said_anew(folded: str, one: Mention, other: Mention) -> bool:
    """ "nie zalogujesz się do A i nie potwierdzisz tożsamości przez B": two things are lost, not one with the other."""
    first, second = sorted((one, other), key=lambda m: m.start)
    return _ANEW.search(folded, first.end, second.start) is not None


def _also_works(sentence: Sentence, inside: list[Mention], chosen: list[Mention]) -> bool:
    """ "Millennium: prace tylko na stronie, Millenet będzie działać": nothing is lost, and the same is said to work."""
    if sentence.statement.lost:
        return False
    systems = {one.system for one in chosen}
    working = (one for one in inside if one not in chosen and one.system in systems)
    return any(works_at(sentence.folded, one.start, one.end) for one in working)


def _concerned(folded: str, mentions: list[Mention]) -> list[Mention]:
    """Those that are not said to go on working; in a list what holds for one name holds for the next."""
    works = [works_at(folded, one.start, one.end) for one in mentions]
    listed = [LISTED.fullmatch(folded, one.end, other.start) is not None for one, other in pairwise(mentions)]
    for place in range(1, len(mentions)):
        works[place] = works[place] or (works[place - 1] and listed[place - 1])
    for place in reversed(range(len(mentions) - 1)):  # "Profil Zaufany, e-dowód i bank działają"
        one, other = mentions[place : place + 2]
        if works[place + 1] and listed[place] and neutral_at(folded, one.start, one.end):
            works[place] = works[place] or all_work_at(folded, other.start, other.end)
    return [one for one, working in zip(mentions, works, strict=True) if not working]


def _logs_in(folded: str, mentions: list[Mention]) -> bool:
    return bool(mentions) and any(
        stem in folded for stem in ("logow", "zalog", "podpis", "uwierzyt", "potwierdz")
    )


_MANY = 3


def _hub_of(chosen: list[Mention]) -> list[Mention]:
    """ "mojeID nie zadziała w bankach: A, B, C, D": the hub, not all these banks."""
    banks = [m for m in chosen if m.system.startswith("bank.")]
    others = [m for m in chosen if not m.system.startswith("bank.")]
    return others if len(banks) >= _MANY and others and others[0].start < banks[0].start else chosen


_CHANNELS = any_of(
    APP.pattern, "bankowosc", "serwis(?!ow)", "system", r"\w*bank24", r"\w*online", "millenet", "ca24", "pekao24",
    "e25", "e-bank", "ipko", "inteligo", "mo(?:je|jego|jemu|im) ing", "internet", r"teleb", r"do bank", r"kont[oa]\b",
)  # fmt: skip
_CONFIRMED = re.compile(
    r"\b(?:potwierdz|zaloz|zaklad|przedluz|aktyw|odnow)\w*(?: \w+){0,3} $|\bmoje ?id(?:,| i| oraz| ani) (?:\w+ )?$"
)


_INSIDE = re.compile(r" (?:w|we|z poziomu|przez|poprzez) ")
_THROUGH_A_BANK = re.compile(r" (?:przez|poprzez|za posrednictwem|z) (?:\w+ )?bank")
_BY_OUR_BANK = re.compile(r"\b(?:w|przez|poprzez) nasz\w{1,3} banku? \($")
_IN_A_CHANNEL = re.compile(rf"{_INSIDE.pattern}{_CHANNELS.pattern}")


def own_part(folded: str, mention: Mention) -> bool:
    """True for what a bank does for its own customers only: mojeID, and confirming Trusted Profiles."""
    if mention.system in ("mojeid", "pz.account"):
        return True
    if mention.system != "pz":
        return False
    through = _THROUGH_A_BANK.match(folded, mention.end) is not None
    if _BY_OUR_BANK.search(folded, 0, mention.start):
        return True
    return through or _CONFIRMED.search(folded, 0, mention.start) is not None


def _without_own_parts(folded: str, chosen: list[Mention]) -> list[Mention]:
    """ "W BOŚ niedostępne: aplikacja, usługa mojeID": beside a bank its own part of mojeID is meant, not all of it."""
    others = [m for m in chosen if not own_part(folded, m)]
    banks = bool(others) and all(m.system.startswith("bank.") for m in others)
    if not banks or len(others) == len(chosen):
        return chosen
    inside = [_INSIDE.match(folded, m.end) for m in chosen if m not in others]
    if any(inside) if chosen[0] not in others else any(_IN_A_CHANNEL.match(folded, m.end) for m in chosen):
        return chosen  # "mojeID w aplikacji mBanku": nothing else of the bank is lost
    return others if beside_channels(folded, chosen) else chosen


def beside_channels(folded: str, mentions: list[Mention]) -> bool:
    """True where besides a bank's part of mojeID its application or its other services are named."""
    rest = folded
    for one in mentions:
        if own_part(folded, one):
            rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    return _CHANNELS.search(rest) is not None


def _of_an_unknown_bank(chosen: list[Mention], concerned: list[Mention], folded: str) -> bool:
    """True where a bank that nobody knows speaks of its part of mojeID."""
    if not all(own_part(folded, m) for m in chosen) or any(m.system.startswith("bank.") for m in concerned):
        return False
    return 0 < sum(is_unknown_bank(m, folded) for m in _owners(concerned, folded)) < _MANY


_HUB = re.compile(r"\b(?:krajow\w+ izb\w+ rozliczeniow\w+|kir)\b")
_FOR_EXAMPLE = re.compile(
    r"\b(?:takze|rowniez|tez|w tym|m\.in\.|miedzy innymi|np\.|na przyklad) (?:(?:u|w|we|dla|przez|z) )?(?:klient\w+ )?$"
)


def _owners(concerned: list[Mention], folded: str) -> list[Mention]:
    """Those whose own part of mojeID may be meant: none where the hub speaks, or a bank is but an example."""
    if _HUB.search(folded):
        return []
    return [m for m in concerned if not _FOR_EXAMPLE.search(folded, max(0, m.start - 40), m.start)]


_A_BANK = re.compile(r"(?:\w* )?\w*bank|bs\b|skok")


def is_unknown_bank(mention: Mention, folded: str) -> bool:
    """True for the name of a bank that the catalogue does not have."""
    return not mention.system and _A_BANK.match(folded, mention.start, mention.end) is not None


def _of_another(chosen: list[Mention], concerned: list[Mention], folded: str) -> bool:
    """ "Do e-Urzędu Skarbowego nie zalogujesz się Profilem Zaufanym": the means, or that office alone.

    The same with what is confirmed through a bank: the bank, or its part in confirming.
    """
    if all(m.system.startswith("bank.") for m in chosen):
        only_means = all(m.role is Role.MEANS for m in concerned if m.system.startswith("bank."))
        return only_means and any(own_part(folded, m) for m in concerned)
    certificate = any(m.system == "zuscert" for m in chosen)  # one has it: the issuing of others is not meant
    return certificate or any(not m.system and not is_unknown_bank(m, folded) for m in concerned)


def _at_a_bank(chosen: list[Mention], concerned: list[Mention], folded: str) -> bool:
    """ "Bank Millennium informuje, że mojeID …": the hub, or only that bank's part in it."""
    hub = any(m.system.partition(".")[0] in ("mojeid", "pz") for m in chosen)
    if not hub:
        return False
    banks = [
        m
        for m in _owners(concerned, folded)
        if m.system.startswith("bank.") or (not m.system and "bank" in folded[m.start : m.end])
    ]
    return 0 < len(banks) < _MANY


PARTS = {"pz": frozenset({"pz.login", "pz.sign", "pz.account"})}
"""Systems that are lost as a whole where all of their parts are named."""


def compact(systems: tuple[str, ...]) -> tuple[str, ...]:
    """Each system once, without those that another one covers, in the order of the text."""
    once = tuple(dict.fromkeys(systems))
    for whole, parts in PARTS.items():
        if parts.issubset(once):
            once = tuple(dict.fromkeys(whole if one in parts else one for one in once))
    return tuple(one for one in once if not any(one.startswith(f"{other}.") for other in once))


def covers(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    """True when every system of ``narrow`` is one of ``wide`` or below one."""
    return all(any(one == other or one.startswith(f"{other}.") for other in wide) for one in narrow)
