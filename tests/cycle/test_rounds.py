"""Digests, lead times of one's own, choices that change, and brakes, on passes over a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from notifier.cycle.digest import can_wait, due, next_moment
from notifier.model import (
    WARSAW,
    Change,
    Digest,
    MailState,
    Occasion,
    QuietHours,
    Status,
    Window,
    Wishes,
)
from notifier.store import NewSubscriber, Reason, StoreError
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, Town, config, deliver, notice, window

DAILY = Digest(time(7))
MONDAY = Digest(time(7), 0)
AT_ONCE: dict[str, dict[str, object]] = {"schedule": {"settle": timedelta(0)}}


def warsaw(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=WARSAW)


TUESDAY = warsaw("2026-05-05 07:00")
"""The first daily digest after T0."""


def town(*windows: Window, wishes: Wishes = Wishes(digest=DAILY), **sections: dict[str, object]) -> Town:
    """Anna wants digests; nobody else is there."""
    place = Town(config(*windows, audiences=("patient",), **(AT_ONCE | sections)))
    place.people("anna", wishes=wishes)
    place.run(T0 - MINUTE)
    return place


def told(place: Town) -> list[str]:
    return [letter.subject.partition(":")[0] for letter in place.mails()]


def new(place: Town, of: Window, now: datetime) -> None:
    place.operator(of, now)
    place.run(now)
    deliver(place, now)


# --- pure -------------------------------------------------------------------------------------------------------


def test_a_digest_is_due_once_however_many_of_its_moments_were_missed() -> None:
    assert due([DAILY, MONDAY], T0, TUESDAY) == {DAILY}
    assert due([DAILY, MONDAY], T0, TUESDAY + 20 * DAY) == {DAILY, MONDAY}
    assert due([DAILY], TUESDAY, TUESDAY + HOUR) == frozenset()
    assert due([DAILY], None, TUESDAY) == frozenset(), "before the first pass nothing was due"
    assert due([DAILY], TUESDAY, T0) == frozenset(), "a clock that stepped back makes none"
    assert next_moment([DAILY, MONDAY], T0) == TUESDAY
    assert next_moment([], T0) is None


AHEAD = notice()
NEAR = notice(of=window(start=T0 + 12 * HOUR))
WAITS = [
    ("what lies far ahead waits", AHEAD, True),
    ("what begins before the next digest does not", NEAR, False),
    ("nor what begins with it", notice(of=window(start=TUESDAY)), False),
    ("a last call that is over by then does not", replace(AHEAD, useful_until=TUESDAY), False),
    (
        "that an outage is put off does not, if by the old plan it would begin before",
        notice(Occasion.CHANGED, told=window(start=T0 + 12 * HOUR), changed=(Change.MOVED,)),
        False,
    ),
    (
        "that it is called off does not, if it would begin before",
        notice(Occasion.CANCELLED, replace(window(start=T0 + 12 * HOUR), status=Status.CANCELLED)),
        False,
    ),
    ("what is under way does not", notice(of=window(start=T0 - HOUR)), False),
    (
        "that it is over early does not",
        notice(
            Occasion.COMPLETED,
            replace(window(start=T0 - 2 * HOUR, hours=1), status=Status.COMPLETED),
            told=window(start=T0 - 2 * HOUR),
        ),
        False,
    ),
    (
        "that it is over by the clock waits",
        replace(notice(Occasion.ENDED, window(start=T0 - 9 * HOUR, hours=8)), useful_until=T0 + DAY),
        True,
    ),
]


@pytest.mark.parametrize(("sentence", "news", "waits"), WAITS, ids=[row[0] for row in WAITS])
def test_what_can_wait(sentence: str, news: object, waits: bool) -> None:
    assert can_wait(news, DAILY, T0) is waits, sentence  # type: ignore[arg-type]


# --- digests on passes ------------------------------------------------------------------------------------------


def test_news_waits_for_the_digest_and_is_told_there_once() -> None:
    place = town()
    new(place, window(), T0)
    new(place, window("p1-1", "p1", start=START + DAY), T0 + HOUR)
    assert told(place) == []
    done = place.run(T0 + 2 * HOUR)
    assert done.look_again is not None
    assert done.look_again <= TUESDAY
    assert place.run(TUESDAY - timedelta(microseconds=1)).mails == 0
    done = place.run(TUESDAY)
    assert done.mails == 1
    (letter,) = place.mails()
    assert letter.subject == "Przerwa: system e-zdrowie (P1), 15 maja i 1 inna"
    assert "To Twój przegląd" in letter.part("text/plain")
    assert place.run(TUESDAY, TUESDAY + HOUR, TUESDAY + DAY).mails == 0
    place.restart()
    assert place.run(TUESDAY + DAY).mails == 0


def test_what_was_missed_while_down_comes_with_the_first_pass_after() -> None:
    place = town()
    new(place, window(), T0)
    place.restart()
    assert place.run(TUESDAY + 5 * HOUR).mails == 1
    assert place.run(TUESDAY + DAY).mails == 0


def test_a_pass_that_died_on_the_digest_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    place = town()
    new(place, window(), T0)

    def dies(key: str, value: str) -> None:
        raise StoreError("sqlite://", Reason.SPOILED)

    with monkeypatch.context() as patch:
        patch.setattr(place.store.marks, "put", dies)
        with pytest.raises(StoreError):
            place.run(TUESDAY)
    assert told(place) == []
    assert place.run(TUESDAY + MINUTE).mails == 1
    place.restart()
    assert place.run(TUESDAY + 2 * MINUTE).mails == 0


def test_two_machines_make_one_digest() -> None:
    place = town()
    new(place, window(), T0)
    other = Town(place.config, place.store)
    other.run(T0 + HOUR)
    assert place.run(TUESDAY).mails + other.run(TUESDAY).mails + place.run(TUESDAY).mails == 1


def test_what_cannot_wait_goes_at_once_with_all_there_is_on_that_window() -> None:
    place = town()
    tonight = window("tonight", "pz", start=T0 + 12 * HOUR)
    new(place, tonight, T0)
    assert told(place) == ["Przerwa"]
    far = window("far", "p1", start=START)
    new(place, far, T0 + HOUR)
    assert told(place) == ["Przerwa"], "the other one waits"
    off = replace(tonight, status=Status.CANCELLED)
    new(place, off, T0 + 2 * HOUR)
    assert told(place) == ["Przerwa", "Odwołane"]
    place.run(TUESDAY)
    assert told(place)[2:] == ["Przerwa"]


def test_what_came_and_went_between_two_digests_nobody_hears_of() -> None:
    place = town()
    new(place, window(), T0)
    new(place, replace(window(), status=Status.CANCELLED), T0 + HOUR)
    assert place.run(TUESDAY, TUESDAY + DAY).mails == 0
    assert told(place) == []


def test_what_changed_between_two_digests_is_new_as_it_is_now() -> None:
    place = town()
    new(place, window(), T0)
    new(place, window(start=START + DAY), T0 + HOUR)
    place.run(TUESDAY)
    (letter,) = place.mails()
    assert letter.subject == "Przerwa: Profil Zaufany, 15 maja"
    assert "Było" not in letter.part("text/plain")
    deliver(place, TUESDAY)
    new(place, window(start=START + 2 * DAY), TUESDAY + HOUR)
    place.run(TUESDAY + DAY)
    assert told(place) == ["Przerwa", "Zmiana godzin"]


def test_a_digest_says_what_else_comes_before_the_next() -> None:
    """Told before, and without a reminder, it begins on the day of a digest that tells of something else."""
    place = town(wishes=Wishes(leads=(), digest=DAILY))
    soon = window("soon", "pz", start=TUESDAY + DAY + 5 * HOUR, hours=2)
    new(place, soon, T0)
    place.run(TUESDAY)
    deliver(place, TUESDAY)
    new(place, window("far", "p1"), TUESDAY + HOUR)
    place.run(TUESDAY + 3 * HOUR, TUESDAY + DAY)
    digest = place.mails()[-1].part("text/plain").replace("\r\n", "\n")
    assert (
        "Co jeszcze przed Tobą do następnego przeglądu\n- Profil Zaufany: w środę 6 maja od 12:00" in digest
    )


def test_weekly_people_hear_on_their_day() -> None:
    place = town(wishes=Wishes(digest=MONDAY))
    new(place, window("far", "pz", start=START + 20 * DAY), T0)
    assert place.run(TUESDAY, TUESDAY + 3 * DAY).mails == 0
    assert place.run(warsaw("2026-05-11 07:00")).mails == 1


# --- choices that change ----------------------------------------------------------------------------------------


def choose(place: Town, now: datetime, **choices: object) -> None:
    entry = NewSubscriber("anna@example.pl", ("patient",), "pl", **choices)  # type: ignore[arg-type]
    (row,) = place.store.subscribers.list()
    assert place.store.subscribers.change(row.subscriber.id, entry, now)


def test_turning_digests_off_loses_nothing_and_doubles_nothing() -> None:
    place = town()
    new(place, window(), T0)
    choose(place, T0 + HOUR)
    assert place.run(T0 + HOUR + MINUTE).mails == 1
    assert place.run(TUESDAY, TUESDAY + DAY).mails == 0


def test_turning_them_on_doubles_nothing() -> None:
    place = town(wishes=Wishes())
    new(place, window(), T0)
    assert told(place) == ["Przerwa"]
    choose(place, T0 + HOUR, wishes=Wishes(digest=DAILY))
    assert place.run(T0 + 2 * HOUR, TUESDAY, TUESDAY + DAY).mails == 0


def test_a_slower_rhythm_does_not_sleep_through_what_was_waiting() -> None:
    place = town()
    new(place, window("w", "pz", start=T0 + 3 * DAY), T0)
    assert told(place) == []
    choose(place, T0 + HOUR, wishes=Wishes(digest=MONDAY))
    assert place.run(T0 + HOUR + MINUTE).mails == 1


# --- lead times -------------------------------------------------------------------------------------------------

OWN = {"schedule": {"settle": timedelta(0), "on_request": (3 * DAY, 12 * HOUR)}}


@pytest.mark.parametrize(
    ("leads", "moments"),
    [
        (None, [7 * DAY, DAY, 2 * HOUR]),
        ((), []),
        ((DAY,), [DAY]),
        ((3 * DAY, 12 * HOUR), [3 * DAY, 12 * HOUR]),
        ((7 * DAY, 12 * HOUR), [7 * DAY, 12 * HOUR]),
    ],
)
def test_reminders_at_the_times_of_ones_choice(
    leads: tuple[timedelta, ...] | None, moments: list[timedelta]
) -> None:
    place = town(wishes=Wishes(leads=leads), **OWN)
    new(place, window("w", "bank.mbank"), T0)
    choose(place, T0 + MINUTE, wishes=Wishes(leads=leads), systems=("bank.mbank",))
    place.run(T0 + HOUR)
    deliver(place, T0 + HOUR)
    now: datetime | None = T0 + HOUR
    while now is not None and now < START:
        now = place.run(now).look_again
        if now is not None:
            deliver(place, now)
    reminders = [letter for letter in place.mails() if letter.subject.startswith("Przypomnienie")]
    assert [START - letter.row.created_at for letter in reminders] == moments
    for letter in reminders:
        triggers = [alarm["TRIGGER"].dt for alarm in letter.event.walk("VALARM")]
        wanted = (7 * DAY, DAY, 2 * HOUR) if leads is None else leads
        assert [-trigger for trigger in triggers if isinstance(trigger, timedelta)] == list(wanted)


# --- brakes -----------------------------------------------------------------------------------------------------


def test_who_had_their_fill_gets_no_more_until_the_operator_says_so() -> None:
    place = town(wishes=Wishes(), mail={"per_day": 3})
    place.people("jan", systems=("bank",))
    for number in range(1, 6):
        with capture_logs() as logs:
            new(place, window(f"w{number}", "pz", start=START + number * DAY), T0 + number * HOUR)
    assert {"people": 2, "limit": 3}.items() <= logs[-1].items()
    by_person: dict[str, list[MailState]] = {}
    for letter in place.mails():
        by_person.setdefault(letter.to, []).append(letter.row.state)
    assert by_person == {name: [MailState.SENT] * 3 + [MailState.HELD] * 2 for name in ("anna", "jan")}
    place.operator(window("w9", "pz", start=START + 30 * DAY), T0 + 2 * DAY)
    place.run(T0 + 2 * DAY)
    assert [letter.row.state for letter in place.mails()][-2:] == [MailState.WAITING] * 2


# --- quiet hours ------------------------------------------------------------------------------------------------


def test_a_digest_comes_at_its_hour_whatever_the_operator_s_quiet_hours() -> None:
    sections = {"schedule": {"settle": timedelta(0), "quiet_hours": QuietHours(time(5), time(9))}}
    place = town(**sections)
    new(place, window(), T0)
    place.run(TUESDAY)
    assert [row.send_at for row in place.rows()] == [TUESDAY]
