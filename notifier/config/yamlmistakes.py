"""What the YAML parser complains about, said so that the person at the editor can mend it."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from notifier.config.report import Place, place_of

_CUT_OFF = "is the file cut off here?"

#: (what the parser says, whether the beginning of the construct is the better place, what, remedy)
_KNOWN: tuple[tuple[str, bool, str, str], ...] = (
    (
        "mapping values are not allowed",
        False,
        "a `:` where no key can stand",
        "put the keys of one entry into one column, and quote a text that contains `: `",
    ),
    (
        "could not find expected ':'",
        True,
        "a line that is not `key: value`",
        f"complete or remove it; {_CUT_OFF}",
    ),
    ("while scanning a quoted scalar", True, "a quotation mark that is not closed", "close the quotation"),
    (
        "while scanning a double-quoted scalar",
        True,
        "an escape that YAML does not know",
        "write `\\\\` for `\\`",
    ),
    ("while parsing a flow sequence", True, "a `[` whose list is not closed", "close it with `]`"),
    ("while parsing a flow mapping", True, "a `{` that is not closed", "close it with `}`"),
    ("unexpected end of stream", True, "a text that is not closed", _CUT_OFF),
    (
        "expected <block end>",
        False,
        "wrong indentation",
        "put all entries of the list, and all keys of one entry, into one column",
    ),
    ("sequence entries are not allowed", False, "a `- ` where no entry can stand", "check the indentation"),
    ("block sequence entries", False, "a `- ` where no entry can stand", "check the indentation"),
    ("expected the node content", False, "a mark where a value belongs", "write the value, or quote it"),
    ("cannot start any token", False, "a character that cannot begin a text", "put the text into quotes"),
)


_CODE_POINT = re.compile(r"\\U([0-9A-Fa-f]{8})")
_LAST_CODE_POINT = 0x10FFFF


def explain_code_point(text: str, first_line: int) -> tuple[Place, str, str]:
    """The same for an escape of a character that does not exist, on which the parser itself breaks."""
    beyond = (match for match in _CODE_POINT.finditer(text) if int(match[1], 16) > _LAST_CODE_POINT)
    found = next(beyond, None)
    place = place_of(text, found.start() if found else 0)
    what = f"no character has the number {found[1]}" if found else "an escape of no character"
    return Place(place.line + first_line, place.column), what, "write the character itself"


def explain(error: MarkedYAMLError, text: str, first_line: int) -> tuple[Place, str, str]:
    """Place, what is wrong and the remedy. ``first_line`` is the number of lines before ``text``."""
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Place(first_line + 1, 1), f"not YAML: {said.strip()}", ""
    start = text.rfind("\n", 0, mark.index) + 1
    line = text[start : text.find("\n", start) if "\n" in text[start:] else len(text)]
    blank = line[: len(line) - len(line.lstrip())]
    if "\t" in blank:
        place = Place(mark.line + 1 + first_line, blank.index("\t") + 1)
        return place, "a tab in the indentation", "use spaces"
    for phrase, at_beginning, what, remedy in _KNOWN:
        if phrase in said:
            if at_beginning and error.context_mark is not None:
                mark = error.context_mark
            return Place(mark.line + 1 + first_line, mark.column + 1), what, remedy
    return Place(mark.line + 1 + first_line, mark.column + 1), f"not YAML: {said.strip()}", ""
