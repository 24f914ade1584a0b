"""One pass: load, reconcile, plan, publish, enqueue. The daemon, replay, build and plan all make it.

What a pass decides is written in one transaction: editions, notices, mails and the moment up to which
everything is planned. A pass that dies leaves nothing behind and is simply made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from notifier.availability import Effects, Network
from notifier.config import Config
from notifier.cycle.history import History
from notifier.cycle.mailing import Mailing, Outgoing, Recorded
from notifier.cycle.publishing import Publisher
from notifier.cycle.reconcile import FILES, Editions, reconcile
from notifier.cycle.settings import schedule_of, site_words
from notifier.feeds import Feeds
from notifier.model import Edition, Notice
from notifier.planning import Plan, Planner, Told, follow
from notifier.render import Renderer
from notifier.store import NewSubscriber, NoticeRow, Store
from notifier.web import Site

LAST_PASS = "last-pass"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did.

    ``notices`` are those recorded now, with their ids; ``tree`` is the new public tree, or ``None``
    where nothing public changed; ``look_again`` is when something will be due (``None``: never).
    """

    now: datetime
    editions: tuple[Edition, ...]
    notices: tuple[tuple[int, Notice], ...]
    mails: int
    held: int
    tree: Mapping[str, bytes] | None
    look_again: datetime | None
    refused: bool = False


