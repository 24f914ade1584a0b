"""A message of unknown origin taken apart, in time and memory that its sender does not decide.

The parser of the standard library follows every nesting and keeps everything; a report that was made to
hurt makes it run out of stack or for minutes. Here a message is cut at a length, a depth and a number of
parts, and whatever is broken in it is taken as it stands. Pure, and nothing in here raises.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 256 * 1024
"""So many octets of a message are looked at: what reports say stands before what they return."""

_DEEPEST = 5
_MOST_PARTS = 30
_MOST_FIELDS = 300
_LONGEST_HEAD = 64 * 1024
_LONGEST_VALUE = 2000
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)")
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)


class Fields:
    """Header fields, or those of a report: values by name, whatever the letters' size, unfolded."""

    def __init__(self, block: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        name, count = "", 0
        for line in block[:_LONGEST_HEAD].decode("utf-8", "replace").split("\n"):
            if line[:1] in {" ", "\t"} and name:
                values = self._values[name]
                if len(values[-1]) < _LONGEST_VALUE:
                    values[-1] = f"{values[-1]} {line.strip()[:_LONGEST_VALUE]}"
                continue
            field, name = _FIELD.match(line[:_LONGEST_VALUE]), ""
            if field is not None and count < _MOST_FIELDS:
                name, count = field[1].lower(), count + 1
                self._values.setdefault(name, []).append(field[2].strip())

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def all(self, name: str) -> list[str]:
        """All values under a name (in small letters), in their order."""
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        """The first value under a name, empty where there is none."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True, slots=True)
class Part:
    """A message, or a part of one, with what follows its header as it was sent."""

    fields: Fields
    raw: bytes

    @property
    def kind(self) -> str:
        """The media type in small letters; ``text/plain`` where none is written (RFC 2045, 5.2)."""
        return self.fields.first("content-type").partition(";")[0].strip().lower() or "text/plain"

    @property
    def body(self) -> bytes:
        """What follows the header with its transfer encoding undone, as far as that goes."""
        encoding = self.fields.first("content-transfer-encoding").strip().lower()
        if encoding == "quoted-printable":
            return quopri.decodestring(self.raw)
        if encoding == "base64":
            try:
                return binascii.a2b_base64(self.raw).replace(b"\r\n", b"\n")
            except binascii.Error:
                return self.raw
        return self.raw

    @property
    def boundary(self) -> bytes | None:
        """What its parts are divided by, if it has any."""
        if not self.kind.startswith("multipart/"):
            return None
        found = _BOUNDARY.search(self.fields.first("content-type"))
        return (found[1] or found[2]).encode("utf-8", "replace") if found else None


def part_of(raw: bytes) -> Part:
    """A message cut into header and rest, at :data:`LONGEST` octets."""
    text = raw[:LONGEST].replace(b"\r\n", b"\n").lstrip(b"\n")
    head, _, body = text.partition(b"\n\n")
    return Part(Fields(head), body)


def leaves(whole: Part) -> list[Part]:
    """The parts of a message that have no parts themselves, in their order; one that it holds is not opened."""
    found: list[Part] = []
    waiting = [(whole, 0)]
    while waiting and len(found) < _MOST_PARTS:
        part, depth = waiting.pop()
        boundary = part.boundary
        if boundary is None or depth == _DEEPEST:
            found.append(part)
        else:
            inner = [(part_of_piece(piece), depth + 1) for piece in _pieces(part.raw, boundary)]
            waiting.extend(reversed(inner))
    return found


def part_of_piece(piece: bytes) -> Part:
    """A part as it stands between two boundaries: one without a header begins with an empty line."""
    if piece.startswith(b"\n"):
        return Part(Fields(b""), piece[1:])
    head, _, body = piece.partition(b"\n\n")
    return Part(Fields(head), body)


def groups(part: Part) -> Iterator[Fields]:
    """The groups of fields in a machine-readable report, which empty lines divide (RFC 3464, 2.1)."""
    for number, block in enumerate(re.split(rb"\n[ \t]*\n", part.body)):
        if number == _MOST_PARTS:
            return
        yield Fields(block)


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the lines with the boundary; the end may be missing (RFC 2046, 5.1.1)."""
    text, line = b"\n" + body, b"\n--" + boundary
    start, at, count = -1, text.find(line), 0
    while at >= 0 and count < _MOST_PARTS:
        end = text.find(b"\n", at + 1)
        rest = text[at + len(line) : end if end >= 0 else len(text)].strip()
        # Another boundary may begin like this one.
        if rest in {b"", b"--"}:
            if start >= 0:
                count += 1
                yield text[start:at]
            if rest or end < 0:
                return
            start = end + 1
        if end < 0:
            break
        at = text.find(line, end)
    if start >= 0 and count < _MOST_PARTS:
        yield text[start:]
