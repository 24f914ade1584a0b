"""What a pass puts into the outbox: its news, digests, what is still owed from before; and what it replaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.cycle.brakes import Brakes, day_before
from notifier.cycle.calling import Calling
from notifier.cycle.chatting import Chatting
from notifier.cycle.mailing import Addressed, Mailing, newer_news, worth_mailing
from notifier.cycle.owed import MARK, Owed
from notifier.cycle.round import Round, Rounds
from notifier.cycle.telling import Recorded, Telling, needs_heard
from notifier.cycle.world import World
from notifier.model import Notice, Occasion, Subscriber
from notifier.store import Store


@dataclass(frozen=True, slots=True)
class Posted:
    """How many mails were put into the outbox, and how many of these a brake holds.

    ``look_again`` is when the next digest is to be made.
    """

    mails: int = 0
    held: int = 0
    look_again: datetime | None = None

    def __add__(self, other: Posted) -> Posted:
        return Posted(self.mails + other.mails, self.held + other.held, self.look_again or other.look_again)


class Posting:
    """Fills the outbox.

    A notice for which no text can be written stays owed to those it concerns; it is tried again once by each
    new object, so after a restart and after a change of the configuration.
    """

    def __init__(self, store: Store, mailing: Mailing, brakes: Brakes) -> None:
        self.store = store
        self.mailing = mailing
        self.brakes = brakes
        self.owed: Owed[int] = Owed()
        self._rounds = Rounds(store)
        self._calling = Calling(store, mailing.settings, Chatting(store, mailing))
        self._tried = False

    def post(
        self,
        added: Sequence[tuple[int, Notice]],
        due: Sequence[tuple[int, Notice]],
        world: World,
        since: datetime | None,
        now: datetime,
        *,
        first: bool,
    ) -> Posted:
        """Enqueue mails for the ``due`` ones of the notices recorded now; the store's transaction is the caller's.

        ``since`` is when the last pass on this store was made. A ``first`` pass is never a flood: whoever
        starts has just entered all they know.
        """
        newer = newer_news(added)
        self._calling.record(newer, due, world, now)
        mark = self.store.marks.get(MARK)
        self.owed = Owed.read(mark)
        self.owed.expire(now)
        self._supersede(newer, now)
        old = [] if self._tried else self._revived(world)
        new = [
            Recorded(id_, notice, event)
            for id_, notice in due
            if worth_mailing(notice, now)
            and (event := world.event(notice.key.window, notice.key.audience)) is not None
        ]
        this = self._rounds.make({item.pair[0] for item in new}, self.owed, world, since, now)
        windows = needs_heard([*old, *new, *this.items])
        heard = self.store.tellings.heard(windows) if windows else {}
        telling = Telling(self.mailing.renderer.catalogue, heard, world.version)
        flood = self.brakes.floods({item.pair[0] for item in (*old, *new)}, first=first)
        posted = self._pay(old, telling, world, now, hold=flood)
        addressed = [*self._at_once(new, this, telling), *this.addressed(telling, world, now)]
        posted += self._tell(addressed, world, now, hold=flood)
        self._tried = True
        if (text := self.owed.write()) != (mark or Owed().write()):
            self.store.marks.put(MARK, text)
        return posted + Posted(look_again=this.look_again)

    def owes(self) -> set[tuple[str, str]]:
        """The windows and audiences of which somebody has yet to be told, by mail or in a chat."""
        return self.owed.about() | self._calling.chatting.owed.about()

    def _at_once(self, new: Sequence[Recorded], this: Round, telling: Telling) -> Iterator[Addressed]:
        """What those are told who want no digests: what is new, as it comes."""
        if not new:
            return
        people = {person.id: person for person in self._people(item.pair[1] for item in new)}
        told_before = {who for item in new for who in telling.heard.get(item.pair, ())}
        away = self.store.tellings.people(told_before - people.keys())
        people.update((person.id, person) for person in away)
        for key in sorted(people):
            if people[key].wishes.digest is None and key not in this.people:
                yield Addressed(people[key], telling.choose(people[key], new))

    def _tell(self, addressed: Iterable[Addressed], world: World, now: datetime, *, hold: bool) -> Posted:
        to = [each for each in addressed if each.told]
        if not to:
            return Posted()
        mailed = self.store.tellings.mailed((each.person.id for each in to), day_before(now))
        outgoing = self.mailing.compose(self.brakes.hold(to, mailed, all_of_them=hold), world.event, now)
        self._replace(to, now)
        for body in outgoing.bodies:
            self.store.outbox.put_body(body.digest, body.content, now, body.headers)
        for item, person in outgoing.untold:
            self.owed.add(item.id, item.notice, [person.id])
        self.store.outbox.enqueue(outgoing.mails, now)
        held = sum(mail.held for mail in outgoing.mails)
        return Posted(len(outgoing.mails) - held, held)

    def _pay(
        self, old: Sequence[Recorded], telling: Telling, world: World, now: datetime, *, hold: bool
    ) -> Posted:
        """Tell what is owed, each person exactly that; what fails again is owed again."""
        debts, self.owed.debts = self.owed.debts, {}
        addressed = []
        for person in self.store.tellings.people({who for item in old for who in debts[item.id].people}):
            theirs = [item for item in old if person.id in debts[item.id].people]
            addressed.append(Addressed(person, telling.choose(person, theirs)))
        posted = self._tell(addressed, world, now, hold=hold)
        tried = {item.id for item in old}
        self.owed.debts |= {id_: debt for id_, debt in debts.items() if id_ not in tried}
        return posted

    def _revived(self, world: World) -> list[Recorded]:
        """The notices that are owed."""
        return [
            Recorded(row.id, world.revive(row), event)
            for row in self.owed.rows(self.store)
            if (event := world.event(row.key.window, row.key.audience)) is not None
        ]

    def _supersede(self, newer: Mapping[str, Collection[str]], now: datetime) -> None:
        """Take back mails that still wait and are not true any more, to whomever the newer news goes."""
        for window, audiences in newer.items():
            self.store.outbox.supersede(window, audiences, now)
            self.owed.drop(window, audiences)

    def _replace(self, addressed: Iterable[Addressed], now: datetime) -> None:
        """Take back what still waits for those who get a reminder that says all of it again.

        After a change it does not: that something is otherwise still has to be told as such.
        """
        reminded: dict[tuple[str, str], list[int]] = {}
        for each in addressed:
            for item in each.told:
                if item.notice.key.occasion is Occasion.REMINDER and item.notice.sequence == 0:
                    reminded.setdefault(item.pair, []).append(each.person.id)
        for (window, audience), ids in reminded.items():
            self.store.tellings.supersede(window, audience, ids, now)

    def _people(self, audiences: Iterable[str]) -> list[Subscriber]:
        """Who may be concerned, each once, by number."""
        people = {
            person.id: person
            for audience in sorted(set(audiences))
            for person in self.store.subscribers.by_audience(audience)
        }
        return [people[key] for key in sorted(people)]
