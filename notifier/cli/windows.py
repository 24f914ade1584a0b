"""``windows``: look at and change windows; every change is an edition with who and why."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from notifier.availability import Adviser, Effects, Network, Outlook
from notifier.cli.options import (
    AsJson,
    CommandError,
    ConfigDir,
    Place,
    StateDir,
    Who,
    Why,
    console,
    editions_of,
    instant,
    print_json,
    windows_of,
)
from notifier.config import Config
from notifier.cycle import OPERATOR, Editions, reconcile, state
from notifier.daemon import SystemClock
from notifier.model import WARSAW, Edition, Impact, Source, Status, Window, ancestors, iso

app = typer.Typer(no_args_is_help=True, help="Look at and change windows; every change is an edition.")

ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
WindowId = Annotated[str, typer.Argument(metavar="WINDOW", help="Id of the window.")]
Start = Annotated[str, typer.Option("--start", help="Begin; Warsaw time unless an offset is written.")]
NewEnd = Annotated[str, typer.Option("--end", help="End, or `unknown`.")]


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """The windows that are ahead or under way."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    now = SystemClock().now()
    windows = sorted(windows_of(editions_of(place, config)), key=lambda window: (window.start, window.id))
    shown = [window for window in windows if everything or window.interval.until > now]
    if as_json:
        print_json(
            {"windows": [window_json(window) | {"state": state(window, now).value} for window in shown]}
        )
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("window", "from", "to", "status", "impact", "systems"):
        table.add_column(name, overflow="fold")
    for window in shown:
        table.add_row(
            window.id,
            _local(window.start),
            _local(window.end),
            window.status,
            window.impact,
            " ".join(window.systems),
        )
    console().print(table)
    if not shown:
        console().print(
            "No window is ahead or under way." + ("" if everything else " --all shows past ones.")
        )


@app.command()
def show(
    window: WindowId, config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False
) -> None:
    """One window: its facts, what it means for whom, and its history."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    editions = editions_of(place, config)
    history = _history(editions, window)
    network = Network(config.catalogue)
    adviser = Adviser(Outlook(network, windows_of(editions)), Effects(network))
    known = history[-1].window
    severities = {name: adviser.assess(known, name).severity.value for name in config.catalogue.audiences}
    if as_json:
        print_json(
            window_json(known)
            | {"severity": severities, "editions": [_edition_json(edition) for edition in history]}
        )
        return
    out = console()
    out.print(f"[bold]{known.id}[/bold]  {known.status}, {known.impact}")
    out.print(f"  {_local(known.start)} – {_local(known.end)}   {' '.join(known.systems)}")
    if known.source.name:
        out.print(f"  source: {known.source.name} {known.source.url}", soft_wrap=True)
    out.print("  " + ", ".join(f"{name}: {severity}" for name, severity in severities.items()))
    for edition in history:
        facts = edition.window
        out.print(
            f"  {edition.number}. known {_local(edition.known_at)} by {edition.who}: {edition.why}"
            f" ({_local(facts.start)} – {_local(facts.end)}, {facts.status})"
        )


@app.command()
def add(
    window: WindowId,
    start: Start,
    end: NewEnd,
    system: Annotated[
        list[str], typer.Option("--system", help="System that is affected; several times for several.")
    ],
    why: Why = "announced",
    who: Who = "operator",
    status: Annotated[Status, typer.Option("--status")] = Status.CONFIRMED,
    impact: Annotated[Impact, typer.Option("--impact")] = Impact.OUTAGE,
    source: Annotated[str, typer.Option("--source", help="Who announced it.")] = "",
    url: Annotated[str, typer.Option("--url", help="Where.")] = "",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Enter a window without a file."""
    if not ID.fullmatch(window):
        raise CommandError(f"{window!r} is no id; use small letters, digits, dots and dashes, 64 at most")
    new = Window(window, tuple(system), instant(start), _end(end), status, impact, Source(source or who, url))
    _change(Place.of(config_dir, state_dir), window, who, why, lambda _: new, new=True)


