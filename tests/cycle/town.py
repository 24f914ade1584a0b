"""A town for passes: the shipped catalogue and templates, windows of one's own, people, and a store in memory."""

from __future__ import annotations

import email
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.policy import default
from pathlib import Path

from icalendar import Calendar, Event

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import Config, load
from notifier.cycle import OPERATOR, Cycle, Editions, Pass
from notifier.model import (
    Advice,
    Catalogue,
    Channel,
    Edition,
    MailState,
    Notice,
    NoticeKey,
    Occasion,
    Profile,
    Severity,
    Source,
    Subscriber,
    Window,
)
from notifier.store import MailRow, NewSubscriber, Outcome, Store

ROOT = Path(__file__).parents[2]
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)

T0 = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
"""When most tests begin: a Monday noon in Warsaw, without a clock change near."""

START = T0 + 10 * DAY


@functools.cache
def shipped() -> Config:
    """What is in ``config/`` and ``templates/``, read once."""
    return load(ROOT / "config", ROOT / "templates")


@functools.cache
def network() -> Network:
    return Network(shipped().catalogue)


@functools.cache
def catalogue(audiences: tuple[str, ...]) -> Catalogue:
    """The shipped catalogue, as if there were no other audiences."""
    whole = shipped().catalogue
    return replace(whole, audiences={key: whole.audiences[key] for key in audiences or whole.audiences})


def config(*windows: Window, audiences: tuple[str, ...] = (), **sections: dict[str, object]) -> Config:
    """The shipped configuration with these windows, in Polish; ``schedule={"settle": …}`` changes a section.

    ``audiences`` are those there shall be: with two the tests take a third of the time.
    """
    settings = shipped().settings
    changes: dict[str, dict[str, object]] = {"site": {"languages": ("pl",)}, **sections}
    for name, values in changes.items():
        section = getattr(settings, name).model_copy(update=values)
        settings = settings.model_copy(update={name: section})
    return replace(
        shipped(), settings=settings, catalogue=catalogue(audiences), windows=windows, subscribers=()
    )


def window(
    id: str = "pz-1",
    *systems: str,
    start: datetime = START,
    hours: float | None = 8,
    published: datetime | None = T0,
    **facts: object,
) -> Window:
    """An outage of trusted profiles, ten days from the beginning, unless said otherwise."""
    end = None if hours is None else start + timedelta(hours=hours)
    made = Window(id, systems or ("pz",), start, end, source=Source("COI", published=published))
    return replace(made, **facts)  # type: ignore[arg-type]  # names and types are the tests' care


@dataclass
class Town:
    """A store with people in it, and a cycle that can die and be made again."""

    config: Config
    store: Store = field(default_factory=lambda: Store.open("sqlite://"))
    cycle: Cycle = field(init=False)

    def __post_init__(self) -> None:
        self.cycle = Cycle(self.config, self.store)

    def people(self, *names: str, audiences: Sequence[str] = ("patient",), **profile: Sequence[str]) -> None:
        """Enter ``name@example.pl`` for each."""
        new = [
            NewSubscriber(f"{name}@example.pl", tuple(audiences), "pl", **profile)  # type: ignore[arg-type]
            for name in names
        ]
        self.store.subscribers.import_(new, "test", T0)

    def says(self, *windows: Window, **sections: dict[str, object]) -> None:
        """The files say something else now: a new cycle on the same store, as after a reload."""
        self.config = replace(config(*windows, **sections), settings=self.config.settings)
        self.cycle = Cycle(self.config, self.store)

    def restart(self) -> None:
        """The process died; another one takes up from the store."""
        self.cycle = Cycle(self.config, self.store)

    def run(self, *moments: datetime, publish: bool = False) -> Pass:
        """A pass at each moment; the last one's result."""
        return [self.cycle.run_pass(moment, publish=publish) for moment in moments][-1]

    def operator(self, after: Window, now: datetime, why: str = "told by phone") -> Edition:
        """An operator's command in another process."""
        editions = Editions(self.store.editions.all())
        made = editions.next(after, known_at=now, now=now, origin=OPERATOR, who="anna", why=why)
        self.store.editions.append([made])
        return made

    def rows(self) -> list[MailRow]:
        """The mails, oldest first."""
        return self.store.outbox.list(limit=10_000)[::-1]

    def mails(self) -> list[Letter]:
        """The mails as their readers see them, oldest first."""
        names = {row.subscriber.id: row.subscriber.email for row in self.store.subscribers.list()}
        return [
            Letter(
                row,
                names[row.subscriber_id].partition("@")[0],
                email.message_from_bytes(
                    self.store.outbox.headers(row.body_digest)
                    + b"\r\n"
                    + self.store.outbox.body(row.body_digest),
                    policy=default,
                ),
            )
            for row in self.rows()
        ]

    def notices(self) -> list[tuple[object, ...]]:
        """What stands in the record, without the numbers of rows and the moments of passes."""
        return sorted(
            (row.key, row.due, row.sent, row.reason, row.edition, row.sequence, row.severity, row.digest)
            for row in self.store.notices.rows()
        )


def deliver(place: Town, now: datetime) -> int:
    """The relay takes all that is due."""
    claimed = place.store.outbox.claim("relay", now, HOUR, 1000)
    outcomes = [Outcome(mail.id, MailState.SENT, 250, "ok") for mail in claimed]
    return place.store.outbox.settle(outcomes, "relay", now)


@dataclass(frozen=True)
class Letter:
    """One mail in the outbox."""

    row: MailRow
    to: str
    message: Message

    def part(self, kind: str) -> str:
        """The text of the part of that kind."""
        (found,) = (part for part in self.message.walk() if part.get_content_type() == kind)
        text = found.get_content()
        return text if isinstance(text, str) else text.decode()

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def event(self) -> Event:
        """The event of the calendar part."""
        return event_in(self.part("text/calendar").encode())[0]

    @property
    def method(self) -> str:
        """What the calendar part asks to be done."""
        return str(Calendar.from_ical(self.part("text/calendar"))["METHOD"])


def event_in(calendar: bytes) -> list[Event]:
    """The events of a calendar, by start."""
    found = [item for item in Calendar.from_ical(calendar).walk("VEVENT") if isinstance(item, Event)]
    return sorted(found, key=lambda event: (event["DTSTART"].dt, str(event["UID"])))


def advice(of: Window, audience: str = "patient", others: Iterable[Window] = ()) -> Advice:
    """What would be advised."""
    return Adviser(Outlook(network(), [of, *others]), Effects(network())).advise(of, audience)


def notice(
    occasion: Occasion = Occasion.ANNOUNCED,
    of: Window | None = None,
    audience: str = "patient",
    channel: Channel = Channel.MAIL,
    told: Window | None = None,
    detail: str = "",
    severity: Severity | None = None,
    changed: tuple[object, ...] = (),
) -> Notice:
    """A notice as the planner would make it."""
    about = of or window()
    known = advice(about, audience)
    return Notice(
        key=NoticeKey(about.id, audience, occasion, detail),
        due=T0,
        useful_until=about.interval.until,
        sent=True,
        reason="test",
        edition=1,
        sequence=0,
        severity=severity or known.severity,
        advice=known,
        channels=frozenset({channel}),
        changes=changed,  # type: ignore[arg-type]
        told=told,
    )


def person(
    *have: str,
    audiences: tuple[str, ...] = ("patient",),
    systems: tuple[str, ...] = (),
    occasions: Iterable[Occasion] = (),
) -> Subscriber:
    """Somebody with these means."""
    return Subscriber(1, "a@example.pl", "pl", audiences, Profile.of(have), systems, frozenset(occasions))
