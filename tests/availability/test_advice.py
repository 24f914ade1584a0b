"""What one audience is told about one window: how much it matters, what it touches, what goes on as always."""

from __future__ import annotations

import pytest

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.model import (
    AnyOf,
    Audience,
    Catalogue,
    Impact,
    Interval,
    Method,
    MethodAnswer,
    MethodUse,
    Needs,
    Severity,
    Status,
    Step,
    System,
    Task,
    Verdict,
    Window,
)
from tests.availability.world import (
    DAY,
    IF,
    NO,
    NOON,
    SLOW,
    UNK,
    WORKS,
    advise,
    ask,
    at,
    catalogue,
    down,
    row,
    table,
)

# --- severity ----------------------------------------------------------------------------------------------

# why | what is down | for whom | how much it matters
SEVERITIES = """
patients keep other ways into IKP                     | pz                   | patient    | major
parents too                                           | pz                   | parent     | major
doctors keep other ways to enter and sign             | pz                   | doctor     | major
nurses too                                            | pz                   | nurse      | major
reception keeps other ways into gabinet               | pz                   | reception  | major
patients have no way into IKP                         | login-gov            | patient    | critical
doctors have no way into gabinet                      | login-gov            | doctor     | critical
parents still open mojeIKP by PIN                     | login-gov            | parent     | major
pharmacies need it for registers only                 | login-gov            | pharmacist | major
IKP is empty                                          | p1                   | patient    | critical
the child's account is empty                          | p1                   | parent     | critical
nothing is signed                                     | p1                   | doctor     | critical
pharmacies can dispense on information                | p1                   | pharmacist | major
no e-referral is taken                                | p1                   | reception  | critical
nobody logs in to it                                  | ikp                  | patient    | critical
doctors do not work in IKP                            | ikp                  | doctor     | none
mojeIKP is not essential                              | mojeikp              | patient    | major
nobody enters it                                      | gabinet              | doctor     | critical
it is none of a patient's business                    | gabinet              | patient    | none
no e-ZLA without eZUS                                 | ezus                 | doctor     | critical
no e-ZLA without its own service                      | ezla                 | nurse      | critical
patients do not enter eZUS here                       | ezus                 | patient    | none
a ZUS certificate can wait                            | zuscert              | doctor     | major
one bank concerns its customers                       | bank.mbank           | patient    | minor
both log-in pages of PKO are still some banks         | bank.pko             | patient    | minor
a bank that only carries Profil Zaufany too           | bank.alior           | patient    | minor
one bank concerns doctors who enter by it             | bank.ing             | doctor     | minor
a bank is one way to registers                        | bank.ing             | pharmacist | minor
every bank at once is not «only their customers»      | bank                 | patient    | major
nor is mojeID at every bank                           | mojeid               | patient    | major
the app is one way among others                       | mobywatel            | patient    | major
those who have started the app notice nothing         | mobywatel.activation | patient    | minor
the e-dowód is one way among others                   | edowod               | patient    | major
the code by SMS is one way among others               | sms                  | patient    | major
patients sign nothing here                            | pz.sign              | patient    | none
the trusted signature is one way among others         | pz.sign              | doctor     | major
changing Profil Zaufany is a task of its own          | pz.account           | patient    | major
the qualified signature is one way among others       | qsig                 | doctor     | major
clinic software is all there is for referrals         | ehr                  | reception  | critical
a pharmacy without its software has the sheet         | ehr                  | pharmacist | major
eWUŚ can be replaced by a declaration                 | ewus                 | reception  | major
eWUŚ is nothing to a doctor here                      | ewus                 | doctor     | none
BLIK is nothing to anybody                            | payments.blik        | patient    | none
payments are nothing to dispensing                    | payments             | pharmacist | none
a system nobody has heard of touches nobody           | never-heard-of-it    | patient    | none
"""


@pytest.mark.parametrize(
    ("system", "audience", "expected"),
    [pytest.param(*rest, id=f"{rest[0]} for {rest[1]}: {why}") for why, *rest in table(SEVERITIES)],
)
def test_severity_of_one_outage(system: str, audience: str, expected: str) -> None:
    advice = advise(down(system)[0], audience)
    assert advice.severity == expected
    assert bool(advice.tasks) is (expected != "none")


