"""A text without tags into blocks: which lines belong together, and which are headings, items or rows."""

from __future__ import annotations

import html
import re
from itertools import takewhile

from notifier.sources.reading.blocks import MAX_BLOCKS, MAX_TEXT, Block, Shape, cleaned
from notifier.sources.reading.tables import with_cells, with_rows

_SHORT = 55
"""Characters: a shorter line was not cut for its length."""

_FEW = 3
"""Lines: with fewer, that some begin with small letters says little."""

_ITEM, _ITEMS = 90, 12
"""Characters of a line without a bullet that may be an item, and how many such lines make a list."""

_CLOCK = re.compile(r"\d[:.]\d\d")
_ABBREVIATED = (" godz.", "(godz.", " ok.", " dn.", " dnia", " w", " do", " od", " z", " i", " oraz")
_HOURS = re.compile(r"\d:\d\d ?[-–—] ?\d")
_HOURS_FIRST = re.compile(
    r"(?:[^\W\d]{2,13},? )?(?:\(?\d{1,2}(?: [^\W\d]{3,12}|\.\d{1,2}(?:\.\d{2,4})?)(?: r\.)?\)?,? )?"
    r"(?:(?:od|w godz\.?|godz\.?|w godzinach) )?\d{1,2}[:.]\d\d ?(?:[-–—]|do) ?\d{1,2}[:.]\d\d\b"
)
"""A line that begins with its hours, its day before them or not; beside another it is a row of a timetable."""

_WEEKDAY = r"(?:poniedzia[lł]ek|wtorek|[sś]roda|czwartek|pi[aą]tek|sobota|niedziela),? "
_STAMP_OF_A_PAGE = re.compile(
    rf"(?:{_WEEKDAY})?\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}(?: r\.)?,? (?:godz\. )?\d{{1,2}}:\d{{2}}$",
    re.IGNORECASE,
)
"""When a page was published, on a line of its own: no time of anything it tells."""

_STAMP = re.compile(r"\d{1,2} \w{3,12} \d{4}(?: r\.?| roku)?\W*$|\W*\d{1,4}[\d.:/\s-]*(?:$|[,·|]|\d\d:\d\d)")
_TIME_FIRST = re.compile(r"(?:od|do|w godz\.?|w godzinach|mi[eę]dzy)? ?\d")
_NAME_FIRST = re.compile(r"[a-z]{1,2}[A-Z]|[\w-]+\.(?:gov|com|pl)\b|\w{2,20}:\s")
"""A line that begins with a name or a label, small letter or not: "mObywatel", "login.gov.pl:"."""

_SAYS_SOMETHING = re.compile(r"[^\W_]")
_DATED = re.compile(
    r"(?:\d{1,2} i )?\d{1,2}(?: [^\W\d]{3,12}|\.\d\d)(?:[ .]?\d{4})?(?: r\.)?(?: \([^()]{2,14}\))? ?[-–—:] "
)
"""How a line in a list of days begins: "24 grudnia (niedziela) – "."""

_NAMED = re.compile(r"[^\W\d][^\d:|;–—]{1,40}?(?: [-–—]|:) [^\d.;]{0,25}\d")
"""How a line begins that says of one thing when it is: "PUE ZUS - 8 października"."""

_SYLLABLE = re.compile(r"[^\W\d_]{2}-$")
"""A word that is divided at the end of a line; "e-" is none."""

_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_BULLETS = "•·▪◦*‣○●■❌✅✔✖✗✘☑➡▶►🔴🟢🟡⛔"
_LONE_BULLET = re.compile(
    rf"^[ \t]{{0,40}}([{_BULLETS}–—-])\ufe0f?[ \t]{{0,40}}\n{{1,2}}(?=[ \t]{{0,40}}\w)", re.MULTILINE
)
"""A bullet on a line of its own, as pages copied as text have it: what it belongs to comes next."""

_BULLET = re.compile(
    rf"^\s{{0,40}}(?:[{_BULLETS}]\ufe0f?|(?:>>|[»→+]|[-=]>)(?=\s)|[-–—](?=\s)|\d{{1,2}}[.)](?=\s)|[a-z]\)(?=\s))\s{{0,20}}"
)


