"""Feeds for one person, against the reasoning itself: nothing of theirs is missed, nothing of others is named."""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import replace

import feedparser
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from notifier.cycle.concern import concerns
from notifier.cycle.settings import site_words
from notifier.feeds import (
    PERSONAL_KINDS,
    CalendarEntry,
    Contents,
    Feeds,
    Names,
    Narrowing,
    NewsEntry,
    Wish,
    WishError,
)
from notifier.model import Occasion, Profile, Severity, Status, Subscriber, Verdict, Window
from notifier.render import Omissions, Renderer
from tests.availability.reference import Reference
from tests.cycle.test_concern_laws import SYSTEMS, WHOLE, means, windows
from tests.cycle.town import HOUR, ROOT, START, T0, notice, shipped, window

BASE = "https://przerwy.example"


@functools.cache
def renderer() -> Renderer:
    return Renderer(WHOLE, ROOT / "templates", replace(site_words(shipped().settings), base_url=BASE))


@functools.cache
def feeds() -> Feeds:
    return Feeds(renderer(), BASE, "Przerwy", ("pl", "en"))


@functools.cache
def narrowing() -> Narrowing:
    return Narrowing(feeds(), renderer(), WHOLE, "Przerwy", Omissions())


def desk(*told: Window, audience: str = "patient"):
    news = [NewsEntry(notice(of=each, audience=audience), T0 + n * HOUR) for n, each in enumerate(told)]
    events = [CalendarEntry(item.notice.advice, 0, item.published, T0) for item in news if item.notice.advice]
    return narrowing().desk({audience: Contents(news, events)})


def feed(kind: str, wish: Wish, *told: Window, audience: str = "patient", language: str = "pl") -> bytes:
    return desk(*told, audience=audience).shelf((audience, language, kind)).feed(wish).body


def items(wish: Wish, *told: Window, audience: str = "patient", language: str = "pl"):
    return json.loads(feed("json", wish, *told, audience=audience, language=language))["items"]


def names_of(wish: Wish, *told: Window, **how) -> list[str]:
    return [item["_notifier"]["window"] for item in items(wish, *told, **how)]


def have(*texts: str) -> Wish:
    return Wish(tuple(sorted(texts)))


EVERYTHING = (
    "mobywatel",
    "pz-sms",
    "edowod-reader",
    "mojeid:bank.mbank",
    "mojeid:bank.ing",
    "pz-bank:bank.pko",
)


# --- what is shown ------------------------------------------------------------------------------------------------

AUDIENCES = sorted(WHOLE.audiences)
haves = st.lists(means(), min_size=1, max_size=3).map(lambda found: have(*{str(each) for each in found}))


def hit(of: Window, audience: str, profile: Profile) -> bool:
    """True when something they would use is worse than without the window."""
    known, without = Reference(WHOLE, [of]), Reference(WHOLE, [])
    now = START + HOUR
    return any(
        known.verdict(way, now) is not Verdict.USABLE
        and known.verdict(way, now) is not without.verdict(way, now)
        for task in WHOLE.tasks_of(audience)
        for way in known.ways_of(task.id, profile)
    )


@given(windows, st.sampled_from(AUDIENCES), haves)
@example(window("w", "pz"), "doctor", have("sign-pz"))
@example(window("w", "bank.mbank"), "patient", have("mojeid:bank.mbank"))
def test_a_window_that_touches_something_of_theirs_is_never_missed(of, audience, wish):
    assume(notice(of=of, audience=audience).severity is not Severity.NONE)
    shown = names_of(wish, of, audience=audience)
    for kind in ("rss", "atom", "ics"):
        assert (b"windows/w/" in feed(kind, wish, of, audience=audience)) is bool(shown)
    if hit(of, audience, wish.profile):
        assert shown == ["w"]
    # Whoever is mailed sees it as well; a feed shows the lesser outages too.
    reader = Subscriber(1, "a@example.pl", "pl", (audience,), wish.profile)
    if concerns(notice(of=of, audience=audience), reader, WHOLE):
        assert shown == ["w"]


