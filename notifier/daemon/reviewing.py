"""Drafts for the operator's page: put into words and decided on in the store's thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from notifier.config import Config
from notifier.cycle import Cycle
from notifier.cycle.review import Consequence, Review, ReviewError, marked
from notifier.cycle.verdicts import Draft
from notifier.mail import Clock, InStore
from notifier.store import Store
from notifier.web.asgi import Application
from notifier.web.review import ROOM, ReviewPage

TEMPLATE = "operator/review.html.j2"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows; ``consequence`` only where it shows one draft."""

    drafts: tuple[Draft, ...]
    token: str
    said: str
    path: str
    consequence: Consequence | None = None
    trouble: str = ""
    marked: Callable[[str], object] = marked


class DraftDesk:
    """See :class:`notifier.web.review.Desk`."""

    def __init__(
        self, config: Config, cycle: Cycle, store: Store, db: InStore, clock: Clock, ring: Callable[[], None]
    ) -> None:
        self._config = config
        self._renderer = cycle.renderer
        self._review = Review(config, store)
        self._db = db
        self._clock = clock
        self._ring = ring

    async def page(self, draft: str, token: str, said: str) -> bytes | None:
        """See :class:`notifier.web.review.Desk`."""
        return await self._db(self._page, draft, token, said)

    async def decide(self, draft: str, *, approve: bool, who: str) -> str:
        """See :class:`notifier.web.review.Desk`."""
        said = await self._db(self._decide, draft, approve, who)
        self._ring()
        return said

    def _page(self, id_: str, token: str, said: str) -> bytes | None:
        now = self._clock.now()
        drafts = self._review.drafts(now)
        consequence, trouble = None, ""
        if id_:
            drafts = tuple(draft for draft in drafts if draft.witness.id == id_)
            if not drafts:
                return None
            try:
                consequence = self._review.consequence(drafts[0], now)
            except ReviewError as error:
                trouble = str(error)
        path = self._config.settings.site.base_url.rstrip("/") + f"/{ROOM}"
        shown = Shown(drafts, token, said, path, consequence, trouble)
        language = self._config.settings.site.languages[0]
        return self._renderer.page(TEMPLATE, language, at=now, shown=shown).encode()

    def _decide(self, id_: str, approve: bool, who: str) -> str:
        now = self._clock.now()
        try:
            draft = self._review.find(id_, now)
            self._review.decide(draft, approve=approve, who=who, why="on the review page", now=now)
        except ReviewError as error:
            return str(error)
        log.info("draft decided", draft=id_, approved=approve, who=who)
        return "approved" if approve else "rejected"


def review_mounts(desk: DraftDesk, password: str) -> dict[str, Application]:
    """The page as the web server mounts it; nothing without a password."""
    return {ROOM: ReviewPage(desk, password, os.urandom(32))} if password else {}
