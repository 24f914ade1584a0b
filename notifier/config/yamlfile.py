"""YAML text -> tree. Reads on after a mistake, entry by entry, so that one does not hide the next.

The parser's events are used and not its constructed objects: they keep every text as it was written
(``2024-01-19 20:00:00`` stays itself), every key that occurs twice, and cost half the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from notifier.config.report import Report
from notifier.config.yamlbuilder import Anchors, UnreadableError, build
from notifier.config.yamlmistakes import explain, explain_code_point
from notifier.config.yamltree import Node, Series, Table

_ID = re.compile(r"\bid:\s*[\"']?([\w.-]+)")
_WORD = re.compile(r"[\w.-]+")
_MAX_PARTS = 20_000


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document.

    ``lost_ids`` and ``lost_words`` occur in the parts that could not be read: what refers to them is
    left alone, because the mistake is elsewhere and has been named.
    """

    root: Node | None
    lost_ids: frozenset[str] = frozenset()
    lost_words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    first_line: int


def parse(file: str, text: str, report: Report) -> Parsed:
    """Read one YAML document; mistakes go to the report."""
    whole = Report()
    root = _tree(file, _Part(text, 0), Anchors(), whole)
    if root is not None or not whole.problems:
        report.problems += whole.problems
        return Parsed(root)
    parts = list(_parts(text))
    if not 1 < len(parts) <= _MAX_PARTS:
        report.problems += whole.problems
        return Parsed(None, *_lost(text))
    found = Report()
    anchors = Anchors()
    trees = [(part, _tree(file, part, anchors, found)) for part in parts]
    lost = "\n".join(part.text for part, tree in trees if tree is None)
    # Each part may be fine by itself while the whole is not (entries that begin in different columns).
    report.problems += found.problems if lost else whole.problems
    return Parsed(_joined([tree for _, tree in trees if tree is not None]), *_lost(lost))


def _tree(file: str, part: _Part, anchors: Anchors, report: Report) -> Node | None:
    """The tree of one part, or ``None`` where it is empty or cannot be read."""
    try:
        return build(file, YAML(typ="safe", pure=True).parse(part.text), part.first_line, anchors, report)
    except UnreadableError as error:
        report.add(file, error.place, error.what, error.remedy)
    except MarkedYAMLError as error:
        report.add(file, *explain(error, part.text, part.first_line))
    except (ValueError, OverflowError):
        report.add(file, *explain_code_point(part.text, part.first_line))
    return None


def _parts(text: str) -> Iterator[_Part]:
    """Cut at the top-level entries, by their indentation; the parts keep the lines they came from."""
    lines = text.splitlines(keepends=True)
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    indent = len(first) - len(first.lstrip(" "))
    begins = r"-(\s|$)" if first.lstrip().startswith("-") else r"[\w\"'][^:]*:(\s|$)"
    entry = re.compile(" " * indent + begins)
    start = 0
    for number, line in enumerate(lines):
        if number > start and entry.match(line):
            yield _Part("".join(lines[start:number]), start)
            start = number
    yield _Part("".join(lines[start:]), start)


def _joined(trees: list[Node]) -> Node | None:
    """The readable parts as one document again."""
    if not trees:
        return None
    first = trees[0]
    for tree in trees[1:]:
        if isinstance(first, Series) and isinstance(tree, Series):
            first.items += tree.items
        elif isinstance(first, Table) and isinstance(tree, Table):
            first.pairs = {**tree.pairs, **first.pairs}
    return first


def _lost(text: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(_ID.findall(text)), frozenset(_WORD.findall(text))