@given(windows, haves)
def test_what_touches_nothing_of_theirs_and_no_bank_of_theirs_is_left_out(of, wish):
    assume(notice(of=of).severity is not Severity.NONE)
    reader = Subscriber(1, "a@example.pl", "pl", ("patient",), wish.profile)
    grave = replace(notice(of=of), severity=Severity.CRITICAL)
    assert (names_of(wish, of) == ["w"]) is concerns(grave, reader, WHOLE)


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        (Wish(systems=("pz",)), ["pz-1"]),
        (Wish(systems=("pz.login",)), ["pz-1"]),
        (Wish(systems=("bank",)), ["b"]),
        (Wish(systems=("bank.ing",)), []),
        (Wish(systems=("bank.mbank", "pz")), ["b", "pz-1"]),
        (Wish(have=("edowod-reader",), systems=("bank.mbank",)), ["b"]),
        (Wish(have=("edowod-reader",)), []),
        (Wish(have=("pz-sms",)), ["pz-1"]),
        (Wish(tasks=("ikp-login",)), ["b", "pz-1"]),
        (Wish(have=("mojeid:bank.mbank",), tasks=("ikp-login",)), ["b"]),
        (Wish(have=("mojeid:bank.ing",), tasks=("ikp-login",)), []),
        (Wish(), ["b", "pz-1"]),
    ],
    ids=lambda value: value.query if isinstance(value, Wish) else "",
)
def test_what_each_wish_shows(wish, shown):
    assert names_of(wish, window("pz-1", "pz"), window("b", "bank.mbank")) == shown


def test_a_window_that_was_called_off_stays_with_those_who_had_heard_of_it():
    planned = window("b", "bank.mbank")
    off = replace(planned, status=Status.CANCELLED)
    told = [
        NewsEntry(notice(of=planned), T0),
        NewsEntry(notice(Occasion.CANCELLED, of=off, told=planned), T0 + HOUR),
    ]
    gone = CalendarEntry(told[1].notice.advice, 1, T0 + HOUR, T0)
    made = narrowing().desk({"patient": Contents(told, [gone])})
    for wish, seen in ((have("mojeid:bank.mbank"), 2), (have("mojeid:bank.ing"), 0)):
        assert len(json.loads(made.shelf(("patient", "pl", "json")).feed(wish).body)["items"]) == seen
        calendar = Calendar.from_ical(made.shelf(("patient", "pl", "ics")).feed(wish).body)
        assert [str(event["status"]) for event in calendar.events] == ["CANCELLED"] * min(seen, 1)


def test_of_what_nothing_is_known_any_more_everybody_hears():
    off = replace(window("pz-1", "pz"), status=Status.CANCELLED)
    gone = CalendarEntry(notice(Occasion.CANCELLED, of=off).advice, 1, T0, T0)
    made = narrowing().desk({"patient": Contents([], [gone])})
    assert b"STATUS:CANCELLED" in made.shelf(("patient", "pl", "ics")).feed(have("mojeid:bank.ing")).body


# --- what is said -------------------------------------------------------------------------------------------------

HEADINGS = {"pl": "Co to znaczy dla Ciebie", "en": "What this means to you"}


def personal_part(text: str, language: str) -> str:
    """From the heading on, without what is said to everybody at the end."""
    _, found, rest = text.partition(HEADINGS[language])
    return rest.partition({"pl": "Źródło:", "en": "Source:"}[language])[0] if found else ""


