"""Quoted-printable (RFC 2045, 6.7) that leaves one word whole, so that it can be replaced afterwards.

No line begins with a dot (RFC 2049, 3), so what is encoded once need not be searched for dots at each sending.
"""

from __future__ import annotations

import binascii
import re

_LONGEST = 75  # of a line that goes on: its 76th column is the = that says so
_PLAIN = frozenset(bytes([byte]) for byte in (*range(32, 127), 9)) - {b"="}


def quoted_printable(text: bytes, whole: bytes = b"") -> bytes:
    """Encode text that has CRLF at its line ends; ``whole`` stays as it is, on one line each time.

    ``whole`` consists of characters that need no encoding and is at most 75 long; empty for none.
    """
    if not (whole and whole in text):
        encoded = binascii.b2a_qp(text, istext=True)
        if _sound(encoded):
            return encoded
    atoms = re.compile(re.escape(whole) + b"|." if whole else b".", re.DOTALL)
    return b"\r\n".join(_line(line, whole, atoms) for line in text.split(b"\r\n"))


def _sound(encoded: bytes) -> bool:
    """False where Python's encoder began a line with a dot, or took a column too many for a blank at its end."""
    lines = encoded.split(b"\r\n")
    return max(map(len, lines)) <= _LONGEST + 1 and not any(line.startswith(b".") for line in lines)


def _line(line: bytes, whole: bytes, pattern: re.Pattern[bytes]) -> bytes:
    """One line of text, on as many lines of at most 76 columns as it takes."""
    if not (whole and whole in line):
        # With its line end, for without one the breaks that are put into a line would be bare line feeds.
        encoded = binascii.b2a_qp(line + b"\r\n", istext=True)[:-2]
        if _sound(encoded):
            return encoded
    atoms = pattern.findall(line)
    done: list[bytes] = []
    column = 0
    for place, atom in enumerate(atoms, 1):
        last_blank = place == len(atoms) and atom in b" \t"
        plain = atom == whole or (atom in _PLAIN and not last_blank)
        code = atom if plain else b"=%02X" % atom[0]
        if column + len(code) > _LONGEST:
            done.append(b"=\r\n")
            column = 0
        if code == b"." and not column:
            code = b"=2E"
        done.append(code)
        column += len(code)
    return b"".join(done)
