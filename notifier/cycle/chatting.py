"""What a pass has said in chats: notices in words, made when they are recorded, and what is still owed.

A channel is read by people, so what reads the same for several audiences is said there once. What cannot be put
into words stays owed and holds up nothing else; it is tried again once by each new object, as mails are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from notifier.config.settings import ChatSettings
from notifier.cycle.mailing import Mailing
from notifier.cycle.owed import Owed
from notifier.cycle.wanting import wants
from notifier.cycle.world import World
from notifier.model import Notice, Occasion
from notifier.render import ChatWords, Unforgiven
from notifier.store import Store

MARK = "owed-chats"

Told = tuple[int, Notice]
"""A notice with its number in the store."""


class Chatting:
    """Puts notices into words for the chats of one configuration."""

    def __init__(self, store: Store, mailing: Mailing) -> None:
        self.owed: Owed[str] = Owed()
        self._store = store
        self._chats = mailing.settings.chats
        self._first = mailing.settings.site.languages[0]
        self._renderer = mailing.renderer
        self._omissions = mailing.omissions or Unforgiven()
        self._tried = False

    def say(
        self, newer: Mapping[str, Collection[str]], due: Sequence[Told], world: World, now: datetime
    ) -> list[tuple[ChatSettings, Told, bytes]]:
        """What the ``due`` notices, and those that are owed, come to in each chat. The transaction is the caller's.

        ``newer`` are the windows and audiences of which nothing older is true any more.
        """
        if not self._chats:
            return []
        mark = self._store.marks.get(MARK)
        self.owed = Owed.read(mark)
        self.owed.expire(now)
        for window, audiences in newer.items():
            self.owed.drop(window, audiences)
        old: list[Told] = []
        debts = self.owed.debts
        if not self._tried:
            old = [(row.id, world.revive(row)) for row in self.owed.rows(self._store)]
            self.owed.debts = {}
        self._tried = True
        said = []
        for chat in self._chats:
            theirs = [told for told in old if chat.id in debts[told[0]].people]
            theirs += [told for told in due if wants(chat, told[1])]
            said += [(chat, told, body) for told, body in self._said(chat, theirs)]
        if (text := self.owed.write()) != (mark or "[]"):
            self._store.marks.put(MARK, text)
        return said

    def _said(self, chat: ChatSettings, told: Sequence[Told]) -> Iterator[tuple[Told, bytes]]:
        """One text for all audiences that it suits; unless these are all that the chat is for, it names them."""
        everybody = frozenset(chat.audiences or self._renderer.catalogue.audiences)
        abouts: dict[tuple[str, Occasion], list[Told]] = {}
        for each in told:
            abouts.setdefault((each[1].key.window, each[1].key.occasion), []).append(each)
        for about in abouts.values():
            alike: dict[ChatWords, list[Told]] = {}
            for each in about:
                if (words := self._words(chat, each)) is not None:
                    alike.setdefault(words, []).append(each)
            for words, same in alike.items():
                readers = list(dict.fromkeys(notice.key.audience for _, notice in same))
                exact = words if everybody <= {*readers} else self._words(chat, same[0], readers)
                if exact is not None:
                    body = {"title": exact.title, "body": exact.text}
                    yield same[0], json.dumps(body, ensure_ascii=False).encode()
                for id_, notice in same if exact is None else ():
                    self.owed.add(id_, notice, [chat.id])

    def _words(self, chat: ChatSettings, told: Told, readers: Sequence[str] = ()) -> ChatWords | None:
        """The text; where there is none, it is owed."""
        id_, notice = told
        language = chat.language or self._first
        words = self._omissions.attempt(
            partial(self._renderer.chat, notice, language, readers),
            language=language,
            window=notice.key.window,
            audience=notice.key.audience,
        )
        if words is None:
            self.owed.add(id_, notice, [chat.id])
        return words
