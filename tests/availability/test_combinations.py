"""What outages take together, and what status and impact make of one."""

from __future__ import annotations

import pytest

from notifier.availability import Outlook, timeline
from notifier.model import Impact, Interval, Profile, Status, Verdict
from tests.availability.world import (
    DAY,
    IF,
    NO,
    NOON,
    SLOW,
    UNK,
    WORKS,
    ask,
    at,
    catalogue,
    down,
    last,
    network,
    way,
    window,
)


@pytest.mark.parametrize(
    ("sentence", "have", "task", "expected"),
    [
        (
            "an mBank client has lost both bank routes",
            "mojeid:bank.mbank pz-bank:bank.mbank",
            "ikp-login",
            NO,
        ),
        (
            "an mBank client with mObywatel needs to have started it",
            "mojeid:bank.mbank mobywatel",
            "ikp-login",
            IF,
        ),
        ("an mBank client with an e-dowód logs in", "mojeid:bank.mbank edowod-phone", "ikp-login", WORKS),
        ("an mBank client with mojeIKP opens it", "mojeid:bank.mbank mojeikp-pin", "mojeikp-use", WORKS),
        ("others use mojeID as if nothing were", "mojeid:bank.ing", "ikp-login", WORKS),
        ("a doctor at mBank cannot enter gabinet by bank", "mojeid:bank.mbank", "gabinet-login", NO),
        (
            "a doctor at mBank signs with the ZUS certificate",
            "mojeid:bank.mbank sign-zus",
            "eprescription-sign",
            WORKS,
        ),
    ],
)
def test_x02_profil_zaufany_and_mbank(sentence: str, have: str, task: str, expected: Verdict) -> None:
    assert ask(task, NOON, down("pz", "bank.mbank"), have.split()).verdict is expected, sentence


@pytest.mark.parametrize("task", ["ikp-login", "gabinet-login", "mojeikp-confirm"])
def test_x07_without_login_gov_no_browser_log_in_is_left(task: str) -> None:
    answer = ask(task, NOON, down("login-gov"))
    assert {row.verdict for row in answer.methods} == {NO}
    assert answer.verdict is NO
    assert answer.cause == ("login-gov",), "one cause, so that nobody tries one method after the other"


@pytest.mark.parametrize(
    ("sentence", "task", "have"),
    [
        ("mojeIKP opens with the PIN", "mojeikp-use", "mojeikp-pin"),
        ("clinic software signs and sends", "eprescription-sign", "sign-zus"),
        ("pharmacies dispense", "dispense", "clinic-software"),
        ("e-ZLA goes with the eZUS password", "ezla-issue", "ezus-password sign-zus"),
    ],
)
def test_x07_without_login_gov_the_rest_goes_on(sentence: str, task: str, have: str) -> None:
    assert ask(task, NOON, down("login-gov"), have.split()).verdict is WORKS, sentence


@pytest.mark.parametrize(
    ("sentence", "task", "have", "expected", "card"),
    [
        ("behind the log-in page of IKP there is nothing", "ikp-login", "mojeid:bank.ing", NO, None),
        ("mojeIKP has no data", "mojeikp-use", "mojeikp-pin", NO, "K10"),
        ("at the pharmacy the sheet, an ID and a declaration may do", "prescription-collect", "", IF, "K10"),
        ("so for a child", "child-prescription", "", IF, "K10"),
        (
            "prescriptions and referrals go on paper",
            "eprescription-sign",
            "sign-zus sign-qualified",
            NO,
            "K15",
        ),
        ("e-ZLA goes on in eZUS", "ezla-issue", "ezus-password sign-zus", WORKS, None),
        ("the pharmacy dispenses on information", "dispense", "", IF, "K16"),
        ("e-referrals cannot be taken", "referral-accept", "", NO, None),
        ("insurance is checked as always", "insurance-check", "", WORKS, None),
    ],
)
def test_x09_without_p1(sentence: str, task: str, have: str, expected: Verdict, card: str | None) -> None:
    answer = ask(task, NOON, down("p1"), have.split())
    assert answer.verdict is expected, sentence
    assert card is None or answer.last_resort == card, sentence


