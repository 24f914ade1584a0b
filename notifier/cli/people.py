"""``subscribers``: who gets mail. What these commands print holds personal data."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from notifier.cli.csvfile import read_csv
from notifier.cli.options import AsJson, CommandError, ConfigDir, Have, Place, StateDir, console, print_json
from notifier.config import Config, Known, SubscriberSpec, faults_of
from notifier.cycle import site_words
from notifier.cycle.subscribing import Subscribing
from notifier.daemon import SystemClock, link_key, links_of, same_key
from notifier.model import InputProblems, Problem, iso
from notifier.render import Renderer
from notifier.store import Consent, NewSubscriber, Store, Subscribers, personal_document

app = typer.Typer(no_args_is_help=True, help="Who gets mail.")

NUMBER = re.compile(r"[0-9]{1,18}")
"""What a number of a subscriber looks like; longer ones fit into no database."""

NOBODY = "nobody with that address or number is subscribed"
OPERATOR = "operator"
"""The origin of those whom the operator enters by hand, and where their wish is said to have come from."""

Address = Annotated[str, typer.Argument(help="Mail address.")]
AddressOrNumber = Annotated[str, typer.Argument(help="Address or number.")]
Again = Annotated[bool, typer.Option("--again", help="Also those who left, were suppressed or removed.")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with the header email,audience,language,have,systems.")],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows all the same.")] = False,
    again: Again = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Enter subscribers from a file; nothing is imported unless all rows are good."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    rows, problems = read_csv(file, Known.in_catalogue(config.catalogue), config.settings.site.languages[0])
    if problems and not skip_bad:
        raise InputProblems(problems)
    with _open(place, config) as store:
        new = [_new(row.spec) for row in rows]
        result = store.subscribers.import_(new, "import", SystemClock().now(), again=again)
    away = "wants no mail any more and is left alone"
    left = [Problem(str(file), rows[at].line, 1, away, "--again enters them too") for at in result.kept_out]
    for problem in sorted([*problems, *left]):
        typer.echo(str(problem), err=True)
    counts = {
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "departed": len(left),
        "bad": len(problems),
    }
    if as_json:
        print_json(counts)
        return
    console().print(", ".join(f"{count} {name}" for name, count in counts.items()))


@app.command()
def add(
    address: Address,
    audience: Annotated[
        list[str], typer.Option("--audience", help="Who they are; several times for several.")
    ],
    language: Annotated[str | None, typer.Option("--language", help="Language of their mail.")] = None,
    have: Have = None,
    system: Annotated[
        list[str] | None,
        typer.Option("--system", help="A system or bank of which also minor windows are told."),
    ] = None,
    confirmed_by_me: Annotated[
        bool, typer.Option("--confirmed-by-me", help="You have their consent: no letter asks for it.")
    ] = False,
    again: Again = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Enter one subscriber; a letter asks them to confirm it, unless you vouch for them."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    spoken = language or config.settings.site.languages[0]
    spec = SubscriberSpec(address, tuple(audience), spoken, tuple(have or ()), tuple(system or ()))
    for fault in faults_of(spec, Known.in_catalogue(config.catalogue)):
        raise typer.BadParameter(f"{fault.what}; {fault.remedy}")
    now = SystemClock().now()
    with _open(place, config) as store:
        if confirmed_by_me:
            result = store.subscribers.import_([_new(spec)], OPERATOR, now, again=again)
            if result.kept_out:
                raise CommandError("this address wants no mail any more; --again enters it all the same")
            console().print("Subscribed." if result.added else "Was subscribed already.")
            return
        row = store.subscribers.find(address)
        if row is not None and row.active:
            raise CommandError("this address is subscribed already")
        key = link_key(place.state, os.environ)
        if not same_key(store, key, keep=False):
            raise CommandError(
                "the daemon signs links with another key: give this command the same CREDENTIALS_DIRECTORY"
            )
        renderer = Renderer(config.catalogue, config.templates, site_words(config.settings))
        desk = Subscribing(config.settings, renderer, store, links_of(config.settings, key))
        consent = Consent(now, OPERATOR, wording=f"{spoken}-{OPERATOR}")
        if not desk.reaches(address) or not desk.ask(_new(spec), consent, now):
            raise CommandError(
                "no letter can go there: it was complained about, or had several letters today"
            )
    console().print("Entered. A letter asks them to confirm it within 7 days.")


@app.command("list")
def list_(
    everybody: Annotated[bool, typer.Option("--all", help="Also those who get no mail now.")] = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Everybody who gets mail. The output holds personal data."""
    place = Place.of(config_dir, state_dir)
    with _open(place, place.load()) as store:
        rows = [row for row in store.subscribers.list(active_only=not everybody) if row.subscriber.email]
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
                        "standing": row.standing,
                    }
                    for row in rows
                ]
            }
        )
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("id", "address", "standing", "language", "audiences", "have"):
        table.add_column(name, overflow="fold")
    for row in rows:
        person = row.subscriber
        have = " ".join(sorted(map(str, person.profile.means)))
        who = " ".join(person.audiences)
        table.add_row(str(person.id), person.email, row.standing, person.language, who, have)
    console().print(table)
    console().print(f"{len(rows)} subscribers.")


