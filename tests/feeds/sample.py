"""Facts and words for the tests of feeds: small, made up, and without any renderer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from notifier.feeds import CalendarEntry, Feeds, NewsEntry
from notifier.model import (
    WARSAW,
    Advice,
    Impact,
    Notice,
    NoticeKey,
    Occasion,
    Profile,
    Severity,
    Source,
    Status,
    Window,
    utc,
)

BASE = "https://przerwy.example"
NAME = "Przerwy w e-zdrowiu"
TOLD_AT = datetime(2024, 1, 12, 9, 30, tzinfo=UTC)
TEXT = (
    "Nie zadziała logowanie Profilem Zaufanym ani podpis zaufany.\n\n"
    "Zażółć gęślą jaźń; przecinki, średniki; ukośnik \\ i koniec.\n"
    "Zalogujesz się przez mojeID w banku."
)


def at(text: str) -> datetime:
    """An ISO time in Warsaw, with an offset where it must be told which of two hours is meant."""
    moment = datetime.fromisoformat(text)
    return utc(moment.replace(tzinfo=WARSAW) if moment.tzinfo is None else moment)


@dataclass(frozen=True)
class Told:
    """Words as a renderer would give them."""

    title: str
    lead: str = "Nie zadziała Profil Zaufany."
    text: str = TEXT
    html: str = "<h3>Co działa</h3>\n<p>mojeID w banku &amp; aplikacja</p>"
    categories: tuple[str, ...] = ("krytyczne", "Profil Zaufany")


@dataclass(frozen=True)
class Ring:
    """A preparation with its instant."""

    at: datetime
    text: str


@dataclass
class Teller:
    """Tells everything by its identity, and counts how often it was asked."""

    words: Callable[[str], Told] = Told
    rings: tuple[Ring, ...] = ()
    asked: list[str] = field(default_factory=list)

    def notice(self, notice: Notice, language: str, profile: Profile = Profile()) -> Told:
        self.asked.append(notice.key.window)
        return self.words(f"{notice.key.occasion}: {notice.key.window} [{language}]{_for(profile)}")

    def advice(self, advice: Advice, language: str, profile: Profile = Profile()) -> Told:
        self.asked.append(advice.window.id)
        return self.words(f"Przerwa: {advice.window.id} [{language}]{_for(profile)}")

    def alarms(self, advice: Advice, language: str) -> tuple[Ring, ...]:
        return self.rings

    def feed_words(self, audience: str, language: str) -> tuple[str, str]:
        return f"Przerwy: {audience} [{language}]", "Co działa & czego brak w czasie przerw"


def _for(profile: Profile) -> str:
    return "".join(f" ({means})" for means in sorted(profile.means))


def feeds(teller: Teller | None = None, base: str = BASE, keep: int = 64 << 20) -> Feeds:
    """Feeds in Polish and English over a stub."""
    return Feeds(teller or Teller(), base, NAME, ("pl", "en"), keep=keep)


def window(
    name: str = "pz-2024-01-19",
    start: str = "2024-01-19 20:00",
    end: str | None = "2024-01-20 16:00",
    status: Status = Status.CONFIRMED,
    impact: Impact = Impact.OUTAGE,
    systems: tuple[str, ...] = ("pz", "mobywatel.online"),
) -> Window:
    return Window(name, systems, at(start), at(end) if end else None, status, impact, Source("COI"))


def advice(of: Window, audience: str = "patient", severity: Severity = Severity.CRITICAL) -> Advice:
    return Advice(of, audience, severity, of.interval, (), (), (), f"digest-{of.id}-{of.start}-{of.end}")


def news(
    of: Window | None = None,
    published: datetime = TOLD_AT,
    occasion: Occasion = Occasion.ANNOUNCED,
    detail: str = "1",
    audience: str = "patient",
    severity: Severity = Severity.CRITICAL,
    edition: int = 1,
) -> NewsEntry:
    of = of or window()
    notice = Notice(
        key=NoticeKey(of.id, audience, occasion, detail),
        due=published,
        useful_until=of.start,
        sent=True,
        reason="because",
        edition=edition,
        sequence=edition - 1,
        severity=severity,
        advice=advice(of, audience, severity),
    )
    return NewsEntry(notice, published)


def event(
    of: Window | None = None,
    sequence: int = 0,
    stamp: datetime = TOLD_AT,
    reminders: tuple[timedelta, ...] = (timedelta(days=7), timedelta(hours=24), timedelta(hours=2)),
    audience: str = "patient",
    severity: Severity = Severity.CRITICAL,
) -> CalendarEntry:
    of = of or window()
    return CalendarEntry(advice(of, audience, severity), sequence, stamp, TOLD_AT, reminders)
