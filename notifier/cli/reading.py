"""``read``: announcement text -> windows, with evidence and confidence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from notifier.cli.options import AsJson, ConfigDir, Place, console, instant, print_json
from notifier.cli.windows import local
from notifier.model import WARSAW, InputProblems, Problem, iso
from notifier.sources.reading import Certainty, Reading, ReadWindow, names_of
from notifier.sources.reading import read as read_text

STANDARD_INPUT = "-"


def read(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE or - …]", help="Text or HTML, UTF-8; - is standard input.", show_default="-"
        ),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(
            help="When it was published (2024-01-12): gives missing years and weekdays their meaning."
        ),
    ] = None,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Read announcements in Polish: which systems, from when to when, how sure, and from which sentence."""
    if published is None:
        raise typer.BadParameter(
            "needed; a guess would give dates without a year a wrong one", param_hint="--published"
        )
    moment = instant(published)
    texts = _texts(files or [STANDARD_INPUT])
    names = names_of(Place.of(config_dir, None).load().catalogue)
    readings = [(name, read_text(text, moment.astimezone(WARSAW), names)) for name, text in texts]
    if as_json:
        print_json(
            {
                "windows": [_window_json(window) for _, reading in readings for window in reading.windows],
                "refused": [
                    {"evidence": refused.evidence, "reason": str(refused.reason)}
                    for _, reading in readings
                    for refused in reading.refused
                ],
            }
        )
        return
    for name, reading in readings:
        _show(name if len(readings) > 1 else "", reading)


def _texts(files: list[str]) -> list[tuple[str, str]]:
    """The texts by name. Raises :class:`InputProblems` with every file that cannot be read or is not UTF-8."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for name in files:
        try:
            data = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
            texts.append((name, data.decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode("utf-8", "replace")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            what = f"is not UTF-8: byte 0x{error.object[error.start]:02x}"
            problems.append(
                Problem(name, line, column, what, "convert it, for example: iconv -f CP1250 -t UTF-8")
            )
        except OSError as error:
            problems.append(
                Problem(name, 1, 1, f"cannot be read: {error.strerror}", "check the name and permissions")
            )
    if problems:
        raise InputProblems(problems)
    return texts


def _window_json(window: ReadWindow) -> dict[str, Any]:
    return {
        "systems": list(window.systems),
        "start": iso(window.start),
        "end": iso(window.end),
        "impact": window.impact.value,
        "confidence": window.confidence.value,
        "evidence": window.evidence,
        "problems": [str(problem) for problem in window.problems],
        "kind": window.kind.value,
        "functions": sorted(function.value for function in window.functions),
    }


def _show(name: str, reading: Reading) -> None:
    out = console()
    if name:
        out.print(f"[bold]{escape(name)}[/bold]")
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for column in ("from", "to", "systems", "impact", "kind", "confidence"):
        table.add_column(column, overflow="fold")
    for window in reading.windows:
        table.add_row(
            local(window.start),
            local(window.end),
            " ".join(window.systems) or "unknown",
            window.impact,
            window.kind,
            window.confidence,
        )
    if reading.windows:
        out.print(table)
    else:
        out.print("No window was found.")
    for number, window in enumerate(reading.windows, start=1):
        out.print(f"\n{number}. “{escape(window.evidence)}”", soft_wrap=True)
        if window.confidence is Certainty.DOUBTFUL:
            for problem in window.problems:
                out.print(f"   doubtful: {escape(str(problem))}", soft_wrap=True)
    for refused in reading.refused:
        out.print(
            f"\nrefused, {escape(str(refused.reason))}\n   “{escape(refused.evidence)}”", soft_wrap=True
        )
