"""Drafts for the operator's page: put into words and decided on in the store's thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from notifier.config import Config, InstantError, parse_instant
from notifier.cycle import Cycle
from notifier.cycle.review import Consequence, Review, ReviewError, marked
from notifier.cycle.verdicts import Draft
from notifier.mail import Clock, InStore
from notifier.model import WARSAW
from notifier.sources import Claim
from notifier.store import Store
from notifier.web.asgi import Application
from notifier.web.review import ROOM, Facts, ReviewPage

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
    facts: Facts | None = None
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

    async def page(self, draft: str, token: str, said: str, facts: Facts | None = None) -> bytes | None:
        """See :class:`notifier.web.review.Desk`."""
        return await self._db(self._page, draft, token, said, facts)

    async def decide(self, draft: str, *, approve: bool, who: str, facts: Facts | None) -> str:
        """See :class:`notifier.web.review.Desk`."""
        said = await self._db(self._decide, draft, approve, who, facts)
        self._ring()
        return said

    def _page(self, id_: str, token: str, said: str, facts: Facts | None) -> bytes | None:
        now = self._clock.now()
        drafts = self._review.drafts(now)
        consequence, trouble = None, ""
        if id_:
            drafts = tuple(draft for draft in drafts if draft.witness.id == id_)
            if not drafts:
                return None
            try:
                claim = put_right(drafts[0].witness.says, facts)
                consequence = self._review.consequence(drafts[0], now, claim)
            except ReviewError as error:
                trouble = str(error)
        path = self._config.settings.site.base_url.rstrip("/") + f"/{ROOM}"
        if id_ and facts is None:
            facts = typed(drafts[0].witness.says)
        shown = Shown(drafts, token, said, path, consequence, trouble, facts)
        language = self._config.settings.site.languages[0]
        return self._renderer.page(TEMPLATE, language, at=now, shown=shown).encode()

    def _decide(self, id_: str, approve: bool, who: str, facts: Facts | None) -> str:
        now = self._clock.now()
        try:
            draft = self._review.find(id_, now)
            claim = put_right(draft.witness.says, facts) if approve else None
            self._review.decide(
                draft, approve=approve, who=who, why="on the review page", now=now, claim=claim
            )
        except ReviewError as error:
            return str(error)
        log.info("draft decided", draft=id_, approved=approve, who=who)
        return "approved" if approve else "rejected"


def typed(said: Claim) -> Facts:
    """What was read, as a person would type it: Warsaw time, ids of systems apart by blanks."""

    def local(moment: datetime | None) -> str:
        return "" if moment is None else moment.astimezone(WARSAW).isoformat(" ", "minutes")

    return Facts(local(said.start), local(said.end), " ".join(said.systems))


def put_right(said: Claim, facts: Facts | None) -> Claim | None:
    """The reading with a person's facts in it; ``None`` where they leave it as it was.

    Raises :class:`ReviewError` for what is no time.
    """

    def moment(text: str) -> datetime | None:
        try:
            return parse_instant(text) if text else None
        except InstantError as error:
            raise ReviewError(f"{text!r} {error.what}; {error.remedy}") from None

    if facts is None or facts == typed(said):
        return None
    start, end = moment(facts.start), moment(facts.end)
    return replace(said, start=start, end=end, systems=tuple(facts.systems.replace(",", " ").split()))


def review_mounts(desk: DraftDesk, password: str) -> dict[str, Application]:
    """The page as the web server mounts it; nothing without a password."""
    return {ROOM: ReviewPage(desk, password, os.urandom(32))} if password else {}
