"""What all pages of one language share: their frame, the links in it, and names in that language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from babel import Locale

from notifier.model import Catalogue
from notifier.web.facts import SiteFacts, root

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of every page: equal for two moments as long as nothing on all pages has changed.

    ``prefix`` is the path of the base address: a site may live below a folder of somebody's host.
    """

    language: str
    languages: tuple[str, ...]
    audiences: tuple[str, ...]
    name: str
    base_url: str
    contact: str
    drill: bool
    subscribe: bool
    prefix: str
    base: str
    catalogue: Catalogue

    @classmethod
    def of(cls, facts: SiteFacts, language: str, catalogue: Catalogue) -> Frame:
        """The frame for one language."""
        base_url = facts.base_url.rstrip("/")
        return cls(
            language=language,
            languages=facts.languages,
            audiences=facts.audiences,
            name=facts.name,
            base_url=base_url,
            contact=facts.contact,
            drill=facts.drill,
            subscribe=facts.subscribe,
            prefix=urlsplit(base_url).path,
            base=root(language, facts.languages),
            catalogue=catalogue,
        )

    @property
    def key(self) -> tuple[object, ...]:
        """All that shows on every page, for telling whether a page has to be made again."""
        return (
            self.languages,
            self.audiences,
            self.name,
            self.base_url,
            self.contact,
            self.drill,
            self.subscribe,
        )

    def link(self, path: str) -> str:
        """The target of a link to an address of the tree, as ``href`` wants it."""
        return quote(f"{self.prefix}{path}")

    def here(self, place: str) -> str:
        """The same for a place among the pages of this language: ``feeds/`` -> ``/en/feeds/``."""
        return self.link(f"{self.base}/{place}")

    def full(self, place: str) -> str:
        """The absolute address of a place among the pages of this language."""
        return f"{self.base_url}{quote(f'{self.base}/{place}')}"

    def feed(self, audience: str, kind: str) -> str:
        """The address of a feed below the base."""
        return f"/feeds/{audience}.{self.language}.{kind}"

    def webcal(self, audience: str) -> str:
        """The address that makes calendar programs subscribe instead of importing once."""
        _, _, rest = self.base_url.partition("://")
        return f"webcal://{rest}{quote(self.feed(audience, 'ics'))}"

    def others(self, place: str) -> list[tuple[str, str, str]]:
        """The same page in the other languages: code, the language's own name, link."""
        return [
            (code, _own_name(code), self.link(f"{root(code, self.languages)}/{place}"))
            for code in self.languages
            if code != self.language
        ]

    def alternates(self, place: str) -> list[tuple[str, str]]:
        """Absolute addresses of the page in every language, for those who index it."""
        return [
            (code, f"{self.base_url}{quote(f'{root(code, self.languages)}/{place}')}")
            for code in self.languages
        ]

    def names(self, systems: Iterable[str], form: str = "name") -> list[str]:
        """Names of systems or banks, each once."""
        return list(dict.fromkeys(self.catalogue.name(system, self.language, form) for system in systems))

    def lost(self, systems: Iterable[str]) -> list[str]:
        """What stops with these systems, a clause each; banks have no such words and are left out."""
        known = (system for system in systems if system not in self.catalogue.banks)
        return self.names(known, "lost")

    def few(self, systems: Iterable[str], say: Callable[..., str], form: str = "name") -> list[str]:
        """The first names, and how many more there are where they would fill a line."""
        names = self.names(systems, form)
        if len(names) <= _NAMED:
            return names
        return [*names[: _NAMED - 1], say("others", n=len(names) - _NAMED + 1)]


def _own_name(language: str) -> str:
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]
