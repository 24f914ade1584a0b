"""What each page is about, taken from the facts: choices and order, without a word of any language."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.model import WARSAW, Advice, Impact, Severity, Source, Status, Window
from notifier.web.facts import SiteFacts, WindowFacts, WindowState, segment

LATELY = timedelta(hours=36)
"""How long the first page still speaks of an outage that is over, or of one that was called off."""

PAST_SHOWN = 10
AHEAD_SHOWN = 40
LINKED = 5
"""How many outages the first page names for each audience; the most pressing one is told in full."""

ANSWERED = 6
"""How many outages the page of an audience takes into its answers; more would bury the next one."""

OLD_AFTER = timedelta(hours=3)
"""How long after a page should have changed its reader is told that it is old: it is made anew each hour."""

SOURCES_SHOWN = 6
ROWS_INLINE = 100

_LIVE = (WindowState.NOW, WindowState.NEXT)


@dataclass(frozen=True, slots=True)
class Shown:
    """A window as pages show it: its place among the pages, what kind of news it is, and how it stands.

    ``moment`` is the moment as of which it is put into words; ``told`` says whether its page still gives advice:
    not for what is long over or called off. ``lately`` marks what the first page still speaks of.
    """

    facts: WindowFacts
    window: Window
    state: WindowState
    place: str
    kind: str
    status: str
    moment: datetime
    told: bool
    lately: bool

    @property
    def open(self) -> bool:
        """True while nobody has said when it ends."""
        return self.window.end is None

    @property
    def live(self) -> bool:
        """True for what is under way or ahead."""
        return self.state in _LIVE


@dataclass(frozen=True, slots=True)
class Reader:
    """One audience: the windows that concern it, the most pressing first."""

    audience: str
    rows: tuple[Shown, ...]

    @property
    def named(self) -> tuple[Shown, ...]:
        """Those that the first page names."""
        return self.rows[:LINKED]


@dataclass(frozen=True, slots=True)
class Home:
    """The first page."""

    now: tuple[Shown, ...]
    ahead: tuple[Shown, ...]
    lately: tuple[Shown, ...]
    past: tuple[Shown, ...]
    readers: tuple[Reader, ...]
    sources: tuple[Source, ...]

    @property
    def felt(self) -> tuple[Shown, ...]:
        """Those under way that somebody should notice."""
        return tuple(row for row in self.now if row.kind != Impact.NONE.value)


def shown(facts: WindowFacts, at: datetime) -> Shown:
    """One window as it stands at a moment."""
    window = facts.edition.window
    lately = facts.state not in _LIVE and _recent(facts, window, at)
    told = lately or facts.state in _LIVE
    return Shown(
        facts=facts,
        window=window,
        state=facts.state,
        place=f"windows/{segment(window.id)}/",
        kind=_kind(facts.state, window),
        status=_status(facts.state, window),
        moment=_reading(facts, window, at, facts.advice.values() if told else ()),
        told=told,
        lately=lately,
    )


def home(rows: Sequence[Shown], audiences: Sequence[str]) -> Home:
    """Choose what the first page says. ``rows`` are all windows in the order of their start."""
    now = tuple(row for row in rows if row.state is WindowState.NOW)
    ahead = tuple(row for row in rows if row.state is WindowState.NEXT)
    over = [row for row in rows if not row.live]
    past = tuple(over[: -PAST_SHOWN - 1 : -1])
    return Home(
        now=now,
        ahead=ahead[:AHEAD_SHOWN],
        lately=tuple(row for row in reversed(over) if row.lately),
        past=past,
        readers=tuple(Reader(audience, _pressing(audience, (*now, *ahead))) for audience in audiences),
        sources=tuple(dict.fromkeys(row.window.source for row in (*now, *ahead) or past))[:SOURCES_SHOWN],
    )


def fresh_until(rows: Iterable[Shown], at: datetime) -> tuple[datetime, datetime] | None:
    """When time alone will change a page about these windows, and from when on one that did not change is old."""
    edges = (edge for row in rows if row.live for edge in (row.window.start, row.window.end))
    first = min((edge for edge in edges if edge is not None and edge > at), default=None)
    return None if first is None else (first, first + OLD_AFTER)


def alone(row: Shown, rows: Iterable[Shown]) -> tuple[bool, bool]:
    """Whether nothing else is known for some time before a live window, and for some time after it."""
    if not row.live or row.window.end is None:
        return row.live, False
    reach = (row.window.end - row.window.start) / 4
    others = [each.window for each in rows if each is not row and each.window.counts]
    before, after = row.window.start - reach, row.window.end + reach
    return (
        not any(each.start < row.window.start and each.interval.until > before for each in others),
        not any(each.interval.until > row.window.end and each.start < after for each in others),
    )


def touched(row: Shown, audiences: Sequence[str]) -> tuple[Advice, ...]:
    """Advice on one window for the audiences that it touches, in their order on the page."""
    if not row.told:
        return ()
    found = (row.facts.advice.get(audience) for audience in audiences)
    return tuple(advice for advice in found if advice is not None and advice.severity is not Severity.NONE)


def years(rows: Sequence[Shown]) -> dict[int, tuple[Shown, ...]]:
    """All windows by the year in which they begin, latest first. ``rows`` are in the order of their start."""
    found: dict[int, list[Shown]] = {}
    for row in reversed(rows):
        found.setdefault(row.window.start.astimezone(WARSAW).year, []).append(row)
    return {year: tuple(inside) for year, inside in found.items()}


def month(row: Shown) -> tuple[int, int]:
    """Year and month in which a window begins, by the clock in Poland."""
    start = row.window.start.astimezone(WARSAW)
    return start.year, start.month


def listed(rows: Sequence[Shown]) -> Hashable:
    """What a table says of windows."""
    return tuple((row.window, row.kind, row.status) for row in rows)


def short(facts: WindowFacts) -> Hashable:
    """What tells one advice from another, without comparing every answer."""
    return tuple((key, each.digest, each.severity, each.stretch) for key, each in facts.advice.items())


def last_change(facts: SiteFacts) -> datetime | None:
    """When what the pages say last changed, for ``Last-Modified``; ``None`` without any window.

    The latest of all editions, and of the planned starts and ends that have passed: an outage that begins
    changes the page as much as one that is announced. One moment for all pages, since advice on one window
    changes with any other. It follows from the facts and ``at`` alone and never lies in the future.
    """
    moments: list[datetime] = []
    for each in facts.windows:
        moments += [edition.known_at for edition in each.editions]
        moments += [edition.recorded_at for edition in each.editions]
        moments += [edge for edge in (each.window.start, each.window.end) if edge is not None]
    return max((moment for moment in moments if moment <= facts.at), default=None)


def _kind(state: WindowState, window: Window) -> str:
    if state is WindowState.CANCELLED or window.status is Status.CANCELLED:
        return "cancelled"
    if window.status is Status.TENTATIVE:
        return "maybe"
    return window.impact.value


def _status(state: WindowState, window: Window) -> str:
    """The word for how it stands. A planned moment that passed says "by plan" and no more."""
    if state is WindowState.CANCELLED:
        return Status.CANCELLED.value
    if state is WindowState.PAST and window.status is not Status.COMPLETED:
        return "past"
    if state is WindowState.NOW and window.status is Status.CONFIRMED:
        return "now"
    return window.status.value


def _reading(facts: WindowFacts, window: Window, at: datetime, advices: Iterable[Advice]) -> datetime:
    """The moment as of which a window is put into words: the latest at which those words can have changed.

    One of its own edges, or when it became known. So the words change when an edge passes and not with every
    look at the clock, and a page built for ``at`` is the page that was served at ``at``.
    """
    edges = {window.start, window.end}
    for advice in advices:
        edges |= {advice.stretch.start, advice.stretch.end}
        edges |= {prepare.by for prepare in advice.prepare}
        edges |= {part.interval.start for task in advice.tasks for part in task.parts}
    passed = [edge for edge in edges if edge is not None and edge <= at]
    return max([min(facts.edition.known_at, at), *passed])


def _recent(facts: WindowFacts, window: Window, at: datetime) -> bool:
    if window.impact is Impact.NONE:
        return False
    since = at - LATELY
    if facts.state is WindowState.CANCELLED or window.end is None:
        return facts.edition.known_at >= since
    return window.end >= since


def _pressing(audience: str, rows: Iterable[Shown]) -> tuple[Shown, ...]:
    """What is under way and what comes next, as far as it touches this audience, up to a bound."""

    def matters(row: Shown) -> bool:
        advice = row.facts.advice.get(audience)
        return advice is not None and advice.severity is not Severity.NONE

    return tuple(itertools.islice(filter(matters, rows), ANSWERED))
