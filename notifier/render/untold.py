"""Texts that could not be written: each is left out by itself, so that one mistake silences one text and not all."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from notifier.render.errors import RenderError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Untold:
    """One text that could not be written. ``window`` and ``audience`` are empty where it is about no single one.

    ``where`` is the line of the template that was being read (``told/told.txt.j2:12``), else the phrase, the
    word of the catalogue, or the line of the program.
    """

    window: str
    audience: str
    language: str
    where: str
    reason: str


class Omissions:
    """Has texts written one by one, and keeps account of those that could not be."""

    def __init__(self) -> None:
        self._found: dict[Untold, None] = {}

    @property
    def found(self) -> tuple[Untold, ...]:
        """What could not be written since the account was begun, each once."""
        return tuple(self._found)

    def begin(self) -> None:
        """Begin a new account."""
        self._found.clear()

    def attempt(
        self, make: Callable[[], T], *, language: str, window: str = "", audience: str = ""
    ) -> T | None:
        """What ``make`` makes; ``None``, and a line in the account, where it cannot be put into words."""
        try:
            return make()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one text, the others must go out
            told = Untold(window, audience, language, _where(error), _reason(error))
            self._found[told] = None
            return None


class Unforgiven(Omissions):
    """For those who keep no account: the error is raised."""

    def attempt(
        self, make: Callable[[], T], *, language: str, window: str = "", audience: str = ""
    ) -> T | None:
        """What ``make`` makes."""
        return make()


def _reason(error: Exception) -> str:
    if isinstance(error, RenderError):
        return error.reason
    return f"{type(error).__name__}: {error}"


def _where(error: Exception) -> str:
    """The innermost line of a template on the way to the error; jinja puts them into the traceback."""
    found = ""
    cause: BaseException | None = error
    while cause is not None:
        for frame in traceback.extract_tb(cause.__traceback__):
            path = Path(frame.filename)
            if path.suffix == ".j2":
                found = f"{'/'.join(path.parts[-2:])}:{frame.lineno}"
        cause = cause.__cause__
    if found:
        return found
    if isinstance(error, RenderError):
        return error.key
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"