@given(windows, st.sampled_from(AUDIENCES), haves, st.sampled_from(["pl", "en"]))
def test_no_method_is_named_that_they_do_not_have(of, audience, wish, language):
    foreign = {each for each in WHOLE.methods if each not in {m.method for m in wish.profile.means}}
    own = " ".join(WHOLE.methods[m.method].say(language) for m in wish.profile.means)
    names = {WHOLE.methods[each].say(language) for each in foreign}
    banks = {bank.say(language) for bank in WHOLE.banks.values()}
    mine = {m.bank for m in wish.profile.means}
    for item in items(wish, of, audience=audience, language=language):
        lines = [
            line
            for line in personal_part(item["content_text"], language).splitlines()
            if line.startswith("- ")
        ]
        marks = [line.partition(": ")[2] for line in lines if ": " in line]
        for line in marks:
            for name in names - {own}:
                if not any(name in have_name for have_name in own.split(", ")) and name not in own:
                    assert name not in line, (name, line)
            for bank in banks:
                if bank in line:
                    assert any(
                        each and WHOLE.banks.get(each) and bank in WHOLE.banks[each].say(language)
                        for each in mine
                    ), line


@given(windows, st.sampled_from(AUDIENCES), haves)
def test_each_of_their_means_is_told_as_it_stands(of, audience, wish):
    """Lost, unknown, slow or in need of preparation is said of a method exactly where the reasoning says so."""
    known = Reference(WHOLE, [of])
    now = START + HOUR
    for item in items(wish, of, audience=audience):
        said = personal_part(item["content_text"], "pl")
        for one in wish.profile.means:
            alone = Profile(frozenset({one}))
            verdicts = {
                known.verdict(way, now)
                for task in WHOLE.tasks_of(audience)
                for way in known.ways_of(task.id, alone)
                if one.covers(way.method, way.bank)
            }
            name = WHOLE.methods[one.method].say("pl")
            if f"Bez zmian działa: {name}" in said or f"Bez zmian działają: {name}" in said:
                assert Verdict.UNUSABLE not in verdicts


@pytest.mark.parametrize(
    ("audience", "wish", "told", "phrases"),
    [
        (
            "patient",
            have("pz-sms"),
            window(),
            ["Nie wszystko załatwisz", "Nie zadziała: "],
        ),
        (
            "patient",
            have("mobywatel"),
            window(),
            [
                "jeśli przygotujesz się przed 12:00 w czwartek 14 maja",
                "Po przygotowaniu zadziała: aplikacja mObywatel",
            ],
        ),
        (
            "doctor",
            have("mojeid:bank.mbank", "mobywatel"),
            window(),
            ["Nie wszystko załatwisz", "- Nie wystawisz e-ZLA."],
        ),
        ("patient", have("mojeid:bank.ing"), window("b", "bank.mbank"), []),
        (
            "patient",
            have("pz-sms"),
            window(status=Status.TENTATIVE),
            ["Jeśli do przerwy dojdzie"],
        ),
    ],
)
def test_what_it_means_is_said_in_the_words_of_the_mail(audience, wish, told, phrases):
    found = items(wish, told, audience=audience)
    assert bool(found) is bool(phrases)
    for item in found:
        for phrase in phrases:
            assert phrase in item["content_text"]
            html = re.sub(r"<[^>]+>", "", item["content_html"]).replace("\u00a0", " ")
            assert phrase.removeprefix("- ") in html


@given(windows, st.sampled_from(AUDIENCES), haves)
def test_the_verdict_and_what_is_said_of_each_method_is_what_a_mail_says(of, audience, wish):
    told = notice(of=of, audience=audience)
    assume(told.severity is not Severity.NONE)
    mail = personal_lines(renderer().notice(told, "pl", wish.profile).text)
    for item in items(wish, of, audience=audience):
        mine = personal_lines(item["content_text"])
        # A mail has a sentence of its own for a bank that is lost as a whole.
        assert [line for line in mail if "przez ten bank" not in line and line in mine] == [
            line for line in mail if "przez ten bank" not in line
        ]


def personal_lines(text: str) -> list[str]:
    """What stands under the heading, up to the next one."""
    _, found, rest = text.partition(f"{HEADINGS['pl']}\n")
    return rest.partition("\n\n")[0].splitlines() if found else []


