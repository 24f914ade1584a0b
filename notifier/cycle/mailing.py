"""From notices to mails: whom a notice concerns, what is told together, and the bytes of each group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.config import Settings
from notifier.cycle.concern import concerns
from notifier.feeds import CalendarEntry, CalendarMethod, Feeds, Organizer
from notifier.mail import Body, build_body, message_id_for, sender_address
from notifier.model import (
    Change,
    Channel,
    Notice,
    Occasion,
    Profile,
    Status,
    Subscriber,
)
from notifier.render import Renderer
from notifier.store import NewMail

FULL = frozenset({Occasion.ANNOUNCED, Occasion.CHANGED, Occasion.COMPLETED, Occasion.CANCELLED})
"""Occasions that tell everything; a reminder beside one of them would say it twice."""

CLOSED = frozenset({Occasion.CANCELLED, Occasion.COMPLETED})
OVER = frozenset({Occasion.ENDED, Occasion.COMPLETED})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The mails of one pass and the bodies they share."""

    mails: tuple[NewMail, ...]
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A notice with its id in the store and the entry of its window's event."""

    id: int
    notice: Notice
    event: CalendarEntry


class Mailing:
    """Makes the mails of a pass. One message for all notices due for one subscriber at one moment."""

    def __init__(self, settings: Settings, renderer: Renderer, feeds: Feeds) -> None:
        self.settings = settings
        self.renderer = renderer
        self.feeds = feeds
        _, self._sender = sender_address(settings.mail.sender)

    def compose(
        self,
        recorded: Sequence[Recorded],
        subscribers: Iterable[Subscriber],
        now: datetime,
        *,
        hold: bool = False,
    ) -> Outgoing:
        """The mails that tell these notices to those they concern.

        Of several notices on one window only the one that says most is told; ``hold`` parks the mails
        until the operator releases them.
        """
        unheard = _announced_and_closed(recorded)
        worth = [item for item in recorded if _worth_mailing(item.notice, now) and _pair(item) not in unheard]
        bodies: dict[object, Body] = {}
        mails = []
        for subscriber in subscribers:
            told = tuple(
                _essence(
                    [item for item in worth if concerns(item.notice, subscriber, self.renderer.catalogue)]
                )
            )
            if not told:
                continue
            group = (tuple(item.id for item in told), subscriber.language, subscriber.profile)
            if group not in bodies:
                bodies[group] = self._body(told, subscriber.language, subscriber.profile, now)
            mails.append(
                NewMail(
                    subscriber_id=subscriber.id,
                    notice_ids=tuple(item.id for item in told),
                    body_digest=bodies[group].digest,
                    message_id=message_id_for(map(_name, told), subscriber.id, self._sender),
                    send_at=self._send_at(told, now),
                    expires_at=max(item.notice.useful_until for item in told),
                    held=hold,
                )
            )
        return Outgoing(tuple(mails), tuple({body.digest: body for body in bodies.values()}.values()))

    def _send_at(self, told: Sequence[Recorded], now: datetime) -> datetime:
        """Now, or after quiet hours where the news can wait until then."""
        quiet = self.settings.schedule.quiet_hours
        return (
            now if quiet is None else max(now, quiet.shift(now, min(_can_wait(item, now) for item in told)))
        )

    def _body(self, told: Sequence[Recorded], language: str, profile: Profile, now: datetime) -> Body:
        mail = self.settings.mail
        words = self.renderer.mail([item.notice for item in told], language, profile)
        calendar, method = self._calendar(told, language, profile)
        return build_body(
            words,
            calendar,
            method,
            sender=mail.sender,
            list_id=f"{language}.{self._sender.replace('@', '.')}",
            threads=list(dict.fromkeys(item.notice.key.window for item in told)),
            date=now,
            language=language,
            contact=self.settings.site.contact,
        )

    def _calendar(
        self, told: Sequence[Recorded], language: str, profile: Profile
    ) -> tuple[bytes | None, str]:
        """The event of the gravest notice: mail programs understand one event a part."""
        item = told[0]
        cancelled = item.event.advice.window.status is Status.CANCELLED
        method = CalendarMethod.CANCEL if cancelled else CalendarMethod.PUBLISH
        name, address = sender_address(self.settings.mail.sender)
        organizer = Organizer(name or self.settings.site.name, address)
        return self.feeds.event_calendar(item.event, language, method, organizer, profile), method.value


def says_all(notice: Notice) -> bool:
    """True when a mail on this notice makes needless what still waits to be told of the window.

    A reminder does so until something has changed: a change also goes to those whom it takes out of it.
    """
    match notice.key.occasion:
        case Occasion.CANCELLED | Occasion.COMPLETED:
            return True
        case Occasion.CHANGED:
            return notice.changes != (Change.ADVICE,)
        case Occasion.REMINDER:
            return notice.sequence == 0
        case _:
            return False


def _announced_and_closed(recorded: Sequence[Recorded]) -> set[tuple[str, str]]:
    """Windows and audiences for which the news came and went within one pass: nobody need hear of it."""
    announced = {_pair(item) for item in recorded if item.notice.key.occasion is Occasion.ANNOUNCED}
    return announced & {_pair(item) for item in recorded if item.notice.key.occasion in CLOSED}


def _can_wait(item: Recorded, now: datetime) -> datetime:
    """Until when the news can wait: what lies ahead until it begins, what is over as long as it is of use."""
    notice, start = item.notice, item.event.advice.window.start
    if start > now:
        return min(start, notice.useful_until)
    return notice.useful_until if notice.key.occasion in OVER else now


def _essence(told: Sequence[Recorded]) -> list[Recorded]:
    """Of several notices on one window for one audience the one that says most; gravest window first."""
    best: dict[tuple[str, str], Recorded] = {}
    for item in sorted(told, key=lambda item: (item.notice.key.occasion in FULL, item.notice.due)):
        best[_pair(item)] = item
    return sorted(
        best.values(),
        key=lambda item: (-item.notice.severity.rank, item.event.advice.window.start, item.notice.key),
    )


def _worth_mailing(notice: Notice, now: datetime) -> bool:
    mailed = not notice.channels.isdisjoint({Channel.MAIL, Channel.ON_REQUEST})
    return notice.sent and mailed and notice.useful_until > now


def _pair(item: Recorded) -> tuple[str, str]:
    return item.notice.key.window, item.notice.key.audience


def _name(item: Recorded) -> str:
    key = item.notice.key
    return "/".join((key.window, key.audience, key.occasion, key.detail))
