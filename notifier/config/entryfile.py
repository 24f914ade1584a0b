"""A file that is a list of entries: each is checked by itself, so that one bad entry hides no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from babel import localedata
from pydantic import BaseModel

from notifier.config.faults import described, keys_of
from notifier.config.inputfile import InputFile
from notifier.config.report import Report, close, one_of
from notifier.config.validation import validate
from notifier.config.yamlfile import parse
from notifier.config.yamltree import Node, Scalar, Series, Table, data, locate, texts

S = TypeVar("S", bound=BaseModel)

WORDS = "words"
"""Field in which a shape keeps what the file has under a key for each language."""

STAND_INS: Mapping[str, object] = {
    "id": "mistaken",
    "systems": ["?"],
    "start": "2000-01-01 00:00",
    "audiences": ["?"],
    "steps": [{"id": "mistaken", "methods": ["?"]}],
    "last_resorts": [{"card": "?"}],
    "value": "?",
    "sources": ["?"],
    "confidence": "L",
    "verified": "2000-01-01",
    "title": "?",
    "email": "mistaken@example.org",
}
"""For required keys that are missing or wrong, so that the rest of the entry can be checked."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][A-Za-z]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry(Generic[S]):
    """An entry where it stands. ``broken``: it has mistakes of its own, which are in the report.

    Then ``shape`` is made of what is good in it, with stand-ins under the keys in ``made_up``; ``None``
    where too little is good. ``wrong`` are the keys with mistakes.
    """

    file: str
    node: Node
    id: str
    shape: S | None
    made_up: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    broken: bool = False

    def sure_of(self, *keys: str) -> bool:
        """True when the shape has under these keys what the file says, all of it."""
        return self.shape is not None and self.wrong.isdisjoint(keys)

    def add(
        self, report: Report, path: Sequence[str | int], what: str, remedy: str = "", key: bool = False
    ) -> None:
        """Report a mistake at a place in it, unless that is a stand-in for a mistake already named."""
        if not path or path[0] not in self.made_up:
            report.add(self.file, self.spot(*path, key=key), what, remedy)

    def spot(self, *path: str | int, key: bool = False) -> Node:
        """The place of something in it, or of the nearest thing around it that exists."""
        return locate(self.node, path, key)


@dataclass(slots=True)
class Entries(Generic[S]):
    """All entries of a kind, in the order of the files, and what is left of unreadable ones.

    ``lost_ids`` may be referred to without complaint, ``lost_words`` may have been a use of something:
    the mistake is elsewhere and has been named. ``blind``: a whole file could not be read.
    """

    first: dict[str, Entry[S]] = field(default_factory=dict)
    lost_ids: set[str] = field(default_factory=set)
    lost_words: set[str] = field(default_factory=set)
    blind: bool = False

    @property
    def readable(self) -> Iterable[tuple[Entry[S], S]]:
        """Entries with their shapes; where nothing was reported these are all."""
        return ((entry, entry.shape) for entry in self.first.values() if entry.shape is not None)

    def knows(self, name: str) -> bool:
        """True for an id that exists, or may exist in what could not be read."""
        return self.blind or name in self.first or name in self.lost_ids


def read_entries(
    file: InputFile, shape: type[S], languages: Sequence[str], into: Entries[S], report: Report
) -> None:
    """Add the entries of one file; ids must be unique over all files of the kind."""
    for entry in read_rows(file, shape, languages, into, report):
        twin = into.first.setdefault(entry.id, entry) if entry.id else entry
        if twin is not entry:
            what = f"the id `{entry.id}` is taken"
            remedy = f"it is already in {twin.file}:{twin.spot('id').line}; give this entry another"
            report.add(entry.file, entry.spot("id"), what, remedy)


def read_rows(
    file: InputFile, shape: type[S], languages: Sequence[str], into: Entries[S], report: Report
) -> list[Entry[S]]:
    """The entries of one file in their order; what cannot be read is noted in ``into``."""
    before = len(report.problems)
    parsed = parse(file.name, file.text, report)
    root = parsed.root
    into.blind |= root is None and len(report.problems) > before
    into.lost_ids |= parsed.lost_ids
    into.lost_words |= parsed.lost_words
    if root is None or (isinstance(root, Scalar) and root.value() is None):
        return []
    if not isinstance(root, Series):
        what = f"is {described(data(root))} where a list of entries is expected"
        report.add(file.name, root, what, "begin each entry with `- `")
        into.blind = True
        return []
    entries = [_read_entry(file.name, node, shape, languages, report) for node in root.items]
    for entry in entries:
        if entry.broken:
            into.lost_words.update(texts(entry.node))
    return entries


def _read_entry(file: str, node: Node, shape: type[S], languages: Sequence[str], report: Report) -> Entry[S]:
    if not isinstance(node, Table):
        what = f"the entry is {described(data(node))} where a mapping is expected"
        report.add(file, node, what, "write `- id: …` and the other keys below it")
        return Entry(file, node, "", None, broken=True)
    before = len(report.problems)
    worded = WORDS in shape.model_fields
    if worded:
        _check_languages(file, node, shape, languages, report)
    result = validate(
        shape,
        node,
        (lambda table: _with_words(table, shape, languages)) if worded else _values,
        STAND_INS,
    )
    for mistake in result.mistakes:
        report.add(file, locate(node, mistake.path, mistake.at_key), mistake.what, mistake.remedy)
    known = keys_of(shape)
    wrong = {str(mistake.path[0]) if mistake.path else mistake.missing for mistake in result.mistakes}
    wrong.update(name for key in node.pairs.keys() - set(known) for name in close(key, known))
    identity = _values(node).get("id")
    return Entry(
        file,
        result.node,
        identity if isinstance(identity, str) else "",
        result.shape,
        result.made_up,
        frozenset(wrong),
        broken=len(report.problems) > before,
    )


def _values(node: Table) -> dict[str, object]:
    return {key: data(value) for key, (_, value) in node.pairs.items()}


def _check_languages(
    file: str, node: Table, shape: type[BaseModel], languages: Sequence[str], report: Report
) -> None:
    """Every configured language must be there, and no key that is neither a language nor known."""
    known = [key for key in keys_of(shape) if key != WORDS]
    for key, (name, _) in node.pairs.items():
        if key not in known and not is_language(key, languages):
            report.add(file, name, f"unknown key `{key}`", one_of(key, [*known, *languages]))
    for language in languages:
        if language not in node.pairs:
            report.add(file, node, f"the words in `{language}` are missing", f"add `{language}: {{…}}`")


def _with_words(node: Table, shape: type[BaseModel], languages: Sequence[str]) -> dict[str, object]:
    """The entry with ``pl:``, ``en:`` … moved below :data:`WORDS`, and without unknown keys."""
    known = [key for key in keys_of(shape) if key != WORDS]
    values = _values(node)
    words = {key: value for key, value in values.items() if key not in known and is_language(key, languages)}
    return {**{key: values[key] for key in known if key in values}, WORDS: words}


def is_language(key: str, languages: Sequence[str]) -> bool:
    """True for a configured language and for any that CLDR knows, so that one can be prepared ahead."""
    return key in languages or (_LANGUAGE.fullmatch(key) is not None and localedata.exists(key))
