"""Whole conversations with three people, from the first mail to the last, kept as they were read and found good.

Each file in ``tests/golden/conversations`` can be read from top to bottom, as its reader got it. The mails come
from passes with a simulated clock; between two passes the relay takes all that is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from notifier.model import WARSAW, Status, Window
from notifier.store import NewSubscriber
from tests.cycle.town import Letter, Town, config, deliver, window

KEPT = Path(__file__).parents[1] / "golden" / "conversations"
MINUTE = timedelta(minutes=1)


def at(local: str) -> datetime:
    """``2026-05-15 20:00`` in Warsaw."""
    return datetime.fromisoformat(local).replace(tzinfo=WARSAW)


PEOPLE = {
    "patient": {"audiences": ("patient",), "have": ("pz-bank:bank.alior", "mojeikp-pin")},
    "doctor": {"audiences": ("doctor",), "have": ("pz-sms", "sign-pz")},
    "reception": {"audiences": ("reception",)},
}
"""A patient of Alior Bank; a doctor who signs with the trusted signature only; a shared mailbox of a clinic."""

BEGIN = at("2026-05-04 10:00")
NIGHT = replace(
    window("pz-2026-05-15", "pz", start=at("2026-05-15 20:00"), hours=20, published=BEGIN),
    source=replace(window().source, name="Centralny Ośrodek Informatyki", published=BEGIN),
)
LONGER = replace(NIGHT, end=at("2026-05-16 20:00"))
P1 = replace(
    NIGHT, id="p1-2026-05-22", systems=("p1",), start=at("2026-05-22 22:00"), end=at("2026-05-23 04:00")
)
STORY: list[tuple[str, Window | None]] = [
    ("2026-05-04 10:00", None),
    ("2026-05-04 10:02", None),
    ("2026-05-16 14:30", LONGER),
    ("2026-05-16 20:00", None),
    ("2026-05-18 09:00", P1),
    ("2026-05-20 12:00", replace(P1, status=Status.CANCELLED)),
]
"""What becomes known when; in between the clock alone brings reminders and the end."""


@cache
def letters(language: str) -> list[Letter]:
    """All that was mailed, in order."""
    site = {
        "languages": ("pl", "en"),
        "base_url": "https://przerwy.example.pl",
        "contact": "pomoc@example.pl",
    }
    mail = {"sender": "Przerwy w e-zdrowiu <przerwy@example.pl>"}
    town = Town(config(NIGHT, audiences=tuple(PEOPLE), site=site, mail=mail))
    for name, facts in PEOPLE.items():
        town.store.subscribers.import_(
            [NewSubscriber(f"{name}@example.pl", language=language, **facts)], "test", BEGIN
        )
    for begin, said in moments():
        if said is not None:
            town.operator(said, begin)
        following = next((moment for moment, _ in moments() if moment > begin + MINUTE), None)
        now: datetime | None = begin if said is None else begin + MINUTE
        while now is not None and (following is None or now < following):
            look_again = town.run(now).look_again
            deliver(town, now)
            now = look_again
    return town.mails()


def moments() -> Iterator[tuple[datetime, Window | None]]:
    return ((at(local), said) for local, said in STORY)


def told(letter: Letter) -> str:
    """One mail as its reader sees it, and what it does to the calendar."""
    event = letter.event
    sent = letter.row.created_at.astimezone(WARSAW)
    end = f" – {event['DTEND'].dt.astimezone(WARSAW):%d.%m %H:%M}" if "DTEND" in event else ""
    start = event["DTSTART"].dt.astimezone(WARSAW)
    calendar = f"{letter.method} {event['SEQUENCE']}: {start:%d.%m %H:%M}{end} {event['STATUS']}"
    head = [f"{sent:%d.%m.%Y %H:%M}", letter.subject, f"[{calendar}]"]
    return "\n".join((*head, "", letter.part("text/plain").strip()))


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", PEOPLE)
def test_conversation(name: str, language: str, golden: Callable[[Path, bytes | str], None]) -> None:
    mine = [told(letter) for letter in letters(language) if letter.to == name]
    line = "\n\n" + "=" * 100 + "\n\n"
    golden(KEPT / f"{name}.{language}.txt", line.join(mine) + "\n")


@pytest.mark.parametrize("name", PEOPLE)
def test_a_window_is_one_thread_and_one_event_of_which_the_revisions_rise(name: str) -> None:
    by_window: dict[str, list[Letter]] = {}
    for letter in letters("pl"):
        if letter.to == name:
            by_window.setdefault(str(letter.event["X-MAINTNOTE-MAINTENANCE-ID"]), []).append(letter)
    assert len(by_window) == 2
    for mine in by_window.values():
        assert len({str(letter.message["References"]) for letter in mine}) == 1
        assert len({str(letter.event["UID"]) for letter in mine}) == 1
        numbers = [letter.event["SEQUENCE"] for letter in mine]
        assert numbers == sorted(numbers)
        assert numbers[0] < numbers[-1]
