"""Line by line: what each way to do a task falls with, and that it falls with nothing else."""

from __future__ import annotations

import pytest

from notifier.model import Verdict
from tests.availability.world import IF, NO, NOON, UNK, WORKS, advise, ask, catalogue, cells, down, table, way

# Names for what often goes together.
GROUPS = {
    "IKP": "login-gov ikp p1",
    "GAB": "login-gov gabinet p1",
    "CONFIRM": "login-gov mojeikp p1",
    "REG": "ueoz registers",
    "ZLA": "ezus ezla",
    "HUB": "mojeid bank",
    "PZ": "pz pz.login",
    "MOB": "mobywatel mobywatel.online",
    "READY": "pz pz.login mobywatel.activation",
}
MARKS = {"?": UNK, "~": IF}

# fact | what | task, method (and step, where a method serves two) | while Profil Zaufany is down | what it falls with:
# a plain name takes it away, ?name leaves it unknown, ~name leaves it to those who prepared
LINES = """
P01 | IKP with PZ by SMS                     | ikp-login pz-sms                  | no | IKP PZ sms
P01 | IKP with PZ by push                    | ikp-login pz-push                 | no | IKP PZ MOB
P01 | IKP with PZ at Alior                   | ikp-login pz-bank:bank.alior      | no | IKP PZ bank bank.alior ?sms
P02 | IKP with mojeID                        | ikp-login mojeid:bank.ing         | ok | IKP HUB bank.ing ?sms
P03 | IKP with mObywatel                     | ikp-login mobywatel               | if | IKP MOB ~READY
P05 | IKP with e-dowód and phone             | ikp-login edowod-phone            | ok | IKP edowod
P06 | IKP with e-dowód and reader            | ikp-login edowod-reader           | ok | IKP edowod
P08 | mojeIKP with the own PIN               | mojeikp-use mojeikp-pin           | ok | mojeikp p1 ?ikp
P10 | first mojeIKP log-in: mObywatel        | mojeikp-confirm mobywatel         | if | CONFIRM MOB ~READY
P11 | first mojeIKP log-in: e-dowód, phone   | mojeikp-confirm edowod-phone      | ok | CONFIRM edowod
P11 | first mojeIKP log-in: e-dowód, reader  | mojeikp-confirm edowod-reader     | ok | CONFIRM edowod
P12 | first mojeIKP log-in: mojeID           | mojeikp-confirm mojeid:bank.ing   | if | CONFIRM HUB bank.ing ?sms ~PZ
P13 | first mojeIKP log-in: PZ               | mojeikp-confirm pz-sms            | no | CONFIRM PZ sms
P16 | an e-prescription by code              | prescription-collect code-pesel   | ok | p1
P17 | an e-prescription by sheet             | prescription-collect printout     | ok | ~p1
P20 | an e-referral by code                  | referral-use code-pesel           | ok | p1
P21 | a visit booked in mojeIKP              | visit-book mojeikp-pin            | ok | mojeikp p1 ereg ?ikp
P22 | a visit booked in person or by phone   | visit-book in-person              | ok |
P23 | sick leave seen in mojeIKP             | sickleave-see mojeikp-pin         | ok | mojeikp p1 ?ikp
P23 | sick leave seen in IKP                 | sickleave-see mojeid:bank.ing     | ok | IKP HUB bank.ing ?sms
P25 | PZ managed with SMS                    | pz-manage pz-sms                  | no | PZ pz.account sms
C01 | the child's account with mojeID        | child-account mojeid:bank.ing     | ok | IKP HUB bank.ing ?sms
C01 | the child's account with mObywatel     | child-account mobywatel           | if | IKP MOB ~READY
C01 | the child's account with the e-dowód   | child-account edowod-phone        | ok | IKP edowod
C02 | the child's account in mojeIKP         | child-account mojeikp-pin         | ok | mojeikp p1 ?ikp
C03 | by the other parent, let in before     | child-account authorised-person   | if | p1 ~PZ ~login-gov ~ikp
C08 | the child's prescription by code       | child-prescription code-pesel     | ok | p1
D01 | gabinet with PZ                        | gabinet-login pz-sms              | no | GAB PZ sms
D02 | gabinet with mojeID                    | gabinet-login mojeid:bank.ing     | ok | GAB HUB bank.ing ?sms
D03 | gabinet with mObywatel                 | gabinet-login mobywatel           | if | GAB MOB ~READY
D04 | gabinet with e-dowód                   | gabinet-login edowod-reader       | ok | GAB edowod
D05 | an e-prescription, trusted signature   | eprescription-sign sign-pz        | no | p1 pz pz.sign ?login-gov
D06 | an e-prescription, ZUS certificate     | eprescription-sign sign-zus       | ok | p1
D07 | an e-prescription, qualified signature | eprescription-sign sign-qualified | ok | p1 qsig
D12 | e-ZLA entered with the eZUS password   | ezla-issue ezus-password          | ok | ZLA
D12 | e-ZLA, ZUS certificate                 | ezla-issue sign-zus               | ok | ZLA
D12 | e-ZLA, qualified signature             | ezla-issue sign-qualified sign    | ok | ZLA qsig
D13 | e-ZLA entered with PZ                  | ezla-issue pz-sms                 | no | ZLA login-gov PZ sms
D13 | e-ZLA, trusted signature               | ezla-issue sign-pz                | no | ZLA pz pz.sign
D15 | e-ZLA in clinic software               | ezla-issue clinic-software        | ok | ZLA ehr ?p1
D20 | registers with a qualified signature   | registers-login sign-qualified    | ok | REG qsig ?p1
D21 | registers with the e-dowód             | registers-login edowod-phone      | ok | REG login-gov edowod ?p1
D21 | registers with mObywatel               | registers-login mobywatel         | if | REG login-gov MOB ?p1 ~READY
D22 | a ZUS certificate by eZUS password     | zus-certificate-get ezus-password | if | ezus zuscert ~PZ
F01 | dispensing in pharmacy software        | dispense clinic-software          | ok | p1 ehr
F03 | dispensing on information              | dispense printout                 | ok | ~p1
R02 | a referral taken by code               | referral-accept clinic-software   | ok | p1 ehr
R03 | a sheet printed in clinic software     | printout-give clinic-software     | ok | p1 ehr
R03 | a sheet printed in gabinet             | printout-give edowod-phone        | ok | GAB edowod
R04 | insurance checked in eWUŚ              | insurance-check ewus              | ok | ewus
R04 | insurance by declaration               | insurance-check declaration       | ok |
"""


