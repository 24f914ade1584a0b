"""``outbox``: the mails on their way, and what an operator can do about them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from notifier.cli.options import AsJson, CommandError, ConfigDir, Place, StateDir, console, print_json
from notifier.daemon import SystemClock
from notifier.model import WARSAW, MailState, iso
from notifier.store import Held, MailFacts, MailRow, Store, Which

app = typer.Typer(no_args_is_help=True, help="The mails on their way.")

Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of mails.")]
All = Annotated[bool, typer.Option("--all", help="All that are held.")]
Window = Annotated[str, typer.Option("--window", help="Those that tell of this window.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@contextmanager
def _opened(config_dir: ConfigDir, state_dir: StateDir) -> Iterator[Store]:
    place = Place.of(config_dir, state_dir)
    store = place.store(place.load())
    try:
        yield store
    finally:
        store.close()


@app.command("list")
def list_(
    state: Annotated[MailState | None, typer.Option("--only", help="Only mails in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 100,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Mails, by number of subscriber: no addresses."""
    with _opened(config_dir, state_dir) as store:
        rows = store.outbox.list(state, limit)
    if as_json:
        print_json({"mails": [mail_json(row) for row in rows]})
        return
    table = _table("mail", "to", "state", "send at", "tries", "last answer")
    for row in rows:
        table.add_row(
            str(row.id),
            f"#{row.subscriber_id}",
            row.state,
            _short(row.send_at),
            str(row.attempts),
            _answer(row),
        )
    console().print(table)


@app.command()
def show(
    mail: Annotated[int, typer.Argument(help="Number of the mail.")],
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """All that is known of one mail, but for whose address it goes to."""
    with _opened(config_dir, state_dir) as store:
        found = store.overview.mail(mail)
    if found is None:
        raise CommandError(f"there is no mail {mail}; see `notifier outbox list`")
    if as_json:
        print_json(_facts_json(found))
        return
    row, out = found.row, console()
    for name, value in (
        ("mail", f"{row.id}, a {row.kind} to subscriber #{row.subscriber_id} ({found.standing})"),
        (
            "tells",
            "\n".join(f"{k.occasion} of {k.window} to {k.audience}" for k in found.tells) or "no notice",
        ),
        ("state", row.state + (f" by {row.lease_owner}" if row.lease_owner else "")),
        ("made", _long(row.created_at)),
        ("to go", _long(row.send_at)),
        ("of use until", _long(row.expires_at)),
        ("tries", str(row.attempts)),
        ("first failure", _long(row.first_failed_at)),
        ("last answer", _answer(row) or "none"),
        ("settled", _long(row.settled_at)),
        ("text", "kept" if found.text_kept else "no longer kept"),
        ("Message-ID", row.message_id),
    ):
        first, *more = value.splitlines()
        out.print(f"{name:<14}{first}", soft_wrap=True, markup=False)
        for line in more:
            out.print(f"{'':<14}{line}", soft_wrap=True, markup=False)


@app.command()
def retry(
    mails: Annotated[
        list[int] | None,
        typer.Argument(help="Numbers of mails; none: all that wait for another try or were refused."),
    ] = None,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Try mails again now that failed, also refused ones; held ones too if they are named."""
    with _opened(config_dir, state_dir) as store:
        count = store.outbox.retry(mails or None, SystemClock().now(), held=bool(mails))
    if as_json:
        print_json({"retried": count})
        return
    console().print(f"{count} mails will be tried with the next look.")


@app.command()
def release(
    mails: Numbers = None,
    everything: All = False,
    window: Window = "",
    yes: Yes = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Let go what a brake holds; says before what it is and to how many, and asks on a terminal."""
    with _opened(config_dir, state_dir) as store:
        count = _decide(store, mails, everything, window, yes, as_json, "released")
        if as_json:
            print_json({"released": count})
        else:
            console().print(f"{count} mails let go. They go out within a minute while the daemon runs.")


@app.command()
def drop(
    mails: Numbers = None,
    everything: All = False,
    window: Window = "",
    yes: Yes = False,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Never send what a brake holds; says before what it is and to how many, and asks on a terminal."""
    with _opened(config_dir, state_dir) as store:
        count = _decide(store, mails, everything, window, yes, as_json, "dropped")
        if as_json:
            print_json({"dropped": count})
        else:
            console().print(f"{count} mails dropped.")


@app.command()
def stats(config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """How many mails are in each state."""
    with _opened(config_dir, state_dir) as store:
        found = store.outbox.stats()
    if as_json:
        print_json(
            {
                "counts": {state.value: count for state, count in found.counts.items()},
                "oldest_waiting": iso(found.oldest_waiting),
            }
        )
        return
    for state, count in found.counts.items():
        console().print(f"{state.value:<12}{count:>8}")


def _decide(
    store: Store, mails: list[int] | None, everything: bool, window: str, yes: bool, as_json: bool, done: str
) -> int:
    """Show what is meant, have it confirmed, do it; returns how many mails it was."""
    if everything == bool(mails or window):
        raise typer.BadParameter("say which: --all, or numbers of mails, or --window")
    now, which = SystemClock().now(), Which(tuple(sorted(set(mails or ()))), window)
    count, people = store.holding.count(now, which)
    if not as_json:
        _show_held(store.holding.list(now, which))
        console().print(
            f"{count} held mails to {people} people, by what they tell."
            if count
            else "Nothing of use is held there."
        )
    if count and not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("nobody is there to be asked: say --yes")
        # On standard error: what is on standard output stays what scripts expect there.
        typer.confirm(f"{count} mails to {people} people will be {done}. Go on?", abort=True, err=True)
    act = store.holding.release if done == "released" else store.holding.drop
    return act(now, which)


def _show_held(held: list[Held]) -> None:
    if not held:
        return
    table = _table("window", "occasion", "severity", "mails", "people", "of use until")
    for group in held:
        table.add_row(
            group.window,
            group.occasion,
            group.severity,
            str(group.mails),
            str(group.people),
            _short(group.useful_until),
        )
    console().print(table)


def mail_json(row: MailRow) -> dict[str, object]:
    """A mail as ``outbox list --json`` shows it."""
    return {
        "id": row.id,
        "subscriber": row.subscriber_id,
        "state": row.state.value,
        "message_id": row.message_id,
        "send_at": iso(row.send_at),
        "expires_at": iso(row.expires_at),
        "attempts": row.attempts,
        "last_code": row.last_code,
        "last_reply": row.last_reply,
    }


def _facts_json(found: MailFacts) -> dict[str, object]:
    row = found.row
    return {
        **mail_json(row),
        "kind": row.kind.value,
        "standing": found.standing.value,
        "tells": [
            {
                "window": key.window,
                "audience": key.audience,
                "occasion": key.occasion.value,
                "detail": key.detail,
            }
            for key in found.tells
        ],
        "created_at": iso(row.created_at),
        "first_failed_at": iso(row.first_failed_at),
        "lease_owner": row.lease_owner,
        "settled_at": iso(row.settled_at),
        "text_kept": found.text_kept,
    }


def _table(*names: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _answer(row: MailRow) -> str:
    return f"{row.last_code or ''} {row.last_reply or ''}".strip()


def _short(moment: datetime) -> str:
    return f"{moment.astimezone(WARSAW):%m-%d %H:%M}"


def _long(moment: datetime | None) -> str:
    return f"{moment.astimezone(WARSAW):%Y-%m-%d %H:%M:%S %Z}" if moment else "-"
