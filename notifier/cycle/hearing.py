"""What sources said, between passes: kept in the store, judged together with what is public and what people decided.

The daemon, and every command by which a person decides, make the same judgement in their own transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from notifier.config import Config
from notifier.config.sources import Trust
from notifier.cycle.reconcile import Editions
from notifier.cycle.truth import judge
from notifier.cycle.verdicts import Decisions, Judged, Speaker
from notifier.cycle.witnesses import Decision, Heard, Witness, forgettable, hear
from notifier.model import Impact, Status, iso
from notifier.sources import Claim, Statement
from notifier.store import DecisionRow, Store, WitnessRow
from notifier.web import Looked


class Hearing:
    """One configuration's view of what the sources say."""

    def __init__(self, config: Config, store: Store) -> None:
        self._sources = {source.id: source for source in config.sources}
        self._systems = frozenset({*config.catalogue.systems, *config.catalogue.banks})
        self._store = store
        self._stale: frozenset[str] | None = None
        self._read: Mapping[str, datetime] = {}
        self._decided = 0

    def judge(
        self, editions: Editions, now: datetime, statements: Iterable[Statement] = (), *, due: bool = False
    ) -> Judged | None:
        """What follows from what was said until now; ``None`` where nothing can have changed.

        Inside the caller's transaction; the editions are the caller's to record. ``due`` says that some
        edition is new.
        """
        said = list(statements)
        if not (said or due or self._sources) and self._stale is not None:
            return None
        read = self._store.hearsay.read_at()
        stale, decided = self._stale_at(read, now), self._store.hearsay.newest_decision()
        if not (said or due) and (stale, decided) == (self._stale, self._decided):
            return None
        before = self._heard(read)
        after = hear(before, said)
        stale = self._stale_at(after.read, now)
        judged = self._judged(after, stale, editions, now)
        self._keep(before, replace(after, witnesses=judged.witnesses), now)
        self._stale, self._decided, self._read = stale, decided, after.read
        return judged

    def look(self, editions: Editions, now: datetime) -> Judged:
        """What would follow from what is known, with nothing written."""
        heard = self._heard(self._store.hearsay.read_at())
        return self._judged(heard, self._stale_at(heard.read, now), editions, now)

    def begin_anew(self) -> None:
        """Judge at the next look, whatever happened since: what was found last may not have been recorded."""
        self._stale = None

    @property
    def stale(self) -> Mapping[str, str]:
        """The sources that were not read for too long, with for how long that may be."""
        return {
            name: f"not read for {_words(self._sources[name].stale_after)}"
            for name in sorted(self._stale or ())
            if name in self._sources
        }

    @property
    def looked(self) -> tuple[Looked, ...]:
        """Every source that is read, in the order of the file, and when it last told something."""
        stale = self._stale or frozenset()
        return tuple(
            Looked(source.name, self._read.get(source.id), source.id not in stale)
            for source in self._sources.values()
            if source.enabled
        )

    def decide(self, decision: Decision) -> None:
        """Record a person's decision."""
        self._store.hearsay.decide(
            DecisionRow(
                decision.source,
                decision.key,
                decision.digest,
                decision.approved,
                None if decision.claim is None else write_claim(decision.claim),
                decision.who,
                decision.why,
                decision.at,
            )
        )

    def _heard(self, read: Mapping[str, datetime]) -> Heard:
        return Heard({one.name: one for one in map(_witness, self._store.hearsay.witnesses())}, read)

    def _judged(self, heard: Heard, stale: frozenset[str], editions: Editions, now: datetime) -> Judged:
        speakers = self._speakers(stale)
        return judge(heard.witnesses, self._decisions(), speakers, editions, self._systems, now)

    def _decisions(self) -> Decisions:
        return {
            (row.source, row.key, row.digest): Decision(
                row.source,
                row.key,
                row.digest,
                row.approved,
                None if row.claim is None else read_claim(row.claim),
                row.who,
                row.why,
                row.at,
            )
            for row in self._store.hearsay.decisions()
        }

    def _speakers(self, stale: frozenset[str]) -> dict[str, Speaker]:
        return {
            source.id: Speaker(source.id, source.name, source.trust is Trust.TRUSTED, source.id in stale)
            for source in self._sources.values()
            if source.enabled
        }

    def _stale_at(self, read: Mapping[str, datetime], now: datetime) -> frozenset[str]:
        return frozenset(
            name
            for name, at in read.items()
            if (source := self._sources.get(name)) is None or now - at > source.stale_after
        )

    def _keep(self, before: Heard, after: Heard, now: datetime) -> None:
        """Write what is new of it, and forget what is long over."""
        old = {name for name, one in after.witnesses.items() if forgettable(one, now)}
        self._store.hearsay.put_witnesses(
            _row(one)
            for name, one in after.witnesses.items()
            if name not in old and one != before.witnesses.get(name)
        )
        self._store.hearsay.drop_witnesses(old & before.witnesses.keys())
        for source, at in after.read.items():
            if before.read.get(source) != at:
                self._store.hearsay.put_read(source, at)


def write_claim(claim: Claim) -> str:
    """A claim as JSON, for :func:`read_claim`."""
    return json.dumps(
        {
            "key": claim.key,
            "systems": claim.systems,
            "start": iso(claim.start),
            "end": iso(claim.end),
            "impact": claim.impact.value,
            "status": claim.status.value,
            "published": iso(claim.published),
            "url": claim.url,
            "evidence": claim.evidence,
            "sure": claim.sure,
            "problems": claim.problems,
            "refers_to": claim.refers_to,
        },
        ensure_ascii=False,
    )


def read_claim(text: str) -> Claim:
    """The claim that was written."""
    values: dict[str, Any] = json.loads(text)
    moments = {key: _moment(values[key]) for key in ("start", "end", "published")}
    return Claim(
        **values
        | moments
        | {
            "systems": tuple(values["systems"]),
            "impact": Impact(values["impact"]),
            "status": Status(values["status"]),
            "problems": tuple(values["problems"]),
        }
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _witness(row: WitnessRow) -> Witness:
    return Witness(
        row.source,
        row.key,
        read_claim(row.says),
        row.since,
        row.gone_at,
        None if row.believed is None else read_claim(row.believed),
        row.approved_by,
        row.approved_at,
        row.window_id,
    )


def _row(one: Witness) -> WitnessRow:
    return WitnessRow(
        one.source,
        one.key,
        write_claim(one.says),
        one.since,
        one.gone,
        None if one.believed is None else write_claim(one.believed),
        one.by,
        one.decided,
        one.window,
    )


def _words(length: timedelta) -> str:
    hours = int(length / timedelta(hours=1))
    return f"{int(length / timedelta(minutes=1))} min" if hours < 1 else f"{hours} h"
