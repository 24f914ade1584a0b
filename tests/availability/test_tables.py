"""Method × single outage, and what one outage takes away and leaves: the tables, cell by cell.

In a table ``ok`` is usable, ``if`` only if prepared, ``no`` unusable, ``unk`` unknown.
"""

from __future__ import annotations

import pytest

from notifier.model import Means, Verdict
from tests.availability.world import NO, NOON, UNK, WORKS, ask, cells, down, table, way

# --- a patient logging in to IKP ---------------------------------------------------------------------------

OUTAGES = ("pz", "login-gov", "mojeid", "own bank", "mobywatel", "edowod", "p1", "sms")

# who | what with what | own bank | verdicts while each of the outages lasts
PATIENT = """
PZ with a code by SMS            | ikp-login pz-sms                   | mbank        | no no ok ok ok ok no no
PZ with a push                   | ikp-login pz-push                  | mbank        | no no ok ok no ok no ok
PZ through mBank                 | ikp-login pz-bank:bank.mbank       | mbank        | no no ok no ok ok no unk
PZ through a cooperative bank    | ikp-login pz-bank:bank.bps         | bps          | no no unk no ok ok no unk
PZ through BS Brodnica           | ikp-login pz-bank:bank.bs-brodnica | bs-brodnica  | no no unk no ok ok no unk
mojeID at mBank                  | ikp-login mojeid:bank.mbank        | mbank        | ok no no no ok ok no unk
mojeID at a cooperative bank     | ikp-login mojeid:bank.bps          | bps          | ok no no no ok ok no unk
mojeID at PKO (iPKO)             | ikp-login mojeid:bank.pko.ipko     | pko          | ok no unk no ok ok no unk
mojeID at Inteligo               | ikp-login mojeid:bank.pko.inteligo | pko.inteligo | ok no unk no ok ok no unk
mObywatel                        | ikp-login mobywatel                | mbank        | if no ok ok no ok no ok
the e-dowód and a phone          | ikp-login edowod-phone             | mbank        | ok no ok ok ok no no ok
the e-dowód and a reader         | ikp-login edowod-reader            | mbank        | ok no ok ok ok no no ok
mojeIKP with the own PIN instead | mojeikp-use mojeikp-pin            | mbank        | ok ok ok ok ok ok no ok
"""


@pytest.mark.parametrize(
    ("ways", "system", "expected"),
    [
        pytest.param(
            ways, f"bank.{bank}" if outage == "own bank" else outage, verdict, id=f"{who}: {outage} down"
        )
        for who, ways, bank, verdicts in table(PATIENT)
        for outage, verdict in zip(OUTAGES, cells(verdicts), strict=True)
    ],
)
def test_patient_methods(ways: str, system: str, expected: Verdict) -> None:
    task, means = ways.split()
    assert way(ask(task, NOON, down(system)), means).verdict is expected


# --- staff -------------------------------------------------------------------------------------------------

STAFF_OUTAGES = ("pz", "login-gov", "mobywatel", "mojeid", "bank.ing", "p1", "ezus", "ezla")

# what | task and means, -system for what is down all along ("in gabinet" is somebody without clinic software,
# "in software" the other way round) | verdicts. A pharmacy without P1 still has the patient's information sheet.
STAFF = """
entering gabinet with PZ by SMS                | gabinet-login pz-sms                       | no no ok ok ok no ok ok
entering gabinet with PZ by push               | gabinet-login pz-push                      | no no no ok ok no ok ok
entering gabinet with PZ at ING                | gabinet-login pz-bank:bank.ing             | no no ok ok no no ok ok
entering gabinet with mojeID at ING            | gabinet-login mojeid:bank.ing              | ok no ok no no no ok ok
entering gabinet with mObywatel                | gabinet-login mobywatel                    | if no no ok ok no ok ok
entering gabinet with the e-dowód              | gabinet-login edowod-reader                | ok no ok ok ok no ok ok
signing in gabinet with PZ                     | eprescription-sign sign-pz -ehr            | no no ok ok ok no ok ok
signing in gabinet with the ZUS certificate    | eprescription-sign sign-zus -ehr           | ok no ok ok ok no ok ok
signing in software with the ZUS certificate   | eprescription-sign sign-zus -gabinet       | ok ok ok ok ok no ok ok
signing in software with a qualified signature | eprescription-sign sign-qualified -gabinet | ok ok ok ok ok no ok ok
signing in software with PZ                    | eprescription-sign sign-pz -gabinet        | no unk ok ok ok no ok ok
e-ZLA: eZUS password, ZUS certificate          | ezla-issue ezus-password sign-zus          | ok ok ok ok ok ok no no
e-ZLA entered with PZ by SMS                   | ezla-issue pz-sms sign-zus                 | no no ok ok ok ok no no
e-ZLA entered with mojeID at ING               | ezla-issue mojeid:bank.ing sign-zus        | ok no ok no no ok no no
e-ZLA entered with mObywatel                   | ezla-issue mobywatel sign-zus              | if no no ok ok ok no no
e-ZLA entered with the e-dowód                 | ezla-issue edowod-phone sign-zus           | ok no ok ok ok ok no no
e-ZLA in software, which may pass P1           | ezla-issue clinic-software sign-zus        | ok ok ok ok ok unk no no
e-ZLA: eZUS password, signed with PZ           | ezla-issue ezus-password sign-pz           | no ok ok ok ok ok no no
dispensing in a pharmacy as usual              | dispense clinic-software                   | ok ok ok ok ok if ok ok
registers with a qualified signature           | registers-login sign-qualified             | ok ok ok ok ok unk ok ok
checking insurance in eWUŚ                     | insurance-check ewus                       | ok ok ok ok ok ok ok ok
"""


