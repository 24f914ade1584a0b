"""The round of those who are told from the record and not as it comes: digests, and choices that changed.

What they have yet to hear is derived each time: notices of use without a delivery to them. A crash or a
missed moment loses nothing and doubles nothing, nor does somebody who turns digests on or off meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifier.cycle.concern import concerns
from notifier.cycle.digest import can_wait, due, next_moment
from notifier.cycle.mailing import Addressed, worth_mailing
from notifier.cycle.owed import Owed
from notifier.cycle.telling import Recorded, Telling
from notifier.cycle.world import World
from notifier.model import Channel, Digest, Notice, NoticeKey, Occasion, Subscriber
from notifier.store import NoticeRow, Store

BACK = timedelta(days=8)
"""How far behind the last pass something may be yet to be told: digests are a week apart at most."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""Whoever writes choices into the store may have a clock behind ours."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: what each of its ``people`` has yet to hear, all ``items``, and when the next is due."""

    people: Mapping[int, tuple[Subscriber, tuple[Recorded, ...]]] = field(default_factory=dict)
    items: tuple[Recorded, ...] = ()
    due: frozenset[Digest] = frozenset()
    look_again: datetime | None = None

    def addressed(self, telling: Telling, world: World, now: datetime) -> Iterator[Addressed]:
        """What is told: all of it where a digest is due or none is wanted, else what cannot wait."""
        ahead = list(_ahead(world, self.due, now))
        for person, items in self.people.values():
            rhythm = person.wishes.digest
            if rhythm is None or rhythm in self.due:
                told = telling.choose(person, items)
                about = {item.pair[0] for item in told}
                coming = [
                    notice
                    for notice in (ahead if rhythm is not None else ())
                    if notice.key.window not in about and _before(notice, rhythm, now)
                ]
                catalogue = telling.catalogue
                yield Addressed(
                    person,
                    told,
                    digest=rhythm is not None,
                    ahead=tuple(notice for notice in coming if told and concerns(notice, person, catalogue)),
                )
            else:
                yield Addressed(person, _urgent(person, items, telling, rhythm, now))


class Rounds:
    """Makes rounds on one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def make(
        self, news: Collection[str], owed: Owed[int], world: World, since: datetime | None, now: datetime
    ) -> Round:
        """The round of a pass that has news of these windows; ``since`` is when the last pass was made."""
        changed_since = None if since is None else since - CLOCKS_DIFFER
        rhythms = self.store.tellings.rhythms(changed_since)
        look_again = next_moment(rhythms.digests, now)
        begun = due(rhythms.digests, since, now)
        if not (begun or rhythms.changed or (rhythms.digests and news)):
            return Round(look_again=look_again)
        everything = bool(begun) or rhythms.changed
        rows = self.store.notices.of_use(now, (since or now) - BACK, None if everything else news)
        planned = {row.id: row.planned_at for row in rows}
        items = tuple(_items(rows, world, now))
        wishes = [wish for wish in rhythms.wishes if news or wish.digest in begun]
        people = {}
        for behind in self.store.tellings.behind(planned, wishes, changed_since) if items else ():
            theirs = tuple(
                item
                for item in items
                if item.id not in behind.had
                and planned[item.id] >= behind.since
                and not _owes(owed, item.id, behind.person.id)
            )
            people[behind.person.id] = (behind.person, theirs)
        return Round(people, items, begun, look_again)


def _items(rows: Sequence[NoticeRow], world: World, now: datetime) -> Iterator[Recorded]:
    """The notices on the record with the advice as it is now."""
    for row in rows:
        event = world.event(row.key.window, row.key.audience)
        if event is None:
            continue
        notice = Notice(
            key=row.key,
            due=now,
            useful_until=row.useful_until,
            sent=row.sent,
            reason=row.reason,
            edition=row.edition,
            sequence=row.sequence,
            severity=row.severity,
            advice=event.advice,
            channels=row.channels,
            changes=row.changes,
            told=row.told,
        )
        if worth_mailing(notice, now):
            yield Recorded(row.id, notice, event)


def _urgent(
    person: Subscriber, items: Sequence[Recorded], telling: Telling, rhythm: Digest, now: datetime
) -> tuple[Recorded, ...]:
    """What cannot wait for the next digest; with it goes all that there is on the same window."""
    pressing = {
        item.pair[0] for item in telling.choose(person, items) if not can_wait(item.notice, rhythm, now)
    }
    if not pressing:
        return ()
    return telling.choose(person, [item for item in items if item.pair[0] in pressing])


def _owes(owed: Owed[int], notice: int, person: int) -> bool:
    debt = owed.debts.get(notice)
    return debt is not None and person in debt.people


def _ahead(world: World, begun: Collection[Digest], now: datetime) -> Iterator[Notice]:
    """What lies ahead until the last of the next digests, as if it were announced now."""
    if not begun:
        return
    for window, audience in world.ahead(now, max(digest.next(now) for digest in begun)):
        event = world.event(window, audience)
        if event is not None:
            advice = event.advice
            yield Notice(
                key=NoticeKey(window, audience, Occasion.ANNOUNCED),
                due=now,
                useful_until=advice.window.start,
                sent=True,
                reason="lies ahead",
                edition=0,
                sequence=event.sequence,
                severity=advice.severity,
                advice=advice,
                channels=frozenset({Channel.MAIL}),
            )


def _before(notice: Notice, rhythm: Digest | None, now: datetime) -> bool:
    return rhythm is not None and notice.advice is not None and notice.advice.window.start <= rhythm.next(now)
