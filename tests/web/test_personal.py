"""Feeds for one person over HTTP: asked for by address, refused with a sentence, kept within a bound of bytes."""

from __future__ import annotations

import asyncio
import functools
import gzip

import httpx2
import pytest

from notifier.feeds import Contents, Desk, Narrowing, Wish, WishError
from notifier.render import Omissions
from notifier.web import Answers, App, PersonalFeeds, SiteFacts, live_pages, pack
from notifier.web.memory import Memory
from notifier.web.personal import shelf_name
from tests.cycle.town import MINUTE, T0, Town, config, window
from tests.feeds.test_personal import desk, feeds, renderer

FEED = "/feeds/patient.pl.json"


def refuse(language: str, error: WishError) -> str:
    return renderer().page("site/wish.txt.j2", language, shown=error)


async def at_once(call):
    return call()


def served(of: Desk, ready=at_once, **how) -> App:
    app = App(lambda: ({}, True))
    app.answers = Answers.of(
        {f"/feeds/patient.{code}.{kind}": b"all" for code in ("pl", "en") for kind in ("json", "ics")}
    )
    app.personal = PersonalFeeds(ready, refuse, **how)
    app.personal.desk = of
    return app


def client(app: App) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://site.test")


async def test_a_feed_is_narrowed_by_its_query_and_other_fields_change_nothing():
    made = desk(window(), window("b", "bank.mbank"))
    async with client(served(made)) as browser:
        answer = await browser.get(f"{FEED}?have=mobywatel&system=bank.mbank&have=mobywatel")
        assert answer.headers["content-type"] == "application/feed+json"
        assert [item["_notifier"]["window"] for item in answer.json()["items"]] == ["b", "pz-1"]
        again = await browser.get(
            f"{FEED}?system=bank.mbank&have=mobywatel&utm_source=x",
            headers={"If-None-Match": answer.headers["etag"]},
        )
        assert (again.status_code, again.content) == (304, b"")
        assert (await browser.get(f"{FEED}?utm_source=x")).text == "all"
        head = await browser.head(f"{FEED}?have=mobywatel")
        assert (head.status_code, head.content) == (200, b"")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/feeds/patient.pl.json?have=nope", "Nie znamy sposobu „nope”."),
        ("/feeds/patient.en.json?have=nope", "We know no method “nope”."),
        ("/feeds/patient.pl.json?system=<b>", "Nie znamy systemu „<b>”."),
        ("/feeds/patient.pl.json?task=ezla-issue", "Nie znamy sprawy „ezla-issue” w tej grupie."),
        ("/feeds/patient.pl.json?events=prepare", "Nie znamy wydarzeń „prepare”."),
        ("/feeds/patient.pl.json?" + "have=a&" * 100, "Ten adres ma za dużo części."),
        ("/feeds/patient.pl.ics?have=%ff%00", "Nie znamy sposobu"),
    ],
)
async def test_what_there_is_not_is_named_in_the_language_of_the_feed(path, said):
    async with client(served(desk(window()))) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 400
    assert said in answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_many_who_come_at_once_wait_for_one_making():
    asked, gate = [], asyncio.Event()

    async def slowly(call):
        asked.append(call)
        await gate.wait()
        return call()

    app = served(desk(window()), slowly)
    async with client(app) as browser:
        waiting = [
            asyncio.create_task(browser.get(f"{FEED}?have={each}")) for each in ["mobywatel", "pz-sms"] * 40
        ]
        for _ in range(16):  # those that find no place are answered first
            await next(asyncio.as_completed(waiting))
            waiting_still = [task for task in waiting if not task.done()]
            if len(waiting_still) <= 64:
                break
        gate.set()
        answers = await asyncio.gather(*waiting)
    assert len(asked) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 64 + [503] * 16
    assert {answer.headers.get("retry-after") for answer in answers if answer.status_code == 503} == {"5"}


async def test_a_new_desk_forgets_what_was_made_of_the_old_one():
    app = served(desk(window()))
    assert app.personal is not None
    async with client(app) as browser:
        assert len((await browser.get(f"{FEED}?have=mobywatel")).json()["items"]) == 1
        assert app.personal.size > 0
        app.personal.desk = desk(window(), window("b", "mobywatel"))
        assert app.personal.size == 0
        assert len((await browser.get(f"{FEED}?have=mobywatel")).json()["items"]) == 2


async def test_a_desk_that_changes_while_a_feed_is_made_ready_is_answered_by_the_one_that_was_asked():
    first, second = desk(window()), desk(window(), window("b", "mobywatel"))

    async def meanwhile(call):
        assert app.personal is not None
        app.personal.desk = second
        return call()

    app = served(first, meanwhile)
    async with client(app) as browser:
        assert len((await browser.get(f"{FEED}?have=mobywatel")).json()["items"]) == 1
        assert app.personal is not None
        assert app.personal.size == 0, "and is not kept"


