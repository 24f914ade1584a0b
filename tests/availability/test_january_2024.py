"""Profil Zaufany was off from Friday 19 January 2024, 20:00, to Saturday, 16:00: who could do what, and how.

A is the time from the announcement to the start, B the break itself, C the time from the planned end on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from notifier.availability import Instant, Outlook
from notifier.model import Profile, Verdict
from tests.availability.world import (
    IF,
    NO,
    WORKS,
    advise,
    ask,
    at,
    catalogue,
    config,
    last,
    network,
    way,
    window,
)

BREAK = window("pz", "2024-01-19 20:00", "2024-01-20 16:00", id="pz-2024-01-19")
START, END = at("2024-01-19 20:00"), at("2024-01-20 16:00")

A = (at("2024-01-12 00:00"), at("2024-01-19 12:00"), last(START))
B = (START, at("2024-01-19 21:00"), at("2024-01-20 00:00"), at("2024-01-20 12:00"), last(END))
C = (END, at("2024-01-20 20:00"), at("2024-02-19 20:00"))


@dataclass(frozen=True)
class Case:
    """One line of the table: in the break, this task with these means comes to this."""

    sentence: str
    task: str
    means: str
    in_break: Verdict


MOJEID = {
    "bank.pko.ipko": "PKO (iPKO)",
    "bank.pko.inteligo": "Inteligo",
    "bank.pekao": "Pekao",
    "bank.bos": "BOŚ",
    "bank.bnp-paribas": "BNP Paribas",
    "bank.velobank": "VeloBank",
    "bank.credit-agricole": "Crédit Agricole",
    "bank.mbank": "mBank",
    "bank.millennium": "Millennium",
    "bank.ing": "ING",
    "bank.bs-brodnica": "BS Brodnica",
    "bank.kasa-stefczyka": "Kasa Stefczyka",
    "bank.bps": "the BPS group",
}
ONLY_PZ = {"bank.alior": "Alior", "bank.santander": "Santander", "bank.envelo": "Envelo"}

LOGINS = [
    ("the code by SMS", "pz-sms", NO),
    ("the confirmation in mObywatel", "pz-push", NO),
    ("mBank, linked to Profil Zaufany,", "pz-bank:bank.mbank", NO),
    ("mojeID at ING", "mojeid:bank.ing", WORKS),
    ("mObywatel started in time", "mobywatel", IF),
    ("the e-dowód and a phone", "edowod-phone", WORKS),
    ("the e-dowód and a reader", "edowod-reader", WORKS),
]

TABLE = [
    *(
        Case(
            f"a patient of {name} logs in to IKP with mojeID all along", "ikp-login", f"mojeid:{bank}", WORKS
        )
        for bank, name in MOJEID.items()
    ),
    *(
        Case(
            f"a patient's log-in through {name} is Profil Zaufany and goes with it",
            "ikp-login",
            f"pz-bank:{bank}",
            NO,
        )
        for bank, name in ONLY_PZ.items()
    ),
    *(
        Case(f"a patient with {name} logs in to IKP", "ikp-login", means, there)
        for name, means, there in LOGINS
    ),
    Case("a patient opens the activated mojeIKP with the own PIN", "mojeikp-use", "mojeikp-pin", WORKS),
    Case("the first log-in to mojeIKP by SMS has to wait", "mojeikp-confirm", "pz-sms", NO),
    Case("the first log-in to mojeIKP by push has to wait", "mojeikp-confirm", "pz-push", NO),
    Case(
        "the first log-in to mojeIKP by PZ at a bank has to wait", "mojeikp-confirm", "pz-bank:bank.ing", NO
    ),
    Case("a new phone is confirmed with mObywatel started in time", "mojeikp-confirm", "mobywatel", IF),
    Case("a new phone is confirmed with the e-dowód on it", "mojeikp-confirm", "edowod-phone", WORKS),
    Case("a new phone is confirmed with the e-dowód in a reader", "mojeikp-confirm", "edowod-reader", WORKS),
    Case("sources differ on mojeID for a new phone: only perhaps", "mojeikp-confirm", "mojeid:bank.ing", IF),
    Case("a patient at the pharmacy has the code and the PESEL", "prescription-collect", "code-pesel", WORKS),
    Case("a patient at the pharmacy has the sheet", "prescription-collect", "printout", WORKS),
    Case("a patient uses a referral by code", "referral-use", "code-pesel", WORKS),
    Case("nobody renews Profil Zaufany by SMS", "pz-manage", "pz-sms", NO),
    Case("nobody renews Profil Zaufany by push", "pz-manage", "pz-push", NO),
    Case("nobody renews Profil Zaufany at a bank", "pz-manage", "pz-bank:bank.pekao", NO),
    Case("a parent opens the child's account with mojeID", "child-account", "mojeid:bank.pekao", WORKS),
    Case("a parent opens the child's account with mObywatel", "child-account", "mobywatel", IF),
    Case("a parent opens the child's account with the e-dowód", "child-account", "edowod-phone", WORKS),
    Case("a parent opens the child's account with the mojeIKP PIN", "child-account", "mojeikp-pin", WORKS),
    Case("a parent's Profil Zaufany opens nothing", "child-account", "pz-sms", NO),
    Case("a parent collects for the child by code", "child-prescription", "code-pesel", WORKS),
    *(
        Case(f"a prescriber with {name} enters gabinet", "gabinet-login", means, there)
        for name, means, there in LOGINS
    ),
    Case("a prescriber cannot sign with the trusted signature", "eprescription-sign", "sign-pz", NO),
    Case("a prescriber signs with the ZUS certificate", "eprescription-sign", "sign-zus", WORKS),
    Case("a prescriber signs with a qualified signature", "eprescription-sign", "sign-qualified", WORKS),
    Case("a pharmacy dispenses with its software", "dispense", "clinic-software", WORKS),
    Case("reception takes a referral by code", "referral-accept", "clinic-software", WORKS),
    Case("reception checks insurance in eWUŚ", "insurance-check", "ewus", WORKS),
    Case("reception prints information sheets", "printout-give", "clinic-software", WORKS),
    Case("registers open with a qualified signature", "registers-login", "sign-qualified", WORKS),
    Case("registers open with the e-dowód", "registers-login", "edowod-phone", WORKS),
    Case("registers do not open with Profil Zaufany", "registers-login", "pz-sms", NO),
    Case("a ZUS certificate is safer fetched before", "zus-certificate-get", "ezus-password", IF),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.sentence)
@pytest.mark.parametrize(
    ("interval", "moments"), [("A", A), ("B", B), ("C", C)], ids=["before", "in the break", "after"]
)
def test_every_row_of_the_worked_out_break(case: Case, interval: str, moments: tuple[datetime, ...]) -> None:
    expected = case.in_break if interval == "B" else WORKS
    for moment in moments:
        row = way(ask(case.task, moment, [BREAK]), case.means)
        assert row.verdict is expected
        assert row.because == (() if expected is WORKS else ("pz-2024-01-19",))
        assert row.prepare_by == (START if expected is IF else None)
        if interval == "B":
            assert row.until == (None if expected is WORKS else END)
        if interval == "C":
            assert row.until is None


@pytest.mark.parametrize("bank", ONLY_PZ)
def test_banks_that_know_only_profil_zaufany_are_never_offered_with_mojeid(bank: str) -> None:
    """«Use your bank» must not be said to their customers."""
    for task in catalogue().tasks:
        rows = ask(task, B[0], [BREAK]).methods
        assert not [row for row in rows if row.method == "mojeid" and row.bank == bank]


def test_the_banks_with_mojeid_are_these_and_no_others() -> None:
    rows = ask("ikp-login", B[0], [BREAK]).methods
    assert {row.bank for row in rows if row.method == "mojeid" and row.verdict is WORKS} == set(MOJEID)


STAFF = [
    ("a ZUS certificate and an eZUS password issue e-ZLA", "ezla-issue", "ezus-password sign-zus", WORKS),
    (
        "a ZUS certificate in clinic software issues e-ZLA",
        "ezla-issue",
        "clinic-software sign-zus",
        WORKS,
    ),
    ("a qualified signature alone enters and signs e-ZLA", "ezla-issue", "sign-qualified", WORKS),
    ("an eZUS password without a signature issues nothing", "ezla-issue", "ezus-password sign-pz", NO),
    ("Profil Zaufany neither enters nor signs e-ZLA", "ezla-issue", "pz-sms sign-pz", NO),
    ("mojeID enters eZUS, the ZUS certificate signs", "ezla-issue", "mojeid:bank.ing sign-zus", WORKS),
    (
        "mObywatel enters eZUS if started, the ZUS certificate signs",
        "ezla-issue",
        "mobywatel sign-zus",
        IF,
    ),
    ("a nurse with only the trusted signature cannot sign", "eprescription-sign", "sign-pz", NO),
    ("a nurse with a ZUS certificate signs", "eprescription-sign", "sign-zus", WORKS),
    ("a receptionist with only Profil Zaufany stays outside gabinet", "gabinet-login", "pz-sms", NO),
    ("a receptionist with an e-dowód does not", "gabinet-login", "pz-sms edowod-reader", WORKS),
    ("a pharmacy needs no means of a person at all", "dispense", "pz-sms", WORKS),
]


@pytest.mark.parametrize(("sentence", "task", "have", "in_break"), STAFF, ids=[row[0] for row in STAFF])
def test_whole_tasks_of_staff(sentence: str, task: str, have: str, in_break: Verdict) -> None:
    for moments, expected in ((A, WORKS), (B, in_break), (C, WORKS)):
        for moment in moments:
            assert ask(task, moment, [BREAK], have.split()).verdict is expected, sentence


@pytest.mark.parametrize("moment", [*A, *B, *C], ids=lambda moment: moment.isoformat())
@pytest.mark.parametrize("task", ["eprescription-sign", "dispense", "prescription-collect"])
def test_paper_is_never_the_answer_while_p1_can_be_reached(task: str, moment: datetime) -> None:
    for have in ((), ("sign-pz",), ("pz-sms",)):
        assert ask(task, moment, [BREAK], have).last_resort not in {"K15", "K16", "K10"}


# --- the very edges ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2024-01-19 19:59:59", WORKS),
        ("2024-01-19 19:59:59.999999", WORKS),
        ("2024-01-19 20:00:00", NO),
        ("2024-01-20 15:59:59", NO),
        ("2024-01-20 15:59:59.999999", NO),
        ("2024-01-20 16:00:00", WORKS),
        ("2024-01-19T19:00:00+00:00", NO),
        ("2024-01-20T15:00:00+00:00", WORKS),
    ],
)
def test_the_break_begins_and_ends_on_the_instant(clock: str, expected: Verdict) -> None:
    assert way(ask("ikp-login", at(clock), [BREAK]), "pz-sms").verdict is expected


def test_before_the_break_the_next_change_is_its_start() -> None:
    row = way(ask("ikp-login", at("2024-01-15 12:00"), [BREAK]), "pz-sms")
    assert (row.verdict, row.until) == (WORKS, START)


# --- people ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody with means, and what becomes of one task in the break."""

    id: str
    sentence: str
    have: str
    task: str
    expected: Verdict
    by: tuple[str, ...]  #: the methods that are left, easiest first


