"""Bytes from a mail server, cut into its replies. Pure: no socket, no clock."""

from __future__ import annotations

import re

MALFORMED = -1
"""Stands for the code of something that is no reply (RFC 5321, 4.2)."""

_LONGEST = 32_768
_CODES = {b"%d" % code: code for code in range(200, 560) if code // 10 % 10 < 6}

_YES = {b"%d " % code: code for code in _CODES.values() if code // 100 == 2}
_OTHERS = re.compile(rb"(?:2[0-5][0-9] [^\r\n]*\r\n){2}354 [^\r\n]*\r\n")

Heard = tuple[int, str]
"""One reply: its code, and the words of all its lines."""


class ReplyReader:
    """Takes the stream as it comes, however it is cut, and gives every reply once its last line is complete.

    After a :data:`MALFORMED` one nothing that follows can be trusted to answer what was asked, so reading ends.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []  # those of a reply whose last line is yet to come
        self._kept = 0
        self._code = b""
        self._ended = False
        self._within = False  # not between two replies: in one, or where nothing is read any more
        self._usual: bytes | None = None  # the words of the three behind the first, as they were last

    def turn(self, data: bytes) -> Heard | None:
        """The first of four replies of one line that say "yes" three times, then "go on", and nothing else.

        That is what comes after nearly every mail, in one piece. ``None`` where it is anything else, which
        :meth:`feed` has to be given then.
        """
        first, _, others = data.partition(b"\r\n")
        code = _YES.get(first[:4])
        if code is None or self._within or b"\n" in first or len(data) > _LONGEST:
            return None
        if others != self._usual:  # they are the same words each time
            if not _OTHERS.fullmatch(others):
                return None
            self._usual = others
        return code, first[4:].decode("utf-8", "replace")

    def feed(self, data: bytes) -> list[Heard]:
        """The replies that these bytes complete. At most 32 KiB are kept of an incomplete one."""
        if self._ended:
            return []
        heard = self._read_all(data)
        self._within = bool(self._rest or self._lines or self._ended)
        return heard

    def _read_all(self, data: bytes) -> list[Heard]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        heard: list[Heard] = []
        for line in lines:
            code = _CODES.get(line[:3])
            if code and line.startswith(b" ", 3) and not self._lines and len(line) <= _LONGEST:
                # A reply of one line, as nearly all are.
                heard.append((code, line[4:].rstrip(b"\r").decode("utf-8", "replace")))
                continue
            reply = self._read(line.rstrip(b"\r"))
            if reply is not None:
                heard.append(reply)
                if reply[0] == MALFORMED:
                    return heard
        if len(self._rest) + self._kept > _LONGEST:
            heard.append(self._malformed(b"a reply without an end"))
        return heard

    def _read(self, line: bytes) -> Heard | None:
        code, mark = line[:3], line[3:4]
        if code not in _CODES or mark not in (b" ", b"-", b"") or len(line) > _LONGEST:
            return self._malformed(line)
        if not self._lines and mark != b"-":
            return (_CODES[code], line[4:].decode("utf-8", "replace"))
        if self._lines and code != self._code:
            return self._malformed(line)
        self._code = code
        self._lines.append(line[4:])
        if mark == b"-":
            self._kept += len(line)
            return None
        text = b" ".join(self._lines)
        self._lines, self._kept = [], 0
        return (_CODES[code], text.decode("utf-8", "replace"))

    def _malformed(self, line: bytes) -> Heard:
        self._ended = True
        return (MALFORMED, f"not a reply: {line[:200].decode('utf-8', 'replace')}")
