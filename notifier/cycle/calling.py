"""What a pass records for programs and chats: calls, which go out beside mail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from notifier.config import Settings
from notifier.cycle.chatting import Chatting, Told
from notifier.cycle.wanting import wants
from notifier.cycle.world import World
from notifier.model import Notice
from notifier.store import NewCall, Store
from notifier.web import notice_document


class Calling:
    """Fills the queue of calls: for each webhook one a notice, for each chat what there is to say."""

    def __init__(self, store: Store, settings: Settings, chatting: Chatting) -> None:
        self._store = store
        self._site = settings.site
        self._hooks = settings.webhooks
        self._none = not (settings.webhooks or settings.chats)
        self.chatting = chatting

    def record(
        self, newer: Mapping[str, Collection[str]], due: Sequence[Told], world: World, now: datetime
    ) -> int:
        """Record what the ``due`` ones of the notices added now come to; returns how many calls.

        ``newer`` are the windows and audiences of which nothing older is true any more. The transaction is the
        caller's.
        """
        if self._none:
            return 0
        for window, audiences in newer.items():
            self._store.calls.supersede(window, audiences, now)
        said = self.chatting.say(newer, due, world, now)
        spoken = [self._call(told, chat.id, body) for chat, told, body in said]
        return self._store.calls.add([*self._posted(due, now), *spoken], now)

    def _posted(self, due: Sequence[Told], now: datetime) -> Iterator[NewCall]:
        """What webhooks get. There are no words in it, so nothing that cannot be written holds it up."""
        for told in due:
            hooks = [hook.id for hook in self._hooks if wants(hook, told[1])]
            if hooks:
                body = notice_document(told[1], now, self._site.base_url, tuple(self._site.languages))
                yield from (self._call(told, hook, body) for hook in hooks)

    def _call(self, told: Told, receiver: str, body: bytes) -> NewCall:
        id_, notice = told
        return NewCall(id_, receiver, self._message_id(notice, receiver), body, notice.useful_until)

    def _message_id(self, notice: Notice, receiver: str) -> str:
        """Follows from what is told to whom and by which site, and from nothing else, as that of a mail does."""
        key = notice.key
        told = [key.window, key.audience, key.occasion.value, key.detail, receiver, self._site.base_url]
        return f"msg_{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:40]}"
