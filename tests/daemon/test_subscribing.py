"""Subscriptions on the running daemon: served, delivered, taken up again; and the way out in every mail."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import structlog

from notifier.config import Settings
from notifier.daemon.counter import links_of, way_out
from notifier.model import Standing
from notifier.render import Purpose
from notifier.store import Store
from tests.daemon.house import HOUR, T0, House, service, soon

HTTPS = {"NOTIFIER_SITE__BASE_URL": "https://przerwy.example.org"}
WISH = [
    ("email", "jan@example.org"),
    ("audience", "patient"),
    ("language", "pl"),
    ("often", "each"),
    ("at", "07:00"),
    ("weekday", "monday"),
]


async def ask(
    house: House, method: str, path: str, fields: list[tuple[str, str]] | None = None
) -> httpx2.Response:
    assert house.where is not None
    async with httpx2.AsyncClient(base_url=house.where.url, trust_env=False, timeout=60) as client:
        headers = {"content-type": "application/x-www-form-urlencoded"} if fields is not None else {}
        return await client.request(
            method, path, content=urlencode(fields).encode() if fields is not None else None, headers=headers
        )


def mails(house: House) -> list[EmailMessage]:
    found = []
    for path in sorted((house.state / "mail" / "new").glob("*")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def token_in(message: EmailMessage, room: str) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    found = re.search(rf"/{room}/(\S+)", str(part.get_content()))
    assert found is not None
    return found[1]


def people(house: House, look: Callable[[Store], object]) -> object:
    store = Store.open(house.service.parts.store_url, migrate=False)
    try:
        return look(store)
    finally:
        store.close()


async def test_from_the_form_to_the_first_news_and_out_again(tmp_path: Path) -> None:
    with structlog.testing.capture_logs():
        async with service(tmp_path, environ=HTTPS) as house:
            assert (await ask(house, "GET", "/subscribe")).status_code == 200
            assert (await ask(house, "POST", "/subscribe", WISH)).status_code == 200
            await house.until(lambda: mails(house))
            [letter] = mails(house)
            assert letter["To"] == "jan@example.org"
            path = f"/confirm/{token_in(letter, 'confirm')}"
            assert (await ask(house, "POST", path, [("do", "confirm")])).status_code == 200

            house.windows(soon(), soon("gate-2", T0 + 50 * HOUR))
            await house.at(T0 + HOUR)
            await house.until(lambda: len(mails(house)) == 2)
            [news] = [mail for mail in mails(house) if mail["Message-ID"] != letter["Message-ID"]]
            assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            [link] = re.findall(
                r"<https://przerwy\.example\.org(/unsubscribe/[^>]+)>", news["List-Unsubscribe"]
            )
            choices = await ask(house, "GET", f"/preferences/{token_in(news, 'preferences')}")
            assert "Twoje powiadomienia" in choices.text, "the link in the text is the reader's own"
            answer = await ask(house, "POST", link, [("List-Unsubscribe", "One-Click")])
            assert answer.status_code == 200
            assert (
                people(house, lambda store: store.subscribers.find("jan@example.org").standing)
                is Standing.LEFT
            )
            await house.until(lambda: len(mails(house)) == 3)

            await house.at(T0 + 24 * 8 * HOUR)
            assert people(house, lambda store: store.subscribers.find("jan@example.org")) is None


async def test_a_restart_knows_the_links_and_another_configuration_serves_what_it_offers(
    tmp_path: Path,
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with service(tmp_path, people=("anna",), environ=HTTPS) as house:
            links = links_of(house.service.config.settings, house.service.parts.link_key)
            path = f"/preferences/{links.token(Purpose.MANAGE, 1)}"
            assert (await ask(house, "GET", path)).status_code == 200
            toml = house.config / "notifier.toml"
            toml.write_text(toml.read_text() + "\n[web]\nsign_up = false\n")
            house.service.reload()
            await house.hand.slept()
            await house.hand.look()
            assert (await ask(house, "GET", path)).status_code == 404
            assert "/subscribe" not in (await ask(house, "GET", "/")).text
        async with service(tmp_path, environ=HTTPS, again_at=T0 + HOUR) as house:
            assert (await ask(house, "GET", path)).status_code == 404
    assert [line for line in logs if line["log_level"] == "error"] == []


async def test_the_pages_lead_to_the_form_only_where_it_is_served(tmp_path: Path) -> None:
    with structlog.testing.capture_logs():
        async with service(tmp_path) as house:
            assert 'href="/subscribe"' in (await ask(house, "GET", "/")).text
            assert "gate" in (await ask(house, "GET", "/subscribe")).text
            many = await asyncio.gather(*(ask(house, "GET", "/subscribe") for _ in range(20)))
            assert {answer.status_code for answer in many} == {200}


def test_one_click_needs_https_and_somebody_who_answers() -> None:
    for url, web, one_click in [
        ("https://przerwy.example.org", {}, True),
        ("http://przerwy.example.org", {}, False),
        ("https://przerwy.example.org", {"sign_up": False}, False),
        ("https://przerwy.example.org", {"listen": ""}, False),
    ]:
        settings = Settings.model_validate({"site": {"base_url": url}, "web": web})
        links = links_of(settings, b"k" * 32)
        headers, token = way_out(settings, links)(7)
        assert token.decode() == links.token(Purpose.MANAGE, 7)
        assert (b"List-Unsubscribe-Post" in headers) is one_click
        assert (token in headers) is one_click
        assert b"<mailto:" in headers
