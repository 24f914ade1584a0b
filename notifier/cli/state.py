"""``status``: how the daemon is, and whether somebody has to do something about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import typer

from notifier.cli.options import AsJson, ConfigDir, Place, StateDir, console, print_json
from notifier.cycle import FILES, MISSING, OPERATOR, state
from notifier.daemon import Alarm, Alarms, Census, SystemClock, census_of, holder_of
from notifier.daemon.alarming import MARK as ALARMS
from notifier.daemon.health import MARK as DAEMON
from notifier.model import WARSAW, MailState, Standing, Window, iso
from notifier.store import Store
from notifier.web import WindowState

LATE = timedelta(minutes=3)
"""How old the last pass may be: the daemon makes one a minute at least."""

WAITS_LONG = timedelta(minutes=15)
"""How long after its time a mail may wait, as long as the relay may be away before it counts as trouble."""

WELL, NEEDS_SOMEBODY = 0, 3
DASH = "-"


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand at ``now``. ``pid`` is that of a daemon on this state directory, 0 where it does not say."""

    now: datetime
    pid: int | None
    last_pass: datetime | None
    noted: Mapping[str, str | int | dict[str, str] | None]
    census: Census
    lasting: tuple[Alarm, ...]
    news: Mapping[str, datetime]
    windows: tuple[Window, ...]

    @property
    def running(self) -> bool:
        """True also where another machine does the work on the same store."""
        return self.pid is not None or self.passing

    @property
    def passing(self) -> bool:
        """True while passes are made."""
        return self.last_pass is not None and self.now - self.last_pass <= LATE

    def troubles(self) -> Iterator[str]:
        """What needs a person, a sentence each."""
        if not self.running:
            yield "the daemon is not running: start it with `notifier run`, or see its log"
        elif not self.passing:
            since = self.noted.get("failing_since")
            yield f"no pass was made {f'since {since}' if since else 'lately'}: the daemon's log says why"
        for alarm in self.lasting:
            if alarm.kind.needs_somebody:
                yield f"{alarm.kind} since {_short(alarm.since, self.now)}: {_words(alarm)}"
        failing = self.noted.get("receivers_failing")
        if isinstance(failing, dict):
            yield from (f"receiver {hook} fails: {said}" for hook, said in sorted(failing.items()))
        if self.census.held and not any(alarm.kind.value == "held" for alarm in self.lasting):
            yield f"{self.census.held} mails are held: `notifier outbox release` shows them"
        oldest = self.census.stats.oldest_waiting
        if oldest is not None and self.now - oldest > WAITS_LONG:
            yield f"mail waits since {_short(oldest, self.now)}: `notifier outbox list --only waiting`"


