"""Bytes as they came, and what they are: text in some charset, a page, a page that asks who we are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message

from notifier.model import NotifierError

FALLBACKS = ("cp1250", "iso-8859-2")
"""What Polish text without UTF-8 is in; the two differ in ą, ś, ź and little else."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMED_INSIDE = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""")
_LOOK_FOR_CHARSET = 2048
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_PASSWORD = re.compile(rb"""<input\b[^>]{0,500}\btype\s*=\s*["']?password\b""", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL = 0.001


class NotText(NotifierError):
    """The bytes are no text in any charset they could be in."""


@dataclass(frozen=True, slots=True)
class Document:
    """What was read. ``url`` is where it stood in the end, ``modified`` what its server says of its age."""

    body: bytes = field(repr=False)
    content_type: str = ""
    url: str = field(default="", repr=False)
    modified: datetime | None = None

    @property
    def is_page(self) -> bool:
        """True for HTML, whatever the content type says: servers call feeds plain text and errors JSON."""
        return _MARKUP.match(self.body[:_LOOK_FOR_CHARSET].removeprefix(codecs.BOM_UTF8)) is not None

    @property
    def asks_for_password(self) -> bool:
        """True for a page with a field for a password."""
        return _PASSWORD.search(self.body) is not None

    def text(self) -> str:
        """The text. Raises :class:`NotText`.

        A byte order mark goes before the header, the header before what the document says of itself, and
        each only as far as it is true: a charset in which the bytes make no sense is passed over.
        """
        for charset in self._charsets():
            try:
                text = self.body.decode(charset)
            except (ValueError, LookupError):
                continue
            if len(_CONTROL.findall(text)) <= len(text) * _MOST_CONTROL:
                return text
        raise NotText("no charset fits")

    def _charsets(self) -> Iterator[str]:
        yield from (charset for mark, charset in _BOMS if self.body.startswith(mark))
        header = Message()
        header["Content-Type"] = self.content_type or "text/plain"
        named = header.get_content_charset()
        inside = _NAMED_INSIDE.search(self.body[:_LOOK_FOR_CHARSET])
        for charset in (named, inside[1].decode("ascii") if inside else None):
            # A server that calls its pages Latin-1 has not been asked about Polish; UTF-8 proves itself.
            if charset and not charset.lower().replace("_", "-").startswith(
                ("iso-8859-1", "us-ascii", "latin")
            ):
                yield charset
        yield "utf-8"
        yield from sorted(FALLBACKS, key=self._polish_letters, reverse=True)

    def _polish_letters(self, charset: str) -> int:
        return sum(letter in _POLISH for letter in self.body.decode(charset, "replace"))
