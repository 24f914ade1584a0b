"""Windows, notices and readers that the tests of the words speak about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.config import load
from notifier.model import (
    WARSAW,
    Advice,
    Change,
    Impact,
    Notice,
    NoticeKey,
    Occasion,
    Profile,
    Severity,
    Source,
    Status,
    Window,
)
from notifier.render import MailWords, Renderer, SiteWords, Told

ROOT = Path(__file__).parents[2]
SITE = SiteWords("Przerwy w e-zdrowiu", "https://przerwy.example.pl/", "pomoc@przerwy.example.pl")
CATALOGUE = load(ROOT / "config", ROOT / "templates").catalogue
RENDERER = Renderer(CATALOGUE, ROOT / "templates", SITE)
NETWORK = Network(CATALOGUE)


def at(local: str) -> datetime:
    """``2024-01-19 20:00`` in Warsaw, as UTC."""
    return datetime.fromisoformat(local).replace(tzinfo=WARSAW).astimezone(UTC)


def outage(systems: str, start: str, end: str | None, **rest: object) -> Window:
    """A confirmed outage with a source, told a week before."""
    begins = at(start)
    window = Window(
        id=systems.replace(" ", "-"),
        systems=tuple(systems.split()),
        start=begins,
        end=at(end) if end else None,
        source=Source(
            "Centralny Ośrodek Informatyki", "https://pacjent.gov.pl/prace/", begins - timedelta(days=7)
        ),
    )
    return replace(window, **rest)


PZ = replace(outage("pz", "2024-01-19 20:00", "2024-01-20 16:00"), id="pz-2024-01-19")
NIGHT = replace(outage("p1", "2024-01-26 22:00", "2024-01-27 04:00"), id="p1-2024-01-26")
P1 = outage("p1", "2025-06-02 20:00", "2025-06-03 06:00")
LOGIN = outage("login-gov", "2025-06-07 22:00", "2025-06-08 04:00")
HUB = outage("mojeid", "2025-06-07 22:00", "2025-06-08 04:00")
MOBYWATEL = outage("mobywatel", "2026-03-09 20:00", "2026-03-10 01:00")
MBANK = outage("bank.mbank", "2024-01-20 00:00", "2024-01-20 04:00")


def advise(window: Window, audience: str = "patient", *others: Window) -> Advice:
    """What the audience is told about the window while the others are known too."""
    return Adviser(Outlook(NETWORK, [window, *others]), Effects(NETWORK)).advise(window, audience)


def notice(
    window: Window,
    occasion: Occasion = Occasion.ANNOUNCED,
    audience: str = "patient",
    *others: Window,
    due: str | None = None,
    changes: Iterable[Change] = (),
    told: Window | None = None,
) -> Notice:
    """A notice that is due a day before the window, or when told."""
    advice = advise(window, audience, *others)
    moment = at(due) if due else window.start - timedelta(days=1)
    return Notice(
        key=NoticeKey(window.id, audience, occasion),
        due=moment,
        useful_until=moment + timedelta(days=7),
        sent=True,
        reason="a test asks for it",
        edition=1,
        sequence=0,
        severity=advice.severity,
        advice=advice,
        changes=tuple(changes),
        told=told,
    )


def text(
    window: Window,
    occasion: Occasion = Occasion.ANNOUNCED,
    audience: str = "patient",
    *others: Window,
    language: str = "pl",
    have: Iterable[str] = (),
    **rest: object,
) -> str:
    """The plain text of a notice."""
    made = notice(window, occasion, audience, *others, **rest)
    return RENDERER.notice(made, language, Profile.of(have)).text


def block(text: str, heading: str) -> str:
    """The part of a plain text under a heading."""
    lines = text.splitlines()
    begin = lines.index(heading)
    end = next(
        (i for i in range(begin, len(lines)) if not lines[i] and not lines[i + 1].startswith(("-", "1."))),
        len(lines),
    )
    return "\n".join(lines[begin + 1 : end])


EVERY_OCCASION: dict[str, Notice] = {}
"""Name -> notice: every occasion and change of the outage of January 2024, for a patient and a doctor."""


def _everything() -> None:
    evening = replace(PZ, start=at("2024-01-19 18:00"), end=at("2024-01-20 10:00"))
    noon = replace(PZ, end=at("2024-01-20 12:00"))
    changed = {
        "moved": (PZ, evening, (Change.MOVED,)),
        "shortened": (noon, PZ, (Change.SHORTENED,)),
        "extended": (PZ, noon, (Change.EXTENDED,)),
        "endless": (replace(PZ, end=None), PZ, (Change.EXTENDED,)),
        "systems": (PZ, replace(PZ, systems=("pz.sign",)), (Change.SYSTEMS,)),
        "impact": (replace(PZ, impact=Impact.DEGRADED), PZ, (Change.IMPACT,)),
        "confirmed": (PZ, replace(PZ, status=Status.TENTATIVE), (Change.CONFIRMED,)),
        "unconfirmed": (replace(PZ, status=Status.TENTATIVE), PZ, (Change.UNCONFIRMED,)),
        "reinstated": (PZ, replace(PZ, status=Status.CANCELLED), (Change.REINSTATED,)),
    }
    early = replace(PZ, end=at("2024-01-20 13:00"), status=Status.COMPLETED)
    for audience in ("patient", "doctor"):
        every = EVERY_OCCASION
        every[f"announced-{audience}"] = notice(PZ, audience=audience, due="2024-01-12 00:00")
        every[f"reminder-{audience}"] = notice(PZ, Occasion.REMINDER, audience, due="2024-01-18 20:00")
        every[f"last-call-{audience}"] = notice(PZ, Occasion.LAST_CALL, audience, due="2024-01-19 18:00")
        every[f"started-{audience}"] = notice(PZ, Occasion.STARTED, audience, due="2024-01-19 20:00")
        every[f"ended-{audience}"] = notice(PZ, Occasion.ENDED, audience, due="2024-01-20 16:00")
        every[f"completed-{audience}"] = notice(
            early, Occasion.COMPLETED, audience, due="2024-01-20 13:05", told=PZ
        )
        every[f"cancelled-{audience}"] = notice(
            replace(PZ, status=Status.CANCELLED),
            Occasion.CANCELLED,
            audience,
            due="2024-01-18 09:00",
            told=PZ,
        )
        for name, (now, before, changes) in changed.items():
            every[f"changed-{name}-{audience}"] = notice(
                now, Occasion.CHANGED, audience, due="2024-01-18 10:00", changes=changes, told=before
            )
        every[f"changed-advice-{audience}"] = notice(
            PZ, Occasion.CHANGED, audience, MBANK, due="2024-01-18 10:00", changes=(Change.ADVICE,), told=PZ
        )


_everything()

OTHER_OUTAGES: dict[str, Notice] = {
    f"{name}-{audience}": notice(window, audience=audience)
    for name, window in {
        "p1": P1,
        "login-gov": LOGIN,
        "mojeid": HUB,
        "mobywatel": MOBYWATEL,
        "mbank": MBANK,
        "degraded": replace(P1, impact=Impact.DEGRADED),
        "tentative": replace(PZ, status=Status.TENTATIVE),
    }.items()
    for audience in ("patient", "doctor")
}
"""Name -> notice: the first news of outages of another kind."""

OTHER_READERS: dict[str, Notice] = {
    f"{audience}": notice(PZ, audience=audience, due="2024-01-12 00:00")
    for audience in ("parent", "nurse", "pharmacist", "reception")
    if advise(PZ, audience).severity is not Severity.NONE
}
"""Name -> notice: the first news of the outage of January 2024 for everybody else whom it touches."""

EVERYTHING: dict[str, Notice] = {**EVERY_OCCASION, **OTHER_OUTAGES, **OTHER_READERS}


@cache
def words_of(name: str, language: str) -> Told:
    """One of all these notices in words."""
    return RENDERER.notice(EVERYTHING[name], language)


@cache
def mail_of(name: str, language: str) -> MailWords:
    """One of all these notices as a mail."""
    return RENDERER.mail([EVERYTHING[name]], language)
