"""What a kind of source is: how it is carried to us, and a function from what came to what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from notifier.model import NotifierError
from notifier.sources.document import Document
from notifier.sources.reading import Names
from notifier.sources.source import Source
from notifier.sources.statement import Claim, TroubleKind

BACK = timedelta(days=7)
"""How long what is over is still told: long enough that nobody takes its end for its disappearance."""

MOST_REMEMBERED = 1000
"""Texts of one source whose first sight is remembered."""


class SourceError(NotifierError):
    """A source gave nothing that could be used. ``detail`` is for the operator and holds no secret.

    ``retry_after`` is how long the source asked to be left alone.
    """

    def __init__(self, kind: TroubleKind, detail: str, retry_after: timedelta | None = None) -> None:
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(f"{kind}: {detail}")


class Carrier(StrEnum):
    """How what a source says comes to us."""

    DOCUMENT = "document"  #: one document, asked for over HTTP or read from a file
    MAILBOX = "mailbox"  #: mails in a folder that is looked into over IMAP
    PIPE = "pipe"  #: mails handed to ``notifier sources take``


@dataclass(slots=True)
class Memory:
    """When texts without a date were first seen, so that "tomorrow" means the same at every poll.

    ``known`` is from earlier polls; ``used`` is what to remember after this one.
    """

    now: datetime
    known: Mapping[str, datetime] = field(default_factory=dict)
    used: dict[str, datetime] = field(default_factory=dict)

    def first_seen(self, text: str) -> datetime:
        """When this very text was first read, which is now if it is new."""
        key = hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:24]
        moment = self.known.get(key, self.now)
        if len(self.used) < MOST_REMEMBERED:
            self.used[key] = moment
        return moment


@dataclass(frozen=True, slots=True)
class Asked:
    """What a kind is given besides the document: the operator's entry, the moment, names, memory."""

    source: Source
    now: datetime
    names: Names
    memory: Memory


@dataclass(frozen=True, slots=True)
class Told:
    """What one document says.

    ``items`` counts all it holds, whether about us or not: none at all is a sign of trouble unless
    ``may_be_empty``. ``complete``: see :class:`Statement`. ``as_of`` is the document's own date, by which
    an older copy is known.
    """

    claims: tuple[Claim, ...]
    items: int
    complete: bool = False
    may_be_empty: bool = True
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source.

    ``read`` is pure but for the memory; it raises :class:`SourceError` (odd layout, bad data, cut short,
    log-in page) and nothing else, whatever the bytes. ``accept`` is sent as the HTTP field of that name.
    """

    read: Callable[[Document, Asked], Told]
    carrier: Carrier = Carrier.DOCUMENT
    accept: str = "*/*"


def end_after(start: datetime | None, end: datetime | None) -> tuple[datetime | None, tuple[str, ...]]:
    """The end as far as it can be used, and what is wrong with it; one that is not after the start is none."""
    if end is None:
        return None, ("no end is given",)
    if start is not None and end <= start:
        return None, ("it ends when it begins" if end == start else "it ends before it begins",)
    return end, ()
