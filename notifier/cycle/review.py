"""Drafts as a person sees them: what was read, from what, what would be told to whom, and their word on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from notifier.config import Config
from notifier.cycle.hearing import Hearing
from notifier.cycle.passing import Cycle
from notifier.cycle.reconcile import Editions, reconcile
from notifier.cycle.verdicts import Draft
from notifier.cycle.witnesses import Decision, digest_of
from notifier.model import Edition, Notice, NotifierError, Window
from notifier.sources import Claim
from notifier.store import Store

_TELLING = re.compile(r"\d[\d.:\u2013-]*(?:\s*r\.)?")
"""Figures: hours and dates, which are what a reading goes wrong on."""


class ReviewError(NotifierError):
    """The decision cannot be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What would be told at once if a draft were approved: the notices with their titles, and how many mails."""

    windows: tuple[Window, ...]
    notices: tuple[tuple[Notice, str], ...]
    mails: int


class _Undo(Exception):
    """No error: it takes a transaction back."""


class Review:
    """Decides on drafts, in transactions of its own. Calls block."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._hearing = Hearing(config, store)

    def drafts(self, now: datetime) -> tuple[Draft, ...]:
        """What waits for a person, the earliest outage first."""
        return self._hearing.look(Editions(self._store.editions.all()), now).drafts

    def find(self, id_: str, now: datetime) -> Draft:
        """The draft of that id. Raises :class:`ReviewError` for one that does not wait."""
        for draft in self.drafts(now):
            if draft.witness.id == id_:
                return draft
        raise ReviewError(
            f"no draft {id_!r} waits for a decision; `notifier windows list --drafts` shows those that do"
        )

    def decide(
        self, draft: Draft, *, approve: bool, who: str, why: str, now: datetime, claim: Claim | None = None
    ) -> tuple[Edition, ...]:
        """Record a decision and what follows from it; ``claim`` is how the reading is to be put instead.

        Raises :class:`ReviewError` where it cannot be published as it is.
        """
        one = draft.witness
        if approve:
            self._check(claim or one.says)
        with self._store.transaction():
            known = self._store.hearsay.witnesses()
            if not any((row.source, row.key) == one.name for row in known):
                raise ReviewError("the draft is there no more")
            editions = Editions(self._store.editions.all())
            # What the files say comes first, as in every pass.
            found = reconcile(editions, self._config.windows, now, first=not editions.of).editions
            fresh = editions.add(found)
            made = Decision(one.source, one.key, digest_of(one.says), approve, claim, who, why, now)
            self._hearing.decide(made)
            judged = self._hearing.judge(editions, now, due=True)
            new = editions.add(judged.editions if judged is not None else ())
            self._store.editions.append([*fresh, *new])
        return tuple(new)

    def consequence(self, draft: Draft, now: datetime, claim: Claim | None = None) -> Consequence:
        """What approving would bring about at once. Really done, and taken back before anybody sees it."""
        found = Consequence((), (), 0)
        settled = now + self._config.settings.schedule.settle
        try:
            with self._store.transaction():
                cycle = Cycle(self._config, self._store)
                cycle.run_pass(now, publish=False)
                new = self.decide(draft, approve=True, who="", why="", now=now, claim=claim)
                done = cycle.run_pass(settled, publish=False)
                windows = {edition.window.id: edition.window for edition in new}
                language = self._config.settings.site.languages[0]
                told = [
                    (notice, cycle.renderer.notice(notice, language).title)
                    for _, notice in done.notices
                    if notice.sent and notice.key.window in windows
                ]
                found = Consequence(tuple(windows.values()), tuple(told), done.mails)
                _take_back()
        except _Undo:
            pass
        return found

    def _check(self, claim: Claim) -> None:
        catalogue = self._config.catalogue
        unknown = [
            system
            for system in claim.systems
            if system not in catalogue.systems and system not in catalogue.banks
        ]
        if unknown:
            raise ReviewError(f"unknown system {unknown[0]!r}: say which are meant, with `windows edit`")
        if not claim.systems:
            raise ReviewError("it names no system: say which are meant, with `windows edit`")
        if claim.start is None:
            raise ReviewError("it tells no start: say when it begins, with `windows edit`")
        if claim.end is not None and claim.end <= claim.start:
            raise ReviewError("its end does not come after its start: put it right, with `windows edit`")


def _take_back() -> NoReturn:
    raise _Undo


def marked(evidence: str, names: Collection[str] = ()) -> Sequence[tuple[str, bool]]:
    """The evidence in pieces, each with True where it is what the reading rests on: figures, and ``names``."""
    words = [re.escape(name) for name in sorted(names, key=len, reverse=True) if name]
    pattern = re.compile("|".join([*words, _TELLING.pattern]), re.IGNORECASE)
    pieces, at = [], 0
    for found in pattern.finditer(evidence):
        if found.start() > at:
            pieces.append((evidence[at : found.start()], False))
        pieces.append((found.group(), True))
        at = found.end()
    return [*pieces, (evidence[at:], False)] if at < len(evidence) else pieces
