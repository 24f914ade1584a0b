"""From directories to a running service: what ``run`` and ``replay`` put together."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from notifier.config import Config, read_secrets
from notifier.daemon.bell import Bell
from notifier.daemon.calling import lines_of
from notifier.daemon.clock import ReplayClock, SystemClock
from notifier.daemon.heap import settle
from notifier.daemon.keys import link_key
from notifier.daemon.lock import LOCK, alone_in
from notifier.daemon.manager import ServiceManager
from notifier.daemon.parts import Hooks, Parts
from notifier.daemon.replaying import Replay
from notifier.daemon.returned import mailbox_of
from notifier.daemon.service import Service
from notifier.daemon.signing import signer_of
from notifier.daemon.watching import Watcher
from notifier.mail import MaildirTransport, Patience, Relay, SmtpTransport, Transport
from notifier.model import Edition
from notifier.store import NewSubscriber, Store

log = structlog.get_logger()


def store_url(config: Config, state: Path) -> str:
    """Where the store is: as configured, or a SQLite file in the state directory."""
    return config.settings.store.url or f"sqlite:///{state.resolve() / 'notifier.db'}"


def transport_for(config: Config, state: Path, environ: Mapping[str, str]) -> Transport:
    """The relay, or a Maildir in the state directory where none is set. Raises :class:`MailProblem`."""
    mail = config.settings.mail
    if not mail.relay:
        return MaildirTransport(state / "mail")
    secrets = read_secrets(environ)
    relay = Relay.parse(mail.relay, secrets.relay_user, secrets.relay_password)
    patience = Patience(command=mail.timeout.total_seconds())
    return SmtpTransport(relay, mail.sender, hello=socket.getfqdn(), patience=patience)


async def run(config: Config, state: Path, environ: Mapping[str, str], hooks: Hooks) -> None:
    """The daemon, until SIGTERM or SIGINT; SIGHUP reloads. Raises :class:`NotifierError` if it cannot begin."""
    with alone_in(state):
        async with Bell().hung() as bell:
            service = Service(
                Parts(
                    config=config,
                    store_url=store_url(config, state),
                    public=state / "public",
                    transport=transport_for(config, state, environ),
                    clock=SystemClock(),
                    waker=bell,
                    owner=f"{socket.gethostname()}:{state.resolve()}",
                    manager=ServiceManager(environ),
                    watcher=Watcher(config, environ),
                    mailbox=mailbox_of(config.settings, environ),
                    hooks=hooks,
                    link_key=link_key(state, environ),
                    signer=signer_of(config.settings, environ),
                    read_sources=state,
                    environ=environ,
                    review_password=read_secrets(environ).review_password,
                    lines=lambda settings: lines_of(settings, environ),
                )
            )
            _on_signals(service)
            settle()
            await service.run()


async def replay(
    config: Config,
    state: Path,
    begin: datetime,
    end: datetime,
    speed: float,
    hooks: Hooks,
    seed: Callable[[], list[Edition]],
) -> None:
    """Play back ``[begin, end]`` in a state directory of its own, emptied first.

    Mail goes to the Maildir there whatever relay is configured; where nobody is subscribed, one reader
    for each audience and language is made up. ``seed`` gives editions to know beforehand.
    """
    with alone_in(state):
        _empty(state)
        clock = ReplayClock(begin)
        replayed = Replay(clock, end, speed)
        url = f"sqlite:///{state.resolve() / 'notifier.db'}"
        _prepare(url, config, seed(), begin)
        settings = config.settings
        if speed == 0:
            settings = settings.model_copy(update={"web": settings.web.model_copy(update={"listen": ""})})
        service = Service(
            Parts(
                config=replace(config, settings=settings),
                store_url=url,
                public=state / "public",
                transport=MaildirTransport(state / "mail"),
                clock=clock,
                waker=replayed,
                owner="replay",
                manager=ServiceManager({}),
                drill=True,
                hooks=hooks,
            )
        )
        replayed.drained = service.drained
        replayed.finished = service.stop
        _on_signals(service)
        await service.run()


def _empty(state: Path) -> None:
    """Clear a state directory that is ours alone; the lock stays, or the next one would not meet it."""
    for path in state.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _prepare(url: str, config: Config, editions: list[Edition], now: datetime) -> None:
    store = Store.open(url)
    try:
        store.editions.append(editions)
        if not config.subscribers:
            readers = [
                NewSubscriber(
                    f"{audience}.{language}@example.org",
                    (audience,),
                    language,
                    occasions=("started", "ended"),
                )
                for audience in config.catalogue.audiences
                for language in config.settings.site.languages
            ]
            store.subscribers.import_(readers, "replay", now)
    finally:
        store.close()


def _on_signals(service: Service) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    loop.add_signal_handler(signal.SIGHUP, service.reload)


def set_up_logs(*, to_terminal: bool, least: int = logging.INFO) -> None:
    """Structured lines on standard error: JSON for machines, plain for a terminal; ``least`` is the level."""
    # Plain tracebacks only: richer ones print local variables, and one of them may be an address.
    renderer = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty() and "NO_COLOR" not in os.environ,
            exception_formatter=structlog.dev.plain_traceback,
        )
        if to_terminal
        else structlog.processors.JSONRenderer()
    )
    tracebacks = [] if to_terminal else [structlog.processors.format_exc_info]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *tracebacks,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        # Asked for each time: whoever replaces standard error meanwhile gets the lines from then on.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
