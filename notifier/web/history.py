"""How a window came to be what it is: each edition beside the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model import Edition, Window

FIELDS = ("systems", "start", "end", "status", "impact", "source")
"""What of a window is compared and shown, in this order."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One edition and the fields in which it differs from the one before (none for the first)."""

    edition: Edition
    before: Window | None
    fields: tuple[str, ...]


def revisions(editions: Sequence[Edition]) -> tuple[Revision, ...]:
    """The editions oldest first, without those that changed nothing a reader can see.

    Who made an edition, why, and notes stay with the operator: they are in one language, and a person's name
    may stand there.
    """
    found: list[Revision] = []
    before: Window | None = None
    for edition in editions:
        fields = _differences(before, edition.window)
        if before is None or fields:
            found.append(Revision(edition, before, fields))
        before = edition.window
    return tuple(found)


def _differences(before: Window | None, after: Window) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(field for field in FIELDS if getattr(before, field) != getattr(after, field))
