"""From notices to mails: what is told together, and the bytes of each group of readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifier.config import Settings
from notifier.cycle.bodies import Bodies
from notifier.cycle.telling import OVER, Recorded
from notifier.feeds import CalendarEntry, CalendarMethod, Feeds, Organizer
from notifier.mail import Body, build_body, message_id_for, sender_address
from notifier.model import Change, Channel, Notice, Occasion, Profile, Status, Subscriber
from notifier.render import PLACEHOLDER, Omissions, Renderer
from notifier.store import NewMail

Events = Callable[[str, str], CalendarEntry | None]
"""The event of a window for an audience; ``None`` where that audience was never told of it."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """What one person is to be told in one mail; ``ahead`` are windows that come before their next digest."""

    person: Subscriber
    told: tuple[Recorded, ...]
    digest: bool = False
    ahead: tuple[Notice, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The mails of one pass and the bodies they share; ``untold`` are notices without words, and for whom."""

    mails: tuple[NewMail, ...]
    bodies: tuple[Body, ...]
    untold: tuple[tuple[Recorded, Subscriber], ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Those who get the same bytes for the same notices.

    ``audiences`` decide by which event a window stands in their calendars, ``leads`` when it rings.
    """

    language: str
    profile: Profile
    audiences: tuple[str, ...]
    leads: tuple[timedelta, ...] | None
    digest: bool
    ahead: tuple[tuple[str, str], ...]


class Mailing:
    """Makes the mails of a pass. One message for all that one person is told at one moment."""

    def __init__(
        self, settings: Settings, renderer: Renderer, feeds: Feeds, omissions: Omissions | None = None
    ) -> None:
        self.settings = settings
        self.renderer = renderer
        self.feeds = feeds
        self.omissions = omissions
        _, self._sender = sender_address(settings.mail.sender)

    def compose(self, addressed: Iterable[Addressed], events: Events, now: datetime) -> Outgoing:
        """The mails that tell these people these things; whoever is told nothing gets none."""
        ahead: dict[tuple[tuple[str, str], ...], tuple[Notice, ...]] = {}
        bodies = Bodies[Recorded, Reader](
            lambda told, reader: self._body(told, reader, ahead[reader.ahead], events, now), self.omissions
        )
        mails, untold = [], []
        for each in addressed:
            if not each.told:
                continue
            person = each.person
            about = tuple((notice.key.window, notice.key.audience) for notice in each.ahead)
            ahead.setdefault(about, each.ahead)
            written = bodies.of(
                each.told,
                Reader(
                    person.language, person.profile, person.audiences, person.wishes.leads, each.digest, about
                ),
            )
            untold += [(item, person) for item in written.left]
            if written.body is None:
                continue
            told = written.told
            covered = (id_ for item in told for id_ in (item.id, *item.covers))
            mails.append(
                NewMail(
                    subscriber_id=person.id,
                    notice_ids=tuple(dict.fromkeys(covered)),
                    body_digest=written.body.digest,
                    message_id=message_id_for(map(_name, told), person.id, self._sender),
                    send_at=now if each.digest else self._send_at(told, person, now),
                    expires_at=max(item.notice.useful_until for item in told),
                    held=each.held,
                )
            )
        return Outgoing(tuple(mails), bodies.all(), tuple(untold))

    def _send_at(self, told: Sequence[Recorded], person: Subscriber, now: datetime) -> datetime:
        """Now, or after the person's quiet hours (else the operator's) where the news can wait until then."""
        quiet = person.wishes.quiet or self.settings.schedule.quiet_hours
        return (
            now if quiet is None else max(now, quiet.shift(now, min(_can_wait(item, now) for item in told)))
        )

    def _body(
        self,
        told: Sequence[Recorded],
        reader: Reader,
        ahead: Sequence[Notice],
        events: Events,
        now: datetime,
    ) -> Body:
        mail = self.settings.mail
        words = self.renderer.mail(
            [item.notice for item in told], reader.language, reader.profile, ahead, digest=reader.digest
        )
        calendar, method = self._calendar(told[0], reader, events)
        return build_body(
            words,
            calendar,
            method,
            sender=mail.sender,
            list_id=f"{reader.language}.{self._sender.replace('@', '.')}",
            threads=list(dict.fromkeys(item.notice.key.window for item in told)),
            date=now,
            language=reader.language,
            contact=self.settings.site.contact,
            placeholder=PLACEHOLDER,
        )

    def _calendar(self, item: Recorded, reader: Reader, events: Events) -> tuple[bytes | None, str]:
        """The event of the gravest window: mail programs understand one event a part.

        Whoever reads for several audiences gets the event of the first of them that was told of the window,
        whatever else is in the mail: the next revision then finds the event that is there.
        """
        window = item.notice.key.window
        entries = (events(window, audience) for audience in reader.audiences)
        event = next((entry for entry in entries if entry is not None), item.event)
        if reader.leads is not None:
            event = replace(event, reminders=reader.leads)
        cancelled = event.advice.window.status is Status.CANCELLED
        method = CalendarMethod.CANCEL if cancelled else CalendarMethod.PUBLISH
        name, address = sender_address(self.settings.mail.sender)
        organizer = Organizer(name or self.settings.site.name, address)
        made = self.feeds.event_calendar(event, reader.language, method, organizer, reader.profile)
        return made, method.value


def makes_needless(notice: Notice) -> bool:
    """True when what still waits to be told of the window is not true any more, to whomever it goes."""
    match notice.key.occasion:
        case Occasion.CANCELLED | Occasion.COMPLETED:
            return True
        case Occasion.CHANGED:
            return notice.changes != (Change.ADVICE,)
        case _:
            return False


def newer_news(added: Iterable[tuple[int, Notice]]) -> dict[str, set[str]]:
    """The windows, and of each the audiences, of which nothing is true any more that still waits to be told."""
    newer: dict[str, set[str]] = {}
    for _, notice in added:
        if notice.sent and makes_needless(notice):
            newer.setdefault(notice.key.window, set()).add(notice.key.audience)
    return newer


def worth_mailing(notice: Notice, now: datetime) -> bool:
    """True for what may be mailed to somebody and is still of use."""
    mailed = not notice.channels.isdisjoint({Channel.MAIL, Channel.ON_REQUEST})
    return notice.sent and mailed and notice.useful_until > now


def _can_wait(item: Recorded, now: datetime) -> datetime:
    """Until when the news can wait: what lies ahead until it begins, what is over as long as it is of use."""
    notice, start = item.notice, item.event.advice.window.start
    if start > now:
        return min(start, notice.useful_until)
    return notice.useful_until if notice.key.occasion in OVER else now


def _name(item: Recorded) -> str:
    key = item.notice.key
    return "/".join((key.window, key.audience, key.occasion, key.detail))
