"""A counter for subscriptions with everything behind it: the shipped catalogue, a store, letters that are read."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx2

from notifier.config import Config, load
from notifier.cycle import schedule_of, site_words
from notifier.cycle.subscribing import Subscribing
from notifier.model import MailState
from notifier.render import Links, Purpose, Renderer
from notifier.store import Outcome, Store, SubscriberRow
from notifier.web import App, Frame
from notifier.web.subscriptions import Offer, Pages, Subscriptions, networks
from notifier.web.subscriptions.app import Gates

P = ParamSpec("P")
R = TypeVar("R")

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://przerwy.example.org"
KEY = b"a key for tests and for nothing else"

Fields = list[tuple[str, str]]
WISH: Fields = [
    ("email", "anna@example.org"),
    ("audience", "patient"),
    ("audience", "doctor"),
    ("language", "pl"),
    ("bank", "bank.mbank"),
    ("method", "mobywatel"),
    ("lead", "10080"),
    ("lead", "1440"),
    ("lead", "120"),
    ("often", "each"),
    ("at", "07:00"),
    ("weekday", "monday"),
    ("quiet-from", ""),
    ("quiet-to", ""),
]
"""What a browser sends for the form, filled in by a doctor who banks with mBank."""


def wish(**changed: str | list[str]) -> Fields:
    """The same with some fields changed; an empty list leaves a field out."""
    fields = [(name, value) for name, value in WISH if name.replace("-", "_") not in changed]
    for name, values in changed.items():
        given = [values] if isinstance(values, str) else values
        fields.extend((name.replace("_", "-"), value) for value in given)
    return fields


@cache
def shipped(base_url: str) -> tuple[Config, Renderer]:
    """The configuration that ships, at an address of its own, and its words."""
    config = load(ROOT / "config", ROOT / "templates")
    settings = config.settings
    site = settings.site.model_copy(update={"base_url": base_url, "contact": "pomoc@example.org"})
    mail = settings.mail.model_copy(update={"sender": "Przerwy <przerwy@example.org>"})
    config = replace(config, settings=settings.model_copy(update={"site": site, "mail": mail}))
    return config, Renderer(config.catalogue, config.templates, site_words(config.settings))


class Front:
    """The counter, asked as a browser or a mail program asks it."""

    def __init__(
        self,
        store: Store,
        base_url: str = SITE,
        *,
        gates: Gates | None = None,
        proxies: tuple[str, ...] = (),
        floor: float = 0,
    ) -> None:
        config, renderer = shipped(base_url)
        settings, catalogue = config.settings, config.catalogue
        self.now = NOW
        self.store = store
        self.stirred = 0
        self.calls = 0
        self.links = Links(base_url, KEY)
        self.desk = Subscribing(settings, renderer, store, self.links)
        languages = tuple(settings.site.languages)
        prefix = urlsplit(base_url).path
        frames = {
            code: Frame(
                language=code,
                languages=languages,
                audiences=tuple(catalogue.audiences),
                name=settings.site.name,
                base_url=base_url,
                contact=settings.site.contact,
                drill=False,
                subscribe=True,
                prefix=prefix,
                base="" if code == languages[0] else f"/{code}",
                catalogue=catalogue,
            )
            for code in languages
        }
        schedule = schedule_of(settings)
        self.offer = Offer.of(catalogue, languages, schedule.reminders, schedule.on_request)
        self.counter = Subscriptions(
            self.desk,
            self.links,
            Pages(renderer, frames),
            self.offer,
            self._db,
            lambda: self.now,
            self._stir,
            proxies=networks(proxies),
            gates=gates,
            floor=floor,
        )
        self.app = App(lambda: ({}, True), mounts=dict.fromkeys(self.counter.mounts, self.counter))

    async def _db(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.calls += 1
        return call(*args, **kwargs)

    def _stir(self) -> None:
        self.stirred += 1

    async def ask(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        *,
        client: str = "192.0.2.7",
        **more: object,
    ) -> httpx2.Response:
        """One request, from an address; ``fields`` as a form."""
        transport = httpx2.ASGITransport(app=self.app, client=(client, 40000))
        async with httpx2.AsyncClient(transport=transport, base_url=SITE) as browser:
            if fields is not None:
                headers = {"content-type": "application/x-www-form-urlencoded"}
                more = {"content": urlencode(fields), "headers": headers, **more}
            return await browser.request(method, path, **more)

    async def get(self, path: str, **more: object) -> httpx2.Response:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, fields: Fields, **more: object) -> httpx2.Response:
        return await self.ask("POST", path, fields, **more)

    async def subscribe(
        self, path: str = "/subscribe", *, client: str = "192.0.2.7", **changed: str | list[str]
    ) -> httpx2.Response:
        return await self.post(path, wish(**changed), client=client)

    async def subscribed(
        self, address: str = "anna@example.org", **changed: str | list[str]
    ) -> SubscriberRow:
        """Somebody who signed up and confirmed it."""
        await self.subscribe(email=address, **changed)
        row = self.row(address)
        await self.post(self.confirm(row), [("do", "confirm")])
        self.letters()
        return self.row(address)

    def row(self, who: str | int = "anna@example.org") -> SubscriberRow:
        row = self.store.subscribers.find(who)
        assert row is not None
        return row

    def confirm(self, row: SubscriberRow) -> str:
        return f"/confirm/{self.links.token(Purpose.CONFIRM, row.subscriber.id)}"

    def manage(self, row: SubscriberRow, room: str = "preferences") -> str:
        return f"/{room}/{self.links.token(Purpose.MANAGE, row.subscriber.id)}"

    def letters(self) -> list[tuple[str, email.message.EmailMessage]]:
        """The mails that are due now, as their readers get them, each once; and they count as sent."""
        outbox, found = self.store.outbox, []
        mails = outbox.claim("test", self.now, timedelta(minutes=5), 100)
        for mail in mails:
            raw = outbox.headers(mail.body_digest) + b"\r\n" + outbox.body(mail.body_digest)
            message = email.message_from_bytes(raw, policy=policy.default)
            assert isinstance(message, email.message.EmailMessage)
            found.append((mail.email, message))
        outbox.settle([Outcome(mail.id, MailState.SENT, 250, "ok") for mail in mails], "test", self.now)
        return found


def text_of(message: email.message.EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def links_in(message: email.message.EmailMessage) -> list[str]:
    """Every address in a mail, text and HTML, as a mail gateway collects them."""
    html = message.get_body(("html",))
    assert html is not None
    return re.findall(r"https?://[^\s\"<>]+", text_of(message) + str(html.get_content()))


@contextmanager
def opened(url: str = "sqlite://") -> Iterator[Store]:
    """A store of its own."""
    store = Store.open(url)
    try:
        yield store
    finally:
        store.close()
