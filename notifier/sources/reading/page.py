"""A text or an HTML page into blocks of visible text: headings, paragraphs, list items, table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from notifier.sources.reading.blocks import MAX_BLOCKS, MAX_TEXT, Block, Shape, cleaned
from notifier.sources.reading.lines import blocks_of_lines

MAX_INPUT = 2_000_000
MAX_NODES = 30_000
"""Limits that no announcement comes near. What lies beyond is not read, and the reading says so."""

MAX_DEPTH = 200
"""Deeper nesting than any real page has makes HTML parsers slow: such input is stripped of tags instead."""


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


def blocks_of(text: str) -> tuple[list[Block], bool]:
    """The blocks of a text or page, and whether all of it was taken."""
    whole = len(text) <= MAX_INPUT
    text = text[:MAX_INPUT]
    if not _LOOKS_HTML.search(text):
        blocks, complete = blocks_of_lines(text)
        whole = whole and complete
    elif _too_deep(text):
        blocks, whole = blocks_of_lines(_ANY_TAG.sub("\n", text))
    else:
        blocks, complete = _from_html(text)
        whole = whole and complete
    kept: list[Block] = []
    used = 0
    for block in blocks:
        if block.text[:3] in _TALK_BEGINS and _PAGE_TALK.fullmatch(block.text):
            continue
        if used + len(block.text) > MAX_TEXT or len(kept) >= MAX_BLOCKS:
            if used < MAX_TEXT:
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


def _from_html(text: str) -> tuple[list[Block], bool]:
    tree = LexborHTMLParser(text)
    blocks: list[Block] = []
    words: list[str] = []
    shape, level = Shape.PARAGRAPH, 0
    term = False

    def flush() -> None:
        if not words:
            return
        line = " ".join(cleaned("".join(words)).split()).strip("| ")
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
