"""What a pass records for programs: one call for each notice and each webhook that wants it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from notifier.config import Settings
from notifier.config.settings import WebhookSettings
from notifier.cycle.mailing import makes_needless
from notifier.model import Channel, Notice, Occasion, ancestors
from notifier.store import NewCall, Store
from notifier.web import notice_document

_FOR_ALL = frozenset({Channel.MAIL, Channel.NEWS, Channel.CALENDAR})


class Calling:
    """Fills the queue of calls. There are no words in them, so nothing that cannot be written holds them up."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._site = settings.site
        self._hooks = settings.webhooks

    def record(
        self, added: Sequence[tuple[int, Notice]], due: Sequence[tuple[int, Notice]], now: datetime
    ) -> int:
        """Record the ``due`` ones of the notices added now; returns how many calls. The transaction is the caller's."""
        if not self._hooks:
            return 0
        for _, notice in added:
            if notice.sent and makes_needless(notice):
                self._store.calls.supersede(notice.key.window, [notice.key.audience], now)
        bodies = {
            id_: notice_document(notice, now, self._site.base_url, tuple(self._site.languages))
            for id_, notice in due
            if any(wants(hook, notice) for hook in self._hooks)
        }
        calls = [
            NewCall(id_, hook.id, self._message_id(notice, hook), bodies[id_], notice.useful_until)
            for id_, notice in due
            for hook in self._hooks
            if wants(hook, notice)
        ]
        return self._store.calls.add(calls, now)

    def _message_id(self, notice: Notice, hook: WebhookSettings) -> str:
        """Follows from what is told to whom and by which site, and from nothing else, as that of a mail does."""
        key = notice.key
        told = [key.window, key.audience, key.occasion.value, key.detail, hook.id, self._site.base_url]
        return f"msg_{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:40]}"


def wants(hook: WebhookSettings, notice: Notice) -> bool:
    """True for what the operator chose for this hook; of what is told on request, only occasions named there."""
    if notice.advice is None or not notice.sent:
        return False
    if hook.audiences and notice.key.audience not in hook.audiences:
        return False
    if hook.occasions and notice.key.occasion not in hook.occasions:
        return False
    named = bool(hook.occasions) and notice.key.occasion is not Occasion.REMINDER
    return (named or not _FOR_ALL.isdisjoint(notice.channels)) and _about(hook, notice)


def _about(hook: WebhookSettings, notice: Notice) -> bool:
    """True when the window, as it is or as it was told, touches a system that was named, one in it or around it."""
    windows = [window for window in (notice.advice and notice.advice.window, notice.told) if window]
    return not hook.systems or any(
        system in ancestors(theirs) or theirs in ancestors(system)
        for window in windows
        for system in window.systems
        for theirs in hook.systems
    )