def status(config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """How the daemon is, what waits, what is next. Ends with 0 when all is well, 3 when a person is needed."""
    place = Place.of(config_dir, state_dir)
    found = _read(place, SystemClock().now())
    troubles = list(found.troubles())
    if as_json:
        print_json(_json(found, troubles))
    else:
        _print(found, troubles)
    raise typer.Exit(NEEDS_SOMEBODY if troubles else WELL)


def _read(place: Place, now: datetime) -> Status:
    store = place.store(place.load())
    try:
        mark = store.marks.get("last-pass")
        return Status(
            now=now,
            pid=holder_of(place.state),
            last_pass=datetime.fromisoformat(mark) if mark else None,
            noted=_noted(store),
            census=census_of(store, now),
            lasting=Alarms.read(store.marks.get(ALARMS)).lasting,
            news={
                origin: moment
                for origin, moment in store.overview.last_news().items()
                if origin not in (OPERATOR, MISSING)
            },
            windows=_windows(store, now),
        )
    finally:
        store.close()


def _noted(store: Store) -> Mapping[str, str | int | dict[str, str] | None]:
    try:
        noted = json.loads(store.marks.get(DAEMON) or "{}")
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _windows(store: Store, now: datetime) -> tuple[Window, ...]:
    """Those that are under way or ahead, in the order of their beginning."""
    latest = (edition.window for edition in store.editions.latest().values())
    ahead = (w for w in latest if w.counts and state(w, now) in (WindowState.NOW, WindowState.NEXT))
    return tuple(sorted(ahead, key=lambda window: (window.start, window.id)))


def _json(found: Status, troubles: list[str]) -> dict[str, object]:
    census, now = found.census, found.now
    return {
        "well": not troubles,
        "troubles": troubles,
        "running": found.running,
        "pid": found.pid,
        "last_pass": iso(found.last_pass),
        "next_due": found.noted.get("look_again"),
        "relay_away_since": found.noted.get("relay_away_since"),
        "relay_said": found.noted.get("relay_said"),
        "texts_unwritten": found.noted.get("texts_unwritten", 0),
        "outbox": {state.value: count for state, count in census.stats.counts.items()},
        "oldest_waiting": iso(census.stats.oldest_waiting),
        "held": census.held,
        "calls": {state.value: count for state, count in census.calls.counts.items()},
        "receivers_failing": found.noted.get("receivers_failing") or {},
        "subscribers": {standing.value: count for standing, count in census.standings.items()},
        "suppressed_in_a_day": census.suppressed,
        "sources": {origin: iso(moment) for origin, moment in found.news.items()},
        "alarms": [
            {
                "kind": alarm.kind.value,
                "subject": alarm.subject,
                "since": iso(alarm.since),
                "said": alarm.said,
            }
            for alarm in found.lasting
        ],
        "windows_open": len(found.windows),
        "windows": [
            {"window": w.id, "state": state(w, now).value, "start": iso(w.start), "end": iso(w.end)}
            for w in found.windows
        ],
    }


def _print(found: Status, troubles: list[str]) -> None:
    for name, value in _lines(found):
        console().print(f"{name:<16}{value}", markup=False, soft_wrap=True)
    for trouble in troubles:
        console().print(f"\n! {trouble}" if trouble == troubles[0] else f"! {trouble}", markup=False)


def _lines(found: Status) -> Iterator[tuple[str, str]]:
    now, census = found.now, found.census
    if found.pid is not None:
        yield "daemon", f"running, process {found.pid or 'unknown'}"
    else:
        yield "daemon", "running on another machine" if found.running else "not running"
    yield "last pass", f"{_ago(found.last_pass, now)}" if found.last_pass else "never"
    due = found.noted.get("look_again")
    yield "next due", _short(datetime.fromisoformat(str(due)), now) if due else DASH
    away = found.noted.get("relay_away_since")
    said = f" ({found.noted.get('relay_said')})" if away else ""
    yield (
        "relay",
        f"away since {_short(datetime.fromisoformat(str(away)), now)}{said}"
        if away
        else "not known to be away",
    )
    oldest = census.stats.oldest_waiting
    waiting = f"; the first to go {_short(oldest, now)}" if oldest else ""
    counts = ", ".join(f"{count} {name.value}" for name, count in census.stats.counts.items() if count)
    yield "outbox", f"{counts or 'empty'}{waiting}"
    if any(census.calls.counts.values()):
        made = ", ".join(f"{count} {name.value}" for name, count in census.calls.counts.items() if count)
        yield "calls", made
    if census.stats.counts[MailState.HELD]:
        yield "held", f"{census.held} of use still"
    people = ", ".join(f"{count} {name.value}" for name, count in census.standings.items() if count)
    yield "subscribers", people or "none"
    if census.standings[Standing.SUPPRESSED]:
        yield "lost in a day", str(census.suppressed)
    yield (
        "sources",
        ", ".join(f"{o}: news {_ago(m, now)}" for o, m in sorted(found.news.items())) or f"{FILES}: no news",
    )
    unwritten = found.noted.get("texts_unwritten")
    yield "texts unwritten", str(unwritten or 0)
    for name, wanted in (("now", WindowState.NOW), ("next", WindowState.NEXT)):
        windows = [window for window in found.windows if state(window, now) is wanted]
        shown = [
            f"{w.id} {_short(w.end if wanted is WindowState.NOW else w.start, now)}" for w in windows[:3]
        ]
        more = f" and {len(windows) - 3} more" if len(windows) > 3 else ""
        yield f"windows {name}", (", ".join(shown) + more) or "none"


def _words(alarm: Alarm) -> str:
    about = " ".join(filter(None, (alarm.subject, f"({alarm.n})" if alarm.n else "", alarm.said)))
    return about or "see the log"


def _ago(moment: datetime, now: datetime) -> str:
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _short(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "end not known"
    local = moment.astimezone(WARSAW)
    return f"{local:%H:%M}" if local.date() == now.astimezone(WARSAW).date() else f"{local:%Y-%m-%d %H:%M}"
