"""A mail: the most urgent first, nothing said twice, text and HTML each complete, nothing but our own links."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from lxml import html

from notifier.model import Change, Notice, Occasion, Profile, Severity
from notifier.render import MailWords, SiteWords
from tests.render.people import (
    CATALOGUE,
    EVERY_OCCASION,
    MBANK,
    NIGHT,
    PZ,
    RENDERER,
    SITE,
    advise,
    at,
    notice,
)


def mail(*notices: Notice, language: str = "pl", have: tuple[str, ...] = ()) -> MailWords:
    return RENDERER.mail(notices, language, Profile.of(have))


CHANGED = notice(
    PZ, Occasion.CHANGED, due="2024-01-18 10:00", changes=[Change.MOVED], told=replace(PZ, end=None)
)
SEVERAL = [
    notice(MBANK, due="2024-01-18 10:00"),
    notice(PZ, Occasion.REMINDER, due="2024-01-18 10:00"),
    notice(NIGHT, due="2024-01-18 10:00"),
]


def test_a_single_notice_gives_the_subject() -> None:
    assert mail(EVERY_OCCASION["announced-patient"]).subject == "Przerwa: Profil Zaufany, 19–20 stycznia"


def test_the_most_urgent_comes_first_and_the_rest_is_counted() -> None:
    made = mail(*SEVERAL)
    assert [each.severity for each in SEVERAL] == [Severity.MINOR, Severity.MAJOR, Severity.CRITICAL]
    assert made.subject == "Przerwa: system e-zdrowie (P1), 26–27 stycznia i 2 inne"
    assert made.text.startswith(
        "W tej wiadomości są 3 sprawy:\n1. Przerwa: system e-zdrowie (P1), 26–27 stycznia\n"
        "2. Przypomnienie: Profil Zaufany, 19–20 stycznia\n3. Przerwa: mBank, 20 stycznia\n"
    )
    assert mail(*reversed(SEVERAL)) == made


def test_one_window_for_two_readers_is_one_section() -> None:
    made = mail(EVERY_OCCASION["announced-patient"], EVERY_OCCASION["announced-doctor"])
    assert made.subject == "Przerwa: Profil Zaufany, 19–20 stycznia"
    assert made.text.count("Od piątku 19 stycznia, 20:00") == 1
    assert made.text.index("Dla lekarza") < made.text.index("Dla pacjenta")
    for once in (
        "działa tu: PKO Bank",
        "z grupy SGB",
        "Uruchom aplikację mObywatel",
        "Źródło: ",
        "Nigdy nie prosimy",
    ):
        assert made.text.count(once) == 1, once


def test_contacts_and_cards_are_said_once_in_the_whole_mail() -> None:
    made = mail(*SEVERAL)
    assert made.text.count("Gdzie pytać") == made.text.count("19 239") == 1
    assert made.text.count(CATALOGUE.cards["K21"].steps["pl"][0]) == 1


def test_what_refers_to_the_first_point_keeps_it() -> None:
    made = mail(notice(PZ, audience="doctor"), notice(PZ, audience="reception"))
    reception = made.text.partition("Dla rejestracji")[2]
    assert reception.index("Zalogujesz się do gabinet.gov.pl") < reception.index(
        "sposoby z pierwszego punktu"
    )


def test_the_same_last_call_for_two_readers_is_said_once() -> None:
    made = mail(EVERY_OCCASION["last-call-patient"], EVERY_OCCASION["last-call-doctor"])
    assert made.text.count("Zdąż przed 20:00 w piątek 19 stycznia.") == 1, "the same call is not said twice"


def test_a_mail_needs_a_notice() -> None:
    with pytest.raises(ValueError, match="needs a notice"):
        mail()


def test_a_profile_narrows_a_mail() -> None:
    assert "e-dowód" not in mail(EVERY_OCCASION["announced-patient"], have=("mojeid:bank.mbank",)).text


@cache
def whole(name: str, language: str) -> MailWords:
    return mail(*MAILS[name], language=language)


MAILS = {
    **{name: [each] for name, each in EVERY_OCCASION.items()},
    "several": SEVERAL,
    "two-readers": [EVERY_OCCASION["announced-patient"], EVERY_OCCASION["announced-doctor"]],
}


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", MAILS)
def test_the_html_is_a_whole_and_careful_document(name: str, language: str) -> None:
    made = whole(name, language)
    assert made.html.startswith("<!DOCTYPE html>")
    page = html.document_fromstring(made.html)
    assert page.get("lang") == language
    assert page.findtext("head/title") == made.subject
    assert [heading.tag for heading in page.iter("h1")] == ["h1"]
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in page.iter("table"):
        assert table.get("role") == "presentation" or table.find("caption") is not None
    assert not list(page.iter("img", "script", "link", "form", "input"))
    assert "style=" in made.html
    assert "@media (prefers-color-scheme: dark)" in made.html
    assert made.html.index('<meta charset="utf-8">') < made.html.index("<style>") < made.html.index("</head>")
    sizes = [int(size) for size in re.findall(r"font-size: ?(\d+)px", made.html)]
    assert min(sizes) >= 14


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", MAILS)
def test_links_lead_to_our_own_pages_only(name: str, language: str) -> None:
    made = whole(name, language)
    links = [link for _, _, link, _ in html.document_fromstring(made.html).iterlinks()]
    assert links
    assert [link for link in links if not link.startswith("https://przerwy.example.pl/")] == []
    addresses = re.findall(r"\w+://[^\s<>\"]+", made.text)
    assert [address for address in addresses if not address.startswith("https://przerwy.example.pl/")] == []


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", MAILS)
def test_text_and_html_say_the_same_words(name: str, language: str) -> None:
    """Every sentence of the HTML stands in the text; dates above all."""
    made = whole(name, language)
    body = html.document_fromstring(made.html).find("body")
    assert body is not None
    text = " ".join(made.text.split())
    for element in body.iter("p", "li", "td", "th", "h2", "h3", "caption"):
        if element.find(".//p") is None and element.find(".//li") is None:
            for piece in element.itertext():
                said = " ".join(piece.replace("\u00a0", " ").split())
                assert said.removesuffix(":") in text or said == made.subject, said


def test_no_break_spaces_are_for_html_only() -> None:
    made = mail(CHANGED)
    assert "19&nbsp;stycznia" in made.html
    assert "\u00a0" not in made.text + made.subject


def test_the_sender_is_named_and_is_not_the_ministry() -> None:
    made = mail(CHANGED)
    assert "Wysyła: Przerwy w e-zdrowiu, kontakt: pomoc@przerwy.example.pl." in made.text
    assert "To nie jest wiadomość od ministerstwa ani od Centrum e-Zdrowia." in made.html
    assert "Chcesz zrezygnować lub coś zmienić? Napisz na adres pomoc@przerwy.example.pl." in made.text


def test_addresses_of_a_site_have_no_double_slash() -> None:
    assert SiteWords("x", "https://a.example/pl//", "y").base_url == "https://a.example/pl"
    assert SITE.base_url == "https://przerwy.example.pl"


# --- alarms -------------------------------------------------------------------------------------------------


def test_alarms_ring_early_enough_to_prepare() -> None:
    alarms = RENDERER.alarms(advise(PZ), "pl")
    assert [alarm.text for alarm in alarms][-1] == (
        "Przed 20:00 w piątek 19 stycznia: uruchom aplikację mObywatel w telefonie i zaloguj się do niej."
    )
    leads = {CATALOGUE.preparations[key].lead for key in ("activate-mobywatel", "start-mobywatel")}
    assert {PZ.start - alarm.at for alarm in alarms} == {
        lead + (at("2024-01-01 01:00") - at("2024-01-01 00:00")) for lead in leads
    }
    assert sorted(alarm.at for alarm in alarms) == [alarm.at for alarm in alarms]


def test_no_alarm_where_nothing_becomes_impossible() -> None:
    assert RENDERER.alarms(advise(MBANK), "pl") == ()


def test_no_alarm_rests_on_a_disputed_fact() -> None:
    assert "mojeID" not in " ".join(alarm.text for alarm in RENDERER.alarms(advise(PZ), "pl"))
