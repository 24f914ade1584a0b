"""From notices to mails: one mail for all that is due, what says most of each window, and when it may leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time

import pytest

from notifier.cycle import Cycle
from notifier.cycle.mailing import Addressed, Mailing, Outgoing, makes_needless, worth_mailing
from notifier.cycle.telling import HeardOf, Recorded, Telling
from notifier.feeds import CalendarEntry
from notifier.model import (
    Change,
    Channel,
    Notice,
    Occasion,
    QuietHours,
    Severity,
    Status,
    Subscriber,
    Window,
    Wishes,
)
from notifier.store import Heard, Store
from tests.cycle.town import DAY, HOUR, MINUTE, START, T0, advice, config, notice, person, shipped, window

NOW = T0 + MINUTE
BANK = window("mbank-1", "bank.mbank", start=START + DAY)


def recorded(*notices: Notice) -> list[Recorded]:
    return [
        Recorded(number, each, CalendarEntry(each.advice, each.sequence, T0, T0))
        for number, each in enumerate(notices, 1)
        if each.advice is not None
    ]


@pytest.fixture(scope="module")
def mailing_with() -> Callable[..., Mailing]:
    store = Store.open("sqlite://")
    store.close()
    return lambda **sections: Cycle(config(**sections), store).mailing


@pytest.fixture(scope="module")
def mailing(mailing_with: Callable[..., Mailing]) -> Mailing:
    return mailing_with()


def compose(
    mailing: Mailing,
    notices: Sequence[Notice],
    *people: Subscriber,
    now: datetime = NOW,
    hold: bool = False,
    heard: HeardOf | None = None,
) -> Outgoing:
    """The mails on what of these is worth mailing; ``heard`` is who was told before."""
    items = [item for item in recorded(*notices) if worth_mailing(item.notice, now)]
    telling = Telling(shipped().catalogue, heard or {})
    events = {item.pair: item.event for item in items}
    addressed = [Addressed(each, telling.choose(each, items), held=hold) for each in people or (person(),)]
    return mailing.compose(addressed, lambda window, audience: events.get((window, audience)), now)


TOLD: HeardOf = {("pz-1", "patient"): {1: Heard(1, extended=False)}}
"""Everybody has heard of the first window."""


def on(occasion: Occasion, due: datetime = T0, of: Window | None = None, **changes: object) -> Notice:
    return replace(notice(occasion, of, **changes), due=due)  # type: ignore[arg-type]


# --- what is told together ------------------------------------------------------------------------------------


def test_all_that_is_due_for_one_person_is_one_mail(mailing: Mailing) -> None:
    both = person("mojeid:bank.mbank", "pz-sms")
    (mail,) = compose(mailing, [notice(), notice(of=BANK)], both).mails
    assert mail.notice_ids == (1, 2), "the gravest first"
    (mail,) = compose(mailing, [notice(of=BANK), notice()], both).mails
    assert mail.notice_ids == (2, 1)


def test_who_reads_for_two_audiences_gets_one_mail_for_both(mailing: Mailing) -> None:
    who = person(audiences=("doctor", "patient"))
    (mail,) = compose(mailing, [notice(audience="patient"), notice(audience="doctor")], who).mails
    assert sorted(mail.notice_ids) == [1, 2]


def test_people_with_the_same_to_read_share_a_body(mailing: Mailing) -> None:
    people = [replace(person(), id=1), replace(person(), id=2), replace(person("pz-sms"), id=3)]
    made = compose(mailing, [notice()], *people)
    first, second, third = (mail.body_digest for mail in made.mails)
    assert first == second != third
    assert {body.digest for body in made.bodies} == {first, third}
    assert len({mail.message_id for mail in made.mails}) == 3


def test_whom_nothing_concerns_gets_nothing(mailing: Mailing) -> None:
    assert compose(mailing, [notice(of=BANK)]) == Outgoing((), ())
    assert compose(mailing, []) == Outgoing((), ())


def test_the_same_news_is_the_same_mail(mailing: Mailing) -> None:
    one, two = (compose(mailing, [notice(), notice(of=BANK)], person(systems=("bank",))) for _ in range(2))
    assert one == two


A = Occasion


def called_off(due: datetime) -> Notice:
    off = replace(window(), status=Status.CANCELLED)
    return on(A.CANCELLED, due, off, told=window(), severity=Severity.MAJOR)


LATER = T0 + HOUR


def back(due: datetime) -> Notice:
    was = replace(window(), status=Status.CANCELLED)
    return on(A.CHANGED, due, told=was, changed=(Change.REINSTATED,))


ESSENCE: list[tuple[str, Callable[[], list[Notice]], HeardOf, list[int]]] = [
    ("of reminders the latest counts", lambda: [on(A.REMINDER), on(A.REMINDER, LATER, detail="2h")], {}, [2]),
    (
        "whatever order they come in",
        lambda: [on(A.REMINDER, LATER, detail="2h"), on(A.REMINDER)],
        {},
        [1],
    ),
    ("a change says more than a reminder", lambda: [on(A.CHANGED), on(A.REMINDER, LATER)], {}, [1]),
    (
        "an announcement says more than a last call",
        lambda: [on(A.LAST_CALL, LATER), on(A.ANNOUNCED)],
        {},
        [2],
    ),
    ("of two that say all the later is true", lambda: [on(A.ANNOUNCED), on(A.CHANGED, LATER)], {}, [2]),
    (
        "what was announced and called off meanwhile nobody needs to hear",
        lambda: [on(A.ANNOUNCED), called_off(LATER)],
        {},
        [],
    ),
    (
        "what they were told of before and is called off they do",
        lambda: [on(A.REMINDER), called_off(LATER)],
        TOLD,
        [2],
    ),
    (
        "what was called off and is on again is as it was to those who never heard that it was off",
        lambda: [called_off(T0), back(LATER)],
        TOLD,
        [],
    ),
    (
        "another window is another matter",
        lambda: [on(A.REMINDER), on(A.REMINDER, LATER, window("z", "pz"))],
        {},
        [1, 2],
    ),
]


@pytest.mark.parametrize(("sentence", "notices", "heard", "told"), ESSENCE, ids=[row[0] for row in ESSENCE])
def test_essence(
    mailing: Mailing,
    sentence: str,
    notices: Callable[[], list[Notice]],
    heard: HeardOf,
    told: list[int],
) -> None:
    """The first number of a window is what is told, those after it are covered by it."""
    items = recorded(*notices())
    telling = Telling(shipped().catalogue, heard, lambda window, _: advice_window(window))
    chosen = telling.choose(person(), items)
    assert [item.id for item in chosen] == told, sentence
    mails = compose(mailing, notices(), heard=heard).mails if heard == {} else ()
    if mails and len(told) == 1:
        (mail,) = mails
        assert mail.notice_ids[0] == told[0]
        assert set(mail.notice_ids) == {item.id for item in items}, "what it covers is not told later"


def advice_window(name: str) -> Window:
    """The version everybody was told."""
    return window(name)


def test_what_has_lost_its_use_is_not_mailed(mailing: Mailing) -> None:
    assert compose(mailing, [replace(notice(), useful_until=NOW)]).mails == ()
    assert compose(mailing, [replace(notice(), sent=False)]).mails == ()
    assert compose(mailing, [notice(channel=Channel.NEWS)]).mails == ()


def test_a_mail_is_of_use_as_long_as_something_in_it_is(mailing: Mailing) -> None:
    who = person(systems=("bank",))
    (mail,) = compose(mailing, [notice(), notice(of=BANK)], who).mails
    assert mail.expires_at == BANK.end


def test_held_mail_is_all_held(mailing: Mailing) -> None:
    assert [mail.held for mail in compose(mailing, [notice()], hold=True).mails] == [True]


# --- when it may leave ----------------------------------------------------------------------------------------


def at(clock: str) -> datetime:
    """That time in UTC, in the night from 4 to 5 May; Warsaw is two hours ahead."""
    hours, minutes = map(int, clock.split(":"))
    day = T0.replace(hour=hours, minute=minutes)
    return day if hours >= 12 else day + DAY


def around(start: str, end: str) -> Window:
    return window(start=at(start), hours=(at(end) - at(start)) / HOUR)


NIGHT = {"schedule": {"quiet_hours": QuietHours(time(22), time(7))}}  # 20:00 to 05:00 UTC
QUIET = [
    ("by day mail leaves at once", A.ANNOUNCED, window(), "19:59", "19:59"),
    ("at night it waits for the morning", A.ANNOUNCED, window(), "20:00", "05:00"),
    ("to the last minute of the night", A.ANNOUNCED, window(), "04:59", "05:00"),
    ("what begins before the morning cannot wait", A.ANNOUNCED, around("03:00", "06:00"), "21:00", "21:00"),
    ("what begins in the morning can", A.CHANGED, around("06:00", "09:00"), "21:00", "05:00"),
    ("what is under way cannot", A.CHANGED, around("20:00", "09:00"), "21:00", "21:00"),
    (
        "a start that somebody asked for is told as it comes",
        A.STARTED,
        around("21:00", "23:00"),
        "21:00",
        "21:00",
    ),
    ("that it is over can wait", A.ENDED, around("20:00", "23:00"), "23:00", "05:00"),
    ("also when somebody confirmed it", A.COMPLETED, around("20:00", "23:00"), "23:00", "05:00"),
]


@pytest.fixture(scope="module")
def by_night(mailing_with: Callable[..., Mailing]) -> Mailing:
    return mailing_with(**NIGHT)


@pytest.mark.parametrize(
    ("sentence", "occasion", "of", "now", "leaves"), QUIET, ids=[row[0] for row in QUIET]
)
def test_quiet_hours(
    by_night: Mailing, sentence: str, occasion: Occasion, of: Window, now: str, leaves: str
) -> None:
    told = replace(on(occasion, at(now), of), useful_until=of.interval.until + DAY)
    (mail,) = compose(by_night, [told], person(occasions=A), now=at(now)).mails
    assert mail.send_at == at(leaves), sentence


def test_quiet_hours_of_ones_own_go_before_the_operator_s(by_night: Mailing) -> None:
    awake = replace(person(), wishes=Wishes(quiet=QuietHours(time(1), time(2))))
    (mail,) = compose(by_night, [on(A.ANNOUNCED, at("21:00"))], awake, now=at("21:00")).mails
    assert mail.send_at == at("21:00")
    asleep = replace(person(), wishes=Wishes(quiet=QuietHours(time(20), time(9))))
    (mail,) = compose(by_night, [on(A.ANNOUNCED, at("21:00"))], asleep, now=at("21:00")).mails
    assert mail.send_at == at("07:00")


def test_a_last_call_does_not_sleep_through_its_own_deadline(by_night: Mailing) -> None:
    """What makes preparing impossible may begin long before the window itself."""
    call = replace(on(A.LAST_CALL, at("21:00"), around("08:00", "09:00")), useful_until=at("03:00"))
    (mail,) = compose(by_night, [call], now=at("21:00")).mails
    assert mail.send_at == at("21:00")


def test_the_most_urgent_of_several_decides(by_night: Mailing) -> None:
    urgent = window("z", "pz", start=at("02:00"), hours=20)
    (mail,) = compose(by_night, [notice(), notice(of=urgent)], now=at("21:00")).mails
    assert mail.send_at == at("21:00")


# --- what it makes needless -----------------------------------------------------------------------------------

NEEDLESS: list[tuple[str, Callable[[], Notice], bool]] = [
    ("a cancellation", lambda: on(A.CANCELLED), True),
    ("a confirmed end", lambda: on(A.COMPLETED), True),
    ("another time", lambda: on(A.CHANGED, changed=(Change.MOVED,)), True),
    ("other advice, which may concern a few only", lambda: on(A.CHANGED, changed=(Change.ADVICE,)), False),
    ("a reminder, which goes to those who want reminders", lambda: on(A.REMINDER), False),
    ("a last call, which goes to a few", lambda: on(A.LAST_CALL), False),
    ("a start, which goes to those who asked", lambda: on(A.STARTED), False),
    ("an announcement, before which there was nothing", lambda: on(A.ANNOUNCED), False),
]


@pytest.mark.parametrize(("what", "of", "expected"), NEEDLESS, ids=[row[0] for row in NEEDLESS])
def test_what_makes_earlier_mail_untrue(what: str, of: Callable[[], Notice], expected: bool) -> None:
    assert makes_needless(of()) is expected, what


def test_the_advice_behind_the_rows_is_grave_enough_to_be_mailed() -> None:
    """Else the tables above would hold for lack of anything to mail."""
    assert advice(window()).severity.rank >= 2
    assert advice(BANK).severity.rank == 1
