"""A TOML file as plain data, with the places of its keys found in the text: tomllib keeps none."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.config.report import START, Place, Report

Keys = tuple[str, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_PATH = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_PATH})[ \t]*\]\]?")
_PAIR = re.compile(rf"[ \t]*({_PATH})[ \t]*=")
_ONE_KEY = re.compile(_KEY)
_SKIPPED = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"|#[^\n]*|.", re.DOTALL)
_SAID_WHERE = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")
_MAX_MISTAKES = 20


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What is in the file, and where each key stands."""

    data: dict[str, object]
    places: dict[Keys, Place]

    def place(self, keys: Keys) -> Place:
        """The place of a key, or of the nearest one around it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, START)


def parse_toml(file: str, text: str, report: Report) -> TomlFile:
    """Read a TOML text. A line with a mistake is reported, blanked out, and the rest read on."""
    lines = text.replace("\r\n", "\n").split("\n")
    for _ in range(_MAX_MISTAKES):
        whole = "\n".join(lines)
        try:
            return TomlFile(tomllib.loads(whole), dict(_places(whole)))
        except tomllib.TOMLDecodeError as error:
            said = str(error)
            where = _SAID_WHERE.search(said)
            line = int(where[1]) if where and where[1] else len(lines)
            column = int(where[2]) if where and where[2] else 1
            if not lines[line - 1].strip():
                # The end of something that began higher up: no line to blank out.
                what = f"not TOML: {_SAID_WHERE.sub('', said)}"
                report.add(file, Place(line, column), what, "is a quotation or bracket not closed?")
                break
            report.add(file, Place(line, column), *_explained(_SAID_WHERE.sub("", said)))
            lines[line - 1] = ""
        except RecursionError:
            report.add(file, START, "nested too deep", "write it flatter")
            break
    return TomlFile({}, {})


def _explained(said: str) -> tuple[str, str]:
    if said.startswith(("Cannot overwrite", "Cannot declare")):
        return "is here twice", "keep one"
    if said == "Invalid value":
        return "not a value", 'put text into quotes: key = "text"'
    return f"not TOML: {said}", 'write key = "text", key = 4 or key = ["one", "two"]'


def _places(text: str) -> Iterator[tuple[Keys, Place]]:
    """Each table header and each key with its place; ``text`` is known to be valid TOML."""
    table: Keys = ()
    entries: Counter[Keys] = Counter()
    line, start = 1, 0
    while start < len(text):
        end = start
        if header := _HEADER.match(text, start):
            table = _split(header[1])
            if header[0].lstrip().startswith("[["):
                # One of several tables of that name, which go by their numbers.
                entries[table] += 1
                table = (*table, str(entries[table] - 1))
            yield table, Place(line, header.start(1) - start + 1)
            end = header.end()
        elif pair := _PAIR.match(text, start):
            keys = _split(pair[1])
            for depth in range(1, len(keys) + 1):
                yield (*table, *keys[:depth]), Place(line, pair.start(1) - start + 1)
            end = pair.end()
        end = _statement_end(text, end)
        line += text.count("\n", start, end)
        start = end


def _statement_end(text: str, index: int) -> int:
    """The index after the line break that ends the statement: not one within brackets or quotes."""
    depth = 0
    for token in _SKIPPED.finditer(text, index):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        elif token[0] == "\n" and depth <= 0:
            return token.end()
    return len(text)


def _split(path: str) -> Keys:
    return tuple(key.strip("\"'") for key in _ONE_KEY.findall(path))
