"""Passes on a real store: what is told once, what a restart and a failure change (nothing), and what is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from structlog.testing import capture_logs

from notifier.config import SubscriberSpec
from notifier.model import Change, Occasion, QuietHours, Status, Window
from notifier.store import Reason, StoreError
from notifier.web import Site
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, Town, config, deliver, window

KNOWN = T0 + MINUTE
"""When the first window of a town has settled."""

AT_ONCE: dict[str, dict[str, object]] = {"schedule": {"settle": timedelta(0)}}
LONG_AGO = T0 - 90 * DAY


def town(*windows: Window, **sections: dict[str, object]) -> Town:
    return Town(config(*windows, **sections))


def states(place: Town) -> list[str]:
    return [row.state.value for row in place.rows()]


# --- what is mailed, and how often ----------------------------------------------------------------------------


def test_a_first_pass_mails_no_history() -> None:
    """Also not to those who want to hear of everything, and not what ended this morning."""
    place = town(
        window("old", start=LONG_AGO, published=LONG_AGO - DAY),
        window("morning", start=T0 - 6 * HOUR, hours=4, published=LONG_AGO),
        window("off", published=LONG_AGO, status=Status.CANCELLED),
        window("done", "mojeid", start=T0 - 6 * HOUR, hours=5, published=LONG_AGO, status=Status.COMPLETED),
    )
    place.people("anna", occasions=tuple(Occasion))
    done = place.run(T0)
    assert done.mails == 0
    assert {key for _, notice in done.notices if notice.sent for key in [notice.key.window]} >= {
        "old",
        "morning",
    }
    assert place.run(KNOWN, T0 + HOUR).mails == 0
    assert place.rows() == []


def test_a_first_pass_mails_what_lies_ahead_once_and_not_all_that_was_said_of_it() -> None:
    place = town(window(published=LONG_AGO))
    place.people("anna", "jan")
    assert place.run(T0).mails == 2
    assert {letter.subject.partition(":")[0] for letter in place.mails()} == {"Przerwa"}


def test_a_window_that_becomes_known_is_mailed_once() -> None:
    place = town(window())
    place.people("anna", "jan")
    place.people("ewa", audiences=("doctor", "patient"))
    place.people("bank", have=("mojeid:bank.mbank",))
    assert place.run(T0).mails == 0, "edits may still merge"
    assert place.run(KNOWN).mails == 4
    assert place.run(KNOWN, KNOWN, KNOWN + MINUTE, KNOWN + HOUR).mails == 0
    assert sorted(letter.to for letter in place.mails()) == ["anna", "bank", "ewa", "jan"]


def test_a_restart_mails_nothing_again_and_goes_on() -> None:
    place = town(window())
    place.people("anna")
    place.run(T0, KNOWN)
    before = place.notices()
    for now in (KNOWN, KNOWN + HOUR):
        place.restart()
        assert place.run(now).notices == ()
    assert place.notices() == before
    place.restart()
    week = place.run(START - 7 * DAY)
    assert {notice.key.occasion for _, notice in week.notices} == {Occasion.REMINDER}
    assert week.mails == 1


def test_a_pass_before_the_last_one_changes_nothing() -> None:
    """The machine's clock may step back."""
    place = town(window())
    place.people("anna")
    place.run(T0, KNOWN, START - 7 * DAY)
    before = place.notices()
    assert place.run(KNOWN + HOUR).notices == ()
    place.restart()
    assert place.run(KNOWN + HOUR, START - 7 * DAY).notices == ()
    assert place.notices() == before


def test_several_that_were_missed_while_down_are_one_mail() -> None:
    place = town(window(hours=20), window("b", "p1", start=START + DAY))
    place.people("anna", have=("mobywatel",))
    place.run(T0, KNOWN)
    assert deliver(place, KNOWN) == 1
    place.restart()
    done = place.run(START - HOUR)
    missed = [notice for _, notice in done.notices if notice.sent and notice.key.audience == "patient"]
    assert len(missed) > 4
    assert done.mails == 1
    assert len(place.mails()) == 2


def test_what_came_and_went_while_down_is_not_mailed() -> None:
    place = town(window())
    place.people("anna")
    place.run(T0, KNOWN)
    deliver(place, KNOWN)
    place.restart()
    assert place.run(START + 3 * DAY).mails == 0