@pytest.mark.parametrize(
    ("ways", "system", "expected"),
    [
        pytest.param(ways, outage, verdict, id=f"{what}: {outage} down")
        for what, ways, verdicts in table(STAFF)
        for outage, verdict in zip(STAFF_OUTAGES, cells(verdicts), strict=True)
    ],
)
def test_staff_tasks(ways: str, system: str, expected: Verdict) -> None:
    task, *means = ways.split()
    have = [name for name in means if not name.startswith("-")]
    without = [name[1:] for name in means if name.startswith("-")]
    assert ask(task, NOON, down(system, *without), have).verdict is expected


def test_pharmacy_software_itself_is_lost_with_p1() -> None:
    answer = ask("dispense", NOON, down("p1"))
    assert way(answer, "clinic-software").verdict is NO
    assert answer.last_resort == "K16"


# --- what one failure takes away, and what it leaves -------------------------------------------------------

# system | task | the methods of the task that it takes
TAKES = """
pz         | ikp-login            | pz-sms pz-push pz-bank:bank.ing
pz         | gabinet-login        | pz-sms
pz         | mojeikp-confirm      | pz-sms
pz         | registers-login      | pz-sms
pz         | ezla-issue           | pz-sms sign-pz
pz         | eprescription-sign   | sign-pz
pz         | pz-manage            | pz-sms
pz         | child-account        | pz-bank:bank.alior
pz.login   | ikp-login            | pz-sms
pz.login   | pz-manage            | pz-sms
pz.sign    | eprescription-sign   | sign-pz
pz.sign    | ezla-issue           | sign-pz
pz.account | pz-manage            | pz-sms pz-push
login-gov  | ikp-login            | mojeid:bank.ing mobywatel edowod-phone pz-sms
login-gov  | gabinet-login        | mojeid:bank.ing mobywatel edowod-reader pz-bank:bank.ing
login-gov  | registers-login      | mojeid:bank.ing edowod-phone
login-gov  | mojeikp-confirm      | mobywatel edowod-reader
login-gov  | ezla-issue           | mojeid:bank.ing
mojeid     | ikp-login            | mojeid:bank.ing mojeid:bank.pekao
mojeid     | gabinet-login        | mojeid:bank.bps
mojeid     | child-account        | mojeid:bank.mbank
bank.ing   | ikp-login            | mojeid:bank.ing pz-bank:bank.ing
bank.ing   | gabinet-login        | mojeid:bank.ing
bank.ing   | ezla-issue           | bank-direct:bank.ing
bank       | ikp-login            | mojeid:bank.ing mojeid:bank.pko.ipko pz-bank:bank.envelo
bank.pko   | ikp-login            | mojeid:bank.pko.ipko mojeid:bank.pko.inteligo pz-bank:bank.pko.ipko
mobywatel  | ikp-login            | mobywatel pz-push
mobywatel  | gabinet-login        | mobywatel
mobywatel  | mojeikp-confirm      | mobywatel
edowod     | ikp-login            | edowod-phone edowod-reader
edowod     | mojeikp-confirm      | edowod-phone
edowod     | gabinet-login        | edowod-reader
edowod     | eprescription-sign   | sign-personal
ikp        | ikp-login            | mojeid:bank.ing mobywatel edowod-phone
p1         | ikp-login            | mojeid:bank.ing
p1         | mojeikp-use          | mojeikp-pin
p1         | gabinet-login        | edowod-reader
p1         | eprescription-sign   | sign-zus
p1         | referral-use         | code-pesel
p1         | prescription-collect | code-pesel
p1         | dispense             | clinic-software
p1         | referral-accept      | clinic-software
p1         | printout-give        | clinic-software
ezus       | ezla-issue           | ezus-password clinic-software
ezus       | zus-certificate-get  | ezus-password
ezla       | ezla-issue           | ezus-password clinic-software
zuscert    | zus-certificate-get  | ezus-password sign-qualified
sms        | ikp-login            | pz-sms
ewus       | insurance-check      | ewus
ehr        | dispense             | clinic-software
ueoz       | registers-login      | sign-qualified mojeid:bank.ing
qsig       | eprescription-sign   | sign-qualified
qsig       | ezla-issue           | sign-qualified
qsig       | registers-login      | sign-qualified
"""

