"""The options that all commands share, and what they stand for."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notifier.config import Config, InstantError, parse_instant
from notifier.cycle import FILES, Editions, read_config, reconcile
from notifier.daemon import SystemClock, store_url
from notifier.model import Edition, Means, NotifierError, Profile, Window
from notifier.store import Reason, Store, StoreError

if TYPE_CHECKING:
    from rich.console import Console

ConfigDir = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Directory of the configuration.", envvar="NOTIFIER_CONFIG", show_default="config"
    ),
]
StateDir = Annotated[
    Path | None,
    typer.Option("--state", help="Directory of the state.", envvar="NOTIFIER_STATE", show_default="var"),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
Have = Annotated[
    list[str] | None,
    typer.Option("--have", help="What the person has: METHOD, or METHOD:BANK. May be given several times."),
]
AudienceName = Annotated[str | None, typer.Option("--audience", help="Only this audience.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the record.")]
Who = Annotated[str, typer.Option("--who", help="Who says so, for the record.", envvar="USER")]


class CommandError(NotifierError):
    """The command could not do it; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works: configuration and state."""

    config_dir: Path
    state: Path

    @classmethod
    def of(cls, config: Path | None, state: Path | None) -> Place:
        """The directories given, or ``config/`` and ``var/`` here."""
        return cls(config or Path("config"), state or Path("var"))

    def load(self) -> Config:
        """The configuration. Raises :class:`InputProblems` with every problem."""
        beside = self.config_dir.resolve().parent / "templates"
        templates = beside if beside.is_dir() else None
        return read_config(self.config_dir, templates, os.environ)

    def store(self, config: Config) -> Store:
        """The store, made if it is not there yet. Raises :class:`StoreError`."""
        if not config.settings.store.url:
            self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Store.open(store_url(config, self.state))

    def stored(self, config: Config) -> list[Edition]:
        """The editions in the store; none where there is no store yet, which stays so."""
        if not config.settings.store.url and not (self.state / "notifier.db").exists():
            return []
        try:
            store = Store.open(store_url(config, self.state), migrate=False)
        except StoreError as error:
            if error.reason is Reason.MISSING:
                return []
            raise
        try:
            return store.editions.all()
        finally:
            store.close()


def editions_of(place: Place, config: Config) -> Editions:
    """All editions: those in the store, and what the files say now on top."""
    editions = Editions(place.stored(config))
    found = reconcile(editions, config.windows, SystemClock().now(), origin=FILES, first=not editions.of)
    editions.add(found.editions)
    return editions


def windows_of(editions: Editions) -> list[Window]:
    """The windows as they are known now."""
    return [history[-1].window for history in editions.of.values()]


def instant(text: str) -> datetime:
    """An instant from the command line; Warsaw time unless an offset is written, ``now`` for the present."""
    if text == "now":
        return SystemClock().now()
    try:
        return parse_instant(text, date_only=True)
    except InstantError as error:
        raise typer.BadParameter(f"{error.what}; {error.remedy}") from error


def profile_of(config: Config, have: list[str] | None) -> Profile:
    """The profile of a person. Raises a usage error for methods and banks that do not exist."""
    catalogue = config.catalogue
    for text in have or ():
        means = Means.parse(text)
        method = catalogue.methods.get(means.method)
        if method is None:
            raise typer.BadParameter(
                f"unknown method {means.method!r}; known are {', '.join(catalogue.methods)}",
                param_hint="--have",
            )
        if means.bank is not None and (not method.per_bank or means.bank not in catalogue.banks):
            known = ", ".join(catalogue.banks) if method.per_bank else "none: it is not per bank"
            raise typer.BadParameter(
                f"unknown bank {means.bank!r} for {means.method}; known are {known}", param_hint="--have"
            )
    return Profile.of(have or ())


def audiences_of(config: Config, audience: str | None) -> list[str]:
    """The audience asked for, or all. Raises a usage error for one that does not exist."""
    known = list(config.catalogue.audiences)
    if audience is not None and audience not in known:
        raise typer.BadParameter(
            f"unknown audience {audience!r}; known are {', '.join(known)}", param_hint="--audience"
        )
    return known if audience is None else [audience]


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def console() -> Console:
    """Where output for people goes: 80 columns where nobody says otherwise, no colour where NO_COLOR is set."""
    from rich.console import Console  # noqa: PLC0415 - the daemon, which prints no tables, does not hold it

    return Console(highlight=False, soft_wrap=False)
