"""Subscribing in a real browser without scripts, from the form to the farewell and back; and for every reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from playwright.async_api import Browser, Page

from notifier.model import Standing
from notifier.web import Answers, serving
from tests.web.front import Front, opened, shipped, text_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
module = pytest_asyncio.fixture(loop_scope="module", scope="module")
BASE = "http://127.0.0.1"


@module
async def place() -> AsyncIterator[tuple[Front, str]]:
    """The counter with the stylesheet of the site, on a port of its own."""
    with structlog.testing.capture_logs(), opened() as store:
        front = Front(store, BASE)
        _, renderer = shipped(BASE)
        front.app.answers = Answers.of(
            {
                "/static/style.css": renderer.page("site/style.css.j2", "pl").encode(),
                "/static/page.js": renderer.page("site/page.js.j2", "pl").encode(),
                "/static/icon.svg": renderer.page("site/icon.svg.j2", "pl").encode(),
            }
        )
        async with serving(front.app, "127.0.0.1:0") as listening:
            yield front, listening.url.rstrip("/")


def link(front: Front, address: str) -> str:
    """Where the link in the only letter leads, on the server at hand."""
    [(_, letter)] = front.letters()
    [found] = [line for line in text_of(letter).splitlines() if line.startswith(BASE)]
    return address + found.removeprefix(BASE)


async def heading(page: Page) -> str:
    return await page.locator("h1").inner_text()


async def test_sign_up_confirm_change_leave_and_undo_without_scripts(
    browser: Browser, place: tuple[Front, str]
):
    front, address = place
    context = await browser.new_context(java_script_enabled=False, locale="pl")
    page = await context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))

    await page.goto(f"{address}/subscribe")
    await page.get_by_label("Adres e-mail").fill("anna@example.org")
    await page.get_by_role("button", name="Zapisz mnie").click()
    assert await heading(page) == "Powiadomienia e-mailem"
    assert "Zaznacz, kim jesteś" in await page.locator(".faults").inner_text()
    assert await page.get_by_label("Adres e-mail").input_value() == "anna@example.org", (
        "nothing is typed twice"
    )
    await page.get_by_label("Lekarz", exact=True).check()
    await page.get_by_label("mBank", exact=True).check()
    await page.get_by_role("button", name="Zapisz mnie").click()
    assert await heading(page) == "Sprawdź pocztę"

    await page.goto(link(front, address))
    await page.get_by_role("button", name="Potwierdzam").click()
    assert await heading(page) == "Zapis jest potwierdzony"
    assert "mBank" in await page.locator("dl").inner_text()

    row = front.row()
    await page.goto(address + front.manage(row))
    assert await page.get_by_label("Lekarz", exact=True).is_checked()
    await page.get_by_label("Farmaceuta", exact=True).check()
    await page.get_by_label("raz dziennie, wszystko w jednym mailu").check()
    await page.get_by_label("Godzina maila zbiorczego").select_option("18:00")
    await page.get_by_role("button", name="Zapisz zmiany").click()
    assert await page.get_by_role("status").inner_text() == "Zmiany są zapisane."
    assert front.row().subscriber.audiences == ("doctor", "pharmacist")
    assert str(front.row().subscriber.wishes.digest) == "daily 18:00"

    await page.get_by_role("link", name="Wypisz ten adres").click()
    assert front.row().active
    await page.get_by_role("button", name="Wypisz ten adres").click()
    assert await heading(page) == "Ten adres jest wypisany"
    assert front.row().standing is Standing.LEFT
    await page.goto(link(front, address))
    await page.get_by_role("button", name="Cofnij").click()
    assert await heading(page) == "Cofnięte"
    assert front.row().active

    await page.goto(address + front.manage(row))
    await page.get_by_role("link", name="English").click()
    assert await heading(page) == "Your news by mail"
    await page.get_by_role("link", name="Polski").click()
    assert await heading(page) == "Twoje powiadomienia"
    await page.get_by_role("link", name="Usuń wszystko").click()
    await page.get_by_role("button", name="Usuń wszystko").click()
    assert await heading(page) == "Wszystko jest usunięte"
    assert front.store.subscribers.list() == []
    assert await context.cookies() == []
    assert {url for url in asked if not url.startswith(address)} == set()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_accessible_and_fit_320_pixels(
    browser: Browser, place: tuple[Front, str], node_modules: Path, scheme
):
    axe = node_modules / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("needs axe-core in NOTIFIER_NODE_MODULES")
    front, address = place
    row = await front.subscribed(f"{scheme}@example.org")
    context = await browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    async def look(what: str) -> None:
        await page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, what
        await page.evaluate(axe.read_text())
        found = await page.evaluate("axe.run().then(result => result.violations)")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], what

    for path in (
        "/subscribe",
        "/en/subscribe",
        front.confirm(row),
        front.manage(row),
        f"{front.manage(row)}/erase",
        front.manage(row, "unsubscribe"),
    ):
        await page.goto(address + path)
        await look(path)
    assert said == [], "the browser complains, perhaps about the policy"
    await page.goto(f"{address}/subscribe")
    await page.get_by_label("Adres e-mail").fill("a@b")
    await page.get_by_label("Od godziny").select_option("22:00")
    await page.get_by_role("button", name="Zapisz mnie").click()
    assert await page.locator(".faults li").count() == 2
    await look("mistakes")
    await page.goto(address + front.manage(row, "unsubscribe"))
    await page.get_by_role("button").click()
    await look("farewell")
    await page.goto(f"{address}/confirm/x")
    await look("broken")
    front.letters()
    await context.close()
