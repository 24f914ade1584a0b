"""Five people and the page: what each of them must be able to read and to do, in a real browser."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from notifier.availability import Instant, Network, Outlook
from notifier.model import Profile, Verdict
from notifier.web import Answers, App, serving
from notifier.web.pages import OLD_AFTER
from tests.web.conftest import NOW, january

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
module = pytest_asyncio.fixture(loop_scope="module", scope="module")

PHONE = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}
PZ = "/windows/pz-2024-01-19/"
FINE = "Masz sposób, który w tym czasie działa."
NONE = "Żaden z Twoich sposobów w tym czasie nie zadziała."


@module
async def address(shipped: Mapping[str, bytes]) -> AsyncIterator[str]:
    served = App(lambda: ({}, True))
    served.answers = Answers.of(shipped)
    async with serving(served, "127.0.0.1:0") as listening:
        yield listening.url.rstrip("/")


async def opened(browser: Browser, at: datetime = NOW, **more: object) -> tuple[BrowserContext, Page]:
    """A page whose clock stands at a moment."""
    context = await browser.new_context(locale="pl", **more)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.clock.set_fixed_time(at)
    return context, page


async def said(page: Page, what: str) -> str:
    """The text that is shown, blanks made plain."""
    return " ".join((await page.locator(what).first.inner_text()).split())


async def answers(page: Page, task: str) -> list[str]:
    """What the page says of a task, a line each piece of time."""
    lines = await page.locator(f"#{task} .answers li").all_inner_texts()
    return [" ".join(line.split()) for line in lines]


# --- a patient on a phone ------------------------------------------------------------------------------------------


async def test_a_patient_on_a_phone_finds_the_way_that_works_and_shares_it(browser: Browser, address: str):
    context, page = await opened(browser, **PHONE)
    await page.goto(f"{address}/")
    assert await said(page, "h1") == "Trwa przerwa w działaniu Profilu Zaufanego"
    assert "Potrwa według planu do soboty 20 stycznia, 16:00." in await said(page, ".stand")
    assert "Następna przerwa w działaniu systemu e-zdrowie (P1)" in await said(page, ".stand")
    await page.get_by_role("link", name="Sprawdź swoje sposoby dla pacjenta").tap()
    await page.get_by_label("Co chcesz zrobić?").select_option("ikp-login")
    await page.get_by_label("mojeID w banku", exact=True).check()
    assert "To zależy od banku. Zaznacz swój bank." in await said(page, ".status")
    await page.get_by_label("mBank", exact=True).check()
    status = await said(page, ".status")
    assert status.startswith(f"Teraz, według planu do soboty 20 stycznia, 16:00: {FINE}")
    assert "29 stycznia" in status
    assert "nie ma sposobu, powód: system e-zdrowie (P1)" in status
    assert await page.locator("section.matter:visible").count() == 1
    assert await page.locator(".way:visible h3").all_inner_texts() == [
        "mojeID w banku pozostałe banki, które to oferują"
    ]
    assert await page.locator(".way:visible .banks li:visible").all_inner_texts() == ["mBank"]
    await page.locator(".way:visible summary").tap()
    assert "Na stronie logowania wybierz mojeID, a potem swój bank." in await said(page, ".way:visible ol")

    assert page.url.endswith("/for/patient/?task=ikp-login&have=mojeid:bank.mbank")
    other, shared = await opened(browser)
    await shared.goto(page.url)
    assert await said(shared, ".status") == status
    assert await shared.get_by_label("mBank", exact=True).is_checked()
    query = page.url.partition("?")[2]
    for first in (f"/?audience=patient&{query}", f"/#audience=patient&{query}"):
        await shared.goto("about:blank")
        await shared.goto(address + first)
        await shared.wait_for_url("**/for/patient/?*")
        assert await said(shared, ".status") == status
    for each in (context, other):
        assert await each.cookies() == []
        assert (await each.storage_state())["origins"] == []
        await each.close()


@pytest.mark.parametrize(
    ("have", "answer", "why"),
    [
        (["pz-sms"], NONE, "Profil Zaufany is what is off"),
        (["pz-bank:bank.alior"], NONE, "so it is through a bank"),
        (["mojeid:bank.alior", "pz-sms"], NONE, "Alior does not offer mojeID"),
        (["mojeid:bank.sgb"], "Nie wiadomo, czy w tym czasie zadziałają", "not established"),
        (["mobywatel"], "jeśli przygotowano go przed 20:00 w piątek 19 stycznia", "too late to prepare"),
        (["edowod-phone", "pz-sms"], FINE, "one of them is enough"),
        (["mojeikp-pin"], "Żaden z zaznaczonych sposobów do tego nie służy.", "not a way into the web page"),
        (["nothing-of-ours", "mojeid:nowhere"], "jest sposób", "what the page does not know is passed over"),
    ],
)
async def test_the_answer_for_what_one_has(browser: Browser, address: str, have, answer, why):
    context, page = await opened(browser)
    await page.goto(f"{address}/for/patient/?{urlencode([('have', each) for each in have])}")
    first, *_ = await answers(page, "ikp-login")
    assert first.startswith("Teraz, według planu do soboty 20 stycznia, 16:00:")
    assert answer in first, why
    await page.get_by_role("button", name="Pokaż wszystko").click()
    assert "jest sposób" in (await answers(page, "ikp-login"))[0]
    assert "?" not in page.url
    await context.close()


async def test_no_answer_is_better_than_the_reasoning(browser: Browser, address: str):
    """Whatever one has, the page in the browser promises what the engine says for this profile."""
    facts, catalogue = january(NOW)
    windows = [each.window for each in facts.windows]
    instant = Instant(Outlook(Network(catalogue), windows), NOW)
    dice = random.Random(20240119)
    means = [
        f"{method.id}:{bank.id}" if method.per_bank else method.id
        for method in catalogue.methods.values()
        if not method.everyone
        for bank in (catalogue.banks.values() if method.per_bank else [None])
        if bank is None or method.id in bank.services
    ]
    context, page = await opened(browser)
    for _ in range(12):
        audience = dice.choice(list(catalogue.audiences))
        have = dice.sample(means, dice.randint(1, 4))
        await page.goto(f"{address}/for/{audience}/?{urlencode([('have', each) for each in have])}")
        known = await page.locator("input[name=have]").evaluate_all("all => all.map(each => each.value)")
        mine = [each for each in have if each.partition(":")[0] in known]
        for task in catalogue.tasks_of(audience) if mine else ():
            place = page.locator(f"#{task.id} .answers li").first
            if await place.get_attribute("data-cause") is not None:
                continue
            shown = (await place.locator(".answer").get_attribute("class") or "").split()[-1]
            verdict = instant.task(task, Profile.of(mine)).verdict
            if shown == "disputed":
                assert verdict > Verdict.UNKNOWN, (audience, task.id, mine)
            else:
                assert shown == verdict.word, (audience, task.id, mine)
    await context.close()


# --- a doctor ------------------------------------------------------------------------------------------------------


async def test_a_doctor_learns_that_logging_in_and_signing_are_two_things(browser: Browser, address: str):
    context, page = await opened(browser)
    await page.goto(f"{address}/for/doctor/")
    await page.get_by_label("mojeID w banku", exact=True).check()
    await page.get_by_label("ING Bank Śląski", exact=True).check()
    await page.get_by_label("Podpis zaufany", exact=True).check()
    assert FINE in (await answers(page, "gabinet-login"))[0]
    assert NONE in (await answers(page, "eprescription-sign"))[0]
    assert NONE in (await answers(page, "ezla-issue"))[0], "entering is possible, signing is not"
    assert await said(page, ".status") == "Sprawy, na które masz teraz sposób: 3 z 5."
    await page.get_by_label("Certyfikat z ZUS", exact=True).check()
    for task in ("gabinet-login", "eprescription-sign", "ezla-issue"):
        assert FINE in (await answers(page, task))[0], task
    headings = await page.locator("#ezla-issue h3").all_inner_texts()
    assert headings == ["Krok 1 z 2: Logowanie", "Krok 2 z 2: Podpis"]
    assert "przygotuj" not in (await answers(page, "eprescription-sign"))[0]
    await page.goto(f"{address}{PZ}")
    await page.get_by_role("link", name="Lekarz", exact=True).click()
    assert "Podpiszesz e-receptę i e-skierowanie certyfikatem z ZUS" in await said(page, "#doctor")
    await context.close()


# --- a receptionist who prints -------------------------------------------------------------------------------------


async def test_a_receptionist_prints_one_sheet_with_a_code_that_leads_back(
    browser: Browser, address: str, program: Callable[..., str], tmp_path: Path
):
    context, page = await opened(browser, viewport={"width": 718, "height": 1040})
    for place, reader in ((PZ, "reception"), (PZ, "patient"), ("/windows/p1/", "parent")):
        await page.goto("about:blank")
        await page.goto(f"{address}{place}")
        name = {
            "reception": "Rejestracja przychodni",
            "patient": "Pacjent",
            "parent": "Rodzic lub opiekun dziecka",
        }
        await page.get_by_role("link", name=name[reader], exact=True).click()
        pdf = await page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, reader
        (width, height) = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)[0]
        assert (round(float(width)), round(float(height))) == (595, 842), "A4"
        await page.emulate_media(media="print")
        sheet = tmp_path / f"{reader}.png"
        await page.screenshot(path=sheet)
        command = [program("zbarimg"), "--quiet", "--raw", str(sheet)]
        read = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        assert read.stdout.strip() == f"https://codziala.example{place}#{reader}"
        assert f"codziala.example{place}" in await said(page, f"#{reader} .code"), "also to be typed"
        assert "W ostateczności" in await said(page, f"#{reader}")
        await page.emulate_media(media="null")
    await context.close()


@pytest.mark.parametrize(
    ("when", "places"), [("shipped", [f"/en{PZ}", "/windows/p1/"]), ("shipped_before", [PZ])]
)
async def test_every_sheet_is_one_page(browser: Browser, request: pytest.FixtureRequest, when: str, places):
    """Every group of readers, both languages: what does not fit goes unseen on a wall."""
    tree: Mapping[str, bytes] = request.getfixturevalue(when)
    served = App(lambda: ({}, True))
    served.answers = Answers.of(tree)
    async with serving(served, "127.0.0.1:0") as listening:
        page = await browser.new_page()
        for place in places:
            await page.goto(listening.url.rstrip("/") + place)
            for reader in await page.locator(".for").evaluate_all("all => all.map(each => each.id)"):
                await page.evaluate(f"location.hash = '{reader}'")
                pdf = await page.pdf(prefer_css_page_size=True)
                assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, (place, reader)
        await page.close()


# --- somebody who hears the page and uses the keyboard --------------------------------------------------------------


async def test_a_listener_reaches_everything_by_keyboard_and_hears_the_answer(browser: Browser, address: str):
    context, page = await opened(browser)
    await page.goto(f"{address}/for/patient/")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"

    async def tab_to(what: str) -> None:
        for _ in range(80):
            await page.keyboard.press("Tab")
            ring = "(each => [each.matches(':focus-visible'), getComputedStyle(each).outlineStyle])"
            seen, outline = await page.evaluate(f"{ring}(document.activeElement)")
            assert seen
            assert outline != "none", "the focus can be seen wherever it is"
            if await page.evaluate("what => document.activeElement.matches(what)", what):
                return
        pytest.fail(f"{what} is not reached")

    await tab_to("select[name=task]")
    await page.keyboard.type("Logowanie")
    await tab_to("#have-pz-sms")
    await page.keyboard.press("Space")
    tree = await page.locator("main").aria_snapshot()
    assert re.search(r"- status: .*Żaden z Twoich sposobów w tym czasie nie zadziała\.", tree)
    await tab_to("#have-edowod-phone")
    await page.keyboard.press("Space")
    tree = await page.locator("main").aria_snapshot()
    assert re.search(r"- status: .*Masz sposób, który w tym czasie działa\.", tree)
    await tab_to("summary")
    await page.keyboard.press("Enter")
    tree = await page.locator("section.matter:visible").aria_snapshot()
    assert 'heading "Logowanie na Internetowe Konto Pacjenta (IKP)" [level=2]' in tree
    assert "Zeskanuj kod ze strony aplikacją eDO App." in tree or "wpisz" in tree
    assert "listitem" in tree

    await page.goto(f"{address}{PZ}")
    picture = await page.locator("#patient figure").first.aria_snapshot()
    assert "Aplikacja mObywatel działa po przygotowaniu" in picture
    assert "Profil Zaufany (kod SMS) nie działa" in picture
    assert "img" not in picture, "bars say nothing that the words do not"
    await context.close()


async def test_targets_are_large_enough_for_a_trembling_finger(browser: Browser, address: str):
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, but for links within a line of text."""
    context, page = await opened(browser, **PHONE)
    for path in ("/", "/for/doctor/", PZ):
        await page.goto(address + path)
        small = await page.evaluate(
            """() => [...document.querySelectorAll('button, select, summary, .tick, nav a, .go a')]
                .filter(each => each.checkVisibility())
                .filter(each => { const box = each.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
                .map(each => each.outerHTML.slice(0, 90))"""
        )
        assert small == [], path
    await context.close()