PEOPLE = [
    Person(
        "J01",
        "an mBank client whose Profil Zaufany hangs at mBank logs in with mojeID",
        "mojeid:bank.mbank pz-bank:bank.mbank",
        "ikp-login",
        WORKS,
        ("mojeid",),
    ),
    Person(
        "J03",
        "an Alior client opens mojeIKP with the PIN",
        "pz-bank:bank.alior mojeikp-pin",
        "mojeikp-use",
        WORKS,
        ("mojeikp-pin",),
    ),
    Person(
        "J03",
        "an Alior client has no way into IKP in a browser",
        "pz-bank:bank.alior mojeikp-pin",
        "ikp-login",
        NO,
        (),
    ),
    Person(
        "J04",
        "a Santander client who opened mObywatel in time logs in with it",
        "pz-bank:bank.santander mobywatel",
        "ikp-login",
        IF,
        ("mobywatel",),
    ),
    Person(
        "J05",
        "a Santander client with an e-dowód uses it",
        "pz-bank:bank.santander mobywatel edowod-phone",
        "ikp-login",
        WORKS,
        ("mobywatel", "edowod-phone"),
    ),
    Person(
        "J10",
        "confirming Profil Zaufany by push is still Profil Zaufany, though mObywatel is up",
        "pz-push",
        "ikp-login",
        NO,
        (),
    ),
    Person(
        "J14",
        "a doctor with ING enters gabinet with mojeID",
        "mojeid:bank.ing sign-zus",
        "gabinet-login",
        WORKS,
        ("mojeid",),
    ),
    Person(
        "J14",
        "the same doctor signs with the ZUS certificate",
        "mojeid:bank.ing sign-zus",
        "eprescription-sign",
        WORKS,
        ("sign-zus",),
    ),
    Person(
        "J15",
        "a doctor with ING enters gabinet",
        "mojeid:bank.ing sign-pz",
        "gabinet-login",
        WORKS,
        ("mojeid",),
    ),
    Person(
        "J15",
        "the same doctor, who signs with Profil Zaufany only, cannot sign",
        "mojeid:bank.ing sign-pz",
        "eprescription-sign",
        NO,
        (),
    ),
    Person(
        "J20",
        "a patient at the pharmacy with the code notices nothing",
        "pz-sms",
        "prescription-collect",
        WORKS,
        ("code-pesel", "printout"),
    ),
]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: f"{person.id} {person.sentence}")
def test_people(person: Person) -> None:
    for moment in B:
        answer = ask(person.task, moment, [BREAK], person.have.split())
        assert answer.verdict is person.expected
        assert tuple(row.method for row in answer.methods if not row.verdict.lost) == person.by


