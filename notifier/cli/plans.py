"""``plan``, ``build`` and ``preview``: what would be told, published and mailed, without doing it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from notifier.cli.letters import Letters, write_letters
from notifier.cli.options import (
    AsJson,
    AudienceName,
    CommandError,
    ConfigDir,
    Have,
    Place,
    StateDir,
    audiences_of,
    console,
    instant,
    print_json,
    profile_of,
)
from notifier.config import Config
from notifier.cycle import Cycle, Pass
from notifier.model import WARSAW, Notice, Occasion, iso
from notifier.store import Store
from notifier.web import write_tree


def plan(
    from_: Annotated[str, typer.Option("--from", help="Begin.")],
    to: Annotated[str, typer.Option("--to", help="End.")],
    audience: AudienceName = None,
    config_dir: ConfigDir = None,
    state: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Every notice that would be sent, and why; also those that would not be, with the reason."""
    place = Place.of(config_dir, state)
    begin, end = instant(from_), instant(to)
    if end < begin:
        raise typer.BadParameter("the end must not come before the beginning", param_hint="--to")
    config = place.load()
    wanted = audiences_of(config, audience)
    found = [
        notice
        for notice in _notices(place, config, begin, end)
        if begin <= notice.due <= end and notice.key.audience in wanted
    ]
    if as_json:
        print_json({"notices": [notice_json(notice) for notice in found]})
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("due", "window", "audience", "occasion"):
        table.add_column(name, no_wrap=True)
    table.add_column("why")
    for notice in found:
        table.add_row(
            f"{notice.due.astimezone(WARSAW):%m-%d %H:%M}",
            notice.key.window,
            notice.key.audience,
            notice.key.occasion if notice.sent else f"({notice.key.occasion})",
            notice.reason if notice.sent else f"not sent: {notice.reason}",
        )
    console().print(table)
    console().print(
        f"{sum(notice.sent for notice in found)} to be told, {sum(not n.sent for n in found)} not."
    )


def build(
    out: Annotated[Path, typer.Option("--out", help="Directory to write to.")],
    at: Annotated[str, typer.Option("--at", help="The moment of which the tree tells.")] = "now",
    config_dir: ConfigDir = None,
    state: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """The whole public tree (feeds, calendars, pages) as files."""
    place = Place.of(config_dir, state)
    moment = instant(at)
    config = place.load()
    with _rehearsal(place, config) as cycle:
        done = cycle.run_pass(moment)
    tree = done.tree or {}
    changed = write_tree(out, tree)
    if as_json:
        print_json({"at": iso(moment), "out": str(out), "files": len(tree), "changed": changed})
    else:
        console().print(f"{len(tree)} files in {out}, {len(changed)} changed.")
    if done.untold:
        told = "; ".join(f"{text.where}: {text.reason}" for text in done.untold)
        raise CommandError(f"{len(done.untold)} texts could not be written and are missing there: {told}")


def preview(
    window: Annotated[str, typer.Argument(help="Id of the window.")],
    out: Annotated[Path, typer.Option("--out", help="Directory to write to.")],
    occasion: Annotated[
        Occasion, typer.Option("--occasion", help="Why the mail is sent.")
    ] = Occasion.ANNOUNCED,
    audience: AudienceName = None,
    language: Annotated[str | None, typer.Option("--lang", help="Only this language.")] = None,
    have: Have = None,
    config_dir: ConfigDir = None,
    state: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """The mail as .eml, .txt and .html, as somebody with these means gets it."""
    place = Place.of(config_dir, state)
    config = place.load()
    languages = list(config.settings.site.languages)
    if language is not None and language not in languages:
        raise typer.BadParameter(f"known are {', '.join(languages)}", param_hint="--lang")
    wanted = audiences_of(config, audience)
    drafts = Letters.at(place, config).drafts(
        window, occasion, wanted, [language] if language else languages, profile_of(config, have)
    )
    written = write_letters(drafts, config, out)
    if not written:
        raise CommandError(f"{window} touches nothing that {', '.join(wanted)} do")
    if as_json:
        print_json({"files": [str(path) for path in written]})
        return
    for path in written:
        console().print(str(path), soft_wrap=True)


def notice_json(notice: Notice) -> dict[str, object]:
    """A notice as ``plan --json`` shows it."""
    return {
        "window": notice.key.window,
        "audience": notice.key.audience,
        "occasion": notice.key.occasion.value,
        "detail": notice.key.detail,
        "due": iso(notice.due),
        "sent": notice.sent,
        "reason": notice.reason,
        "advice_digest": notice.digest,
        "severity": notice.severity.value,
        "channels": sorted(channel.value for channel in notice.channels),
        "changes": [change.value for change in notice.changes],
        "useful_until": iso(notice.useful_until),
    }


@contextlib.contextmanager
def _rehearsal(place: Place, config: Config) -> Iterator[Cycle]:
    """The real pass on a store that is thrown away, beginning with what the real one knows."""
    store = Store.open("sqlite://")
    try:
        store.editions.append(place.stored(config))
        yield Cycle(config, store)
    finally:
        store.close()


def _notices(place: Place, config: Config, begin: datetime, end: datetime) -> list[Notice]:
    """All notices up to ``end``, by passes at each moment at which something is due."""
    with _rehearsal(place, config) as cycle:
        done: Pass = cycle.run_pass(begin, publish=False)
        found = [notice for _, notice in done.notices]
        while done.look_again is not None and done.look_again <= end:
            done = cycle.run_pass(done.look_again, publish=False)
            found.extend(notice for _, notice in done.notices)
    return sorted(found, key=lambda notice: (notice.due, notice.key))