def falls(text: str) -> dict[str, Verdict]:
    """The verdict under each single outage, by system; everything that is not named leaves it usable."""
    facts = catalogue()
    found = dict.fromkeys([*facts.systems, *facts.banks], WORKS)
    for word in text.split():
        verdict, name = MARKS.get(word[0], NO), word.lstrip("?~")
        for system in GROUPS.get(name, name).split():
            assert system in found, f"no system {system}"
            found[system] = verdict
    return found


@pytest.mark.parametrize(
    ("ways", "in_pz", "text"),
    [pytest.param(*rest, id=f"{fact} {what}") for fact, what, *rest in table(LINES)],
)
def test_each_line_falls_with_what_it_names_and_with_nothing_else(ways: str, in_pz: str, text: str) -> None:
    task, means, *step = ways.split()
    expected = falls(text)
    assert [expected["pz"]] == cells(in_pz)
    got = {name: way(ask(task, NOON, down(name)), means, *step).verdict for name in expected}
    assert got == expected


@pytest.mark.parametrize(
    ("sentence", "task", "means"),
    [
        ("P07 a qualified signature is not offered to patients", "ikp-login", "sign-qualified"),
        (
            "D09 the free signature in mObywatel is not offered for prescriptions",
            "eprescription-sign",
            "sign-mob",
        ),
        ("a personal signature is no way into IKP", "ikp-login", "sign-personal"),
        ("Alior has no mojeID", "ikp-login", "mojeid:bank.alior"),
        ("Santander has no mojeID", "ikp-login", "mojeid:bank.santander"),
        ("Envelo has no mojeID", "ikp-login", "mojeid:bank.envelo"),
        ("Nest is not listed at all", "ikp-login", "mojeid:bank.nest"),
    ],
)
def test_what_must_not_be_offered(sentence: str, task: str, means: str) -> None:
    method, _, bank = means.partition(":")
    rows = ask(task, NOON, []).methods
    assert not [row for row in rows if row.method == method and (row.bank or "") == bank], sentence


@pytest.mark.parametrize(
    ("task", "means"),
    [
        ("ikp-login", "mojeid:bank.sgb"),
        ("ikp-login", "pz-bank:bank.sgb"),
        ("eprescription-sign", "sign-personal"),
        ("ezla-issue", "bank-direct:bank.ing"),
    ],
)
def test_what_nobody_is_sure_of_is_unknown_even_on_a_good_day(task: str, means: str) -> None:
    assert way(ask(task, NOON, []), means).verdict is UNK


@pytest.mark.parametrize("system", [name for name in catalogue().systems if name.startswith("payments")])
@pytest.mark.parametrize("audience", sorted(catalogue().audiences))
def test_x29_payments_touch_no_log_in(system: str, audience: str) -> None:
    advice = advise(down(system)[0], audience)
    assert (advice.severity, advice.tasks, advice.prepare) == ("none", (), ())