# --- somebody without scripts --------------------------------------------------------------------------------------


async def test_without_scripts_everything_is_there(browser: Browser, address: str):
    context = await browser.new_context(java_script_enabled=False, locale="pl", **PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{address}/")
    assert "Ta strona powstała w sobotę 20 stycznia o 11:32." in await said(page, "main")
    assert "Źródła sprawdziliśmy ostatnio w sobotę 20 stycznia o 11:32." in await said(page, "main")
    await page.locator("#doctor summary").tap()
    await page.get_by_role("link", name="Podpisanie e-recepty lub e-skierowania").tap()
    await page.wait_for_url("**/for/doctor/#eprescription-sign")
    assert await page.locator("form").count() == 1
    assert not await page.locator("form").is_visible(), "what would not work is not offered"
    text = await said(page, "#eprescription-sign")
    assert "Teraz, według planu do soboty 20 stycznia, 16:00: ✓ jest sposób" in text.replace(
        "✓jest", "✓ jest"
    ) or ("jest sposób" in text)
    assert "Certyfikat z ZUS" in text
    assert "Podpis zaufany Teraz, według planu do soboty 20 stycznia, 16:00: nie działa" in text
    card = page.locator("#eprescription-sign .way", has_text="Certyfikat z ZUS").locator("summary").first
    await card.tap()
    assert await page.locator("#eprescription-sign .way ol:visible").count() == 1
    await page.goto(f"{address}{PZ}")
    await page.get_by_role("link", name="Farmaceuta", exact=True).tap()
    assert await page.locator("#pharmacist").is_visible()
    await context.close()


# --- the age of a page, and the rules of accessibility -------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "after", "old"),
    [
        ("/", OLD_AFTER - timedelta(minutes=1), False),
        ("/", OLD_AFTER, True),
        (PZ, OLD_AFTER, False),
        (PZ, timedelta(hours=7), False),
        (PZ, timedelta(hours=8), True),
        ("/for/patient/", timedelta(days=2), True),
        ("/windows/mbank-2019-10-27/", timedelta(days=2000), False),
    ],
)
async def test_a_page_that_nobody_makes_anew_says_that_it_is_old(
    browser: Browser, address: str, path, after, old
):
    context, page = await opened(browser, NOW + after)
    await page.goto(address + path)
    assert await page.locator("[data-after]:visible").count() == int(old)
    if old:
        assert "Może już nie być aktualna." in await said(page, ".old[role=status]")
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.timeout(180)
async def test_axe_finds_nothing(browser: Browser, address: str, node_modules: Path, scheme):
    axe = node_modules / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("needs axe-core in NOTIFIER_NODE_MODULES")
    context, page = await opened(
        browser, NOW + timedelta(hours=9), viewport={"width": 320, "height": 640}, color_scheme=scheme
    )
    for path in ("/", "/for/doctor/?have=mojeid&have=sign-pz", f"{PZ}#patient"):
        await page.goto("about:blank")
        await page.goto(address + path)
        await page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
        await page.evaluate(axe.read_text())
        tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
        found = await page.evaluate(f"axe.run({{runOnly: {tags}}}).then(result => result.violations)")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], path
    await context.close()
