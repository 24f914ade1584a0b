"""Heads of mails, copied along with their texts: to whom and when they were sent is not what they tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notifier.sources.reading.blocks import Block, Shape
from notifier.sources.reading.tokens import fold

_LONGEST = 240
"""Characters: a line of such a head is short."""

_LINE = re.compile(
    r"(?:(?P<who>od|from|nadawca)|(?P<whom>do|dw|udw|to|cc|bcc|adresa(?:t|ci)|odbiorc[ay]|waznosc|priorytet|importance|zalaczniki?)"
    r"|(?P<when>data|wyslan[oy]|otrzymano|sent|date)"
    r"|(?P<what>temat|subject)) ?:\s*(?=\S)"
)
_CLOCK = re.compile(r"\d:\d\d\b")
_HOURS = re.compile(r"\d[:.]\d\d ?(?:[-–—]|do) ?\d")

_BEGINS = frozenset("oOdDuUfFtTcCbBnNaAwWsSpPiIzZ")
"""How such lines begin: asked first, for it is quick."""


def without_letterheads(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; of the head of a mail the sender is left, and the subject as a heading of what follows."""
    out: list[Block] = []
    head: list[tuple[Block, re.Match[str]]] = []

    def close() -> None:
        kinds = {line.lastgroup for _, line in head}
        if kinds & {"who", "whom"} and kinds & {"when", "what"}:
            # Whoever sends it may be the bank that it is about; the subject stands nearer to what follows.
            out.extend(Block(Shape.HEADING, one.text, 1) for one, line in head if line.lastgroup == "who")
            subjects = (one.text[line.end() :] for one, line in head if line.lastgroup == "what")
            out.extend(Block(Shape.HEADING, subject, 2) for subject in subjects)
            out.extend(one for one, line in head if line.lastgroup == "when" and not _stamp(one.text))
        else:
            out.extend(block for block, _ in head)
        head.clear()

    for block in blocks:
        line = _line(block)
        if line is not None:
            head.append((block, line))
            continue
        if head:
            close()
        out.append(block)
    close()
    return out


def _stamp(text: str) -> bool:
    """True for a moment, as mails have one; a mere day, or hours with an end, may be what a form tells."""
    return _CLOCK.search(text) is not None and _HOURS.search(text) is None


def _line(block: Block) -> re.Match[str] | None:
    """The label of a line of such a head; those of "Od: 22:00" and "Do: 12 marca" are none."""
    if block.text[:1] not in _BEGINS or len(block.text) > _LONGEST or ":" not in block.text[:12]:
        return None
    folded = fold(block.text)
    line = _LINE.match(folded)
    if line is None or (line.lastgroup in ("who", "whom") and re.search(r"\d", folded) and "@" not in folded):
        return None
    return line
