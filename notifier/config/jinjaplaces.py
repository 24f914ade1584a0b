"""Jinja's parser, made to remember columns: in its tree and its errors each line number is a whole place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser

from notifier.config.report import Place

_COLUMNS = 1_000_000
"""More than a line has; a place is ``line * _COLUMNS + column`` where Jinja keeps a line number."""

_EXACT = {"name", "string"}


def place_at(lineno: int) -> Place:
    """The place that was put into a line number. Column 1 where the token's column is not known."""
    line, column = divmod(lineno, _COLUMNS)
    return Place(max(line, 1), max(column, 1))


class Columns(Extension):
    """Puts the column of names and texts beside their line, on their way from the lexer to the parser."""

    source = ""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Keep the text, to look for the tokens in it."""
        self.source = source
        return source

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The same tokens; names and texts come in the order in which the raw lexer finds them."""
        exact = {kind: deque(places) for kind, places in _places(self.environment, self.source).items()}
        for token in stream:
            if token.type in _EXACT and exact[token.type]:
                yield token._replace(lineno=exact[token.type].popleft())
            else:
                yield token._replace(lineno=token.lineno * _COLUMNS)


def parse_placed(environment: Environment, source: str) -> nodes.Template:
    """The syntax tree. Raises ``TemplateSyntaxError``; its line number is a place too.

    The environment must have :class:`Columns`. Its own ``parse`` is not used: that would write one line
    break for each "line" when it makes up a traceback.
    """
    return Parser(environment, source).parse()


def _places(environment: Environment, source: str) -> dict[str, list[int]]:
    """Where each name and each text begins. Searched for one after the other: the lexer drops blanks."""
    found: dict[str, list[int]] = {kind: [] for kind in _EXACT}
    index, line = 0, 1
    for kind, value in _raw(environment, source):
        start = source.find(value, index)
        if start < 0:
            continue
        line += source.count("\n", index, start)
        if kind in _EXACT:
            found[kind].append(line * _COLUMNS + start - source.rfind("\n", 0, start))
        line += value.count("\n")
        index = start + len(value)
    return found


def _raw(environment: Environment, source: str) -> Iterator[tuple[str, str]]:
    return ((kind, value) for _, kind, value in environment.lex(source))
