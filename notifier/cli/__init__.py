"""Commands: thin doors to the rooms behind them.

Exit status: 0 done; 1 the input has problems, all of them listed on standard error; 2 wrong usage;
3 could not do it.
"""

from __future__ import annotations

import logging
import os
import sys

import typer

from notifier.cli import (
    bouncing,
    changing,
    explain,
    moving,
    operating,
    outboxing,
    people,
    plans,
    reading,
    state,
    trying,
    windows,
)
from notifier.daemon import set_up_logs
from notifier.model import InputProblems, NotifierError

app = typer.Typer(
    name="notifier",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    help="Tells people which ways into Polish e-health services still work during planned outages.",
)
app.command("run")(operating.run)
app.command("replay")(operating.replay)
app.command("check")(operating.check)
app.command("explain")(explain.explain)
app.command("timeline")(explain.show_timeline)
app.command("plan")(plans.plan)
app.command("build")(plans.build)
app.command("preview")(plans.preview)
for change in (
    changing.add,
    changing.move,
    changing.extend,
    changing.cancel,
    changing.complete,
    changing.approve,
    changing.reject,
):
    windows.app.command()(change)
app.add_typer(windows.app, name="windows")
app.add_typer(people.app, name="subscribers")
app.add_typer(outboxing.app, name="outbox")
app.command("read")(reading.read)
app.command("status")(state.status)
app.command("send-test")(trying.send_test)
app.command("move-store")(moving.move_store)
app.command("bounce")(bouncing.bounce)


def main() -> None:
    """Entry point of the ``notifier`` program."""
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command; returns its exit status."""
    set_up_logs(to_terminal=sys.stderr.isatty(), least=logging.WARNING)
    try:
        app(arguments)
    except SystemExit as error:
        # The way in which typer ends: 0 done, 2 wrong usage, which it has told by then, and what `bounce`
        # says to a mail server; anything else means that nobody reads what we print, and is not to look
        # like a mistake in the input.
        return error.code if error.code in (0, 2, os.EX_TEMPFAIL) else 3
    except InputProblems as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    except NotifierError as error:
        print(f"notifier: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        what = error.strerror or str(error)
        print(
            f"notifier: {error.filename}: {what}" if error.filename else f"notifier: {what}", file=sys.stderr
        )
        return 3
    return 0
