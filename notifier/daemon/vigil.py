"""What follows a pass besides the news: the operator is told of trouble, a watchdog elsewhere that we live."""

from __future__ import annotations

from notifier.config import Config
from notifier.daemon.alarming import Alarming
from notifier.daemon.alarms import Facts
from notifier.daemon.health import MARK, Health
from notifier.daemon.ping import Ping, PingSettings
from notifier.daemon.watching import Watcher
from notifier.mail import Away, Clock, InStore, Transport
from notifier.model import NotifierError, Standing
from notifier.render import Renderer
from notifier.store import Store


class Vigil:
    """Looks after each pass whether all is well, and says so where somebody wants to know."""

    def __init__(
        self,
        store: Store,
        health: Health,
        transport: Transport,
        clock: Clock,
        db: InStore,
        watcher: Watcher | None,
    ) -> None:
        """Without a watcher, as where another time is played back, none is kept."""
        self._store = store
        self._db = db
        self._health = health
        self._watcher = watcher
        self._alarming = Alarming(store, transport, clock, db)
        self._ping = Ping()
        self._noted = ""

    async def keep(self, config: Config, renderer: Renderer, away: Away | None) -> None:
        """Tell what there is to tell. Short, and without trouble of its own: what takes time goes on beside it.

        ``away`` is what is known of the relay.
        """
        if self._watcher is None:
            return
        operator = config.settings.operator
        self._ping.after(PingSettings(operator.ping, operator.ping_failures), well=not self._health.failure)
        facts = self._facts(away, self._watcher.problems)
        await self._alarming.look(facts, config.settings, renderer)
        await self._note()

    async def close(self) -> None:
        """Give up on what is under way."""
        await self._ping.close()
        await self._alarming.close()

    def _facts(self, away: Away | None, problems: tuple[str, ...]) -> Facts:
        health, census = self._health, self._health.census
        return Facts(
            critical=health.critical,
            sources=health.sources,
            texts=health.texts,
            held=census.held,
            away_since=away.since if away else None,
            away_said=f"{away.reply.step}: {away.reply.code} {away.reply.text}" if away else "",
            spoke_at=health.tally.spoke_at,
            suppressed=census.suppressed,
            active=census.standings.get(Standing.ACTIVE, 0),
            failing_since=health.failing_since,
            failure=health.failure,
            config=problems,
        )

    async def _note(self) -> None:
        """Leave word for ``notifier status``."""
        text = self._health.snapshot()
        if text == self._noted:
            return
        try:
            await self._db(self._store.marks.put, MARK, text)
        except NotifierError:
            return  # the pass has met the same and said so
        self._noted = text
