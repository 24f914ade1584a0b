"""``sources``: where else windows come from, when each was last read, and what went wrong."""

from __future__ import annotations

import asyncio
import difflib
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
from notifier.config.sources import SourceKind, SourceSpec, source_logins
from notifier.daemon import SystemClock
from notifier.model import InputProblems, NotifierError, iso
from notifier.sources import Claim, Statement, Trouble
from notifier.sources.fetching import Client, agent_of
from notifier.sources.keeping import LONGEST_MAIL, Keeper
from notifier.sources.mailbox import Login
from notifier.sources.polling import Poller
from notifier.sources.reading import names_of
from notifier.sources.schedule import Record

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
    chosen = (
        [_source(config, name) for name in ids] if ids else [one for one in config.sources if one.enabled]
    )
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
    any trouble of ours, such as a name that is not in the configuration: the mail server keeps the mail and
    tries again.
    """
    raw = sys.stdin.buffer.read(LONGEST_MAIL)
    while sys.stdin.buffer.read(LONGEST_MAIL):
        pass  # whoever writes to us is to meet no closed pipe
    place = Place.of(config_dir, state_dir)
    try:
        source = _source(place.load(), source_id)
        if source.kind is not SourceKind.PIPE:
            raise CommandError(f"{source_id} is of the kind {source.kind} and takes no mail from a pipe")
        new = Keeper(place.state, source.id).add_mail(raw, SystemClock().now())
    except InputProblems as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(os.EX_TEMPFAIL) from None
    except (NotifierError, OSError) as error:
        print(f"notifier: {error}", file=sys.stderr)
        raise typer.Exit(os.EX_TEMPFAIL) from None
    # The mail server puts this into its log, beside its own number for the message.
    print("taken" if new else "known already")


async def _poll(
    place: Place, config: Config, sources: Sequence[SourceSpec], now: datetime, *, believe: bool
) -> list[Statement | Trouble]:
    site = config.settings.site
    logins = {name: Login(*login) for name, login in source_logins(os.environ, sources).items()}
    client = Client(agent_of(__version__, site.base_url, site.contact))
    poller = Poller(place.state, names_of(config.catalogue), client, logins)
    try:
        return [await poller.poll(source, now, believe=believe) for source in sources]
    finally:
        await client.close()


def _source(config: Config, name: str) -> SourceSpec:
    for source in config.sources:
        if source.id == name:
            return source
    near = difflib.get_close_matches(name, [source.id for source in config.sources], 1)
    hint = f"; did you mean {near[0]}?" if near else "; `notifier sources list` shows all"
    raise CommandError(f"there is no source {name!r}{hint}")


def _state(source: SourceSpec, record: Record, now: datetime) -> str:
    """The state in words, the worst thing first."""
    if not source.enabled:
        return "not enabled"
    if record.trouble is not None:
        times = f", {record.failures} times in a row" if record.failures > 1 else ""
        return f"{record.trouble}: {record.detail}{times}"
    if record.last_good is None:
        return "not read yet"
    if _is_stale(source, record, now):
        return "stale"
    return "it has moved for good: put its new address into sources.yaml" if record.moved_to else "good"


def _is_stale(source: SourceSpec, record: Record, now: datetime) -> bool:
    return record.last_good is not None and now - record.last_good > source.stale_after


def _ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in its largest unit."""
    if moment is None:
        return "never"
    minutes = max(0, int((now - moment) / timedelta(minutes=1)))
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d ago"


def _show(result: Statement | Trouble) -> None:
    out = console()
    if isinstance(result, Trouble):
        out.print(
            f"[bold]{result.source}[/bold]  not read: {result.kind}, {escape(result.detail)}", soft_wrap=True
        )
        out.print(f"  it is read again {local(result.retry_at)} at the earliest")
        return
    what = "all it knows" if result.complete else "its news"
    out.print(f"[bold]{result.source}[/bold]  {len(result.claims)} windows ({what})")
    for claim in result.claims:
        sure = "sure" if claim.sure else "doubtful"
        systems = " ".join(claim.systems) or "unknown"
        out.print(
            f"  {local(claim.start)} – {local(claim.end)}  {systems}  {claim.status}, {claim.impact}, {sure}"
        )
        for problem in claim.problems:
            out.print(f"    {escape(problem)}", soft_wrap=True)


def _record_json(source: SourceSpec, record: Record, now: datetime) -> dict[str, Any]:
    return {
        "id": source.id,
        "kind": source.kind.value,
        "name": source.name,
        "trust": source.trust.value,
        "enabled": source.enabled,
        "last_good": iso(record.last_good),
        "last_try": iso(record.last_try),
        "next_poll": iso(record.next_poll) if source.enabled else None,
        "windows": record.claims,
        "stale": _is_stale(source, record, now),
        "trouble": record.trouble.value if record.trouble else None,
        "detail": record.detail,
        "failures": record.failures,
        "moved": bool(record.moved_to),
    }


def _result_json(result: Statement | Trouble) -> dict[str, Any]:
    if isinstance(result, Trouble):
        return {
            "id": result.source,
            "trouble": result.kind.value,
            "detail": result.detail,
            "retry_at": iso(result.retry_at),
        }
    claims = [_claim_json(claim) for claim in result.claims]
    return {"id": result.source, "trouble": None, "complete": result.complete, "claims": claims}


def _claim_json(claim: Claim) -> dict[str, Any]:
    return {
        "key": claim.key,
        "systems": list(claim.systems),
        "start": iso(claim.start),
        "end": iso(claim.end),
        "impact": claim.impact.value,
        "status": claim.status.value,
        "published": iso(claim.published),
        "url": claim.url,
        "evidence": claim.evidence,
        "confidence": "sure" if claim.sure else "doubtful",
        "problems": list(claim.problems),
        "refers_to": claim.refers_to,
    }