@pytest.mark.parametrize(
    ("sentence", "system", "status", "impact", "expected"),
    [
        ("what is only slow is minor", "pz", Status.CONFIRMED, Impact.DEGRADED, "minor"),
        ("even if nothing else would be left", "login-gov", Status.CONFIRMED, Impact.DEGRADED, "minor"),
        ("what is not sure cannot be relied on", "pz", Status.TENTATIVE, Impact.OUTAGE, "major"),
        ("nothing left to rely on is critical", "login-gov", Status.TENTATIVE, Impact.OUTAGE, "critical"),
        ("work that has begun counts as before", "pz", Status.IN_PROCESS, Impact.OUTAGE, "major"),
        ("so does work that is over, for its time", "pz", Status.COMPLETED, Impact.OUTAGE, "major"),
        ("what is cancelled does not matter", "login-gov", Status.CANCELLED, Impact.OUTAGE, "none"),
        ("what has no impact does not matter", "login-gov", Status.CONFIRMED, Impact.NONE, "none"),
    ],
)
def test_severity_by_status_and_impact(
    sentence: str, system: str, status: Status, impact: Impact, expected: str
) -> None:
    assert advise(down(system, status=status, impact=impact)[0], "patient").severity == expected, sentence


def test_the_windows_that_take_the_last_ways_together_are_critical() -> None:
    """Each alone leaves ways into gabinet; all of them leave none."""
    taken = down("pz", "mobywatel", "edowod", "mojeid")
    assert [advise(one, "doctor").severity for one in taken] == ["major"] * 4
    for one in taken:
        others = [other for other in taken if other is not one]
        assert advise(one, "doctor", others).severity == "critical", one.systems
    answer = ask("gabinet-login", NOON, taken)
    assert answer.verdict is UNK, "PKO's mojeID may or may not pass the hub: that is nothing to rely on"


def test_a_window_that_takes_nothing_from_a_task_without_hope_is_not_critical_for_it() -> None:
    """login.gov.pl is off anyway: mBank's break beside it is not what keeps people out."""
    node, bank = row("login-gov", 8, 16), row("bank.mbank", 10, 14)
    assert advise(node, "patient", [bank]).severity == "critical"
    assert advise(bank, "patient", [node]).severity == "minor"


# why | what is down | for whom | how much at least each of the windows matters
TOGETHER = """
gabinet or clinic software is enough to sign; without both, nothing    | gabinet ehr   | nurse  | critical
login.gov.pl keeps people out of gabinet, and the software is down     | login-gov ehr | nurse  | critical
a trusted signature takes an SMS or mObywatel; without both it is lost | sms mobywatel | doctor | major
"""


@pytest.mark.parametrize(
    ("systems", "audience", "severity"), [pytest.param(*rest, id=why) for why, *rest in table(TOGETHER)]
)
def test_what_windows_take_only_together_is_told_with_each(
    systems: str, audience: str, severity: str
) -> None:
    known = down(*systems.split())
    assert ask("eprescription-sign", NOON, known) != ask("eprescription-sign", NOON, [])
    for one, other in (known, known[::-1]):
        advice = advise(one, audience, [other])
        assert "eprescription-sign" not in advice.untouched, one.systems
        assert "eprescription-sign" in {told.task for told in advice.tasks}
        assert advice.severity.rank >= Severity(severity).rank


def test_what_two_windows_take_together_matters_as_if_one_had_taken_it() -> None:
    """A small world, since in the real one each of two such systems matters by itself too."""
    either = AnyOf((Needs("a"), Needs("b")))
    facts = Catalogue(
        systems={name: System(name, {}) for name in "ab"},
        banks={},
        methods={"m": Method("m", {}, needs=either)},
        preparations={},
        tasks={"do": Task("do", {}, audiences=("reader",), steps=(Step("do", (MethodUse("m"),)),))},
        audiences={"reader": Audience("reader", {})},
        contacts={},
        cards={},
        facts={},
    )
    compiled, known = Network(facts), [row("a", 10, 14), row("b", 12, 16)]
    for one in known:
        alone = Adviser(Outlook(compiled, [one]), Effects(compiled)).advise(one, "reader")
        both = Adviser(Outlook(compiled, known), Effects(compiled)).advise(one, "reader")
        assert (alone.severity, alone.untouched) == ("none", ("do",))
        assert (both.severity, both.untouched) == ("major", ())
        assert sorted(part.answer.verdict for part in both.tasks[0].parts) == [NO, WORKS]