def test_an_alarm_rings_for_their_preparations_alone_and_may_be_an_event():
    mine = Calendar.from_ical(feed("ics", have("mobywatel"), window()))
    others = Calendar.from_ical(feed("ics", have("pz-sms"), window()))
    rings = [alarm for alarm in mine.walk("VALARM") if "mObywatel" in alarm["description"]]
    assert rings
    assert not [alarm for alarm in others.walk("VALARM") if "mObywatel" in alarm["description"]]
    wish = Wish(("mobywatel",), events=("prepare",))
    outage, *preparations = Calendar.from_ical(feed("ics", wish, window())).events
    assert {event["related-to"] for event in preparations} == {outage["uid"]}
    assert len({str(event["uid"]) for event in preparations}) == len(preparations) == len(rings)
    for event in preparations:
        assert event.decoded("dtstart") < event.decoded("dtend") == START
    everybody = Calendar.from_ical(feed("ics", Wish(events=("prepare",)), window()))
    assert len(everybody.events) > len(preparations)


# --- form ---------------------------------------------------------------------------------------------------------


def test_each_kind_is_read_by_its_readers():
    wish, told = (
        have("mobywatel", "mojeid:bank.mbank"),
        [window(), window("b", "bank.mbank"), window("c", "payments.blik")],
    )
    query = "have=mobywatel&have=mojeid:bank.mbank"
    for kind in ("rss", "atom"):
        parsed = feedparser.parse(feed(kind, wish, *told))
        assert not parsed.bozo
        assert [entry.link.rsplit("/", 2)[1] for entry in parsed.entries] == ["b", "pz-1"]
        assert "Co to znaczy dla Ciebie" in parsed.entries[0].content[0].value
        (own,) = [link.href for link in parsed.feed.links if link.rel == "self"]
        assert own == f"{BASE}/feeds/patient.pl.{kind}?{query}"
    made = feed("ics", wish, *told)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert made.count(b"\n") == made.count(b"\r\n")
    calendar = Calendar.from_ical(made)
    assert [str(event["x-maintnote-maintenance-id"]) for event in calendar.events] == ["b", "pz-1"]
    assert calendar["source"] == f"{BASE}/feeds/patient.pl.ics?{query}"
    for event in calendar.events:
        assert "Co to znaczy dla Ciebie" in event["description"]
        assert not event.errors
    assert Calendar.from_ical(feed("ics", have("edowod-reader"), window("b", "bank.mbank"))).events == []


def test_the_same_wish_gives_the_same_bytes_on_every_machine_and_a_new_address_a_feed_of_its_own():
    wish = have("mobywatel")
    first = feed("atom", wish, window())
    again = Narrowing(
        Feeds(renderer(), BASE, "Przerwy", ("pl", "en")), renderer(), WHOLE, "Przerwy", Omissions()
    )
    contents = {"patient": Contents([NewsEntry(notice(of=window()), T0)], [])}
    assert again.desk(contents).shelf(("patient", "pl", "atom")).feed(wish).body == first
    ids = {feedparser.parse(feed("atom", each, window())).feed.id for each in (wish, have("pz-sms"), Wish())}
    assert len(ids) == 3


@given(
    st.lists(windows, min_size=2, max_size=2),
    haves,
    st.sampled_from(["rss", "atom", "json", "ics"]),
    st.sampled_from([(), ("ikp-login",)]),
)
@settings(max_examples=40)
def test_a_feed_has_another_digest_exactly_where_it_has_other_bytes(told, whose, kind, tasks):
    wish = replace(whose, tasks=tasks)
    first, second = (replace(each, id=f"w-{n}") for n, each in enumerate(told))
    later = replace(first, end=first.start + 9 * HOUR)
    worlds = [(first, second), (second, first), (first,), (later, second), (replace(second, id="w-0"),)]
    made = [desk(*world).shelf(("patient", "pl", kind)).feed(wish) for world in [*worlds, worlds[0]]]
    for one in made:
        for other in made:
            assert (one.digest == other.digest) is (one.body == other.body)


