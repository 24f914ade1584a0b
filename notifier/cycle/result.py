"""What a pass leaves behind, for whoever had it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from notifier.feeds import Desk
from notifier.model import Edition, Notice
from notifier.render import Untold


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did.

    ``notices`` are those recorded now, with their ids; ``tree`` is the new public tree, or ``None``
    where nothing public changed, ``desk`` the same feeds to be narrowed; ``look_again`` is when
    something will be due (``None``: never).
    ``untold`` are the texts that cannot be written at present: they are missing from feeds, pages and
    mails, and everything else goes out. ``stale`` are the sources not read for too long; ``drafts``
    counts the readings that wait for a person.
    """

    now: datetime
    editions: tuple[Edition, ...]
    notices: tuple[tuple[int, Notice], ...]
    mails: int
    held: int
    tree: Mapping[str, bytes] | None
    look_again: datetime | None
    refused: bool = False
    untold: tuple[Untold, ...] = ()
    desk: Desk | None = None
    stale: Mapping[str, str] = field(default_factory=dict)
    drafts: int = 0
