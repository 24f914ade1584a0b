"""Every template read as Jinja reads it: syntax, names, filters, other templates, phrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from notifier.config.inputfile import InputFile, read_file
from notifier.config.jinjanames import unknown_names
from notifier.config.report import START, Place, Report, close, one_of

SAY = "say"
"""The function by which a template says a phrase."""

# Read only, never rendered: what is escaped does not matter here.
_JINJA = Environment(autoescape=True)


@dataclass(frozen=True, slots=True)
class Token:
    """A name or quoted text of a template with its place; ``after`` is the token before it."""

    kind: str
    text: str
    place: Place
    after: str


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
        self._tokens: list[Token] = []

    def check(self, said: Sayings) -> None:
        """Report everything wrong in it, and add what it says to ``said``."""
        try:
            tree = _JINJA.parse(self._file.text, filename=self._file.name)
        except TemplateSyntaxError as error:
            lines = self._file.text.splitlines()
            line = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else ""
            place = Place(max(error.lineno, 1), len(line) - len(line.lstrip()) + 1)
            self._add(place, f"not a template: {error.message}", "see the tag or braces in this line")
            return
        except RecursionError:
            self._add(START, "nested too deep", "write it flatter")
            return
        self._tokens = list(_tokens(self._file.text))
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
                self._place("name", name.name, name.lineno),
                f"the name `{name.name}` is not defined",
                one_of(name.name, sorted(allowed)) or "set it, import it, or take it as an argument",
            )

    def _check_filters(self, tree: nodes.Template) -> None:
        used = [("filter", node.name, node.lineno, _JINJA.filters) for node in tree.find_all(nodes.Filter)]
        asked = [("test", node.name, node.lineno, _JINJA.tests) for node in tree.find_all(nodes.Test)]
        for kind, name, line, known in [*used, *asked]:
            if name not in known:
                self._add(
                    self._place("name", name, line), f"there is no {kind} `{name}`", one_of(name, known)
                )

    def _check_templates(self, tree: nodes.Template) -> None:
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            wanted = getattr(node, "template", None)
            if getattr(node, "ignore_missing", False) or not isinstance(wanted, nodes.Const):
                continue
            if wanted.value not in self._templates:
                place = self._place("string", str(wanted.value), wanted.lineno)
                remedy = one_of(str(wanted.value), self._templates)
                self._add(place, f"there is no template `{wanted.value}`", remedy)

    def _check_saying(self, call: nodes.Call, said: Sayings) -> None:
        keys, prefixes = _keys(call.args[0])
        said.prefixes |= {prefix for prefix, _ in prefixes}
        if self._phrases is None:
            return
        for key, line in keys:
            place = self._place("string", key, line)
            if key not in self._phrases:
                self._add(place, f"there is no phrase `{key}`", one_of(key, self._phrases))
                said.keys.update(close(key, self._phrases))  # meant by a slip: not unused
            elif call.dyn_kwargs is None:
                given = {pair.key for pair in call.kwargs}
                for missing in sorted(self._phrases[key] - given):
                    self._add(place, f"the phrase `{key}` gets no `{missing}`", f"add {missing}=…")
        for prefix, line in prefixes:
            if not any(key.startswith(prefix) for key in self._phrases):
                place = self._place("string", prefix, line)
                self._add(place, f"no phrase begins with `{prefix}`", one_of(prefix, self._phrases))

    def _place(self, kind: str, text: str, line: int) -> Place:
        """The place of a name or quoted text at or below a line: Jinja's tree knows no columns."""
        fitting = [
            token
            for token in self._tokens
            if token.kind == kind and token.text == text and token.after != "."
        ]
        return next((token.place for token in fitting if token.place.line >= line), Place(line, 1))

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


def _tokens(text: str) -> Iterator[Token]:
    """Names and quoted texts in their order.

    Each is searched for from the last one's end: the lexer tells lines only, and drops blanks.
    """
    index, line, before = 0, 1, ""
    for _, kind, value in _JINJA.lex(text):
        found = text.find(value, index)
        if found < 0:
            continue
        line += text.count("\n", index, found)
        if kind in {"name", "string"}:
            place = Place(line, found - text.rfind("\n", 0, found))
            yield Token(kind, value if kind == "name" else value[1:-1], place, before)
        if kind != "whitespace":
            before = value
        line += value.count("\n")
        index = found + len(value)
