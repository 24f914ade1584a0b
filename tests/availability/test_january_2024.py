"""Profil Zaufany was off from Friday 19 January 2024, 20:00, to Saturday, 16:00: who could do what, and how.

``ok`` is usable, ``if`` only for those who prepared, ``no`` unusable. A is the time from the announcement to
the start, B the break itself, C the time from the planned end on; in A and C everything works.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from notifier.availability import Instant, Outlook
from notifier.model import Means, Profile, Verdict
from tests.availability.world import (
    CELLS,
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
    table,
    way,
    window,
)

BREAK = window("pz", "2024-01-19 20:00", "2024-01-20 16:00", id="pz-2024-01-19")
START, END = at("2024-01-19 20:00"), at("2024-01-20 16:00")

A = (at("2024-01-12 00:00"), at("2024-01-19 12:00"), last(START))
B = (START, at("2024-01-19 21:00"), at("2024-01-20 00:00"), at("2024-01-20 12:00"), last(END))
C = (END, at("2024-01-20 20:00"), at("2024-02-19 20:00"))

MOJEID = (
    "bank.pko.ipko bank.pko.inteligo bank.pekao bank.bos bank.bnp-paribas bank.velobank bank.credit-agricole "
    "bank.mbank bank.millennium bank.ing bank.bs-brodnica bank.kasa-stefczyka bank.bps"
).split()
ONLY_PZ = ("bank.alior", "bank.santander", "bank.envelo")

# who does what | task | with what | in the break
TABLE = """
a patient logs in to IKP with PZ and an SMS             | ikp-login            | pz-sms             | no
a patient logs in to IKP with PZ and a push             | ikp-login            | pz-push            | no
a patient logs in to IKP with PZ at mBank               | ikp-login            | pz-bank:bank.mbank | no
a patient logs in to IKP with mObywatel started before  | ikp-login            | mobywatel          | if
a patient logs in to IKP with e-dowód and phone         | ikp-login            | edowod-phone       | ok
a patient logs in to IKP with e-dowód and reader        | ikp-login            | edowod-reader      | ok
a patient opens the activated mojeIKP with the own PIN  | mojeikp-use          | mojeikp-pin        | ok
the first log-in to mojeIKP by SMS has to wait          | mojeikp-confirm      | pz-sms             | no
the first log-in to mojeIKP by push has to wait         | mojeikp-confirm      | pz-push            | no
the first log-in to mojeIKP by PZ at a bank has to wait | mojeikp-confirm      | pz-bank:bank.ing   | no
a new phone is confirmed with mObywatel started before  | mojeikp-confirm      | mobywatel          | if
a new phone is confirmed with the e-dowód on it         | mojeikp-confirm      | edowod-phone       | ok
a new phone is confirmed with the e-dowód in a reader   | mojeikp-confirm      | edowod-reader      | ok
sources differ on mojeID for a new phone                | mojeikp-confirm      | mojeid:bank.ing    | if
a patient has the code and the PESEL at the pharmacy    | prescription-collect | code-pesel         | ok
a patient has the sheet at the pharmacy                 | prescription-collect | printout           | ok
a patient uses a referral by code                       | referral-use         | code-pesel         | ok
nobody renews Profil Zaufany by SMS                     | pz-manage            | pz-sms             | no
nobody renews Profil Zaufany by push                    | pz-manage            | pz-push            | no
nobody renews Profil Zaufany at a bank                  | pz-manage            | pz-bank:bank.pekao | no
a parent opens the child's account with mojeID          | child-account        | mojeid:bank.pekao  | ok
a parent opens the child's account with mObywatel       | child-account        | mobywatel          | if
a parent opens the child's account with the e-dowód     | child-account        | edowod-phone       | ok
a parent opens the child's account with the mojeIKP PIN | child-account        | mojeikp-pin        | ok
a parent's Profil Zaufany opens nothing                 | child-account        | pz-sms             | no
a parent collects for the child by code                 | child-prescription   | code-pesel         | ok
a prescriber enters gabinet with PZ and an SMS          | gabinet-login        | pz-sms             | no
a prescriber enters gabinet with PZ and a push          | gabinet-login        | pz-push            | no
a prescriber enters gabinet with PZ at ING              | gabinet-login        | pz-bank:bank.ing   | no
a prescriber enters gabinet with mojeID                 | gabinet-login        | mojeid:bank.ing    | ok
a prescriber enters gabinet with mObywatel              | gabinet-login        | mobywatel          | if
a prescriber enters gabinet with e-dowód and phone      | gabinet-login        | edowod-phone       | ok
a prescriber enters gabinet with e-dowód and reader     | gabinet-login        | edowod-reader      | ok
a prescriber signs with the trusted signature           | eprescription-sign   | sign-pz            | no
a prescriber signs with the ZUS certificate             | eprescription-sign   | sign-zus           | ok
a prescriber signs with a qualified signature           | eprescription-sign   | sign-qualified     | ok
a pharmacy dispenses with its software                  | dispense             | clinic-software    | ok
reception takes a referral by code                      | referral-accept      | clinic-software    | ok
reception checks insurance in eWUŚ                      | insurance-check      | ewus               | ok
reception prints information sheets                     | printout-give        | clinic-software    | ok
registers open with a qualified signature               | registers-login      | sign-qualified     | ok
registers open with the e-dowód                         | registers-login      | edowod-phone       | ok
registers open with Profil Zaufany                      | registers-login      | pz-sms             | no
a ZUS certificate is safer fetched before               | zus-certificate-get  | ezus-password      | if
"""

ROWS = [
    *table(TABLE),
    *(["a patient logs in to IKP with mojeID", "ikp-login", f"mojeid:{bank}", "ok"] for bank in MOJEID),
    *(["a bank that only carries PZ goes with it", "ikp-login", f"pz-bank:{bank}", "no"] for bank in ONLY_PZ),
]


@pytest.mark.parametrize(
    ("task", "means", "in_break"), [pytest.param(*rest, id=f"{who} ({rest[1]})") for who, *rest in ROWS]
)
@pytest.mark.parametrize("moments", [A, B, C], ids=["A", "B", "C"])
def test_every_row_of_the_worked_out_break(
    task: str, means: str, in_break: str, moments: tuple[datetime, ...]
) -> None:
    expected = CELLS[in_break] if moments is B else WORKS
    for moment in moments:
        row = way(ask(task, moment, [BREAK]), means)
        assert row.verdict is expected
        assert row.because == (() if expected is WORKS else ("pz-2024-01-19",))
        assert row.prepare_by == (START if expected is IF else None)
        changes = {
            A: START if CELLS[in_break] is not WORKS else None,
            B: END if expected is not WORKS else None,
        }
        assert row.until == changes.get(moments)


@pytest.mark.parametrize("bank", ONLY_PZ)
def test_banks_that_know_only_profil_zaufany_are_never_offered_with_mojeid(bank: str) -> None:
    """«Use your bank» must not be said to their customers."""
    for task in catalogue().tasks:
        rows = ask(task, START, [BREAK]).methods
        assert not [row for row in rows if row.method == "mojeid" and row.bank == bank]


def test_the_banks_with_mojeid_are_these_and_no_others() -> None:
    rows = ask("ikp-login", START, [BREAK]).methods
    assert [row.bank for row in rows if row.method == "mojeid" and row.verdict is WORKS] == MOJEID


# --- people ------------------------------------------------------------------------------------------------

# who does what | task: what they have, with a star what is left of it in the break | what comes of it in the break
PEOPLE = """
J01 an mBank client whose PZ hangs at mBank    | ikp-login: mojeid:bank.mbank* pz-bank:bank.mbank           | ok
J03 an Alior client in mojeIKP                 | mojeikp-use: pz-bank:bank.alior mojeikp-pin*               | ok
J03 an Alior client in a browser               | ikp-login: pz-bank:bank.alior mojeikp-pin                  | no
J04 a Santander client with mObywatel          | ikp-login: pz-bank:bank.santander mobywatel*               | if
J05 a Santander client with e-dowód            | ikp-login: pz-bank:bank.santander mobywatel* edowod-phone* | ok
J10 a push is still PZ, though mObywatel is up | ikp-login: pz-push                                         | no
J14 a doctor with ING enters gabinet           | gabinet-login: mojeid:bank.ing* sign-zus                   | ok
J14 and signs with the ZUS certificate         | eprescription-sign: mojeid:bank.ing sign-zus*              | ok
J15 a doctor with ING enters gabinet           | gabinet-login: mojeid:bank.ing* sign-pz                    | ok
J15 and cannot sign with PZ only               | eprescription-sign: mojeid:bank.ing sign-pz                | no
J20 a patient at the pharmacy has the SMS code | prescription-collect: pz-sms                               | ok
a ZUS certificate and an eZUS password         | ezla-issue: ezus-password* sign-zus*                       | ok
a ZUS certificate in clinic software           | ezla-issue: clinic-software* sign-zus*                     | ok
a qualified signature enters and signs         | ezla-issue: sign-qualified*                                | ok
an eZUS password and the trusted signature     | ezla-issue: ezus-password* sign-pz                         | no
PZ neither enters nor signs                    | ezla-issue: pz-sms sign-pz                                 | no
mojeID enters eZUS, the certificate signs      | ezla-issue: mojeid:bank.ing* sign-zus*                     | ok
mObywatel enters eZUS, the certificate signs   | ezla-issue: mobywatel* sign-zus*                           | if
a nurse with only the trusted signature        | eprescription-sign: sign-pz                                | no
a nurse with a ZUS certificate                 | eprescription-sign: sign-zus*                              | ok
a receptionist with only PZ                    | gabinet-login: pz-sms                                      | no
a receptionist with an e-dowód                 | gabinet-login: pz-sms edowod-reader*                       | ok
a pharmacy needs no means of a person          | dispense: pz-sms                                           | ok
"""


@pytest.mark.parametrize(
    ("ways", "in_break"), [pytest.param(*rest, id=f"{who} ({rest[0]})") for who, *rest in table(PEOPLE)]
)
def test_people(ways: str, in_break: str) -> None:
    task, means = ways.split(": ")
    have = means.replace("*", "").split()
    left = {name.removesuffix("*") for name in means.split() if name.endswith("*")}
    for moment in (*A, *C):
        assert ask(task, moment, [BREAK], have).verdict is WORKS
    for moment in B:
        answer = ask(task, moment, [BREAK], have)
        assert answer.verdict is CELLS[in_break]
        works = {str(Means(row.method, row.bank)) for row in answer.methods if not row.verdict.lost}
        assert works & set(have) == left


def test_j04_and_j05_mobywatel_is_promised_only_to_those_who_opened_it_before_the_start() -> None:
    """18:00 was in time and 21:00 was not: the deadline is the start of the break, whenever one asks."""
    for moment in B:
        row = way(ask("ikp-login", moment, [BREAK]), "mobywatel")
        assert row.verdict is IF
        assert row.prepare_by is not None
        assert at("2024-01-19 18:00") < row.prepare_by <= at("2024-01-19 21:00")


def test_j15_is_sent_to_another_signature_and_not_to_paper() -> None:
    answer = ask("eprescription-sign", START, [BREAK], ["mojeid:bank.ing", "sign-pz"])
    assert answer.last_resort == "K12"


def test_j20_gets_the_same_answer_as_on_any_other_day() -> None:
    profile = Profile.of(["pz-sms"])
    task = catalogue().tasks["prescription-collect"]
    calm, broken = (Instant(Outlook(network(), known), START).task(task, profile) for known in ([], [BREAK]))
    assert calm == broken


@pytest.mark.parametrize("moment", [*A, *B, *C], ids=lambda moment: moment.isoformat())
@pytest.mark.parametrize("task", ["eprescription-sign", "dispense", "prescription-collect"])
def test_paper_is_never_the_answer_while_p1_can_be_reached(task: str, moment: datetime) -> None:
    for have in ((), ("sign-pz",), ("pz-sms",)):
        assert ask(task, moment, [BREAK], have).last_resort not in {"K15", "K16", "K10"}


# --- the very edges ----------------------------------------------------------------------------------------


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


# --- the file that is shipped --------------------------------------------------------------------------------


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
