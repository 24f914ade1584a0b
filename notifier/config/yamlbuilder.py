"""Parser events -> tree, refusing what a hand-written list of facts does not need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from notifier.config.report import Place, Report
from notifier.config.yamltree import Node, Scalar, Series, Table
from notifier.model import NotifierError

MAX_DEPTH = 40
MAX_FROM_ALIASES = 100_000
"""How many values aliases may add to a document: a "billion laughs" file is small but unfolds without end."""

STREAM_END = "<stream end>"
"""What the parser calls the end of the text."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class Anchors:
    """Values that were given a name, and how much their repetitions have added so far."""

    named: dict[str, Node] = field(default_factory=dict)
    unfolded: int = 0


class UnreadableError(NotifierError):
    """The document cannot be read on from this place."""

    def __init__(self, place: Place, what: str, remedy: str) -> None:
        self.place = place
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def build(
    file: str, events: Iterable[Event], first_line: int, anchors: Anchors, report: Report
) -> Node | None:
    """The tree of the first document, ``None`` for an empty one.

    Raises :class:`UnreadableError`, and the parser's ``MarkedYAMLError``.
    """
    builder = _Builder(file, first_line, anchors, report)
    try:
        for event in events:
            builder.take(event)
    except MarkedYAMLError as error:
        if STREAM_END in (error.problem or ""):
            builder.refuse_open_brackets()
        raise
    return builder.root


class _Builder:
    """Holds the containers that are open; ``first_line`` is added to the parser's line numbers."""

    def __init__(self, file: str, first_line: int, anchors: Anchors, report: Report) -> None:
        self.root: Node | None = None
        self._file = file
        self._first_line = first_line
        self._report = report
        self._open: list[Series | Table] = []
        self._keys: list[Scalar | None] = []
        self._anchors = anchors
        self._documents = 0

    def take(self, event: Event) -> None:
        """Add one event."""
        if isinstance(event, ScalarEvent):
            node = Scalar(*self._at(event), event.value, event.style is not None)
            self._check_scalar(event, node)
            self._anchor(event, node)
            self._attach(node)
        elif isinstance(event, CollectionStartEvent):
            self._open_container(event)
        elif isinstance(event, CollectionEndEvent):
            closed = self._open.pop()
            self._keys.pop()
            if self._open:
                self._open[-1].size += closed.size
        elif isinstance(event, AliasEvent):
            self._attach(self._aliased(event), alias=True)
        elif isinstance(event, DocumentStartEvent):
            self._start_document(event)

    def refuse_open_brackets(self) -> None:
        """Raise :class:`UnreadableError` at the innermost bracket that is still open, if one is."""
        for container in reversed(self._open):
            if container.flow:
                bracket = "[" if isinstance(container, Series) else "{"
                place = Place(container.line, container.column)
                raise UnreadableError(place, f"a `{bracket}` that is not closed", "close it")

    def _start_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise UnreadableError(self._place(event), "a second document", "remove the line `---`")
        if event.version or event.tags:
            self._report.add(
                self._file, self._place(event), "a YAML directive (a line with `%`)", "remove that line"
            )

    def _open_container(self, event: CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise UnreadableError(
                self._place(event), f"nested more than {MAX_DEPTH} deep", "write it flatter"
            )
        line, column = self._at(event)
        kind = Table if isinstance(event, MappingStartEvent) else Series
        node = kind(line, column, flow=bool(event.flow_style))
        self._check_tag(event)
        self._anchor(event, node)
        self._attach(node)
        self._open.append(node)
        self._keys.append(None)

    def _attach(self, node: Node, alias: bool = False) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if alias or isinstance(node, Scalar):
            parent.size += node.size  # an open container adds its size when it closes
        if isinstance(parent, Series):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is not None:
            if isinstance(node, Scalar) and not node.text and not node.quoted and not alias:
                # The parser says that nothing stands where the next thing does.
                node.line, node.column = key.line, key.column
            parent.pairs.setdefault(key.text, (key, node))
            self._keys[-1] = None
        elif isinstance(node, Scalar):
            self._keys[-1] = node
            if node.text in parent.pairs:
                first = parent.pairs[node.text][0].line
                self._report.add(
                    self._file, node, f"the key `{node.text}` is here twice", f"it is already in line {first}"
                )
        else:
            raise UnreadableError(
                Place(node.line, node.column), "a key that is not text", "write `key: value`"
            )

    def _aliased(self, event: AliasEvent) -> Node:
        node = self._anchors.named.get(event.anchor)
        if node is None:
            raise UnreadableError(
                self._place(event), f"nothing is called `&{event.anchor}` above", "write the value out"
            )
        if any(node is container for container in self._open):
            raise UnreadableError(
                self._place(event), f"`*{event.anchor}` contains itself", "write the value out"
            )
        self._anchors.unfolded += node.size
        if self._anchors.unfolded > MAX_FROM_ALIASES:
            raise UnreadableError(
                self._place(event),
                f"aliases unfold to more than {MAX_FROM_ALIASES:,} values",
                "write the values out",
            )
        return node

    def _anchor(self, event: NodeEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors.named[event.anchor] = node

    def _check_scalar(self, event: ScalarEvent, node: Scalar) -> None:
        self._check_tag(event)
        if odd := _CONTROL.search(node.text):
            self._report.add(
                self._file, node, f"contains the control character U+{ord(odd[0]):04X}", "remove it"
            )
            node.text = _CONTROL.sub("?", node.text)

    def _check_tag(self, event: ScalarEvent | CollectionStartEvent) -> None:
        if event.tag is not None:
            self._report.add(
                self._file, self._place(event), f"the tag `{event.tag}`", "remove it; tags are not read here"
            )

    def _at(self, event: Event) -> tuple[int, int]:
        mark = event.start_mark
        return mark.line + 1 + self._first_line, mark.column + 1

    def _place(self, event: Event) -> Place:
        return Place(*self._at(event))
