"""From notices to mails: whom a notice concerns, what is told together, and the bytes of each group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.config import Settings
from notifier.feeds import CalendarEntry, CalendarMethod, Feeds, Organizer
from notifier.mail import Body, build_body, message_id_for, sender_address
from notifier.model import (
    Channel,
    Notice,
    Occasion,
    Profile,
    Severity,
    Status,
    Subscriber,
    Verdict,
    ancestors,
)
from notifier.render import Renderer
from notifier.store import NewMail

FULL = frozenset({Occasion.ANNOUNCED, Occasion.CHANGED, Occasion.COMPLETED, Occasion.CANCELLED})
"""Occasions that tell everything; a reminder beside one of them would say it twice."""


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
        worth = [item for item in recorded if _worth_mailing(item.notice, now)]
        bodies: dict[object, Body] = {}
        mails = []
        for subscriber in subscribers:
            told = tuple(_essence([item for item in worth if concerns(item.notice, subscriber)]))
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
        """Now, or after quiet hours where the news keeps its use until then."""
        quiet = self.settings.schedule.quiet_hours
        if quiet is None:
            return now
        begins = min((item.event.advice.window.start for item in told), default=now)
        shifted = quiet.shift(now, max(begins, now))
        return max(shifted, now)

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
        organizer = Organizer(address, name)
        return self.feeds.event_calendar(item.event, language, method, organizer, profile), method.value


def concerns(notice: Notice, subscriber: Subscriber) -> bool:
    """True when a notice is for this subscriber: their audience, and something of theirs is touched.

    Grave news goes to all of the audience; a bank's alone to those who named the bank or the system;
    a last call to those whose means depend on it, or who named none.
    """
    advice = notice.advice
    if notice.key.audience not in subscriber.audiences or advice is None:
        return False
    if Channel.MAIL not in notice.channels and notice.key.occasion not in subscriber.occasions:
        return False
    if notice.key.occasion is Occasion.CANCELLED:
        return notice.severity.rank >= Severity.MAJOR.rank or _named(notice, subscriber)
    if notice.severity.rank < Severity.MAJOR.rank and not _named(notice, subscriber):
        return False
    if notice.key.occasion is Occasion.LAST_CALL and subscriber.profile:
        return any(
            means.method == item.method
            for item in advice.prepare
            if item.by is not None
            for means in subscriber.profile.means
        )
    return not subscriber.profile or _named(notice, subscriber) or _touched(notice, subscriber.profile)


def _named(notice: Notice, subscriber: Subscriber) -> bool:
    """True when the subscriber named one of the window's systems, or has means at one of its banks."""
    windows = [notice.advice.window] if notice.advice else []
    systems = {
        system for window in [*windows, *([notice.told] if notice.told else [])] for system in window.systems
    }
    wanted = {*subscriber.systems, *(means.bank for means in subscriber.profile.means if means.bank)}
    return any(
        system in ancestors(want) or want in ancestors(system) for system in systems for want in wanted
    )


def _touched(notice: Notice, profile: Profile) -> bool:
    """True when one of the person's methods does not simply work all through the window."""
    if notice.advice is None or notice.changes:
        return True  # what was told before may have touched them: a correction goes to all who heard
    return any(
        profile.has(answer.method, answer.bank) and answer.verdict is not Verdict.USABLE
        for _, _, answer in notice.advice.answers()
    )


def _essence(told: Sequence[Recorded]) -> list[Recorded]:
    """Of several notices on one window for one audience the one that says most; gravest window first."""
    best: dict[tuple[str, str], Recorded] = {}
    for item in sorted(told, key=lambda item: (item.notice.key.occasion in FULL, item.notice.due)):
        best[item.notice.key.window, item.notice.key.audience] = item
    return sorted(
        best.values(),
        key=lambda item: (-item.notice.severity.rank, item.event.advice.window.start, item.notice.key),
    )


def _worth_mailing(notice: Notice, now: datetime) -> bool:
    mailed = not notice.channels.isdisjoint({Channel.MAIL, Channel.ON_REQUEST})
    return notice.sent and mailed and notice.useful_until > now


def _name(item: Recorded) -> str:
    key = item.notice.key
    return "/".join((key.window, key.audience, key.occasion, key.detail))
