"""How the daemon is doing: for ``/healthz``, ``/metrics``, and the one line a service manager shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from notifier.cycle import FILES, Pass
from notifier.daemon.alarms import Kind
from notifier.daemon.census import Census
from notifier.daemon.metrics import Family, Type, exposition, one
from notifier.daemon.tally import Tally
from notifier.hooks import Standing
from notifier.mail import Away
from notifier.model import MailState, iso
from notifier.store import OutboxStats

MARK = "daemon"
"""Where the store keeps :meth:`Health.snapshot`."""


class Health:
    """What the last pass found. Nothing here names a person."""

    def __init__(self, tally: Tally | None = None) -> None:
        self.passed_at: datetime | None = None
        self.failing_since: datetime | None = None
        self.failure = ""
        self.refused = False
        self.stale: Mapping[str, str] = {}
        self.unread: Mapping[str, str] = {}
        """Sources that somebody has to look at, and what is wrong with each; kept by whoever reads them."""
        self.drafts = 0
        self.critical: frozenset[str] = frozenset()
        self.texts: tuple[str, ...] = ()
        self.tally = tally or Tally()
        self.receivers = Standing()
        self.census = Census(OutboxStats(dict.fromkeys(MailState, 0), None))
        self._passes = {"ok": 0, "failed": 0}
        self._away: Away | None = None
        self._stats: Mapping[str, int] = {}
        self._open = 0
        self._look_again: datetime | None = None

    def passed(
        self,
        done: Pass,
        census: Census,
        away: Away | None,
        open_windows: int,
        critical: frozenset[str] = frozenset(),
    ) -> None:
        """Note a pass that succeeded. ``critical`` are the windows that leave nothing for something essential."""
        self.passed_at = done.now
        self.failure, self.failing_since = "", None
        self.census = census
        self._passes["ok"] += 1
        self._away = away
        self._stats = {state.value: count for state, count in census.stats.counts.items()}
        self._open = open_windows
        self._look_again = done.look_again
        self.refused = done.refused
        self.stale = done.stale
        self.drafts = done.drafts
        self.critical = critical
        self.texts = tuple(f"{text.where}: {text.reason}" for text in done.untold)

    def failed(self, reason: str, now: datetime) -> bool:
        """Note a pass that did not; True when the one before did not fail for the same reason."""
        new, self.failure = reason != self.failure, reason
        self.failing_since = self.failing_since or now
        self._passes["failed"] += 1
        return new

    @property
    def sources(self) -> Mapping[str, str]:
        """The sources that cannot be relied on, with what is wrong with each."""
        return {**({FILES: ""} if self.refused else {}), **self.stale, **self.unread}

    @property
    def troubles(self) -> tuple[Kind, ...]:
        """What is wrong at this moment, however short it has lasted; no more than the kind, strangers read it."""
        found = {
            Kind.PASSES: bool(self.failure),
            Kind.RELAY: self._away is not None,
            Kind.SOURCE: bool(self.sources),
            Kind.TEXTS: bool(self.texts),
            Kind.HELD: self.census.held > 0,
        }
        return tuple(trouble for trouble, there in found.items() if there)

    def report(self) -> tuple[Mapping[str, object], bool]:
        """The facts for ``/healthz`` and whether all is well; a relay that is away does not stop the feeds."""
        facts: dict[str, object] = {
            "ok": not self.failure and self.passed_at is not None,
            "troubles": self.troubles,
            "last_pass": iso(self.passed_at),
            "look_again": iso(self._look_again),
            "windows_open": self._open,
            "outbox": dict(self._stats),
            "relay": "away" if self._away else "not known to be away",
            "sources": self._said_of_sources(),
            "drafts": self.drafts,
            "texts_unwritten": len(self.texts),
        }
        if self.failure:
            # The reason may name paths and hosts; this page is public.
            facts["failure"] = "the last pass failed; the log says why"
        return facts, bool(facts["ok"])

    def _said_of_sources(self) -> str:
        """No more than the names: what is wrong may name hosts and paths."""
        if self.refused:
            return "refused: suddenly shows nothing"
        return f"not to be relied on: {', '.join(sorted(self.sources))}" if self.sources else "read"

    def line(self) -> str:
        """One line for the service manager and for a person at three in the morning."""
        if self.failure:
            return f"pass failed: {self.failure}"
        waiting = self._stats.get("waiting", 0) + self._stats.get("claimed", 0)
        parts = [f"{self._open} windows ahead or open", f"{waiting} mails to go"]
        if self._stats.get("held"):
            parts.append(f"{self._stats['held']} mails held")
        if self.drafts:
            parts.append(f"{self.drafts} drafts to review")
        if self.texts:
            parts.append(f"{len(self.texts)} texts could not be written")
        if self._away:
            parts.append(f"relay away since {iso(self._away.since)}")
        if self._look_again:
            parts.append(f"next due {iso(self._look_again)}")
        return ", ".join(parts)

    def snapshot(self) -> str:
        """What ``status`` tells of a daemon that it can only read about in the store."""
        away = self._away
        return json.dumps(
            {
                "look_again": iso(self._look_again),
                "relay_away_since": iso(away.since) if away else None,
                "relay_said": f"{away.reply.step}: {away.reply.code} {away.reply.text}" if away else None,
                "failing_since": iso(self.failing_since),
                "texts_unwritten": len(self.texts),
                "receivers_failing": self.receivers.troubles,
            },
            ensure_ascii=False,
        )

    def metrics(self) -> str:
        """The same for a Prometheus server, in its text format."""
        return exposition(self._families())

    def _families(self) -> Iterator[Family]:
        gauge, counter = Type.GAUGE, Type.COUNTER
        yield one(
            "notifier_last_pass_timestamp_seconds",
            gauge,
            "When the last successful pass was made.",
            self.passed_at.timestamp() if self.passed_at else 0,
        )
        yield Family(
            "notifier_passes_total",
            counter,
            "Passes since the start, by how they ended.",
            self._passes,
            "result",
        )
        yield one("notifier_pass_failed", gauge, "1 while passes fail.", int(bool(self.failure)))
        yield one("notifier_windows_open", gauge, "Planned outages that are ahead or under way.", self._open)
        yield one(
            "notifier_texts_unwritten", gauge, "Texts that cannot be written at present.", len(self.texts)
        )
        yield one(
            "notifier_relay_away", gauge, "1 while the mail relay takes nothing.", int(self._away is not None)
        )
        yield one(
            "notifier_relay_last_reply_code",
            gauge,
            "The SMTP code of the relay's last answer to a mail since the start.",
            self.tally.last_code,
        )
        yield Family(
            "notifier_deliveries_total",
            counter,
            "What became of mails since the start; one that is put off counts each time.",
            self.tally.outcomes,
            "outcome",
        )
        yield Family("notifier_mails", gauge, "Mails by state.", dict(sorted(self._stats.items())), "state")
        yield one("notifier_mails_held", gauge, "Held mails that are still of use.", self.census.held)
        oldest = self.census.stats.oldest_waiting
        yield one(
            "notifier_mails_oldest_waiting_timestamp_seconds",
            gauge,
            "When the first of the waiting mails was or is to go; absent while none waits.",
            oldest.timestamp() if oldest else None,
        )
        yield Family(
            "notifier_calls_answered_total",
            counter,
            "What became of calls to programs and chats since the start; one that is put off counts each time.",
            self.receivers.outcomes,
            "outcome",
        )
        calls = self.census.calls
        yield Family(
            "notifier_calls",
            gauge,
            "Calls to programs and chats by state.",
            {state.value: count for state, count in calls.counts.items()},
            "state",
        )
        yield one(
            "notifier_receivers_failing",
            gauge,
            "Webhooks and chats that did not take their last call.",
            len(self.receivers.troubles),
        )
        yield one(
            "notifier_calls_oldest_waiting_timestamp_seconds",
            gauge,
            "When the first of the waiting calls was recorded; absent while none waits.",
            calls.oldest_waiting.timestamp() if calls.oldest_waiting else None,
        )
        yield Family(
            "notifier_subscribers",
            gauge,
            "People by standing.",
            {standing.value: count for standing, count in self.census.standings.items()},
            "standing",
        )
