"""One language speaking: phrases, dates and the words of the catalogue behind one face."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from notifier.model import Catalogue
from notifier.render.dates import Dates
from notifier.render.errors import RenderError
from notifier.render.phrases import Phrasebook

Text = TypeVar("Text")


@dataclass(frozen=True, slots=True)
class ContactWords:
    """A contact as it is shown: ``value`` is text and never a link."""

    name: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class CardWords:
    """A step card: numbered steps in the order of doing."""

    title: str
    steps: tuple[str, ...]


class Voice:
    """Puts ids, moments and phrases into words of one language, for one moment of reading.

    Raises :class:`RenderError` for an id or form that the catalogue does not have in this language.
    """

    def __init__(self, catalogue: Catalogue, phrases: Phrasebook, at: datetime | None = None) -> None:
        self.catalogue = catalogue
        self.phrases = phrases
        self.language = phrases.language
        self.dates = Dates(phrases, at)
        self.at = at
        self.say = phrases.say
        self.join = phrases.join
        self.either = phrases.either
        self.clauses = phrases.clauses

    def sentence(self, key: str, /, **values: object) -> str:
        """A phrase that begins a sentence."""
        return capital(self.say(key, **values))

    def name(self, system: str, form: str = "name") -> str:
        """Words for a system or bank id; an id below a known one is shown as that one."""
        try:
            return self.catalogue.name(system, self.language, form)
        except KeyError as missing:
            raise RenderError(self.language, system, f"has no form {missing.args[0]!r}") from missing

    def bank(self, bank: str, form: str = "name") -> str:
        """Words for a bank: ``name``, ``at`` or ``of``."""
        return self._words("banks", bank, form)

    def bank_at(self, bank: str) -> str:
        """Where, as in "w mBanku"."""
        return self.bank(bank, "at")

    def method(self, method: str, form: str = "name") -> str:
        """Words for a method: ``name`` or ``by``."""
        return self._words("methods", method, form)

    def task(self, task: str, form: str = "name") -> str:
        """Words for a task: ``name``, ``can`` or ``cannot``."""
        return self._words("tasks", task, form)

    def preparation(self, preparation: str, form: str = "do") -> str:
        """The imperative, without a full stop."""
        return self._words("preparations", preparation, form)

    def audience(self, audience: str, form: str = "name") -> str:
        """Words for an audience: ``name`` or ``for``."""
        return self._words("audiences", audience, form)

    def contact(self, contact: str) -> ContactWords:
        """Name, value and note of a contact."""
        name, note = self._words("contacts", contact, "name"), self._words("contacts", contact, "note")
        return ContactWords(name, self.catalogue.contacts[contact].value, note)

    def card(self, card: str) -> CardWords:
        """Title and steps of a card."""
        title = self._words("cards", card, "title")
        return CardWords(title, self._found("card", card, self.catalogue.cards[card].steps))

    def fact(self, fact: str) -> str:
        """The sentence of a fact."""
        known = self.catalogue.facts.get(fact)
        return self._found("fact", fact, known.says if known else {})

    def some(self, items: Sequence[str], most: int, others: str = "others") -> str:
        """Joined as in "A, B i C"; of more than ``most`` the first ones and the number of the rest.

        ``others`` is the phrase for the rest, in the form in which the items stand.
        """
        if len(items) <= most:
            return self.join(items)
        shown = items[: most - 1]
        return self.join([*shown, self.say(others, n=len(items) - len(shown))])

    def some_at(self, banks: Sequence[str], most: int) -> str:
        """Where, for several banks: "w mBanku, w Alior Banku i w 3 innych"."""
        return self.some([self.bank_at(bank) for bank in banks], most, "others-at")

    def names(self, systems: Iterable[str], form: str = "name") -> tuple[str, ...]:
        """Words for several systems, each said once."""
        return tuple(dict.fromkeys(self.name(system, form) for system in systems))

    def _found(self, kind: str, key: str, texts: Mapping[str, Text]) -> Text:
        if self.language not in texts:
            raise RenderError(self.language, f"{kind} {key}", "nothing in this language")
        return texts[self.language]

    def _words(self, kind: str, key: str, form: str) -> str:
        try:
            return str(getattr(self.catalogue, kind)[key].say(self.language, form))
        except KeyError as missing:
            raise RenderError(
                self.language, f"{kind} {key}", f"nothing under {missing.args[0]!r}"
            ) from missing


def capital(text: str) -> str:
    """First letter upper case; names with a spelling of their own (mObywatel, login.gov.pl) stay as they are."""
    head = text.partition(" ")[0]
    brand = "." in head[:-1] or (any(letter.isupper() for letter in head[1:]) and "-" not in head)
    return text if brand else text[:1].upper() + text[1:]
