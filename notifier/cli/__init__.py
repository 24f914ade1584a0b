"""Commands: thin doors to the rooms behind them.

Exit status: 0 done; 1 the input has problems, all of them listed on standard error; 2 wrong usage;
3 could not do it.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module

import typer

import notifier.cli.light  # noqa: F401 - before anything that logs
from notifier.daemon import set_up_logs
from notifier.model import InputProblems, NotifierError

COMMANDS = {
    "run": "operating:run",
    "replay": "operating:replay",
    "check": "operating:check",
    "explain": "explain:explain",
    "timeline": "explain:show_timeline",
    "plan": "plans:plan",
    "build": "plans:build",
    "preview": "plans:preview",
    "windows": "changing:app",
    "subscribers": "people:app",
    "outbox": "outboxing:app",
    "sources": "sourcing:app",
    "read": "reading:read",
    "status": "state:status",
    "send-test": "trying:send_test",
    "move-store": "moving:move_store",
    "bounce": "bouncing:bounce",
}
"""Where each command, or group of commands, is found: module of this package and name in it."""


def commands(wanted: str = "") -> typer.Typer:
    """The program with the command that is wanted, or with all of them if that is none.

    A mail server starts ``bounce`` for every report, and the daemon stays in memory for months: neither is
    to load what only the others need.
    """
    app = typer.Typer(
        name="notifier",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=True,
        help="Tells people which ways into Polish e-health services still work during planned outages.",
    )

    # With a single command typer would do without its name.
    @app.callback()
    def _named() -> None:
        pass

    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"notifier.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def main() -> None:
    """Entry point of the ``notifier`` program."""
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command; returns its exit status."""
    set_up_logs(to_terminal=sys.stderr.isatty(), least=logging.WARNING)
    try:
        commands(arguments[0] if arguments else "")(arguments)
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
