"""The page that builds the address of a feed, in a real browser: for every reader, with and without scripts."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from notifier.web import Answers, App, live_pages, serving
from tests.web.conftest import NOW, january, renderer_for

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
module = pytest_asyncio.fixture(loop_scope="module", scope="module")
TAGS = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
CHOSEN = "audience=patient&kind=ics&have=mobywatel&bank=bank.mbank&task=ikp-login&prepare=1"


@module
async def address(shipped: Mapping[str, bytes]) -> AsyncIterator[str]:
    facts, catalogue = january(NOW)
    app = App(lambda: ({}, True))
    app.answers = Answers.of(shipped)
    app.live = live_pages(renderer_for(facts, catalogue), dataclasses.replace(facts, narrow=True))
    async with serving(app, "127.0.0.1:0") as listening:
        yield listening.url.rstrip("/")


async def look(page: Page, axe: str, what: str) -> None:
    await page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320, what
    await page.evaluate(axe)
    found = await page.evaluate(f"axe.run({{runOnly: {TAGS}}}).then(result => result.violations)")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], what


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_it_fits_320_pixels(
    browser: Browser, address: str, node_modules: Path, scheme
):
    axe = node_modules / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("needs axe-core in NOTIFIER_NODE_MODULES")
    context = await browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = await context.new_page()
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.add(request.url))
    for path in ("/feeds/address", "/en/feeds/address", f"/feeds/address?{CHOSEN}", "/feeds/", "/windows/"):
        await page.goto(address + path)
        await look(page, axe.read_text(), path)
    assert said == [], "the browser complains, perhaps about the policy"
    assert {url for url in asked if not url.startswith(address)} == set()
    await context.close()


@pytest.mark.parametrize("scripts", [True, False])
async def test_somebody_makes_the_address_by_keyboard_alone(browser: Browser, address: str, scripts: bool):
    context = await browser.new_context(java_script_enabled=scripts, locale="pl")
    page = await context.new_page()
    await page.goto(f"{address}/feeds/address")
    await page.get_by_label("mBank", exact=True).focus()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Utwórz adres").focus()
    await page.keyboard.press("Enter")
    made = page.locator("#address")
    await made.wait_for()
    text = await made.inner_text()
    assert "/feeds/patient.pl.ics?have=mojeid:bank.mbank" in text
    assert await page.get_by_label("mBank", exact=True).is_checked(), "the form is as it was filled in"
    assert await context.cookies() == []
    await context.close()
