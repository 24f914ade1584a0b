"""Troubles that the operator has to hear of: when each begins and when it is over. Pure.

A trouble is told once when it begins and once when it is over; what was told is kept as a text, so that a
restart tells nothing twice. What could not be told yet comes back at each look for as long as it matters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from notifier.model import Severity
from notifier.planning import Told

DAY = timedelta(days=1)

RELAY_PATIENCE = timedelta(minutes=15)
"""How long the relay may be away before it is a trouble: relays are restarted, and mail waits that long well."""

PASS_PATIENCE = timedelta(minutes=10)
"""How long passes may fail: a full disk or a database being restarted often mends by itself."""

BOUNCES = 20
BOUNCE_SHARE = 0.05
BOUNCES_LEAST = 3
"""Lost in a day: so many people, or that share of all, but never for fewer than the last number: one wrong
address in a list of ten is no news. The trouble is over below half of that, so that it does not flutter."""


class Kind(StrEnum):
    """What can be wrong."""

    NOTHING_LEFT = "nothing-left"  #: a window takes the last way to an essential task; nobody's fault
    SOURCE = "source"  #: a source went stale, or was refused because it suddenly shows nothing
    TEXTS = "texts"  #: some texts cannot be written
    HELD = "held"  #: a brake holds mail until somebody lets it go
    RELAY = "relay"  #: the relay takes nothing
    BOUNCES = "bounces"  #: many people can be reached no more
    PASSES = "passes"  #: the facts are not looked at
    CONFIG = "config"  #: changed files are not taken up

    @property
    def needs_somebody(self) -> bool:
        """False for what is grave and yet in order: an outage is nobody's to repair here."""
        return self is not Kind.NOTHING_LEFT


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand. ``spoke_at`` is when the relay last gave an answer to a mail."""

    critical: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    held: int = 0
    away_since: datetime | None = None
    away_said: str = ""
    spoke_at: datetime | None = None
    suppressed: int = 0
    active: int = 0
    failing_since: datetime | None = None
    failure: str = ""
    config: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to tell the operator. ``over`` is ``None`` while the trouble lasts; ``n`` counts what it is about."""

    kind: Kind
    subject: str
    since: datetime
    said: str = ""
    n: int = 0
    over: datetime | None = None
    told: bool = False

    @property
    def key(self) -> str:
        """Names the trouble among those that last."""
        return f"{self.kind}/{self.subject}"

    @property
    def mailable(self) -> bool:
        """False for what no mail can tell: that mail does not get out. Its end can be told, with both times."""
        return self.kind is not Kind.RELAY or self.over is not None


class Alarms:
    """Remembers which troubles last and which the operator knows of."""

    def __init__(self) -> None:
        self._open: dict[str, Alarm] = {}

    @property
    def lasting(self) -> tuple[Alarm, ...]:
        """The troubles that are not over."""
        return tuple(alarm for alarm in self._open.values() if alarm.over is None)

    def look(self, facts: Facts, now: datetime) -> list[Alarm]:
        """What the operator is still to be told, by :meth:`told`; the same again until then.

        A trouble that ends before anybody was told that it began is told once, as over.
        """
        found = {alarm.key: alarm for alarm in self._troubles(facts, now)}
        for key, alarm in found.items():
            before = self._open.get(key)
            self._open[key] = (
                alarm if before is None else replace(before, said=alarm.said, n=alarm.n, over=None)
            )
        for key, alarm in list(self._open.items()):
            if key in found:
                continue
            if alarm.over is None and _ended(alarm, facts):
                self._open[key] = replace(alarm, over=now)
            elif alarm.over is not None and now - alarm.over >= DAY:
                del self._open[key]  # by now they know, or never will by mail
        return [alarm for alarm in self._open.values() if alarm.over is not None or not alarm.told]

    def told(self, alarm: Alarm) -> None:
        """Note that the operator knows this one."""
        known = self._open.get(alarm.key)
        if known is None:
            return
        if alarm.over is None:
            self._open[alarm.key] = replace(known, told=True)
        elif known.over == alarm.over:
            del self._open[alarm.key]

    def write(self) -> str:
        """All that is remembered, as a text for :meth:`read`."""
        return json.dumps(
            [
                {
                    "kind": alarm.kind.value,
                    "subject": alarm.subject,
                    "since": alarm.since.isoformat(),
                    "said": alarm.said,
                    "n": alarm.n,
                    "over": None if alarm.over is None else alarm.over.isoformat(),
                    "told": alarm.told,
                }
                for alarm in self._open.values()
            ],
            ensure_ascii=False,
        )

    @classmethod
    def read(cls, text: str | None) -> Alarms:
        """From that text; what a later version wrote and this one does not understand is forgotten."""
        alarms = cls()
        try:
            rows = [_alarm(row) for row in json.loads(text or "[]")]
        except (ValueError, KeyError, TypeError):
            return alarms
        alarms._open = {alarm.key: alarm for alarm in rows}
        return alarms

    def _troubles(self, facts: Facts, now: datetime) -> Iterator[Alarm]:
        """What is wrong at this moment."""
        for window in sorted(facts.critical):
            yield Alarm(Kind.NOTHING_LEFT, window, now)
        for source, why in sorted(facts.sources.items()):
            yield Alarm(Kind.SOURCE, source, now, why)
        if facts.texts:
            yield Alarm(Kind.TEXTS, "", now, facts.texts[0], len(facts.texts))
        if facts.held:
            yield Alarm(Kind.HELD, "", now, n=facts.held)
        if facts.away_since is not None and now - facts.away_since >= RELAY_PATIENCE:
            yield Alarm(Kind.RELAY, "", facts.away_since, facts.away_said)
        if self._many_bounce(facts):
            yield Alarm(Kind.BOUNCES, "", now, n=facts.suppressed)
        if facts.failing_since is not None and now - facts.failing_since >= PASS_PATIENCE:
            yield Alarm(Kind.PASSES, "", facts.failing_since, facts.failure)
        if facts.config:
            yield Alarm(Kind.CONFIG, "", now, facts.config[0], len(facts.config))

    def _many_bounce(self, facts: Facts) -> bool:
        known = self._open.get(f"{Kind.BOUNCES}/")
        ease = 0.5 if known is not None and known.over is None else 1.0
        people = facts.active + facts.suppressed
        limit = min(BOUNCES, max(BOUNCES_LEAST, BOUNCE_SHARE * people))
        return facts.suppressed >= limit * ease and facts.suppressed > 0


def critical(told: Iterable[Told], now: datetime) -> frozenset[str]:
    """Ids of the windows that are not over and were told to take the last way to something essential."""
    return frozenset(
        word.window.id
        for word in told
        if word.severity is Severity.CRITICAL
        and not word.over
        and word.window.counts
        and word.window.interval.until > now
    )


def _ended(alarm: Alarm, facts: Facts) -> bool:
    """A relay counts as back once it has answered: after a restart nobody has asked it yet."""
    if alarm.kind is not Kind.RELAY:
        return True
    return facts.away_since is None and facts.spoke_at is not None and facts.spoke_at >= alarm.since


def _alarm(row: Mapping[str, str | int | bool | None]) -> Alarm:
    over = row["over"]
    return Alarm(
        Kind(str(row["kind"])),
        str(row["subject"]),
        datetime.fromisoformat(str(row["since"])),
        str(row["said"]),
        int(row["n"] or 0),
        None if over is None else datetime.fromisoformat(str(over)),
        bool(row["told"]),
    )
