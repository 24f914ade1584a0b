"""One pass: load, reconcile, plan, publish, enqueue. The daemon, replay, build and plan all make it.

What a pass decides is written in one transaction: editions, notices, mails and the moment up to which
everything is planned. A pass that dies leaves nothing behind and is simply made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from notifier.availability import Effects, Network
from notifier.config import Config
from notifier.cycle.hearing import Hearing
from notifier.cycle.history import History
from notifier.cycle.listed import follow_file
from notifier.cycle.mailing import Mailing
from notifier.cycle.posting import Posting
from notifier.cycle.publishing import Published, Publisher, state
from notifier.cycle.reconcile import FILES, Editions, Reconciled, reconcile
from notifier.cycle.result import Pass
from notifier.cycle.retold import told_before
from notifier.cycle.settings import brakes_of, schedule_of, site_words
from notifier.cycle.untold import Silences
from notifier.cycle.world import World
from notifier.feeds import Feeds
from notifier.model import Edition, Notice
from notifier.planning import Plan, Planner
from notifier.render import Renderer
from notifier.sources import Statement
from notifier.store import NoticeRow, Store
from notifier.web import Site, WindowState

LAST_PASS = "last-pass"
LAST_EDITION = "last-edition"
"""Up to which edition passes have looked. What was recorded behind it counts as unheard of after a restart,
whatever moment it claims to be from: the clock that wrote it may differ from ours."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far back to look for editions of others at least: their clock, or their wait for the store, may be
behind ours."""

READY = 256 << 20
"""Bytes of ready parts of feeds at most: fifteen hundred windows, told to four audiences in two languages."""

AHEAD = frozenset({WindowState.NEXT, WindowState.NOW})

_log = structlog.get_logger()


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
        self._silences = Silences()
        public = self._silences.public
        self.feeds = Feeds(
            self.renderer,
            settings.site.base_url,
            settings.site.name,
            languages,
            READY,
            public,
            settings.feeds.hub,
        )
        self.mailing = Mailing(settings, self.renderer, self.feeds, self._silences.sent)
        self._site = Site(self.renderer, public)
        self._planner: Planner | None = None
        self._hearing = Hearing(config, store)
        self._drafts = 0

    def run_pass(self, now: datetime, *, publish: bool = True, said: Sequence[Statement] = ()) -> Pass:
        """Bring all up to ``now``, with what sources ``said``. Raises :class:`StoreError`, with nothing half done."""
        if self._planner is None:
            self._begin()
        try:
            return self._run(now, publish, said)
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
        looked = self.store.marks.get(LAST_EDITION)
        self.editions = Editions(self.store.editions.all(int(looked) if looked else None))
        mark = self.store.marks.get(LAST_PASS)
        since = datetime.fromisoformat(mark) if mark else None
        rows = self.store.notices.rows(sent_only=True)
        everything = [edition for history in self.editions.of.values() for edition in history]
        schedule = schedule_of(self.config.settings)
        self._planner = Planner(
            self.network, schedule, everything, told_before(rows, self.editions), since, self.effects
        )
        self._publisher = Publisher(
            self.config.settings,
            self.network,
            self.effects,
            self.renderer,
            self.feeds,
            self._site,
            History(self.network, self.effects, self.editions, schedule.settle),
            self._silences.public,
        )
        for row in rows:
            self._publisher.remember(row)
        self._posting = Posting(self.store, self.mailing, brakes_of(self.config.settings))
        self._taken_up: Reconciled | None = None
        self._hearing.begin_anew()
        self._seen = max((edition.recorded_at for edition in everything), default=None)
        self._published_until: datetime | None = None
        self._stale: frozenset[str] = frozenset()

    def _run(self, now: datetime, publish: bool, said: Sequence[Statement]) -> Pass:
        planner = self.planner
        since = planner.since
        with self.store.transaction():
            mark = self.store.marks.get(LAST_PASS)
            first = mark is None
            foreign = self._learn_foreign(now)
            taken_up = self._taken_up
            new: tuple[Edition, ...] = ()
            if taken_up is None or taken_up.refused:
                taken_up = self._take_up(now, first)
                new = taken_up.editions
            new = (*new, *self._hear(said, now, due=bool(new or foreign)))
            plan = planner.advance(now)
            self._publisher.forget(plan.affected)
            added = self._record(plan.notices, now, first)
            begun = since is None
            due = self._due_by_mail(added, now, first=begun)
            last = datetime.fromisoformat(mark) if mark else None
            posted = self._posting.post(added, due, self._world(), last, now, first=begun)
            self.store.marks.put(LAST_PASS, (planner.since or now).astimezone(UTC).isoformat())
            self.store.marks.put(LAST_EDITION, str(self.store.editions.newest()))
        self._taken_up = taken_up
        public = self._publish(plan, added, bool(new or foreign), now) if publish else None
        untold = self._silences.found(self._posting.owes())
        self._silences.tell(untold)
        return Pass(
            now=now,
            editions=(*foreign, *new),
            notices=tuple(added),
            mails=posted.mails,
            held=posted.held,
            tree=public.tree if public else None,
            look_again=min(filter(None, (plan.look_again, posted.look_again)), default=None),
            refused=taken_up.refused,
            untold=untold,
            desk=public.desk if public else None,
            stale=self._hearing.stale,
            drafts=self._drafts,
        )

    def _take_up(self, now: datetime, first: bool) -> Reconciled:
        """What the configuration says, against the record. Unless refused, once is enough: it never changes."""
        found = reconcile(self.editions, self.config.windows, now, first=first)
        if found.refused and self._taken_up is None:
            _log.warning("source refused: it suddenly shows nothing", source=FILES)
        new = self._learn(found.editions)
        self.store.editions.append(new)
        if self._taken_up is None:
            follow_file(self.store, self.config.subscribers, now)
        return replace(found, editions=new)

    def _hear(self, said: Sequence[Statement], now: datetime, *, due: bool) -> tuple[Edition, ...]:
        """What follows from what sources say, and from how long they have not."""
        judged = self._hearing.judge(self.editions, now, said, due=due)
        if judged is None:
            return ()
        new = self._learn(judged.editions)
        self.store.editions.append(new)
        self._drafts = len(judged.drafts)
        return new

    def _learn_foreign(self, now: datetime) -> tuple[Edition, ...]:
        """Editions that others wrote to the store since the last pass: an operator's command, another machine."""
        if self._seen is None:
            return self._learn(self.store.editions.all())
        return self._learn(self.store.editions.changed_since(min(self._seen, now - CLOCKS_DIFFER)))

    def _learn(self, editions: Iterable[Edition]) -> tuple[Edition, ...]:
        """Take in editions; those that were new to us."""
        new = self.editions.add(editions)
        self.planner.learn(new)
        moments = [edition.recorded_at for edition in new]
        self._seen = max([*moments, *([self._seen] if self._seen else [])], default=None)
        return tuple(new)

    def _record(self, notices: Sequence[Notice], now: datetime, first: bool) -> list[tuple[int, Notice]]:
        """Write down what came due, and let the publisher know of it; returns what nobody had written yet.

        News from before our time is dated as it was; later news never before we knew the facts.
        """
        public = {
            notice.key: notice.due
            if first
            else max(notice.due, min(self._edition_of(notice).recorded_at, now))
            for notice in notices
            if notice.sent
        }
        added = self.store.notices.add([(notice, public.get(notice.key)) for notice in notices], now)
        for id_, notice in added:
            self._publisher.learn(id_, notice, public.get(notice.key))
        # Another machine on the same store was faster: its numbers and moments go for our feeds as well.
        told = public.keys() - {notice.key for _, notice in added}
        rows = {row.key: row for window in {key.window for key in told} for row in self._rows_of(window)}
        for notice in notices:
            if notice.key in told:
                row = rows[notice.key]
                self._publisher.learn(row.id, notice, row.published_at)
        return added

    def _rows_of(self, window: str) -> list[NoticeRow]:
        return self.store.notices.rows(window=window, sent_only=True)

    def _edition_of(self, notice: Notice) -> Edition:
        return self.editions.number(notice.key.window, notice.edition)

    def _due_by_mail(
        self, added: Sequence[tuple[int, Notice]], now: datetime, *, first: bool
    ) -> list[tuple[int, Notice]]:
        """A first pass mails no history: only what is ahead or under way."""
        return [
            (id_, notice)
            for id_, notice in added
            if notice.sent and notice.useful_until > now and (not first or _is_open(notice, now))
        ]

    def _world(self) -> World:
        return World(
            event=lambda window, audience: self._publisher.event(
                self.planner, self.editions, window, audience
            ),
            version=lambda window, number: self.editions.number(window, number).window,
            revive=self._publisher.history.notice,
            ahead=self._ahead,
        )

    def _ahead(self, after: datetime, until: datetime) -> Iterator[tuple[str, str]]:
        """Windows that begin then, with each audience that was told of them and not that they are off."""
        for window in self.planner.windows:
            if after < window.start <= until:
                for audience in self.network.catalogue.audiences:
                    told = self.planner.told.get((window.id, audience))
                    if told is not None and not told.over:
                        yield window.id, audience

    def _publish(
        self, plan: Plan, added: Sequence[tuple[int, Notice]], news: bool, now: datetime
    ) -> Published | None:
        due = self._published_until is None or now >= self._published_until
        stale, self._stale = self._stale, frozenset(self._hearing.stale)
        if not (due or news or added or plan.affected or stale != self._stale):
            return None
        looked = self._hearing.looked
        published = self._publisher.publish(self.planner, self.editions, now, looked, drill=self.drill)
        self._published_until = published.changes_at
        return published


def _is_open(notice: Notice, now: datetime) -> bool:
    return notice.advice is not None and state(notice.advice.window, now) in AHEAD
