"""A picture of time in the terminal: one line a task, one cell a stretch, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from notifier.availability import Piece
from notifier.model import WARSAW, Catalogue, Verdict

CELLS = {
    Verdict.USABLE: ("█", "green"),
    Verdict.IF_PREPARED: ("▓", "cyan"),
    Verdict.DEGRADED: ("▒", "yellow"),
    Verdict.UNKNOWN: ("?", "magenta"),
    Verdict.UNUSABLE: ("·", "red"),
}
NAME_WIDTH = 26


def draw(out: Console, catalogue: Catalogue, pieces: Sequence[Piece]) -> None:
    """Print the tasks' verdicts over time with a scale and a legend; at most as wide as the terminal."""
    if not pieces:
        return
    width = max(20, min(out.width, 100) - NAME_WIDTH - 2)
    start, end = pieces[0].interval.start, pieces[-1].interval.end
    if end is None:
        return
    span = (end - start).total_seconds()
    edges = [round((piece.interval.start - start).total_seconds() / span * width) for piece in pieces] + [width]
    for column, answer in enumerate(pieces[0].tasks):
        line = Text(_fit(catalogue.tasks[answer.task].say("en")) + "  ")
        for i, piece in enumerate(pieces):
            # A piece too short for a cell still gets one: what is lost for minutes is lost.
            cells = max(1, edges[i + 1] - edges[i])
            sign, style = CELLS[piece.tasks[column].verdict]
            line.append(sign * cells, style)
        out.print(line, crop=True, no_wrap=True, overflow="crop")
    left = f"{start.astimezone(WARSAW):%d.%m. %H:%M}"
    right = f"{end.astimezone(WARSAW):%d.%m. %H:%M}"
    out.print(" " * (NAME_WIDTH + 2) + left + " " * max(1, width - len(left) - len(right)) + right, no_wrap=True)
    legend = "  ".join(f"{sign} {verdict.word}" for verdict, (sign, _) in CELLS.items())
    out.print(Text(legend, style="dim"))


def _fit(name: str) -> str:
    return name[: NAME_WIDTH - 1] + "…" if len(name) > NAME_WIDTH else name.ljust(NAME_WIDTH)
