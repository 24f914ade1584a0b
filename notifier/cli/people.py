"""``subscribers``: who gets mail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from notifier.cli.csvfile import read_csv
from notifier.cli.options import AsJson, CommandError, ConfigDir, Place, StateDir, console, print_json
from notifier.config import Known
from notifier.daemon import SystemClock
from notifier.model import InputProblems, iso
from notifier.store import NewSubscriber

app = typer.Typer(no_args_is_help=True, help="Who gets mail.")

NUMBER = re.compile(r"[0-9]{1,18}")
"""What a number of a subscriber looks like; longer ones fit into no database."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with the header email,audience,language,have,systems.")],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows all the same.")] = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Enter subscribers from a file; nothing is imported unless all rows are good."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    specs, problems = read_csv(file, Known.in_catalogue(config.catalogue), config.settings.site.languages[0])
    if problems and not skip_bad:
        raise InputProblems(problems)
    for problem in problems:
        typer.echo(str(problem), err=True)
    new = [NewSubscriber(s.email, s.audiences, s.language, s.have, s.systems, s.occasions) for s in specs]
    store = place.store(config)
    try:
        result = store.subscribers.import_(new, "import", SystemClock().now())
    finally:
        store.close()
    counts = {
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "bad": len(problems),
    }
    if as_json:
        print_json(counts)
        return
    console().print(", ".join(f"{count} {name}" for name, count in counts.items()))


@app.command("list")
def list_(config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """All subscribers. The output holds personal data."""
    place = Place.of(config_dir, state_dir)
    store = place.store(place.load())
    try:
        rows = store.subscribers.list()
    finally:
        store.close()
    if as_json:
        print_json(
            {
                "subscribers": [
                    {
                        "id": row.subscriber.id,
                        "email": row.subscriber.email,
                        "language": row.subscriber.language,
                        "audiences": list(row.subscriber.audiences),
                        "have": sorted(map(str, row.subscriber.profile.means)),
                        "systems": list(row.subscriber.systems),
                        "since": iso(row.created_at),
                        "origin": row.origin,
                    }
                    for row in rows
                ]
            }
        )
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("id", "address", "language", "audiences", "have"):
        table.add_column(name, overflow="fold")
    for row in rows:
        person = row.subscriber
        have = " ".join(sorted(map(str, person.profile.means)))
        table.add_row(str(person.id), person.email, person.language, " ".join(person.audiences), have)
    console().print(table)
    console().print(f"{len(rows)} subscribers.")


@app.command()
def remove(
    who: Annotated[str, typer.Argument(help="Address or number.")],
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Take a subscriber out; mails that wait for them are not sent any more."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    store = place.store(config)
    key = int(who) if NUMBER.fullmatch(who) else who
    try:
        row = store.subscribers.find(key)
        gone = store.subscribers.remove(key, SystemClock().now())
    finally:
        store.close()
    if row is None or not gone:
        raise CommandError("nobody with that address or number is subscribed")
    console().print("Removed.")
    if row.subscriber.email.casefold() in {spec.email.casefold() for spec in config.subscribers}:
        console().print(
            "The address stands in subscribers.yaml as well: take it out there, or it comes back."
        )
