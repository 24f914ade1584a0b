"""``bounce``: what a mail server's pipe gives mail to that came back."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import structlog
import typer

from notifier.cli.options import ConfigDir, Place, StateDir
from notifier.config import Settings, read_settings
from notifier.mail.bounces import LONGEST, Taken, return_paths, take
from notifier.model import InputProblems, NotifierError
from notifier.store import Store

log = structlog.get_logger()


def bounce(
    to: Annotated[str, typer.Option("--to", help="The address it arrived at.")] = "",
    config_dir: ConfigDir = None,
    state_dir: StateDir = None,
) -> None:
    """Put one message that came back on record, read from standard input. For a mail server's pipe.

    Ends with 0 for every message it could look at, also for one that is no report: another status would
    have the mail server bounce it, and its sender is as a rule nobody or made up. Nothing is lost with it,
    since a mailbox that takes no mail will say so again. Ends with 75 (EX_TEMPFAIL) for any trouble of
    ours, such as a store that is locked or settings with a mistake: the mail server keeps the message and
    tries again.
    """
    raw = sys.stdin.buffer.read(LONGEST)
    while sys.stdin.buffer.read(LONGEST):
        pass  # whoever writes to us is to meet no closed pipe
    try:
        taken = _take(Place.of(config_dir, state_dir), raw, to)
    except InputProblems as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(os.EX_TEMPFAIL) from None
    except (NotifierError, OSError) as error:
        print(f"notifier: {error}", file=sys.stderr)
        raise typer.Exit(os.EX_TEMPFAIL) from None
    except Exception:
        # Whatever it is: ending as Python does would make the mail server give the report up.
        log.exception("returned mail could not be taken")
        raise typer.Exit(os.EX_TEMPFAIL) from None
    # The mail server puts this into its log, beside its own number for the message.
    print(taken.value)
    if taken is Taken.EARLY:
        raise typer.Exit(os.EX_TEMPFAIL)


def _take(place: Place, raw: bytes, to: str) -> Taken:
    # The settings alone: a mistake in some window is no reason to keep reports waiting.
    settings = read_settings(place.config_dir, os.environ)
    store = Store.open(_url(settings, place), migrate=False)
    try:
        return take(store, return_paths(store, settings.mail.bounces), raw, to)
    finally:
        store.close()


def _url(settings: Settings, place: Place) -> str:
    return settings.store.url or f"sqlite:///{place.state.resolve() / 'notifier.db'}"
