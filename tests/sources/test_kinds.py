"""What single kinds do with what their formats allow, row by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.model import WARSAW, Impact, Status
from notifier.sources import Claim, TroubleKind
from notifier.sources.kind import SourceError, Told
from notifier.sources.pagedate import page_date
from notifier.sources.reading import Names
from tests.sources.examples import (
    SENTENCES,
    event,
    feed,
    item,
    maintenance,
    message,
    page,
    statuspage,
)
from tests.sources.test_contract import read

NOBODY = Names({})
START, END = "2026-03-14T21:00:00Z", "2026-03-15T03:00:00Z"


def listed(**more: Any) -> Claim | None:
    names = more.pop("names", {})
    told = read("statuspage", statuspage(maintenance("a", START, END, **more)), NOBODY, names=names)
    return told.claims[0] if told.claims else None


STATUSES = [
    ("scheduled", {}, Status.CONFIRMED, Impact.OUTAGE, True),
    ("under way", {"status": "in_progress"}, Status.IN_PROCESS, Impact.OUTAGE, True),
    ("being verified", {"status": "verifying"}, Status.IN_PROCESS, Impact.OUTAGE, True),
    ("done", {"status": "completed"}, Status.COMPLETED, Impact.OUTAGE, True),
    ("a status nobody knows", {"status": "odd"}, Status.TENTATIVE, Impact.OUTAGE, False),
    ("nobody notices", {"impact": "none"}, Status.CONFIRMED, Impact.NONE, True),
    ("a little", {"impact": "minor"}, Status.CONFIRMED, Impact.DEGRADED, True),
    ("much", {"impact": "critical"}, Status.CONFIRMED, Impact.OUTAGE, True),
    ("an impact nobody knows", {"impact": "odd"}, Status.CONFIRMED, Impact.OUTAGE, True),
    ("without an end", {"scheduled_until": None}, Status.CONFIRMED, Impact.OUTAGE, False),
    (
        "an end before its start",
        {"scheduled_until": "2026-03-01T00:00:00Z"},
        Status.CONFIRMED,
        Impact.OUTAGE,
        False,
    ),
    (
        "without updates and components",
        {"incident_updates": [], "components": []},
        Status.CONFIRMED,
        Impact.OUTAGE,
        True,
    ),
]


@pytest.mark.parametrize(
    ("sentence", "more", "status", "impact", "sure"), STATUSES, ids=[row[0] for row in STATUSES]
)
def test_statuspage(sentence: str, more: dict[str, Any], status: Status, impact: Impact, sure: bool) -> None:
    claim = listed(**more)
    assert claim is not None
    assert (claim.status, claim.impact, claim.sure, claim.key) == (status, impact, sure, "a")
    assert claim.start is not None
    assert claim.end is None or claim.end > claim.start


def test_statuspage_components_by_name() -> None:
    named = listed(names={"Logowanie": ("pz.login",)})
    assert named is not None
    assert (named.systems, named.sure) == (("pz.login",), True)
    assert listed(names={"Logowanie": ()}) is None
    strange = listed(names={"Podpis": ("pz.sign",)})
    assert strange is not None
    assert (strange.systems, strange.sure) == (("pz",), False)


@pytest.mark.parametrize(
    "broken",
    [
        {"scheduled_for": "soon"},
        {"scheduled_for": "2026-03-14T21:00:00"},
        {"id": ""},
        {"name": None},
        {"components": "none"},
    ],
    ids=str,
)
def test_a_statuspage_that_is_built_otherwise_is_told_and_not_read_in_part(broken: dict[str, Any]) -> None:
    body = statuspage(maintenance("a", START, END), maintenance("b", START, END, **broken))
    with pytest.raises(SourceError) as caught:
        read("statuspage", body, NOBODY)
    assert caught.value.kind is TroubleKind.ODD_LAYOUT


def test_a_full_list_may_have_left_something_out() -> None:
    def complete(count: int) -> bool:
        return read(
            "statuspage", statuspage(*(maintenance(f"{n}", START, END) for n in range(count))), NOBODY
        ).complete

    assert complete(49)
    assert not complete(50)


def lamp(value: object) -> Told:
    return read("latarnia", json.dumps(value).encode(), NOBODY)


def test_latarnia_status_with_nothing_to_say() -> None:
    told = lamp({"status": "AVAILABLE", "messages": []})
    assert (told.claims, told.complete) == ((), False)
    assert lamp({"status": "AVAILABLE"}).claims == ()
    assert lamp({"status": "AVAILABLE", "messages": None}).claims == ()


def test_latarnia_of_one_event_the_last_version_holds() -> None:
    began = message(7, START, None, type="FAILURE_START", version=1)
    ended = message(7, START, END, type="FAILURE_END", version=2)
    (claim,) = lamp([began]).claims
    assert (claim.key, claim.status, claim.end, claim.sure) == ("7", Status.IN_PROCESS, None, True)
    for order in ([began, ended], [ended, began]):
        (claim,) = lamp(order).claims
        assert claim.status is Status.COMPLETED
        assert claim.end == datetime(2026, 3, 15, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "SLEEPING"},
        {"status": "FAILURE", "messages": []},
        {"messages": []},
        [{"eventId": 1}],
        ["x"],
        "x",
        7,
        None,
    ],
    ids=json.dumps,
)
def test_latarnia_built_otherwise_is_told(odd: object) -> None:
    with pytest.raises(SourceError) as caught:
        lamp(odd)
    assert caught.value.kind is TroubleKind.ODD_LAYOUT


def test_latarnia_doubts() -> None:
    (claim,) = lamp([message(1, START, None)]).claims
    assert not claim.sure, "planned, and nobody says until when"
    (claim,) = lamp([message(1, START, END, type="ODD")]).claims
    assert (claim.status, claim.sure) == (Status.TENTATIVE, False)


DATES = [
    ("2026-03-02", "2026-03-02 00:00"),
    ("2026-03-02T10:30:00+01:00", "2026-03-02 10:30"),
    ("2026-03-02 10:30", "2026-03-02 10:30"),
    ("Opublikowano: 02.03.2026", "2026-03-02 00:00"),
    ("2 marca 2026 r.", "2026-03-02 00:00"),
    ("dodano 02-03-2026, Biuro prasowe", "2026-03-02 00:00"),
    ("2 Marca 2026, aktualizacja 2.03.2026", "2026-03-02 00:00"),
    ("2 marca 2026, aktualizacja 5 marca 2026", None),
    ("31.02.2026", None),
    ("wczoraj", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "wanted"), DATES, ids=[row[0] or "nothing" for row in DATES])
def test_days_of_publication(text: str, wanted: str | None) -> None:
    moment = None if wanted is None else datetime.fromisoformat(wanted).replace(tzinfo=WARSAW).astimezone(UTC)
    assert page_date(text) == moment


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_none(text: str) -> None:
    page_date(text)


def test_a_page_without_selectors_is_one_notice(known: Names) -> None:
    told = read("page", page(*SENTENCES), known, selector="", items="", published="time")
    assert (len(told.claims), told.items) == (2, 1)


def test_each_notice_may_have_a_day_of_its_own(known: Names) -> None:
    day = '<time datetime="2026-03-01">1.03</time>'
    told = read("page", page(day + SENTENCES[0], SENTENCES[1]), known)
    assert [claim.published and claim.published.astimezone(WARSAW).day for claim in told.claims] == [1, 2]


def test_a_selector_that_is_none_is_the_operators_mistake(known: Names) -> None:
    with pytest.raises(SourceError) as caught:
        read("page", page(*SENTENCES), known, selector="main >>")
    assert caught.value.kind is TroubleKind.NOT_SET_UP


def test_a_log_in_form_beside_the_notices_is_no_log_in_page(known: Names) -> None:
    form = '<form><input type="password"></form>'
    assert len(read("page", page(*SENTENCES, extra=form), known).claims) == 2


def test_atom_and_rdf_are_feeds_too(known: Names) -> None:
    atom = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>Przerwa</title>
<id>urn:1</id><updated>2026-03-02T09:00:00Z</updated><link href="https://example.org/1"/>
<content type="html">&lt;p&gt;{SENTENCES[0]}&lt;/p&gt;</content></entry></feed>"""
    (claim,) = read("feed", atom.encode(), known).claims
    assert (claim.url, claim.published) == ("https://example.org/1", datetime(2026, 3, 2, 9, tzinfo=UTC))
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="x"><title>x</title></channel><item rdf:about="https://example.org/2"><title>{SENTENCES[0]}</title>
<link>https://example.org/2</link></item></rdf:RDF>"""
    assert [claim.url for claim in read("feed", rdf.encode(), known).claims] == ["https://example.org/2"]


