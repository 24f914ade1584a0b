"""Mails that nobody is sent: made by the mailing of the daemon, to be looked at or tried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.cli.options import CommandError, Place, editions_of, windows_of
from notifier.config import Config
from notifier.cycle import Addressed, Editions, Mailing, Recorded, site_words
from notifier.feeds import CalendarEntry, Feeds
from notifier.mail import (
    Body,
    Personal,
    for_recipient,
    message_id_for,
    sender_address,
    unsubscribe_headers,
)
from notifier.model import (
    Advice,
    Change,
    Channel,
    Edition,
    Notice,
    NoticeKey,
    Occasion,
    Profile,
    Status,
    Subscriber,
    Window,
)
from notifier.planning import changes_between
from notifier.render import MailWords, Renderer

NOBODY = Profile()


@dataclass(frozen=True, slots=True)
class Draft:
    """The mail for one audience in one language; ``name`` says which, fit for a file."""

    name: str
    body: Body
    words: MailWords


class Letters:
    """Makes the mails of an occasion as the daemon would for somebody who named the window's systems."""

    def __init__(self, config: Config, editions: Editions) -> None:
        self._editions = editions
        self._network = Network(config.catalogue)
        self._effects = Effects(self._network)
        self._outlook = Outlook(self._network, windows_of(editions))
        site = config.settings.site
        self._renderer = Renderer(config.catalogue, config.templates, site_words(config.settings))
        feeds = Feeds(self._renderer, site.base_url, site.name, tuple(site.languages))
        self._mailing = Mailing(config.settings, self._renderer, feeds)

    @classmethod
    def at(cls, place: Place, config: Config) -> Letters:
        """With all that is known there."""
        return cls(config, editions_of(place, config))

    def drafts(
        self,
        window_id: str,
        occasion: Occasion,
        audiences: list[str],
        languages: list[str],
        profile: Profile = NOBODY,
        at: datetime | None = None,
    ) -> Iterator[Draft]:
        """The mails for audiences and languages; audiences that the window does not touch are left out.

        ``at`` is when they are told, by default the moment at which the occasion comes due. For a change the
        edition before is compared with; where there is none, an earlier end is made up. Raises
        :class:`CommandError` for an unknown window.
        """
        history = self._editions.of.get(window_id)
        if history is None:
            known = ", ".join(sorted(self._editions.of)[-10:])
            raise CommandError(f"there is no window {window_id!r}; among the known are {known}")
        window = _as_on(history[-1].window, occasion)
        adviser = Adviser(self._outlook.updated([window], [window]), self._effects)
        for audience in audiences:
            advice = adviser.advise(window, audience)
            if not advice.tasks and occasion is not Occasion.CANCELLED:
                continue
            notice = _notice(advice, occasion, history, at)
            event = CalendarEntry(advice, notice.sequence, notice.due, notice.due)
            recorded = Recorded(0, notice, event)
            for language in languages:
                reader = Subscriber(0, "", language, (audience,), profile, window.systems)
                made = self._mailing.compose([Addressed(reader, (recorded,))], _no_other, notice.due)
                for body in made.bodies:
                    words = self._renderer.mail([notice], language, profile)
                    yield Draft(f"{window_id}.{occasion}.{audience}.{language}", body, words)


def _no_other(window: str, audience: str) -> CalendarEntry | None:
    """The event in the mail is the one it tells of: nobody has another in their calendar."""


def write_letters(drafts: Iterator[Draft], config: Config, out: Path) -> list[Path]:
    """Write each mail as ``.eml``, ``.txt`` and ``.html``; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    return [path for draft in drafts for path in _write(out, draft, config)]


def addressed(draft: Draft, config: Config, to: str, message_id: str) -> bytes:
    """The whole mail to one address, with the way out that needs no subscription."""
    settings = config.settings
    contact = settings.site.contact or sender_address(settings.mail.sender)[1]
    return for_recipient(
        draft.body, to=to, message_id=message_id, personal=Personal(unsubscribe_headers(contact))
    )


def _write(out: Path, draft: Draft, config: Config) -> Iterator[Path]:
    sender = sender_address(config.settings.mail.sender)[1]
    letter = addressed(draft, config, "preview@example.org", message_id_for([draft.name], 0, sender))
    words = draft.words
    for suffix, data in ((".eml", letter), (".txt", words.text.encode()), (".html", words.html.encode())):
        path = out / f"{draft.name}{suffix}"
        path.write_bytes(data)
        yield path


def _as_on(window: Window, occasion: Occasion) -> Window:
    if occasion is Occasion.CANCELLED:
        return replace(window, status=Status.CANCELLED)
    return replace(window, status=Status.COMPLETED) if occasion is Occasion.COMPLETED else window


def _notice(advice: Advice, occasion: Occasion, history: list[Edition], at: datetime | None) -> Notice:
    window = advice.window
    told: Window | None = None
    changes: tuple[Change, ...] = ()
    if occasion in (Occasion.CHANGED, Occasion.CANCELLED, Occasion.COMPLETED):
        told = history[-2].window if len(history) > 1 else history[-1].window
        changes = changes_between(told, window)
    if occasion is Occasion.CHANGED and not changes:
        earlier = (window.end or window.start + timedelta(hours=4)) - timedelta(hours=2)
        told = replace(window, end=max(earlier, window.start + timedelta(minutes=30)))
        changes = (Change.EXTENDED,)
    deadline = min((item.by for item in advice.prepare if item.by), default=window.start)
    due = {
        Occasion.ANNOUNCED: history[0].known_at,
        Occasion.REMINDER: window.start - timedelta(days=1),
        Occasion.LAST_CALL: deadline - timedelta(hours=1),
        Occasion.STARTED: window.start,
        Occasion.ENDED: window.end or window.start,
        Occasion.COMPLETED: window.end or window.start,
    }.get(occasion, history[-1].known_at)
    told_at = at or due
    return Notice(
        key=NoticeKey(window.id, advice.audience, occasion, "preview"),
        due=told_at,
        useful_until=told_at + timedelta(days=1),
        sent=True,
        reason="preview",
        edition=history[-1].number,
        sequence=history[-1].number - 1,
        severity=advice.severity,
        advice=advice,
        channels=frozenset({Channel.MAIL}),
        changes=changes,
        told=told,
    )
