"""What the operator wrote about a source, as far as reading it needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


class Source(Protocol):
    """One entry of ``config/sources.yaml``; which of the keys mean something depends on its kind."""

    @property
    def id(self) -> str:
        """Name of its folder under the state directory, and origin of what it says."""

    @property
    def kind(self) -> str:
        """Name of a module in :mod:`notifier.sources.kinds`."""

    @property
    def url(self) -> str:
        """Where it is read; empty where ``path`` says so, or where it comes by itself."""

    @property
    def path(self) -> Path | None:
        """A file on this machine, read in place of an address."""

    @property
    def page(self) -> str:
        """Address that people may be shown; ``url`` is not shown, for it may hold a secret."""

    @property
    def systems(self) -> tuple[str, ...]:
        """What it is about where it does not say itself."""

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """What it calls things -> our systems; none where a thing of its own matters to nobody here."""

    @property
    def every(self) -> timedelta:
        """How often it is read while all is well."""

    @property
    def horizon(self) -> timedelta:
        """How far ahead recurring windows are written out."""

    @property
    def zone(self) -> ZoneInfo:
        """Zone of times that come without one."""

    @property
    def selector(self) -> str:
        """CSS selector of the part of a page that holds notices; it is always there."""

    @property
    def items(self) -> str:
        """CSS selector of each notice within that part; there may be none."""

    @property
    def published(self) -> str:
        """CSS selector, within a notice or else the page, of the day it was published."""

    @property
    def senders(self) -> tuple[str, ...]:
        """Addresses or ``@domain`` whose mail is taken at its word."""

    @property
    def obey_robots(self) -> bool:
        """False only with the permission of those who run the site."""