async def test_whatever_is_asked_for_memory_stays_within_its_bound():
    app = served(desk(window()), limit=1 << 18)
    assert app.personal is not None
    methods = ["mobywatel", "pz-sms", "edowod-reader", "mojeid", "pz-bank"]
    async with client(app) as browser:
        for n in range(300):
            wish = "&".join(f"have={each}" for m, each in enumerate(methods) if n >> m & 1)
            task = f"&system=pz.{('login', 'sign', 'account')[n % 3]}"
            await browser.get(f"{FEED}?{wish}{task}")
            assert app.personal.size <= 1 << 18
    assert app.personal.size > 1 << 16


def test_memory_drops_what_was_not_asked_for_longest():
    answers = Answers.of({f"/{n}": bytes(10_000) for n in range(30)}).by_path
    memory = Memory(100_000)
    for n in range(30):
        memory.put(n, answers[f"/{n}"])
        memory.get(0)
    assert memory.get(0) is not None
    assert memory.get(1) is None
    assert memory.get(29) is not None
    assert memory.size <= 100_000
    memory.put("huge", Answers.of({"/x": bytes(13_000)}).by_path["/x"])
    assert memory.get("huge") is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/feeds/patient.pl.ics", ("patient", "pl", "ics")),
        ("/feeds/a.b.pl.ics", ("a.b", "pl", "ics")),
        ("/feeds/index.html", None),
        ("/feeds/", None),
        ("/windows/a.b.c", None),
    ],
)
def test_the_name_of_a_feed(path, name):
    assert shelf_name(path) == name


def test_a_town_gives_its_desk_with_its_tree_and_keeps_pieces_from_pass_to_pass():
    place = Town(config(window(), audiences=("patient",), schedule={"settle": 0 * MINUTE}))
    first = place.run(T0, publish=True)
    assert first.desk is not None
    wish = Wish(("mobywatel",))
    before = first.desk.shelf(("patient", "pl", "ics")).feed(wish).body
    assert place.run(T0 + MINUTE, publish=True).desk is None, "nothing changed"
    place.operator(window(hours=3), T0 + 2 * MINUTE)
    after = place.run(T0 + 2 * MINUTE, publish=True).desk
    assert after is not None
    assert set(after.shelves) == {("patient", "pl", "ics")}, "what was asked for is ready at once"
    now = after.shelves["patient", "pl", "ics"].feed(wish).body
    assert b"SEQUENCE:0" in before
    assert b"SEQUENCE:1" in now
    assert first.tree is not None
    assert gzip.compress(first.tree["/feeds/patient.pl.ics"])


# --- the page that builds the address --------------------------------------------------------------------------------


@functools.cache
def pages():
    facts = SiteFacts(T0, (), "Przerwy", "https://przerwy.example", "a@b.example", ("patient", "doctor"))
    return live_pages(renderer(), facts)


@pytest.mark.parametrize(
    ("query", "address"),
    [
        (b"audience=patient&kind=ics", "/feeds/patient.pl.ics"),
        (b"audience=doctor&kind=rss&have=mobywatel", "/feeds/doctor.pl.rss?have=mobywatel"),
        (
            b"audience=patient&kind=ics&have=mobywatel&bank=bank.mbank&task=ikp-login&prepare=1",
            (
                "/feeds/patient.pl.ics?have=mobywatel&amp;have=mojeid:bank.mbank&amp;have=pz-bank:bank.mbank"
                "&amp;task=ikp-login&amp;events=prepare"
            ),
        ),
        (b"audience=patient&kind=rss&prepare=1", "/feeds/patient.pl.rss"),
        (b"audience=patient&task=ezla-issue", "/feeds/patient.pl.ics"),
        (b"audience=nobody&kind=exe&have=<script>&bank=..&task=x", "/feeds/patient.pl.ics"),
    ],
)
async def test_the_form_answers_with_an_address_that_is_served(query, address):
    page = pages()["/feeds/address"](query).decode()
    assert f'<code class="address" id="address">https://przerwy.example{address}</code>' in page
    assert "<script>" not in page
    assert "<svg" in page
    assert ("webcal://przerwy.example/feeds/" in page) is (".ics" in address)
    async with client(served(narrowed())) as browser:
        path = address.replace("&amp;", "&")
        if path.startswith("/feeds/patient") and ".rss" not in path:
            assert (await browser.get(path)).status_code == 200


def narrowed() -> Desk:
    return Narrowing(feeds(), renderer(), renderer().catalogue, "x", Omissions()).desk(
        {"patient": Contents([], [])}
    )


async def test_the_page_is_found_in_each_language_and_asks_before_it_answers():
    app = served(desk(window()))
    app.live = pages()
    async with client(app) as browser:
        for path, words in (("/feeds/address", "Utwórz adres"), ("/en/feeds/address", "Make the address")):
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert words in answer.text
            assert 'id="address"' not in answer.text
        assert (await browser.post("/feeds/address")).status_code == 405
        too_much = await browser.get("/feeds/address?audience=patient&" + "bank=x&" * 70)
        assert too_much.status_code == 200, "what is not offered is passed over"
    assert pack(app.answers) == 0
