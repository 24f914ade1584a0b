"""The site made of the facts that ship with the program, for tests that want the real length of things."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import load
from notifier.model import Catalogue, Edition
from notifier.render import Renderer, SiteWords
from notifier.web import SiteFacts, WindowFacts, WindowState, build_site

ROOT = Path(__file__).parents[2]
NOW = datetime(2024, 1, 20, 10, 32, tzinfo=UTC)
BEFORE = datetime(2024, 1, 18, 10, 32, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped() -> Mapping[str, bytes]:
    """The public tree of ``config/`` as it was during the outage of January 2024, with a change and what was next."""
    facts, catalogue = january(NOW)
    return build_site(facts, renderer_for(facts, catalogue), {})


@pytest.fixture(scope="session")
def shipped_before() -> Mapping[str, bytes]:
    """The same a day before it began, when there was most to say."""
    facts, catalogue = january(BEFORE)
    return build_site(facts, renderer_for(facts, catalogue), {})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser(program: Callable[..., str]) -> AsyncIterator[Browser]:
    """Chromium, started once a module; tests that use it run on the loop of theirs."""
    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        yield chromium
        await chromium.close()


def renderer_for(facts: SiteFacts, catalogue: Catalogue) -> Renderer:
    return Renderer(catalogue, ROOT / "templates", SiteWords(facts.name, facts.base_url, facts.contact))


def january(now: datetime) -> tuple[SiteFacts, Catalogue]:
    """All that was known at a moment of January 2024."""
    config = load(ROOT / "config", ROOT / "templates")
    known = [window for window in config.windows if window.start <= NOW]
    pz = next(window for window in known if window.id == "pz-2024-01-19")
    shorter = dataclasses.replace(pz, end=pz.start + timedelta(hours=16))
    begins = NOW + timedelta(days=9)
    ahead = dataclasses.replace(pz, id="p1", systems=("p1",), start=begins, end=begins + timedelta(hours=7))
    windows = [*known, ahead]
    adviser = Adviser(Outlook(Network(config.catalogue), windows), Effects(Network(config.catalogue)))
    found = []
    for window in windows:
        over = window.end is not None and window.end <= now
        state = WindowState.PAST if over else WindowState.NOW if window.start <= now else WindowState.NEXT
        versions = [shorter, window] if window is pz else [window]
        editions = tuple(
            Edition(version, number, window.start - timedelta(days=3), window.start, "files", "files", "")
            for number, version in enumerate(versions, 1)
        )
        advice = {audience: adviser.advise(window, audience) for audience in config.catalogue.audiences}
        found.append(WindowFacts(editions, advice, state))
    facts = SiteFacts(
        now, tuple(found), "Co działa", "https://codziala.example", "", tuple(config.catalogue.audiences)
    )
    return facts, config.catalogue
