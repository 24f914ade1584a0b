"""The facts from which the public tree is built, and the paths at which they appear."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifier.model import Advice, Edition, Window

_UNFIT = re.compile(r"^[.]|[/\\\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST = 200


class WindowState(StrEnum):
    """Where a window stands at the moment for which the site is built."""

    NOW = "now"  #: it has begun, and neither its planned end nor a confirmation of its end has come
    NEXT = "next"  #: it lies ahead
    PAST = "past"  #: its planned end has passed, or somebody confirmed that it is over
    CANCELLED = "cancelled"  #: it will not happen


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """One window with its history and what it means for each audience.

    ``editions`` are in the order of their numbers, the last one holds; at least one. ``advice`` maps an
    audience to its advice; an audience that the window does not touch may be missing, and so may all of
    them for windows long past, whose pages then show the facts alone.
    """

    editions: tuple[Edition, ...]
    advice: Mapping[str, Advice]
    state: WindowState

    @property
    def edition(self) -> Edition:
        """The edition that holds."""
        return self.editions[-1]

    @property
    def window(self) -> Window:
        """The window as it is known now."""
        return self.editions[-1].window


@dataclass(frozen=True, slots=True)
class Looked:
    """A source of windows and when it was last looked at.

    ``at`` is the last look that told something, ``None`` before the first; ``well`` is False while looks fail.
    """

    name: str
    at: datetime | None
    well: bool = True


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Everything the public tree says, as of one moment.

    ``at`` is the moment for which the site is built; ``checked`` when the sources were last looked at
    (``None``: at ``at``). ``base_url`` is the public address without a closing slash. The order of
    ``audiences`` and ``languages`` is the order on the page; the first language lives at ``/``, each
    other one at ``/<language>/``. ``drill`` marks a site that plays back another time; ``narrow`` says
    that whoever serves the site can narrow feeds to a person, which files alone cannot; ``subscribe``
    that they take subscriptions by mail as well. ``looked`` are the sources one by one, as far as they are known.
    """

    at: datetime
    windows: tuple[WindowFacts, ...]
    name: str
    base_url: str
    contact: str
    audiences: tuple[str, ...]
    languages: tuple[str, ...] = ("pl", "en")
    checked: datetime | None = None
    drill: bool = False
    narrow: bool = False
    subscribe: bool = False
    looked: tuple[Looked, ...] = ()


def root(language: str, languages: tuple[str, ...]) -> str:
    """Where the pages of a language begin: ``""`` for the first one, ``"/en"`` for English after it."""
    return "" if language == languages[0] else f"/{language}"


def segment(window: str) -> str:
    """A window id as one segment of a path.

    Ids are plain by rule; what is not fit for a file name is made so, with a digest behind it, so that no id,
    wherever it came from, can name a place outside ``/windows/``.
    """
    if not _UNFIT.search(window) and 0 < len(window.encode()) <= _LONGEST:
        return window
    tail = hashlib.sha256(window.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_UNFIT.sub('-', window)[:40]}-{tail}"


def window_path(window: str, language: str, languages: tuple[str, ...]) -> str:
    """The address of a window's page below the base address, with its closing slash."""
    return f"{root(language, languages)}/windows/{segment(window)}/"
