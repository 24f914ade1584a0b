"""What sources say at present, kept claim by claim: who says what, since when, and which of it is believed. Pure.

A witness is one claim of one source under its key. It outlives polls: a source that cannot be read, or that
shows something else than its facts, leaves its witnesses as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifier.model import iso
from notifier.sources import Claim, Statement

Name = tuple[str, str]
"""Source and key: what a claim is known by."""

FORGOTTEN = timedelta(days=60)
"""How long after its last moment a claim that is told no more is kept."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A claim as its source tells it now, and as much of it as is believed.

    ``since`` is when it began to say ``says``; ``gone`` is when a source that tells all it knows ceased to,
    or said something else in its place.
    ``believed`` is the last of its claims that was published, ``window`` the window that it speaks of since.
    ``by`` and ``decided`` name the person who had it published, and when; empty for a trusted source's word.
    """

    source: str
    key: str
    says: Claim
    since: datetime
    gone: datetime | None = None
    believed: Claim | None = None
    by: str = ""
    decided: datetime | None = None
    window: str = ""

    @property
    def name(self) -> Name:
        """What it is known by."""
        return self.source, self.key

    @property
    def id(self) -> str:
        """A short name for what it says now: a person who decides on it decides on nothing that came later."""
        reading = "\0".join((*self.name, digest_of(self.says)))
        return "d-" + hashlib.sha256(reading.encode("utf-8", "replace")).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on one reading: that it is right, right when put like ``claim``, or wrong."""

    source: str
    key: str
    digest: str
    approved: bool
    claim: Claim | None
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """All witnesses, and when each source was last read."""

    witnesses: Mapping[Name, Witness]
    read: Mapping[str, datetime]


def digest_of(claim: Claim) -> str:
    """Names what a claim says of the facts, however it words it: the same facts are the same reading."""
    facts = (*sorted(claim.systems), iso(claim.start) or "", iso(claim.end) or "", claim.impact, claim.status)
    evidence = () if claim.start else (claim.evidence,)
    return hashlib.sha256("\0".join((*facts, *evidence)).encode("utf-8", "replace")).hexdigest()[:20]


def hear(before: Heard, statements: Iterable[Statement]) -> Heard:
    """What is known after these statements, in whatever order they come; an older one than the last adds nothing."""
    witnesses, read = dict(before.witnesses), dict(before.read)
    for statement in sorted(statements, key=lambda said: (said.source, said.seen_at)):
        last = read.get(statement.source)
        if last is not None and statement.seen_at < last:
            continue
        read[statement.source] = statement.seen_at
        told = {(statement.source, claim.key): claim for claim in statement.claims}
        # A notice without a name of its own is another one when its hours change. Where one of the same
        # systems comes as another goes, the one that went is not confirmed any more, however the source tells.
        fresh = {frozenset(claim.systems) for name, claim in told.items() if name not in witnesses}
        for name, claim in told.items():
            known = witnesses.get(name)
            if known is not None:
                witnesses[name] = _said_again(known, claim, statement.seen_at)
            elif not _is_over(claim, statement.seen_at):
                witnesses[name] = Witness(*name, claim, statement.seen_at)
        for name, known in witnesses.items():
            if known.source != statement.source or name in told or known.gone is not None:
                continue
            if statement.complete or frozenset(known.says.systems) in fresh:
                witnesses[name] = replace(known, gone=statement.seen_at)
    return Heard(witnesses, read)


def forgettable(witness: Witness, now: datetime) -> bool:
    """True for one that is of no use any more. If its source goes on telling of it, it is not taken up anew."""
    last = [witness.says.end or witness.says.start]
    last += [witness.believed.end or witness.believed.start] if witness.believed else []
    moments = [moment for moment in last if moment is not None] or [witness.since]
    return max(moments) + FORGOTTEN < now


def _said_again(known: Witness, claim: Claim, at: datetime) -> Witness:
    if digest_of(known.says) == digest_of(claim) and known.says.sure == claim.sure:
        # Other words for the same: kept for whoever reads them, and no news.
        return replace(known, says=claim, gone=None)
    return replace(known, says=claim, since=at, gone=None)


def _is_over(claim: Claim, at: datetime) -> bool:
    last = claim.end or claim.start
    # Without an end it may go on for longer than a day; what began before that is history.
    return last is not None and last + (timedelta(0) if claim.end else timedelta(days=1)) <= at