def test_whatever_is_thrown_away_for_want_of_room_the_bytes_are_the_same(monkeypatch):
    told = [window(), window("b", "bank.mbank"), window("c", "mobywatel", hours=30), window("d", "bank")]
    wishes = [have(*some) for some in itertools.combinations(EVERYTHING, 2)]
    wishes += [replace(wish, tasks=("ikp-login",)) for wish in wishes[::3]]
    made = desk(*told)
    roomy = [made.shelf(("patient", "pl", kind)).feed(wish) for kind in PERSONAL_KINDS for wish in wishes]
    for bound in (
        "told._MOST_COLUMNS",
        "told._MOST_WHOLES",
        "sayings._MOST_AROUND",
        "sayings._MOST_ENCODED",
        "sayings._MOST_LINES",
        "slots._MOST_PREPARED",
        "menus._MOST_KNOWN",
        "personal._MOST_SERVED",
    ):
        monkeypatch.setattr(f"notifier.feeds.{bound}", 1)
    made = desk(*told)
    tight = [made.shelf(("patient", "pl", kind)).feed(wish) for kind in PERSONAL_KINDS for wish in wishes]
    assert tight == roomy
    assert len(made.told["patient"]._rows) == 1


def test_without_means_the_items_are_everybodys():
    public = feeds().news("patient", "pl", desk(window()).contents["patient"].news)["rss"]
    item = public[public.index(b"<item>") : public.rindex(b"</item>")]
    assert item in feed("rss", Wish(systems=("pz",)), window())


def test_pieces_are_made_once_and_forgotten_with_what_they_are_of():
    made = desk(window(), window("b", "bank.mbank"))
    made.shelf(("patient", "pl", "rss"))
    teller = narrowing()
    kept = teller._slots["patient", "pl", "rss"]
    after = teller.desk({"patient": Contents(made.contents["patient"].news[:1], [])}, made)
    assert set(after.shelves) == {("patient", "pl", "rss")}, "what was asked for is ready"
    assert len(teller._slots["patient", "pl", "rss"]) == 1
    assert set(teller._slots["patient", "pl", "rss"].values()) <= set(kept.values())


# --- wishes -------------------------------------------------------------------------------------------------------

NAMES = Names(WHOLE)


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("have=nope", "have", "nope"),
        ("have=mobywatel:bank.mbank", "have", "mobywatel:bank.mbank"),
        ("have=mojeid:bank.nope", "have", "mojeid:bank.nope"),
        ("have=mojeid:bank", "have", "mojeid:bank"),
        ("have=mobywatel&have=", None, None),
        ("system=nope", "system", "nope"),
        ("system=p", "system", "p"),
        ("task=ezla-issue", "task", "ezla-issue"),
        ("task=nope", "task", "nope"),
        ("events=prepare", None, None),
        ("events=all", "events", "all"),
        ("utm_source=x", None, None),
        ("have=" + "x" * 1000, "have", "x" * 80 + "…"),
        ("system=bank&system=pz.login&have=mojeid&task=ikp-login", None, None),
        ("have=a&" * 65, "query", ""),
    ],
)
def test_what_does_not_exist_is_named(query, field, value):
    def check():
        NAMES.check(Wish.of(query.encode()), "patient", "ics")

    if field is None:
        check()
        return
    with pytest.raises(WishError) as caught:
        check()
    assert (caught.value.field, caught.value.value) == (field, value)


def test_events_of_preparations_are_for_calendars():
    with pytest.raises(WishError):
        NAMES.check(Wish(events=("prepare",)), "patient", "rss")


@given(st.lists(st.sampled_from(SYSTEMS), max_size=3), st.lists(means(), max_size=3), st.randoms())
def test_a_wish_is_the_same_in_any_order_and_its_query_reads_back(systems, found, chance):
    fields = [f"system={system}" for system in systems] + [f"have={each}" for each in found]
    chance.shuffle(fields)
    wish = Wish.of("&".join([*fields, *fields]).encode())
    assert wish == Wish(tuple(sorted({str(each) for each in found})), tuple(sorted(set(systems))))
    assert Wish.of(wish.query.encode()) == wish
