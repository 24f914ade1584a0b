"""What stands by itself on a page: a heading, a paragraph, an item of a list, a row of a table."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT = 150_000
"""Characters of visible text that are read; no announcement is longer, a hostile one may be."""

MAX_BLOCKS = 4_000
"""Of these as well there are more than any announcement has. What lies beyond is not read, and the reading says so."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SUPERSCRIPT = re.compile("([⁰¹²³⁴⁵][⁰¹²³⁴⁵⁶⁷⁸⁹])(?<=[0-9]..)")  # looks behind only where there is one: quick
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


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


def cleaned(text: str) -> str:
    """The text without invisible signs, composed, with raised minutes written out: "22⁰⁰"."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _SUPERSCRIPT.sub(lambda match: ":" + match[1].translate(_DIGITS), text)
