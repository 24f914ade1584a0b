"""A text or an HTML page into blocks of visible text: headings, paragraphs, list items, table rows."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from notifier.sources.reading.tables import with_cells

MAX_TEXT = 150_000
"""Characters of visible text that are read; no announcement is longer, a hostile one may be."""

MAX_INPUT = 2_000_000
MAX_NODES = 30_000
MAX_BLOCKS = 4_000
"""Limits that no announcement comes near. What lies beyond is not read, and the reading says so."""

_SHORT = 55
"""Characters: a shorter line was not cut for its length."""

MAX_DEPTH = 200
"""Deeper nesting than any real page has makes HTML parsers slow: such input is stripped of tags instead."""


class Shape(StrEnum):
    """What a block looks like on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that stands by itself. ``level`` is that of a heading: 1 to 6, 0 for the title."""

    shape: Shape
    text: str
    level: int = 0
    form: bool = False  #: lines of a form: one statement, whatever signs stand in it


_LOOKS_HTML = re.compile(
    r"<(?:!doctype|html|head|body|p|div|span|br|table|h[1-6]|ul|ol|li|a|b|strong)\b", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_STAYS_CLOSED = frozenset("br hr img input meta link p li td tr th option dt dd source area col wbr".split())
_HIDDEN = frozenset(
    "script style noscript template nav footer select button svg iframe form object textarea aside dialog".split()
)
_BREAKS = frozenset(
    "p div section article main header ul ol li table tbody thead tr h1 h2 h3 h4 h5 h6 br hr dl dt dd blockquote "
    "figure figcaption address pre body html title caption center fieldset details summary".split()
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|rodo|gdpr|consent|breadcrumbs?|menu|navbar|navigation|sidebar|share|social)(?:$|[\s_-])",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SUPERSCRIPT = re.compile("([⁰¹²³⁴⁵][⁰¹²³⁴⁵⁶⁷⁸⁹])(?<=[0-9]..)")  # looks behind only where there is one: quick
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ABBREVIATED = (" godz.", "(godz.", " ok.", " dn.", " dnia", " w", " do", " od", " z", " i", " oraz")
_HOURS = re.compile(r"\d:\d\d ?[-–—] ?\d")
_HOURS_FIRST = re.compile(
    r"(?:[^\W\d]{2,13},? )?(?:\(?\d{1,2}(?: [^\W\d]{3,12}|\.\d{1,2}(?:\.\d{2,4})?)(?: r\.)?\)?,? )?"
    r"(?:(?:od|w godz\.?|godz\.?|w godzinach) )?\d{1,2}[:.]\d\d ?(?:[-–—]|do) ?\d{1,2}[:.]\d\d\b"
)
"""A line that begins with its hours, its day before them or not; beside another it is a row of a timetable."""

_STAMP = re.compile(r"\d{1,2} \w{3,12} \d{4}(?: r\.?| roku)?\W*$|\W*\d{1,4}[\d.:/\s-]*(?:$|[,·|]|\d\d:\d\d)")
_PAGE_TALK = re.compile(
    r"(?:reklama|wersja do druku|drukuj|wydrukuj|udost[eę]pnij|skopiuj (?:link|adres)|wr[oó][cć]|powr[oó]t|"
    r"(?:dalsz\w+|pozosta[lł]\w+) cz[eę][sś][cć]\b.{0,60}|(?:zobacz|czytaj|przeczytaj|sprawd[zź]|polecamy)"
    r"(?: te[zż]| tak[zż]e| r[oó]wnie[zż]| wi[eę]cej| dalej)?\b.{0,3}|wi[eę]cej\W{0,3}|strona g[lł][oó]wna)\W*",
    re.IGNORECASE,
)
"""Lines of a page that is no announcement: they end no section and begin none."""

_TALK = "rek wer dru wyd udo sko wró wro pow dal poz zob czy prz spr pol wię wie str".split()
_TALK_BEGINS = frozenset([*_TALK, *(word.capitalize() for word in _TALK), *(word.upper() for word in _TALK)])
"""How such lines begin: asked first, for it is quick."""

_TIME_FIRST = re.compile(r"(?:od|do|w godz\.?|w godzinach|mi[eę]dzy)? ?\d")
_NAME_FIRST = re.compile(r"[a-z]{1,2}[A-Z]|[\w-]+\.(?:gov|com|pl)\b|\w{2,20}:\s")
"""A line that begins with a name or a label, small letter or not: "mObywatel", "login.gov.pl:"."""

_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_LONE_BULLET = re.compile(r"^[ \t]{0,40}([•·▪◦*‣○●■–—-])[ \t]{0,40}\n{1,2}(?=[ \t]{0,40}\w)", re.MULTILINE)
"""A bullet on a line of its own, as pages copied as text have it: what it belongs to comes next."""

_BULLET = re.compile(r"^\s{0,40}(?:[•·▪◦*‣○●■]|[-–—](?=\s)|\d{1,2}[.)](?=\s)|[a-z]\)(?=\s))\s{0,20}")


def blocks_of(text: str) -> tuple[list[Block], bool]:
    """The blocks of a text or page, and whether all of it was taken."""
    whole = len(text) <= MAX_INPUT
    text = text[:MAX_INPUT]
    if not _LOOKS_HTML.search(text):
        blocks, complete = _plain(text)
        whole = whole and complete
    elif _too_deep(text):
        blocks, whole = _plain(_ANY_TAG.sub("\n", text))
    else:
        blocks, complete = _from_html(text)
        whole = whole and complete
    kept: list[Block] = []
    used = 0
    for block in blocks:
        if block.text[:3] in _TALK_BEGINS and _PAGE_TALK.fullmatch(block.text):
            continue
        if used + len(block.text) > MAX_TEXT or len(kept) >= MAX_BLOCKS:
            kept.append(Block(block.shape, block.text[: MAX_TEXT - used], block.level))
            return kept, False
        kept.append(block)
        used += len(block.text)
    return kept, whole


def _too_deep(text: str) -> bool:
    depth = 0
    for match in _TAG.finditer(text):
        if match[2].lower() in _STAYS_CLOSED:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


def _clean(text: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _SUPERSCRIPT.sub(lambda match: ":" + match[1].translate(_DIGITS), text)


def _from_html(text: str) -> tuple[list[Block], bool]:
    tree = LexborHTMLParser(text)
    blocks: list[Block] = []
    words: list[str] = []
    shape, level = Shape.PARAGRAPH, 0
    term = False

    def flush() -> None:
        if not words:
            return
        line = " ".join(_clean("".join(words)).split()).strip("| ")
        words.clear()
        if line:
            blocks.append(Block(shape, line, level))

    for count, (node, opening) in enumerate(_walk(tree.root)):
        if count > MAX_NODES:
            flush()
            return blocks, False
        tag = node.tag or ""
        if tag == "-text":
            words.append(node.text_content or "")
        elif tag == "sup" and opening:
            digits = (node.text(deep=True) or "").strip()
            if len(digits) == 2 and digits.isdigit() and words and words[-1][-1:].isdigit():
                words.append(":")
        elif tag in ("td", "th") and not opening:
            words.append(" | ")
        elif tag == "dd" and opening and term:
            words.append(" " if "".join(words).rstrip().endswith((":", "?")) else ": ")
            shape, level, term = Shape.ROW, 0, False
        elif tag in _BREAKS and not (tag in ("p", "div") and _in_cell(node)):
            if tag == "dt" and not opening and "".join(words).strip():
                term = True  # its description, which comes next, belongs to it
                continue
            flush()
            shape, level = _shape(tag, opening)
            term = False
        elif tag in _BREAKS:
            words.append(" ")
    flush()
    return blocks, True


def _shape(tag: str, opening: bool) -> tuple[Shape, int]:
    if opening and tag == "title":
        return Shape.TITLE, 0
    if opening and len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
        return Shape.HEADING, int(tag[1])
    if opening and tag in ("li", "dd", "dt"):
        return Shape.ITEM, 0
    return (Shape.ROW, 0) if opening and tag == "tr" else (Shape.PARAGRAPH, 0)


def _in_cell(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag in ("td", "th", "dt", "dd")


def _walk(root: LexborNode | None) -> Iterator[tuple[LexborNode, bool]]:
    """Every visible node on the way down (True) and, for elements, on the way up (False); no recursion."""
    stack: list[tuple[LexborNode, bool]] = [(root, True)] if root is not None else []
    while stack:
        node, opening = stack.pop()
        tag = node.tag or ""
        if opening and tag != "-text":
            if tag[:1] in ("-", "!", "_") or _hidden(node, tag):
                continue
            stack.append((node, False))
            children = []
            child = node.first_child
            while child is not None:
                children.append((child, True))
                child = child.next
            stack.extend(reversed(children))
        yield node, opening


def _hidden(node: LexborNode, tag: str) -> bool:
    if tag in _HIDDEN:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if _NOT_SHOWN.search((attributes.get("style") or "")[:500]):
        return True
    name = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('role') or ''}"
    return tag not in ("html", "body", "main", "article") and bool(_FURNITURE.search(name[:500]))


def _plain(text: str) -> tuple[list[Block], bool]:
    squeezed = _EMPTY_LINES.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    cut = squeezed[: 2 * MAX_TEXT]
    cut = _clean(html.unescape(cut) if "&" in cut else cut)
    cut = _LONE_BULLET.sub(r"\1 ", cut)
    lines = [" ".join(line.split()) for line in with_cells(cut.split("\n", 2 * MAX_BLOCKS))]
    whole = len(squeezed) == len(squeezed[: 2 * MAX_TEXT]) and len(lines) <= 2 * MAX_BLOCKS
    del lines[2 * MAX_BLOCKS :]
    blocks: list[Block] = []
    after_blank = True
    for number, line in enumerate(lines):
        if not line:
            after_blank = True
            continue
        bullet = _BULLET.match(line)
        if bullet is not None and bullet.end() < len(line):
            blocks.append(Block(Shape.ITEM, line[bullet.end() :]))
        elif blocks and not after_blank and _wrapped(lines[number - 1], line, blocks[-1]):
            last = blocks.pop()
            blocks.append(Block(last.shape, f"{last.text} {line}", last.level))
        elif "|" in line:
            blocks.append(Block(Shape.ROW, line.strip("| ")))
        elif (
            len(line) <= 100
            and (line[-1] not in ".,;!?:" or line.endswith(" r."))
            and ((row := _row_of_hours(lines, number)) or any(lines[number + 1 : number + 3]))
            and not (line[0].isdigit() and _STAMP.match(line))
        ):
            blocks.append(Block(Shape.ROW, line) if row else Block(Shape.HEADING, line, 2 if blocks else 1))
        else:
            blocks.append(Block(Shape.PARAGRAPH, line))
        after_blank = False
    return blocks, whole


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
        return True
    if block.shape is Shape.ITEM and before.endswith(",") and _TIME_FIRST.match(line):
        return False
    if len(before) <= _SHORT and _NAME_FIRST.match(line):
        return False
    rows = _HOURS_FIRST.match(line) and _HOURS_FIRST.match(before)
    if before[-1:] in ".!?:;|" or block.shape is Shape.ROW or "|" in line or rows:
        return False
    return line[0].islower() or len(before) > 72 or (len(before) > _SHORT and line[0].isdigit())
