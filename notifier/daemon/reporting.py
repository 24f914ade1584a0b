"""What a pass did, as log lines for whoever reads them later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog

from notifier.cycle import Pass
from notifier.model import Severity, Window

log = structlog.get_logger()


def report(done: Pass) -> None:
    """One line per window and occasion that somebody could still act on."""
    told: dict[tuple[str, str], list[str]] = {}
    grave: set[str] = set()
    for _, notice in done.notices:
        if notice.sent and notice.useful_until > done.now:
            told.setdefault((notice.key.window, notice.key.occasion), []).append(notice.key.audience)
            if notice.severity is Severity.CRITICAL:
                grave.add(notice.key.window)
    for (window, occasion), audiences in told.items():
        log.info("told", window=window, occasion=occasion, audiences=" ".join(sorted(audiences)))
    for window in sorted(grave):
        log.warning("nothing left for an essential task", window=window)
    if done.mails or done.held:
        log.info("mails enqueued", mails=done.mails, held=done.held)


def still_open(windows: Iterable[Window], now: datetime) -> int:
    """How many are ahead or under way."""
    return sum(1 for window in windows if window.counts and window.interval.until > now)
