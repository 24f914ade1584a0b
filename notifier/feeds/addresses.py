"""Public addresses: the paths are the same whether they are served or built as files."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute addresses below one base. The first language lives at the root, others in a folder."""

    base_url: str
    languages: tuple[str, ...]

    def home(self, language: str) -> str:
        """The page: ``/`` or ``/en/``."""
        return f"{self.base_url.rstrip('/')}{self._folder(language)}/"

    def window(self, window: str, language: str) -> str:
        """The page of one window: ``/windows/<id>/`` or ``/en/windows/<id>/``."""
        return f"{self.home(language)}windows/{quote(window, safe='')}/"

    def feed(self, audience: str, language: str, kind: str, query: str = "") -> str:
        """A feed: ``/feeds/<audience>.<language>.<kind>``; ``query`` is encoded already, without ``?``."""
        path = f"{self.base_url.rstrip('/')}/feeds/{quote(audience, safe='')}.{language}.{kind}"
        return f"{path}?{query}" if query else path

    def style(self, language: str) -> str:
        """How a feed looks in a browser: a path on the same host."""
        return f"{urlsplit(self.base_url).path.rstrip('/')}/static/feed-{language}.css"

    def scheme(self, name: str) -> str:
        """Name of a set of categories (``severity``, ``system``) for readers that filter."""
        return f"{self.home(self.languages[0])}#{name}"

    def _folder(self, language: str) -> str:
        return "" if language == self.languages[0] else f"/{language}"
