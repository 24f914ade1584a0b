"""What is worth preparing before a window, until when, and what is left when nothing works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from notifier.model import Advice, Impact, Status, Window
from tests.availability.world import IF, NOON, advise, ask, at, catalogue, down, last, row, window

BREAK = window("pz", "2024-01-19 20:00", "2024-01-20 16:00", id="pz-2024-01-19")


def deadlines(advice: Advice) -> dict[str, datetime]:
    """Preparation -> its last moment, of those that have one."""
    return {one.preparation: one.by for one in advice.prepare if one.by is not None}


# --- what to prepare -----------------------------------------------------------------------------------------


def test_mobywatel_must_be_started_before_the_break() -> None:
    advice = advise(BREAK, "patient")
    assert deadlines(advice)["start-mobywatel"] == at("2024-01-19 20:00")
    assert deadlines(advice)["activate-mobywatel"] == at("2024-01-19 20:00")


PREPARING = [
    ("nothing else: before the break", (), "20:00"),
    ("mObywatel itself off until then: before that", (("mobywatel", "18:00", "20:00"),), "18:00"),
    ("activation off until then: before that", (("mobywatel.activation", "17:00", "20:00"),), "17:00"),
    ("two in a row: before the first", (("mobywatel", "18:00", "20:00"), ("pz", "16:00", "18:00")), "16:00"),
    ("one that runs into it: before that", (("mobywatel", "15:00", "20:30"),), "15:00"),
    ("one over before, with a gap: in the gap", (("mobywatel", "18:00", "19:59"),), "20:00"),
    ("something else before: it does not matter", (("edowod", "18:00", "20:00"),), "20:00"),
    ("cancelled work before: it does not matter", (("mobywatel", "18:00", "20:00", "cancelled"),), "20:00"),
    ("slowness before: it can be done, slowly", (("mobywatel", "18:00", "20:00", "degraded"),), "20:00"),
    (
        "tentative work before: better not to count on it",
        (("mobywatel", "18:00", "20:00", "tentative"),),
        "18:00",
    ),
]


@pytest.mark.parametrize(("sentence", "before", "deadline"), PREPARING, ids=[one[0] for one in PREPARING])
def test_the_deadline_is_the_start_of_the_time_in_which_nobody_can_prepare(
    sentence: str, before: Iterable[tuple[str, ...]], deadline: str
) -> None:
    others = []
    for system, start, end, *kind in before:
        other = window(system, f"2024-01-19 {start}", f"2024-01-19 {end}")
        if kind == ["degraded"]:
            other = replace(other, impact=Impact.DEGRADED)
        elif kind:
            other = replace(other, status=Status(kind[0]))
        others.append(other)
    advice = advise(BREAK, "patient", others)
    assert deadlines(advice)["start-mobywatel"] == at(f"2024-01-19 {deadline}"), sentence
    parts = [part for task in advice.tasks if task.task == "ikp-login" for part in task.parts]
    late = [answer for answer in parts[-1].answer.methods if answer.method == "mobywatel"]
    assert [(answer.verdict, answer.prepare_by) for answer in late] == [(IF, at(f"2024-01-19 {deadline}"))]


@pytest.mark.parametrize(
    ("sentence", "system", "audience", "named", "dated"),
    [
        (
            "push users switch to SMS before mObywatel goes",
            "mobywatel",
            "patient",
            "switch-pz-push-to-sms",
            False,
        ),
        (
            "Profil Zaufany is told to use push before SMS go",
            "sms",
            "patient",
            "switch-pz-push-to-sms",
            False,
        ),
        ("the information sheet is printed before P1 goes", "p1", "patient", "print-sheet", True),
        ("pharmacies ask for it too", "p1", "pharmacist", "print-sheet", True),
        (
            "doctors install the ZUS certificate before PZ goes",
            "pz",
            "doctor",
            "install-zus-certificate",
            False,
        ),
        ("nurses switch the signing setting", "pz", "nurse", "switch-signing", False),
        ("patients set the mojeIKP PIN before PZ goes", "pz", "parent", "set-mojeikp-pin", False),
        ("the e-dowód's PIN is looked for before PZ goes", "pz", "patient", "find-edowod-pin", False),
        ("mojeID is tried before PZ goes", "pz", "patient", "test-mojeid", False),
        ("declarations are printed before eWUŚ goes", "ewus", "reception", "print-ewus-declarations", False),
        ("the other parent is authorised before PZ goes", "pz", "parent", "grant-access", True),
    ],
)
def test_what_is_worth_preparing(sentence: str, system: str, audience: str, named: str, dated: bool) -> None:
    outage = down(system)[0]
    found = {one.preparation: one for one in advise(outage, audience).prepare}
    assert named in found, sentence
    assert found[named].by == (outage.start if dated else None)


@pytest.mark.parametrize(
    ("sentence", "system", "audience", "not_named"),
    [
        ("the PIN of mojeIKP does not help without P1", "p1", "patient", "set-mojeikp-pin"),
        ("mObywatel need not be started when it is down itself", "mobywatel", "patient", "start-mobywatel"),
        ("mojeID need not be tried when the hub is down", "login-gov", "patient", "test-mojeid"),
        ("a bank's night is no reason to install eDO App", "bank.mbank", "patient", "find-edowod-pin"),
        ("no ZUS certificate to sign prescriptions without P1", "p1", "reception", "install-zus-certificate"),
    ],
)
def test_what_is_not_worth_preparing(sentence: str, system: str, audience: str, not_named: str) -> None:
    assert not_named not in {one.preparation for one in advise(down(system)[0], audience).prepare}, sentence


@pytest.mark.parametrize(
    ("sentence", "audience", "about", "others", "named", "deadline"),
    [
        (
            "mObywatel must be started before PZ goes, though mojeIKP is off at the same time",
            "patient",
            row("edowod", 10, 18),
            [row("pz", 12, 14), row("mojeikp", 12, 14)],
            "start-mobywatel",
            row("pz", 12, 14).start,
        ),
        (
            "mObywatel must be started before the first of two breaks of PZ",
            "patient",
            row("edowod", 10, 20),
            [row("pz", 12, 14), row("pz", 16, 18)],
            "start-mobywatel",
            row("pz", 12, 14).start,
        ),
        (
            "the eZUS password can be tried at any time, with or without PZ",
            "doctor",
            row("zuscert", 10, 18, impact=Impact.DEGRADED),
            [row("pz", 12, 14)],
            "test-ezus-password",
            None,
        ),
    ],
)
def test_deadlines_within_a_longer_window(
    sentence: str,
    audience: str,
    about: Window,
    others: list[Window],
    named: str,
    deadline: datetime | None,
) -> None:
    assert deadlines(advise(about, audience, others)).get(named) == deadline, sentence


def test_what_has_a_deadline_comes_first_and_each_thing_once() -> None:
    for audience in catalogue().audiences:
        for system in catalogue().systems:
            prepare = advise(down(system)[0], audience).prepare
            names = [one.preparation for one in prepare]
            assert len(names) == len(set(names))
            dated = [one.by is not None for one in prepare]
            assert dated == sorted(dated, reverse=True)


# --- last resorts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "task", "systems", "have", "card"),
    [
        ("paper belongs to outages of P1", "eprescription-sign", "p1", "", "K15"),
        ("also when PZ is off as well", "eprescription-sign", "p1 pz", "sign-pz", "K15"),
        ("not to those of PZ", "eprescription-sign", "pz", "sign-pz", "K12"),
        ("not to those of gabinet and clinic software", "eprescription-sign", "gabinet ehr", "", "K12"),
        ("not to those of login.gov.pl", "eprescription-sign", "login-gov ehr", "", "K12"),
        ("not to those of qualified signatures", "eprescription-sign", "qsig", "sign-qualified", "K12"),
        ("printed forms belong to outages of eZUS", "ezla-issue", "ezus", "", "K14"),
        ("and of e-ZLA", "ezla-issue", "ezla", "", "K14"),
        ("not to those of PZ", "ezla-issue", "pz", "pz-sms sign-pz", "K13"),
        ("the pharmacy without P1 takes information and a declaration", "dispense", "p1", "", "K16"),
        ("the pharmacy without its software too", "dispense", "ehr", "", "K16"),
        ("the patient without P1 brings the sheet and an ID", "prescription-collect", "p1", "", "K10"),
        ("the parent too", "child-prescription", "p1", "", "K10"),
        ("nothing works: wait, pharmacy, clinic, help line", "ikp-login", "login-gov", "", "K21"),
        ("nothing of this person's works", "ikp-login", "pz", "pz-sms", "K21"),
        ("confirming mojeIKP can wait", "mojeikp-confirm", "pz", "pz-sms", "K7"),
        ("no way to confirm at all", "mojeikp-confirm", "login-gov", "", "K21"),
        ("without eWUŚ a declaration", "insurance-check", "ewus", "", "K17"),
    ],
)
def test_last_resorts(sentence: str, task: str, systems: str, have: str, card: str) -> None:
    assert ask(task, NOON, down(*systems.split()), have.split()).last_resort == card, sentence


@pytest.mark.parametrize(
    "system", [name for name in [*catalogue().systems, *catalogue().banks] if name != "p1"]
)
def test_paper_prescriptions_are_told_only_when_p1_is_lost(system: str) -> None:
    for audience in ("doctor", "nurse"):
        told = {
            part.answer.last_resort for task in advise(down(system)[0], audience).tasks for part in task.parts
        }
        assert "K15" not in told


def test_x09_paper_is_told_while_p1_is_lost_and_no_longer() -> None:
    outage = down("p1")[0]
    for moment, card in (
        (outage.start, "K15"),
        (last(outage.interval.until), "K15"),
        (outage.interval.until, "K12"),
    ):
        assert ask("eprescription-sign", moment, [outage]).last_resort == card


def test_p1_that_is_only_slow_is_no_reason_for_paper() -> None:
    answer = ask("eprescription-sign", NOON, down("p1", impact=Impact.DEGRADED))
    assert not answer.verdict.lost
    assert answer.last_resort != "K15"
