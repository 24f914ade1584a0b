"""A picture of time in the terminal: one line a task, one cell a stretch, readable without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    lines = {
        catalogue.tasks[answer.task].say("en"): [piece.tasks[column].verdict for piece in pieces]
        for column, answer in enumerate(pieces[0].tasks)
    }
    _draw(out, pieces, lines)


def draw_methods(out: Console, catalogue: Catalogue, pieces: Sequence[Piece]) -> None:
    """The same for the methods of one task; of a per-bank method the best bank counts."""
    lines: dict[str, list[Verdict]] = {}
    for piece in pieces:
        best: dict[str, Verdict] = {}
        for answer in piece.tasks[0].methods:
            best[answer.method] = max(answer.verdict, best.get(answer.method, Verdict.UNUSABLE))
        for method, verdict in best.items():
            lines.setdefault(f"  {catalogue.methods[method].say('en')}", []).append(verdict)
    _draw(out, pieces, lines)


def _draw(out: Console, pieces: Sequence[Piece], lines: Mapping[str, Sequence[Verdict]]) -> None:
    width = max(20, min(out.width, 100) - NAME_WIDTH - 2)
    start, end = pieces[0].interval.start, pieces[-1].interval.end
    if end is None:
        return
    span = (end - start).total_seconds()
    edges = [round((piece.interval.start - start).total_seconds() / span * width) for piece in pieces] + [
        width
    ]
    for name, verdicts in lines.items():
        line = Text(_fit(name) + "  ")
        for i, verdict in enumerate(verdicts):
            # A piece too short for a cell still gets one: what is lost for minutes is lost.
            sign, style = CELLS[verdict]
            line.append(sign * max(1, edges[i + 1] - edges[i]), style)
        out.print(line, crop=True, no_wrap=True, overflow="crop")
    left = f"{start.astimezone(WARSAW):%d.%m. %H:%M}"
    right = f"{end.astimezone(WARSAW):%d.%m. %H:%M}"
    out.print(
        " " * (NAME_WIDTH + 2) + left + " " * max(1, width - len(left) - len(right)) + right, no_wrap=True
    )
    out.print(Text("  ".join(f"{sign} {verdict.word}" for verdict, (sign, _) in CELLS.items()), style="dim"))


def _fit(name: str) -> str:
    return name[: NAME_WIDTH - 1] + "…" if len(name) > NAME_WIDTH else name.ljust(NAME_WIDTH)
