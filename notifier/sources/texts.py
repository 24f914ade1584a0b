"""An announcement in words -> claims, by way of the reader of Polish."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from notifier.model import Impact, Status, iso
from notifier.sources.kind import Asked
from notifier.sources.reading import Certainty, Kind, ReadWindow, read
from notifier.sources.statement import MOST_EVIDENCE, Claim

NOT_DATED = "the source does not say when this was published, and the reading depends on it"

_FIRST_YEAR, _LAST_YEAR = 2000, 2199
"""A date of publication outside is a mistake of some content system."""

_STATUS = {Kind.CANCELLED: Status.CANCELLED, Kind.COMPLETED: Status.COMPLETED}
_EARLIER = (timedelta(days=1), timedelta(days=8))
_WORTH_A_LOOK = frozenset({"vague", "too-long"})


def claims_of(
    text: str, asked: Asked, *, published: datetime | None, url: str, identity: str = ""
) -> tuple[Claim, ...]:
    """The claims of a text or page. ``identity`` is the source's own id of it, empty if it has none.

    Without ``published`` the text counts as published when it was first seen. Only if an earlier day
    would give the same reading is that not a doubt: a text with full dates needs no date of its own.
    """
    if published is not None and not _FIRST_YEAR <= published.year <= _LAST_YEAR:
        published = None
    day = published or asked.memory.first_seen(text)
    reading = read(text, day, asked.names)
    doubt = () if published or _says_the_same(text, day, asked, reading.windows) else (NOT_DATED,)
    claims = [_claim(window, asked, published, url, identity, doubt) for window in reading.windows]
    claims += (
        Claim(
            key=_digest(identity, refused.evidence),
            systems=asked.source.systems,
            start=None,
            end=None,
            impact=Impact.OUTAGE,
            status=Status.TENTATIVE,
            published=published,
            url=url,
            evidence=refused.evidence[:MOST_EVIDENCE],
            sure=False,
            problems=(str(refused.reason),),
        )
        for refused in reading.refused
        if refused.reason.code in _WORTH_A_LOOK and refused.evidence
    )
    return tuple(told_apart(claims))


def told_apart(claims: Iterable[Claim]) -> Iterator[Claim]:
    """The same claims with keys of their own: a second one under a key gets ``-2`` at its end."""
    seen: dict[str, int] = {}
    for claim in claims:
        number = seen[claim.key] = seen.get(claim.key, 0) + 1
        yield claim if number == 1 else replace(claim, key=f"{claim.key}-{number}")


def _claim(
    window: ReadWindow,
    asked: Asked,
    published: datetime | None,
    url: str,
    identity: str,
    doubt: tuple[str, ...],
) -> Claim:
    systems = window.systems or asked.source.systems
    problems = (*(str(problem) for problem in window.problems), *doubt)
    conditional = any(problem.code == "conditional" for problem in window.problems)
    status = Status.TENTATIVE if conditional else Status.CONFIRMED
    moment = "" if identity else iso(window.start) or iso(window.end) or window.evidence
    return Claim(
        key=_digest(identity, moment, *systems),
        systems=systems,
        start=window.start,
        end=window.end,
        impact=window.impact,
        status=_STATUS.get(window.kind, status),
        published=published,
        url=url,
        evidence=window.evidence[:MOST_EVIDENCE],
        sure=window.confidence is Certainty.SURE and not doubt,
        problems=problems,
    )


def _says_the_same(text: str, day: datetime, asked: Asked, windows: tuple[ReadWindow, ...]) -> bool:
    """True when the text reads the same had it been published earlier, across a day and across a week."""
    return all(read(text, day - earlier, asked.names).windows == windows for earlier in _EARLIER)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:20]
