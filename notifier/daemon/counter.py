"""The counter for subscriptions as the daemon opens it, anew for each configuration, and the links to it in mails."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from notifier.config import Settings
from notifier.cycle import Cycle, schedule_of
from notifier.cycle.subscribing import Subscribing
from notifier.mail import Clock, sender_address, unsubscribe_headers
from notifier.render import Links, Purpose
from notifier.store import Store
from notifier.web import Frame, root
from notifier.web.subscriptions import InThread, Offer, Pages, Subscriptions, networks


def links_of(settings: Settings, key: bytes) -> Links:
    """The links of this site."""
    return Links(settings.site.base_url, key)


def subscriptions(
    cycle: Cycle, store: Store, links: Links, db: InThread, clock: Clock, stirred: Callable[[], None]
) -> Subscriptions:
    """The application that takes subscriptions, with what this configuration has to offer.

    ``stirred`` is called when there may be a letter to deliver.
    """
    settings, catalogue = cycle.config.settings, cycle.config.catalogue
    site, schedule = settings.site, schedule_of(settings)
    languages = tuple(site.languages)
    frames = {
        language: Frame(
            language=language,
            languages=languages,
            audiences=tuple(catalogue.audiences),
            name=site.name,
            base_url=site.base_url,
            contact=site.contact,
            drill=False,
            subscribe=True,
            prefix=urlsplit(site.base_url).path,
            base=root(language, languages),
            catalogue=catalogue,
        )
        for language in languages
    }
    return Subscriptions(
        Subscribing(settings, cycle.renderer, store, links),
        links,
        Pages(cycle.renderer, frames),
        Offer.of(catalogue, languages, schedule.reminders, schedule.on_request),
        db,
        clock.now,
        stirred,
        proxies=networks(settings.web.proxies),
    )


def way_out(settings: Settings, links: Links) -> Callable[[int], tuple[bytes, bytes]]:
    """For a subscriber by number: the header lines by which they leave, and the token of their links.

    One click needs https (RFC 8058, section 3.1) and somebody who answers; leaving by mail always works.
    """
    _, address = sender_address(settings.mail.sender)
    contact = settings.site.contact or address
    served = settings.web.for_people and links.base_url.startswith("https://")
    by_mail = unsubscribe_headers(contact)

    def personal(subscriber: int) -> tuple[bytes, bytes]:
        token = links.token(Purpose.MANAGE, subscriber)
        headers = unsubscribe_headers(contact, links.unsubscribe(token)) if served else by_mail
        return headers, token.encode("ascii")

    return personal