def test_x14_mobywatel_alone_takes_push_users_but_not_sms_users() -> None:
    outage = window("mobywatel", "2026-03-09 20:00", "2026-03-10 01:00")
    during = at("2026-03-09 22:00")
    assert ask("ikp-login", during, [outage], ["pz-push"]).verdict is NO
    assert ask("ikp-login", during, [outage], ["pz-sms"]).verdict is WORKS
    assert ask("ikp-login", during, [outage], ["pz-push", "mojeid:bank.ing"]).verdict is WORKS
    assert ask("ikp-login", during, [outage], ["mobywatel", "edowod-phone"]).verdict is WORKS


def test_x17_two_overlapping_banks_make_three_intervals_for_their_customers_only() -> None:
    first = window("bank.mbank", f"{DAY} 00:00", f"{DAY} 04:00")
    second = window("bank.pekao", f"{DAY} 02:00", f"{DAY} 06:00")
    night = Interval(first.start, second.end)
    task = catalogue().tasks["ikp-login"]
    outlook = Outlook(network(), [first, second])

    both = timeline(outlook, night, [task], Profile.of(["mojeid:bank.mbank", "mojeid:bank.pekao"]))
    edges = [f"{DAY} 00:00", f"{DAY} 02:00", f"{DAY} 04:00"]
    assert [piece.interval.start for piece in both] == [at(edge) for edge in edges]
    assert [piece.tasks[0].verdict for piece in both] == [WORKS, NO, WORKS]

    mbank = timeline(outlook, night, [task], Profile.of(["mojeid:bank.mbank"]))
    assert [(piece.interval.end, piece.tasks[0].verdict) for piece in mbank] == [
        (at(f"{DAY} 04:00"), NO),
        (at(f"{DAY} 06:00"), WORKS),
    ]
    assert len(timeline(outlook, night, [task], Profile.of(["mojeid:bank.ing"]))) == 1


def test_x21_back_to_back_windows_of_one_system_are_one_outage_with_one_end() -> None:
    one = window("pz", f"{DAY} 10:00", f"{DAY} 14:00")
    two = window("pz", f"{DAY} 14:00", f"{DAY} 18:00")
    for moment in ("10:00", "13:59", "14:00", "17:59"):
        answer = ask("ikp-login", at(f"{DAY} {moment}"), [one, two])
        assert way(answer, "pz-sms").until == two.end
        assert way(answer, "mobywatel").prepare_by == one.start
    assert way(ask("ikp-login", last(one.start), [one, two]), "pz-sms").until == one.start


def test_windows_of_one_system_that_do_not_touch_are_two() -> None:
    one = window("pz", f"{DAY} 10:00", f"{DAY} 14:00")
    two = window("pz", f"{DAY} 14:01", f"{DAY} 18:00")
    assert way(ask("ikp-login", one.start, [one, two]), "pz-sms").until == one.end
    assert way(ask("ikp-login", two.start, [one, two]), "mobywatel").prepare_by == two.start


@pytest.mark.parametrize("row", ["X23 breaks that «may occur», to the latest hour named", "X24 an overload"])
def test_x23_and_x24_difficulties_degrade_and_take_nothing_away(row: str) -> None:
    hard = window("pz", f"{DAY} 10:00", f"{DAY} 14:00", impact=Impact.DEGRADED)
    answer = ask("ikp-login", NOON, [hard])
    assert way(answer, "pz-sms").verdict is SLOW, row
    assert way(answer, "pz-sms").until == hard.end
    assert way(answer, "mojeid:bank.ing").verdict is WORKS
    assert way(answer, "mobywatel").verdict is WORKS, "preparing goes slowly, but it goes"
    assert answer.verdict is WORKS
    assert ask("ikp-login", NOON, [hard], ["pz-sms"]).verdict is SLOW


def test_a_slow_method_that_can_no_longer_be_prepared_says_both() -> None:
    """mObywatel slow and Profil Zaufany off: slow, and only for those who had started it."""
    known = (*down("pz"), *down("mobywatel", impact=Impact.DEGRADED))
    row = way(ask("ikp-login", NOON, known), "mobywatel")
    assert row.verdict is SLOW
    assert row.prepare_by == at(f"{DAY} 10:00")


