"""Quoted-printable (RFC 2045, 6.7) that leaves one word whole, so that it can be replaced afterwards."""

from __future__ import annotations

import binascii
import re

_LONGEST = 75  # of a line that goes on: its 76th column is the = that says so
_PLAIN = frozenset(bytes([byte]) for byte in (*range(32, 127), 9)) - {b"="}


def quoted_printable(text: bytes, whole: bytes = b"") -> bytes:
    """Encode text that has CRLF at its line ends; ``whole`` stays as it is, on one line each time.

    ``whole`` consists of characters that need no encoding and is at most 75 long; empty for none.
    """
    if not whole or whole not in text:
        return binascii.b2a_qp(text, istext=True)
    atoms = re.compile(re.escape(whole) + b"|.", re.DOTALL)
    # With its line end, for without one the breaks that are put into a line would be bare line feeds.
    return b"\r\n".join(
        _line(atoms.findall(line), whole)
        if whole in line
        else binascii.b2a_qp(line + b"\r\n", istext=True)[:-2]
        for line in text.split(b"\r\n")
    )


def _line(atoms: list[bytes], whole: bytes) -> bytes:
    """One line of text, on as many lines of at most 76 columns as it takes."""
    done: list[bytes] = []
    column = 0
    for place, atom in enumerate(atoms, 1):
        last_blank = place == len(atoms) and atom in b" \t"
        plain = atom == whole or (atom in _PLAIN and not last_blank)
        code = atom if plain else b"=%02X" % atom[0]
        if column + len(code) > _LONGEST:
            done.append(b"=\r\n")
            column = 0
        done.append(code)
        column += len(code)
    return b"".join(done)
