"""Asking the sources of a configuration what is due, and what earlier polls left behind.

Loaded only where there are sources: the client and the readers of pages are a tenth of what the daemon holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from notifier import __version__
from notifier.config import Config
from notifier.config.sources import SourceSpec, source_logins
from notifier.sources import Statement, Trouble, TroubleKind
from notifier.sources.fetching import Client, agent_of
from notifier.sources.keeping import Keeper
from notifier.sources.mailbox import Login
from notifier.sources.polling import Poller
from notifier.sources.reading import names_of

PASSING = frozenset({TroubleKind.AWAY, TroubleKind.SLOW_DOWN, TroubleKind.CUT_SHORT, TroubleKind.STALE})
"""Troubles that mend by themselves: the operator hears of them when the source has gone stale."""


async def ask(
    state: Path, config: Config, environ: Mapping[str, str], now: datetime
) -> list[Statement | Trouble]:
    """Read the sources that are due ``now``; what each said, or why it said nothing."""
    site = config.settings.site
    client = Client(agent_of(__version__, site.base_url, site.contact))
    try:
        logins = {
            name: Login(user, password)
            for name, (user, password) in source_logins(environ, config.sources).items()
        }
        poller = Poller(state, names_of(config.catalogue), client, logins)
        return await poller.poll_due([source for source in config.sources if source.enabled], now)
    finally:
        await client.close()


def lasting(state: Path, sources: Sequence[SourceSpec]) -> dict[str, str]:
    """What somebody has to look at since earlier polls, also those of former lives, by source."""
    found = {}
    for source in sources:
        record = Keeper(state, source.id).record()
        if record.trouble is not None and record.trouble not in PASSING:
            found[source.id] = said_of(record.trouble, record.detail)
    return found


def next_poll(state: Path, sources: Sequence[SourceSpec]) -> datetime | None:
    """When the first of them is due; ``None`` where nothing was ever read of any."""
    moments = [Keeper(state, source.id).record().next_poll for source in sources]
    return min((moment for moment in moments if moment is not None), default=None)


def said_of(kind: TroubleKind, detail: str) -> str:
    """A trouble in one line."""
    return f"{kind}: {detail}" if detail else kind.value
