"""``sources``: where else windows come from, when each was last read, and what went wrong."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from notifier import __version__
from notifier.cli.options import AsJson, CommandError, ConfigDir, Place, StateDir, console, print_json
from notifier.cli.windows import local
from notifier.config import Config
from notifier.config.sources import KINDS, SourceSpec, source_logins
from notifier.daemon import SystemClock
from notifier.model import iso
from notifier.sources import (
    LONGEST_MAIL,
    Claim,
    Client,
    Keeper,
    Login,
    Poller,
    Record,
    Statement,
    Trouble,
    agent_of,
    is_due,
)
from notifier.sources.reading import names_of

app = typer.Typer(no_args_is_help=True, help="Where else windows come from: list, read now, take a mail.")

SourceId = Annotated[str, typer.Argument(metavar="ID", help="Id of the source.")]


@app.command("list")
def list_(config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Every source: how it is trusted, when it was last read, and what is wrong."""
    place = Place.of(config_dir, state_dir)
    sources = place.load().sources
    now = SystemClock().now()
    rows = [(source, Keeper(place.state, source.id).record()) for source in sources]
    if as_json:
        print_json({"sources": [_record_json(source, record, now) for source, record in rows]})
        return
    out = console()
    if not rows:
        out.print("No sources: config/sources.yaml says where else windows come from.")
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("source", "kind", "trust", "read", "windows", "next", "state"):
        table.add_column(name, overflow="fold")
    for source, record in rows:
        table.add_row(
            source.id,
            source.kind,
            source.trust,
            _ago(record.last_good, now),
            str(record.claims) if record.last_good else "-",
            local(record.next_poll) if source.enabled and record.next_poll else "-",
            escape(_state(source, record, now)),
        )
    out.print(table)


@app.command()
def poll(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID …]", help="All that are enabled.")] = None,
    believe: Annotated[
        bool, typer.Option("--believe", help="Also what looks like an old copy or a sudden silence.")
    ] = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Read sources now, due or not, and show what they say. Nothing is published by it.

    Ends with 3 if one of them could not be read.
    """
    place = Place.of(config_dir, state_dir)
    config = place.load()
    chosen = [_source(config, name) for name in ids] if ids else [one for one in config.sources if one.enabled]
    now = SystemClock().now()
    place.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    results = asyncio.run(_poll(place, config, chosen, now, believe=believe))
    if as_json:
        print_json({"sources": [_result_json(result) for result in results]})
    else:
        for result in results:
            _show(result)
        if not results:
            console().print("No source is enabled.")
    troubles = [result.source for result in results if isinstance(result, Trouble)]
    if troubles:
        raise CommandError(f"not read: {', '.join(troubles)}")


@app.command()
def take(source_id: SourceId, config_dir: ConfigDir = None, state_dir: StateDir = None) -> None:
    """Take one mail from standard input for a source of the kind `pipe`. For a mail server's pipe.

    The mail is on disk when this ends with 0, and is read at the next poll. Ends with 75 (EX_TEMPFAIL) for
    any trouble of ours: the mail server keeps it and tries again.
    """
    raw = sys.stdin.buffer.read(LONGEST_MAIL)
    while sys.stdin.buffer.read(LONGEST_MAIL):
        pass  # whoever writes to us is to meet no closed pipe
    place = Place.of(config_dir, state_dir)
    try:
        # The name alone is checked, so that a mistake elsewhere in the configuration keeps no mail waiting.
        known = Keeper(place.state, source_id).folder
        if known.name != source_id or not raw.strip():
            raise typer.BadParameter("no source of that name, or an empty mail")
        new = Keeper(place.state, source_id).add_mail(raw, SystemClock().now())
    except OSError as error:
        print(f"notifier: {error}", file=sys.stderr)
        raise typer.Exit(os.EX_TEMPFAIL) from None
    print("taken" if new else "known")
