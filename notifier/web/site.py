"""The public tree: every page, every feed and the same facts as JSON, as address -> bytes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

import structlog

from notifier.model import Advice, Means
from notifier.render import Omissions, Renderer, Unforgiven
from notifier.web import answering, api, builder, fixed, pages
from notifier.web.alerts import alert_at
from notifier.web.board import Board, Boards, made_of
from notifier.web.facts import SiteFacts
from notifier.web.frame import Frame
from notifier.web.history import revisions
from notifier.web.kept import Kept
from notifier.web.sheet import sheet

log = structlog.get_logger()

Tree = dict[str, bytes]
Values = Callable[[], Mapping[str, object]]


def build_site(facts: SiteFacts, renderer: Renderer, feeds_tree: Mapping[str, bytes]) -> Tree:
    """Build the whole public tree once. A program that builds again and again keeps a :class:`Site`."""
    return Site(renderer).build(facts, feeds_tree)


class Site:
    """Builds the tree again and again, and renders only the pages whose facts have changed.

    A page is kept with everything it was made of, and what is no longer in the tree is forgotten, so the memory
    is bounded by the tree itself. The renderer, and with it catalogue and templates, holds for the life of a
    site: new ones need a new site.

    With ``omissions`` a page that cannot be put into words is left out and noted there; without, the renderer's
    error is raised. So is a first page that has no words for one of its windows: none is better than one that is
    silent about an outage.
    """

    def __init__(self, renderer: Renderer, omissions: Omissions | None = None) -> None:
        self._renderer = renderer
        self._omissions = omissions or Unforgiven()
        self._disputed = frozenset(fact.id for fact in renderer.catalogue.facts.values() if fact.disputed)
        self._boards = Boards(renderer.catalogue, self._disputed)
        self._matters = answering.Matters(renderer)
        self._pages: Kept[bytes] = Kept()
        self._told: Kept[str] = Kept()
        self._entries: Kept[bytes] = Kept()

    @property
    def rendered(self) -> int:
        """How many pages the last build had to make anew."""
        return self._pages.made

    def build(self, facts: SiteFacts, feeds_tree: Mapping[str, bytes]) -> Tree:
        """The tree at ``facts.at``; ``feeds_tree`` (address -> bytes) is taken in as it is.

        Raises :class:`~notifier.render.RenderError` when a phrase or a word of the catalogue is missing, unless
        omissions are noted.
        """
        for kept in (self._pages, self._told, self._entries, self._boards):
            kept.turn()
        rows = sorted(
            (pages.shown(each, facts.at) for each in facts.windows),
            key=lambda row: (row.window.start, row.window.id),
        )
        home, years = pages.home(rows, facts.audiences), pages.years(rows)
        tree = dict(feeds_tree)
        for language in facts.languages:
            frame = Frame.of(facts, language, self._renderer.catalogue)
            boards = {
                each.audience: self._boards.board(each.audience, each.rows, facts.at) for each in home.readers
            }
            tree |= self._home(facts, frame, home, boards)
            for reader in home.readers:
                tree |= self._answers(facts, frame, reader, boards[reader.audience])
            means = self._means if facts.narrow else _no_means
            tree |= self._page(frame, "feeds/", "feeds", facts.narrow, means)
            tree |= self._archive(frame, years)
            for row in rows:
                tree |= self._window(facts, frame, row, pages.alone(row, rows))
        tree |= self._documents(facts, rows) | self._fixed(facts)
        log.debug("site built", files=len(tree), rendered=self.rendered)
        return tree

    def _home(self, facts: SiteFacts, frame: Frame, home: pages.Home, boards: Mapping[str, Board]) -> Tree:
        checked = facts.checked or facts.at

        def values() -> Mapping[str, object]:
            # One outage is told in full, the others have pages of their own.
            readers = [
                (
                    reader.audience,
                    "".join(self._whole(frame, row, reader.audience) for row in reader.rows[:1]),
                    reader.named,
                    boards[reader.audience],
                )
                for reader in home.readers
            ]
            return {
                "home": home,
                "readers": readers,
                "checked": checked,
                "looked": facts.looked,
                "fresh_until": (facts.at, facts.at + pages.OLD_AFTER),
            }

        return self._page(frame, "", "home", (facts.at, checked, facts.looked, home), values, facts.at)

    def _answers(self, facts: SiteFacts, frame: Frame, reader: pages.Reader, board: Board) -> Tree:
        """The page that answers one audience: what works for them, task by task and way by way."""
        moment = max((row.moment for row in reader.rows), default=None)

        def values() -> Mapping[str, object]:
            return {
                "reader": reader.audience,
                "rows": reader.rows,
                "board": board,
                "matters": self._matters.tell(frame, reader.audience, board, moment),
                "contacts": self._renderer.catalogue.audiences[reader.audience].contacts,
                "fresh_until": pages.fresh_until(reader.rows, facts.at),
                **answering.choices(self._renderer.catalogue, board),
            }

        of = made_of(reader.audience, reader.rows)
        return self._page(frame, f"for/{reader.audience}/", "for", of, values, moment)

    def _window(self, facts: SiteFacts, frame: Frame, row: pages.Shown, alone: tuple[bool, bool]) -> Tree:
        def values() -> Mapping[str, object]:
            touched = pages.touched(row, frame.audiences)
            address = frame.full(row.place)
            readers = [
                sheet(
                    each,
                    self._tell(frame, row, each, "blocks"),
                    address,
                    self._disputed,
                    live=row.live,
                    alone=alone,
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
                "fresh_until": pages.fresh_until([row], facts.at),
            }

        short = (pages.short(row.facts), alone) if row.told else ()
        of = (row.facts.editions, row.state, row.moment, row.told, short)
        return self._page(frame, row.place, "window", of, values, window=row.window.id)

    def _archive(self, frame: Frame, years: Mapping[int, tuple[pages.Shown, ...]]) -> Tree:
        counts = tuple((year, len(rows)) for year, rows in years.items())

        def archive(place: str, year: int | None, rows: tuple[pages.Shown, ...]) -> Tree:
            stretches = [tuple(found) for _, found in itertools.groupby(rows, pages.month)]

            def values() -> Mapping[str, object]:
                return {
                    "counts": counts,
                    "parts": [self._rows(frame, stretch) for stretch in stretches],
                    "year": year,
                }

            return self._page(frame, place, "archive", (counts, pages.listed(rows)), values)

        latest, newest = next(iter(years.items()), (None, ()))
        tree = archive("windows/", latest, newest if len(newest) <= pages.ROWS_INLINE else ())
        for year, rows in years.items():
            tree |= archive(f"windows/years/{year}/", year, rows)
        return tree

    def _rows(self, frame: Frame, rows: tuple[pages.Shown, ...]) -> str:
        """Rows of a table of windows, kept by month: one more window leaves all other months as they were."""
        return self._told.get(
            (frame.language, pages.month(rows[0])),
            (frame.key, pages.listed(rows)),
            lambda: self._renderer.page("site/rows.html.j2", frame.language, rows=rows, frame=frame),
        )

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
            "form": builder.NOTHING_CHOSEN,
            "choices": builder.Choices.of(catalogue, tuple(catalogue.audiences)),
            "methods": methods,
            "banks": list(catalogue.banks.values()),
            "example": example,
            "query": query,
        }

    def _whole(self, frame: Frame, row: pages.Shown, audience: str) -> str:
        """The advice that stands on the first page; nothing where there are no words, the page must stand."""

        def tell() -> str:
            return self._tell(frame, row, row.facts.advice[audience], "whole")

        told = self._omissions.attempt(tell, language=frame.language, window=row.window.id, audience=audience)
        return told or ""

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
        window: str = "",
    ) -> Tree:
        path = f"{frame.base}/{place}index.html"

        def make() -> bytes:
            given = {**values(), "frame": frame, "place": place}
            return self._renderer.page(f"site/{template}.html.j2", frame.language, at=at, **given).encode()

        return self._kept(path, (frame.key, of), make, frame.language, window)

    def _kept(
        self, path: str, of: Hashable, make: Callable[[], bytes], language: str, window: str = ""
    ) -> Tree:
        """The page at a path, or nothing where it cannot be written."""
        get = partial(self._pages.get, path, of, make)
        made = self._omissions.attempt(get, language=language, window=window)
        return {} if made is None else {path: made}

    def _documents(self, facts: SiteFacts, rows: Sequence[pages.Shown]) -> Tree:
        windows, advice = [], []
        tree: Tree = {}
        for row in rows:
            short = pages.short(row.facts)
            of: Hashable = (row.facts.editions, row.state, short, facts.base_url, facts.languages)
            make = partial(api.window_entry, row.facts, facts.base_url, facts.languages)
            windows.append(self._entries.get(("window", row.window.id), of, make))
            path, key, make_alert = alert_at(self._renderer, facts, row.facts, of)
            tree |= self._kept(path, key, make_alert, facts.languages[0], row.window.id)
            if row.live:
                make = partial(api.advice_entry, row.facts)
                advice.append(
                    self._entries.get(("advice", row.window.id), (row.window, row.state, short), make)
                )
        return tree | api.documents(facts.base_url, windows, advice)

    def _fixed(self, facts: SiteFacts) -> Tree:
        """What is the same whatever the windows are."""
        frames = [Frame.of(facts, language, self._renderer.catalogue) for language in facts.languages]
        first = frames[0]
        make = partial(fixed.missing, self._renderer, frames)
        tree = {"/robots.txt": fixed.robots(first)} | self._kept("/404.html", first.key, make, first.language)
        for path, (template, language) in fixed.static(facts.languages).items():
            make = partial(fixed.static_file, self._renderer, template, language)
            tree |= self._kept(path, (), make, language)
        return tree


def _no_means() -> Mapping[str, object]:
    """The same for a site whose feeds cannot be narrowed: what would not work is not explained."""
    return {"form": None, "choices": None, "methods": (), "banks": (), "example": (), "query": ""}
