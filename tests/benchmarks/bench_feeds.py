"""How much faster feeds are joined from ready parts than built anew, and what building by parts costs.

``python -m tests.benchmarks.bench_feeds [WINDOWS]`` prints medians and ratios of one run; cases take turns, so
that a busy machine slows all of them alike. Words come from a stub: a real renderer makes "anew" dearer still.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from feedgen.feed import FeedGenerator
from icalendar import Alarm, Calendar, Event

from notifier.feeds import CalendarEntry, NewsEntry
from tests.benchmarks.figure import Figure, tell
from tests.feeds.sample import BASE, TOLD_AT, Teller, Told, event, feeds, news, window

ROUNDS = 3
FIRST = datetime(2024, 1, 19, 20, tzinfo=UTC)
WORDS = Told(
    "Przerwa", text="Zażółć gęślą jaźń; logowanie działa.\n" * 24, html="<p>Zażółć gęślą jaźń.</p>\n" * 24
)


def facts(count: int) -> tuple[list[NewsEntry], list[CalendarEntry]]:
    """As many windows, one every three hours, each told a minute after the one before."""
    windows = [
        window(
            f"w-{number:05}",
            (FIRST + timedelta(hours=3 * number)).isoformat(),
            (FIRST + timedelta(hours=3 * number + 4)).isoformat(),
        )
        for number in range(count)
    ]
    told = [TOLD_AT + timedelta(minutes=number) for number in range(count)]
    items = [news(of, published) for of, published in zip(windows, told, strict=True)]
    return items, [event(of, stamp=stamp) for of, stamp in zip(windows, told, strict=True)]


def feedgen_alone(items: list[NewsEntry]) -> bytes:
    """Build the same news by feedgen in the plain way."""
    feed = FeedGenerator()
    feed.title("Przerwy")
    feed.description("Przerwy")
    feed.link(href=BASE, rel="alternate")
    feed.lastBuildDate(items[-1].published)
    for entry in items:
        item = feed.add_entry(order="append")
        item.guid(entry.guid("pl"))
        item.title(WORDS.title)
        item.link(href=f"{BASE}/windows/{entry.notice.key.window}/", rel="alternate")
        item.description(WORDS.lead)
        item.content(WORDS.html)
        for term in ("critical", "pz", "mobywatel.online", *WORDS.categories):
            item.category(term=term)
        item.published(entry.published)
    made: bytes = feed.rss_str()
    return made


def icalendar_alone(events: list[CalendarEntry]) -> bytes:
    """Build the same calendar by icalendar in the plain way."""
    calendar = Calendar()
    calendar.add("prodid", "-//notifier//bench//PL")
    calendar.add("version", "2.0")
    for entry in events:
        made = Event()
        made.add("uid", entry.uid)
        for name in ("dtstamp", "created", "last-modified"):
            made.add(name, entry.stamp)
        made.add("sequence", entry.sequence)
        made.add("dtstart", entry.advice.window.start)
        made.add("dtend", entry.advice.window.end)
        made.add("summary", WORDS.title)
        made.add("description", WORDS.text)
        made.add("url", f"{BASE}/windows/{entry.advice.window.id}/")
        made.add("status", "CONFIRMED")
        made.add("transp", "TRANSPARENT")
        made.add("categories", ["critical", "pz", "mobywatel.online", *WORDS.categories])
        for lead in entry.reminders:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", WORDS.title)
            alarm.add("trigger", -lead)
            made.add_component(alarm)
        calendar.add_component(made)
    made_all: bytes = calendar.to_ical()
    return made_all


def seconds(case: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    case()
    return time.perf_counter() - start


def measure(count: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each case for as many windows."""
    items, events = facts(count)
    keep = 1 << 30
    warm = feeds(Teller(words=lambda _: WORDS), keep=keep)

    def anew():
        return feeds(Teller(words=lambda _: WORDS), keep=keep)

    def rss(made, entries=items):
        return made.news("patient", "pl", entries, kinds=("rss",))["rss"]

    def ics(made, entries=events):
        return made.calendar("patient", "pl", entries)

    assert rss(warm) == rss(anew())
    assert ics(warm) == ics(anew())
    cases = {
        "rss warm": lambda: rss(warm),
        "rss warm, entries made too": lambda: rss(
            warm, [NewsEntry(entry.notice, entry.published) for entry in items]
        ),
        "rss anew": lambda: rss(anew()),
        "rss by feedgen alone": lambda: feedgen_alone(items),
        "ics warm": lambda: ics(warm),
        "ics warm, entries made too": lambda: ics(
            warm, [CalendarEntry(e.advice, e.sequence, e.stamp, e.created, e.reminders) for e in events]
        ),
        "ics anew": lambda: ics(anew()),
        "ics by icalendar alone": lambda: icalendar_alone(events),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            times[name].append(seconds(case))
    return {name: statistics.median(taken) for name, taken in times.items()}


def ratios(taken: dict[str, float]) -> dict[str, float]:
    """The figures that are promised: how many times faster a join is, and what parts cost when cold."""
    found = {}
    for kind, alone in (("rss", "rss by feedgen alone"), ("ics", "ics by icalendar alone")):
        found[f"{kind}: anew / warm"] = taken[f"{kind} anew"] / taken[f"{kind} warm"]
        found[f"{kind}: anew / warm, entries made too"] = (
            taken[f"{kind} anew"] / taken[f"{kind} warm, entries made too"]
        )
        found[f"{kind}: library alone / warm"] = taken[alone] / taken[f"{kind} warm"]
        found[f"{kind}: anew / library alone"] = taken[f"{kind} anew"] / taken[alone]
    return found


def run() -> list[Figure]:
    """Medians and ratios of one run. No goals: how fast a whole change is told is held in ``bench_cycle``."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 5000)
    taken = measure(count)
    name = f"{count:,} windows"
    return [
        *(Figure(f"{name}: {case}", 1000 * median, "ms") for case, median in taken.items()),
        *(Figure(f"{name}: {case}", ratio, "times") for case, ratio in ratios(taken).items()),
    ]


if __name__ == "__main__":
    tell(run)