@app.command()
def move(
    window: WindowId,
    start: Start,
    end: NewEnd,
    why: Why,
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Give a window another time."""
    begin, finish = instant(start), _end(end)
    place = Place.of(config_dir, state_dir)
    _change(place, window, who, why, lambda known: replace(known, start=begin, end=finish))


@app.command()
def extend(
    window: WindowId,
    end: NewEnd,
    why: Why,
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Give a window another end; an earlier one shortens it."""
    finish = _end(end)
    _change(Place.of(config_dir, state_dir), window, who, why, lambda known: replace(known, end=finish))


@app.command()
def cancel(
    window: WindowId,
    why: Why,
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Say that a window will not happen."""
    place = Place.of(config_dir, state_dir)
    _change(place, window, who, why, lambda known: replace(known, status=Status.CANCELLED))


@app.command()
def complete(
    window: WindowId,
    why: Why = "confirmed that it is over",
    at: Annotated[str, typer.Option("--at", help="When it ended.")] = "now",
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Confirm that a window is over."""
    moment = instant(at)

    def ended(known: Window) -> Window:
        if moment <= known.start:
            raise CommandError(f"{window} only begins {_local(known.start)}; `windows cancel` takes it back")
        return replace(known, status=Status.COMPLETED, end=moment)

    _change(Place.of(config_dir, state_dir), window, who, why, ended)


@app.command()
def approve(
    window: WindowId,
    why: Why = "approved",
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Make a tentative window a confirmed one."""
    place = Place.of(config_dir, state_dir)
    _change(place, window, who, why, lambda known: replace(_tentative(known), status=Status.CONFIRMED))


@app.command()
def reject(
    window: WindowId,
    why: Why,
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Say that a tentative window is no window; whoever was told of it hears that it will not happen."""
    place = Place.of(config_dir, state_dir)
    _change(place, window, who, why, lambda known: replace(_tentative(known), status=Status.CANCELLED))


def window_json(window: Window) -> dict[str, Any]:
    """A window as commands print it."""
    return {
        "id": window.id,
        "systems": list(window.systems),
        "start": iso(window.start),
        "end": iso(window.end),
        "status": window.status.value,
        "impact": window.impact.value,
        "source": {
            "name": window.source.name,
            "url": window.source.url,
            "published": iso(window.source.published),
        },
        "note": window.note,
    }


def _change(
    place: Place, window: str, who: str, why: str, alter: Callable[[Window], Window], *, new: bool = False
) -> None:
    """Record the edition that follows from a change, after what the files say now."""
    config = place.load()
    now = SystemClock().now()
    store = place.store(config)
    try:
        with store.transaction():
            editions = Editions(store.editions.all())
            # What the files say comes first: otherwise they would seem to overrule the operator afterwards.
            fresh = editions.add(reconcile(editions, config.windows, now, first=not editions.of).editions)
            known = editions.latest(window)
            if new and known is not None:
                raise CommandError(f"there is a window {window!r} already; move, extend or cancel it")
            if not new:
                _history(editions, window)
            after = alter(known.window if known else Window(window, (), now, None))
            _check(config, after)
            if known is not None and known.window == after:
                raise CommandError(f"{window} is like that already")
            edition = editions.next(after, known_at=now, now=now, origin=OPERATOR, who=who, why=why)
            store.editions.append([*fresh, edition])
    finally:
        store.close()
    console().print(
        f"{window}: edition {edition.number}, {_local(after.start)} – {_local(after.end)}, {after.status}. "
        "It is told with the next look, within a minute."
    )


def _check(config: Config, window: Window) -> None:
    catalogue = config.catalogue
    for system in window.systems:
        if not any(system == name for name in (*catalogue.systems, *catalogue.banks)):
            near = difflib.get_close_matches(system, [*catalogue.systems, *catalogue.banks], 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; {ancestors(system)[-1]!r} may be one"
            raise CommandError(f"unknown system {system!r}{hint}")
    if window.end is not None and window.end <= window.start:
        raise CommandError(f"the end {_local(window.end)} must come after the start {_local(window.start)}")


def _history(editions: Editions, window: str) -> list[Edition]:
    if window not in editions.of:
        near = difflib.get_close_matches(window, list(editions.of), 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `notifier windows list --all` shows all"
        raise CommandError(f"there is no window {window!r}{hint}")
    return editions.of[window]


def _tentative(window: Window) -> Window:
    if window.status is not Status.TENTATIVE:
        raise CommandError(f"{window.id} is {window.status}, not tentative")
    return window


def _end(text: str) -> datetime | None:
    return None if text == "unknown" else instant(text)


def _local(moment: datetime | None) -> str:
    return "unknown" if moment is None else f"{moment.astimezone(WARSAW):%Y-%m-%d %H:%M}"


def _edition_json(edition: Edition) -> dict[str, Any]:
    return window_json(edition.window) | {
        "number": edition.number,
        "known_at": iso(edition.known_at),
        "recorded_at": iso(edition.recorded_at),
        "origin": edition.origin,
        "who": edition.who,
        "why": edition.why,
    }
