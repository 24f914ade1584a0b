"""The pages in a real browser, served as they are served to people, policy and all."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from notifier.web import Answers, App, serving

# One browser and one server for all: starting them is what takes the time.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
module = pytest_asyncio.fixture(loop_scope="module", scope="module")
PAGES = (
    "/",
    "/windows/pz-2024-01-19/",
    "/windows/pz-2024-01-19/#doctor",
    "/windows/",
    "/feeds/",
    "/404.html",
)


@module
async def address(shipped):
    served = App(lambda: ({}, True))
    served.answers = Answers.of(shipped)
    async with serving(served, "127.0.0.1:0") as listening:
        yield listening.url.rstrip("/")


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(251, 250, 247)"), ("dark", "rgb(20, 24, 29)")])
async def test_pages_fit_320_pixels_are_styled_and_ask_nobody_else(
    browser: Browser, address: str, scheme, paper
):
    context = await browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = await context.new_page()
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.add(request.url))
    for path in PAGES:
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == paper, path
    assert said == [], "the browser complains, perhaps about the policy"
    assert {url for url in asked if not url.startswith(address)} == set()
    await context.close()


async def test_a_window_page_prints_on_one_sheet_for_each_reader(browser: Browser, address: str):
    page = await browser.new_page()
    for reader in ("", "#doctor", "#nurse"):
        await page.goto("about:blank")
        await page.goto(f"{address}/windows/pz-2024-01-19/{reader}")
        sheet = await page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, reader
    await page.close()


async def test_the_page_of_a_window_shows_the_reader_behind_the_hash(browser: Browser, address: str):
    page = await browser.new_page()
    await page.goto(f"{address}/windows/pz-2024-01-19/")
    assert await page.locator(".for:visible").evaluate_all("all => all.map(each => each.id)") == ["patient"]
    await page.locator('.chips a[href="#doctor"]').click()
    assert await page.locator(".for:visible").evaluate_all("all => all.map(each => each.id)") == ["doctor"]
    await page.close()


async def test_the_keyboard_reaches_the_content_first(browser: Browser, address: str):
    page = await browser.new_page()
    await page.goto(f"{address}/")
    await page.keyboard.press("Tab")
    focused = "document.activeElement.className"
    assert await page.evaluate(focused) == "skip"
    box = await page.locator(".skip").bounding_box()
    assert box is not None
    assert box["y"] >= 0, "seen while it has the focus"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"
    await page.close()
