"""Announcements written as a form: "Data: …", "Godziny: …", "Czego dotyczy: …", each on a line of its own.

Such lines are one statement. They are put together here, so that the grammar of sentences reads them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from notifier.sources.reading.blocks import Block, Shape
from notifier.sources.reading.tokens import fold

_LONGEST = 240
"""Characters: a line of a form is short."""

_MOST = 8
"""Lines of one form; a longer row of them is no announcement."""

_PLAIN = (
    r"(?: (?:i|prac\w{0,2}|przerwy|niedostepnosci|planowan\w+|serwisow\w+|techniczn\w+|godzin\w{0,2}|systemu"
    r"|uslugi))"
)
_LABEL = re.compile(
    r"(?:\d{1,2}\. )?(?:(?:planowan|przewidywan|now)\w{1,2} )?(?:"
    r"(?P<start>(?:(?:dat|godzin)[ay]|czas|termin)(?: i godzina)? (?:rozpoczecia|poczatku|od)|od(?: kiedy)?"
    r"|poczatek|rozpoczecie"
    r"|start)"
    r"|(?P<end>(?:(?:dat|godzin)[ay]|czas|termin)(?: i godzina)? (?:zakonczenia|konca|do)|do(?: kiedy)?|koniec"
    r"|stop|zakonczenie|czas trwania|dlugosc)"
    r"|(?P<day>kiedy|dat[ay]|termin|dzien|dni)"
    r"|(?P<hours>w jakich godzinach|od ktorej do ktorej|o ktorej|godzin[ay]|godz\.?|czas|pora"
    r"|okno(?: serwisowe| prac)?)"
    r"|(?P<what>uslug[ai]|system\w{0,2}|aplikacj[ae]|bank|instytucja|serwis|kogo dotyczy|cze\w{2} dotycz[ya]"
    r"|dotyczy|zakres\w{0,2}|niedostepn\w{1,5}|obszar|temat"
    r"|co(?: sie dzieje| nie (?:dziala|zadziala|bedzie \w+)| bedzie niedostepne)?)"
    r"|(?P<why>skut\w{2,3}|wplyw(?: na \w+)?|status|powod|opis|rodzaj|przyczyna|dlaczego|typ \w+)"
    rf"){_PLAIN}{{0,3}}(?P<sign>\s?[:?|][\s|]*|\s-\s)(?=\S)"
)
_SIGN = re.compile(r"[:?|]|\s[-–—]\s")
_NEXT = re.compile(r"(?<=[.;!])\s+(?=[A-ZĄĆĘŁŃÓŚŹŻ][\w ]{1,30}[?:]\s)")
"""Before the next label of a form in one line."""

_TIME = frozenset({"day", "hours", "start", "end"})
_OFTEN = frozenset({"what", "why"})
"""What several lines of one form may tell."""


def forms_joined(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with neighbouring lines of a form made one."""
    out: list[Block] = []
    lines: list[Block] = []
    seen: set[str] = set()

    def close() -> None:
        if len(lines) > 1 and seen & _TIME:
            text = "\n".join(line.text.rstrip(".,; ") for line in lines)
            out.append(Block(Shape.PARAGRAPH, text, form=True))
        else:
            out.extend(lines)
        lines.clear()
        seen.clear()

    for block in blocks:
        label = _label(block)
        if label is None:
            close()
            out.append(block)
            continue
        for line, kind in _lines(block, label):
            if kind in seen and (day := _day_of(line, kind, lines)) is not None:
                lines[day] = replace(lines[day], text=f"{lines[day].text}\n{line.text}")
                continue
            if (kind in seen and kind not in _OFTEN) or len(lines) >= _MOST or _begins_anew(kind, seen):
                close()
            lines.append(line)
            seen.add(kind)
    close()
    return out


def _day_of(line: Block, kind: str, lines: Sequence[Block]) -> int | None:
    """Which of the lines is "Data od: …", where this one is "Godzina od: …"."""
    if kind not in ("start", "end") or line.text[:6].lower() != "godzin":
        return None
    same = (place for place, one in enumerate(lines) if _label(one) == kind)
    return next((place for place in same if lines[place].text[:3].lower() == "dat"), None)


def _lines(block: Block, label: str) -> list[tuple[Block, str]]:
    """The lines of a form with their labels; one of them may hold several: "Kiedy? … Co? …"."""
    lines = [Block(block.shape, text) for text in _NEXT.split(block.text)]
    known = [(line, kind) for line in lines if (kind := _label(line)) is not None]
    return known if len(known) == len(lines) > 1 else [(block, label)]


def _label(block: Block) -> str | None:
    """What the line of a form tells; ``None`` for any other block, an address of a mail among them."""
    if (
        _SIGN.search(block.text, 0, 60) is None
        or len(block.text) > _LONGEST
        or block.shape is Shape.TITLE
        or "@" in block.text
    ):
        return None
    match = _LABEL.match(fold(block.text))
    return None if match is None else match.lastgroup if match.lastgroup != "sign" else _kind(match)


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in (*_TIME, *_OFTEN) if match[kind] is not None)


def _begins_anew(label: str, seen: set[str]) -> bool:
    """True for the name of the next system: what came before it was a whole form."""
    return (
        label == "what" and "what" in seen and bool(seen & {"hours", "end"}) and bool(seen & {"day", "start"})
    )
