"""Every template read as Jinja reads it: syntax, names, filters, other templates, phrases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from notifier.config.inputfile import InputFile, read_file
from notifier.config.jinjanames import unknown_names
from notifier.config.jinjaplaces import Columns, parse_placed, place_at
from notifier.config.report import START, Place, Report, close, one_of

SAY = "say"
"""The function by which a template says a phrase."""

# Read only, never rendered: what is escaped does not matter here.
_JINJA = Environment(autoescape=True, extensions=[Columns])


@dataclass(slots=True)
class Sayings:
    """Phrases that templates say: whole keys, beginnings of keys, and any text that may be a key."""

    keys: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)


def check_templates(
    folder: Path,
    names: frozenset[str] | None,
    phrases: Mapping[str, frozenset[str]] | None,
    report: Report,
) -> tuple[Sayings, list[InputFile]]:
    """Check every ``*.j2`` below the folder.

    ``names`` are those that the renderer gives to templates; ``None`` leaves names unchecked.
    ``phrases`` maps each known key to its places; ``None`` leaves phrases unchecked.
    """
    said = Sayings()
    files: list[InputFile] = []
    paths = sorted(folder.rglob("*.j2"))
    known = frozenset(path.relative_to(folder).as_posix() for path in paths)
    for path in paths:
        file = read_file(path, report)
        if file is not None:
            files.append(file)
            _Template(file, names, known, phrases, report).check(said)
    return said, files


class _Template:
    """One template under check."""

    def __init__(
        self,
        file: InputFile,
        names: frozenset[str] | None,
        templates: frozenset[str],
        phrases: Mapping[str, frozenset[str]] | None,
        report: Report,
    ) -> None:
        self._file = file
        self._names = names
        self._templates = templates
        self._phrases = phrases
        self._report = report

    def check(self, said: Sayings) -> None:
        """Report everything wrong in it, and add what it says to ``said``."""
        try:
            tree = parse_placed(_JINJA, self._file.text)
        except TemplateSyntaxError as error:
            place = self._in_line(place_at(error.lineno))
            self._add(place, f"not a template: {error.message}", "see the tag or braces in this line")
            return
        except RecursionError:
            self._add(START, "nested too deep", "write it flatter")
            return
        if self._names is not None:
            self._check_names(tree, self._names | frozenset(DEFAULT_NAMESPACE))
        self._check_filters(tree)
        self._check_templates(tree)
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == SAY and call.args:
                self._check_saying(call, said)
        said.keys |= {const.value for const in tree.find_all(nodes.Const) if isinstance(const.value, str)}

    def _check_names(self, tree: nodes.Template, allowed: frozenset[str]) -> None:
        for name in unknown_names(tree, allowed):
            self._add(
                place_at(name.lineno),
                f"the name `{name.name}` is not defined",
                one_of(name.name, sorted(allowed)) or "set it, import it, or take it as an argument",
            )

    def _check_filters(self, tree: nodes.Template) -> None:
        used = [("filter", node.name, node.lineno, _JINJA.filters) for node in tree.find_all(nodes.Filter)]
        asked = [("test", node.name, node.lineno, _JINJA.tests) for node in tree.find_all(nodes.Test)]
        for kind, name, line, known in [*used, *asked]:
            if name not in known:
                self._add(place_at(line), f"there is no {kind} `{name}`", one_of(name, known))

    def _check_templates(self, tree: nodes.Template) -> None:
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            wanted = getattr(node, "template", None)
            if getattr(node, "ignore_missing", False) or not isinstance(wanted, nodes.Const):
                continue
            if wanted.value not in self._templates:
                place = place_at(wanted.lineno)
                remedy = one_of(str(wanted.value), self._templates)
                self._add(place, f"there is no template `{wanted.value}`", remedy)

    def _check_saying(self, call: nodes.Call, said: Sayings) -> None:
        keys, prefixes = _keys(call.args[0])
        said.prefixes |= {prefix for prefix, _ in prefixes}
        if self._phrases is None:
            return
        for key, line in keys:
            place = place_at(line)
            if key not in self._phrases:
                self._add(place, f"there is no phrase `{key}`", one_of(key, self._phrases))
                said.keys.update(close(key, self._phrases))  # meant by a slip: not unused
            elif call.dyn_kwargs is None:
                given = {pair.key for pair in call.kwargs}
                for missing in sorted(self._phrases[key] - given):
                    self._add(place, f"the phrase `{key}` gets no `{missing}`", f"add {missing}=…")
        for prefix, line in prefixes:
            if not any(key.startswith(prefix) for key in self._phrases):
                place = place_at(line)
                self._add(place, f"no phrase begins with `{prefix}`", one_of(prefix, self._phrases))

    def _in_line(self, place: Place) -> Place:
        """The place, or the first sign in its line where its column is not known."""
        lines = self._file.text.splitlines()
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        return Place(place.line, max(place.column, len(line) - len(line.lstrip()) + 1))

    def _add(self, place: Place, what: str, remedy: str) -> None:
        self._report.add(self._file.name, place, what, remedy)


def _keys(node: nodes.Expr) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Whole keys and beginnings of keys that an expression can come to, with their lines."""
    match node:
        case nodes.Const(value=str(text)):
            return [(text, node.lineno)], []
        case nodes.CondExpr():
            both = [_keys(part) for part in (node.expr1, node.expr2) if part is not None]
            return [key for keys, _ in both for key in keys], [one for _, more in both for one in more]
        case (
            nodes.Concat(nodes=[nodes.Const(value=str(text)), *_])
            | nodes.Add(left=nodes.Const(value=str(text)))
        ):
            return [], [(text, node.lineno)]
        case _:
            return [], []