# --- what goes on ------------------------------------------------------------------------------------------

# who | what is down | for whom | which tasks go on as always
UNTOUCHED = """
patients have all this        | pz        | patient    | mojeikp-use prescription-collect referral-use
without login.gov.pl too      | login-gov | patient    | mojeikp-use prescription-collect referral-use pz-manage
parents collect prescriptions | pz        | parent     | child-prescription
pharmacies dispense           | pz        | pharmacist | dispense
reception takes referrals     | pz        | reception  | referral-accept insurance-check
reception checks insurance    | p1        | reception  | insurance-check
patients renew PZ             | p1        | patient    | pz-manage
doctors enter gabinet, sign   | ezus      | doctor     | gabinet-login eprescription-sign registers-login
parents do everything         | payments  | parent     | child-account child-prescription
"""


@pytest.mark.parametrize(
    ("system", "audience", "tasks"),
    [pytest.param(*rest, id=f"{rest[0]} for {rest[1]}: {who}") for who, *rest in table(UNTOUCHED)],
)
def test_untouched(system: str, audience: str, tasks: str) -> None:
    assert advise(down(system)[0], audience).untouched == tuple(tasks.split())


@pytest.mark.parametrize("audience", sorted(catalogue().audiences))
def test_every_task_of_an_audience_is_either_touched_or_not(audience: str) -> None:
    mine = [task.id for task in catalogue().tasks_of(audience)]
    for system in [*catalogue().systems, *catalogue().banks]:
        advice = advise(down(system)[0], audience)
        touched = [told.task for told in advice.tasks]
        assert sorted([*touched, *advice.untouched]) == sorted(mine)


# --- the parts of a window ---------------------------------------------------------------------------------


def mobywatel(about: Window, others: list[Window]) -> list[tuple[Interval, MethodAnswer]]:
    """mObywatel's row in each part of the advice on logging in to IKP."""
    told = {task.task: task for task in advise(about, "patient", others).tasks}["ikp-login"]
    return [
        (part.interval, answer)
        for part in told.parts
        for answer in part.answer.methods
        if answer.method == "mobywatel"
    ]


def hours(start: int, end: int) -> Interval:
    """The time between two hours of the day."""
    return Interval(at(f"{DAY} {start}:00"), at(f"{DAY} {end}:00"))


def test_a_window_is_cut_where_another_one_changes_the_answer() -> None:
    parts = mobywatel(row("pz", 10, 18), [row("mobywatel", 12, 14)])
    assert [interval for interval, _ in parts] == [hours(10, 12), hours(12, 14), hours(14, 18)]
    assert [answer.verdict for _, answer in parts] == [IF, NO, IF]


def test_a_window_is_cut_where_a_deadline_appears_though_the_method_stays_slow() -> None:
    """Slow all along, but from 12:00 on only for those who had activated it before."""
    slow = row("mobywatel", 10, 18, impact=Impact.DEGRADED)
    parts = mobywatel(slow, [row("mobywatel.activation", 12, 14)])
    assert [interval for interval, _ in parts] == [hours(10, 12), hours(12, 14), hours(14, 18)]
    assert {answer.verdict for _, answer in parts} == {SLOW}
    assert [answer.prepare_by for _, answer in parts] == [None, at(f"{DAY} 12:00"), None]


def test_the_worst_part_is_what_can_be_promised() -> None:
    advice = advise(row("bank.ing", 10, 18), "patient", [row("login-gov", 12, 14)])
    told = {task.task: task for task in advice.tasks}["ikp-login"]
    assert [part.answer.verdict for part in told.parts] == [WORKS, NO, WORKS]
    assert told.verdict is NO


def test_a_tentative_window_leaves_unknown_what_it_may_take() -> None:
    advice = advise(down("login-gov", status=Status.TENTATIVE)[0], "patient")
    told = {task.task: task for task in advice.tasks}["ikp-login"]
    verdicts: set[Verdict] = {answer.verdict for answer in told.parts[0].answer.methods}
    assert (told.verdict, verdicts) == (UNK, {UNK})
