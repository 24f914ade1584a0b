"""The pages say what the facts say, in both languages, to people and to machines, and are made once."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import timedelta

import pytest

from notifier.model import Status
from notifier.web import Looked, Site, SiteFacts, WindowFacts, WindowState, build_site, last_change
from tests.web.small import (
    ALFA,
    BASE,
    JANUARY,
    NAME,
    PZ,
    PZ_SHORTER,
    Page,
    at,
    editions,
    facts,
    renderer,
    window,
)

FEEDS = {
    f"/feeds/{who}.{lang}.{kind}": b"x"
    for who in ("patient", "doctor")
    for lang in ("pl", "en")
    for kind in ("ics", "rss", "atom", "json")
}


@pytest.fixture(scope="module")
def words():
    return renderer()


@pytest.fixture(scope="module")
def tree(words):
    return build_site(facts("20 11:32", *JANUARY), words, FEEDS)


def page(tree, path) -> Page:
    return Page(tree[f"{path}index.html"])


def html(tree) -> list[str]:
    return sorted(path for path in tree if path.endswith(".html"))


# --- the tree ------------------------------------------------------------------------------------------------------


def test_the_tree_has_the_public_addresses_and_the_feeds_as_they_were_given(tree):
    windows = {history[0].window.id for history in JANUARY}
    expected = {"/404.html", "/robots.txt", "/static/style.css", "/static/page.js", "/static/icon.svg"}
    expected |= {"/static/copy.js", "/static/feed-pl.css", "/static/feed-en.css"}
    expected |= {f"/windows/{each}/cap.xml" for each in windows}
    expected |= {"/api/windows.json", "/api/advice.json", "/api/openapi.json", *FEEDS}
    for root in ("", "/en"):
        expected |= {f"{root}/index.html", f"{root}/feeds/index.html", f"{root}/windows/index.html"}
        expected |= {f"{root}/windows/years/2024/index.html"}
        expected |= {f"{root}/windows/{each}/index.html" for each in windows}
        expected |= {f"{root}/for/{each}/index.html" for each in ("patient", "doctor")}
    assert set(tree) == expected
    assert {path: tree[path] for path in FEEDS} == FEEDS


def test_every_page_is_well_formed_and_keeps_the_rules_of_accessibility(tree):
    for path in html(tree):
        found = Page(tree[path])
        assert found.levels.count(1) == 1, path
        assert found.levels[0] == 1, path
        steps = list(zip(found.levels, found.levels[1:], strict=False))
        assert all(after - before <= 1 for before, after in steps), (path, found.levels)
        assert len(found.ids) == len(set(found.ids)), path
        language = "en" if path.startswith("/en/") else "pl"
        assert found.all("html") == [{"lang": language}], path
        assert {"class": "skip", "href": "#content"} in found.all("a"), path
        assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids), path
        assert found.all("script") == [{"src": "/static/page.js", "defer": None}], "one file, nothing inline"
        assert not any(
            "style" in attrs or any(key.startswith("on") for key in attrs) for _, attrs in found.tags
        )
        for table in found.all("table"):
            assert table.get("class") in {"listing", "course", "feeds", None}, path
        assert len(found.all("caption")) >= len(found.all("table")), path
        assert all(attrs.get("scope") for attrs in found.all("th")), path
        for attrs in found.all("time"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", attrs["datetime"]), path


def test_no_page_asks_anybody_else_for_anything_and_every_link_leads_somewhere(tree):
    for path in html(tree):
        for link in Page(tree[path]).links:
            if link.startswith("#"):
                continue
            target = link.removeprefix(BASE).removeprefix("webcal://przerwy.example")
            assert target.startswith("/"), (path, link)
            assert not target.startswith("//"), (path, link)
            target = target.partition("#")[0]
            assert target in tree or f"{target}index.html" in tree, (path, link)


def test_official_addresses_stand_as_text_and_are_escaped(tree):
    source = tree["/windows/pz-2024-01-19/index.html"].decode()
    assert "<code>https://obce.example/zapowiedz?a=1&amp;b=2</code>" in source
    assert 'href="https://obce.example' not in source
    assert "ZUS &lt;test&gt; &amp; co" in tree["/windows/zus-2024-01-10/index.html"].decode()
    assert f"<title>{NAME}" not in source.replace("&amp;", "&")
    assert "Sprawdź &amp; wejdź" in source


def test_nobody_is_named_on_public_pages(tree):
    assert not any(b"Kowalski" in body or b"because</" in body for body in tree.values())


def test_a_site_below_a_folder_links_within_it(words):
    tree = build_site(facts("20 11:32", *JANUARY, base_url="https://urzad.example/przerwy/"), words, {})
    for link in page(tree, "/en/").links:
        outside = not link.startswith(("#", "/przerwy/", "https://urzad.example/przerwy/"))
        assert not outside, link
    assert b"Disallow: /przerwy/healthz" in tree["/robots.txt"]


def test_a_drill_says_so_on_every_page_and_keeps_robots_out(words):
    tree = build_site(facts("20 11:32", *JANUARY, drill=True), words, {})
    assert all(
        "to jest próba" in Page(tree[path]).text.lower() or "drill" in Page(tree[path]).text
        for path in html(tree)
    )
    assert tree["/robots.txt"] == b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    "bad", ["..", ".", "a/../../etc", "/etc/passwd", ".hidden", "a\\b", "a\0b", "x" * 500, ""]
)
def test_no_window_id_leads_outside_its_folder(words, bad):
    tree = build_site(facts("20 11:32", editions(dataclasses.replace(PZ, id=bad))), words, {})
    pages = [path for path in tree if path.startswith("/windows/") and "/years/" not in path]
    assert len(pages) == 3
    for path in pages:
        parts = path.split("/")
        assert parts[1] == "windows"
        assert len(parts) in (3, 4)
        assert not {"", ".", ".."} & set(parts[1:])
        assert all(len(part.encode()) <= 200 and "\0" not in part for part in parts)


# --- the first page ------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_off_now_and_next_and_what_was_called_off(tree):
    polish, english = page(tree, "/"), page(tree, "/en/")
    assert polish.headings[0] == "Trwa przerwa w działaniu Profilu Zaufanego"
    assert (
        "Potrwa według planu do soboty 20 stycznia, 16:00. W tym czasie nie zalogujesz się Profilem Zaufanym."
        in polish.text
    )
    assert "Następna przerwa w działaniu Alfa: w niedzielę 21 stycznia od 00:00 do 06:00." in polish.text
    assert "Odwołano przerwę w działaniu systemu P1 (25–26 stycznia)." in polish.text
    assert english.headings[0] == "Outage now: Trusted Profile"
    assert "It is planned to last until Saturday 20 January, 16:00." in english.text
    assert "Next outage of Alfa: on Sunday 21 January from 00:00 to 06:00." in english.text


def test_each_reader_gets_the_most_pressing_advice_in_full_and_links_to_the_rest(tree):
    source = tree["/index.html"].decode()
    patient = source[source.index('id="patient"') : source.index('id="doctor"')]
    assert "aplikacją mObywatel" in patient
    links = re.findall(r'href="([^"]*#patient)"', patient)
    assert links == [
        f"/windows/{each}/#patient" for each in ("pz-2024-01-19", "alfa-2024-01-21", "p1-2024-01-28")
    ]


def test_the_first_page_says_where_the_news_is_from_and_when_it_was_checked(words):
    given = facts("20 11:32", *JANUARY, checked=at("20 11:00"))
    text = page(build_site(given, words, {}), "/").text
    assert "Centralny Ośrodek, ogłoszono 12 stycznia" in text
    assert "Źródła sprawdziliśmy ostatnio w sobotę 20 stycznia o 11:00." in text
    assert "Stan: sobota 20 stycznia, godz. 11:32" in text


def test_each_source_is_named_with_its_last_look(words):
    looked = (Looked("Centrum e-Zdrowia", at("20 11:00")), Looked("Bank", None, well=False))
    text = page(build_site(facts("20 11:32", *JANUARY, looked=looked), words, {}), "/").text
    assert "Centrum e-Zdrowia w sobotę 20 stycznia o 11:00" in text.replace("\xa0", " ").replace(
        "e-Zdrowiaw", "e-Zdrowia w"
    )
    assert "jeszcze nie" in text
    assert "ostatnia próba się nie udała" in text
    assert "Źródła sprawdziliśmy ostatnio" not in text, "one by one says more"
    assert "Ta strona powstała w sobotę 20 stycznia o 11:32." in text


def test_the_script_asks_nobody_keeps_nothing_and_speaks_no_language(tree):
    script = re.sub(r"/\*.*?\*/", "", tree["/static/page.js"].decode(), flags=re.DOTALL)
    assert not re.search(r"fetch|XMLHttp|cookie|[sS]torage|innerHTML|eval|import|document\.write", script)
    assert script.isascii()
    texts = [one or other for one, other in re.findall(r'"([^"\n]*)"|`([^`\n]*)`', script)]
    assert [text for text in texts if re.search(r"\w+ \w+ \w+|\w[,!?]", text)] == [], (
        "words stand in the page"
    )


def test_a_quiet_day_promises_nothing_beyond_what_was_announced(words):
    text = page(build_site(facts("15 12:00"), words, {}), "/").text
    assert "Teraz nie trwa żadna znana nam przerwa" in text
    assert "O nagłej awarii możemy nie wiedzieć." in text
    assert "Nie znamy żadnej zapowiedzi na następne dni." in text


@pytest.mark.parametrize(
    ("now", "history", "sentence", "why"),
    [
        (
            "20 16:00",
            editions(PZ),
            (
                "Przerwa w działaniu Profilu Zaufanego według planu skończyła się w sobotę 20 stycznia o 16:00. "
                "Nikt tego jeszcze nie potwierdził."
            ),
            "the planned end is no proof",
        ),
        (
            "20 16:00",
            editions(PZ, ("20 15:40", dataclasses.replace(PZ, status=Status.COMPLETED))),
            "Przerwa w działaniu Profilu Zaufanego się skończyła – jest potwierdzenie.",
            "somebody confirmed it",
        ),
        (
            "20 11:00",
            editions(dataclasses.replace(PZ, status=Status.TENTATIVE)),
            (
                "Być może trwa przerwa w działaniu Profilu Zaufanego, według zapowiedzi do soboty 20 stycznia, 16:00. "
                "Nie mamy potwierdzenia."
            ),
            "what is not certain is said to be so",
        ),
    ],
)
def test_how_an_outage_stands_is_said_with_care(words, now, history, sentence, why):
    assert sentence in page(build_site(facts(now, history), words, {}), "/").text, why


def test_long_over_is_not_news_any_more(words):
    text = page(build_site(facts("23 12:00", editions(PZ)), words, {}), "/").text
    assert "Nikt tego jeszcze nie potwierdził" not in text
    assert "Minęła według planu, bez potwierdzenia" in text


# --- the page of a window ------------------------------------------------------------------------------------------


def test_a_window_page_has_facts_advice_and_history(tree):
    found = page(tree, "/windows/pz-2024-01-19/")
    assert found.headings[0].replace("\xa0", " ") == "Przerwa: Profil Zaufany, 19–20 stycznia 2024"
    source = tree["/windows/pz-2024-01-19/index.html"].decode().replace("\xa0", " ")
    start, end = "2024-01-19T20:00:00+01:00", "2024-01-20T16:00:00+01:00"
    assert (
        f'<dt>Początek</dt><dd><time datetime="{start}">piątek 19 stycznia 2024, 20:00</time></dd>' in source
    )
    assert f'<dt>Koniec</dt><dd><time datetime="{end}">sobota 20 stycznia 2024, 16:00</time></dd>' in source
    assert "Dla pacjenta" in found.headings
    assert "Dla lekarza" in found.headings
    assert "Pierwsza zapowiedź, piątek 12 stycznia 2024, 00:00" in found.text
    assert "Zmiana, środa 17 stycznia 2024, 09:30" in found.text
    assert "było: sobota 20 stycznia 2024, 12:00" in found.text
    assert "jest: sobota 20 stycznia 2024, 16:00" in found.text
    assert "19 239" in found.text


def test_the_table_says_each_verdict_in_words(tree):
    source = tree["/windows/pz-2024-01-19/index.html"].decode()
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr.*?</tr>", source, re.DOTALL)]
    said = [" ".join(row.split()).replace("\xa0", " ").replace(" ,", ",") for row in rows]
    assert "Logowanie na IKP jest sposób" in said
    assert "MojeID Gama nie wiadomo" in said or "mojeID Gama nie wiadomo" in said
    assert "mojeID pozostałe banki, które to oferują działa" in said
    assert "Profil Zaufany nie działa" in said
    assert (
        "Aplikacja mObywatel działa po przygotowaniu, przygotuj się przed 20:00 w piątek 19 stycznia 2024"
        in said
    )
    assert "E-dowód działa, źródła podają różnie" in said
    assert "Krok 1 z 2" in said
    assert "Krok 2 z 2" in said


def test_a_lost_system_is_one_cause_and_not_a_list_of_methods(words):
    tree = build_site(facts("28 23:00", editions(window("p1", "28 22:00", "29 05:00", "p1"))), words, {})
    source = tree["/windows/p1/index.html"].decode()
    table = source[source.index('<table class="course">') : source.index("</table>")]
    assert "nie ma sposobu" in table
    assert "powód: system P1" in table
    assert "mObywatel" not in table


def test_an_unknown_end_is_said_and_never_guessed(words):
    tree = build_site(facts("20 11:00", editions(window("open", "19 20:00", None, "pz"))), words, {})
    assert "Nie podano, kiedy się skończy." in page(tree, "/").text
    assert "<dt>Koniec</dt><dd>nie podano</dd>" in tree["/windows/open/index.html"].decode()
    assert "Nikt tego jeszcze" not in page(tree, "/").text


def test_a_window_that_touches_nobody_says_so(words):
    given = facts("20 11:00", editions(PZ))
    bare = dataclasses.replace(given, windows=(dataclasses.replace(given.windows[0], advice={}),))
    assert (
        "nie zmienia niczego w sprawach" in page(build_site(bare, words, {}), "/windows/pz-2024-01-19/").text
    )


def test_what_is_over_keeps_its_facts_and_drops_its_advice(words):
    tree = build_site(facts("28 12:00", *JANUARY), words, {})
    found = page(tree, "/windows/pz-2024-01-19/")
    assert "Według planu ta przerwa skończyła się w sobotę 20 stycznia 2024 o 16:00." in found.text
    assert "Dla pacjenta" not in found.headings
    assert "było: sobota 20 stycznia 2024, 12:00" in found.text


# --- listings, feeds page, machines --------------------------------------------------------------------------------


def past(many: int) -> tuple[WindowFacts, ...]:
    return tuple(
        WindowFacts(
            editions(
                dataclasses.replace(
                    PZ,
                    id=f"w-{number}",
                    start=PZ.start - timedelta(days=number),
                    end=PZ.start - timedelta(days=number, hours=-2),
                )
            ),
            {},
            WindowState.PAST,
        )
        for number in range(1, many + 1)
    )


def test_many_past_windows_are_listed_by_year_and_not_on_the_first_page(words):
    given = facts("20 11:32", *JANUARY)
    full = dataclasses.replace(given, windows=(*given.windows, *past(40)))
    tree = build_site(full, words, {})
    assert tree["/index.html"].count(b"/windows/w-") <= 10
    assert "Wszystkie przerwy rok po roku" in page(tree, "/").text
    index = page(tree, "/windows/")
    assert "2023: 22 przerwy" in index.text
    assert "2024: 24 przerwy" in index.text
    assert tree["/windows/years/2023/index.html"].count(b"/windows/w-") == 22


def test_the_page_on_feeds_names_every_address(tree):
    found = page(tree, "/feeds/")
    for who in ("patient", "doctor"):
        assert f"webcal://przerwy.example/feeds/{who}.pl.ics" in found.links
        assert {f"/feeds/{who}.pl.{kind}" for kind in ("ics", "rss", "atom", "json")} <= set(found.links)
    assert page(tree, "/en/feeds/").links.count("/feeds/doctor.en.rss") == 1


def test_narrowing_is_explained_only_where_it_works(words):
    given = facts("20 11:32", *JANUARY)
    query = f"{BASE}/feeds/patient.pl.ics?have=mojeid:bank.alfa&have=app"
    assert query not in page(build_site(given, words, {}), "/feeds/").text
    assert query in page(build_site(dataclasses.replace(given, narrow=True), words, {}), "/feeds/").text


def test_the_facts_for_programs(tree):
    windows = {each["id"]: each for each in json.loads(tree["/api/windows.json"])["windows"]}
    pz = windows["pz-2024-01-19"]
    assert (pz["start"], pz["end"]) == ("2024-01-19T20:00:00+01:00", "2024-01-20T16:00:00+01:00")
    assert (pz["state"], pz["status"], pz["impact"]) == ("now", "confirmed", "outage")
    assert pz["pages"] == {
        language: f"{BASE}{root}/windows/pz-2024-01-19/" for language, root in (("pl", ""), ("en", "/en"))
    }
    assert [edition["end"] for edition in pz["editions"]] == [
        "2024-01-20T12:00:00+01:00",
        "2024-01-20T16:00:00+01:00",
    ]
    assert pz["severity"] == {"patient": "major", "doctor": "major"}
    advice = {each["window"]: each for each in json.loads(tree["/api/advice.json"])["windows"]}
    assert set(advice) == {"pz-2024-01-19", "alfa-2024-01-21", "p1-2024-01-28"}, "not of what is over"
    tasks = {each["task"]: each for each in advice["pz-2024-01-19"]["audiences"][0]["tasks"]}
    methods = {(each["method"], each["bank"]): each for each in tasks["ikp"]["parts"][0]["methods"]}
    assert methods["pz-sms", None]["verdict"] == "unusable"
    assert methods["pz-sms", None]["because"] == ["pz-2024-01-19"]
    assert methods["app", None]["prepare_by"] == "2024-01-19T20:00:00+01:00"
    assert methods["mojeid", "bank.gama"]["verdict"] == "unknown"


# --- made once -----------------------------------------------------------------------------------------------------


def test_the_same_facts_give_the_same_bytes_and_nothing_is_made_twice(words):
    site = Site(words)
    first = site.build(facts("20 11:32", *JANUARY), {})
    assert site.rendered > 20
    again = site.build(facts("20 11:32", *JANUARY), {})
    assert site.rendered == 0
    assert all(again[path] is first[path] for path in first if path.endswith(".html"))
    assert Site(words).build(facts("20 11:32", *JANUARY), {}) == first


def test_a_later_look_makes_only_the_first_pages_anew(words):
    site = Site(words)
    first = site.build(facts("20 11:32", *JANUARY), {})
    later = site.build(facts("20 11:33", *JANUARY), {})
    assert {path for path in first if first[path] != later[path]} == {"/index.html", "/en/index.html"}
    assert site.rendered == 2


def test_a_page_built_for_a_moment_is_the_page_that_was_served_then(words):
    site = Site(words)
    for hour in range(15, 24):
        site.build(facts(f"19 {hour}:30", *JANUARY), {})
    served = site.build(facts("20 16:30", *JANUARY), {})
    assert Site(words).build(facts("20 16:30", *JANUARY), {}) == served


def test_an_edge_that_passes_changes_the_page_of_that_window_alone(words):
    site = Site(words)
    before = site.build(facts("20 23:59", *JANUARY), {})
    after = site.build(facts("21 00:00", *JANUARY), {})
    changed = {path.removeprefix("/en") for path in before if before[path] != after[path]}
    assert {path for path in changed if path.startswith("/windows/") and "years" not in path} == {
        "/windows/alfa-2024-01-21/index.html",
        "/windows/alfa-2024-01-21/cap.xml",
        "/windows/index.html",
    }


def test_another_edition_and_advice_changed_by_another_window_make_the_pages_anew(words):
    site = Site(words)
    one = site.build(facts("19 12:00", editions(PZ_SHORTER), editions(ALFA)), {})
    longer = site.build(facts("19 12:00", editions(PZ_SHORTER, ("19 11:00", PZ)), editions(ALFA)), {})
    path = "/windows/pz-2024-01-19/index.html"
    assert one[path] != longer[path]
    meeting = window("beta", "20 01:00", "20 02:00", "bank.beta")
    crossed = site.build(facts("19 12:00", editions(PZ_SHORTER, ("19 11:00", PZ)), editions(meeting)), {})
    assert crossed[path] != longer[path], "another bank's outage within it changes what works"
    assert "/windows/alfa-2024-01-21/index.html" not in crossed


def test_other_words_about_the_site_make_every_page_anew(words):
    site = Site(words)
    site.build(facts("20 11:32", *JANUARY), {})
    tree = site.build(facts("20 11:32", *JANUARY, contact="inny@przerwy.example"), {})
    assert all(b"inny@przerwy.example" in tree[path] for path in html(tree))


# --- when it last changed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "changed", "why"),
    [
        ("18 12:00", "17 09:30", "the newest edition"),
        ("19 20:00", "19 20:00", "an outage that begins"),
        ("20 15:59", "20 10:00", "a cancellation after it"),
        ("20 18:00", "20 16:00", "its planned end"),
        ("11 06:00", "11 05:00", "nothing that is known only later"),
    ],
)
def test_last_change_follows_from_the_facts_and_never_lies_ahead(now, changed, why):
    assert last_change(facts(now, *JANUARY)) == at(changed), why


def test_without_windows_nothing_has_changed():
    assert last_change(SiteFacts(at("20 11:00"), (), NAME, BASE, "", ())) is None