@app.command()
def export(
    who: AddressOrNumber, config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False
) -> None:
    """Everything that is kept about one person, to be handed to them."""
    place = Place.of(config_dir, state_dir)
    with _open(place, place.load()) as store:
        known = store.subscribers.export(_key(who))
    if known is None:
        raise CommandError(NOBODY)
    document = personal_document(known)
    if as_json:
        print_json(document)
        return
    for line in _lines(document):
        typer.echo(line)


@app.command()
def erase(who: AddressOrNumber, config_dir: ConfigDir = None, state_dir: StateDir = None) -> None:
    """Forget everything about one person, at their wish; no old list brings them back."""
    _take_out(Place.of(config_dir, state_dir), who, Subscribers.erase, "Erased.")


@app.command()
def remove(who: AddressOrNumber, config_dir: ConfigDir = None, state_dir: StateDir = None) -> None:
    """Take a subscriber out; mails that wait for them are not sent any more."""
    _take_out(Place.of(config_dir, state_dir), who, Subscribers.remove, "Removed.")


def _take_out(place: Place, who: str, way: Callable[[Subscribers, int, datetime], bool], done: str) -> None:
    """Take one person out in some way, and say so, and whether the files name them as well."""
    config = place.load()
    with _open(place, config) as store:
        row = store.subscribers.find(_key(who))
        if row is None or not way(store.subscribers, row.subscriber.id, SystemClock().now()):
            raise CommandError(NOBODY)
    console().print(done)
    if row.subscriber.email.casefold() in {spec.email.casefold() for spec in config.subscribers}:
        console().print(
            "The address stands in subscribers.yaml as well, where it has no effect now: take it out there."
        )


@contextmanager
def _open(place: Place, config: Config) -> Iterator[Store]:
    store = place.store(config)
    try:
        yield store
    finally:
        store.close()


def _new(spec: SubscriberSpec) -> NewSubscriber:
    return NewSubscriber(spec.email, spec.audiences, spec.language, spec.have, spec.systems, spec.occasions)


def _key(who: str) -> str | int:
    return int(who) if NUMBER.fullmatch(who) else who


def _lines(value: object, indent: str = "") -> Iterator[str]:
    """A document as indented lines, for people."""
    pairs = value.items() if isinstance(value, dict) else [("-", one) for one in _list(value)]
    for name, inner in pairs:
        label = f"{indent}{name}" if name == "-" else f"{indent}{name}:"
        if isinstance(inner, dict | list) and inner:
            yield label
            yield from _lines(inner, f"{indent}  ")
        else:
            yield f"{label} {'' if inner in (None, [], {}) else inner}".rstrip()


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