def blocks_of_lines(text: str) -> tuple[list[Block], bool]:
    """The blocks of a text, and whether all of it was taken.

    At most 300,000 characters (twice ``MAX_TEXT``: there may be many blanks) and 8,000 lines are looked at.
    """
    squeezed = _EMPTY_LINES.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    cut = squeezed[: 2 * MAX_TEXT]
    cut = cleaned(html.unescape(cut) if "&" in cut else cut)
    cut = _LONE_BULLET.sub(r"\1 ", cut)
    lines = with_rows([" ".join(line.split()) for line in with_cells(cut.split("\n", 2 * MAX_BLOCKS))])
    whole = len(squeezed) == len(squeezed[: 2 * MAX_TEXT]) and len(lines) <= 2 * MAX_BLOCKS
    del lines[2 * MAX_BLOCKS :]
    flowing, listed = _flowing(lines), _listed(lines)
    blocks: list[Block] = []
    after_blank = True
    for number, line in enumerate(lines):
        if not line or not (line[0].isalnum() or _SAYS_SOMETHING.search(line)):
            after_blank = True  # so does a line of dashes part what stands above it from what stands below
            continue
        bullet = _BULLET.match(line)
        if bullet is not None and bullet.end() < len(line):
            blocks.append(Block(Shape.ITEM, line[bullet.end() :]))
        elif number in listed:
            blocks.append(Block(Shape.ITEM, line))
        elif (
            blocks
            and not after_blank
            and not _STAMP_OF_A_PAGE.match(line)
            and (number in flowing or _wrapped(lines[number - 1], line, blocks[-1]))
        ):
            last = blocks.pop()
            divided = line[0].islower() and _SYLLABLE.search(lines[number - 1]) is not None
            text = f"{last.text[:-1]}{line}" if divided else f"{last.text} {line}"
            blocks.append(Block(last.shape, text, last.level))
        elif "|" in line and (blocks or _HOURS.search(line)):  # else it is a title: "BANKI | Utrudnienia"
            blocks.append(Block(Shape.ROW, line.strip("| ")))
        elif (
            len(line) <= 100
            and (line[-1] not in ".,;!?:" or line.endswith(" r."))
            and ((row := _row_of_hours(lines, number)) or any(lines[number + 1 : number + 3]))
            and not (_STAMP.match(line) if line[0].isdigit() else _STAMP_OF_A_PAGE.match(line))
        ):
            blocks.append(Block(Shape.ROW, line) if row else Block(Shape.HEADING, line, 2 if blocks else 1))
        else:
            blocks.append(Block(Shape.PARAGRAPH, line))
        after_blank = False
    return blocks, whole


def _flowing(lines: list[str]) -> set[int]:
    """The lines that go on with the one before them in a paragraph where most do, as they stand in a PDF."""
    found: set[int] = set()
    begin = 0
    for end in (number for number, line in enumerate([*lines, ""]) if not line):
        if end - begin > _FEW:
            behind = range(begin + 1, end)
            small = sum(lines[one][0].islower() for one in behind)
            if 2 * small >= len(behind) and not any(map(_stands_alone, lines[begin:end])):
                found.update(behind)
        begin = end + 1
    return found


def _listed(lines: list[str]) -> set[int]:
    """The short lines below "Niedostępne będą:" that are items of a list without bullets."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        if not line.endswith(":"):
            continue
        run = list(takewhile(bool, lines[number + 1 : number + 1 + _ITEMS]))
        run = run[: next((place for place, one in enumerate(run, start=1) if one.endswith(".")), None)]
        ended = [one for one in run if one.endswith((",", ";"))]
        small = all(one[0].islower() for one in run)
        short = all(len(one) <= _ITEM and not _CLOCK.search(one) for one in run)
        enough = len(run) > 1 or (run and _CLOCK.search(line))
        if enough and short and (len(ended) >= len(run) - 1 or small):
            found.update(range(number + 1, number + 1 + len(run)))
    return found


def _stands_alone(line: str) -> bool:
    return "|" in line or line.endswith((":", ";")) or _BULLET.match(line) is not None


def _row_of_hours(lines: list[str], number: int) -> bool:
    """True for a line with hours beside another: a table that lost its lines, and no heading."""
    if ":" not in lines[number] or _HOURS.search(lines[number]) is None:
        return False
    around = lines[max(0, number - 1) : number + 2]
    first = [line for line in around if _HOURS_FIRST.match(line)]
    if len(first) >= 2 and lines[number] in first:
        return True
    rows = [
        line
        for line in around
        if line and len(line) <= _SHORT and _HOURS.search(line) and line[-1] not in ".:"
    ]
    return len(rows) >= 2 and len(lines[number]) <= _SHORT and lines[number][-1] not in ".:"


def _wrapped(before: str, line: str, block: Block) -> bool:
    """True where a line goes on in the next one, as in text taken from a PDF or a mail."""
    if before.endswith(_ABBREVIATED) and "|" not in line:
        return not _are_rows(before, line)
    if before[-1:] in ".!?:;|" or block.shape is Shape.ROW or "|" in line:
        return False
    if block.shape is Shape.ITEM and before.endswith(",") and _TIME_FIRST.match(line):
        return False
    if len(before) <= _SHORT and _NAME_FIRST.match(line):
        return False
    goes_on = line[0].islower() or len(before) > 72 or (len(before) > _SHORT and line[0].isdigit())
    return goes_on and not _are_rows(before, line)


def _are_rows(before: str, line: str) -> bool:
    """True for two lines of a timetable, or of a list of days."""
    return any(first.match(line) and first.match(before) for first in (_HOURS_FIRST, _DATED, _NAMED))
