"""What each message says, on which occasion, to whom; and what no message may ever say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from notifier.model import Change, Impact, Occasion, Profile, Severity, Source, Status
from notifier.render import RenderError
from tests.render.people import (
    CATALOGUE,
    EVERYTHING,
    HUB,
    LOGIN,
    MBANK,
    MOBYWATEL,
    P1,
    PZ,
    RENDERER,
    advise,
    at,
    block,
    notice,
    outage,
    text,
    words_of,
)

# --- titles -------------------------------------------------------------------------------------------------

TITLES = {
    "announced-patient": "Przerwa: Profil Zaufany, 19–20 stycznia",
    "reminder-patient": "Przypomnienie: Profil Zaufany, 19–20 stycznia",
    "last-call-patient": "Przygotuj się przed 20:00: Profil Zaufany, 19–20 stycznia",
    "started-patient": "Początek według planu: Profil Zaufany, 19–20 stycznia",
    "ended-patient": "Zakończenie według planu: Profil Zaufany, 19–20 stycznia",
    "completed-patient": "Zakończone: Profil Zaufany, 19–20 stycznia",
    "cancelled-patient": "Odwołane: Profil Zaufany, 19–20 stycznia",
    "changed-moved-patient": "Zmiana godzin: Profil Zaufany, 19–20 stycznia",
    "changed-endless-patient": "Przerwa przedłużona: Profil Zaufany, od 19 stycznia",
    "changed-advice-patient": "Nowe wskazówki: Profil Zaufany, 19–20 stycznia",
    "tentative-patient": "Możliwa przerwa: Profil Zaufany, 19–20 stycznia",
    "degraded-patient": "Utrudnienia: system e-zdrowie (P1), 2–3 czerwca",
    "mbank-patient": "Przerwa: mBank, 20 stycznia",
}


@pytest.mark.parametrize("name", TITLES)
def test_titles_carry_state_system_and_date(name: str) -> None:
    assert words_of(name, "pl").title == TITLES[name]


def test_a_title_names_few_systems() -> None:
    window = outage(
        "bank.mbank bank.ing bank.pekao bank.alior bank.bos", "2024-03-12 01:00", "2024-03-12 05:00"
    )
    assert RENDERER.notice(notice(window), "pl").title == "Przerwa: mBank, ING Bank Śląski i 3 inne, 12 marca"


# --- the first sentence -------------------------------------------------------------------------------------

LEADS = {
    "announced-patient": "Od piątku 19 stycznia, 20:00, do soboty 20 stycznia, 16:00, nie zalogujesz się Profilem",
    "started-patient": "Według planu prace zaczęły się w piątek 19 stycznia o 20:00. Do soboty 20 stycznia, 16:00,",
    "ended-patient": "Według planu od soboty 20 stycznia, 16:00, przerwa w działaniu Profilu Zaufanego jest zakończona."
    " Nikt tego jeszcze nie potwierdził.",
    "completed-patient": "Przerwa w działaniu Profilu Zaufanego jest zakończona. To potwierdzona informacja."
    " Skończyła się w sobotę 20 stycznia o 13:00, wcześniej niż planowano (w sobotę 20 stycznia o 16:00).",
    "cancelled-patient": "Przerwa w działaniu Profilu Zaufanego jest odwołana. Miała trwać od piątku 19",
    "last-call-patient": "Zdąż przed 20:00 w piątek 19 stycznia.",
    "changed-extended-patient": "Przerwa w działaniu Profilu Zaufanego potrwa dłużej.",
    "changed-unconfirmed-patient": "Źródło nie potwierdza już przerwy w działaniu Profilu Zaufanego."
    " To nie znaczy, że jest odwołana. Przerwa jest nadal możliwa: od piątku 19 stycznia, 20:00,",
    "tentative-patient": "Możliwa przerwa w działaniu Profilu Zaufanego, jeszcze niepotwierdzona: od piątku",
    "degraded-patient": "Od poniedziałku 2 czerwca, 20:00, do wtorku 3 czerwca, 06:00, mogą wystąpić utrudnienia",
    "mbank-patient": "W sobotę 20 stycznia od 00:00 do 04:00 nie zadziała bankowość internetowa w mBanku.",
}


@pytest.mark.parametrize("name", LEADS)
def test_the_first_sentences(name: str) -> None:
    assert words_of(name, "pl").lead.startswith(LEADS[name])


def test_an_unknown_end_is_said_to_be_unknown() -> None:
    open_ended = replace(PZ, end=None)
    assert "Nie wiadomo, kiedy przerwa się skończy." in text(open_ended)
    assert "Czas trwania" not in text(open_ended)
    assert "Na razie nie zalogujesz się" in text(open_ended, Occasion.STARTED, due="2024-01-19 20:00")


def test_a_night_with_a_clock_change_says_so() -> None:
    said = text(outage("bank.pekao", "2019-10-27 01:30", "2019-10-27 04:00"))
    assert "od 01:30 czasu letniego do 04:00 czasu zimowego" in said
    assert "Czas trwania: 3 godziny 30 minut." in said
    assert "przestawiamy zegary" in said


def test_touching_windows_read_as_one() -> None:
    later = replace(PZ, id="later", start=PZ.end, end=at("2024-01-20 22:00"))
    assert "do soboty 20 stycznia, 22:00, nie zalogujesz się" in text(
        PZ, Occasion.ANNOUNCED, "patient", later
    )


def test_work_that_nobody_notices() -> None:
    advice = replace(advise(PZ), window=replace(PZ, impact=Impact.NONE), severity=Severity.NONE)
    told = RENDERER.advice(advice, "pl")
    assert told.title.startswith("Prace: Profil Zaufany")
    assert "Nie powinny przeszkodzić w działaniu Profilu Zaufanego." in told.lead


# --- old and new --------------------------------------------------------------------------------------------


def test_a_change_of_hours_stands_side_by_side() -> None:
    said = words_of("changed-moved-patient", "pl")
    assert (
        "Termin\nByło: od piątku 19 stycznia, 18:00, do soboty 20 stycznia, 10:00\n"
        "Jest: od piątku 19 stycznia, 20:00, do soboty 20 stycznia, 16:00\n"
    ) in said.text
    assert "wcześniej: od piątku 19 stycznia, 18:00" in said.lead
    assert said.html.count("<th scope") == 2


def test_a_change_of_systems_and_of_impact() -> None:
    assert "Zakres\nByło: podpis zaufany\nJest: Profil Zaufany" in text(
        PZ, Occasion.CHANGED, changes=[Change.SYSTEMS], told=replace(PZ, systems=("pz.sign",))
    )
    assert "Skutki\nByło: utrudnienia\nJest: przerwa" in text(
        PZ, Occasion.CHANGED, changes=[Change.IMPACT], told=replace(PZ, impact=Impact.DEGRADED)
    )


def test_a_change_without_new_hours_repeats_the_hours() -> None:
    for change in (Change.CONFIRMED, Change.ADVICE, Change.REINSTATED):
        said = text(PZ, Occasion.CHANGED, changes=[change], told=replace(PZ, status=Status.TENTATIVE))
        assert "Od piątku 19 stycznia, 20:00, do soboty 20 stycznia, 16:00, nie zalogujesz się" in said


# --- what works ---------------------------------------------------------------------------------------------


def test_ways_are_named_easiest_first_with_their_condition_and_its_hour() -> None:
    works = block(text(PZ), "Co działa")
    assert works.startswith(
        "- Zalogujesz się na Internetowe Konto Pacjenta (IKP) przez mojeID w banku, aplikacją mObywatel "
        "(po przygotowaniu), e-dowodem i telefonem albo e-dowodem i czytnikiem. "
        "Przygotuj się przed 20:00 w piątek 19 stycznia, patrz „Co przygotować”."
    )


def test_a_deadline_is_spelled_out_once_and_is_told_as_past_when_it_is() -> None:
    assert text(PZ).count("Przygotuj się przed 20:00 w piątek 19 stycznia") == 1
    started = text(PZ, Occasion.STARTED, due="2024-01-19 20:00")
    assert "Bez przygotowania przed 20:00 w piątek 19 stycznia wybierz inny sposób." in started
    assert "Na to jest już za późno, termin minął w piątek 19 stycznia o 20:00:" in started


def test_customers_of_banks_with_profil_zaufany_only_are_not_sent_to_their_bank() -> None:
    lost = block(text(PZ), "Co nie działa")
    assert "w Alior Banku i w Envelo nie zadziała żadna droga przez bank" in lost
    assert "Alior" not in block(text(PZ), "Co działa")
    assert "Alior" not in text(MBANK)


def test_banks_are_listed_only_where_people_have_to_look_for_another_way() -> None:
    assert "działa tu: PKO Bank Polski" in text(PZ)
    assert "działa tu" not in text(MOBYWATEL)
    assert "przez mojeID w banku (ale nie w mBanku)" in text(MBANK)


def test_many_banks_of_the_window_are_not_repeated() -> None:
    said = text(outage("bank.mbank bank.ing bank.pko", "2018-03-25 01:30", "2018-03-25 03:30"))
    assert "przez mojeID w banku (ale nie w tych bankach)" in said


def test_what_is_not_known_is_said_to_be_not_known() -> None:
    assert "nie wiadomo, czy zadziała w banku spółdzielczym z grupy SGB" in text(PZ)
    assert "nie wiadomo, czy zadziała w PKO Banku Polskim (iPKO)" in text(HUB)
    doctor = text(PZ, audience="doctor")
    assert "Nie wiadomo, czy zadziała: podpis osobisty (e-dowód)" in doctor


def test_disputed_facts_are_told_as_disputed() -> None:
    assert "Być może także przez mojeID w banku. Źródła podają różnie. Miej drugi sposób." in text(PZ)


def test_a_lost_system_is_one_cause_and_no_list_of_methods() -> None:
    for window in (P1, LOGIN):
        said = text(window)
        lost = block(said, "Co nie działa")
        assert lost.startswith(
            "Nie próbuj kolejnych sposobów: żaden nie pomoże.\n- Nie zalogujesz się na Inter"
        )
        assert "mojeID w banku" not in said
        assert said.index("Co nie działa") < said.index("Co działa")


def test_a_cause_outside_the_window_is_named() -> None:
    assert "Powód: przerwa w działaniu usługi zakładania" in text(MBANK, Occasion.ANNOUNCED, "patient", PZ)


def test_a_loss_for_some_hours_is_told_once_with_its_hours() -> None:
    said = text(PZ, Occasion.ANNOUNCED, "patient", MBANK)
    assert said.count("W sobotę 20 stycznia od 00:00 do 04:00 nie zadziała też: mojeID w banku (mBank).") == 1


def test_a_part_of_the_time_that_is_quite_different_is_told_in_full() -> None:
    hour = outage("login-gov", "2024-01-20 10:00", "2024-01-20 11:00")
    said = text(PZ, Occasion.ANNOUNCED, "patient", hour)
    assert "Inaczej w sobotę 20 stycznia od 10:00 do 11:00: nie zalogujesz się na Internetowe Konto" in said


def test_untouched_tasks_stand_in_one_reassuring_line() -> None:
    (line,) = [line for line in text(PZ).splitlines() if line.startswith("- Jak zwykle")]
    assert "wykupisz e-receptę w aptece" in line


def test_slow_is_told_as_slow() -> None:
    said = text(replace(P1, impact=Impact.DEGRADED))
    assert "Może to działać wolno albo z przerwami." in said
    assert "Co nie działa" not in said


def test_a_possible_outage_is_told_as_possible() -> None:
    said = text(replace(PZ, status=Status.TENTATIVE))
    assert "Nie wiadomo, czy zadziała: Profil Zaufany (kod SMS)" in said
    assert "Jeśli do przerwy dojdzie:\n- Nie założysz" in said


def test_several_steps_of_a_task_are_told_one_by_one() -> None:
    works = block(text(PZ, audience="doctor"), "Co działa")
    assert "Wystawisz e-ZLA, jeśli masz sposób na każdy z tych kroków. Logowanie: " in works
    assert "Podpis: certyfikatem z ZUS albo podpisem kwalifikowanym." in works


# --- for one person -----------------------------------------------------------------------------------------

PERSONS = [
    (
        "a client of mBank uses mojeID there",
        "patient",
        ["mojeid:bank.mbank", "pz-bank:bank.mbank"],
        "Zalogujesz się na Internetowe Konto Pacjenta (IKP) przez mojeID w banku (mBank).",
        "e-dowód",
    ),
    (
        "a client of Alior with mojeIKP has mojeIKP, and is not sent to a bank",
        "patient",
        ["pz-bank:bank.alior", "mojeikp-pin"],
        "nie zadziała żaden ze sposobów, które masz. Działają inne sposoby: aplikacja mObywatel (po przygotowaniu)",
        "mojeID",
    ),
    (
        "with mObywatel alone the condition is told",
        "patient",
        ["pz-bank:bank.santander", "mobywatel"],
        "aplikacją mObywatel (po przygotowaniu). Przygotuj się przed 20:00",
        "czytnik",
    ),
    (
        "confirming Profil Zaufany in mObywatel does not help",
        "patient",
        ["pz-push"],
        "nie zadziała żaden ze sposobów, które masz. Działają inne sposoby: mojeID w banku",
        "Alior",
    ),
    (
        "a doctor with ING and a ZUS certificate logs in and signs",
        "doctor",
        ["mojeid:bank.ing", "sign-zus"],
        "Podpiszesz e-receptę i e-skierowanie certyfikatem z ZUS.",
        "podpis kwalifikowany,",
    ),
    (
        "a doctor who only has the trusted signature logs in and cannot sign",
        "doctor",
        ["mojeid:bank.ing", "sign-pz"],
        "Nie podpiszesz e-recepty ani e-skierowania: nie zadziała żaden ze sposobów, które masz.",
        "papier",
    ),
]


@pytest.mark.parametrize(
    ("why", "audience", "have", "said", "unsaid"), PERSONS, ids=[row[0] for row in PERSONS]
)
def test_a_profile_narrows_the_words(
    why: str, audience: str, have: list[str], said: str, unsaid: str
) -> None:
    told = text(PZ, audience=audience, have=have).partition("W ostateczności")[0]
    assert said in told
    assert unsaid not in told


def test_a_step_without_a_way_is_named() -> None:
    told = text(PZ, audience="doctor", have=["mojeid:bank.ing", "sign-pz"])
    assert (
        "Nie wystawisz e-ZLA. Logowanie: przez mojeID w banku (ING Bank Śląski). Podpis: nie zadziała" in told
    )


# --- the order of a message, and its end ----------------------------------------------------------------------


def test_the_order_of_a_message() -> None:
    order = [
        "Co działa",
        "Co nie działa",
        "Co przygotować",
        "W ostateczności",
        "Gdzie pytać",
        "Źródło: ",
        "Nigdy nie",
    ]
    places = [text(PZ).index(f"\n{part}") for part in order]
    assert places == sorted(places)


def test_a_last_call_begins_with_the_preparation() -> None:
    said = text(PZ, Occasion.LAST_CALL, due="2024-01-19 18:00")
    lead = "Zdąż przed 20:00 w piątek 19 stycznia. "
    assert said.split("\n\n")[1].startswith(lead)
    assert said.count("Uruchom aplikację mObywatel") == 1
    assert (
        said.index("Uruchom aplikację mObywatel") < said.index("nie zalogujesz się") < said.index("Co działa")
    )


def test_a_last_call_with_many_preparations_begins_with_the_list() -> None:
    called = notice(PZ, Occasion.LAST_CALL, "doctor", due="2024-01-19 18:00")
    assert called.advice is not None
    deadline = called.advice.prepare[0].by
    many = tuple(replace(item, by=deadline) for item in called.advice.prepare)
    said = RENDERER.notice(replace(called, advice=replace(called.advice, prepare=many)), "pl").text
    assert "Co zrobić, mówi początek listy „Co przygotować”." in said
    assert said.index("Co przygotować\nPrzed 20:00 w piątek 19 stycznia") < said.index("Co działa")


def test_a_last_call_without_any_deadline_is_a_reminder() -> None:
    assert RENDERER.notice(notice(MBANK, Occasion.LAST_CALL), "pl").title.startswith("Przypomnienie: mBank")


def test_what_to_prepare_stands_urgent_first_with_the_hour() -> None:
    prepare = block(text(PZ), "Co przygotować")
    assert prepare.startswith("Przed 20:00 w piątek 19 stycznia, jeśli z tego korzystasz:\n1. ")
    assert "(potrzeba na to: 3 dni)" in text(PZ, audience="doctor")


def test_cards_for_this_very_outage_come_first() -> None:
    patient = block(text(P1), "W ostateczności")
    assert patient.startswith(CATALOGUE.cards["K10"].words["pl"]["title"])
    assert CATALOGUE.cards["K15"].words["pl"]["title"] in text(P1, audience="doctor")
    assert CATALOGUE.cards["K16"].words["pl"]["title"] in text(P1, audience="pharmacist")


def test_over_and_cancelled_are_short() -> None:
    for name in ("completed-patient", "cancelled-patient"):
        said = words_of(name, "pl").text
        assert "Co działa" not in said
        assert "Gdzie pytać" not in said
    assert "Nic nie musisz robić." in words_of("cancelled-patient", "pl").text


def test_a_notice_without_advice_speaks_of_the_window_that_was_told() -> None:
    made = replace(EVERYTHING["cancelled-patient"], advice=None)
    told = RENDERER.notice(made, "pl")
    assert told.title == "Odwołane: Profil Zaufany, 19–20 stycznia"
    with pytest.raises(RenderError, match="neither advice nor a window"):
        RENDERER.notice(replace(made, told=None), "pl")


SOURCES = [
    (Source("COI", "https://coi.gov.pl/x/", at("2024-01-12 00:00")), "Źródło: COI, ogłoszono 12 stycznia."),
    (Source("COI", "", at("2023-12-29 00:00")), "Źródło: COI, ogłoszono 29 grudnia 2023."),
    (Source("COI"), "Źródło: COI."),
    (Source(""), "Źródło: informacja własna."),
]


@pytest.mark.parametrize(("source", "said"), SOURCES)
def test_the_source_and_its_day(source: Source, said: str) -> None:
    told = text(replace(PZ, source=source))
    assert said in told
    assert ("Adres ogłoszenia: coi.gov.pl/x\n" in told) == bool(source.url)


def test_advice_without_an_occasion_follows_the_moment_of_reading() -> None:
    leads = {
        "2024-01-18 10:00": "Od piątku 19 stycznia, 20:00, do soboty",
        "2024-01-19 21:00": "Według planu prace trwają od piątku 19 stycznia, 20:00. Do soboty 20 stycznia, 16:00,",
        "2024-01-20 16:00": "Według planu od soboty 20 stycznia, 16:00, przerwa",
    }
    for moment, lead in leads.items():
        assert RENDERER.advice(advise(PZ), "pl", at=at(moment)).lead.startswith(lead)
    assert RENDERER.advice(advise(PZ), "pl").lead.startswith(
        "Od piątku 19 stycznia 2024, 20:00, do soboty 20 stycznia,"
    )
    done = replace(PZ, status=Status.COMPLETED)
    assert RENDERER.advice(advise(done), "pl").title.startswith("Zakończone")


def test_categories_are_words() -> None:
    assert words_of("announced-patient", "pl").categories == ("ważne", "Przerwa")
    assert RENDERER.notice(notice(P1), "en").categories == ("very important", "Outage")


def test_feeds_have_names() -> None:
    title, description = RENDERER.feed_words("patient", "pl")
    assert title == "Przerwy w e-zdrowiu: przerwy dla pacjenta"
    assert "dla pacjenta" in description


# --- never ----------------------------------------------------------------------------------------------------

NEVER = [
    (r"IKP nie działa", "only a way to log in is down"),
    (r"na pewno", "nothing is certain"),
    (r"użyj banku", "not every bank helps"),
    (r"wystarczy kod", "the code alone is not enough while P1 is down"),
    (r"znów działa|works again", "the planned end is not the end"),
    (r"24:00", "midnight is 00:00"),
    (r"[A-ZĄĆĘŁŃÓŚŹŻ]{6,}", "capitals do not shout"),
    (r"!", "nobody is shouted at"),
    (r"\{|\}|None|Undefined", "a hole in the words"),
    (r"  |\.\.|,,| ,| \.", "broken punctuation"),
]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_never_say(name: str, language: str) -> None:
    told = words_of(name, language)
    for pattern, why in NEVER:
        assert not re.search(pattern, told.text), why
    for sentence in ("PIN", "PESEL", "CAN", "password" if language == "en" else "hasło"):
        assert sentence in told.text.splitlines()[-2]


@pytest.mark.parametrize("audience", ["patient", "parent", "doctor", "nurse", "pharmacist", "reception"])
def test_paper_belongs_to_outages_of_p1_only(audience: str) -> None:
    assert "papier" not in text(PZ, audience=audience)


@pytest.mark.parametrize("name", EVERYTHING)
def test_html_and_text_tell_the_same(name: str) -> None:
    told = words_of(name, "pl")
    bare = re.sub(r"<[^>]+>", " ", told.html).replace("\u00a0", " ")
    hours = set(re.findall(r"\d\d:\d\d", bare)) | set(re.findall(r"\d+ [a-ząćęłńóśźż]+(?: \d{4})?", bare))
    assert {hour for hour in hours if hour not in told.text} == set()


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_link_leads_to_our_own_page(name: str) -> None:
    told = words_of(name, "en")
    links = re.findall(r'href="([^"]*)"', told.html)
    assert links == [f"https://przerwy.example.pl/en/windows/{EVERYTHING[name].key.window}/"]


def test_words_from_outside_are_escaped() -> None:
    window = replace(
        PZ, source=Source("<script>alert(1)</script>", "https://x.example/<b>", at("2024-01-12 00:00"))
    )
    assert "<script>" not in RENDERER.notice(notice(window), "pl").html
    assert "Źródło: <script>alert(1)</script>" in RENDERER.notice(notice(window), "pl").text


def test_the_same_facts_give_the_same_words() -> None:
    made = EVERYTHING["announced-patient"]
    assert RENDERER.notice(made, "pl", Profile()) == RENDERER.notice(made, "pl")