def test_x28_logging_in_is_not_signing() -> None:
    have = ["mojeid:bank.ing", "sign-pz"]
    assert ask("gabinet-login", NOON, down("pz"), have).verdict is WORKS
    assert ask("eprescription-sign", NOON, down("pz"), have).verdict is NO


@pytest.mark.parametrize("means", ["ezus-password", "mojeid:bank.ing", "clinic-software"])
def test_x28_who_can_enter_but_has_nothing_to_sign_with_cannot_issue_e_zla(means: str) -> None:
    assert ask("ezla-issue", NOON, [], [means]).verdict is NO
    assert ask("ezla-issue", NOON, [], [means, "sign-zus"]).verdict is WORKS


@pytest.mark.parametrize("means", ["sign-zus", "sign-pz"])
def test_x28_who_can_sign_but_not_enter_cannot_issue_e_zla(means: str) -> None:
    assert ask("ezla-issue", NOON, [], [means]).verdict is NO


@pytest.mark.parametrize("bank", ["bank.pko.ipko", "bank.pko.inteligo"])
def test_x32_pko_while_the_mojeid_hub_is_down_is_unknown(bank: str) -> None:
    answer = ask("ikp-login", NOON, down("mojeid"), [f"mojeid:{bank}"])
    assert (answer.verdict, answer.methods[0].verdict) == (UNK, UNK)
    assert "Q1" in answer.methods[0].facts
    assert way(ask("ikp-login", NOON, down("mojeid")), "mojeid:bank.mbank").verdict is NO
    assert way(ask("ikp-login", NOON, down("mojeid", "bank.pko")), f"mojeid:{bank}").verdict is NO


# --- rules on status, each in a line -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "status", "impact", "expected"),
    [
        ("a confirmed outage takes the method", Status.CONFIRMED, Impact.OUTAGE, NO),
        ("so does one that has begun", Status.IN_PROCESS, Impact.OUTAGE, NO),
        ("so does one that is over, for the time it lasted", Status.COMPLETED, Impact.OUTAGE, NO),
        ("a tentative one makes it unknown", Status.TENTATIVE, Impact.OUTAGE, UNK),
        ("tentative difficulties make it unknown too", Status.TENTATIVE, Impact.DEGRADED, UNK),
        ("a cancelled one changes nothing", Status.CANCELLED, Impact.OUTAGE, WORKS),
        ("difficulties make it slow", Status.CONFIRMED, Impact.DEGRADED, SLOW),
        ("an announcement without impact changes nothing", Status.CONFIRMED, Impact.NONE, WORKS),
    ],
)
def test_status_and_impact(sentence: str, status: Status, impact: Impact, expected: Verdict) -> None:
    known = down("pz", status=status, impact=impact)
    assert way(ask("ikp-login", NOON, known), "pz-sms").verdict is expected, sentence


@pytest.mark.parametrize("system", ["pz", "mobywatel"])
def test_tentative_work_does_not_let_anybody_count_on_preparing(system: str) -> None:
    row = way(ask("ikp-login", NOON, down(system, status=Status.TENTATIVE)), "mobywatel")
    assert (row.verdict, row.prepare_by) == ((IF, at(f"{DAY} 10:00")) if system == "pz" else (UNK, None))


def test_a_window_without_an_end_lasts_and_no_change_is_known() -> None:
    open_end = window("pz", f"{DAY} 10:00", None)
    row = way(ask("ikp-login", at("2030-01-01 00:00"), [open_end]), "pz-sms")
    assert (row.verdict, row.until) == (NO, None)
    assert way(ask("ikp-login", at("2030-01-01 00:00"), [open_end]), "mobywatel").prepare_by == open_end.start


def test_a_task_whose_own_system_is_down_has_one_cause_and_lists_every_method_all_the_same() -> None:
    answer = ask("ikp-login", NOON, down("ikp", "bank.ing"))
    assert answer.cause == ("ikp",)
    assert len(answer.methods) == len(ask("ikp-login", NOON, []).methods)
    assert {row.verdict for row in answer.methods} == {NO}


def test_an_outage_behind_a_system_is_the_cause() -> None:
    """IKP cannot work without P1, so P1 is what the reader is told."""
    assert "p1" in ask("ikp-login", NOON, down("p1")).cause
