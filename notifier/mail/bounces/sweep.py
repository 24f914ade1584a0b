"""From the record of what came back to who gets no more mail. Harmless to repeat, late, or leave out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from notifier.mail.bounces.report import Kind
from notifier.mail.bounces.rule import WITHIN, Bounce, Weight, judge
from notifier.model import Farewell
from notifier.store import Store
from notifier.store.bounces import DOUBTED, BounceRow

log = structlog.get_logger()

COLLECT_EVERY = timedelta(minutes=10)
"""How often refused mails are looked for, which takes a look at every mail."""

KEEP = timedelta(days=400)
"""How long the record is kept: as long as mails are."""

DOUBT_LEAST = 20
"""Fewer failures than this in a day are nobody's but the recipients'."""

_JUDGED, _COLLECTED = "bounces-judged", "bounces-collected"
_DAY = timedelta(days=1)
_OVERLAP = timedelta(hours=1)  # clocks of machines that share a store differ, and answers may be written late
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep led to: people by number, failures that are ours or doubted by count."""

    suppressed: tuple[int, ...] = ()
    complained: tuple[int, ...] = ()
    blocked: int = 0
    doubted: int = 0


def sweep(store: Store, now: datetime, doubt: int = 25) -> Swept:
    """Record refusals, judge everybody of whom there is news, and stop mail to whom the rule says.

    ``doubt`` is a percentage. Where at least twenty mails, and more than that share of all that were
    handed over, came back within a day, something is wrong with us or with the relay: such failures are
    held against nobody, and the operator is told. 100 is never to doubt. Raises :class:`StoreError`.
    """
    with store.transaction():
        _collect(store, now)
        news = store.bounces.after(int(store.marks.get(_JUDGED) or 0))
        if not news:
            return Swept()
        doubted = _doubted(store, news, now, doubt)
        store.bounces.doubt(doubted)
        left: dict[Farewell, list[int]] = {Farewell.BOUNCED: [], Farewell.COMPLAINED: []}
        for person in sorted({row.subscriber_id for row in news}):
            why = _verdict(store, person, now)
            if why is not None and store.subscribers.suppress(person, why, now):
                left[why].append(person)
        store.marks.put(_JUDGED, str(news[-1].id))
    swept = Swept(
        tuple(left[Farewell.BOUNCED]),
        tuple(left[Farewell.COMPLAINED]),
        sum(_bounce(row).weight is Weight.OURS for row in news),
        len(doubted),
    )
    _tell(swept, news)
    return swept


def _collect(store: Store, now: datetime) -> None:
    """Put mails that were refused when they were handed over on the record, beside what was reported later."""
    mark = store.marks.get(_COLLECTED)
    last = datetime.fromisoformat(mark) if mark else now - WITHIN
    if mark and now - last < COLLECT_EVERY:
        return
    for mail_id, said in store.bounces.refused(last - _OVERLAP):
        status = _STATUS.match(said)
        store.bounces.record(mail_id, Kind.HARD.value, status[0] if status else "", said)
    store.bounces.forget(now - KEEP)
    store.marks.put(_COLLECTED, now.isoformat())


def _doubted(store: Store, news: Sequence[BounceRow], now: datetime, doubt: int) -> list[int]:
    """Which of the news are not believed, because too much came back at one time."""
    failed = [row.id for row in news if _is_final(row)]
    if not failed or doubt >= 100:
        return []
    day = now - _DAY
    came_back = sum(row.kind == DOUBTED or _is_final(row) for row in store.bounces.since(day))
    if came_back < DOUBT_LEAST or came_back * 100 <= store.bounces.handed_over(day) * doubt:
        return []
    return failed


def _is_final(row: BounceRow) -> bool:
    return _bounce(row).weight in {Weight.GONE, Weight.FINAL}


def _verdict(store: Store, person: int, now: datetime) -> Farewell | None:
    """What the rule says; what was before somebody came (back) by their own word does not count."""
    row = store.subscribers.find(person)
    if row is None:
        return None
    began = (row.created_at, row.consent.asked_at, row.consent.confirmed_at)
    since = max(now - WITHIN, *(moment for moment in began if moment))
    found = [_bounce(bounce) for bounce in store.bounces.of(person, since)]
    return judge(found, store.bounces.arrived(person, since), now)


def _bounce(row: BounceRow) -> Bounce:
    return Bounce(row.at, row.kind, row.status, row.said)


def _tell(swept: Swept, news: Sequence[BounceRow]) -> None:
    for why, people in (("bounced", swept.suppressed), ("complained", swept.complained)):
        for person in people:
            log.warning("no more mail to subscriber", subscriber=person, why=why)
    if swept.blocked:
        row = next(row for row in news if _bounce(row).weight is Weight.OURS)
        log.error("mail was refused as unwanted", mails=swept.blocked, status=row.status, said=row.said)
    if swept.doubted:
        row = next(row for row in news if _is_final(row))
        log.error(
            "too much mail came back at one time, held against nobody",
            mails=swept.doubted,
            status=row.status,
            said=row.said,
        )
