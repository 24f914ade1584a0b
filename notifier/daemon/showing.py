"""What the daemon shows: the tree as files and as answers, feeds for one person; and word to a hub of changes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from notifier.config import Settings
from notifier.cycle import Pass
from notifier.daemon.hub import HubTold, changed_feeds
from notifier.feeds import Desk, WishError
from notifier.render import Renderer
from notifier.web import (
    Answers,
    App,
    Listening,
    Packer,
    PersonalFeeds,
    SiteFacts,
    live_pages,
    modified,
    serving,
    write_tree,
)

InThread = Callable[[Callable[[], object]], Awaitable[object]]


class Showing:
    """Puts each new tree where people see it.

    ``public`` is where it is written as files, ``db`` runs calls in the thread in which texts are made, ``refuse``
    puts a wrong wish into words.
    """

    def __init__(
        self,
        app: App,
        public: Path,
        db: InThread,
        refuse: Callable[[str, WishError], str],
        *,
        drill: bool,
    ) -> None:
        self.app = app
        self._public = public
        self._db = db
        self._drill = drill
        if not drill:
            app.personal = PersonalFeeds(db, refuse)
        self._packer = Packer(app)
        self._hub = HubTold()
        self._tree: Mapping[str, bytes] | None = None
        self._desk: Desk | None = None
        self._written: Mapping[str, bytes] | None = None
        self._listening = False

    async def show(self, done: Pass, settings: Settings, now: datetime) -> None:
        """Show what a pass made. A tree is made once: if it does not get onto the disk, it is tried again next time."""
        self._tree = self._tree if done.tree is None else done.tree
        self._desk = done.desk or self._desk
        tree, before = self._tree, self._written
        if tree is None:
            return
        await self._db(lambda: self._put(tree, now))
        self._tree = None
        if self.app.personal is not None:
            self.app.personal.desk = self._desk
        if self._listening:
            self._packer.stir()
        if before is not None and not self._drill:
            base = settings.site.base_url.rstrip("/")
            self._hub.tell(settings.feeds.hub, [base + path for path in changed_feeds(tree, before)])

    def offer(self, renderer: Renderer, settings: Settings, now: datetime) -> None:
        """Offer the page that builds addresses of feeds for one person, in the words of a renderer."""
        if self._drill:
            return
        site = settings.site
        facts = SiteFacts(
            at=now,
            windows=(),
            name=site.name,
            base_url=site.base_url,
            contact=site.contact,
            audiences=tuple(renderer.catalogue.audiences),
            languages=tuple(site.languages),
            narrow=True,
            subscribe=settings.web.for_people,
        )
        self.app.live = live_pages(renderer, facts)

    @contextlib.asynccontextmanager
    async def serving(self, listen: str) -> AsyncIterator[Listening | None]:
        """Serve at an address, nowhere if it is empty."""
        if not listen:
            yield None
            return
        async with serving(self.app, listen) as listening:
            self._listening = True
            self._packer.stir()
            try:
                yield listening
            finally:
                self._listening = False
                await self._packer.close()

    async def close(self) -> None:
        """End what is under way."""
        await self._hub.close()

    def _put(self, tree: Mapping[str, bytes], now: datetime) -> None:
        """Files first, then the answers: who sees a new page finds it on the disk as well.

        Dates are those of the files, so that a restart changes none.
        """
        write_tree(self._public, tree, now, self._written)
        self._written = tree
        dates = {path: min(date, now) for path, date in modified(self._public, tree).items()}
        self.app.answers = Answers.of(tree, dates, self.app.answers)
