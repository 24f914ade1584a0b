"""``windows add``, ``move`` and the like: what an operator changes, each time as an edition with who and why."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from notifier.cli import drafting
from notifier.cli.options import CommandError, ConfigDir, Place, StateDir, Who, Why, console, instant
from notifier.cli.windows import WindowId, app, history_of, local
from notifier.config import Config
from notifier.cycle import OPERATOR, Editions, reconcile
from notifier.daemon import SystemClock
from notifier.model import Impact, Source, Status, Window, ancestors

ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
Start = Annotated[str, typer.Option("--start", help="Begin; Warsaw time unless an offset is written.")]
NewEnd = Annotated[str, typer.Option("--end", help="End, or `unknown`.")]


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
        if known.status is Status.CANCELLED:
            raise CommandError(f"{window} was cancelled; there is no end to confirm")
        if moment <= known.start:
            raise CommandError(f"{window} only begins {local(known.start)}; `windows cancel` takes it back")
        return replace(known, status=Status.COMPLETED, end=moment)

    _change(Place.of(config_dir, state_dir), window, who, why, ended)


def approve(
    window: WindowId,
    why: Why = "approved",
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Publish a draft, or make a tentative window a confirmed one."""
    place = Place.of(config_dir, state_dir)
    if window.startswith(drafting.PREFIX):
        drafting.decide(place, window, approve=True, who=who, why=why)
        return
    _change(place, window, who, why, lambda known: replace(_tentative(known), status=Status.CONFIRMED))


def reject(
    window: WindowId,
    why: Why,
    who: Who = "operator",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Throw away a draft, or say that a tentative window is none; who was told of it hears that it is off."""
    place = Place.of(config_dir, state_dir)
    if window.startswith(drafting.PREFIX):
        drafting.decide(place, window, approve=False, who=who, why=why)
        return
    _change(place, window, who, why, lambda known: replace(_tentative(known), status=Status.CANCELLED))


def _change(
    place: Place, window: str, who: str, why: str, alter: Callable[[Window], Window], *, new: bool = False
) -> None:
    """Record the edition that follows from a change, after what the files say now."""
    config = place.load()
    store = place.store(config)
    try:
        with store.transaction():
            # Only now: a daemon that looks while we wait for the store must not have passed this moment.
            now = SystemClock().now()
            editions = Editions(store.editions.all())
            # What the files say comes first: otherwise they would seem to overrule the operator afterwards.
            fresh = editions.add(reconcile(editions, config.windows, now, first=not editions.of).editions)
            known = editions.latest(window)
            if new and known is not None:
                raise CommandError(f"there is a window {window!r} already; move, extend or cancel it")
            if not new:
                history_of(editions, window)
            after = alter(known.window if known else Window(window, (), now, None))
            _check(config, after)
            if known is not None and known.window == after:
                raise CommandError(f"{window} is like that already")
            edition = editions.next(after, known_at=now, now=now, origin=OPERATOR, who=who, why=why)
            store.editions.append([*fresh, edition])
    finally:
        store.close()
    console().print(
        f"{window}: edition {edition.number}, {local(after.start)} – {local(after.end)}, {after.status}. "
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
        raise CommandError(f"the end {local(window.end)} must come after the start {local(window.start)}")


def _tentative(window: Window) -> Window:
    if window.status is not Status.TENTATIVE:
        raise CommandError(f"{window.id} is {window.status}, not tentative")
    return window


def _end(text: str) -> datetime | None:
    return None if text == "unknown" else instant(text)


for change in (add, move, extend, cancel, complete, approve, reject):
    app.command()(change)