def test_j04_and_j05_mobywatel_is_promised_only_to_those_who_opened_it_before_the_start() -> None:
    """18:00 was in time and 21:00 was not: the deadline is the start of the break, whenever one asks."""
    for moment in B:
        row = way(ask("ikp-login", moment, [BREAK]), "mobywatel")
        assert row.verdict is IF
        assert row.prepare_by is not None
        assert at("2024-01-19 18:00") < row.prepare_by <= at("2024-01-19 21:00")


def test_j15_is_sent_to_another_signature_and_not_to_paper() -> None:
    answer = ask("eprescription-sign", B[1], [BREAK], ["mojeid:bank.ing", "sign-pz"])
    assert answer.last_resort == "K12"


def test_j20_gets_the_same_answer_as_on_any_other_day() -> None:
    profile = Profile.of(["pz-sms"])
    task = catalogue().tasks["prescription-collect"]
    calm, broken = (Instant(Outlook(network(), known), B[1]).task(task, profile) for known in ([], [BREAK]))
    assert calm == broken


# --- the file that is shipped --------------------------------------------------------------------------------------


def test_the_window_in_config_is_this_break() -> None:
    kept = {one.id: one for one in config().windows}["pz-2024-01-19"]
    assert (kept.systems, kept.start, kept.end) == (BREAK.systems, BREAK.start, BREAK.end)
    assert (kept.status, kept.impact) == (BREAK.status, BREAK.impact)
    assert kept.source.published == at("2024-01-12 00:00")


@pytest.mark.parametrize("audience", ["patient", "parent", "doctor", "nurse", "pharmacist", "reception"])
def test_the_break_leaves_something_for_every_essential_task_of_everybody(audience: str) -> None:
    advice = advise(BREAK, audience)
    assert advice.severity == "major"
    assert all(not task.verdict.lost for task in advice.tasks if task.essential)
