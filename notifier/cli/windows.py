"""``windows``: look at and change windows; every change is an edition with who and why."""

from __future__ import annotations

import difflib
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
    console,
    editions_of,
    print_json,
    windows_of,
)
from notifier.cycle import Editions, state
from notifier.daemon import SystemClock
from notifier.model import WARSAW, Edition, iso
from notifier.web import window_document

app = typer.Typer(no_args_is_help=True, help="Look at and change windows; every change is an edition.")

WindowId = Annotated[str, typer.Argument(metavar="WINDOW", help="Id of the window.")]


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="What was read and waits for a decision.")] = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """The windows that are ahead or under way."""
    place = Place.of(config_dir, state_dir)
    if drafts:
        # Only now: it loads what puts things into words, and commands on windows do without.
        from notifier.cli.drafting import list_drafts  # noqa: PLC0415

        list_drafts(place, as_json=as_json)
        return
    config = place.load()
    now = SystemClock().now()
    windows = sorted(windows_of(editions_of(place, config)), key=lambda window: (window.start, window.id))
    shown = [window for window in windows if everything or window.interval.until > now]
    if as_json:
        print_json(
            {"windows": [window_document(window) | {"state": state(window, now).value} for window in shown]}
        )
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("window", "from", "to", "status", "impact", "systems"):
        table.add_column(name, overflow="fold")
    for window in shown:
        table.add_row(
            window.id,
            local(window.start),
            local(window.end),
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
    history = history_of(editions, window)
    network = Network(config.catalogue)
    adviser = Adviser(Outlook(network, windows_of(editions)), Effects(network))
    known = history[-1].window
    severities = {name: adviser.assess(known, name).severity.value for name in config.catalogue.audiences}
    if as_json:
        print_json(
            window_document(known)
            | {"severity": severities, "editions": [_edition_json(edition) for edition in history]}
        )
        return
    out = console()
    out.print(f"[bold]{known.id}[/bold]  {known.status}, {known.impact}")
    out.print(f"  {local(known.start)} – {local(known.end)}   {' '.join(known.systems)}")
    if known.source.name:
        out.print(f"  source: {known.source.name} {known.source.url}", soft_wrap=True)
    out.print("  " + ", ".join(f"{name}: {severity}" for name, severity in severities.items()))
    for edition in history:
        facts = edition.window
        out.print(
            f"  {edition.number}. known {local(edition.known_at)} by {edition.who}: {edition.why}"
            f" ({local(facts.start)} – {local(facts.end)}, {facts.status})"
        )


def history_of(editions: Editions, window: str) -> list[Edition]:
    """The editions of a window. Raises :class:`CommandError` for an unknown one, naming its neighbours."""
    if window not in editions.of:
        near = difflib.get_close_matches(window, list(editions.of), 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `notifier windows list --all` shows all"
        raise CommandError(f"there is no window {window!r}{hint}")
    return editions.of[window]


def local(moment: datetime | None) -> str:
    """A moment in Polish time, ``unknown`` for none."""
    return "unknown" if moment is None else f"{moment.astimezone(WARSAW):%Y-%m-%d %H:%M}"


def _edition_json(edition: Edition) -> dict[str, Any]:
    return window_document(edition.window) | {
        "number": edition.number,
        "known_at": iso(edition.known_at),
        "recorded_at": iso(edition.recorded_at),
        "origin": edition.origin,
        "who": edition.who,
        "why": edition.why,
    }
