"""Whom a notice concerns: a row, a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from notifier.cycle.concern import concerns
from notifier.model import Change, Channel, Notice, Occasion, Severity, Subscriber, Wishes, iso
from tests.cycle.town import DAY, START, notice, person, shipped, window

ROWS: list[tuple[str, Callable[[], Notice], Subscriber, bool]] = []


def row(sentence: str, of: Callable[[], Notice], who: Subscriber, expected: bool) -> None:
    ROWS.append((sentence, of, who, expected))


def profiles(**changes: object) -> Notice:
    """Trusted profiles are lost: grave for patients and doctors alike."""
    return notice(**changes)  # type: ignore[arg-type]


def bank(**changes: object) -> Notice:
    """One bank is lost: minor."""
    return notice(of=window("mbank-1", "bank.mbank"), **changes)  # type: ignore[arg-type]


def last_call(audience: str = "patient", *systems: str) -> Notice:
    return notice(
        Occasion.LAST_CALL, window("w", *(systems or ("pz",))), audience=audience, detail=f"@{iso(START)}"
    )


def requested(occasion: Occasion) -> Notice:
    return notice(occasion, channel=Channel.ON_REQUEST)


def moved_away(severity: Severity) -> Notice:
    """It was said of mBank and is now said of Millennium."""
    was = window("w", "bank.mbank")
    now = replace(was, systems=("bank.millennium",))
    return notice(Occasion.CHANGED, now, told=was, changed=(Change.SYSTEMS,), severity=severity)


# Audiences.
row("grave news goes to everybody of the audience", profiles, person(), True)
row("and to nobody of another audience", profiles, person(audiences=("doctor",)), False)
row("who belongs to two hears for each", profiles, person(audiences=("doctor", "patient")), True)
row(
    "naming the system does not make one a patient",
    profiles,
    person(audiences=("nurse",), systems=("pz",)),
    False,
)

# Severity.
row("a bank alone is not worth everybody's while", bank, person(), False)
row("but it is for those who named the bank", bank, person(systems=("bank.mbank",)), True)
row("or all banks", bank, person(systems=("bank",)), True)
row("or a part of it", bank, person(systems=("bank.mbank.app",)), True)
row("another bank is another bank", bank, person(systems=("bank.pekao",)), False)
row("a name that only begins alike is another one", bank, person(systems=("bank.mb",)), False)
row("having a method there is naming it", bank, person("mojeid:bank.mbank"), True)
row("having it at another bank is not", bank, person("mojeid:bank.pekao"), False)
row("nor is having it at no bank in particular", bank, person("mojeid"), False)
row(
    "a grave window at a bank goes to everybody",
    lambda: bank(severity=Severity.CRITICAL),
    person(),
    True,
)

# Profiles.
row("who has a method that is lost hears of it", profiles, person("pz-sms"), True)
row("who has one that must be prepared hears of it", profiles, person("mobywatel"), True)
row("who has nothing that is touched does not", profiles, person("edowod-phone"), False)
row("unless they named the system", profiles, person("edowod-phone", systems=("pz",)), True)
row(
    "or one above it",
    lambda: notice(of=window("w", "pz.login")),
    person("edowod-phone", systems=("pz",)),
    True,
)
row(
    "what takes no means of one's own is everybody's",
    lambda: notice(of=window("w", "p1")),
    person("sign-zus"),
    True,
)

# Last calls.
row("a last call goes to those who named no means", last_call, person(), True)
row("to those whose method must be prepared", last_call, person("mobywatel"), True)
row("not to those for whom it is too late or needless", last_call, person("pz-sms"), False)
row("also with another method beside", last_call, person("edowod-phone", "mobywatel"), True)
row("and not to those who only named the system", last_call, person("edowod-phone", systems=("pz",)), False)
row("a bank's way that must be prepared counts at that bank", last_call, person("mojeid:bank.mbank"), True)
row(
    "methods that share a preparation share its call: only the first of them is in the list",
    last_call,
    person("mojeid:bank.millennium"),
    True,
)
row(
    "a sheet of paper takes no means, so everybody is called to print it",
    lambda: last_call("patient", "p1"),
    person("pz-sms"),
    True,
)
row(
    "a call for another moment is not theirs",
    lambda: replace(last_call(), key=replace(last_call().key, detail="@2026-05-13T10:00:00+02:00")),
    person("mobywatel"),
    False,
)

# On request.
for wish in (Occasion.STARTED, Occasion.ENDED, Occasion.COMPLETED):
    row(f"{wish} is mailed on request only", lambda wish=wish: requested(wish), person(), False)
    row(
        f"{wish} is mailed to those who asked for it",
        lambda wish=wish: requested(wish),
        person(occasions={wish}),
        True,
    )
row(
    "asking for the one is not asking for the other",
    lambda: requested(Occasion.ENDED),
    person(occasions={Occasion.STARTED}),
    False,
)
row(
    "asking does not make a bank's window grave",
    lambda: replace(bank(), channels=frozenset({Channel.ON_REQUEST})),
    person(occasions={Occasion.ANNOUNCED}),
    False,
)
row(
    "an end that is told to everybody, after an extension, needs no request",
    lambda: notice(Occasion.ENDED),
    person(),
    True,
)

# Changed: to those whom it concerns as it is now; who was told before is in test_telling.py.
row(
    "a change that touches nothing of theirs concerns nobody anew",
    lambda: moved_away(Severity.MAJOR),
    person("edowod-phone"),
    False,
)
row(
    "one of a bank concerns those who named the new one",
    lambda: moved_away(Severity.MINOR),
    person("mojeid:bank.millennium"),
    True,
)
row("or the old one", lambda: moved_away(Severity.MINOR), person("mojeid:bank.mbank"), True)
row("and nobody else", lambda: moved_away(Severity.MINOR), person("mojeid:bank.pekao"), False)

# Lead times.
for leads, detail, channel, expected in [
    (None, "24h", Channel.MAIL, True),
    (None, "3d", Channel.ON_REQUEST, False),
    ((3 * DAY,), "3d", Channel.ON_REQUEST, True),
    ((3 * DAY,), "24h", Channel.MAIL, False),
    ((DAY,), "24h", Channel.MAIL, True),
    ((), "24h", Channel.MAIL, False),
]:
    row(
        f"a reminder {detail} before for somebody who chose {leads}",
        lambda detail=detail, channel=channel: notice(
            Occasion.REMINDER, detail=f"{detail}@{iso(START)}", channel=channel
        ),
        replace(person(), wishes=Wishes(leads=leads)),
        expected,
    )
row(
    "asking for reminders as such is not choosing a lead time",
    lambda: notice(Occasion.REMINDER, detail=f"3d@{iso(START)}", channel=Channel.ON_REQUEST),
    person(occasions={Occasion.REMINDER}),
    False,
)

# Nothing to tell.
row("without advice there is nothing to mail", lambda: replace(profiles(), advice=None), person(), False)
row(
    "what speaks in feeds only is not mailed",
    lambda: notice(channel=Channel.NEWS),
    person(systems=("pz",)),
    False,
)


@pytest.mark.parametrize(("sentence", "of", "who", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_concerns(sentence: str, of: Callable[[], Notice], who: Subscriber, expected: bool) -> None:
    assert concerns(of(), who, shipped().catalogue) is expected, sentence
