"""``templates/words/<language>.yaml`` and ``<language>-<part>.yaml``: the same phrases in every language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError

from notifier.config.faults import described
from notifier.config.folders import yaml_files
from notifier.config.inputfile import InputFile, read_file
from notifier.config.report import START, Positioned, Report, one_of
from notifier.config.yamlfile import parse
from notifier.config.yamltree import Node, Scalar, Series, Table, data

OTHER = "other"
"""The plural category that every language has."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase where it stands.

    ``form`` is what it is: a text, a plural map or a table of some length. ``places`` are the names in
    its braces, ``None`` where the braces have mistakes.
    """

    file: str
    place: Positioned
    form: str
    places: frozenset[str] | None


@dataclass(slots=True)
class Phrasebook:
    """The phrases of one language by key; ``lost`` are words in what could not be read, if not all was."""

    phrases: dict[str, Phrase] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    blind: bool = False


Phrasebooks = dict[str, Phrasebook]


def read_phrases(
    folder: Path, languages: Sequence[str], report: Report
) -> tuple[Phrasebooks, list[InputFile]]:
    """The phrases of every language that has a file or is configured."""
    found: Phrasebooks = {language: Phrasebook() for language in languages}
    files: list[InputFile] = []
    for path in yaml_files(folder, report) if folder.is_dir() else ():
        language = path.stem.partition("-")[0]
        categories = plural_categories(language)
        if categories is None:
            report.add(str(path), START, f"`{language}` is no language", "name it <language>.yaml")
            continue
        file = read_file(path, report)
        book = found.setdefault(language, Phrasebook())
        if file is None:
            book.blind = True
            continue
        files.append(file)
        _read_file(file, language, categories, book, report)
    for language, book in found.items():
        if not book.phrases and not book.blind:
            what = f"there are no phrases in `{language}`"
            report.add(str(folder / f"{language}.yaml"), START, what, "translate another language's file")
    return found, files


def plural_categories(language: str) -> list[str] | None:
    """The plural categories of a language by CLDR; ``None`` where there is no such language."""
    try:
        return [*Locale.parse(language).plural_form.rules, OTHER]
    except (ValueError, UnknownLocaleError):
        return None


def _read_file(
    file: InputFile, language: str, categories: Sequence[str], into: Phrasebook, report: Report
) -> None:
    before = len(report.problems)
    parsed = parse(file.name, file.text, report)
    root = parsed.root
    into.lost |= parsed.lost_words
    into.blind |= root is None and len(report.problems) > before
    if root is None:
        return
    if not isinstance(root, Table):
        report.add(file.name, root, "is not a map of phrases", "write `key: text` lines")
        into.blind = True
        return
    for key, (name, node) in root.pairs.items():
        places = _places(file.name, key, node, report)
        phrase = Phrase(file.name, name, _form(file.name, key, node, language, categories, report), places)
        twin = into.phrases.setdefault(key, phrase)
        if twin is not phrase:
            where = f"it is already in {twin.file}:{twin.place.line}"
            report.add(file.name, name, f"the key `{key}` is here twice", where)


def _form(file: str, key: str, node: Node, language: str, categories: Sequence[str], report: Report) -> str:
    if isinstance(node, Scalar):
        if not isinstance(data(node), str):
            what = f"`{key}` is {described(data(node))} where text is expected"
            report.add(file, node, what, "put it into quotes")
        return "a text"
    if isinstance(node, Series):
        _check_texts(file, key, node.items, report)
        return f"a table of {len(node.items)} rows"
    _check_texts(file, key, [value for _, value in node.pairs.values()], report)
    if missing := [category for category in categories if category not in node.pairs]:
        what = f"the plural of `{key}` has no " + ", ".join(f"`{category}`" for category in missing)
        report.add(file, node, what, f"`{language}` has the forms " + ", ".join(categories))
    for category, (name, _) in node.pairs.items():
        if category not in categories:
            what = f"the plural of `{key}` has the form `{category}`, which `{language}` has not"
            report.add(file, name, what, one_of(category, categories))
    return "a plural map"


def _check_texts(file: str, key: str, nodes: Iterable[Node], report: Report) -> None:
    for node in nodes:
        value = data(node)
        if not isinstance(value, str):
            report.add(file, node, f"`{key}` has {described(value)} where text is expected", "write one text")


def _places(file: str, key: str, node: Node, report: Report) -> frozenset[str] | None:
    """The names in braces, of all forms or rows together; ``None`` where there are mistakes in them."""
    found: set[str] = set()
    before = len(report.problems)
    for scalar in _scalars(node):
        try:
            names = {name for _, name, _, _ in Formatter().parse(scalar.text) if name is not None}
        except ValueError as error:
            report.add(file, scalar, f"`{key}`: {error}", "write {name} for a place, {{ and }} for braces")
            continue
        if any(not name.isidentifier() for name in names):
            what = f"`{key}` has a place without a plain name in its braces"
            report.add(file, scalar, what, "write it like {name}")
        found |= names
    return frozenset(found) if len(report.problems) == before else None


def _scalars(node: Node) -> Iterable[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    inner = node.items if isinstance(node, Series) else [value for _, value in node.pairs.values()]
    return [scalar for item in inner for scalar in _scalars(item)]


def compare(books: Phrasebooks, report: Report) -> None:
    """Every language must have the same keys, in the same form, with the same places."""
    first: dict[str, tuple[str, Phrase]] = {}
    for language, book in books.items():
        for key, phrase in book.phrases.items():
            first.setdefault(key, (language, phrase))
    for key, (language, model) in first.items():
        for other, book in books.items():
            if key in book.phrases:
                _compare(key, book.phrases[key], model, language, report)
            elif book.phrases and key not in book.lost:
                what = f"the key `{key}` is missing in `{other}`"
                report.add(model.file, model.place, what, f"add it to {other}.yaml, or take it out")


def _compare(key: str, phrase: Phrase, model: Phrase, language: str, report: Report) -> None:
    if phrase.form != model.form:
        what = f"`{key}` is {phrase.form} here and {model.form} in `{language}`"
        report.add(phrase.file, phrase.place, what, "make both the same")
    if phrase.places is None or model.places is None:
        return
    for name in sorted(model.places - phrase.places):
        what = f"`{key}` lacks the place {{{name}}}, which `{language}` has"
        report.add(phrase.file, phrase.place, what, "put it into the text")
    for name in sorted(phrase.places - model.places):
        what = f"`{key}` has the place {{{name}}}, which `{language}` has not"
        report.add(phrase.file, phrase.place, what, one_of(name, model.places) or "take it out")


def check_unused(books: Phrasebooks, used: Collection[str], prefixes: Iterable[str], report: Report) -> None:
    """Phrases that no template and no code says. ``prefixes`` are beginnings of keys put together."""
    beginnings = tuple(prefixes)
    for book in books.values():
        for key, phrase in book.phrases.items():
            if key not in used and not key.startswith(beginnings):
                report.add(phrase.file, phrase.place, f"the phrase `{key}` is not used", "take it out")


def all_keys(books: Phrasebooks) -> dict[str, frozenset[str]]:
    """Key -> its places, as the first language that has the key has them."""
    keys: dict[str, frozenset[str]] = {}
    for book in books.values():
        for key in book.lost:
            keys.setdefault(key, frozenset())
        for key, phrase in book.phrases.items():
            keys.setdefault(key, phrase.places or frozenset())
    return keys
