"""A good configuration to copy, and ways to plant mistakes into the copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from notifier.config import check
from notifier.model import Problem

GOOD = Path(__file__).parent / "good"
NAMES = frozenset({"say", "site", "items"})
WINDOWS_DIR = "config/windows/"
REST = "  systems: [gate]\n  start: 2024-05-01 20:00\n"
"""What a window has after its id."""

METHOD = "\n  pl: {name: x, by: x}\n  en: {name: x, by: x}\n"
"""What a method has after its id."""

HERE = "‸"
"""Stands in a planted text where the problem must point."""


def copy_of_good(folder: Path) -> Path:
    """A fresh copy of the good configuration and templates below ``folder``."""
    return Path(shutil.copytree(GOOD, folder / "copy"))


def problems(
    copy: Path, environ: Mapping[str, str] | None = None, code_keys: frozenset[str] = frozenset()
) -> list[Problem]:
    return check(
        copy / "config", copy / "templates", environ or {}, template_names=NAMES, code_keys=code_keys
    )


@dataclass(frozen=True)
class Planted:
    """One mistake: ``sentence`` says what; ``old`` becomes ``new``, or ``new`` is a file of its own."""

    sentence: str
    file: str
    old: str
    new: str | bytes
    what: str
    remedy: str = ""

    @property
    def raw(self) -> bytes:
        return self.new if isinstance(self.new, bytes) else self.new.encode()


def edit(sentence: str, file: str, old: str, new: str, what: str, remedy: str = "") -> Planted:
    return Planted(sentence, file, old, new, what, remedy)


def new_file(sentence: str, file: str, content: str | bytes, what: str, remedy: str = "") -> Planted:
    return Planted(sentence, file, "", content, what, remedy)


def change(sentence: str, kind: str, old: str, new: str, what: str, remedy: str = "") -> Planted:
    return edit(sentence, f"config/catalogue/{kind}.yaml", old, new, what, remedy)


def add(sentence: str, name: str, content: str, what: str, remedy: str = "") -> Planted:
    return new_file(sentence, f"config/catalogue/{name}.yaml", content, what, remedy)


_WINDOWS = iter(range(1000))


def window(sentence: str, what: str, remedy: str = "", **lines: str) -> Planted:
    """A window of its own in a file of its own, with some of its lines replaced; ``""`` drops a line."""
    number = next(_WINDOWS)
    usual = {
        "id": f"w-{number}",
        "systems": "[gate]",
        "start": "2024-05-01 20:00",
        "end": "2024-05-01 22:00",
    }
    text = "\n  ".join(f"{key}: {value}" for key, value in {**usual, **lines}.items() if value)
    return new_file(sentence, f"{WINDOWS_DIR}m{number:03d}.yaml", f"- {text}\n", what, remedy)


def plant(copy: Path, mistakes: Iterable[Planted]) -> list[tuple[Planted, int, int]]:
    """Put all of them in; gives each with the line and column at which it must be named."""
    chosen = list(mistakes)
    for index, mistake in enumerate(chosen):
        path = copy / mistake.file
        marked = mistake.raw.replace(HERE.encode(), f"{HERE}{index}{HERE}".encode())
        if mistake.old:
            text = path.read_bytes()
            assert text.count(mistake.old.encode()) == 1, f"{mistake.old!r} is not once in {mistake.file}"
            path.write_bytes(text.replace(mistake.old.encode(), marked))
        else:
            path.write_bytes(marked)
    places = [
        (mistake, *_unmark(copy / mistake.file, index)) for index, mistake in reversed([*enumerate(chosen)])
    ]
    # Taking a marker out moves those behind it in the same line: only one mistake a line is planted.
    return places[::-1]


def _unmark(path: Path, index: int) -> tuple[int, int]:
    marker = f"{HERE}{index}{HERE}".encode()
    content = path.read_bytes()
    before, found, after = content.partition(marker)
    if not found:
        return 1, 1
    path.write_bytes(before + after)
    line_start = before.rpartition(b"\n")[2]
    return before.count(b"\n") + 1, len(line_start.decode("utf-8", "replace")) + 1


def named(problem: Problem, mistake: Planted, line: int, column: int) -> bool:
    """True when this problem is about that mistake, at its very place and with its remedy."""
    return (
        problem.file.endswith(mistake.file)
        and (problem.line, problem.column) == (line, column)
        and mistake.what in problem.what
        and mistake.remedy in problem.remedy
    )
