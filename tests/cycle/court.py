"""Sources that speak, and what comes of it: polls and decisions in any order, judged after each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from notifier.cycle import OPERATOR, Editions
from notifier.cycle.truth import judge
from notifier.cycle.verdicts import Draft, Judged, Speaker
from notifier.cycle.witnesses import Decision, Heard, digest_of, hear
from notifier.model import Edition, Impact, Status, Window
from notifier.sources import Claim, Statement
from tests.cycle.town import HOUR, START, T0

SYSTEMS = frozenset({"pz", "pz.login", "mojeid", "p1", "bank.mbank", "bank.pko"})


def claim(
    key: str = "k",
    *systems: str,
    start: datetime | None = START,
    hours: float | None = 8,
    status: Status = Status.CONFIRMED,
    impact: Impact = Impact.OUTAGE,
    sure: bool = True,
    refers_to: str = "",
    published: datetime | None = None,
) -> Claim:
    """An outage of trusted profiles, ten days from the beginning, unless said otherwise."""
    return Claim(
        key=key,
        systems=systems or ("pz",),
        start=start,
        end=None if hours is None or start is None else start + timedelta(hours=hours),
        impact=impact,
        status=status,
        published=published,
        url="https://example.org/notice",
        evidence="W nocy z 14 na 15 maja w godzinach 12:00 - 20:00 nie zadziała logowanie.",
        sure=sure,
        problems=() if sure else ("the weekday is not the date's",),
        refers_to=refers_to,
    )


@dataclass
class Court:
    """Two trusted sources, a and b, and two under review, r and s, unless said otherwise."""

    speakers: dict[str, Speaker] = field(
        default_factory=lambda: {
            **{name: Speaker(name, name.upper(), trusted=True) for name in "abcde"},
            **{name: Speaker(name, name.upper(), trusted=False) for name in "rs"},
        }
    )
    editions: Editions = field(default_factory=Editions)
    heard: Heard = field(default_factory=lambda: Heard({}, {}))
    decisions: dict[tuple[str, str, str], Decision] = field(default_factory=dict)
    now: datetime = T0
    judged: Judged = field(init=False)

    def __post_init__(self) -> None:
        self.look()

    def look(self, now: datetime | None = None) -> Sequence[Edition]:
        """Judge what is known; the new editions."""
        self.now = now or self.now
        self.judged = judge(
            self.heard.witnesses, self.decisions, self.speakers, self.editions, SYSTEMS, self.now
        )
        self.heard = replace(self.heard, witnesses=self.judged.witnesses)
        return self.editions.add(self.judged.editions)

    def hears(self, *statements: Statement) -> Sequence[Edition]:
        """One pass with these statements."""
        self.heard = hear(self.heard, statements)
        return self.look()

    def says(self, source: str, *claims: Claim, complete: bool = True) -> Sequence[Edition]:
        """One poll of one source, an hour after whatever was before."""
        self.now += HOUR
        return self.hears(Statement(source, self.now, claims, complete))

    def decides(self, draft: Draft, *, approve: bool, claim: Claim | None = None) -> Sequence[Edition]:
        """A person's word on a draft."""
        self.now += HOUR
        one = draft.witness
        made = Decision(
            one.source, one.key, digest_of(one.says), approve, claim, "anna", "called them", self.now
        )
        self.decisions[made.source, made.key, made.digest] = made
        return self.look()

    def operator(self, after: Window) -> Edition:
        """A person's change of a window."""
        self.now += HOUR
        made = self.editions.next(
            after, known_at=self.now, now=self.now, origin=OPERATOR, who="anna", why="by phone"
        )
        self.editions.add([made])
        return made

    def stale(self, *names: str) -> Sequence[Edition]:
        """These sources were not read for too long, all others were."""
        self.now += HOUR
        self.speakers = {
            name: replace(one, stale=name in names or not names) for name, one in self.speakers.items()
        }
        return self.look()

    @property
    def windows(self) -> list[Window]:
        """The windows as they hold now."""
        return [history[-1].window for _, history in sorted(self.editions.of.items())]

    @property
    def window(self) -> Window:
        """The only window."""
        (found,) = self.windows
        return found

    @property
    def draft(self) -> Draft:
        """The only draft."""
        (found,) = self.judged.drafts
        return found


def facts(windows: Iterable[Window]) -> list[object]:
    """What is said of windows, whatever they are called."""
    return sorted(
        (one.systems, one.start, str(one.end), one.status, one.impact, one.source.name, one.disputed)
        for one in windows
    )
