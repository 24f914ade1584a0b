"""What an outage means to one person: what they have, each thing once, and nothing that is not theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from notifier.model import Impact, Notice, Occasion, Profile, Status
from tests.render.people import (
    EVERY_OCCASION,
    HUB,
    LOGIN,
    MBANK,
    P1,
    PZ,
    RENDERER,
    block,
    notice,
    text,
)

HEADING = "Co to znaczy dla Ciebie"


def yours(of: Notice, have: Iterable[str]) -> list[str]:
    """The lines of the block."""
    said = RENDERER.mail([of], "pl", Profile.of(have)).text
    return block(said, HEADING).splitlines() if HEADING in said else []


PATIENT, DOCTOR = EVERY_OCCASION["announced-patient"], EVERY_OCCASION["announced-doctor"]
ROWS = [
    (
        "a customer of a bank without mojeID",
        PATIENT,
        ["pz-bank:bank.alior"],
        [
            "Nie wszystko załatwisz w tym czasie swoimi sposobami.",
            "- Masz konto w Alior Banku: w tym czasie nie zalogujesz się przez ten bank.",
        ],
    ),
    (
        "of two ways through one bank only one is lost",
        PATIENT,
        ["pz-bank:bank.mbank", "mojeid:bank.mbank"],
        [
            "Nie wszystko załatwisz w tym czasie swoimi sposobami.",
            "- Nie zadziała: Profil Zaufany przez bank (mBank).",
            "- Działa, ale nie do każdej sprawy na pewno: mojeID w banku (mBank).",
        ],
    ),
    (
        "what must be prepared, and by when",
        PATIENT,
        ["mobywatel"],
        [
            "Masz sposób, który zadziała, jeśli przygotujesz się przed 20:00 w piątek 19 stycznia.",
            "- Po przygotowaniu zadziała: aplikacja mObywatel.",
        ],
    ),
    (
        "when it is too late for that",
        EVERY_OCCASION["started-patient"],
        ["mobywatel"],
        [
            "Twój sposób zadziała, jeśli przygotowano go przed 20:00 w piątek 19 stycznia.",
            "- Po przygotowaniu zadziała: aplikacja mObywatel.",
        ],
    ),
    (
        "nothing is left",
        DOCTOR,
        ["pz-sms", "sign-pz"],
        [
            "Żaden z Twoich sposobów w tym czasie nie zadziała.",
            "- Nie zadziałają: Profil Zaufany (kod SMS), podpis zaufany.",
        ],
    ),
    (
        "the bank itself is out of order",
        notice(MBANK),
        ["mojeid:bank.mbank", "mobywatel"],
        [
            "Masz sposób, który w tym czasie działa.",
            "- Masz konto w mBanku: w tym czasie nie zalogujesz się przez ten bank.",
            "- Bez zmian działa: aplikacja mObywatel.",
        ],
    ),
    (
        "where the cause is the same for all ways, no way is blamed",
        notice(LOGIN),
        ["mojeid:bank.mbank"],
        ["Nie wszystko załatwisz w tym czasie swoimi sposobami."],
    ),
    ("what one has not is not told", notice(HUB), ["edowod-phone"], None),
    ("nobody in particular has no such block", PATIENT, [], []),
    ("nor has an end", EVERY_OCCASION["ended-patient"], ["pz-sms"], []),
    ("nor a cancellation", EVERY_OCCASION["cancelled-patient"], ["pz-sms"], []),
]


@pytest.mark.parametrize(("sentence", "of", "have", "lines"), ROWS, ids=[row[0] for row in ROWS])
def test_yours(sentence: str, of: Notice, have: list[str], lines: list[str] | None) -> None:
    said = yours(of, have)
    if lines is None:
        assert all("mojeID" not in line for line in said), sentence
    else:
        assert said == lines, sentence


def test_a_tentative_outage_promises_nothing() -> None:
    said = yours(notice(replace(PZ, status=Status.TENTATIVE)), ["pz-sms"])
    assert said[0] == "Jeśli do przerwy dojdzie, Twoje sposoby mogą nie zadziałać."


def test_what_nobody_knows_is_not_called_lost() -> None:
    """Two tasks: signing is lost, logging in is open; the verdict may not say more than the line below it."""
    said = yours(notice(replace(PZ, status=Status.TENTATIVE), audience="doctor"), ["pz-push"])
    assert said == [
        "Nie wszystko załatwisz w tym czasie swoimi sposobami.",
        "- Nie wiadomo, czy zadziała: Profil Zaufany (potwierdzenie w aplikacji mObywatel).",
    ]


def test_what_is_slow_is_said_to_be_slow() -> None:
    said = yours(notice(replace(PZ, impact=Impact.DEGRADED)), ["pz-sms"])
    assert said == [
        "Twoje sposoby działają, ale może to trwać dłużej niż zwykle.",
        "- Wolniej niż zwykle może działać: Profil Zaufany (kod SMS).",
    ]


def test_means_are_told_once_to_who_reads_for_two_audiences() -> None:
    made = RENDERER.mail([DOCTOR, PATIENT], "pl", Profile.of(["pz-sms", "sign-pz", "mojeid:bank.mbank"]))
    assert made.text.count(HEADING) == made.html.count(HEADING) == 1
    assert made.text.index(HEADING) < made.text.index("Dla lekarza") < made.text.index("Dla pacjenta")
    assert made.text.count("Nie zadziałają: Profil Zaufany (kod SMS), podpis zaufany.") == 1


def test_who_has_nothing_left_is_told_how_to_get_another_way() -> None:
    said = block(text(PZ, audience="doctor", have=["sign-pz"], due="2024-01-12 00:00"), "Co przygotować")
    assert "jeśli chcesz mieć inny sposób:" in said
    assert "Pobierz w eZUS certyfikat z ZUS" in said
    late = text(PZ, Occasion.STARTED, "doctor", have=["sign-pz"], due="2024-01-19 20:00")
    assert "jeśli chcesz mieć inny sposób" not in late


def test_what_is_for_customers_of_other_banks_is_left_out() -> None:
    about_pko = "Jeśli masz konto w iPKO lub Inteligo"
    assert about_pko not in text(PZ, have=["mojeid:bank.mbank"])
    assert about_pko in text(PZ, have=["mojeid:bank.pko"])
    assert about_pko in text(PZ, have=["mojeid"])


def test_a_customer_of_a_bank_that_has_no_mojeid_is_not_sent_there() -> None:
    said = text(PZ, have=["pz-bank:bank.alior"])
    assert re.findall(r"mojeID", said.replace("Twój bank ma mojeID? Spróbuj przez mojeID", "")) == []


def test_a_task_of_two_steps_says_for_each_what_serves_instead() -> None:
    said = text(PZ, audience="doctor", have=["pz-sms", "sign-pz"])
    assert "Nie wystawisz e-ZLA. Logowanie inaczej: program placówki" in said
    assert "Podpis inaczej: certyfikat z ZUS, podpis kwalifikowany." in said


def test_who_has_a_way_for_each_step_is_told_which() -> None:
    said = text(P1, audience="doctor", have=["pz-sms", "sign-pz"])
    assert "Wystawisz e-ZLA. Logowanie: Profilem Zaufanym z kodem SMS. Podpis: podpisem zaufanym." in said
