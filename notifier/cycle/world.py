"""What mails need to know of windows, as one pass sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from notifier.cycle.mailing import Events
from notifier.model import Notice, Window
from notifier.store import NoticeRow


@dataclass(frozen=True, slots=True)
class World:
    """Answers about windows.

    ``event`` is the event of a window for an audience, with the advice as it is now; ``version`` a window
    as it was in an edition; ``revive`` a notice as it was made; ``ahead`` the windows and audiences told
    of them that begin after one moment and up to another.
    """

    event: Events
    version: Callable[[str, int], Window]
    revive: Callable[[NoticeRow], Notice]
    ahead: Callable[[datetime, datetime], Iterable[tuple[str, str]]]