class Cycle:
    """Passes over one configuration and one store. A changed configuration needs a new cycle.

    Not for several threads at once: whoever calls it keeps to one. ``drill`` marks what it publishes
    as a rehearsal of another time.
    """

    def __init__(self, config: Config, store: Store, *, drill: bool = False) -> None:
        self.config = config
        self.store = store
        self.drill = drill
        settings = config.settings
        self.network = Network(config.catalogue)
        self.effects = Effects(self.network)
        self.renderer = Renderer(config.catalogue, config.templates, site_words(settings))
        languages = tuple(settings.site.languages)
        self.feeds = Feeds(self.renderer, settings.site.base_url, settings.site.name, languages)
        self.mailing = Mailing(settings, self.renderer, self.feeds)
        self._site = Site(self.renderer)
        self._planner: Planner | None = None

    def run_pass(self, now: datetime, *, publish: bool = True) -> Pass:
        """Bring everything up to ``now``. Raises :class:`StoreError`; nothing is half done then."""
        if self._planner is None:
            self._begin()
        try:
            return self._run(now, publish)
        except BaseException:
            # What is in memory may be ahead of what was written: begin again from the store.
            self._planner = None
            raise

    @property
    def planner(self) -> Planner:
        """The planner of the last pass. Raises ``RuntimeError`` before the first."""
        if self._planner is None:
            raise RuntimeError("no pass has been made yet")
        return self._planner

    def _begin(self) -> None:
        """Take up from the store: editions, what was told, and up to when everything is planned."""
        self.editions = Editions(self.store.editions.all())
        mark = self.store.marks.get(LAST_PASS)
        since = datetime.fromisoformat(mark) if mark else None
        rows = self.store.notices.rows(sent_only=True)
        everything = [edition for history in self.editions.of.values() for edition in history]
        schedule = schedule_of(self.config.settings)
        self._planner = Planner(self.network, schedule, everything, self._restore(rows), since, self.effects)
        self._history = History(self.network, self.effects, self.editions, schedule.settle)
        self._publisher = Publisher(
            self.config.settings, self.network, self.effects, self.renderer, self.feeds, self._site
        )
        self._publisher.learn((row.id, self._notice(row), row.published_at) for row in rows)
        self._subscribed = False
        self._seen = max((edition.recorded_at for edition in everything), default=None)
        self._published_until: datetime | None = None
        self._refused = False

    def _run(self, now: datetime, publish: bool) -> Pass:
        planner = self.planner
        first = self.store.marks.get(LAST_PASS) is None
        since = planner.since
        with self.store.transaction():
            foreign = self._learn_foreign()
            reconciled = reconcile(self.editions, self.config.windows, now, first=first)
            self._note_refusal(reconciled.refused)
            new = self.editions.add(reconciled.editions)
            self.store.editions.append(new)
            planner.learn(new)
            if not self._subscribed:
                self._import_subscribers(now)
            plan = planner.advance(now)
            added = self._record(plan.notices, now, first)
            outgoing, held = self._mails(added, since, now)
            for body in outgoing.bodies:
                self.store.outbox.put_body(body.digest, body.content, now, body.headers)
            mails = self.store.outbox.enqueue(outgoing.mails, now)
            self.store.marks.put(LAST_PASS, (planner.since or now).astimezone(UTC).isoformat())
        self._subscribed = True
        if new:
            self._seen = max(edition.recorded_at for edition in new)
        tree = self._publish(plan, added, bool(new or foreign), now) if publish else None
        return Pass(
            now=now,
            editions=(*foreign, *new),
            notices=tuple(added),
            mails=0 if held else mails,
            held=mails if held else 0,
            tree=tree,
            look_again=plan.look_again,
            refused=reconciled.refused,
        )

    def _learn_foreign(self) -> tuple[Edition, ...]:
        """Editions that others wrote to the store since the last pass: an operator's command, another machine."""
        found = self.store.editions.changed_since(self._seen) if self._seen else self.store.editions.all()
        new = self.editions.add(found)
        self.planner.learn(new)
        if new:
            self._seen = max(edition.recorded_at for edition in new)
        return tuple(new)

    def _record(self, notices: Sequence[Notice], now: datetime, first: bool) -> list[tuple[int, Notice]]:
        """Write down what came due, and let the publisher know of it.

        News from before our time is dated as it was; later news never before we knew the facts.
        """
        public = {
            notice.key: notice.due if first else max(notice.due, self._edition_of(notice).recorded_at)
            for notice in notices
            if notice.sent
        }
        added = self.store.notices.add([(notice, public.get(notice.key)) for notice in notices], now)
        self._publisher.learn((id_, notice, public.get(notice.key)) for id_, notice in added)
        return added

    def _edition_of(self, notice: Notice) -> Edition:
        return next(e for e in self.editions.of[notice.key.window] if e.number == notice.edition)

    def _mails(
        self, added: Sequence[tuple[int, Notice]], since: datetime | None, now: datetime
    ) -> tuple[Outgoing, bool]:
        recorded = []
        for id_, notice in added:
            if not notice.sent or notice.useful_until <= now:
                continue
            event = self._publisher.event(self.planner, self.editions, notice.key.window, notice.key.audience)
            if event is not None:
                recorded.append(Recorded(id_, notice, event))
        if not recorded:
            return Outgoing((), ()), False
        audiences = {item.notice.key.audience for item in recorded}
        people = {
            person.id: person
            for audience in sorted(audiences)
            for person in self.store.subscribers.by_audience(audience)
        }
        windows = {item.notice.key.window for item in recorded}
        flood = since is not None and len(windows) > self.config.settings.mail.flood
        if flood:
            _log.warning("flood held", windows=len(windows), limit=self.config.settings.mail.flood)
        return self.mailing.compose(recorded, (people[key] for key in sorted(people)), now, hold=flood), flood

    def _publish(
        self, plan: Plan, added: Sequence[tuple[int, Notice]], news: bool, now: datetime
    ) -> Mapping[str, bytes] | None:
        due = self._published_until is None or now >= self._published_until
        if not (due or news or added or plan.affected):
            return None
        published = self._publisher.publish(self.planner, self.editions, plan.affected, now, drill=self.drill)
        self._published_until = published.changes_at
        return published.tree

    def _restore(self, rows: Sequence[NoticeRow]) -> dict[tuple[str, str], Told]:
        """What each audience was told last of each window, from the record."""
        told: dict[tuple[str, str], Told] = {}
        for row in sorted(rows, key=lambda row: row.id):
            key = (row.key.window, row.key.audience)
            told[key] = follow(
                told.get(key),
                due=row.due,
                occasion=row.key.occasion,
                window=next(e.window for e in self.editions.of[key[0]] if e.number == row.edition),
                edition=row.edition,
                sequence=row.sequence,
                severity=row.severity,
                digest=row.digest,
                changes=row.changes,
            )
        return told

    def _notice(self, row: NoticeRow) -> Notice:
        """The notice as it was made, with its advice derived again from the editions of that time."""
        advice = self._history.advice(row.key.window, row.key.audience, row.edition, row.digest, row.due)
        return Notice(
            key=row.key,
            due=row.due,
            useful_until=row.useful_until,
            sent=row.sent,
            reason=row.reason,
            edition=row.edition,
            sequence=row.sequence,
            severity=row.severity,
            advice=advice,
            channels=row.channels,
            changes=row.changes,
            told=row.told,
        )

    def _import_subscribers(self, now: datetime) -> None:
        """Enter those kept in the configuration, once for each configuration."""
        specs = self.config.subscribers
        if specs:
            self.store.subscribers.import_(
                [
                    NewSubscriber(s.email, s.audiences, s.language, s.have, s.systems, s.occasions)
                    for s in specs
                ],
                "file",
                now,
            )

    def _note_refusal(self, refused: bool) -> None:
        """One log line when a source begins to show nothing, not one a minute."""
        if refused and not self._refused:
            _log.warning("source refused: it suddenly shows nothing", source=FILES)
        self._refused = refused
