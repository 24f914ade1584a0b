"""How the daemon is doing: for ``/healthz``, ``/metrics``, and the one line a service manager shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from notifier.cycle import Pass
from notifier.mail import Away
from notifier.model import iso
from notifier.store import OutboxStats


class Health:
    """What the last pass found. Nothing here names a person."""

    def __init__(self) -> None:
        self.passed_at: datetime | None = None
        self.failure = ""
        self._away: Away | None = None
        self._stats: Mapping[str, int] = {}
        self._open = 0
        self._look_again: datetime | None = None
        self._refused = False

    def passed(self, done: Pass, stats: OutboxStats, away: Away | None, open_windows: int) -> None:
        """Note a pass that succeeded."""
        self.passed_at = done.now
        self.failure = ""
        self._away = away
        self._stats = {state.value: count for state, count in stats.counts.items()}
        self._open = open_windows
        self._look_again = done.look_again
        self._refused = done.refused

    def failed(self, reason: str) -> bool:
        """Note a pass that did not; True when the one before did not fail for the same reason."""
        new, self.failure = reason != self.failure, reason
        return new

    def report(self) -> tuple[Mapping[str, object], bool]:
        """The facts for ``/healthz`` and whether all is well; a relay that is away does not stop the feeds."""
        facts: dict[str, object] = {
            "ok": not self.failure and self.passed_at is not None,
            "last_pass": iso(self.passed_at),
            "look_again": iso(self._look_again),
            "windows_open": self._open,
            "outbox": dict(self._stats),
            "relay": "away" if self._away else "not known to be away",
            "sources": "refused: suddenly shows nothing" if self._refused else "read",
        }
        if self.failure:
            # The reason may name paths and hosts; this page is public.
            facts["failure"] = "the last pass failed; the log says why"
        return facts, bool(facts["ok"])

    def line(self) -> str:
        """One line for the service manager and for a person at three in the morning."""
        if self.failure:
            return f"pass failed: {self.failure}"
        waiting = self._stats.get("waiting", 0) + self._stats.get("claimed", 0)
        parts = [f"{self._open} windows ahead or open", f"{waiting} mails to go"]
        if self._stats.get("held"):
            parts.append(f"{self._stats['held']} mails held")
        if self._away:
            parts.append(f"relay away since {iso(self._away.since)}")
        if self._look_again:
            parts.append(f"next due {iso(self._look_again)}")
        return ", ".join(parts)

    def metrics(self) -> str:
        """The same for a Prometheus server, in its text format."""
        passed = self.passed_at.timestamp() if self.passed_at else 0
        lines = [
            "# HELP notifier_last_pass_timestamp_seconds When the last successful pass was made.",
            "# TYPE notifier_last_pass_timestamp_seconds gauge",
            f"notifier_last_pass_timestamp_seconds {passed:.3f}",
            "# HELP notifier_windows_open Planned outages that are ahead or under way.",
            "# TYPE notifier_windows_open gauge",
            f"notifier_windows_open {self._open}",
            "# HELP notifier_relay_away 1 while the mail relay takes nothing.",
            "# TYPE notifier_relay_away gauge",
            f"notifier_relay_away {int(self._away is not None)}",
            "# HELP notifier_pass_failed 1 while passes fail.",
            "# TYPE notifier_pass_failed gauge",
            f"notifier_pass_failed {int(bool(self.failure))}",
            "# HELP notifier_mails Mails by state.",
            "# TYPE notifier_mails gauge",
            *(f'notifier_mails{{state="{state}"}} {count}' for state, count in sorted(self._stats.items())),
        ]
        return "\n".join(lines) + "\n"
