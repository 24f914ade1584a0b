"""Mails as files, to be looked at before anybody gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.cli.options import CommandError, Place, editions_of, windows_of
from notifier.config import Config
from notifier.cycle import Editions, site_words
from notifier.feeds import CalendarEntry, CalendarMethod, Feeds, Organizer
from notifier.mail import build_body, for_recipient, message_id_for, sender_address, unsubscribe_headers
from notifier.model import Advice, Change, Notice, NoticeKey, Occasion, Status, Window
from notifier.planning import changes_between
from notifier.render import Renderer


def write_letters(
    place: Place,
    config: Config,
    window_id: str,
    occasion: Occasion,
    audiences: list[str],
    languages: list[str],
    out: Path,
) -> list[Path]:
    """Write the mail of an occasion for each audience and language; audiences it does not touch are left out.

    For a change the edition before is compared with; where there is none, an earlier end is made up.
    Raises :class:`CommandError` for an unknown window and for one that touches none of the audiences.
    """
    editions = editions_of(place, config)
    if window_id not in editions.of:
        known = ", ".join(sorted(editions.of)[-10:])
        raise CommandError(f"there is no window {window_id!r}; among the known are {known}")
    network = Network(config.catalogue)
    outlook = Outlook(network, windows_of(editions))
    effects = Effects(network)
    site = config.settings.site
    renderer = Renderer(config.catalogue, config.templates, site_words(config.settings))
    feeds = Feeds(renderer, site.base_url, site.name, tuple(site.languages))
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for audience in audiences:
        window = _as_on(editions.of[window_id][-1].window, occasion)
        advice = Adviser(outlook.updated([window], [window]), effects).advise(window, audience)
        if not advice.tasks and occasion is not Occasion.CANCELLED:
            continue
        notice = _notice(advice, occasion, editions, window_id)
        for language in languages:
            stem = out / f"{window_id}.{occasion}.{audience}.{language}"
            written.extend(_write(stem, config, renderer, feeds, notice, advice, language))
    if not written:
        raise CommandError(f"{window_id} touches nothing that {', '.join(audiences)} do")
    return written


def _as_on(window: Window, occasion: Occasion) -> Window:
    if occasion is Occasion.CANCELLED:
        return replace(window, status=Status.CANCELLED)
    return replace(window, status=Status.COMPLETED) if occasion is Occasion.COMPLETED else window


def _notice(advice: Advice, occasion: Occasion, editions: Editions, window_id: str) -> Notice:
    window, history = advice.window, editions.of[window_id]
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
    return Notice(
        key=NoticeKey(window_id, advice.audience, occasion, "preview"),
        due=due,
        useful_until=window.interval.until,
        sent=True,
        reason="preview",
        edition=history[-1].number,
        sequence=history[-1].number - 1,
        severity=advice.severity,
        advice=advice,
        changes=changes,
        told=told,
    )


def _write(
    stem: Path,
    config: Config,
    renderer: Renderer,
    feeds: Feeds,
    notice: Notice,
    advice: Advice,
    language: str,
) -> list[Path]:
    settings = config.settings
    name, address = sender_address(settings.mail.sender)
    words = renderer.mail([notice], language)
    cancelled = advice.window.status is Status.CANCELLED
    method = CalendarMethod.CANCEL if cancelled else CalendarMethod.PUBLISH
    entry = CalendarEntry(advice, notice.sequence, notice.due, notice.due)
    calendar = feeds.event_calendar(entry, language, method, Organizer(name or settings.site.name, address))
    body = build_body(
        words,
        calendar,
        method.value,
        sender=settings.mail.sender,
        list_id=f"{language}.{address.replace('@', '.')}",
        threads=[advice.window.id],
        date=notice.due,
        language=language,
        contact=settings.site.contact,
    )
    letter = for_recipient(
        body,
        to="preview@example.org",
        message_id=message_id_for([stem.name], 0, address),
        unsubscribe=unsubscribe_headers(settings.site.contact or address),
    )
    files = {".eml": letter, ".txt": words.text.encode(), ".html": words.html.encode()}
    written = []
    for suffix, data in files.items():
        path = stem.with_name(stem.name + suffix)
        path.write_bytes(data)
        written.append(path)
    return written
