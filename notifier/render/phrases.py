"""The phrasebook: every sentence of the product, by key and language, with the plural forms of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from babel import Locale
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from notifier.render.errors import RenderError

Phrase = str | Mapping[str, str] | tuple[str, ...]
"""A text, a plural map (CLDR category -> text), or a table counted from 1."""


class Phrasebook:
    """The phrases of one language. Nothing is ever left empty: what is missing raises :class:`RenderError`."""

    def __init__(self, language: str, phrases: Mapping[str, Phrase]) -> None:
        self.language = language
        self.phrases = phrases
        self.locale = Locale.parse(self.say("locale"))
        self._plural = self.locale.plural_form

    def __contains__(self, key: str) -> bool:
        return key in self.phrases

    def say(self, key: str, /, **values: object) -> str:
        """The phrase with its places filled; ``n`` chooses the plural form or the row of a table.

        Raises :class:`RenderError` for an unknown key, a place without a value, or a missing form.
        """
        phrase = self.phrases.get(key)
        if phrase is None:
            raise RenderError(self.language, key, "no such phrase")
        text = phrase if isinstance(phrase, str) else self._pick(key, phrase, values.get("n"))
        if "{" not in text:
            return text
        try:
            return text.format_map(values)
        except KeyError as missing:
            raise RenderError(self.language, key, f"no value for {{{missing.args[0]}}}") from missing

    def join(self, items: Iterable[str]) -> str:
        """Joined as in "A, B i C"; one item stays alone."""
        return self._list("list-and", items)

    def clauses(self, items: Iterable[str]) -> str:
        """Joined as in "A, B oraz C", for whole clauses, in which there may be an "i" of their own."""
        return self._list("list-clauses", items)

    def either(self, items: Iterable[str]) -> str:
        """Offered as in "A, B albo C"; one item stays alone."""
        return self._list("list-or", items)

    def _list(self, key: str, items: Iterable[str]) -> str:
        *head, last = items
        return self.say(key, head=", ".join(head), last=last) if head else last

    def _pick(self, key: str, phrase: Mapping[str, str] | tuple[str, ...], n: object) -> str:
        if not isinstance(n, int):
            raise RenderError(self.language, key, "needs a whole number n")
        if isinstance(phrase, tuple):
            if not 1 <= n <= len(phrase):
                raise RenderError(self.language, key, f"has no row {n}")
            return phrase[n - 1]
        form = self._plural(n)
        if form not in phrase:
            raise RenderError(self.language, key, f"has no plural form {form!r}")
        return phrase[form]


def languages(words: Path) -> tuple[str, ...]:
    """The languages for which there is a ``<language>.yaml``, Polish first, the rest by name."""
    found = {path.stem for path in words.glob("*.yaml") if "-" not in path.stem}
    return tuple(sorted(found, key=lambda language: (language != "pl", language)))


def load_phrasebook(words: Path, language: str) -> Phrasebook:
    """Merge ``<language>.yaml`` and every ``<language>-<part>.yaml``.

    Raises :class:`RenderError` when none is there, one cannot be read, or two give the same key.
    """
    phrases: dict[str, Phrase] = {}
    for path in sorted([*words.glob(f"{language}.yaml"), *words.glob(f"{language}-*.yaml")]):
        for key, phrase in _read(path, language).items():
            if key in phrases:
                raise RenderError(language, key, f"said twice, the second time in {path.name}")
            phrases[key] = phrase
    if not phrases:
        raise RenderError(language, f"{language}.yaml", "no such language")
    return Phrasebook(language, phrases)


def _read(path: Path, language: str) -> dict[str, Phrase]:
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        raise RenderError(language, path.name, str(error)) from error
    if not isinstance(raw, dict):
        raise RenderError(language, path.name, "is not a map of phrases")
    return {str(key): _phrase(language, str(key), value) for key, value in raw.items()}


def _phrase(language: str, key: str, value: object) -> Phrase:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        return {str(form): text for form, text in value.items()}
    if isinstance(value, list) and value and all(isinstance(text, str) for text in value):
        return tuple(value)
    raise RenderError(language, key, "is neither a text, nor a plural map, nor a list of texts")