# … leaves as they are
LEAVES = """
pz            | ikp-login            | mojeid:bank.ing edowod-phone
pz            | mojeikp-use          | mojeikp-pin
pz            | eprescription-sign   | sign-zus sign-qualified
pz            | dispense             | clinic-software
pz            | prescription-collect | code-pesel
pz.sign       | ikp-login            | pz-sms mobywatel
pz.account    | ikp-login            | pz-sms mobywatel
pz.account    | eprescription-sign   | sign-pz
login-gov     | mojeikp-use          | mojeikp-pin
login-gov     | eprescription-sign   | sign-zus
login-gov     | ezla-issue           | ezus-password clinic-software
login-gov     | dispense             | clinic-software
login-gov     | prescription-collect | code-pesel
login-gov     | registers-login      | sign-qualified
mojeid        | ikp-login            | pz-sms mobywatel edowod-phone pz-bank:bank.ing
bank.ing      | ikp-login            | pz-sms mobywatel edowod-phone mojeid:bank.mbank pz-bank:bank.mbank
bank          | ikp-login            | pz-sms mobywatel edowod-phone
bank          | mojeikp-use          | mojeikp-pin
bank.pko.ipko | ikp-login            | mojeid:bank.pko.inteligo
mobywatel     | ikp-login            | pz-sms mojeid:bank.ing edowod-phone
edowod        | ikp-login            | pz-sms mojeid:bank.ing mobywatel
edowod        | mojeikp-use          | mojeikp-pin
ikp           | prescription-collect | code-pesel
ikp           | eprescription-sign   | sign-zus
ikp           | gabinet-login        | mojeid:bank.ing
ikp           | dispense             | clinic-software
p1            | ezla-issue           | ezus-password
ezus          | eprescription-sign   | sign-zus
ezus          | ikp-login            | mojeid:bank.ing pz-sms
ezla          | eprescription-sign   | sign-zus
ezla          | ikp-login            | mojeid:bank.ing
ezla          | zus-certificate-get  | ezus-password
sms           | ikp-login            | pz-push mobywatel
sms           | prescription-collect | printout code-pesel
ewus          | insurance-check      | declaration
"""

# … may or may not take: said to be unknown
MAY_TAKE = """
mojeid | ikp-login       | mojeid:bank.pko.ipko mojeid:bank.pko.inteligo pz-bank:bank.bps pz-bank:bank.sgb
ikp    | mojeikp-use     | mojeikp-pin
sms    | ikp-login       | mojeid:bank.ing pz-bank:bank.ing
p1     | ezla-issue      | clinic-software
p1     | registers-login | sign-qualified
"""


@pytest.mark.parametrize(
    ("system", "task", "means", "expected"),
    [
        pytest.param(system, task, means, verdict, id=f"{system} {words} {means} in {task}")
        for text, verdict, words in (
            (TAKES, NO, "takes"),
            (LEAVES, WORKS, "leaves"),
            (MAY_TAKE, UNK, "may take"),
        )
        for system, task, ways in table(text)
        for means in ways.split()
    ],
)
def test_what_one_failure_takes_and_leaves(system: str, task: str, means: str, expected: Verdict) -> None:
    rows = [row for row in ask(task, NOON, down(system)).methods if str(Means(row.method, row.bank)) == means]
    assert rows
    assert {row.verdict for row in rows} == {expected}
