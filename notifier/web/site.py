"""The public tree: every page, every feed and the same facts as JSON, as address -> bytes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

import structlog

from notifier.model import Advice, Means
from notifier.render import Renderer
from notifier.web import api, pages
from notifier.web.facts import SiteFacts, WindowFacts
from notifier.web.frame import Frame
from notifier.web.history import revisions
from notifier.web.kept import Kept
from notifier.web.timeline import timeline

log = structlog.get_logger()

Tree = dict[str, bytes]
Values = Callable[[], Mapping[str, object]]

_CLOSED = ("/healthz", "/metrics", "/confirm/", "/preferences/", "/unsubscribe/")
_FIXED = {"/static/style.css": "site/style.css.j2", "/static/icon.svg": "site/icon.svg.j2"}


def build_site(facts: SiteFacts, renderer: Renderer, feeds_tree: Mapping[str, bytes]) -> Tree:
    """Build the whole public tree once. A program that builds again and again keeps a :class:`Site`."""
    return Site(renderer).build(facts, feeds_tree)


class Site:
    """Builds the tree again and again, and renders only the pages whose facts have changed.

    A page is kept with everything it was made of, and what is no longer in the tree is forgotten, so the memory
    is bounded by the tree itself. The renderer, and with it catalogue and templates, holds for the life of a
    site: new ones need a new site.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._disputed = frozenset(fact.id for fact in renderer.catalogue.facts.values() if fact.disputed)
        self._pages: Kept[bytes] = Kept()
        self._told: Kept[str] = Kept()
        self._entries: Kept[bytes] = Kept()

    @property
    def rendered(self) -> int:
        """How many pages the last build had to make anew."""
        return self._pages.made

    def build(self, facts: SiteFacts, feeds_tree: Mapping[str, bytes]) -> Tree:
        """The tree at ``facts.at``; ``feeds_tree`` (address -> bytes) is taken in as it is.

        Raises :class:`~notifier.render.RenderError` when a phrase or a word of the catalogue is missing.
        """
        for kept in (self._pages, self._told, self._entries):
            kept.turn()
        rows = sorted(
            (pages.shown(each, facts.at) for each in facts.windows),
            key=lambda row: (row.window.start, row.window.id),
        )
        home, years = pages.home(rows, facts.audiences), pages.years(rows)
        tree = dict(feeds_tree)
        for language in facts.languages:
            frame = Frame.of(facts, language, self._renderer.catalogue)
            tree |= self._home(facts, frame, home)
            means = self._means if facts.narrow else _no_means
            tree |= self._page(frame, "feeds/", "feeds", facts.narrow, means)
            tree |= self._archive(frame, years)
            for row in rows:
                tree |= self._window(frame, row)
        tree |= self._documents(facts, rows) | self._fixed(facts)
        log.debug("site built", files=len(tree), rendered=self.rendered)
        return tree

    def _home(self, facts: SiteFacts, frame: Frame, home: pages.Home) -> Tree:
        checked = facts.checked or facts.at

        def values() -> Mapping[str, object]:
            # One outage is told in full, the others have pages of their own.
            readers = [
                (
                    reader.audience,
                    "".join(
                        self._tell(frame, row, row.facts.advice[reader.audience], "whole")
                        for row in reader.rows[:1]
                    ),
                    reader.rows,
                )
                for reader in home.readers
            ]
            return {"home": home, "readers": readers, "checked": checked}

        return self._page(frame, "", "home", (facts.at, checked, home), values, facts.at)

    def _window(self, frame: Frame, row: pages.Shown) -> Tree:
        def values() -> Mapping[str, object]:
            touched = pages.touched(row, frame.audiences)
            readers = [
                (
                    each.audience,
                    self._tell(frame, row, each, "blocks"),
                    timeline(each, self._disputed) if row.live else None,
                )
                for each in touched
            ]
            concerned = {each.audience for each in touched}
            return {
                "shown": row,
                "opening": self._tell(frame, row, touched[0], "opening") if touched else "",
                "readers": readers,
                "untouched": [each for each in frame.audiences if each not in concerned] if touched else [],
                "revisions": revisions(row.facts.editions),
            }

        of = (row.facts.editions, row.state, row.moment, row.told, _short(row.facts) if row.told else ())
        return self._page(frame, row.place, "window", of, values)

    def _archive(self, frame: Frame, years: Mapping[int, tuple[pages.Shown, ...]]) -> Tree:
        counts = tuple((year, len(rows)) for year, rows in years.items())

        def archive(place: str, year: int | None, rows: tuple[pages.Shown, ...]) -> Tree:
            values = {"counts": counts, "rows": rows, "year": year}
            of = (counts, tuple((row.window, row.kind, row.status) for row in rows))
            return self._page(frame, place, "archive", of, lambda: values)

        latest, newest = next(iter(years.items()), (None, ()))
        tree = archive("windows/", latest, newest if len(newest) <= pages.ROWS_INLINE else ())
        for year, rows in years.items():
            tree |= archive(f"windows/years/{year}/", year, rows)
        return tree

    def _means(self) -> Mapping[str, object]:
        """What the page on feeds says on narrowing them: the methods that people have, banks, and an example."""
        catalogue = self._renderer.catalogue
        methods = [method for method in catalogue.methods.values() if not method.everyone]
        at_bank = (
            Means(method.id, bank.id)
            for method in methods
            for bank in catalogue.banks.values()
            if method.per_bank and method.id in bank.services
        )
        alone = (Means(method.id) for method in methods if not method.per_bank)
        example = [means for means in (next(at_bank, None), next(alone, None)) if means is not None]
        query = urlencode([("have", str(means)) for means in example], safe=":")
        return {
            "methods": methods,
            "banks": list(catalogue.banks.values()),
            "example": example,
            "query": query,
        }

    def _tell(self, frame: Frame, row: pages.Shown, advice: Advice, part: str) -> str:
        return self._told.get(
            (frame.language, advice.audience, row.window.id, part),
            # The digest covers what is advised; how it is told depends on the rest.
            (advice.digest, advice.window, advice.severity, advice.stretch, row.moment, frame.key),
            lambda: self._renderer.page(
                "site/advice.html.j2", frame.language, at=row.moment, advice=advice, part=part
            ),
        )

    def _page(
        self,
        frame: Frame,
        place: str,
        template: str,
        of: Hashable,
        values: Values,
        at: datetime | None = None,
    ) -> Tree:
        path = f"{frame.base}/{place}index.html"

        def make() -> bytes:
            given = {**values(), "frame": frame, "place": place}
            return self._renderer.page(f"site/{template}.html.j2", frame.language, at=at, **given).encode()

        return {path: self._pages.get(path, (frame.key, of), make)}

    def _documents(self, facts: SiteFacts, rows: Sequence[pages.Shown]) -> Tree:
        windows, advice = [], []
        for row in rows:
            short = _short(row.facts)
            of: Hashable = (row.facts.editions, row.state, short, facts.base_url, facts.languages)
            make = partial(api.window_entry, row.facts, facts.base_url, facts.languages)
            windows.append(self._entries.get(("window", row.window.id), of, make))
            if row.live:
                make = partial(api.advice_entry, row.facts)
                advice.append(
                    self._entries.get(("advice", row.window.id), (row.window, row.state, short), make)
                )
        return {
            "/api/windows.json": api.document("windows", windows),
            "/api/advice.json": api.document("windows", advice),
        }

    def _fixed(self, facts: SiteFacts) -> Tree:
        """What is the same whatever the windows are."""
        frames = [Frame.of(facts, language, self._renderer.catalogue) for language in facts.languages]
        first = frames[0]

        def file(name: str) -> bytes:
            return self._renderer.page(name, first.language).encode()

        def missing() -> bytes:
            page, name = self._renderer.page, "site/missing.html.j2"
            parts = [(each.language, page(name, each.language, frame=each)) for each in frames]
            return page(
                "site/404.html.j2", first.language, frame=first, place="404.html", parts=parts
            ).encode()

        closed = ("/",) if facts.drill else tuple(first.link(path) for path in _CLOSED)
        robots = "".join(["User-agent: *\n", *(f"Disallow: {path}\n" for path in closed)])
        return {
            **{path: self._pages.get(path, (), partial(file, name)) for path, name in _FIXED.items()},
            "/404.html": self._pages.get("/404.html", first.key, missing),
            "/robots.txt": robots.encode(),
        }


def _no_means() -> Mapping[str, object]:
    """The same for a site whose feeds cannot be narrowed: what would not work is not explained."""
    return {"methods": (), "banks": (), "example": (), "query": ""}


def _short(facts: WindowFacts) -> Hashable:
    """What tells one advice from another, without comparing every answer."""
    return tuple((key, each.digest, each.severity, each.stretch) for key, each in facts.advice.items())
