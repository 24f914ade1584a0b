"""What one person is told, against what they were told before: a row, a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from notifier.cycle.telling import Recorded, Telling
from notifier.feeds import CalendarEntry
from notifier.model import Change, Channel, Notice, Occasion, Status, Subscriber, Window
from notifier.store import Heard
from tests.cycle.town import DAY, HOUR, START, T0, notice, person, shipped, window

FIRST = window()
LONGER = replace(FIRST, end=START + 10 * HOUR)
LATER = replace(FIRST, start=START + DAY, end=START + DAY + 8 * HOUR)
BANK = replace(FIRST, systems=("bank.mbank",))
EDITIONS: dict[int, Window] = {
    1: FIRST,
    2: LONGER,
    3: LATER,
    4: replace(FIRST, status=Status.CANCELLED),
    5: BANK,
}

NEVER = None
UNTOUCHED = person("edowod-phone")


def heard(edition: int, *, extended: bool = False) -> Heard:
    return Heard(edition, extended)


def changed(edition: int, *changes: Change, told: int = 1) -> Notice:
    return replace(
        notice(Occasion.CHANGED, EDITIONS[edition], told=EDITIONS[told], changed=changes), edition=edition
    )


def cancelled() -> Notice:
    return notice(Occasion.CANCELLED, EDITIONS[4], told=FIRST)


def over(occasion: Occasion, channel: Channel = Channel.ON_REQUEST) -> Notice:
    return notice(occasion, replace(FIRST, status=Status.COMPLETED), channel=channel, told=FIRST)


def tell(news: Notice, who: Subscriber, before: Heard | None) -> Notice | None:
    """What the person is told of it, if anything."""
    assert news.advice is not None
    item = Recorded(1, news, CalendarEntry(news.advice, 0, T0, T0))
    known = {} if before is None else {item.pair: {who.id: before}}
    telling = Telling(shipped().catalogue, known, lambda _, number: EDITIONS[number])
    told = telling.choose(who, [item])
    return told[0].notice if told else None


ROWS: list[
    tuple[str, Callable[[], Notice], Subscriber, Heard | None, Occasion | None, tuple[Change, ...]]
] = [
    (
        "a longer outage is told as longer to whoever knew the first hours",
        lambda: changed(2, Change.EXTENDED),
        person(),
        heard(1),
        Occasion.CHANGED,
        (Change.EXTENDED,),
    ),
    (
        "whoever missed the step between hears the difference from what they knew",
        lambda: changed(3, Change.MOVED, told=2),
        person(),
        heard(1),
        Occasion.CHANGED,
        (Change.MOVED,),
    ),
    (
        "whoever was told just that already hears nothing",
        lambda: changed(2, Change.EXTENDED),
        person(),
        heard(2),
        None,
        (),
    ),
    (
        "to whoever never heard of it, it is new",
        lambda: changed(2, Change.EXTENDED),
        person(),
        NEVER,
        Occasion.ANNOUNCED,
        (),
    ),
    ("unless it does not touch them", lambda: changed(2, Change.EXTENDED), UNTOUCHED, NEVER, None, ()),
    (
        "whom it touches no more hears of a change if they were told",
        lambda: changed(2, Change.EXTENDED),
        UNTOUCHED,
        heard(1),
        Occasion.CHANGED,
        (Change.EXTENDED,),
    ),
    (
        "also when the system they have is no longer in it",
        lambda: changed(5, Change.SYSTEMS),
        person("pz-sms"),
        heard(1),
        Occasion.CHANGED,
        (Change.SYSTEMS,),
    ),
    (
        "also who reads for another audience now",
        lambda: changed(2, Change.EXTENDED),
        person(audiences=("doctor",)),
        heard(1),
        Occasion.CHANGED,
        (Change.EXTENDED,),
    ),
    (
        "other advice is for those whom it concerns",
        lambda: changed(1, Change.ADVICE),
        UNTOUCHED,
        heard(1),
        None,
        (),
    ),
    (
        "and told to them as such",
        lambda: changed(1, Change.ADVICE),
        person("pz-sms"),
        heard(1),
        Occasion.CHANGED,
        (Change.ADVICE,),
    ),
    (
        "what was called off and is on after all is told so",
        lambda: changed(1, Change.REINSTATED, told=4),
        person(),
        heard(4),
        Occasion.CHANGED,
        (Change.REINSTATED,),
    ),
    ("a cancellation goes to whoever was told", cancelled, UNTOUCHED, heard(1), Occasion.CANCELLED, ()),
    ("and to nobody else", cancelled, person(), NEVER, None, ()),
    ("that it is over is told on request", lambda: over(Occasion.COMPLETED), person(), heard(1), None, ()),
    (
        "to those who asked",
        lambda: over(Occasion.COMPLETED),
        person(occasions=[Occasion.COMPLETED]),
        heard(1),
        Occasion.COMPLETED,
        (),
    ),
    (
        "and to those told of an extension",
        lambda: over(Occasion.COMPLETED, Channel.MAIL),
        UNTOUCHED,
        heard(2, extended=True),
        Occasion.COMPLETED,
        (),
    ),
    (
        "an extension that others were told does not count",
        lambda: over(Occasion.ENDED, Channel.MAIL),
        person(),
        heard(1),
        None,
        (),
    ),
    (
        "nor is it told to those who never heard of it and did not ask",
        lambda: over(Occasion.ENDED, Channel.MAIL),
        person(),
        NEVER,
        None,
        (),
    ),
]


@pytest.mark.parametrize(
    ("sentence", "news", "who", "before", "occasion", "changes"), ROWS, ids=[row[0] for row in ROWS]
)
def test_told(
    sentence: str,
    news: Callable[[], Notice],
    who: Subscriber,
    before: Heard | None,
    occasion: Occasion | None,
    changes: tuple[Change, ...],
) -> None:
    told = tell(news(), who, before)
    assert (told.key.occasion if told else None, told.changes if told else ()) == (occasion, changes), (
        sentence
    )
    if told is not None and occasion is Occasion.CHANGED and changes != (Change.ADVICE,) and before:
        assert told.told == EDITIONS[before.edition], "old is what they were told"


def test_who_reads_for_two_audiences_now_hears_once_in_the_words_for_the_present_one() -> None:
    """They were told as a patient and are a doctor now: the doctor's words do."""
    who = person(audiences=("doctor",))
    items = [
        Recorded(number, replace(made, edition=2), CalendarEntry(made.advice, 0, T0, T0))
        for number, made in enumerate(
            (
                notice(Occasion.CHANGED, LONGER, audience=audience, told=FIRST, changed=(Change.EXTENDED,))
                for audience in ("patient", "doctor")
            ),
            1,
        )
        if made.advice is not None
    ]
    telling = Telling(
        shipped().catalogue, {("pz-1", "patient"): {who.id: heard(1)}}, lambda _, number: EDITIONS[number]
    )
    assert [item.pair for item in telling.choose(who, items)] == [("pz-1", "doctor")]
