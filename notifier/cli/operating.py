"""``run``, ``replay`` and ``check``: the daemon, on the real clock and on another, and what it reads."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from typing import Annotated

import typer

from notifier import daemon
from notifier.cli.options import AsJson, ConfigDir, Place, StateDir, console, instant, print_json
from notifier.config import CHAT_FILE
from notifier.cycle import Pass
from notifier.daemon import Hooks
from notifier.hooks import ChatProblem
from notifier.model import WARSAW, InputProblems, Problem, iso
from notifier.web import Listening


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
    daemon.looped(daemon.run(config, place.state, os.environ, hooks))


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
    settings = Place.of(config_dir, state_dir).load().settings
    try:
        daemon.check_chats(settings, os.environ)
    except ChatProblem as problem:
        raise InputProblems([Problem(f"{CHAT_FILE}{problem.chat}", 1, 1, problem.what)]) from None


def _tell(done: Pass, begin: datetime) -> None:
    """One line a window and occasion, as it happens."""
    from rich.text import Text  # noqa: PLC0415 - `run` is in this module, too, and prints no colours

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