def test_what_was_announced_and_called_off_while_down_is_not_mailed() -> None:
    place = town(window())
    place.people("anna")
    place.run(T0, KNOWN)
    deliver(place, KNOWN)
    far = window("b", "mojeid", start=START + 5 * DAY)
    place.operator(far, T0 + HOUR)
    place.operator(replace(far, status=Status.CANCELLED), T0 + 2 * HOUR)
    place.restart()
    done = place.run(T0 + 3 * HOUR)
    assert {notice.key.occasion for _, notice in done.notices} == {Occasion.ANNOUNCED, Occasion.CANCELLED}
    assert done.mails == 0


def test_subscribers_of_the_configuration_are_entered() -> None:
    spec = SubscriberSpec("a@example.pl", ("patient",), "pl")
    place = Town(replace(config(window()), subscribers=(spec,)))
    place.run(T0, KNOWN)
    assert [letter.to for letter in place.mails()] == ["a"]
    place.restart()
    place.run(KNOWN + MINUTE)
    assert len(place.store.subscribers.list()) == 1


def test_quiet_hours_move_what_can_wait() -> None:
    place = town(window(), schedule={"settle": timedelta(0), "quiet_hours": QuietHours(time(22), time(7))})
    place.people("anna")
    night = T0.replace(hour=21)
    place.run(T0)
    place.operator(window(start=START + HOUR), night)
    assert place.run(night).mails == 1
    assert place.rows()[-1].send_at == T0.replace(hour=5) + DAY


# --- changes --------------------------------------------------------------------------------------------------


def test_a_mail_on_a_change_carries_the_event_as_it_is_now() -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0, publish=True)
    deliver(place, T0)
    for number, start in enumerate((START + DAY, START + 2 * DAY), 1):
        now = T0 + number * HOUR
        place.operator(window(start=start), now)
        place.run(now, publish=True)
        deliver(place, now)
        letter = place.mails()[-1]
        assert letter.event["DTSTART"].dt == start
        assert letter.event["SEQUENCE"] == number
        assert letter.method == "PUBLISH"
    assert len({str(letter.event["UID"]) for letter in place.mails()}) == 1
    place.operator(window(start=START + 2 * DAY, status=Status.CANCELLED), T0 + 5 * HOUR)
    place.run(T0 + 5 * HOUR, publish=True)
    letter = place.mails()[-1]
    assert (letter.method, letter.event["STATUS"], letter.event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)


def test_the_organizer_of_an_event_is_the_sender() -> None:
    place = town(window(), mail={"sender": "Przerwy <przerwy@example.pl>"}, **AT_ONCE)
    place.people("anna")
    place.run(T0)
    organizer = place.mails()[0].event["ORGANIZER"]
    assert (str(organizer), organizer.params["CN"]) == ("mailto:przerwy@example.pl", "Przerwy")


def test_newer_news_replaces_mail_that_still_waits() -> None:
    """The relay is away: when it is back, nobody wants to read what is no longer true."""
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0)
    place.operator(window(start=START + DAY), T0 + HOUR)
    assert place.run(T0 + HOUR).mails == 1
    assert states(place) == ["superseded", "waiting"]
    assert deliver(place, T0 + HOUR) == 1
    place.operator(window(status=Status.CANCELLED), T0 + 2 * HOUR)
    assert place.run(T0 + 2 * HOUR).mails == 1
    assert states(place) == ["superseded", "sent", "waiting"]


def test_reminders_that_wait_are_one_until_something_has_changed() -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0, START - 7 * DAY, START - DAY)
    assert states(place) == ["superseded", "superseded", "waiting"]
    deliver(place, START - DAY)
    place.operator(window(hours=10), START - DAY + HOUR)
    place.run(START - DAY + HOUR)
    place.run(START - 2 * HOUR)
    assert states(place)[3:] == ["waiting", "waiting"], "the change also went to those it takes out of it"


def test_mail_that_tells_of_another_window_as_well_stays() -> None:
    place = town(window(), window("b", "mojeid", start=START + 5 * DAY), **AT_ONCE)
    place.people("anna")
    assert place.run(T0).mails == 1
    place.operator(window(start=START + DAY), T0 + HOUR)
    place.run(T0 + HOUR)
    assert states(place) == ["waiting", "waiting"]


