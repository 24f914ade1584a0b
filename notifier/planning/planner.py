"""The walk through time: which notices come due between two moments, and why.

The planner holds what was told and what will come due; it derives everything from editions and the
moment it is advanced to. Advancing in one step or in a thousand gives the same notices, and advancing
twice to the same moment adds none: a late, doubled or lost wake-up costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.model import (
    Advice,
    Change,
    Channel,
    Edition,
    Notice,
    NoticeKey,
    Occasion,
    Status,
    Window,
    iso,
)
from notifier.planning.agenda import Agenda
from notifier.planning.changes import Told, changes_between, follow, weight
from notifier.planning.knowledge import Knowledge
from notifier.planning.occasions import EVERYWHERE, Moment, moments, use_ends
from notifier.planning.restraint import why_not, why_silent
from notifier.planning.schedule import DAY, Schedule


@dataclass(frozen=True, slots=True)
class Plan:
    """Notices in the order of their moments, when to look again, and the windows whose advice may differ."""

    notices: tuple[Notice, ...]
    look_again: datetime | None
    affected: frozenset[str] = frozenset()


class Planner:
    """Derives notices for all windows and audiences of one catalogue.

    ``told`` and ``since`` continue an earlier run: what each audience was told last, and the moment up
    to which everything has been planned. Without them the planner starts before all time.
    """

    def __init__(
        self,
        network: Network,
        schedule: Schedule,
        editions: Iterable[Edition],
        told: Mapping[tuple[str, str], Told] | None = None,
        since: datetime | None = None,
        effects: Effects | None = None,
    ) -> None:
        self.network = network
        self.schedule = schedule
        self.told = dict(told or {})
        self.effects = effects or Effects(network)
        self.knowledge = Knowledge(schedule.settle)
        self.knowledge.learn(editions)
        self.since = since
        if since is not None:
            self.knowledge.take(since)
        self.outlook = Outlook(network, self.windows)
        self.adviser = Adviser(self.outlook, self.effects)
        self._agenda = Agenda()
        self._silent: set[NoticeKey] = set()
        for window, audience in self.told:
            if since is not None and window in self.knowledge.current:
                self._schedule(self.knowledge.current[window], audience, after=since)

    @property
    def windows(self) -> list[Window]:
        """The windows as they count at present."""
        return [edition.window for edition in self.knowledge.current.values()]

    def learn(self, editions: Iterable[Edition]) -> None:
        """Take in editions; they count from ``known_at`` plus the time for settling."""
        self.knowledge.learn(editions)

    def advance(self, now: datetime) -> Plan:
        """Everything that comes due up to and including ``now``. Going back in time yields nothing."""
        notices: list[Notice] = []
        self._affected: set[str] = set()
        while True:
            change = self.knowledge.next_change()
            due = self._agenda.next()
            if change is not None and change <= now and (due is None or change <= due):
                notices.extend(self._learned(change if self.since is None else max(change, self.since)))
            elif due is not None and due <= now:
                notice = self._due()
                if notice is not None:
                    notices.append(notice)
            else:
                break
        self.since = now if self.since is None else max(self.since, now)
        return Plan(tuple(notices), self._look_again(), frozenset(self._affected))

    def _look_again(self) -> datetime | None:
        change = self.knowledge.next_change()
        return min((moment for moment in (change, self._agenda.next()) if moment is not None), default=None)

    def _learned(self, moment: datetime) -> list[Notice]:
        """What must be told because editions begin to count at ``moment``."""
        changed = self.knowledge.take(moment)
        if not changed:
            return []
        before = self.adviser
        self.outlook = self.outlook.updated(
            (old.window for old, _ in changed if old is not None), (new.window for _, new in changed)
        )
        self.adviser = Adviser(self.outlook, self.effects)
        affected = {new.window.id for _, new in changed}
        for old, new in changed:
            for version in (edition.window for edition in (old, new) if edition is not None):
                for near in {version.interval, before.stretch(version), self.adviser.stretch(version)}:
                    affected.update(window.id for window in self.outlook.touching(near))
        self._affected |= affected
        notices = []
        for window in sorted(affected, key=lambda key: (self.knowledge.current[key].window.start, key)):
            edition = self.knowledge.current[window]
            for audience in self.network.catalogue.audiences:
                notices.extend(self._news(edition, audience, moment, before))
        return notices

    def _news(self, edition: Edition, audience: str, now: datetime, before: Adviser) -> list[Notice]:
        told = self.told.get((edition.window.id, audience))
        if told is None:
            return self._announce(edition, audience, now)
        window = edition.window
        changes = changes_between(told.window, window)
        if window.status in (Status.CANCELLED, Status.COMPLETED):
            if told.over and not changes and told.window.status is window.status:
                return []
            return [self._closed(edition, audience, now, told, changes)]
        short = self.adviser.assess(window, audience)
        if short.digest == told.digest:
            return []
        if use_ends(window) <= now and use_ends(told.window) <= now:
            return []
        advice = self.adviser.advise(window, audience)
        severity = max(advice.severity, told.severity, key=lambda item: item.rank)
        detail, sequence = f"edition {edition.number}", self._sequence(told, edition)
        if not changes:
            if self.adviser.masked_by(window, audience) is not None:
                self._schedule(edition, audience, after=now)
                return []
            severity = weight(self.effects, before.outlook, self.outlook, advice)
            changes, detail, sequence = (Change.ADVICE,), f"advice@{iso(now)}", sequence + 1
        notice = Notice(
            key=NoticeKey(window.id, audience, Occasion.CHANGED, detail),
            due=now,
            useful_until=max(use_ends(window), now + DAY),
            sent=True,
            reason=f"differs from what was told {iso(told.at)}: {', '.join(changes)}",
            edition=edition.number,
            sequence=sequence,
            severity=severity,
            advice=advice,
            channels=EVERYWHERE,
            changes=changes,
            told=told.window,
        )
        return [self._tell(notice, edition)]

    def _announce(self, edition: Edition, audience: str, now: datetime) -> list[Notice]:
        window, key = edition.window, NoticeKey(edition.window.id, audience, Occasion.ANNOUNCED)
        severity = self.adviser.assess(window, audience).severity
        silence = why_silent(self.adviser, window, audience, severity, now)
        if silence is not None:
            key = replace(key, detail=silence[0])
            if key in self._silent:
                return []
            self._silent.add(key)
        advice = self.adviser.advise(window, audience) if silence is None else None
        notice = Notice(
            key=key,
            due=now,
            useful_until=use_ends(window),
            sent=silence is None,
            reason=silence[1] if silence else f"known since {iso(edition.known_at)}",
            edition=edition.number,
            sequence=edition.number - 1,
            severity=severity,
            advice=advice,
            channels=EVERYWHERE if silence is None else frozenset(),
        )
        if advice is None:
            return [notice]
        return [self._tell(notice, edition), *self._missed(advice, edition, now)]

    def _missed(self, advice: Advice, edition: Edition, now: datetime) -> list[Notice]:
        """Occasions whose moment had passed when the window became known: the announcement covers them."""
        preparations = self.network.catalogue.preparations
        return [
            self._notice(
                moment, edition, advice, sent=False, reason="its moment had passed when this was announced"
            )
            for moment in sorted(moments(advice, self.schedule, preparations), key=lambda found: found.due)
            if moment.due <= now
        ]

    def _closed(
        self, edition: Edition, audience: str, now: datetime, told: Told, changes: tuple[Change, ...]
    ) -> Notice:
        """The window will not happen, or somebody confirmed that it is over."""
        window = edition.window
        cancelled = window.status is Status.CANCELLED
        channels = {
            Channel.NEWS,
            Channel.CALENDAR,
            Channel.MAIL if cancelled or told.extended else Channel.ON_REQUEST,
        }
        late = cancelled and use_ends(told.window) <= now
        notice = Notice(
            key=NoticeKey(
                window.id,
                audience,
                Occasion.CANCELLED if cancelled else Occasion.COMPLETED,
                f"edition {edition.number}",
            ),
            due=now,
            useful_until=max(use_ends(told.window), now + DAY),
            sent=not late,
            reason="cancelled after its planned end" if late else edition.why or window.status.value,
            edition=edition.number,
            sequence=self._sequence(told, edition),
            severity=told.severity,
            advice=self.adviser.advise(window, audience),
            channels=frozenset(channels),
            changes=changes,
            told=told.window,
        )
        return self._tell(notice, edition) if notice.sent else notice

    def _due(self) -> Notice | None:
        """The next scheduled occasion, if the window is still as it was when it was scheduled."""
        key, moment = self._agenda.take()
        edition, told = self.knowledge.current[key.window], self.told[key.window, key.audience]
        if told.over:
            return None
        advice = self.adviser.advise(edition.window, key.audience)
        notice = self._notice(moment, edition, advice, sent=True, reason=moment.reason)
        reason = why_not(self.adviser, notice, moment, told)
        if reason is not None:
            return replace(notice, sent=False, reason=reason, channels=frozenset())
        return self._tell(notice, edition)

    def _notice(self, moment: Moment, edition: Edition, advice: Advice, *, sent: bool, reason: str) -> Notice:
        told = self.told[edition.window.id, advice.audience]
        channels = moment.channels if sent else frozenset[Channel]()
        if sent and moment.occasion is Occasion.ENDED and told.extended:
            channels |= {Channel.MAIL}
        return Notice(
            key=NoticeKey(edition.window.id, advice.audience, moment.occasion, moment.detail),
            due=moment.due,
            useful_until=moment.useful_until,
            sent=sent,
            reason=reason,
            edition=edition.number,
            sequence=told.sequence,
            severity=advice.severity,
            advice=advice,
            channels=channels,
        )

    def _tell(self, notice: Notice, edition: Edition) -> Notice:
        """Note that this was told, and schedule what follows from it."""
        key = (notice.key.window, notice.key.audience)
        self.told[key] = follow(
            self.told.get(key),
            due=notice.due,
            occasion=notice.key.occasion,
            window=edition.window,
            edition=edition.number,
            sequence=notice.sequence,
            severity=notice.severity,
            digest=notice.digest,
            changes=notice.changes,
            channels=notice.channels,
        )
        if notice.key.occasion in (Occasion.ANNOUNCED, Occasion.CHANGED):
            self._schedule(edition, notice.key.audience, after=notice.due)
        return notice

    def _schedule(self, edition: Edition, audience: str, after: datetime) -> None:
        """Put on the agenda what will come due of a window; what stood there of it before counts no more."""
        window = edition.window
        over = window.status in (Status.CANCELLED, Status.COMPLETED) or window.interval.until < after
        advice = None if over else self.adviser.advise(window, audience)
        found = moments(advice, self.schedule, self.network.catalogue.preparations) if advice else ()
        self._agenda.put(window.id, audience, (moment for moment in found if moment.due > after))

    def _sequence(self, told: Told, edition: Edition) -> int:
        return told.sequence + edition.number - told.edition
