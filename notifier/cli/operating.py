"""``run``, ``replay``, ``check``, ``status`` and ``outbox``: for whoever keeps it running."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from notifier import daemon
from notifier.cli.options import AsJson, ConfigDir, Place, StateDir, console, instant, print_json
from notifier.cycle import Pass
from notifier.daemon import Hooks, SystemClock
from notifier.model import WARSAW, MailState, iso
from notifier.web import Listening

outbox = typer.Typer(no_args_is_help=True, help="The mails on their way.")


def run(config_dir: ConfigDir = None, state_dir: StateDir = None) -> None:
    """The daemon: load, plan, publish, deliver, serve."""
    place = Place.of(config_dir, state_dir)
    daemon.set_up_logs(to_terminal=sys.stderr.isatty())
    config = place.load()
    mail = config.settings.mail.relay or f"the Maildir {place.state / 'mail'}"

    def listening(where: Listening | None) -> None:
        # On standard error, beside the log: standard output stays free for nothing else.
        at = where.url if where else "nowhere ([web] listen is empty)"
        print(f"Pages and feeds: {at}\nMail goes to: {mail}", file=sys.stderr, flush=True)

    hooks = Hooks(listening=listening)
    asyncio.run(daemon.run(config, place.state, os.environ, hooks))


def replay(
    from_: Annotated[str, typer.Option("--from", help="Begin.")],
    to: Annotated[str, typer.Option("--to", help="End.")],
    speed: Annotated[
        float, typer.Option("--speed", min=0, help="Simulated seconds a second; 0: as fast as it can.")
    ] = 3600,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """The same daemon on a simulated clock and a throw-away state; prints each thing it sends."""
    place = Place.of(config_dir, state_dir)
    begin, end = instant(from_), instant(to)
    if end <= begin:
        raise typer.BadParameter("the end must come after the beginning", param_hint="--to")
    config = place.load()
    state = place.state / "replay"
    story: list[dict[str, object]] = []
    out = console()

    def passed(done: Pass) -> None:
        for _, notice in done.notices:
            if not notice.sent or notice.due < begin:
                continue
            story.append(
                {
                    "at": iso(done.now),
                    "occasion": notice.key.occasion.value,
                    "window": notice.key.window,
                    "audience": notice.key.audience,
                    "reason": notice.reason,
                }
            )
        if not as_json:
            _tell(done, begin)

    def listening(where: Listening | None) -> None:
        if where and not as_json:
            out.print(f"The page as it changes: {where.url}")

    asyncio.run(
        daemon.replay(
            config, state, begin, end, speed, Hooks(passed, listening), lambda: place.stored(config)
        )
    )
    if as_json:
        print_json({"from": iso(begin), "to": iso(end), "told": story, "mail": str(state / "mail")})
        return
    mails = sum(1 for _ in (state / "mail" / "new").glob("*")) if (state / "mail").exists() else 0
    out.print(f"\n{mails} mails in {state / 'mail'}, feeds and pages in {state / 'public'}.", soft_wrap=True)


def check(config_dir: ConfigDir = None, state_dir: StateDir = None) -> None:
    """Everything in the configuration and the templates, every problem at once; silent if there is none."""
    Place.of(config_dir, state_dir).load()


def status(config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """How far the daemon has come, and what waits."""
    place = Place.of(config_dir, state_dir)
    config = place.load()
    store = place.store(config)
    try:
        mark = store.marks.get("last-pass")
        stats = store.outbox.stats()
        subscribers = len(store.subscribers.list())
        now = SystemClock().now()
        latest = store.editions.latest().values()
        ahead = sum(1 for edition in latest if edition.window.counts and edition.window.interval.until > now)
    finally:
        store.close()
    facts = {
        "last_pass": mark,
        "windows_open": ahead,
        "subscribers": subscribers,
        "outbox": {state.value: count for state, count in stats.counts.items()},
        "oldest_waiting": iso(stats.oldest_waiting),
    }
    if as_json:
        print_json(facts)
        return
    out = console()
    out.print(f"last pass       {mark or 'never: start the daemon with `notifier run`'}")
    out.print(f"windows open    {ahead}")
    out.print(f"subscribers     {subscribers}")
    out.print("outbox          " + ", ".join(f"{n} {state.value}" for state, n in stats.counts.items() if n))


@outbox.command("list")
def list_(
    state: Annotated[MailState | None, typer.Option("--only", help="Only mails in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 100,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Mails, by number of subscriber: no addresses."""
    place = Place.of(config_dir, state_dir)
    store = place.store(place.load())
    try:
        rows = store.outbox.list(state, limit)
    finally:
        store.close()
    if as_json:
        print_json(
            {
                "mails": [
                    {
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
                    for row in rows
                ]
            }
        )
        return
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in ("mail", "to", "state", "send at", "tries", "last answer"):
        table.add_column(name, overflow="fold")
    for row in rows:
        answer = f"{row.last_code or ''} {row.last_reply or ''}".strip()
        when = f"{row.send_at.astimezone(WARSAW):%m-%d %H:%M}"
        table.add_row(str(row.id), f"#{row.subscriber_id}", row.state, when, str(row.attempts), answer)
    console().print(table)


@outbox.command()
def retry(
    mails: Annotated[
        list[int] | None, typer.Argument(help="Numbers of mails; none: all that wait or are held.")
    ] = None,
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Try mails again now; lets go what a brake holds."""
    place = Place.of(config_dir, state_dir)
    store = place.store(place.load())
    try:
        count = store.outbox.retry(mails or None, SystemClock().now())
    finally:
        store.close()
    console().print(f"{count} mails will be tried with the next look.")


@outbox.command()
def stats(config_dir: ConfigDir = None, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """How many mails are in each state."""
    place = Place.of(config_dir, state_dir)
    store = place.store(place.load())
    try:
        found = store.outbox.stats()
    finally:
        store.close()
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


def _tell(done: Pass, begin: datetime) -> None:
    """One line a window and occasion, as it happens."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for _, notice in done.notices:
        if notice.sent and notice.due >= begin:
            detail = notice.key.detail.partition("@")[0]
            key = (notice.key.occasion.value, detail, notice.key.window, notice.reason)
            groups.setdefault(key, []).append(notice.key.audience)
    out = console()
    for (occasion, detail, window, reason), audiences in groups.items():
        named = f"{occasion} {detail}".strip() if occasion == "reminder" else occasion
        out.print(
            Text.assemble(
                (f"{done.now.astimezone(WARSAW):%a %d.%m. %H:%M}  ", "dim"),
                (f"{named:<13} ", "bold"),
                f"{window}  ",
            ),
            end="",
        )
        out.print(f"{' '.join(audiences)}", soft_wrap=True)
        out.print(f"{'':17}{reason}", style="dim", soft_wrap=True)
    if done.mails:
        out.print(f"{'':17}{done.mails} mails", style="dim")