def test_markup_that_is_nearly_xml_is_read(known: Names) -> None:
    sloppy = feed(item(1, SENTENCES[0])).replace(b"Przerwa techniczna", b"Przerwa & spok\xc3\xb3j &nbsp;")
    assert len(read("feed", sloppy, known).claims) == 1


def test_nothing_outside_the_feed_is_read(known: Names, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Profil Zaufany")
    evil = feed(item(1, SENTENCES[0] + " &x;")).replace(
        b"<rss", f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss'.encode(), 1
    )
    for claim in read("feed", evil.replace(b"<![CDATA[", b"").replace(b"]]>", b""), known).claims:
        assert "Profil Zaufany</" not in claim.evidence
        assert claim.evidence.count("Profil Zaufany") == 1


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_date_of_publication_out_of_all_bounds_is_none(day: str, known: Names) -> None:
    (claim,) = read("feed", feed(item(1, SENTENCES[0], day)), known).claims
    assert (claim.published, claim.sure) == (None, True)


def test_two_windows_of_one_entry_have_keys_of_their_own(known: Names) -> None:
    told = read("feed", feed(item(1, "</p><p>".join(SENTENCES))), known)
    assert len({claim.key for claim in told.claims}) == len(told.claims) == 2


def test_a_link_that_is_no_web_address_is_not_shown(known: Names) -> None:
    evil = feed(item(1, SENTENCES[0])).replace(b"<link>https://example.org/1", b"<link>javascript:alert(1)")
    (claim,) = read("feed", evil, known, page="https://example.org").claims
    assert claim.url == "https://example.org"


def test_planned_work_without_hours_is_worth_a_look(known: Names) -> None:
    vague = "W dniu 14 marca 2026 r. planowane są prace techniczne systemu Profil Zaufany."
    (claim,) = read("feed", feed(item(1, vague)), known).claims
    assert (claim.start, claim.end, claim.sure, claim.status) == (None, None, False, Status.TENTATIVE)
    assert claim.problems[0].startswith("vague")


@given(st.timedeltas(timedelta(hours=1), timedelta(days=20)))
def test_calendar_items_count_also_what_is_not_told(length: timedelta) -> None:
    from tests.sources.examples import calendar

    told = read(
        "calendar", calendar(event("x", ":20200101T000000Z", ":20200102T000000Z")), NOBODY, later=length
    )
    assert (told.claims, told.items) == ((), 1)
