"""One file on its way in: bytes -> text, with everything that can be wrong with bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from notifier.config.report import START, Report, place_of

MAX_BYTES = 4 * 1024 * 1024
"""The most a file may weigh: some 17,000 windows, or half a minute of reading YAML."""

_MAX_ODD = 5
_ODD = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was read: the name shown to people, the bytes for the fingerprint, the text."""

    name: str
    data: bytes = field(repr=False)
    text: str = field(repr=False)


def read_file(path: Path, report: Report) -> InputFile | None:
    """Read a text file. ``None`` when there is nothing in it worth reading on; the report says why.

    A file with a few odd bytes or characters is read on with substitutes, so that its other mistakes
    are named in the same run.
    """
    name = str(path)
    try:
        if not path.is_file():
            report.add(name, START, "is not a file", "only plain files are read here")
            return None
        size = path.stat().st_size
        if size > MAX_BYTES:
            report.add(
                name,
                START,
                f"is too big: {size:,} bytes",
                f"at most {MAX_BYTES:,} bytes a file are read; split it into several files",
            )
            return None
        data = path.read_bytes()
    except OSError as error:
        report.add(name, START, f"cannot be read: {error.strerror}", "check its owner and permissions")
        return None
    text = _decoded(name, data, report)
    return InputFile(name, data, text) if text is not None else None


def _decoded(name: str, data: bytes, report: Report) -> str | None:
    if data.startswith(_UTF16):
        report.add(name, START, "is UTF-16", "save it as UTF-8")
        return None
    if data.startswith(_BOM):
        report.add(name, START, "begins with a byte order mark", "save it as UTF-8 without BOM")
        data = data[len(_BOM) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        report.add(
            name,
            place_of(before, len(before)),
            f"is not UTF-8: byte 0x{data[error.start]:02x}",
            "save it as UTF-8 (an old editor may have used Windows-1250)",
        )
        text = data.decode("utf-8", "replace")
    odd = list(_ODD.finditer(text))
    for match in odd[:_MAX_ODD]:
        what = "a NUL byte" if match[0] == "\0" else f"the unprintable character U+{ord(match[0]):04X}"
        report.add(name, place_of(text, match.start()), what, "remove it")
    if len(odd) > _MAX_ODD:
        report.add(
            name, place_of(text, odd[_MAX_ODD].start()), f"{len(odd)} unprintable characters", "is it text?"
        )
        return None
    return _ODD.sub("?", text) if odd else text


def fingerprint(files: Iterable[InputFile], root: Path) -> str:
    """Digest of names (relative to ``root`` where possible) and bytes, whatever the order of reading."""
    digest = hashlib.sha256()
    prefix = f"{root}/"
    for file in sorted(files, key=lambda file: file.name):
        for part in (file.name.removeprefix(prefix).encode("utf-8", "surrogateescape"), file.data):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