def test_changed_advice_for_a_few_takes_nothing_back() -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0)
    place.operator(window("b", "bank.mbank", start=START - HOUR), T0 + HOUR)
    done = place.run(T0 + HOUR)
    assert any(notice.changes == (Change.ADVICE,) for _, notice in done.notices)
    assert states(place)[0] == "waiting"


def test_everybody_who_was_told_hears_of_a_cancellation() -> None:
    place = town(window(), window("b", "bank.mbank", start=START + DAY), **AT_ONCE)
    place.people("anna")
    place.people("jan", have=("pz-sms",))
    place.people("ewa", have=("mojeid:bank.mbank", "edowod-phone"))
    place.people("ola", systems=("bank",))
    place.run(T0)
    told = {letter.to for letter in place.mails()}
    assert told == {"anna", "jan", "ewa", "ola"}
    deliver(place, T0)
    for known in ("pz-1", "b"):
        place.operator(replace(place.cycle.editions.of[known][-1].window, status=Status.CANCELLED), T0 + HOUR)
    place.run(T0 + HOUR)
    assert {letter.to for letter in place.mails()[4:]} == told


# --- failures -------------------------------------------------------------------------------------------------


def everything(place: Town) -> tuple[object, ...]:
    return (
        place.store.editions.all(),
        place.store.notices.rows(),
        place.rows(),
        place.store.marks.get("last-pass"),
    )


@pytest.mark.parametrize(
    "step", ["editions.append", "notices.add", "outbox.put_body", "outbox.enqueue", "marks.put"]
)
def test_a_pass_that_dies_leaves_nothing_and_the_next_makes_it_good(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    part, _, method = step.partition(".")
    before = everything(place)

    def broken(*_: object, **__: object) -> object:
        raise StoreError("sqlite://", Reason.FULL)

    with monkeypatch.context() as patch:
        patch.setattr(getattr(place.store, part), method, broken)
        for _ in range(2):
            with pytest.raises(StoreError):
                place.run(T0, publish=True)
    assert everything(place) == before
    done = place.run(T0 + MINUTE, publish=True)
    assert (done.mails, len(done.editions)) == (1, 1)
    assert done.tree is not None


def test_a_failure_between_two_windows_loses_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0)
    place.operator(window("b", "mojeid"), T0 + HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(place.store.marks, "put", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            place.run(T0 + HOUR)
    assert place.run(T0 + HOUR).mails == 1
    assert len(place.rows()) == 2


def test_pages_that_could_not_be_made_are_made_by_the_next_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    with monkeypatch.context() as patch:
        patch.setattr(Site, "build", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            place.run(T0, publish=True)
    done = place.run(T0 + MINUTE, publish=True)
    assert done.tree is not None
    assert (done.mails, len(place.rows())) == (0, 1), "the mails stand in the outbox since the first try"


def test_a_source_that_shows_nothing_is_refused_and_says_so_once() -> None:
    place = town(window())
    place.run(T0, KNOWN)
    place.says()
    with capture_logs() as logs:
        done = [place.run(T0 + hours * HOUR) for hours in (1, 2, 3)]
    assert [each.refused for each in done] == [True] * 3
    assert [line["event"] for line in logs] == ["source refused: it suddenly shows nothing"]
    assert [each.status for each in place.cycle.planner.windows] == [Status.CONFIRMED]
    assert not place.run(START + DAY).refused, "what is over may be gone"


def test_a_window_that_is_missing_is_told_as_not_confirmed() -> None:
    place = town(window(), window("b", "mojeid"), **AT_ONCE)
    place.people("anna")
    place.run(T0)
    deliver(place, T0)
    place.says(window("b", "mojeid"))
    done = place.run(T0 + HOUR)
    changes = {notice.changes for _, notice in done.notices if notice.key.window == "pz-1"}
    assert changes == {(Change.UNCONFIRMED,)}
    assert done.mails == 1
    assert Occasion.CANCELLED not in {notice.key.occasion for _, notice in done.notices}


# --- brakes ---------------------------------------------------------------------------------------------------


def many(count: int) -> list[Window]:
    return [window(f"w{n}", start=START + (n + 1) * DAY) for n in range(count)]


def test_a_flood_is_held_until_the_operator_lets_it_go() -> None:
    place = town(window(), mail={"flood": 3}, **AT_ONCE)
    place.people("anna", "jan")
    place.run(T0)
    deliver(place, T0)
    place.says(window(), *many(4))
    with capture_logs() as logs:
        done = place.run(T0 + HOUR)
    assert (done.mails, done.held) == (0, 2)
    assert {"event": "flood held", "windows": 4, "limit": 3, "log_level": "warning"} in logs
    assert deliver(place, T0 + HOUR) == 0
    assert place.store.outbox.retry(None, T0 + HOUR) == 2
    assert deliver(place, T0 + HOUR) == 2


def test_as_many_as_are_allowed_are_no_flood() -> None:
    place = town(window(), mail={"flood": 3}, **AT_ONCE)
    place.people("anna")
    place.run(T0)
    place.says(window(), *many(3))
    done = place.run(T0 + HOUR)
    assert (done.mails, done.held) == (1, 0)


def test_a_flood_of_things_that_nobody_is_mailed_is_none() -> None:
    place = town(window(), mail={"flood": 3}, **AT_ONCE)
    place.people("anna")
    place.run(T0)
    place.says(window(), *(replace(each, systems=("payments.blik",)) for each in many(9)))
    assert place.run(T0 + HOUR).held == 0


# --- two machines ---------------------------------------------------------------------------------------------


def test_two_machines_on_one_store_tell_once_and_publish_the_same() -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    first, second = place.cycle, Town(place.config, place.store).cycle
    mails = 0
    trees = []
    for now in (T0, T0 + HOUR, START - 7 * DAY, START - DAY):
        if now == T0 + HOUR:
            place.operator(window(hours=12), now)
        for cycle in (first, second):
            done = cycle.run_pass(now)
            mails += done.mails
            if done.tree is not None:
                trees.append((cycle, done.tree))
    assert mails == 4
    latest = dict(trees)
    assert latest[first] == latest[second]
    assert latest[first]["/feeds/patient.pl.rss"].count(b"<item>") == 3


def test_machines_with_different_files_do_not_argue_for_ever() -> None:
    place = town(window(), **AT_ONCE)
    other = Town(config(window(hours=12), **AT_ONCE), place.store)
    for minutes in range(5):
        place.run(T0 + minutes * MINUTE)
        other.run(T0 + minutes * MINUTE)
    assert len(place.store.editions.all()) == 2


def test_an_edition_whose_writer_s_clock_is_behind_is_found_all_the_same() -> None:
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0)
    place.says(window(), window("b", "mojeid"))
    place.run(T0 + HOUR)
    place.operator(window("c", "edowod"), T0 + HOUR - timedelta(seconds=20))
    assert {edition.window.id for edition in place.run(T0 + HOUR + MINUTE).editions} == {"c"}


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(seconds=20), HOUR], ids=str)
def test_an_edition_that_was_written_before_the_process_died_is_told_by_the_next(behind: timedelta) -> None:
    """Also where its writer's clock says that the last pass must have known it."""
    place = town(window(), **AT_ONCE)
    place.people("anna")
    place.run(T0, T0 + 2 * HOUR)
    place.operator(window("c", "edowod"), T0 + 2 * HOUR - behind)
    place.restart()
    assert place.run(T0 + 2 * HOUR + MINUTE).mails == 1
    place.restart()
    assert place.run(T0 + 2 * HOUR + 2 * MINUTE).mails == 0


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "first", "second"),
    [
        ("doctor", window(systems=("pz.sign",)), window("b", "psig", start=START + HOUR)),
        ("patient", window(systems=("pz.login",), status=Status.TENTATIVE), window("b", "p1")),
    ],
    ids=["two kinds of signature", "a doubtful log-in and the register behind it"],
)
def test_what_two_windows_do_together_can_be_told(audience: str, first: Window, second: Window) -> None:
    place = town(first, second, **AT_ONCE)
    place.people("anna", audiences=(audience,))
    assert place.run(T0).mails == 1
